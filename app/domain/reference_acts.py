"""What may be changed in 基础数据, and which change needs a second person (复核).

A change that moves figures, deadlines or verdicts is proposed by one person and adopted by another. What only adds a word to choose
from moves nothing of what is there: it takes effect at once, with its history.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.domain.trust_kinds import ChangeKind


class ChangeAct(StrEnum):
    """变更事项: one of the ways to change a kind of data."""

    LIMIT_NEW = "limit.new"
    LIMIT_VERSION = "limit.version"
    LIMIT_END = "limit.end"
    CALENDAR = "calendar.notice"
    POPULATION = "population.set"
    DEADLINE = "deadline.version"
    TARGET = "target.set"
    CAP_NEW = "cap.new"
    CAP = "cap.version"
    CODE_NEW = "code.new"
    CODE_ORDER = "code.order"
    CODE_RETIRE = "code.retire"
    ITEM_NEW = "item.new"
    ITEM_ALIAS = "item.alias"
    ITEM_VERSION = "item.version"
    ITEM_RETIRE = "item.retire"
    ITEM_REOPEN = "item.reopen"
    CATEGORY_NEW = "category.new"
    CATEGORY_ALIAS = "category.alias"
    CATEGORY_VERSION = "category.version"
    CATEGORY_RETIRE = "category.retire"
    CATEGORY_REOPEN = "category.reopen"
    REGION_NEW = "region.new"
    REGION_RETIRE = "region.retire"
    REGION_REOPEN = "region.reopen"
    LABORATORY_RETIRE = "laboratory.retire"
    LABORATORY_REOPEN = "laboratory.reopen"
    DEFINITION = "definition.version"
    CHECKLIST = "checklist.edition"
    RULES = "rules.edition"
    SETTING = "setting.set"


@dataclass(frozen=True, slots=True)
class ActRule:
    """``why`` is said on the page: why a second person is needed, or why none is."""

    kind: ChangeKind
    title: str
    two_people: bool
    why: str


_A, _K = ChangeAct, ChangeKind
_VERDICTS = "限量决定结果判定"
_CLOCKS = "会改变未办结事项的法定期限"
_FIGURES = "会改变规划指标的数值或达标情况"
_ADDED = "只增加可选的内容，不改变已有的数据"
_OFFERED = "会改变以后的抽样单、计划和对照能选什么；以往的记录和数字不变"
_WORK = "会改变以后的抽样单、任务和抽取能选哪些承检机构；以往的记录和数字不变"
ACTS: Mapping[ChangeAct, ActRule] = {
    _A.LIMIT_NEW: ActRule(_K.LIMIT, "新增限量", True, _VERDICTS),
    _A.LIMIT_VERSION: ActRule(_K.LIMIT, "限量新版本", True, _VERDICTS),
    _A.LIMIT_END: ActRule(_K.LIMIT, "废止限量", True, _VERDICTS),
    _A.CALENDAR: ActRule(_K.CALENDAR, "放假安排", True, _CLOCKS),
    _A.POPULATION: ActRule(_K.POPULATION, "常住人口", True, _FIGURES),
    _A.DEADLINE: ActRule(_K.DEADLINE, "期限规则新版本", True, _CLOCKS),
    _A.TARGET: ActRule(_K.TARGET, "规划目标", True, _FIGURES),
    _A.CAP_NEW: ActRule(_K.RULES, "新增频次上限", True, "决定能否继续对同一家抽样"),
    _A.CAP: ActRule(_K.RULES, "频次上限新版本", True, "决定能否继续对同一家抽样"),
    _A.CODE_NEW: ActRule(_K.CODE, "代码表新增", False, _ADDED),
    _A.CODE_ORDER: ActRule(_K.CODE, "代码表排序", False, "只改变列出的先后"),
    _A.CODE_RETIRE: ActRule(_K.CODE, "代码表停用", True, "停用后不再提供选择，填报口径随之改变"),
    _A.ITEM_NEW: ActRule(_K.ITEM, "新增检验项目", False, _ADDED),
    _A.ITEM_ALIAS: ActRule(_K.ITEM, "项目写法对照", False, "只让以后导入时多认得一种写法"),
    _A.CATEGORY_NEW: ActRule(_K.CATEGORY, "新增食品分类", False, _ADDED),
    _A.CATEGORY_ALIAS: ActRule(_K.CATEGORY, "分类写法对照", False, "只让以后导入时多认得一种写法"),
    _A.REGION_NEW: ActRule(_K.REGION, "新增行政区划", False, _ADDED),
    _A.ITEM_VERSION: ActRule(_K.ITEM, "检验项目属性变更", True, "类别决定以后登记的结果怎样归类统计，单位和方法会预填到计划和结果中"),
    _A.ITEM_RETIRE: ActRule(_K.ITEM, "检验项目停用", True, _OFFERED),
    _A.ITEM_REOPEN: ActRule(_K.ITEM, "检验项目恢复使用", True, _OFFERED),
    _A.CATEGORY_VERSION: ActRule(_K.CATEGORY, "食品分类属性变更", True, "产品领域决定以后登记的批次计入哪些规划指标"),
    _A.CATEGORY_RETIRE: ActRule(_K.CATEGORY, "食品分类停用", True, _OFFERED),
    _A.CATEGORY_REOPEN: ActRule(_K.CATEGORY, "食品分类恢复使用", True, _OFFERED),
    _A.REGION_RETIRE: ActRule(_K.REGION, "行政区划撤销或合并", True, _OFFERED),
    _A.REGION_REOPEN: ActRule(_K.REGION, "行政区划恢复使用", True, _OFFERED),
    _A.LABORATORY_RETIRE: ActRule(_K.CODE, "承检机构停用或合并", True, _WORK),
    _A.LABORATORY_REOPEN: ActRule(_K.CODE, "承检机构恢复承检", True, _WORK),
    _A.DEFINITION: ActRule(_K.TARGET, "指标口径新版本", True, _FIGURES),
    _A.CHECKLIST: ActRule(_K.RULES, "检查要点表新版本", True, "决定监督检查逐项检查什么、怎样得出结果"),
    _A.RULES: ActRule(_K.RULES, "规则表新版本", True, "决定评分、抽取、预警等的计算"),
    _A.SETTING: ActRule(_K.SETTING, "系统设置", True, "改变系统的办理规则或安全策略"),
}


def needs_second_person(act: ChangeAct, required: bool) -> bool:
    """``required`` is the office's setting REFERENCE_SECOND_PERSON; settings need a second person whatever it says, itself included."""
    return ACTS[act].two_people and (required or ACTS[act].kind is ChangeKind.SETTING)
