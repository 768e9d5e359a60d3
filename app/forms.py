"""What every form of the product has: a refusal becomes a message at its field, and what was typed stays on the page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask_wtf import FlaskForm
from sqlalchemy.orm.exc import StaleDataError
from wtforms import FieldList, FormField, HiddenField, IntegerField, StringField, TextAreaField
from wtforms.form import BaseForm
from wtforms.meta import DefaultMeta
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from app.domain.one_line import BREAK, ONE_LINE
from app.errors import SENTENCES, NotAllowedNow, NotLikeThis, Refused

UNPROCESSABLE, CONFLICT = 422, 409
OPINIONS = frozenset({"comment", "opinion"})  # what the fields are called in which somebody says what he thinks of a matter
CHOSEN = "-phrase"  # the choice beside such a field is called like it, with this behind


class OfficeForm(FlaskForm):  # type: ignore[misc]
    """A form that can carry a refusal.

        with form.keeping():
            with transaction():
                operations.edit(...)
            return redirect(..., 303)  # after the commit: what is said to be saved is saved
        return render_template(..., form=form), form.status
    """

    status = UNPROCESSABLE

    def process(self, formdata: Any = None, *args: Any, **kwargs: Any) -> None:
        """As ever; a line of text is one line; an opinion left empty is the 常用语 chosen beside it, never one that somebody typed."""
        sent = self.meta.wrap_formdata(self, formdata)
        super().process(sent, *args, **kwargs)
        for field in _lines(self) if sent else ():
            if isinstance(field.data, str) and BREAK.search(field.data):
                field.process_errors = [*field.process_errors, ONE_LINE.format(field.label.text or "该项")]
        for field in self if sent else ():
            chosen = sent.get(f"{field.name}{CHOSEN}", "") if field.short_name in OPINIONS and isinstance(field, TextAreaField) else ""
            if chosen.strip() and not "".join(field.raw_data or ()).strip():
                field.raw_data, field.data = [chosen], chosen
                for change in field.filters:
                    field.data = change(field.data)

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """The library's own messages in Chinese as well."""

        locales = ("zh",)

        def get_translations(self, form: BaseForm) -> Any:
            return DefaultMeta.get_translations(self, form)

    def refuse(self, refusal: Refused) -> None:
        """Say the refusal at its field, or above the form when it is about no single field."""
        field = self._fields.get(refusal.field) if refusal.field else None
        if field is None or isinstance(field, HiddenField):
            self.form_errors.append(refusal.sentence)
        else:
            field.errors = [*field.errors, refusal.sentence]
        self.status = refusal.status

    @contextmanager
    def keeping(self) -> Iterator[None]:
        """Turn a refusal (409, 422) into messages of this form; a 403 or 404 still becomes its own page."""
        try:
            yield
        except (NotLikeThis, NotAllowedNow) as refusal:
            self.refuse(refusal)
        except StaleDataError:
            self.refuse(NotAllowedNow(SENTENCES[CONFLICT]))


MOST_DIGITS = 15  # a number of an address fits every database, even times the rows of a page


def whole(written: str) -> int:
    """A whole number of an address: ``request.args.get("before", type=whole)`` is None for anything else."""
    if len(written) > MOST_DIGITS:
        raise ValueError("more digits than any number of ours has")
    return int(written)


def trimmed(value: Any) -> Any:
    """A WTForms filter: the spaces around what was typed mean nothing."""
    return value.strip() if isinstance(value, str) else value


def _lines(form: BaseForm) -> Iterator[Any]:
    """The fields of one line, also those of forms inside it: titles, names and numbers go into headings, file names and cells.

    No browser sends a line break from such a field: it comes from a program, or from somebody who tries.
    """
    waiting: list[Any] = list(form)
    while waiting:
        field = waiting.pop()
        if isinstance(field, FormField):
            waiting += field.form
        elif isinstance(field, FieldList):
            waiting += field.entries
        elif isinstance(field, StringField) and not isinstance(field, (TextAreaField, HiddenField)):
            yield field


class VersionForm(OfficeForm):
    """A one-click step: carries the version the page showed."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired("页面已过期，请刷新后重试")])


def seen() -> int:
    """The version the pressed button's page showed; -1, which no record has, when it is missing."""
    form = VersionForm()
    return form.version.data or -1 if form.validate_on_submit() else -1
