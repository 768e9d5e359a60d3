"""Forms of 限时报告: shape only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from wtforms import DateTimeLocalField, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from app.domain.actors import Actor
from app.domain.deadlines import DeadlineLight
from app.domain.urgent import Recipient, Told
from app.domain.workflow import UrgentState
from app.errors import Refused
from app.forms import OfficeForm, trimmed
from app.urgent.clock import shown, stored
from app.urgent.form_fields import Filled, authorities, visible
from app.urgent.models import UrgentReport
from app.urgent.operations import FaultyForm
from app.urgent.queries import ALL_STATES, LIVE_STATES, Filters

FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"]
LIGHTS: Mapping[str, DeadlineLight] = {light.name.lower(): light for light in DeadlineLight}
NOT_A_TIME = "请填写日期和时间，如 2026-11-20 09:30"


class MomentField(DateTimeLocalField):  # type: ignore[misc]
    """A moment in the office's time."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([one.strip() for one in valuelist])
        except ValueError:
            self.data = None
            raise ValueError(NOT_A_TIME) from None
        if self.data is not None and not 1990 <= self.data.year <= 2199:
            self.data = None
            raise ValueError(NOT_A_TIME)


class UrgentForm(OfficeForm):
    """限时报告情况表; the authorities' fields are added below."""

    confirmed_at = MomentField("确认时间", [InputRequired("请填写确认时间")], format=FORMATS)
    measures = TextAreaField("已采取的措施", [Length(max=1000, message="已采取的措施不得超过 1000 个字")], [trimmed])
    contact = StringField("联系人", [Length(max=60, message="联系人不得超过 60 个字")], [trimmed])
    phone = StringField("办公电话", [Length(max=40, message="联系电话不得超过 40 个字")], [trimmed])
    reason = StringField("更正理由", [Length(max=300, message="更正理由不得超过 300 个字")], [trimmed])
    version = IntegerField(widget=HiddenInput(), validators=[InputRequired("页面已过期，请刷新后重试")])

    @property
    def filled(self) -> Filled:
        assert isinstance(self.confirmed_at.data, datetime)
        told = [self._told(one) for one in Recipient]
        return Filled(stored(self.confirmed_at.data), told, self.measures.data or "", self.contact.data or "", self.phone.data or "")

    def _told(self, recipient: Recipient) -> Told:
        authority, at, way, person = (self._fields[name].data for name in names_of(recipient))
        return Told(recipient, authority or "", stored(at) if at else None, way or "", person or "")

    def refuse(self, refusal: Refused) -> None:
        """Faults of several fields stand at each of them."""
        if not isinstance(refusal, FaultyForm):
            super().refuse(refusal)
            return
        self.status = refusal.status
        for name, sentence in refusal.faults.items():
            recipient = name.removeprefix("told-")
            field = self._fields[f"{recipient}_at" if recipient != name else name]
            field.errors = [*field.errors, sentence]


def names_of(recipient: Recipient) -> tuple[str, str, str, str]:
    """Names of one authority's fields: 单位, 时间, 方式, 接报人."""
    authority, at, way, person = (f"{recipient.name}_{part}" for part in ("authority", "at", "way", "person"))
    return authority, at, way, person


for _recipient in Recipient:
    _authority, _at, _way, _person = names_of(_recipient)
    setattr(UrgentForm, _authority, StringField("单位名称", [Length(max=100, message="单位名称不得超过 100 个字")], [trimmed]))
    setattr(UrgentForm, _at, MomentField("报告时间", [Optional()], format=FORMATS))
    setattr(UrgentForm, _way, StringField("报告方式", [Length(max=40, message="报告方式不得超过 40 个字")], [trimmed]))
    setattr(UrgentForm, _person, StringField("接报人", [Length(max=40, message="接报人不得超过 40 个字")], [trimmed]))


class AcknowledgeForm(OfficeForm):
    """签收意见."""

    comment = StringField("签收意见", [Length(max=300, message="签收意见不得超过 300 个字")], [trimmed])
    version = IntegerField(widget=HiddenInput(), validators=[InputRequired("页面已过期，请刷新后重试")])


def known(report: UrgentReport, actor: Actor) -> dict[str, Any]:
    """What the form shows before somebody types: what was filled in, else what is known."""
    saved = visible(report, actor)
    values: dict[str, Any] = {"confirmed_at": shown(report.confirmed_at), "version": report.version}
    if saved is None:
        return values | {names_of(one)[0]: name for one, name in authorities(report, actor).items()}
    for told in saved.told:
        values |= dict(zip(names_of(told.recipient), (told.authority, shown(told.at), told.way, told.person), strict=True))
    return values | {"measures": saved.measures, "contact": saved.contact, "phone": saved.phone}


def filters_asked(asked: Mapping[str, str]) -> Filters:
    states = {LIVE_STATES, ALL_STATES, *(state.value for state in UrgentState)}
    state = asked.get("state", LIVE_STATES)
    return Filters(
        state if state in states else LIVE_STATES, LIGHTS.get(asked.get("light", "")), asked.get("q", "").strip()[:60] or None
    )


def kept(filters: Filters) -> dict[str, str]:
    found = {"state": filters.state}
    if filters.light:
        found["light"] = filters.light.name.lower()
    return found | ({"q": filters.word} if filters.word else {})
