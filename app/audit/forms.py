"""查询条件 of the audit page."""

from __future__ import annotations

from enum import Enum
from typing import Any

from flask import request
from wtforms import DateField, SelectField, StringField
from wtforms.validators import Length
from wtforms.validators import Optional as MayBeEmpty

from app.audit.queries import GROUPS, Filters
from app.audit.words import SUBJECTS
from app.domain.actors import Channel
from app.domain.workflow import TABLES
from app.forms import OfficeForm, trimmed
from app.labels import RECORDED, label

ANY = ("", "全部")


def _steps() -> list[tuple[str, str]]:
    """Every step by its stored word; a word that several workflows use carries all its names."""
    names: dict[str, list[str]] = {}
    for table in TABLES.values():
        for _, step in table:
            names.setdefault(step.value, []).append(label(step))
    for word, name in RECORDED.items():
        names.setdefault(word, []).append(name)
    return [(word, "、".join(dict.fromkeys(found))) for word, found in names.items()]


STEPS = dict(_steps())


def _choices(members: type[Enum]) -> list[tuple[str, str]]:
    return [(str(member.value), label(member)) for member in members]


class AuditFilterForm(OfficeForm):
    """Shape of the query; it changes nothing and therefore carries no token."""

    class Meta(OfficeForm.Meta):
        """A GET form."""

        csrf = False

    subject = StringField("办理对象", filters=[trimmed], validators=[MayBeEmpty(), Length(max=100, message="不超过 100 字")])
    kind = SelectField("对象类别", choices=[ANY, *SUBJECTS.items()])
    actor = StringField("操作人", filters=[trimmed], validators=[MayBeEmpty(), Length(max=60, message="不超过 60 字")])
    step = SelectField("操作", choices=[ANY, *STEPS.items()])
    group = SelectField("类别", choices=[ANY, *((name, name) for name in GROUPS)])
    address = StringField("地址", filters=[trimmed], validators=[MayBeEmpty(), Length(max=60, message="不超过 60 字")])
    channel = SelectField("渠道", choices=[ANY, *_choices(Channel)])
    since = DateField("日期", validators=[MayBeEmpty()])
    until = DateField("日期止", validators=[MayBeEmpty()])

    @property
    def filters(self) -> Filters:
        """What was asked; a field that makes no sense asks nothing and says so."""
        asked = {name: field.data for name, field in self._fields.items() if field.data and not field.errors}
        channel = asked.pop("channel", None)
        return Filters(**asked, channel=Channel(channel) if channel else None)


def asked() -> AuditFilterForm:
    """The query of the address."""
    return of(request.args)


def of(asked: Any) -> AuditFilterForm:
    """The query that these values ask for."""
    form = AuditFilterForm(formdata=asked)
    for name in ("kind", "step", "channel", "group"):
        if form[name].data is None:
            form[name].data = ""
    form.validate()
    return form
