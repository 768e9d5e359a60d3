"""盲样检验 (``BLIND_TESTING``): the one place that knows who must not see whose food it is, and keeps it from him.

Pages: every attribute that a template reads goes through ``BlindEnvironment``, and whatever a page about a sample prints has
the firm's words blotted out. Everything that is no page (workbooks, documents, commands, answers to programs) reads rows
through ``shown()``. Searches ask ``is_blind()``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, NoReturn

import sqlalchemy as sa
from flask import Flask, current_app, g, has_app_context, has_request_context
from flask.templating import Environment
from flask_login import current_user

from app.db import session
from app.domain.actors import BUREAU_STAFF, Actor, Role
from app.domain.blinding import HIDDEN, NAMING_COLUMNS, OPEN_COLUMNS, OPEN_PERSONAL, names_the_firm, open_lines, without
from app.domain.findings import Finding
from app.domain.lint import RULES
from app.errors import NotAllowed

__all__ = ["HIDDEN", "BlindEnvironment", "Shown", "is_blind", "names_the_firm", "open_lines", "shown", "without"]

# Names that mean the firm on whatever object they stand.
ANYWHERE = frozenset({
    "sampled_name", "sampled_address", "sampled_region_written", "sampled_credit_code", "sampled_licence_kind", "sampled_licence_no",
    "sampled_enterprise", "sampled_enterprise_id", "producer", "producer_id", "producer_name", "producer_address",
    "producer_licence_no", "producer_region_id", "producer_region_written", "third_party_name", "third_party_kind", "brand", "barcode",
    "party_name", "party_address", "enterprise_name", "enterprise_code", "enterprise_address", "search_text",
})  # fmt: skip
NAMES_A_FILE = frozenset({"photo", "void_photo", "sign", "void_signature"})  # and a file may be named after the firm
OF_TASKS = frozenset({"note", "enterprise", "enterprise_id"})
REFUSED = (
    "盲样检验期间不向承检机构提供该资料：抽样单、场所和包装的照片以及被抽样单位、生产者的签字可能显示企业信息，"
    "如确需查看请联系组织抽检的监管部门"
)


def is_blind(actor: Actor | None) -> bool:
    """Must this actor not learn whose food it is?"""
    if actor is None or not current_app.config["BLIND_TESTING"]:
        return False
    return actor.has(Role.LABORATORY) and not actor.has(*BUREAU_STAFF)


def reader_is_blind() -> bool:
    """The same of whoever this request or command is for; nobody signed in sees no sample at all."""
    if not has_app_context() or not current_app.config["BLIND_TESTING"]:
        return False
    if "shian_actor" in g:
        return is_blind(g.shian_actor)
    return has_request_context() and current_user.is_authenticated and is_blind(current_user.actor)


@cache
def _secrets() -> dict[type[Any], frozenset[str]]:
    """Hidden names by class; loaded late, because models are above this module."""
    from app.assignments.models import SamplingAssignment
    from app.assignments.queries import Around
    from app.sampling.models import Sample

    columns = {column.key for column in sa.inspect(Sample).columns} - OPEN_COLUMNS
    return {Sample: frozenset(columns), SamplingAssignment: OF_TASKS, Around: OF_TASKS}


@cache
def _secret_names() -> frozenset[str]:
    """Every name that is hidden somewhere: a page asks for thousands of attributes, and nearly all have another."""
    return frozenset(ANYWHERE).union(*_secrets().values())


def hides(row: Any, name: str) -> bool:
    """Is this attribute of this row kept from a blind reader?"""
    return name in ANYWHERE or name in _secrets().get(type(row), ())


class Shown:
    """A row as a blind reader sees it: hidden attributes are None, everything else is the row's."""

    __slots__ = ("_row",)

    def __init__(self, row: Any) -> None:
        self._row = row

    def __getattr__(self, name: str) -> Any:
        return None if hides(self._row, name) else getattr(self._row, name)


