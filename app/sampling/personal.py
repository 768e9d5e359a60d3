"""个人信息 of a sample: kept apart, masked unless somebody asks for it and is put on record for it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app import history
from app.blinding import open_personal
from app.db import insert_many, session
from app.domain.actors import Actor
from app.domain.masking import mask, mask_name, mask_wholly
from app.sampling.columns import PERSONAL, title
from app.sampling.models import PersonalDatum, Sample

KIND = Sample.__tablename__
NAMES = ("contact", "legal_person")
NAME_WORDS = ("联系人", "法人", "负责人", "封样人员", "主检人", "审核人", "签发人", "填报人")
NUMBER_WORDS = ("电话", "手机", "邮箱", "传真")
PART = 500


@dataclass(frozen=True, slots=True)
class Shown:
    """One datum as the reader sees it."""

    field: str
    title: str
    text: str


def masked(field: str, value: str) -> str:
    """王某某 as 王**, 13812341234 as 138****1234; what its source has made unreadable stays as it came."""
    if "脱敏" in value or "XXX" in value:
        return value
    numbered = any(word in field for word in NUMBER_WORDS)
    if not numbered and (field.endswith(NAMES) or any(word in field for word in NAME_WORDS)):
        return mask_name(value)
    hidden = mask(value)
    return hidden if hidden != value else mask_wholly(value)


def _of(sample_id: int) -> sa.Select[tuple[PersonalDatum]]:
    return sa.select(PersonalDatum).where(PersonalDatum.subject_kind == KIND, PersonalDatum.subject_id == sample_id)


def shown(sample_id: int, reader: Actor, *, whole: bool = False) -> list[Shown]:
    """What is known of the people of a sheet, masked unless ``whole``; ask ``unmask`` before asking for the whole."""
    found = {datum.field: datum.value for datum in session().scalars(_of(sample_id).order_by(PersonalDatum.id))}
    found = open_personal(found, reader)
    order = [*(field for field in PERSONAL if field in found), *(field for field in found if field not in PERSONAL)]
    return [
        Shown(field, title(field).rpartition("_")[2], found[field] if whole else masked(field, found[field]))
        for field in order
    ]


def unmask(sample: Sample, actor: Actor) -> list[Shown]:
    """The whole values; who looked is in the history. The caller has asked PERSONAL_UNMASK."""
    found = shown(sample.id, actor, whole=True)
    history.record(
        KIND, sample.id, "unmask", actor, org_id=sample.org_id, name=sample.number,
        comment="查看：" + "、".join(item.title for item in found) if found else "没有个人信息",
    )  # fmt: skip
    return found


def masked_for(sample_ids: Iterable[int], fields: Iterable[str]) -> dict[tuple[int, str], str]:
    """Masked values for a list or an export, by sample and field."""
    every, names = list(sample_ids), list(fields)
    found: dict[tuple[int, str], str] = {}
    for start in range(0, len(every), PART):
        statement = sa.select(PersonalDatum.subject_id, PersonalDatum.field, PersonalDatum.value).where(
            PersonalDatum.subject_kind == KIND,
            PersonalDatum.subject_id.in_(every[start : start + PART]),
            PersonalDatum.field.in_(names),
        )
        found |= {(sample_id, field): masked(field, value) for sample_id, field, value in session().execute(statement)}
    return found


def keep_many(rows: Iterable[tuple[int, int, Mapping[str, str]]]) -> None:
    """The data of samples just created: rows of (sample id, org id, values by field)."""
    insert_many(
        PersonalDatum.__table__,  # type: ignore[arg-type]
        [
            {"org_id": org_id, "subject_kind": KIND, "subject_id": sample_id, "field": field, "value": value}
            for sample_id, org_id, values in rows
            for field, value in values.items()
        ],
    )


def differences(sample_id: int, values: Mapping[str, str]) -> dict[str, tuple[str | None, str]]:
    """Which of these values are new or other than what is kept: masked, as history and previews may show them."""
    found = {datum.field: datum.value for datum in session().scalars(_of(sample_id))}
    return {
        field: (masked(field, found[field]) if field in found else None, masked(field, value))
        for field, value in values.items()
        if found.get(field) != value
    }


def replace(sample: Sample, values: Mapping[str, str]) -> dict[str, tuple[Any, Any]]:
    """Take over new values; history gets them masked, because its chain can never be unwritten."""
    known = {datum.field: datum for datum in session().scalars(_of(sample.id))}
    changes = differences(sample.id, values)
    for field in changes:
        if field in known:
            known[field].value = values[field]
        else:
            session().add(
                PersonalDatum(
                    org_id=sample.org_id, subject_kind=KIND, subject_id=sample.id, field=field, value=values[field]
                )
            )
    return {title(field): (before or "", f"{after}（已更新）") for field, (before, after) in changes.items()}


def values_of(sample_ids: Iterable[int], whole: Collection[int]) -> dict[int, dict[str, str]]:
    """For documents: the values of many sheets by field, whole for the samples of ``whole``, masked for the others.

    The caller has asked PERSONAL_UNMASK for those of ``whole`` and puts the print on record.
    """
    found: dict[int, dict[str, str]] = {sample_id: {} for sample_id in sample_ids}
    every = list(found)
    for start in range(0, len(every), PART):
        statement = sa.select(PersonalDatum.subject_id, PersonalDatum.field, PersonalDatum.value).where(
            PersonalDatum.subject_kind == KIND, PersonalDatum.subject_id.in_(every[start : start + PART])
        )
        for sample_id, field, value in session().execute(statement):
            found[sample_id][field] = value if sample_id in whole else masked(field, value)
    return found
