"""Which enterprise, sample and category a published row may mean (自动关联建议), within the reader's reach and never beyond it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from app.db import session
from app.domain.actors import Actor
from app.enterprises import queries as enterprises
from app.enterprises.queries import Known
from app.sampling.models import Sample
from app.scope import scope
from app.search_text import folded

PART = 500
BY_NAME, BY_CODE, BY_NUMBER = "名称相同", "统一社会信用代码相同", "抽样编号相同"


@dataclass(frozen=True, slots=True)
class Named:
    """What a published row calls its enterprises and its sample."""

    producer: str = ""
    sampled: str = ""
    number: str = ""
    producer_code: str = ""
    sampled_code: str = ""


@dataclass(frozen=True, slots=True)
class Links:
    """What the row is linked to, and how that was found."""

    producer_id: int | None = None
    sampled_enterprise_id: int | None = None
    sample_id: int | None = None
    told: tuple[str, ...] = ()

    @property
    def any(self) -> bool:
        return bool(self.told)

    @property
    def note(self) -> str | None:
        return "；".join(self.told)[:300] or None


class Matcher:
    """Finds links for many rows with a few questions."""

    def __init__(self, actor: Actor, rows: Iterable[Named]) -> None:
        rows = list(rows)
        self._names: dict[str, list[Known]] = {}
        for known in enterprises.namesakes(actor, sorted({name for row in rows for name in (row.producer, row.sampled) if name})):
            self._names.setdefault(folded(known.name), []).append(known)
        codes = sorted({code.upper() for row in rows for code in (row.producer_code, row.sampled_code) if code})
        self._codes = {code: known for code, known in enterprises.holders(codes).items() if known.org_id in actor.reach}
        self._samples = dict(_samples(actor, sorted({row.number for row in rows if row.number})))

    def links(self, row: Named) -> Links:
        told = []
        found: list[int | None] = []
        for title, name, code in (("标称生产企业", row.producer, row.producer_code), ("被抽样单位", row.sampled, row.sampled_code)):
            enterprise_id, how = self._enterprise(name, code)
            found.append(enterprise_id)
            told += [f"{title}：{how}"] if enterprise_id is not None else []
        sample_id = self._samples.get(row.number) if row.number else None
        told += [f"样品：{BY_NUMBER}"] if sample_id is not None else []
        return Links(found[0], found[1], sample_id, tuple(told))

    def _enterprise(self, name: str, code: str) -> tuple[int | None, str]:
        """By the code, else by the name where exactly one enterprise bears it; a code that differs speaks against a name."""
        if code and (known := self._codes.get(code.upper())):
            return known.id, BY_CODE
        alike = [known for known in self._names.get(folded(name), []) if not (code and known.credit_code)] if name else []
        return (alike[0].id, BY_NAME) if len(alike) == 1 else (None, "")

    def alike(self, name: str | None) -> Sequence[Known]:
        """Every enterprise of this name, for somebody to choose from."""
        return self._names.get(folded(name), []) if name else []


def _samples(actor: Actor, numbers: Sequence[str]) -> Iterator[tuple[str, int]]:
    for start in range(0, len(numbers), PART):
        statement = scope(sa.select(Sample.number, Sample.id), Sample, actor).where(Sample.number.in_(numbers[start : start + PART]))
        yield from ((number, sample_id) for number, sample_id in session().execute(statement))
