"""停用 and 恢复使用 of 检验项目, 食品分类, 行政区划 and 承检机构: dated, with what takes the place, and never a deletion.

Records that name the word keep it and stay readable and counted; from the day on nothing new may be given it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from app import clock, history
from app.db import session
from app.domain.actors import Actor
from app.domain.reference_acts import ChangeAct
from app.errors import NotFound, NotLikeThis
from app.organisations.models import Organisation, OrganisationKind
from app.reference_changes import gauges, uses
from app.reference_changes.handling import Handler, Line, Told, Values, day, handles, word
from app.reference_data import books, standing
from app.reference_data.models import FoodCategory, Region, RegionLevel, TestItem, WordStanding
from app.reference_data.standing import WordKind

MODELS: Mapping[WordKind, Any] = {
    WordKind.ITEM: TestItem, WordKind.CATEGORY: FoodCategory, WordKind.REGION: Region, WordKind.LABORATORY: Organisation,
}  # fmt: skip
NOUNS: Mapping[WordKind, str] = {
    WordKind.ITEM: "检验项目", WordKind.CATEGORY: "食品分类", WordKind.REGION: "行政区划", WordKind.LABORATORY: "承检机构",
}  # fmt: skip
KEPT_ROWS = 2000
OFFERED = "以后的抽样单、计划、任务、对照和企业档案"
FATES: Mapping[WordKind, Sequence[str]] = {
    WordKind.ITEM: (
        "已有的检验结果、限量和对照照旧显示和统计；现行计划中的项目保留，请在计划调整中改用接替的项目",
        "结果文件仍写该项目的，照常导入并提示；限量需要一并废止的，请在限量页另行提出",
    ),
    WordKind.CATEGORY: (
        "已登记的样品、任务和计划批次照旧办理、显示和统计；编制、调整中的计划可在计划页逐行改到接替的分类",
        "文件中仍写该分类的，照常导入并提示；限量不随分类停用，需要废止的另行提出",
    ),
    WordKind.REGION: (
        "已登记的样品、案件、企业和计划批次仍属原区划，照旧办理、显示和统计；企业档案迁入接替区划的，逐家或导入更新",
        "机构的所属区划请在机构页调整；接替区划合并后的常住人口请另行提出，以免批次/千人用旧人口计算",
        "编制、调整中的计划可在计划页逐行把批次改到接替的区划",
        "文件中仍写该区划的，照常导入并提示",
    ),
    WordKind.LABORATORY: (
        "已送检的样品由该机构检完出具报告，它的账号、报告、案件和统计照旧；检完后在机构页停用账号和机构",
        "未办结的任务单请逐件改派到接替的机构；检验时限约定和检验能力不随之转移，请为接替的机构另行登记",
        "复检机构名录另行办理；抽样单文件中仍写该机构的，照常导入并提示",
    ),
}  # fmt: skip
BACK: Sequence[str] = ("恢复后重新提供选择；停用期间登记的内容不改变",)


class OfWord(Handler):
    """What both acts ask of one word."""

    of: ClassVar[WordKind]
    retires: ClassVar[bool]

    def row(self, values: Values) -> Any:
        found = session().get(MODELS[self.of], int(values["subject"]))
        if found is None or (self.of is WordKind.LABORATORY and found.kind is not OrganisationKind.LABORATORY):
            raise NotFound(f"没有找到这个{NOUNS[self.of]}，请从列表重新进入")
        return found

    def said(self, values: Values) -> str:
        """The word and how it stands, over the form."""
        row = self.row(values)
        gone = standing.ended(self.of, row.id)
        return f"{NOUNS[self.of]}：{standing.name_of(self.of, row.id)}" + (f"（{gone.state}）" if gone else "")

    def base(self, values: Values) -> Any:
        row = self.row(values)
        acts = standing.standings().of(self.of, row.id)
        return [row.id, [[one.retired, str(one.valid_from), one.successor_id] for one in acts]]

    def begins(self, values: Values) -> date:
        found = day(values, "valid_from")
        if found is None:
            raise NotLikeThis("请填写自哪一天起", field="valid_from")
        return found

    def last(self, row: Any, begins: date) -> standing.Standing | None:
        """The newest act about the word; the next one is not earlier."""
        acts = standing.standings().of(self.of, row.id)
        if acts and begins < acts[-1].valid_from:
            said = "停用" if acts[-1].retired else "恢复使用"
            raise NotLikeThis(f"该{NOUNS[self.of]}已定自 {acts[-1].valid_from} 起{said}，请填写不早于这一天的日期", field="valid_from")
        return acts[-1] if acts else None

    def uses(self, values: Values) -> Mapping[str, int]:
        row = self.row(values)
        if self.of is WordKind.ITEM:
            return uses.of_item(row)
        if self.of is WordKind.LABORATORY:
            return uses.of_laboratory(row.id)
        return uses.of_category(row) if self.of is WordKind.CATEGORY else uses.of_region(row.id)

    def gauge(self, values: Values) -> Mapping[str, Any]:
        """A region leaves the sum of the residents around it, and with them 批次/千人 may change."""
        if self.of is not WordKind.REGION:
            return {}
        return {"figures": gauges.figures(self.row(values).parent_id, {gauges.this_year()})}

    def write(self, values: Values, actor: Actor, change_id: int | None, successor_id: int | None) -> None:
        row, begins = self.row(values), self.begins(values)
        made = WordStanding(
            kind=self.of.value, subject_id=row.id, retired=self.retires, valid_from=begins, successor_id=successor_id,
            source=(word(values, "source") or "")[:300], change_id=change_id, recorded_at=clock.now(), recorded_by_id=actor.user_id,
        )  # fmt: skip
        session().add(made)
        session().flush()
        changes: dict[str, tuple[Any, Any]] = {("停用日期" if self.retires else "恢复日期"): (None, begins)}
        if successor_id is not None:
            changes["接替"] = (None, standing.name_of(self.of, successor_id))
        kind, step = MODELS[self.of].__tablename__, "retire_word" if self.retires else "reopen_word"
        name = standing.name_of(self.of, row.id)[:200]
        history.record(kind, row.id, step, actor, org_id=actor.org_id, name=name, changes=changes)


def _key(kind: WordKind, row: Any) -> str:
    """As the other changes of the same word name it: two proposals about one word do not wait at once."""
    return str(row.name if kind is WordKind.ITEM else row.path if kind is WordKind.CATEGORY else row.code)


class Retiring(OfWord):
    """停用: the first day on which the word is offered no more, and what is used instead."""

    retires = True

    def successor(self, values: Values, row: Any, begins: date) -> int | None:
        """The id of what takes its place; nothing typed is none. Raises NotLikeThis for what cannot."""
        written = word(values, "successor")
        if written is None:
            return None
        found = meant(self.of, written)
        if found is None:
            raise NotLikeThis(f"没有找到接替的{NOUNS[self.of]}“{written[:60]}”，请从列表中选择", field="successor")
        if found == row.id or row.id in standing.line(self.of, found):
            raise NotLikeThis(f"接替的{NOUNS[self.of]}不能是它自己或它的下级，请另选", field="successor")
        gone = standing.ended(self.of, found, begins)
        if gone is not None:
            raise NotLikeThis(f"接替的{NOUNS[self.of]}{gone.state}，请另选在用的", field="successor")
        return found

    def told(self, values: Values) -> Told:
        row, begins = self.row(values), self.begins(values)
        if self.of is WordKind.REGION and row.level in (RegionLevel.COUNTRY, RegionLevel.PROVINCE):
            raise NotLikeThis("省级以上的行政区划不在页面上停用", field="valid_from")
        before = self.last(row, begins)
        if before is not None and before.retired:
            raise NotLikeThis(f"该{NOUNS[self.of]}自 {before.valid_from} 起已停用，没有变化", field="valid_from")
        above = standing.ended(self.of, row.id, begins)
        if above is not None:
            raise NotLikeThis(f"上级“{above.name}”{above.state}，它已随之停用", field="valid_from")
        successor = self.successor(values, row, begins)
        named = standing.name_of(self.of, successor) if successor is not None else None
        name = standing.name_of(self.of, row.id)
        lines = [Line(OFFERED, "可以选用", f"自 {begins} 起不再提供"), Line("接替", None, named)]
        joined = f"，{'并入' if self.of is WordKind.REGION else '改用'}“{named}”" if named else ""
        return Told(f"{NOUNS[self.of]}停用：{name}，自 {begins} 起{joined}"[:200], _key(self.of, row)[:200], begins, lines)

    def apply(self, values: Values, actor: Actor, change_id: int | None) -> None:
        row, begins = self.row(values), self.begins(values)
        self.write(values, actor, change_id, self.successor(values, row, begins))

    def fates(self, values: Values) -> Sequence[str]:
        return FATES[self.of]

    def compared(self, values: Values) -> Mapping[str, Any]:
        if self.of is WordKind.ITEM:
            return {}
        rows = uses.still_naming(self.of, self.row(values).id)
        return {"naming": {"count": len(rows), "rows": rows[:KEPT_ROWS]}}


class Reopening(OfWord):
    """恢复使用: from this day on the word is offered again."""

    retires = False

    def told(self, values: Values) -> Told:
        row, begins = self.row(values), self.begins(values)
        before = self.last(row, begins)
        if before is None or not before.retired:
            raise NotLikeThis(f"该{NOUNS[self.of]}没有停用，不需恢复", field="valid_from")
        lines = [Line(OFFERED, f"自 {before.valid_from} 起停用", f"自 {begins} 起重新提供")]
        name = standing.name_of(self.of, row.id)
        return Told(f"{NOUNS[self.of]}恢复使用：{name}，自 {begins} 起"[:200], _key(self.of, row)[:200], begins, lines)

    def apply(self, values: Values, actor: Actor, change_id: int | None) -> None:
        self.write(values, actor, change_id, None)

    def fates(self, values: Values) -> Sequence[str]:
        return BACK


def meant(kind: WordKind, written: str) -> int | None:
    """The word of this kind that is written exactly, or None."""
    if kind is WordKind.ITEM:
        known = books.item_book().resolve(written)
        return standing.item_ids().get(known.name) if known.known else None
    if kind is WordKind.CATEGORY:
        category = books.category_book().by_path(written)
        return category.id if category is not None else None
    if kind is WordKind.LABORATORY:
        return books.laboratory_id(written)
    found, exact = books.region_book().resolve(written.split(" ")[0])
    return found if exact else None


@handles(ChangeAct.ITEM_RETIRE)
class ItemRetired(Retiring):
    of = WordKind.ITEM


@handles(ChangeAct.CATEGORY_RETIRE)
class CategoryRetired(Retiring):
    of = WordKind.CATEGORY


@handles(ChangeAct.REGION_RETIRE)
class RegionRetired(Retiring):
    of = WordKind.REGION


@handles(ChangeAct.LABORATORY_RETIRE)
class LaboratoryRetired(Retiring):
    of = WordKind.LABORATORY


@handles(ChangeAct.ITEM_REOPEN)
class ItemReopened(Reopening):
    of = WordKind.ITEM


@handles(ChangeAct.CATEGORY_REOPEN)
class CategoryReopened(Reopening):
    of = WordKind.CATEGORY


@handles(ChangeAct.REGION_REOPEN)
class RegionReopened(Reopening):
    of = WordKind.REGION


@handles(ChangeAct.LABORATORY_REOPEN)
class LaboratoryReopened(Reopening):
    of = WordKind.LABORATORY
