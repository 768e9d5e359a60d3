"""Changing what the plans show: reported values (填报值) and definitions (口径). Both add a version; nothing is overwritten."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa

from app import history
from app.attachments import operations as attachments
from app.db import session
from app.domain.actors import Actor
from app.domain.figures import Source
from app.domain.indicators import FORMULAS, BadFilter, Field, Formula, Kind, parse_filter, write_filter
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis
from app.indicators.batch_rows import category_names
from app.indicators.frames import Area
from app.indicators.models import PlanIndicator, ReportedValue
from app.indicators.queries import Planned
from app.organisations.models import Organisation
from app.scope import scope

NUMBER = re.compile(r"-?\d{1,14}(\.\d{1,10})?")


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody reports: a value as written, its date and the document it is taken from."""

    year: int
    month: int | None
    value: str
    as_of: date
    document: str
    reason: str = ""
    filename: str = ""
    content: bytes = b""


def report_value(
    planned: Planned, area: Area, entry: Entry, actor: Actor, at: datetime, today: date, seen: int | None = None
) -> ReportedValue:
    """填报. A value before it for the same period is superseded, which needs a reason; ``seen`` is its id on the page."""
    _check_entry(planned, entry, today)
    _check_area(area, actor)
    before = current_value(planned, area, entry.year, entry.month, actor)
    if seen is not None and seen != (before.id if before else 0):
        raise NotAllowedNow("该指标刚由他人填报过，请核对页面上的最新数值后再提交；您填写的内容仍保留在表单中")
    if before is not None and not entry.reason.strip():
        raise NotLikeThis("本期已有填报值，替换时请填写原因", field="reason")
    value, places = read_value(entry.value)
    row = ReportedValue(
        org_id=actor.org_id,
        plan_id=planned.plan.id,
        no=planned.row.no,
        region_id=area.id,
        year=entry.year,
        month=entry.month,
        value=value,
        places=places,
        as_of=entry.as_of,
        document=entry.document.strip(),
        reason=entry.reason.strip() or None,
        recorded_at=at,
        recorded_by_id=actor.user_id,
        superseded_at=None,
    )
    if before is not None:
        before.superseded_at = at
    session().add(row)
    session().flush()
    _attach(row, entry, actor, at)
    _note(row, before, planned, area, actor)
    return row


def current_value(planned: Planned, area: Area, year: int, month: int | None, actor: Actor) -> ReportedValue | None:
    """The value in force of this very period that the actor may replace."""
    period = ReportedValue.month.is_(None) if month is None else ReportedValue.month == month
    statement = sa.select(ReportedValue).where(
        ReportedValue.plan_id == planned.plan.id,
        ReportedValue.no == planned.row.no,
        ReportedValue.region_id == area.id,
        ReportedValue.year == year,
        period,
        ReportedValue.superseded_at.is_(None),
    )
    newest = scope(statement, ReportedValue, actor).order_by(ReportedValue.recorded_at.desc(), ReportedValue.id.desc())
    return session().scalars(newest).first()


def read_value(written: str) -> tuple[Decimal, int]:
    """The number and how many decimals it was written with; 97.80 stays 97.80."""
    text = unicodedata.normalize("NFKC", written).strip().removesuffix("%").replace(",", "")
    if not NUMBER.fullmatch(text):
        raise NotLikeThis(f"“{written[:40]}”不是数值，请只填写数字，例如 97.8", field="value")
    return Decimal(text), len(text.partition(".")[2])


def _check_entry(planned: Planned, entry: Entry, today: date) -> None:
    if planned.formula.kind is not Kind.REPORTED:
        raise NotAllowedNow(f"“{planned.row.name}”由系统按记录计算，不能填报；如需改为填报，请系统管理员调整口径")
    if not entry.document.strip():
        raise NotLikeThis("请填写来源文件名称和文号", field="document")
    if entry.as_of > today:
        raise NotLikeThis("数值日期不能晚于今天", field="as_of")
    if entry.as_of < date(entry.year, 1, 1):
        raise NotLikeThis(f"数值日期早于 {entry.year} 年，请核对年份或日期", field="as_of")


