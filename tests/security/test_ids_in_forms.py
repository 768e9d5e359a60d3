"""Ids that come in a form, not in the address: what is sent of another organisation is refused, and nothing is written.

Selections that WTForms checks against their choices are proved by the pages: no page offers a record of another organisation
(``test_access_matrix.foreign``). Here stand the others: hidden ids, ticked rows of bulk steps, numbers typed by hand, and
selections that are asked by the operation (``validate_choice=False``). Each is first sent with a record of our own, so that the
refusal is known to be about the record and not about the rest of the form.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from wtforms import Form
from wtforms.fields.choices import SelectFieldBase
from wtforms.fields.core import UnboundField

from app.db import session, transaction
from app.domain.actors import Role
from app.enterprises.models import EnterpriseLicence
from app.reference_data.models import Region
from app.sampling.models import Sample
from tests.conftest import found_office
from tests.security import ready, world
from tests.security.conftest import Estate, Visit
from tests.security.test_access_matrix import TRACES, foreign, written

OURS = ready.OURS
DAY = "2026-11-20"
HARMLESS = TRACES | {"INSERT INTO bulk_action", "UPDATE bulk_action"}  # which says that nothing was done


@dataclass(frozen=True)
class World:
    """Ids of our own records and of the other organisation's."""

    rows: world.Manifest
    people: Mapping[str, int]

    def of(self, whose: str, key: str) -> int:
        return self.rows[whose][key]

    def person(self, whose: str) -> int:
        return self.people["county:另一办案人" if whose == OURS else "other:办案人"]

    def number(self, whose: str) -> str:
        return str(session().scalar(sa.select(Sample.number).where(Sample.id == self.of(whose, "Sample"))))

    def region(self) -> int:
        return session().scalars(sa.select(Region.id).where(Region.code == "120119")).one()

    def firm_of_licence(self) -> int:
        return session().get_one(EnterpriseLicence, self.of(OURS, "EnterpriseLicence")).enterprise_id


Sent = Callable[[World, str], Mapping[str, Any]]


@dataclass(frozen=True)
class Door:
    """A page, who asks it, and what is sent with a record of ``whose``, and what has to be so before it can succeed."""

    role: Role
    address: str  # {Kind} is the id of our own
    sent: Sent
    ready: Callable[[World, str], None] | None = None


