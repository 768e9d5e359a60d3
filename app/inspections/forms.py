"""Forms of 监督检查: shape only. What can be true is asked of ``domain.inspections``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from enum import StrEnum
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp
from wtforms.widgets import HiddenInput

from app import clock
from app.checklists.models import ChecklistItem
from app.disposal.forms import Day, plain
from app.domain.inspections import InspectionRecord
from app.domain.supervision_kinds import (
    CompanySignature,
    FindingAnswer,
    InspectionMeasure,
    InspectionNature,
    InspectionResult,
)
from app.domain.supervision_states import InspectionState
from app.errors import NotLikeThis, Refused
from app.forms import OfficeForm
from app.inspections.models import Inspection
from app.inspections.operations import Arrangement
from app.inspections.queries import LATE, MINE, UNPUBLISHED, Filters
from app.inspections.recording import Answer, FaultyInspection, moment

EXPIRED = "页面已过期，请刷新后重试"
NOTHING = ("", "未填写")
TIME = r"([01]?[0-9]|2[0-3])[:：][0-5][0-9]\Z"
NUMBER = re.compile(r"[0-9]{1,16}")


def _version() -> IntegerField:
    return IntegerField(widget=HiddenInput(), validators=[InputRequired(EXPIRED)])


def _text(title: str, longest: int, *rules: Any, long: bool = False) -> Any:
    limit = Length(max=longest, message=f"{title}不得超过 {longest} 个字，请精简")
    return (TextAreaField if long else StringField)(title, [*rules, limit], [plain])


def _one_of(title: str, words: type[StrEnum]) -> SelectField:
    return SelectField(title, choices=[NOTHING, *((each.value, each.value) for each in words)], default="")


def _time(title: str) -> StringField:
    return StringField(title, [Optional(), Regexp(TIME, message=f"{title}请按 09:30 的格式填写")], [plain])


def _person(title: str) -> SelectField:
    return SelectField(title, choices=[], default="", validators=[Optional()])


class FaultsForm(OfficeForm):
    """A form that tells every impossible field at once."""

    def refuse(self, refusal: Refused) -> None:
        if not isinstance(refusal, FaultyInspection):
            super().refuse(refusal)
            return
        self.status = refusal.status
        for name, sentence in refusal.faults.items():
            field = self._fields.get(name)
            if field is None:
                self.form_errors.append(sentence)
            else:
                field.errors = [*field.errors, sentence]


# ---------------------------------------------------------------- planning

class ArrangeForm(OfficeForm):
    """安排检查."""

    nature = SelectField("检查类别", choices=[(one.value, one.value) for one in InspectionNature], default=InspectionNature.ROUTINE.value)
    planned_on = Day("计划日期", [Optional()])
    lead_id = _person("主办检查人员")
    second_id = _person("协办检查人员")
    place = _text("检查地点", 300)
    others = _text("其他人员", 300)

    def offer(self, people: Iterable[Any]) -> None:
        """The people who may be named."""
        choices = [("", "请选择"), *((str(one.id), f"{one.name}（{one.username}）") for one in people)]
        self.lead_id.choices = self.second_id.choices = choices

    @property
    def arrangement(self) -> Arrangement:
        return Arrangement(
            InspectionNature(self.nature.data), self.planned_on.data, number(self.lead_id.data), number(self.second_id.data),
            self.place.data or None, self.others.data or None,
        )  # fmt: skip


class PlanForm(ArrangeForm):
    """安排检查 of an enterprise as one of its kinds."""

    kind = SelectField("检查类型", choices=[], validators=[InputRequired("请选择检查类型")])
    key = HiddenField(validators=[Length(max=60)])


class EditForm(ArrangeForm):
    """调整安排."""

    version = _version()

    @classmethod
    def of(cls, inspection: Inspection) -> EditForm:
        return cls(data={
            "nature": inspection.nature.value, "planned_on": inspection.planned_on, "lead_id": str(inspection.lead_id or ""),
            "second_id": str(inspection.second_id or ""), "place": inspection.place, "others": inspection.others,
            "version": inspection.version,
        })  # fmt: skip


class StartForm(OfficeForm):
    """开始检查."""

    inspected_on = Day("检查日期", [Optional()])
    version = _version()


# ---------------------------------------------------------------- recording

class RecordForm(FaultsForm):
    """检查情况."""

    inspected_on = Day("检查日期", [InputRequired("请填写检查日期")])
    from_at = _time("开始时间")
    to_at = _time("结束时间")
    place = _text("检查地点", 300)
    others = _text("其他人员", 300)
    result = _one_of("检查结果", InspectionResult)
    result_reason = _text("与建议结果不一致的理由", 500, long=True)
    measure = _one_of("处理", InspectionMeasure)
    opinion = _text("检查意见", 2000, long=True)
    company_signature = _one_of("被检查单位签字", CompanySignature)
    company_person = _text("被检查单位签字人", 100)
    company_opinion = _text("被检查单位意见", 1000, long=True)
    witness = _text("见证人", 200)
    version = _version()

    @property
    def written(self) -> InspectionRecord:
        day = self.inspected_on.data
        return InspectionRecord(
            day, _moment(day, self.from_at.data), _moment(day, self.to_at.data), self.place.data or None, self.others.data or None,
            self.company_person.data or None, CompanySignature(self.company_signature.data) if self.company_signature.data else None,
            self.company_opinion.data or None, self.witness.data or None,
            InspectionResult(self.result.data) if self.result.data else None, self.result_reason.data or None,
            InspectionMeasure(self.measure.data) if self.measure.data else None, self.opinion.data or None,
        )  # fmt: skip


class CorrectForm(RecordForm):
    """更正检查记录."""

    reason = _text("更正理由", 500, DataRequired("请填写更正理由"), long=True)


def shown(inspection: Inspection) -> dict[str, Any]:
    """The record as its form shows it."""
    names = ("inspected_on", "place", "others", "result_reason", "opinion", "company_person", "company_opinion", "witness", "version")
    coded = ("result", "measure", "company_signature")
    return {
        **{name: getattr(inspection, name) for name in names},
        **{name: getattr(inspection, name).value if getattr(inspection, name) else "" for name in coded},
        "from_at": _shown_time(inspection.from_at), "to_at": _shown_time(inspection.to_at),
    }  # fmt: skip


def _shown_time(at: Any) -> str:
    return f"{clock.office_time(at):%H:%M}" if at is not None else ""


def _moment(day: date | None, written: str | None) -> Any:
    if day is None or not written:
        return None
    hour, minute = written.replace("：", ":").split(":")
    return moment(day, time(int(hour), int(minute)))


def answers_typed(typed: Mapping[str, str], items: Sequence[ChecklistItem]) -> dict[int, Answer]:
    """The answers of a page by the item's id: of each item that the page had. ``fill`` names a 检查内容 whose open items are 符合."""
    found: dict[int, Answer] = {}
    fill = typed.get("fill")
    for item in items:
        if f"note-{item.id}" not in typed and f"answer-{item.id}" not in typed:
            continue
        written, note = typed.get(f"answer-{item.id}") or "", plain(typed.get(f"note-{item.id}")) or None
        if written and written not in list(FindingAnswer):
            raise NotLikeThis(f"{item.number} 的结果“{written[:10]}”不在选项中，请重新选择")
        if not written and fill == item.group and not note:
            written = FindingAnswer.MEETS.value
        found[item.id] = (FindingAnswer(written) if written else None, note)
    return found


