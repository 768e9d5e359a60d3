"""审核 of one return: every rule asked, and what stops it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from app.db import session
from app.domain.periods import Period
from app.domain.return_rules import parse
from app.domain.workflow import ReturnState
from app.errors import NotAllowedNow, NotLikeThis
from app.exports import building, storing, templated
from app.exports.building import Moment
from app.exports.checks import Checked, Checking, checked, key_of
from app.exports.made import Counted, Made
from app.exports.models import MonthlyReturn
from app.exports.previous import of_same_kind, period_before
from app.return_templates.models import ReturnRule

CONFIRM = "已阅看审核结果中未通过的提示及其说明，确认无误"
SEEN = "已确认的提示"  # in the history of the approval


def results(found: MonthlyReturn, made: Made, moment: Moment) -> list[Checked]:
    own = Checking(found, made, building.frame_of(found, moment.as_of), _before(found), _former(found))
    return checked(own, of_template(found, made) if found.template_id is not None else ())


def of_template(found: MonthlyReturn, made: Made) -> list[Checked]:
    """审核公式 of the form, 表内 and 表间."""
    asked = sa.select(ReturnRule).where(ReturnRule.template_id == found.template_id).order_by(ReturnRule.ordinal, ReturnRule.id)
    rules = session().scalars(asked).all()
    others: dict[str, Made | None] = {}
    results = []
    for one in rules:
        rule = parse(one.expression)
        for of in rule.references:
            if of.template is not None and of.template not in others:
                others[of.template] = _beside(found, of.template)
        outcome = rule.check(templated.lookup(made, others))
        words = outcome.sentence if outcome.passed else f"{one.message}：{outcome.sentence}"
        results.append(Checked(one.code, one.expression, one.blocking, outcome.passed, words[:500]))
    return results


def _beside(found: MonthlyReturn, word: str) -> Made | None:
    """The return of another form for the same office, area and period: the newest one that has not been given up."""
    offices = [int(part) for part in building.office(found.org_id).org_path.split("/") if part]
    asked = sa.select(MonthlyReturn).where(
        MonthlyReturn.org_id == found.org_id, MonthlyReturn.region_id == found.region_id, MonthlyReturn.month == found.month,
        MonthlyReturn.period_kind == found.period_kind, MonthlyReturn.template_id.in_(templated.named(offices, word)),
        MonthlyReturn.state != ReturnState.DISCARDED, MonthlyReturn.sources_attachment_id.is_not(None),
    )  # fmt: skip
    other = session().scalars(asked.order_by(MonthlyReturn.id.desc()).limit(1)).first()
    return storing.kept(other) if other is not None else None


def _before(found: MonthlyReturn) -> Mapping[tuple[str, ...], int] | None:
    """Cumulative counts of the sealed return of the period before in the same year."""
    former = period_before(found)
    sealed = _sealed(found, former) if former.year == found.month // 100 else None
    if sealed is None:
        return None
    rows = building.kept_counts(sealed.id)
    return {key_of(one): count for one, count in rows if one.period == former.to_date.label and count is not None}


def _former(found: MonthlyReturn) -> list[tuple[Counted, int]] | None:
    """The counts of the period before, as its sealed return kept them."""
    former = period_before(found)
    sealed = _sealed(found, former)
    if sealed is None:
        return None
    return [(one, count) for one, count in building.kept_counts(sealed.id) if one.period == former.label and count is not None]


def _sealed(found: MonthlyReturn, period: Period) -> MonthlyReturn | None:
    """The sealed return of a period, of the same office, area and form: its last correction where there is one."""
    asked = sa.select(MonthlyReturn).where(
        *of_same_kind(found, period), MonthlyReturn.sources_attachment_id.is_not(None)
    ).order_by(MonthlyReturn.sealed_at.desc(), MonthlyReturn.id.desc())  # fmt: skip
    return session().scalars(asked.limit(1)).first()


def refuse_failing(found: MonthlyReturn, *, warnings: bool = True) -> None:
    """Raises NotLikeThis: which rules stop the return, and which want an explanation."""
    if found.sources_attachment_id is None:
        raise NotAllowedNow(storing.NOT_KEPT)
    failing = [one for one in storing.rows(found.id) if not one.passed]
    stopping = [one for one in failing if one.blocking]
    if stopping:
        raise NotLikeThis("强制审核规则未通过，请更正数据后重新生成：" + _named(stopping))
    unexplained = [one for one in failing if not one.explanation]
    if warnings and unexplained:
        raise NotLikeThis("提示性审核规则未通过，请逐条填写审核说明后再提交：" + _named(unexplained))


def _named(rows: Sequence[storing.ReturnCheck]) -> str:
    return "；".join(f"{one.code} {one.message}" for one in rows[:5])


def warnings(found: MonthlyReturn) -> list[storing.ReturnCheck]:
    """What does not hold without stopping the return: whoever approves it has to have seen it."""
    return [one for one in storing.rows(found.id) if not one.passed and not one.blocking]


def seen_of(found: MonthlyReturn) -> dict[str, tuple[None, str]] | None:
    """The warnings, as the history of the approval names them: it stays with the sealed return."""
    return {SEEN: (None, "、".join(one.code for one in rows))} if (rows := warnings(found)) else None


def refuse_unconfirmed(found: MonthlyReturn, confirmed: bool) -> None:
    """Raises NotLikeThis where there are warnings that the approver has not confirmed."""
    rows = warnings(found)
    if rows and not confirmed:
        raise NotLikeThis(
            f"审核结果有 {len(rows)} 条未通过的提示：{_named(rows)}。"
            f"请逐条核对审核说明，确认无误的勾选“{CONFIRM}”（命令行加 --confirm）再批准",
            field="confirmed",
        )