def shown(row: Any, actor: Actor) -> Any:
    """The row as this actor may see it."""
    return Shown(row) if row is not None and is_blind(actor) else row


def open_personal(values: dict[str, str], actor: Actor) -> dict[str, str]:
    """Of the people of a sheet, by field, those the actor may know of."""
    return {field: text for field, text in values.items() if field in OPEN_PERSONAL} if is_blind(actor) else values


def words_of(sample_ids: Iterable[int]) -> list[str]:
    """Everything that the sheets say of firms: what is blotted out of free text about these samples."""
    from app.sampling.models import PersonalDatum, Sample

    ids = list(dict.fromkeys(sample_ids))[:500]
    columns = [getattr(Sample, name) for name in NAMING_COLUMNS]
    found: list[str] = []
    for *texts, extra in session().execute(sa.select(*columns, Sample.extra).where(Sample.id.in_(ids))):
        found += [text for text in texts if text]
        found += [str(text) for name, text in (extra or {}).items() if names_the_firm(name)]
    people = sa.select(PersonalDatum.value).where(
        PersonalDatum.subject_kind == Sample.__tablename__, PersonalDatum.subject_id.in_(ids),
        PersonalDatum.field.not_in(OPEN_PERSONAL),
    )  # fmt: skip
    found += session().scalars(people).all()
    return [text.strip() for text in found if text.strip() not in ("", "/", "无")]


def comment(entry: Any) -> str | None:
    """What is said of a step in a history. The page of a sample blots out its firm's words; of other records any firm may be named."""
    if not entry.comment or not reader_is_blind():
        return entry.comment  # type: ignore[no-any-return]
    kept = entry.subject_kind in ("sample", "backup_sample", "import_batch") and entry.step not in NAMES_A_FILE
    return entry.comment if kept else HIDDEN


def findings(found: Sequence[Finding], actor: Actor) -> Sequence[Finding]:
    """A finding names firms and other samples of theirs; a blind reader is told the rule only."""
    if not is_blind(actor):
        return found
    titles = {code: rule.title for code, rule in RULES.items()}
    return [replace(one, message=titles.get(one.rule, one.rule), related=(), exempt_key=None) for one in found]


def open_changes(changes: Sequence[Any], reader: Actor | None = None) -> list[Any]:
    """Of the fields that a history entry changed, those that the reader may know of."""
    blind = is_blind(reader) if reader is not None else reader_is_blind()
    return [change for change in changes if not (blind and names_the_firm(change.field))]


def about(subject: Any, actor: Actor) -> None:
    """The request is about this record: whatever its page prints is free of the firm's words."""
    if not is_blind(actor):
        return
    sample_id = subject.id if getattr(subject, "__tablename__", "") == "sample" else getattr(subject, "sample_id", None)
    if isinstance(sample_id, int):
        g.blind_words = words_of([sample_id])


def words() -> Sequence[str]:
    """What this request's page must not print."""
    try:
        found: Sequence[str] = g.get("blind_words", ())
    except RuntimeError:  # asked outside a request or command
        return ()
    return found


def picture_refused() -> NoReturn:
    raise NotAllowed(REFUSED)


class BlindEnvironment(Environment):
    """Templates as they are, with what a blind reader must not see left out wherever they ask for it."""

    def __init__(self, app: Flask, **options: Any) -> None:
        super().__init__(app, finalize=_finalized, **options)

    def getattr(self, obj: Any, attribute: str) -> Any:
        if attribute in _secret_names() and _kept_from_reader(obj, attribute):
            return None
        return super().getattr(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(argument, str) and argument in _secret_names() and _kept_from_reader(obj, argument):
            return None
        return super().getitem(obj, argument)


def _kept_from_reader(obj: Any, name: str) -> bool:
    """The cheap question first."""
    return hides(obj, name) and reader_is_blind()


def _finalized(value: Any) -> Any:
    if isinstance(value, str) and not hasattr(value, "__html__") and (secret := words()):
        return without(value, secret)  # what is HTML already was printed piece by piece; a field keeps what it holds
    return value
