"""Mappings of cells, read strictly from JSON and written back (单元格对应关系的读写).

Nothing is guessed: a word that is not known, a field too many, a filter nobody could count is refused with one sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, Final

from app.domain.case_parts import CasePart
from app.domain.cell_addresses import BadAddress, column_of, letters
from app.domain.fact_filters import BadFilter, parse_filter
from app.domain.fact_parts import Part
from app.domain.figures import Formula, Kind
from app.domain.formulas import FORMULAS
from app.domain.return_lists import LISTS
from app.domain.return_specs import (
    AREA,
    GROUPS,
    KINDS,
    LABORATORY,
    TEXTS,
    BadSpec,
    CompletionSpec,
    DifferenceSpec,
    FigureOf,
    FigureSpec,
    Form,
    Group,
    GrowthSpec,
    ListSpec,
    Side,
    Spec,
    TaskSpec,
    TextSpec,
    When,
)
from app.domain.samples import Level, Purpose
from app.domain.tally_parts import TallyPart

MOST_TEXT: Final = 200
MOST_ROWS: Final = 2_000
PLACE: Final = re.compile(r"\{([^{}]*)\}")


def read_spec(value: Any) -> Spec:
    """The mapping of one cell. Raises BadSpec with one sentence."""
    found = _object(value, "单元格的对应关系")
    kind = _text(found, "kind", "取数方式")
    reader = READERS.get(kind)
    if reader is None:
        raise BadSpec(f"没有“{kind[:20]}”这种取数方式，可用：{'、'.join(KINDS)}")
    return reader({name: one for name, one in found.items() if name != "kind"})


def _figure_spec(found: Mapping[str, Any]) -> FigureSpec:
    own = {name: one for name, one in found.items() if name != "form"}
    return FigureSpec(_figure(own, "指标"), _word(found, "form", Form, Form.NUMBER, "写法"))


def _difference(found: Mapping[str, Any]) -> DifferenceSpec:
    _only(found, ("of", "minus", "form"))
    form = _word(found, "form", Form, Form.NUMBER, "写法")
    return DifferenceSpec(_figure(found.get("of"), "被减数"), _figure(found.get("minus"), "减数"), form)


def _growth(found: Mapping[str, Any]) -> GrowthSpec:
    _only(found, ("of", "against", "form"))
    form = _word(found, "form", Form, Form.NUMBER, "写法")
    return GrowthSpec(_figure(found.get("of"), "本数"), _figure(found.get("against"), "对比数"), form)


def _task(found: Mapping[str, Any]) -> TaskSpec:
    _only(found, ("level", "purpose"))
    return TaskSpec(_choice(found, "level", tuple(Level), "组织级别"), _choice(found, "purpose", tuple(Purpose), "检验目的"))


def _completion(found: Mapping[str, Any]) -> CompletionSpec:
    _only(found, ("level", "purpose", "period", "form"))
    return CompletionSpec(
        _choice(found, "level", tuple(Level), "组织级别"), _choice(found, "purpose", tuple(Purpose), "检验目的"),
        _word(found, "period", When, When.TO_DATE, "统计期"), _word(found, "form", Form, Form.NUMBER, "写法"),
    )  # fmt: skip


def _text_spec(found: Mapping[str, Any]) -> TextSpec:
    _only(found, ("text",))
    text = _text(found, "text", "文字", MOST_TEXT)
    if not text:
        raise BadSpec("请填写要写入的文字，可变的内容写成 {填报单位} 的形式")
    for name in PLACE.findall(text):
        if name not in TEXTS:
            raise BadSpec(f"没有“{{{name[:20]}}}”这一项，可用：{'、'.join('{' + one + '}' for one in TEXTS)}")
    if PLACE.sub("", text).strip("{}") != PLACE.sub("", text):
        raise BadSpec("文字中的大括号不成对，请写成 {填报单位} 的形式")
    return TextSpec(text)


def _list_spec(found: Mapping[str, Any]) -> ListSpec:
    _only(found, ("list", "columns", "most", "empty"))
    name = _choice(found, "list", tuple(LISTS), "列表")
    if not name:
        raise BadSpec(f"请选择列表：{'、'.join(LISTS)}")
    most = found.get("most")
    if not isinstance(most, int) or isinstance(most, bool) or not 1 <= most <= MOST_ROWS:
        raise BadSpec(f"请填写模板为“{name}”留出的行数，1 至 {MOST_ROWS} 的整数")
    return ListSpec(name, _columns(name, found.get("columns")), most, _text(found, "empty", "没有记录时的文字", 60))


def _columns(name: str, value: Any) -> tuple[tuple[int, str], ...]:
    written = _object(value, "列")
    if not written:
        raise BadSpec(f"请至少为“{name}”指定一列，如 A 列填序号")
    found: dict[int, str] = {}
    for letter, one in written.items():
        try:
            column = column_of(letter)
        except BadAddress as fault:
            raise BadSpec(str(fault)) from None
        if one not in LISTS[name]:
            raise BadSpec(f"“{name}”没有“{str(one)[:20]}”这一项，可用：{'、'.join(LISTS[name])}")
        if column in found:
            raise BadSpec(f"{letter.upper()} 列写了两次，请每列只填一项")
        found[column] = one
    return tuple(sorted(found.items()))


READERS: Final[Mapping[str, Callable[[Mapping[str, Any]], Spec]]] = {
    "figure": _figure_spec, "difference": _difference, "growth": _growth, "task": _task, "completion": _completion,
    "text": _text_spec, "list": _list_spec,
}  # fmt: skip


def _figure(value: Any, what: str) -> FigureOf:
    found = _object(value, what)
    _only(found, ("formula", "filter", "plan", "no", "period", "side", "group"))
    of = FigureOf(
        _text(found, "formula", "公式"), _text(found, "filter", "筛选口径", 300), _text(found, "plan", "规划", 40),
        _text(found, "no", "指标序号", 20), _word(found, "period", When, When.THIS, "统计期"),
        _word(found, "side", Side, Side.VALUE, "取数"), _group(found.get("group")),
    )  # fmt: skip
    if bool(of.formula) is bool(of.no):
        raise BadSpec(f"{what}：请选择一个公式，或填写规划指标的序号，二者选其一")
    if of.no:
        if of.filter:
            raise BadSpec(f"{what}：规划指标自带筛选口径，请删去另填的筛选")
        return of
    if of.plan:
        raise BadSpec(f"{what}：已选公式，请删去规划")
    _check_formula(of)
    return of


def _check_formula(of: FigureOf) -> None:
    formula = FORMULAS.get(of.formula)
    if formula is None or formula.kind is Kind.REPORTED:
        usable = (one.code for one in FORMULAS.values() if one.kind is not Kind.REPORTED)
        raise BadSpec(f"没有“{of.formula[:40]}”这个公式，可用：{'、'.join(usable)}")
    try:
        formula.check(parse_filter(of.filter))
    except BadFilter as fault:
        raise BadSpec(str(fault)) from None
    check_side(formula, of.side)
    check_group(formula, of.group)


def check_side(formula: Formula, side: Side) -> None:
    """Refuse a count that the figure does not have."""
    if side is Side.UNDECIDED and formula.beside is None:
        raise BadSpec(f"“{formula.name}”没有未判定数，请改取数值、分子或分母")
    if side is Side.DENOMINATOR and formula.kind is Kind.COUNT:
        raise BadSpec(f"“{formula.name}”是计数，没有分母，请取数值")
    if side is not Side.VALUE and formula.kind in (Kind.BALANCE, Kind.REPORTED):
        raise BadSpec(f"“{formula.name}”不是两个计数之比，只能取数值")


def check_group(formula: Formula, group: Group | None) -> None:
    """Areas split every figure; the other groups those counted record by record."""
    if group is None or (group.by == AREA and formula.kind is not Kind.REPORTED):
        return
    if group.by == LABORATORY and not (isinstance(formula.numerator, Part) and formula.kind in (Kind.COUNT, Kind.RATIO_PERCENT)):
        raise BadSpec(f"“{formula.name}”不能按承检机构分组，可以分的有抽检批次数、抽检合格率、监测问题率")
    if not isinstance(formula.numerator, (Part, CasePart, TallyPart)) or formula.kind is Kind.BALANCE:
        raise BadSpec(f"“{formula.name}”是整体的指标，不能按{group.by}分组")


def _group(value: Any) -> Group | None:
    if value is None:
        return None
    found = _object(value, "分组")
    _only(found, ("by", "key"))
    by, key = _choice(found, "by", GROUPS, "分组方式"), _text(found, "key", "组名", 60)
    if not by or not key:
        raise BadSpec("分组要同时填写分组方式和组名，如 食品大类、糕点")
    return Group(by, key)


def _object(value: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise BadSpec(f"{what}应为一个对象，请核对对应关系文件")
    return value


def _only(found: Mapping[str, Any], names: tuple[str, ...]) -> None:
    for name in found:
        if name not in names:
            raise BadSpec(f"没有“{name[:20]}”这一项，请核对拼写，可用：{'、'.join(names)}")


def _text(found: Mapping[str, Any], name: str, what: str, most: int = 60) -> str:
    value = found.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadSpec(f"{what}应为文字")
    if len(value.strip()) > most:
        raise BadSpec(f"{what}不得超过 {most} 个字，请精简")
    return value.strip()


def _choice(found: Mapping[str, Any], name: str, words: tuple[str, ...], what: str) -> str:
    value = _text(found, name, what)
    if value and value not in words:
        raise BadSpec(f"没有“{value[:20]}”这种{what}，可用：{'、'.join(words)}")
    return value


def _word(found: Mapping[str, Any], name: str, words: type[StrEnum], default: Any, what: str) -> Any:
    value = _choice(found, name, tuple(one.value for one in words), what)
    return words(value) if value else default


# ---------------------------------------------------------------- writing

def write_spec(spec: Spec) -> dict[str, Any]:
    """The JSON that ``read_spec`` reads back; what is as usual is left out."""
    return {"kind": spec.kind, **_WRITERS[spec.kind](spec)}


def _write_figure(of: FigureOf) -> dict[str, Any]:
    group = {"by": of.group.by, "key": of.group.key} if of.group else None
    told = {
        "formula": of.formula, "filter": of.filter, "plan": of.plan, "no": of.no, "period": of.when.value,
        "side": of.side.value if of.side is not Side.VALUE else None, "group": group,
    }  # fmt: skip
    return {name: value for name, value in told.items() if value}


def _formed(form: Form) -> dict[str, Any]:
    return {"form": form.value} if form is not Form.NUMBER else {}


def _some(**told: str) -> dict[str, Any]:
    return {name: value for name, value in told.items() if value}


_WRITERS: Final[Mapping[str, Any]] = {
    "figure": lambda s: {**_write_figure(s.of), **_formed(s.form)},
    "difference": lambda s: {"of": _write_figure(s.of), "minus": _write_figure(s.minus), **_formed(s.form)},
    "growth": lambda s: {"of": _write_figure(s.of), "against": _write_figure(s.against), **_formed(s.form)},
    "task": lambda s: _some(level=s.level, purpose=s.purpose),
    "completion": lambda s: {**_some(level=s.level, purpose=s.purpose, period=s.when.value), **_formed(s.form)},
    "text": lambda s: {"text": s.text},
    "list": lambda s: {
        "list": s.name, "columns": {letters(column): one for column, one in s.columns}, "most": s.most, **_some(empty=s.empty),
    },
}  # fmt: skip