def _check_area(area: Area, actor: Actor) -> None:
    """A bureau reports for its own area; one without an area (the installation's topmost) for any."""
    own = session().scalar(sa.select(Organisation.region_id).where(Organisation.id == actor.org_id))
    if own is not None and own not in area.book.up(area.id):
        raise NotAllowed(f"只能填报本单位辖区的数值，{area.name}不在您的辖区内")


def _attach(row: ReportedValue, entry: Entry, actor: Actor, at: datetime) -> None:
    if entry.filename:
        kept = attachments.save(actor, "reported_value", row.id, row.org_id, entry.filename, entry.content, at)
        row.attachment_id = kept.id


def _note(row: ReportedValue, before: ReportedValue | None, planned: Planned, area: Area, actor: Actor) -> None:
    changes = {
        "value": (before.value.normalize() if before else None, row.value.normalize()),
        "as_of": (before.as_of if before else None, row.as_of),
        "document": (before.document if before else None, row.document),
    }
    period = f"{row.year}年{f'{row.month}月' if row.month else ''}"
    name = f"{planned.plan.name} {row.no} {planned.row.name}（{area.name}，{period}）"
    history.record(
        "reported_value",
        row.id,
        "report_value",
        actor,
        org_id=row.org_id,
        name=name,
        comment=row.reason,
        changes=changes,
    )


# ---------------------------------------------------------------- definitions


def define(
    planned: Planned, formula: str, written: str, reason: str, actor: Actor, at: datetime, seen: int | None = None
) -> PlanIndicator:
    """改口径: a new dated version of the indicator; what was shown before stays reproducible as of its date."""
    row = planned.row
    if seen is not None and seen != row.definition_version:
        raise NotAllowedNow("该指标的口径刚由他人调整过，请核对最新口径后再提交；您填写的内容仍保留在表单中")
    filter_text = checked_definition(planned, formula, written)
    if not reason.strip():
        raise NotLikeThis("请填写调整口径的原因和依据", field="reason")
    columns = {column.key: getattr(row, column.key) for column in PlanIndicator.__table__.columns}
    changed = {
        "id": None, "definition_version": row.definition_version + 1, "formula": formula, "filter": filter_text,
        "shipped": False, "recorded_at": at, "superseded_at": None,
    }  # fmt: skip
    new = PlanIndicator(**{**columns, **changed})
    row.superseded_at = at
    session().add(new)
    session().flush()
    history.record(
        "plan_indicator",
        new.id,
        "add_version",
        actor,
        org_id=actor.org_id,
        name=f"{planned.plan.name} {row.no} {row.name}",
        comment=reason,
        changes={"formula": (row.formula, formula), "filter": (row.filter, filter_text)},
    )
    return new


def checked_definition(planned: Planned, formula: str, written: str) -> str | None:
    """The filter as it is stored. Raises NotLikeThis where nobody could count so, or nothing would be changed."""
    filter_text = _checked_filter(FORMULAS[formula], written)
    if (formula, filter_text) == (planned.row.formula, planned.row.filter):
        raise NotLikeThis("口径没有变化，无需保存", field="formula")
    return filter_text


def _checked_filter(formula: Formula, written: str) -> str | None:
    try:
        conditions = parse_filter(written)
        formula.check(conditions)
    except BadFilter as fault:
        raise NotLikeThis(str(fault), field="filter") from fault
    for condition in conditions:
        if condition.field is Field.CATEGORY and formula.source in (Source.FACTS, Source.CASES):
            _known_categories(condition.values)
    return write_filter(conditions) or None


def _known_categories(values: tuple[str, ...]) -> None:
    known = set(category_names().values())
    unknown = [value for value in values if value not in known and value != "未分类"]
    if unknown:
        raise NotLikeThis(f"没有名为“{'、'.join(unknown)}”的食品大类，请按食品分类的大类名称填写", field="filter")
