"""变动告知: who is told, who reads it, and what the list shows of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app import clock
from app.db import session, transaction
from app.domain.notices import REST, change_lines, fitting
from app.errors import NotAllowedNow
from app.history import HistoryEntry
from app.notices import operations
from app.notices.models import AmendmentNotice
from tests.results.material import register_sample

LAB, CLERK = "lab:承检机构", "county:统计员"


def tell(office: Any, place: str, by: str = CLERK, title: str = "抽样单已更正", **other: Any) -> AmendmentNotice | None:
    with transaction():
        return operations.notify(office.orgs[place].id, office.actor(by), "抽样单更正", title, "样品名称：菠菜 → 油菜", **other)


def test_the_lines_that_fit_are_whole() -> None:
    assert change_lines({"备注": (None, " a\nb "), "同": (1, 1)}) == ["备注：空 → a b"]
    assert fitting(["一", "二"]) == "一\n二"
    cut = fitting(["变" * 90] * 50)
    assert len(cut) <= 2000 and cut.endswith(REST) and cut.splitlines()[0] == "变" * 90


def test_nobody_is_told_of_his_own_change(office: Any) -> None:
    assert tell(office, "county") is None
    assert tell(office, "lab") is not None
    with transaction():
        assert operations.notify(None, office.actor(CLERK), "抽样单更正", "x", "y") is None


def test_the_list_shows_unread_first_and_only_ones_own(office: Any, sign_in: Any) -> None:
    sample_id = register_sample(office, laboratory_org_id=office.orgs["lab"].id)
    first, second = tell(office, "lab", sample_id=sample_id), tell(office, "lab", title="第二条")
    assert first is not None and second is not None
    lab, other = sign_in(office.people[LAB]), sign_in(office.people["otherlab:承检机构"])
    assert "未读的变动告知" in lab.get("/").text
    page = lab.get("/notices/").text
    assert page.index("第二条") < page.index("抽样单已更正") and "样品名称：菠菜 → 油菜" in page
    assert f"/samples/{sample_id}" in page or f"/{sample_id}" in page
    assert "抽样单已更正" not in other.get("/notices/").text
    assert other.post(f"/notices/{second.id}/read").status_code == 404
    assert lab.post(f"/notices/{second.id}/read").status_code == 303
    assert lab.post(f"/notices/{second.id}/read").status_code == 303  # the second click
    page = lab.get("/notices/").text
    assert page.index("抽样单已更正") < page.index("第二条")
    assert "第二条" not in lab.get("/notices/?state=unread").text
    assert "抽样单已更正" in lab.get("/notices/?number=XC2612&kind=抽样单更正").text
    assert "没有变动告知" in lab.get("/notices/?kind=判定复核").text
    assert lab.post("/notices/read").status_code == 303
    assert session().scalar(sa.select(sa.func.count()).where(AmendmentNotice.read_at.is_(None))) == 0
    steps = session().scalars(sa.select(HistoryEntry.step).where(HistoryEntry.subject_kind == "amendment_notice")).all()
    assert sorted(steps) == ["notify", "notify", "read_notice", "read_notice"]


def test_an_office_above_sees_but_does_not_tick_off(office: Any, sign_in: Any) -> None:
    told = tell(office, "county", by=LAB)
    assert told is not None
    city = sign_in(office.people["city:统计员"])
    assert "抽样单已更正" not in city.get("/notices/").text
    assert "发给 蓟州区市场监督管理局" in city.get("/notices/?below=1").text
    with pytest.raises(NotAllowedNow, match="应由收到告知的单位"), transaction():
        operations.mark_read(told, office.actor("city:统计员"), clock.now())
    assert sign_in(office.people["county:系统管理员"]).get("/notices/").status_code == 403


def test_the_same_by_command(app: Flask, office: Any) -> None:
    told = tell(office, "lab")
    assert told is not None

    def run(*words: str) -> Any:
        return app.test_cli_runner().invoke(args=["notices", *words])

    listed = run("list", "--unread", "--as", "lab-laboratory", "--json")
    assert [(row["id"], row["from"]) for row in json.loads(listed.stdout)] == [(told.id, "蓟州区市场监督管理局")]
    assert run("read", str(told.id), "--as", "otherlab-laboratory").exit_code == 1
    assert run("read", "--as", "lab-laboratory").exit_code == 2
    assert run("read", "--all", "--as", "lab-laboratory").exit_code == 0
    assert json.loads(run("list", "--unread", "--as", "lab-laboratory", "--json").stdout) == []
