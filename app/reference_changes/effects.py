"""变更影响: measured before a change is sent (by a trial that is taken back), and again when it is adopted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.db import session
from app.disposal import operations as cases
from app.domain.actors import Actor
from app.domain.reference_acts import ChangeAct
from app.reference_changes import gauges
from app.reference_changes.handling import HANDLERS, Handler, Values
from app.reference_changes.trials import taken_back

KEPT_ROWS = 2000
Effect = dict[str, Any]


def foreseen(act: ChangeAct, values: Values, actor: Actor) -> Effect:
    """What the change would move; nothing stays written. Raises the refusal that writing it would raise."""
    handler = HANDLERS[act]
    before = handler.gauge(values)
    with taken_back():
        _write(act, values, actor, None)
        after = handler.gauge(values)
    return _difference(before, after) | _used(handler, values)


def carried_out(act: ChangeAct, values: Values, actor: Actor, change_id: int) -> Effect:
    """Write the change; what it has moved."""
    handler = HANDLERS[act]
    used = _used(handler, values)
    before = handler.gauge(values)
    _write(act, values, actor, change_id)
    return _difference(before, handler.gauge(values)) | used


def _write(act: ChangeAct, values: Values, actor: Actor, change_id: int | None) -> None:
    HANDLERS[act].apply(values, actor, change_id)
    session().flush()
    if HANDLERS[act].moves_clocks:
        cases.recount(actor)
        session().flush()


def _clocks(before: Any, after: Any) -> Effect:
    rows = gauges.moved(before, after)
    return {"count": len(rows), "settled": gauges.settled(before, after), "rows": rows[:KEPT_ROWS]}


def _results(before: Any, after: Any) -> Effect:
    rows = gauges.judged_anew(before, after)
    return {
        "count": len(rows), "samples": len({row["sample"] for row in rows}),
        "verdicts": sum(1 for row in rows if row["verdict"]), "rows": rows[:KEPT_ROWS],
    }  # fmt: skip


def _figures(before: Any, after: Any) -> Effect:
    rows = gauges.changed(before, after)
    return {"count": len(rows), "rows": rows[:KEPT_ROWS]}


DIFFERENCES: Mapping[str, Callable[[Any, Any], Effect]] = {"clocks": _clocks, "results": _results, "figures": _figures}


def _difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> Effect:
    return {name: DIFFERENCES[name](value, after[name]) for name, value in before.items()}


def _used(handler: Handler, values: Values) -> Effect:
    uses, fates = handler.uses(values), handler.fates(values)
    return {**handler.compared(values)} | ({"uses": dict(uses)} if uses else {}) | ({"fates": list(fates)} if fates else {})


def sentences(effect: Mapping[str, Any]) -> list[str]:
    """The effect in counts, as whoever sees no business data reads it."""
    told: list[str] = []
    if (found := effect.get("clocks")) is not None:
        told.append(f"未办结事项的法定期限有 {found['count']} 项会移动" if found["count"] else "没有法定期限会移动")
        if found["settled"]:
            told.append(f"有 {found['settled']} 项暂定的到期日成为确定日期")
    if (found := effect.get("results")) is not None:
        told.append(
            f"现行检验结果中有 {found['samples']} 批 {found['count']} 项适用的限量会不同，其中 {found['verdicts']} 项核对结论不同"
            "（报告自带限量的仍按其自带限量核对）"
            if found["count"]
            else "没有现行检验结果因此适用不同的限量"
        )
    if (found := effect.get("figures")) is not None:
        told.append(f"规划指标有 {found['count']} 个数值或达标情况会变" if found["count"] else "没有规划指标会变")
    if (found := effect.get("scores")) is not None:
        told.append(f"考核得分有 {found['count']} 项会变" if found["count"] else "没有考核得分会变")
    told += _of_rules(effect)
    told += [f"{name}：{count:,}" for name, count in effect.get("uses", {}).items()]
    told += effect.get("fates", [])
    return told or ["不影响已有的数据"]


def _of_rules(effect: Mapping[str, Any]) -> list[str]:
    """What another edition of a rule table moves, and what still names a word that is retired."""
    told: list[str] = []
    if (found := effect.get("moves")) is not None:
        told.append(f"{found['what']}有 {found['count']:,} 项会变" if found["count"] else f"{found['what']}没有一项会变")
        told += [found["after"]] if found["after"] else []
    if (found := effect.get("naming")) is not None and found["count"]:
        told.append(f"现行计划和未办结的任务单有 {found['count']:,} 份写该名称或其下级")
    if (found := effect.get("texts")) is not None:
        told.append(f"{found['what']}只改变提示的文字，不改变数值、期限、等级和判定")
    return told