DOORS: Mapping[str, Door] = {
    "分派的办理人": Door(
        Role.REVIEWER, "/disposal/{DisposalCase}/assign",
        lambda it, whose: {"version": 1, "handler": it.person(whose), "reason": "工作调整"},
    ),
    "批量分派的案件": Door(
        Role.REVIEWER, "/disposal/assign",
        lambda it, whose: {"case": f"{it.of(whose, 'DisposalCase')}.1", "handler": it.person(OURS), "reason": "工作调整"},
    ),
    "批量分派的办理人": Door(
        Role.REVIEWER, "/disposal/assign",
        lambda it, whose: {"case": f"{it.of(OURS, 'DisposalCase')}.1", "handler": it.person(whose), "reason": "工作调整"},
    ),
    "批量督促的案件": Door(
        Role.REVIEWER, "/disposal/urge",
        lambda it, whose: {
            "case": f"{it.of(whose, 'DisposalCase')}.1", "level": "提醒", "due_on": "2026-11-30", "urge_reason": "临近期限",
        },
        ready=ready.case_in_hand,
    ),
    "跟踪抽检的样品": Door(
        Role.HANDLER, "/disposal/{own DisposalCase}/follow-up",
        lambda it, whose: {"version": 1, "number": it.number(whose), "note": "跟踪"},
        ready=ready.own_case_in_hand,
    ),
    "受托人": Door(
        Role.REVIEWER, "/delegations/new",
        lambda it, whose: {
            "to_user": it.people["county:局领导" if whose == OURS else "other:局领导"], "from_on": DAY, "to_on": "2026-11-25",
            "reason": "出差",
        },
    ),
    "安排的检查人员": Door(
        Role.REVIEWER, "/schedules/{InspectionDuty}/assign",
        lambda it, whose: {"version": 1, "assigned": it.person(whose)},
    ),
    "批量安排": Door(
        Role.REVIEWER, "/schedules/assign",
        lambda it, whose: {"duty": it.of(whose, "InspectionDuty"), "assigned": it.person(OURS)},
    ),
    "批量安排的检查人员": Door(
        Role.REVIEWER, "/schedules/assign",
        lambda it, whose: {"duty": it.of(OURS, "InspectionDuty"), "assigned": it.person(whose)},
    ),
    "由安排生成检查的主办": Door(
        Role.REVIEWER, "/schedules/{InspectionDuty}/inspect",
        lambda it, whose: {"version": 1, "planned_on": "2026-11-25", "lead": it.person(whose), "second": it.people["county:办案人"]},
        ready=ready.nobody_there,
    ),
    "回头看的主办": Door(
        Role.REVIEWER, "/rectifications/{RectificationOrder}/recheck",
        lambda it, whose: {"version": 1, "planned_on": "2026-11-25", "lead": it.person(whose), "second": it.people["county:办案人"]},
    ),
    "批量收到自查报告": Door(
        Role.HANDLER, "/self-reports/receive-several",
        lambda it, whose: {"report": it.of(whose, "SelfReport"), "received_on": DAY},
    ),
    "批量催报自查报告": Door(
        Role.HANDLER, "/self-reports/urge-several",
        lambda it, whose: {"report": it.of(whose, "SelfReport")},
    ),
    "批量公示的检查": Door(
        Role.REVIEWER, "/inspections/publication",
        lambda it, whose: {"inspection": it.of(whose, "Inspection"), "published_on": DAY, "where": "局网站"},
        ready=ready.inspected,
    ),
    "随附文书": Door(
        Role.HANDLER, "/transfers/cases/{DisposalCase}/new",
        lambda it, whose: {
            "kind": "协查", "body": "市场监管部门", "to_name": "某局", "channel": "邮寄", "document_id": it.of(whose, "OfficialDocument"),
            "subject": "请协查", "sent_on": DAY,
        },
        ready=ready.letter_issued,
    ),
    "结束的许可证": Door(
        Role.HANDLER, "/enterprises/{firm of licence}/licences/end",
        lambda it, whose: {"version": 1, "licence_id": it.of(whose, "EnterpriseLicence"), "ended_on": DAY, "reason": "注销"},
    ),
    "设为主证的许可证": Door(
        Role.HANDLER, "/enterprises/{firm of licence}/licences/main",
        lambda it, whose: {"version": 1, "licence_id": it.of(whose, "EnterpriseLicence"), "reason": "换证"},
    ),
    "换证的许可证": Door(
        Role.HANDLER, "/enterprises/{firm of licence}/licences",
        lambda it, whose: {
            "version": 1, "licence_id": it.of(whose, "EnterpriseLicence"), "kind": "经营许可证", "number": "JY11201190000001",
            "issued_on": "2026-11-02", "valid_to": "2031-11-01", "reason": "换证",
        },
        ready=ready.licence_numbered,
    ),
    "移交的接替人": Door(
        Role.REVIEWER, "/users/{colleague}/hand-over",
        lambda it, whose: {"successor": it.people["county:办案人" if whose == OURS else "other:办案人"], "reason": "离岗"},
        ready=ready.colleague_has_a_case,
    ),
    "联动的处罚": Door(
        Role.HANDLER, "/rectifications/{RectificationOrder}/link",
        lambda it, whose: {"version": 1, "penalty": it.of(whose, "Penalty"), "reason": "同一违法行为"},
        ready=ready.penalty_of_the_firm,
    ),
    "抽查结果的对象": Door(
        Role.REVIEWER, "/random-inspections/{RandomProgramme}/record",
        lambda it, whose: {"target": it.of(whose, "RandomTarget"), "outcome": "未发现问题", "inspected_on": DAY, "version": 1},
        ready=ready.programme_drawn,
    ),
    "公布信息关联的样品": Door(
        Role.SAMPLER, "/announcements/{ExternalFinding}/link",
        lambda it, whose: {"version": 1, "role": "sample", "target": it.number(whose), "reason": "核对"},
        ready=ready.officially_numbered,
    ),
    "任务的抽取记录": Door(
        Role.REVIEWER, "/assignments/new",
        lambda it, whose: {
            "drawing_id": it.of(whose, "Drawing"), "from_on": DAY, "to_on": "2026-11-30", "batches": 1, "region_ids": it.region(),
            "laboratory_id": it.of("laboratory", "Organisation"), "member_ids": [it.people["county:抽样员"], it.person(OURS)],
        },
        ready=ready.drawn,
    ),
    "批量处置的备份样品": Door(
        Role.SAMPLER, "/custody/backups/discard",
        lambda it, whose: {"ids": it.of(whose, "BackupSample"), "discarded_on": DAY, "method": "无害化销毁", "witness": "李四"},
        ready=ready.kept_long_enough,
    ),
    "批量移交的样品": Door(
        Role.SAMPLER, "/custody/handover",
        lambda it, whose: {"ids": it.of(whose, "Sample"), "happened_at": "2026-11-19T15:00", "person": "李四", "carrier": "抽样人员携带"},
        ready=ready.sealed,
    ),
    "批量校核的送审件": Door(
        Role.REVIEWER, "/reviews/check", lambda it, whose: {"review": f"{it.of(whose, 'ResultReview')}-1"}, ready=ready.awaiting_check,
    ),
    "批量批准的送审件": Door(
        Role.REVIEWER, "/reviews/approve", lambda it, whose: {"review": f"{it.of(whose, 'ResultReview')}-1"}, ready=ready.report_typed,
    ),
    "批量审定的提议": Door(
        Role.REVIEWER, "/decisions/bulk",
        lambda it, whose: {
            "decision": it.of(whose, "VerdictDecision"), f"version-{it.of(whose, 'VerdictDecision')}": 1, "step": "decline",
            "comment": "不采纳",
        },
    ),
    "提议的检验项目": Door(
        Role.REVIEWER, "/decisions/propose",
        lambda it, whose: {"row": it.of(whose, "ResultRow"), f"verdict-{it.of(whose, 'ResultRow')}": "不合格项", "reason": "复核"},
        ready=ready.nothing_proposed,
    ),
    "批量办理的波及任务": Door(
        Role.REVIEWER, "/ripples/{Ripple}/bulk",
        lambda it, whose: {
            "task": it.of(whose, "RippleTask"), f"version-{it.of(whose, 'RippleTask')}": 1, "step": "finish", "note": "已办",
        },
    ),
    "公示的样品": Door(
        Role.HANDLER, "/publications/new?kind=不合格",
        lambda it, whose: {"sample": it.of(whose, "Sample"), "title": "公示", "kind": "不合格", "from_on": DAY, "to_on": DAY},
        ready=ready.failed_and_final,
    ),
    "批量打印的样品": Door(
        Role.SAMPLER, "/printing/samples",
        lambda it, whose: {"sample": it.of(whose, "Sample"), "kind": "抽样单", "copies": 1, "way": "page"},
    ),
    "调入单位": Door(
        Role.SYSTEM_ADMIN, "/users/{colleague}/ask/transfer",
        lambda it, whose: {
            "to_org_id": it.of("below" if whose == OURS else whose, "Organisation"), "roles": "办案人",
            "effective_on": DAY, "reason": "调动", "version": 1,
        },
        ready=ready.nothing_asked,
    ),
    "回避的检查人员": Door(
        Role.REVIEWER, "/random-inspections/{RandomProgramme}/step-back",
        lambda it, whose: {
            "target": it.of(whose, "RandomTarget"), "inspector": it.of(whose, "Inspector"), "reason": "近亲属", "version": 1,
        },
        ready=ready.somebody_left_to_draw,
    ),
}


