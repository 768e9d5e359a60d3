"""检查组: formed from the two draws, written in bulk, formed again to prove it, and one member replaced when he must step back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from app import history
from app.accounts.models import User
from app.db import insert_many, reserve_ids, session
from app.domain import random_inspections as rules
from app.domain.drawing import CannotDraw
from app.domain.random_inspections import Person, Seat
from app.domain.supervision_states import ProgrammeStep
from app.drawings import replaying
from app.drawings.models import Drawing
from app.drawings.pools import Candidate
from app.drawings.queries import drawn_entries
from app.enterprises.models import Enterprise
from app.errors import NotAllowedNow
from app.random_inspections import queries
from app.random_inspections.models import Inspector, RandomMember, RandomProgramme, RandomTarget
from app.random_inspections.wanted import wanted_of

STATION = "回避：系该企业责任监管所人员"


def text_of(told: Mapping[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def refuse_too_few(free: Sequence[Candidate], size: int) -> None:
    """Before the lists are frozen: a team of our own must be possible at all. Raises NotAllowedNow."""
    ids = [each.subject_id for each in free if each.subject_id is not None]
    own = len(session().scalars(sa.select(Inspector.id).where(Inspector.id.in_(ids), Inspector.department.is_(None))).all())
    if own < size:
        raise NotAllowedNow(f"可参加抽查的本部门检查人员只有 {own} 人，少于每组 {size} 人：请先补充检查人员名录，或核对有效期和回避理由")


# ---------------------------------------------------------------- formed

@dataclass(frozen=True, slots=True)
class Formed:
    """One enterprise drawn and its team, as drawn."""

    rank: int
    enterprise_id: int
    code: str
    seats: tuple[Seat, ...]
    certificates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _People:
    """Who was drawn, in their order."""

    order: tuple[Person, ...]
    codes: Mapping[int, str]  # as on the list
    rows: Mapping[int, Inspector]


def _people(drawing: Drawing) -> _People:
    entries = [entry for entry in drawn_entries(drawing) if entry.subject_id is not None]
    ids = [entry.subject_id for entry in entries]
    rows = {row.id: row for row in session().scalars(sa.select(Inspector).where(Inspector.id.in_(ids)))}
    order = tuple(Person(row.id, row.department) for entry in entries if (row := rows.get(entry.subject_id or 0)) is not None)
    return _People(order, {entry.subject_id or 0: entry.code or "" for entry in entries}, rows)


def form(programme: RandomProgramme, objects: Drawing, inspectors: Drawing, today: date) -> list[Formed]:
    """Teams in the order drawn. Raises CannotDraw."""
    people = _people(inspectors)
    drawn = [(entry.subject_id or 0, entry.code or "") for entry in drawn_entries(objects)]
    steps_back = stepping_back(programme, people.rows, dict(drawn), today)
    return _formed(people, drawn, programme.team_size, steps_back)


def _formed(
    people: _People, drawn: Sequence[tuple[int, str]], size: int, steps_back: Callable[[int, int], str | None]
) -> list[Formed]:
    found = rules.assign([enterprise_id for enterprise_id, _ in drawn], people.order, size, steps_back)
    return [
        Formed(rank, enterprise_id, code, seats, tuple(people.codes[seat.person] for seat in seats))
        for rank, ((enterprise_id, code), seats) in enumerate(zip(drawn, found, strict=True), 1)
    ]


def stepping_back(
    programme: RandomProgramme, rows: Mapping[int, Inspector], codes: Mapping[int, str], today: date
) -> Callable[[int, int], str | None]:
    """Why an inspector may not inspect an enterprise: told before, of its own station, or without a valid certificate."""
    wanted = wanted_of(programme.filters)
    told = {(certificate, code): why for certificate, code, why in wanted.conflicts}
    stations = _stations(list(codes)) if wanted.avoid_station else {}
    offices = _offices(rows.values()) if wanted.avoid_station else {}

    def why(person: int, place: int) -> str | None:
        row = rows[person]
        if (reason := told.get((row.certificate_no, codes[place]))) is not None:
            return f"回避：{reason}"
        if row.valid_to is not None and row.valid_to < max(today, programme.from_on):
            return f"执法证已于 {row.valid_to} 失效"
        station = stations.get(place)
        return STATION if station is not None and station == offices.get(row.user_id or 0) else None

    return why


def _stations(enterprise_ids: Sequence[int]) -> dict[int, int | None]:
    found: dict[int, int | None] = {}
    for start in range(0, len(enterprise_ids), 500):
        some = sa.select(Enterprise.id, Enterprise.station_id).where(Enterprise.id.in_(enterprise_ids[start : start + 500]))
        found |= {enterprise_id: station for enterprise_id, station in session().execute(some)}
    return found


def _offices(rows: Any) -> dict[int, int]:
    ids = [row.user_id for row in rows if row.user_id is not None]
    return {user_id: org_id for user_id, org_id in session().execute(sa.select(User.id, User.org_id).where(User.id.in_(ids)))}


def write(programme: RandomProgramme, formed: Sequence[Formed]) -> None:
    """In bulk: thousands may be drawn."""
    targets: sa.Table = RandomTarget.__table__  # type: ignore[assignment]
    members: sa.Table = RandomMember.__table__  # type: ignore[assignment]
    ids = reserve_ids(targets, len(formed))
    insert_many(targets, (
        {"id": target_id, "org_id": programme.org_id, "programme_id": programme.id, "enterprise_id": one.enterprise_id,
         "drawn_rank": one.rank}
        for target_id, one in zip(ids, formed, strict=True)
    ))  # fmt: skip
    seats = [(target_id, ordinal, seat) for target_id, one in zip(ids, formed, strict=True) for ordinal, seat in enumerate(one.seats, 1)]
    insert_many(members, (
        {"id": member_id, "org_id": programme.org_id, "target_id": target_id, "inspector_id": seat.person, "ordinal": ordinal,
         "replaced_why": seat.replaced_why}
        for member_id, (target_id, ordinal, seat) in zip(reserve_ids(members, len(seats)), seats, strict=True)
    ))  # fmt: skip


def as_drawn(formed: Sequence[Formed]) -> str:
    """The teams in one line of JSON, for the hash chain: code of the enterprise, then certificate and why he was replaced."""
    told = [
        [one.code, [[certificate, seat.replaced_why] for certificate, seat in zip(one.certificates, one.seats, strict=True)]]
        for one in formed
    ]
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


# ---------------------------------------------------------------- proved

def replay(programme: RandomProgramme) -> list[str]:
    """Both draws and the teams once more, from what is on record; what differs, in words. Raises NotAllowedNow before the draw."""
    one = queries.drawing_of(programme.enterprise_drawing_id, whole=True)
    two = queries.drawing_of(programme.inspector_drawing_id, whole=True)
    told = _told_teams(programme)
    if one is None or two is None or told is None:
        raise NotAllowedNow("尚未抽取，没有可以复核的结果")
    found = [f"{drawing.kind.value}：{each}" for drawing in (one, two) for each in replaying.replay(drawing)]
    return found or [*_formed_otherwise(programme, one, two, told), *_changed(programme, one, two, told)]


Told = list[tuple[str, list[tuple[str, str | None]]]]


def _told_teams(programme: RandomProgramme) -> Told | None:
    """The teams as the hash chain has them."""
    for entry in history.entries_of(queries.KIND, programme.id):
        if entry.step == ProgrammeStep.DRAW.value and entry.changes:
            told = json.loads(json.loads(entry.changes)["teams"][1])
            return [(code, [(certificate, why) for certificate, why in seats]) for code, seats in told]
    return None


def _formed_otherwise(programme: RandomProgramme, one: Drawing, two: Drawing, told: Told) -> list[str]:
    people = _people(two)
    numbers = {code: person for person, code in people.codes.items()}
    drawn = [(entry.subject_id or 0, entry.code or "") for entry in drawn_entries(one)]
    places = {code: place for place, code in drawn}
    why = {(numbers.get(certificate), places.get(code)): reason for code, seats in told for certificate, reason in seats}
    try:
        formed = _formed(people, drawn, programme.team_size, lambda person, place: why.get((person, place)))
    except CannotDraw as fault:
        return [f"无法按记录重新编组：{fault}"]
    expected = json.loads(as_drawn(formed))
    stated = [[code, [[certificate, reason] for certificate, reason in seats]] for code, seats in told]
    return [
        f"第 {rank} 户（{right[0]}）的检查组与复算不一致"
        for rank, (right, kept) in enumerate(zip(expected, stated, strict=False), 1)
        if right != kept
    ] + ([] if len(expected) == len(stated) else [f"检查对象应为 {len(expected)} 户，办理记录为 {len(stated)} 户"])


def _changed(programme: RandomProgramme, one: Drawing, two: Drawing, told: Told) -> list[str]:
    """Rows that no longer begin with what the chain has on record; whoever stepped back later is marked, not removed."""
    codes, places = _people(two).codes, {entry.code: entry.subject_id for entry in drawn_entries(one)}
    rows = {row.drawn_rank: row for row in queries.every_target(programme.id)}
    found = []
    for rank, (code, seats) in enumerate(told, 1):
        row = rows.get(rank)
        kept = [codes.get(member.inspector_id) for member in row.team][: len(seats)] if row is not None else []
        if row is None or row.enterprise_id != places.get(code) or kept != [certificate for certificate, _ in seats]:
            found.append(f"第 {rank} 户（{code}）的检查对象或检查组与抽取时不一致")
    return found


# ---------------------------------------------------------------- replaced after the draw

def substitute_for(programme: RandomProgramme, target: RandomTarget, member: RandomMember, today: date) -> int | None:
    """The next in the order drawn, of the same department, who is free to inspect there; None when there is nobody left."""
    two = queries.drawing_of(programme.inspector_drawing_id, whole=True)
    if two is None:
        return None
    people = _people(two)
    department = member.inspector.department
    order = [person.id for person in people.order if person.department == department]
    code = queries.code_drawn(programme, target.enterprise_id)
    why = stepping_back(programme, people.rows, {target.enterprise_id: code}, today)
    seated = [one.inspector_id for one in target.team]
    return rules.substitute(order, seated, member.inspector_id, lambda person: why(person, target.enterprise_id) is None)
