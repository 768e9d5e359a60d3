"""How many records name a 检验项目, 食品分类, 行政区划 or 承检机构: counted before it is retired."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from app.accounts.models import User
from app.assignments.models import SamplingAssignment
from app.db import session
from app.domain.states import SampleState
from app.domain.workflow import AssignmentState, PlanState
from app.enterprises.models import Enterprise
from app.gaps.models import LabCapacity
from app.organisations.models import Organisation
from app.plans.models import PlanItem, PlanItemSet, PlanQuota, SamplingPlan
from app.reference_data import books
from app.reference_data.models import (
    CategoryAlias,
    FoodCategory,
    FoodLimit,
    ItemAlias,
    Population,
    TestItem,
    UnknownWord,
)
from app.reference_data.standing import WordKind
from app.results.models import ResultReport, ResultRow
from app.sampling.models import Sample
from app.turnaround.models import ReportAgreement

PART = 500
LIVE_PLANS = (PlanState.DRAFT, PlanState.SUBMITTED, PlanState.APPROVED, PlanState.ISSUED, PlanState.AMENDING)
OPEN_TASKS = (AssignmentState.ASSIGNED, AssignmentState.ACCEPTED)


def _count(*where: Any) -> int:
    return session().scalar(sa.select(sa.func.count()).where(*where)) or 0


def _among(column: Any, ids: Collection[int], *where: Any) -> int:
    """How many rows name one of these; asked in parts, a province has thousands of townships."""
    ordered = sorted(ids)
    return sum(_count(column.in_(ordered[start : start + PART]), *where) for start in range(0, len(ordered), PART))


def _live(plan_id: Any) -> Any:
    return plan_id.in_(sa.select(SamplingPlan.id).where(SamplingPlan.state.in_(LIVE_PLANS)))


def of_item(item: TestItem) -> Mapping[str, int]:
    """现行计划、限量、对照 and results in force that name the item."""
    sets = sa.select(PlanItemSet.id).where(PlanItemSet.superseded_at.is_(None), _live(PlanItemSet.plan_id))
    reports = sa.select(ResultReport.id).where(ResultReport.superseded_at.is_(None))
    return {
        "现行计划中的检验项目": _count(PlanItem.item == item.name, PlanItem.set_id.in_(sets)),
        "现行限量": _count(FoodLimit.item == item.name, FoodLimit.superseded_at.is_(None)),
        "写法对照和名称对照": _count(ItemAlias.name == item.name) + _mapped(WordKind.ITEM, (item.name,)),
        "现行检验结果": _count(ResultRow.item == item.name, ResultRow.report_id.in_(reports)),
    }


def of_category(category: FoodCategory) -> Mapping[str, int]:
    """The same of a category with everything below it."""
    book = books.category_book()
    ids = book.below(category.id)
    paths = [book.by_id(number).path for number in sorted(ids)]
    mapped = _mapped(WordKind.CATEGORY, paths) + _among_words(CategoryAlias.path, paths)
    return {
        "下级分类（一并停用）": len(ids) - 1,
        "现行计划的批次安排": _among(PlanQuota.category_id, ids, PlanQuota.superseded_at.is_(None), _live(PlanQuota.plan_id)),
        "现行计划的检验项目组": _among(PlanItemSet.category_id, ids, PlanItemSet.superseded_at.is_(None), _live(PlanItemSet.plan_id)),
        "未办结的抽样任务单": _among(SamplingAssignment.category_id, ids, SamplingAssignment.state.in_(OPEN_TASKS)),
        "未出报告的样品": _among(Sample.category_id, ids, Sample.state == SampleState.REGISTERED),
        "现行限量": _among_words(FoodLimit.category, paths, FoodLimit.superseded_at.is_(None)),
        "写法对照和名称对照": mapped,
    }


def of_region(region_id: int) -> Mapping[str, int]:
    """The same of a region with everything in it, and who has his seat there."""
    book = books.region_book()
    ids = book.below(region_id)
    codes = [book.code(number) for number in sorted(ids)]
    return {
        "下级区划（一并停用）": len(ids) - 1,
        "以该地为区域的现行计划": _among(SamplingPlan.region_id, ids, SamplingPlan.state.in_(LIVE_PLANS)),
        "现行计划的批次安排": _among(PlanQuota.region_id, ids, PlanQuota.superseded_at.is_(None), _live(PlanQuota.plan_id)),
        "未办结的抽样任务单": _among(SamplingAssignment.region_id, ids, SamplingAssignment.state.in_(OPEN_TASKS)),
        "未出报告的样品": _among(Sample.region_id, ids, Sample.state == SampleState.REGISTERED),
        "企业档案": _among(Enterprise.region_id, ids, Enterprise.merged_into_id.is_(None)),
        "在用机构": _among(Organisation.region_id, ids, Organisation.active.is_(True)),
        "常住人口数据": _among(Population.region_id, ids, Population.superseded_at.is_(None)),
        "地方限量": _among_words(FoodLimit.region, codes, FoodLimit.superseded_at.is_(None)),
        "名称对照": _mapped(WordKind.REGION, codes),
    }


def of_laboratory(org_id: int) -> Mapping[str, int]:
    """What a laboratory has in hand, and what was agreed with it."""
    return {
        "未办结的抽样任务单": _count(SamplingAssignment.laboratory_org_id == org_id, SamplingAssignment.state.in_(OPEN_TASKS)),
        "未出报告的样品": _count(Sample.laboratory_org_id == org_id, Sample.state == SampleState.REGISTERED),
        "在用账号": _count(User.org_id == org_id, User.active.is_(True)),
        "检验时限约定": _count(ReportAgreement.laboratory_org_id == org_id, ReportAgreement.voided_at.is_(None)),
        "检验能力": _count(LabCapacity.laboratory_org_id == org_id, LabCapacity.superseded_at.is_(None)),
    }


def _among_words(column: Any, words: Collection[str], *where: Any) -> int:
    ordered = list(words)
    return sum(_count(column.in_(ordered[start : start + PART]), *where) for start in range(0, len(ordered), PART))


def _mapped(kind: WordKind, words: Collection[str]) -> int:
    return _among_words(UnknownWord.mapped_to, words, UnknownWord.kind == kind.value)


def still_naming(kind: WordKind, subject_id: int) -> list[dict[str, str]]:
    """The plans and open tasks that name what is to be retired, or what lies below it: theirs is what may be moved."""
    if kind is WordKind.LABORATORY:
        open_there = (SamplingAssignment.laboratory_org_id == subject_id, SamplingAssignment.state.in_(OPEN_TASKS))
        return _rows((), session().scalars(sa.select(SamplingAssignment.id).where(*open_there)))
    book = books.category_book() if kind is WordKind.CATEGORY else books.region_book()
    ids = sorted(book.below(subject_id))
    quota, task = (
        (PlanQuota.category_id, SamplingAssignment.category_id)
        if kind is WordKind.CATEGORY
        else (PlanQuota.region_id, SamplingAssignment.region_id)
    )
    plans: set[int] = set()
    tasks: set[int] = set()
    for start in range(0, len(ids), PART):
        part = ids[start : start + PART]
        named = sa.select(PlanQuota.plan_id).where(quota.in_(part), PlanQuota.superseded_at.is_(None), _live(PlanQuota.plan_id))
        plans |= set(session().scalars(named.distinct()))
        tasks |= set(session().scalars(sa.select(SamplingAssignment.id).where(task.in_(part), SamplingAssignment.state.in_(OPEN_TASKS))))
    return _rows(plans, tasks)


def _rows(plans: Iterable[int], tasks: Iterable[int]) -> list[dict[str, str]]:
    found = [{"kind": "plan", "key": str(one)} for one in sorted(plans)] + [{"kind": "task", "key": str(one)} for one in sorted(tasks)]
    return [{**one, "name": "", "before": "", "after": ""} for one in found]
