"""一户一档 to be taken out: an enterprise a line, an element a column."""

from __future__ import annotations

from app import clock
from app.archives import exports, forms, queries
from app.domain.permissions import Permission
from app.downloads.lists import Field, ListSource, by_key, column, register
from app.enterprises.models import Enterprise
from app.reference import archive_elements

PLACES = {one.header: place for place, one in enumerate(exports.COLUMNS)}


def _base(title: str) -> Field:
    place = PLACES[title]
    return column(title, lambda row: row[0][place])


def _elements(filters: queries.Filters) -> tuple[Field, ...]:
    """The elements of this kind of enterprise; people are masked in them, whoever asks."""
    return tuple(_element(one.name, one.code) for one in archive_elements.in_force(filters.kind, clock.today()))


def _element(name: str, code: str) -> Field:
    return column(name if name not in PLACES else f"要素：{name}", lambda row: row[1].get(code))


BASE = tuple(_base(one.header) for one in exports.COLUMNS)


def _fields(filters: queries.Filters) -> tuple[Field, ...]:
    return BASE + _elements(filters)


register(
    ListSource(
        code="archives", title="一户一档", unit="家", permission=Permission.ENTERPRISE_LIST, endpoints=("archives.index",),
        asked=forms.filters_asked, words=exports.conditions, fields=BASE, fields_of=_fields,
        prepare=lambda actor, part, whole: exports.cells(part),
        **by_key(lambda actor, filters: queries.named(actor, filters, clock.today()), Enterprise.id),
    )
)  # fmt: skip