# Fields that WTForms does not hold against a list of choices: which door proves them, or why they can name nobody's record.
SHEET = "an enterprise out of reach is taken out of the form before anything is read (sheets.filling): tests/sheets"
WORD = "a word, no record"
UNCHECKED: Mapping[str, str] = {
    "accounts.grant_forms.GrantForm.to_org_id": "调入单位",
    "announcements.forms.LinkForm.target": "公布信息关联的样品",
    "assignments.forms.CommonForm.drawing_id": "任务的抽取记录",
    "assignments.forms.LinesForm.drawing_id": "任务的抽取记录",
    "assignments.forms.TaskForm.drawing_id": "任务的抽取记录",
    "custody.forms.HandoverForm.ids": "批量移交的样品",
    "custody.forms.PhotosForm.event_id": "only a step of the sample of the address is taken, any other is none",
    "delegations.forms.GrantForm.to_user": "受托人",
    "disposal.forms.AssignForm.handler": "分派的办理人",
    "disposal.forms.BulkAssignForm.handler": "批量分派的办理人",
    "enterprises.licence_forms.LicenceForm.licence_id": "换证的许可证",
    "enterprises.licence_forms.StepForm.licence_id": "结束的许可证",
    "hand_overs.forms.HandOverForm.successor": "移交的接替人",
    "objections.forms.DecisionForm.items": "rows of the sample of the objection alone: tests/objections",
    "official_documents.forms.DraftForm.side": WORD,
    "plans.item_views.ItemsForm.source": "held against the sets that are offered when it is used",
    "printing.forms.PrintForm.kind": WORD,
    "random_inspections.forms.StepBackForm.inspector": "回避的检查人员",
    "rapid_tests.forms.CorrectionForm.link": WORD,
    "rapid_tests.forms.CorrectionForm.result": WORD,
    "rapid_tests.forms.RapidForm.link": WORD,
    "rapid_tests.forms.RapidForm.result": WORD,
    "random_inspections.forms.ResultForm.target": "抽查结果的对象",
    "random_inspections.forms.StepBackForm.target": "回避的检查人员",
    "rectifications.forms.LinkForm.penalty": "联动的处罚",
    "rectifications.forms.RecheckForm.lead": "回头看的主办",
    "rectifications.forms.RecheckForm.second": "回头看的主办",
    "reference_changes.figure_forms.TargetForm.target": WORD,
    "reference_data.forms.MappingForm.target": WORD,
    "sampling.sheet_form.CorrectionForm.producer_id": SHEET,
    "sampling.sheet_form.CorrectionForm.sampled_enterprise_id": SHEET,
    "sampling.sheet_form.CorrectionForm.stall_holder_id": WORD,
    "sampling.sheet_form.SheetFields.producer_id": SHEET,
    "sampling.sheet_form.SheetFields.sampled_enterprise_id": SHEET,
    "sampling.sheet_form.SheetFields.stall_holder_id": WORD,
    "sampling.sheet_form.SheetForm.producer_id": SHEET,
    "sampling.sheet_form.SheetForm.sampled_enterprise_id": SHEET,
    "sampling.sheet_form.SheetForm.stall_holder_id": WORD,
    "schedules.forms.AssignForm.assigned": "安排的检查人员",
    "schedules.forms.AssignManyForm.assigned": "批量安排的检查人员",
    "schedules.forms.InspectForm.lead": "由安排生成检查的主办",
    "schedules.forms.InspectForm.second": "由安排生成检查的主办",
    "schedules.forms.MakeForm.region": "a region of the shipped list, counted within the actor's reach",
    "transfers.forms.AnswerForm.reply": WORD,
    "transfers.forms.SendForm.document_id": "随附文书",
    "transfers.forms.SendForm.to_org_id": "a transfer goes to another office: that is what it is for",
}