# ---------------------------------------------------------------- afterwards

class FinishForm(OfficeForm):
    """完成检查."""

    finished_on = Day("结果形成日期", [InputRequired("请填写结果形成日期")])
    version = _version()


class LinkForm(OfficeForm):
    """关联立案."""

    penalty = SelectField("本系统中的处罚案件", choices=[], default="", validators=[Optional()])
    filing_no = _text("立案文号", 100)
    version = _version()

    def offer(self, rows: Iterable[Any]) -> None:
        self.penalty.choices = [("", "不在本系统中"), *((str(one.id), one.number) for one in rows)]


class VoidForm(OfficeForm):
    """作废."""

    reason = _text("作废理由", 500, DataRequired("请填写作废理由"), long=True)
    version = _version()


class FileForm(OfficeForm):
    """现场照片、签字扫描件."""

    file = FileField("附件", [FileRequired("请选择附件")])


class VoidFileForm(OfficeForm):
    """作废附件."""

    reason = _text("作废原因", 300, DataRequired("请填写作废附件的原因"))


def number(written: Any) -> int | None:
    """A number in a form or an address; anything else counts as absent."""
    return int(written) if isinstance(written, str) and NUMBER.fullmatch(written) else None


# ---------------------------------------------------------------- the list

def filters_asked(asked: Mapping[str, str]) -> Filters:
    """The query of the list from its address; what it does not know is no condition."""
    return Filters(
        q=" ".join((asked.get("q") or "").split())[:60] or None, kind=(asked.get("kind") or "").strip()[:40] or None,
        nature=_known(InspectionNature, asked.get("nature")), state=_known(InspectionState, asked.get("state")),
        result=_known(InspectionResult, asked.get("result")), inspector_id=number(asked.get("inspector")),
        station_id=number(asked.get("station")), enterprise_id=number(asked.get("enterprise")), since=_day(asked.get("since")),
        until=_day(asked.get("until")), due=asked.get("due") if asked.get("due") in (MINE, UNPUBLISHED, LATE) else None,
    )  # fmt: skip


def _known(kind: type[Any], written: str | None) -> Any:
    return next((one for one in kind if one.value == written), None)


def _day(written: str | None) -> date | None:
    try:
        return date.fromisoformat(written or "")
    except ValueError:
        return None


def kept(filters: Filters) -> dict[str, Any]:
    """The query again, for the links of the list."""
    values: dict[str, Any] = {
        "q": filters.q, "kind": filters.kind, "nature": filters.nature, "state": filters.state, "result": filters.result,
        "inspector": filters.inspector_id, "station": filters.station_id, "enterprise": filters.enterprise_id, "since": filters.since,
        "until": filters.until, "due": filters.due,
    }  # fmt: skip
    return {name: str(getattr(value, "value", value)) for name, value in values.items() if value is not None}
