"""A file of enterprises, read and compared with the register, but not yet written (企业档案导入预览).

Runs before the write transaction; confirming reads the stored file again and comes through here a second time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from app import files
from app.domain.actors import Actor
from app.domain.enterprise_rows import PERSONAL, TITLES, EnterpriseRow, EnterpriseTable, parse_enterprises
from app.domain.enterprises import folded, merged_kinds
from app.domain.permissions import Permission, permits
from app.domain.product_categories import NotACategory, read_categories
from app.domain.written import Fault
from app.enterprises import credit_codes, former_names, queries
from app.enterprises.details import Changes, Details, details_of, differences, in_words, place_of
from app.enterprises.models import Enterprise, EnterpriseStatus
from app.enterprises.operations import FOREIGN, TAKEN, Owners, Registered
from app.enterprises.stations import MISFIT, Stations
from app.errors import NotLikeThis
from app.reference_data import standing
from app.reference_data.books import category_book, code_list, region_book
from app.sampling.imports import Action
from app.spreadsheets import UnreadableFile, Workbook, read_workbook

LAYOUT = "enterprises"
LONGEST_PATH = 200
AREA_TYPES = "区域类型"
KINDLESS = "企业类型为空：新登记的企业请填写企业类型"
AMBIGUOUS = "有 {} 家同名同址的企业：请填写统一社会信用代码"
TWICE = "与第 {} 行是同一家企业：请只保留一行"
FORMER = "“{}”是“{}”的曾用名：按该企业更正，企业名称不改动"
GONE = "该企业的档案已合并到其他档案，不能再更正：请查找合并后的档案"
UNKNOWN_STATION = "没有名为“{}”的监管所，暂不填入：请填写系统中机构的全称"
UNKNOWN_CATEGORY = "没有识别出产品类别“{}”，暂不填入：可在“名称对照”中说明后重新导入，许可类别写成 0101 小麦粉"
UNKNOWN_REGION = "没有识别出该区域，暂不填入：可在“名称对照”中说明后重新导入，或写成 省/市/县/乡镇"
NEAREST_REGION = "没有完全识别，按“{}”登记：可在“名称对照”中说明后重新导入"


@dataclass(slots=True)
class PlannedEnterprise:
    """One enterprise of the file, and what confirming does with it."""

    row: EnterpriseRow
    faults: list[Fault]
    known: Enterprise | None = None
    wanted: Registered | None = None  # as it would stand in the register; None where it cannot
    changes: Changes = field(default_factory=dict)
    former: bool = False  # the file knows it by a name it has given up
    unknown_categories: list[str] = field(default_factory=list)
    unknown_region: tuple[str, str | None] | None = None  # the word, and what stands in for it

    def refuse(self, name: str, message: str, blocking: bool = True) -> None:
        self.faults.append(self.row.fault(name, message, blocking))

    @property
    def refused(self) -> bool:
        return any(fault.blocking for fault in self.faults)

    @property
    def action(self) -> Action:
        if self.refused or self.wanted is None:
            return Action.REFUSED
        if self.known is None:
            return Action.NEW
        return Action.CHANGED if self.changes else Action.UNCHANGED


@dataclass(slots=True)
class Plan:
    """The whole preview of one file."""

    table: EnterpriseTable
    rows: list[PlannedEnterprise] = field(default_factory=list)

    @property
    def counts(self) -> Counter[Action]:
        return Counter(row.action for row in self.rows)

    @property
    def faults(self) -> list[Fault]:
        return [*self.table.faults, *(fault for row in self.rows for fault in row.faults)]

    @property
    def says_nothing_new(self) -> bool:
        """Is every enterprise registered already, word for word?"""
        return bool(self.rows) and not self.table.faults and self.counts[Action.UNCHANGED] == len(self.rows)

    def of(self, action: Action) -> list[PlannedEnterprise]:
        return [row for row in self.rows if row.action is action]


def read(sha256: str, filename: str) -> Workbook:
    """The stored file, parsed in a child process.

    Raises NotLikeThis when it cannot be read at all.
    """
    try:
        return read_workbook(files.path_of(sha256), filename)
    except UnreadableFile as fault:
        raise NotLikeThis(str(fault), field="file") from fault


def prepare(actor: Actor, sha256: str, filename: str) -> Plan:
    """Read the stored file and plan what becomes of each of its rows."""
    return plan_of(actor, parse_enterprises(read(sha256, filename).sheets, credit_codes.read))


def plan_of(actor: Actor, table: EnterpriseTable) -> Plan:
    """Compare a parsed file with the register as this actor knows it."""
    plan = Plan(table, [PlannedEnterprise(row, list(row.faults)) for row in table.rows])
    register = _Register(actor, plan)
    planner = _Planner(actor, register)
    for planned in plan.rows:
        if not planned.refused:
            register.meet(planned)
        if not planned.refused:
            planner.complete(planned)
    return plan


class _Register:
    """Which registered enterprise a row means: by its credit code, else by its name and address."""

    def __init__(self, actor: Actor, plan: Plan) -> None:
        self._actor = actor
        sound = [planned.row.fields for planned in plan.rows if not planned.refused]
        self._holders = queries.holders(sorted({fields["credit_code"] for fields in sound if "credit_code" in fields}))
        self._at: dict[tuple[str, str], list[queries.Known]] = {}
        for known in queries.namesakes(actor, sorted({fields["name"] for fields in sound})):
            self._at.setdefault(known.place, []).append(known)
        self._formerly: dict[tuple[str, str], list[queries.Known]] = {}
        self._given_up: set[tuple[int, str]] = set()
        for name, known in former_names.formerly(actor, sorted({fields["name"] for fields in sound})):
            self._formerly.setdefault(place_of(name, known.address), []).append(known)
            self._given_up.add((known.id, folded(name)))
        wanted = {known.id for known in self._holders.values() if known.org_id in actor.reach}
        places = {place_of(fields["name"], fields.get("address")) for fields in sound}
        wanted |= {known.id for at in (self._at, self._formerly) for place in places for known in at.get(place, ())}
        self._rows = queries.by_ids(sorted(wanted))
        self._lines: dict[int, int] = {}

    def meet(self, planned: PlannedEnterprise) -> None:
        found = self._meant(planned)
        if found is None or planned.refused:
            return
        earlier = self._lines.setdefault(found.id, planned.row.line)
        if earlier != planned.row.line:
            planned.refuse("name", TWICE.format(earlier))
        elif found.status is EnterpriseStatus.MERGED:
            planned.refuse("name", GONE)
        elif not permits(self._actor, Permission.ENTERPRISE_CORRECT, found):
            planned.refuse("name", TAKEN.format(found.credit_code or ""))
        else:
            planned.known = found
            name = planned.row.fields["name"]
            if folded(name) != folded(found.name) and (found.id, folded(name)) in self._given_up:
                planned.former = True
                planned.refuse("name", FORMER.format(name, found.name), blocking=False)

    def _meant(self, planned: PlannedEnterprise) -> Enterprise | None:
        fields = planned.row.fields
        code = fields.get("credit_code")
        holder = self._holders.get(code or "")
        if holder is not None:
            if holder.org_id not in self._actor.reach:
                planned.refuse("credit_code", TAKEN.format(code))
            return self._rows.get(holder.id)
        place = place_of(fields["name"], fields.get("address"))
        twins = self._at.get(place) or self._formerly.get(place, [])
        if code:  # one that has another code is another enterprise
            twins = [twin for twin in twins if twin.credit_code is None]
        if len(twins) > 1:
            planned.refuse("name", AMBIGUOUS.format(len(twins)))
        return self._rows.get(twins[0].id) if len(twins) == 1 else None


class _Planner:
    """What the register would say once the file is confirmed."""

    def __init__(self, actor: Actor, register: _Register) -> None:
        self._book, self._owners, self._areas, self._stations = region_book(), Owners(actor), area_types(), Stations()

    def complete(self, planned: PlannedEnterprise) -> None:
        known = planned.known
        before = details_of(known) if known is not None else None
        region_id = self._region(planned)
        details = self._placed(planned, _details(planned, region_id, before))
        if details.area_type and details.area_type not in self._areas:
            planned.refuse("area_type", f"没有这种区域类型：请填写{'、'.join(self._areas)}")
        if not details.kinds:
            planned.refuse("kinds", KINDLESS)
        owner = self._owners.of(region_id) if known is None else self._owners.after(known, region_id)
        if owner is None:
            planned.refuse("region", FOREIGN)
        else:
            details = self._stationed(planned, details, before, owner)
            planned.wanted = Registered(details, owner)
        planned.changes = differences(before, details) if before is not None else {}

    def _placed(self, planned: PlannedEnterprise, details: Details) -> Details:
        """With the product categories that the file names; a word that is none is kept on the page of unknown words."""
        written = planned.row.fields.get("categories")
        if not written:
            return details
        try:
            found, planned.unknown_categories = read_categories(written, food_category)
        except NotACategory as problem:
            planned.refuse("categories", str(problem))
            return details
        if planned.unknown_categories:
            planned.refuse("categories", UNKNOWN_CATEGORY.format("、".join(planned.unknown_categories)[:60]), blocking=False)
        return replace(details, categories=found) if found else details

    def _stationed(self, planned: PlannedEnterprise, details: Details, before: Details | None, owner: int) -> Details:
        """With the station that the file names; one on record does not go along to another county."""
        written = planned.row.fields.get("station")
        found = self._stations.named(written) if written else None
        if written and found is None:
            planned.refuse("station", UNKNOWN_STATION.format(written[:40]), blocking=False)
        if found is not None and not self._stations.fits(found, owner):
            planned.refuse("station", MISFIT.format(written))
        kept = before.station_id if before is not None and before.station_id else None
        kept = kept if kept is not None and self._stations.fits(kept, owner) else None
        return replace(details, station_id=found if found is not None else kept)

    def _region(self, planned: PlannedEnterprise) -> int | None:
        """An unknown place is kept on the page of unknown words and refuses nothing."""
        if not (written := planned.row.fields.get("region")):
            return None
        found, exact = self._book.resolve(written)
        if not exact:
            nearest = self._book.full_name(found) if found else None
            planned.unknown_region = (written, nearest)
            planned.refuse("region", NEAREST_REGION.format(nearest) if nearest else UNKNOWN_REGION, blocking=False)
        elif (gone := standing.ended(standing.WordKind.REGION, found)) is not None:
            planned.refuse("region", gone.remedy, blocking=False)
        return found


def food_category(written: str) -> tuple[str, str] | None:
    """Code and path of the food category that is meant; None where none is exactly."""
    found = category_book().resolve(written)
    return (str(found.id), found.path[:LONGEST_PATH]) if found is not None and found.exact else None


def _details(planned: PlannedEnterprise, region_id: int | None, before: Details | None) -> Details:
    """The row as the register would say it. What the file leaves empty stays as it is."""
    row = planned.row
    said: dict[str, Any] = {
        name: text for name in ("name", "credit_code", "address", "area_type", "licence_kind", "licence_no", *PERSONAL)
        if (text := row.fields.get(name))
    }  # fmt: skip
    if planned.former:
        said.pop("name")
    if "status" in row.fields:
        said["status"] = EnterpriseStatus(row.fields["status"])
    said |= {"region_id": region_id} if region_id else {}
    said |= {"licence_until": row.licence_until} if row.licence_until else {}
    if before is None:
        return Details(**{"credit_code": None, **said}, kinds=row.kinds)
    return replace(before, **said, kinds=merged_kinds(before.kinds, row.kinds) if row.kinds else before.kinds)


def area_types() -> list[str]:
    """区域类型: the official list, and 学校周边, which the plans count apart."""
    return list(dict.fromkeys([*code_list(AREA_TYPES), "城市", "乡村", "景点", "学校周边"]))


# ---------------------------------------------------------------- as kept with the batch

SHOWN = ("credit_code", "name", "kinds", "region", "address", "licence_no", "licence_until")
TONES = {Action.NEW: "green", Action.CHANGED: "blue", Action.UNCHANGED: "neutral", Action.REFUSED: "red"}
MOST_ROWS = 200
LONGEST_CELL = 120


def preview(plan: Plan) -> dict[str, Any]:
    """What the preview page shows: refused rows first of all, then changed ones, then as many others as a page takes."""
    urgent = {Action.REFUSED: 0, Action.CHANGED: 1}
    ordered = sorted(plan.rows, key=lambda planned: urgent.get(planned.action, 2))
    return {
        "columns": [TITLES[name] for name in SHOWN],
        "rows": sorted((_shown(planned) for planned in ordered[:MOST_ROWS]), key=lambda row: row["line"]),
        "cut": max(len(plan.rows) - MOST_ROWS, 0),
        "faults": [fault.message for fault in plan.table.faults],
        "remarks": list(plan.table.remarks),
    }


def _shown(planned: PlannedEnterprise) -> dict[str, Any]:
    by_column: dict[str, list[str]] = {}
    for fault in planned.faults:
        by_column.setdefault(fault.column, []).append(fault.message)
    cells = []
    for name in SHOWN:
        title = planned.row.titles.get(name, TITLES[name])
        cells.append([_short(planned.row.fields.get(name, "")), "；".join(by_column.pop(title, [])) or None])
    others = [f"{column}：{message}" for column, messages in by_column.items() for message in messages]
    told = changes_told(planned.changes) if planned.action is Action.CHANGED else []
    return {
        "line": planned.row.line, "state": planned.action.value, "tone": TONES[planned.action], "cells": cells,
        "faults": others + told,
    }  # fmt: skip


def changes_told(changes: Mapping[str, tuple[Any, Any]]) -> list[str]:
    """地址：文昌街1号 → 文昌街2号."""
    words = in_words(dict(changes)).items()
    return [f"{title}：{_short(before)} → {_short(after)}" for title, (before, after) in words]


def _short(value: Any) -> str:
    text = "空" if value is None else str(value)
    return text if len(text) <= LONGEST_CELL else f"{text[:LONGEST_CELL]}…（共 {len(text)} 字）"