def forms_of(base: type[Any]) -> Iterator[type[Any]]:
    for one in base.__subclasses__():
        yield one
        yield from forms_of(one)


def unchecked(form: type[Any]) -> Iterator[str]:
    """Its fields that may hold the id of a record and are held against no choices."""
    for name in dir(form):
        field = getattr(form, name, None)
        if isinstance(field, UnboundField):
            chosen = issubclass(field.field_class, SelectFieldBase)
            loose = chosen and field.kwargs.get("validate_choice") is False
            if loose or (not chosen and (name.endswith(("_id", "_ids")) or name in ("ids", "target"))):
                yield f"{form.__module__.removeprefix('app.')}.{form.__name__}.{name}"


def test_every_field_that_is_held_against_no_choices_is_listed(app: Flask) -> None:
    """The application has imported every form; a field added later has to be proved here. What is made for one record is its base again."""
    ours = {form for form in forms_of(Form) if form.__module__.startswith("app.") and hasattr(sys.modules[form.__module__], form.__name__)}
    assert {name for form in ours for name in unchecked(form)} == set(UNCHECKED)


@pytest.mark.parametrize("name", list(DOORS))
def test_a_record_of_another_organisation_is_refused_in_a_form(name: str, estate: Estate, visit: Callable[[Role], Visit]) -> None:
    door = DOORS[name]
    visitor = visit(door.role)
    people = {key: user.id for key, user in found_office().people.items()}
    it = World(estate.manifest, people)
    if door.ready is not None:
        with transaction():
            for whose in (OURS, world.FOREIGN):
                door.ready(it, whose)
        visitor.keep()
    named = {key: it.of(OURS, key) for key in estate.manifest[OURS]} | {
        "own DisposalCase": it.of("own", "DisposalCase"), "firm of licence": it.firm_of_licence(), "colleague": it.person(OURS),
    }
    address, ours, theirs = fill(door.address, named), door.sent(it, OURS), door.sent(it, world.FOREIGN)
    session().rollback()
    told = send(visitor, address, ours)
    done = bool(written(visitor) - HARMLESS)
    assert told.status_code < 500
    assert done, f"{told.status_code} {visitor.written}"
    visitor.put_back()
    told = send(visitor, address, theirs)
    assert told.status_code < 500
    assert written(visitor) - HARMLESS == set()


# Addresses of two records: the one that the route is about is ours, the other is not.
HALVES: Mapping[str, tuple[Role, Callable[[World], str]]] = {
    "并入的企业": (Role.STATISTICIAN, lambda it: f"/merges/{it.of(OURS, 'Enterprise')}/{it.of(world.FOREIGN, 'Enterprise')}"),
    "留用的企业": (Role.STATISTICIAN, lambda it: f"/merges/{it.of(world.FOREIGN, 'Enterprise')}/{it.of(OURS, 'Enterprise')}"),
    "任务的对象": (
        Role.STATISTICIAN,
        lambda it: f"/random-inspections/{it.of(OURS, 'RandomProgramme')}/targets/{it.of(world.FOREIGN, 'RandomTarget')}",
    ),
    "报表的数字": (Role.STATISTICIAN, lambda it: f"/returns/{it.of(OURS, 'MonthlyReturn')}/figures/7"),
}


@pytest.mark.parametrize("name", list(HALVES))
def test_half_an_address_of_ours_opens_nothing(name: str, estate: Estate, visit: Callable[[Role], Visit]) -> None:
    role, address = HALVES[name]
    visitor = visit(role)
    told = visitor.browser.get(address(World(estate.manifest, {})))
    assert told.status_code == 404
    assert foreign(told.data) == set()


def test_a_file_of_another_organisation_is_not_voided_through_our_inspection(estate: Estate, visit: Callable[[Role], Visit]) -> None:
    visitor, it = visit(Role.HANDLER), World(estate.manifest, {})
    address = f"/inspections/{it.of('own', 'Inspection')}/files/{it.of(world.FOREIGN, 'Attachment')}/void"
    told = send(visitor, address, {"reason": "误传", "version": 1})
    assert told.status_code == 404
    assert written(visitor) - TRACES == set()


def send(visitor: Visit, address: str, sent: Mapping[str, Any]) -> Any:
    visitor.written.clear()
    return visitor.browser.post(address, data=dict(sent))


def fill(address: str, named: Mapping[str, int]) -> str:
    for key, value in named.items():
        address = address.replace(f"{{{key}}}", str(value))
    return address
