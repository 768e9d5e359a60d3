"""合理性提示 on pages and by command: what was made up is pointed at, with its samples; the page never judges."""

from __future__ import annotations

import html
import json
import random
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import session, transaction
from app.domain.plausibility import HintKind
from app.domain.samples import Supervision
from app.sampling.models import Sample
from app.turnaround import screening
from tests.conftest import Office, found_office, make_office
from tests.turnaround.conftest import many

FIRST, LAST = date(2025, 11, 21), date(2026, 8, 10)
ITEMS = ("铅", "镉", "铬")


def fill(office: dict[str, int]) -> dict[str, list[Sample]]:
    """Two laboratories in one county: one that finds things and writes what it reads, one that does neither, and hurries of late."""
    draws = random.Random(4)
    wanted: dict[str, list[dict[str, Any]]] = {"lab": [], "otherlab": []}
    for at in range(200):
        for key, of_lab in wanted.items():
            honest = key == "lab"
            reported = date(2026, 1, 5) + timedelta(days=at)
            days = draws.choice((6, 7, 8)) if honest or at < 150 else 1
            last = "123456789" if honest else "5"
            values = [(item, f"{draws.randint(1, 9)}.{draws.randint(0, 9)}{draws.choice(last)}") for item in ITEMS]
            copied = [("铅", "1.15"), ("镉", "2.35"), ("铬", "3.55")] if not honest and at in (3, 17) else values
            of_lab.append({
                "org": office["county"], "lab": office[key], "received": reported - timedelta(days=2 * days), "reported": reported,
                "supervision": Supervision.FAIL if honest and at % 10 == 9 else Supervision.PASS, "samplers": "张三、李四",
                "sampling_unit": "蓟州区市场监督管理局", "readings": copied if at < 50 else (),
            })  # fmt: skip
    return {key: many(of_lab) for key, of_lab in wanted.items()}


@pytest.fixture
def suspicious(ids: dict[str, int]) -> dict[str, list[Sample]]:
    with transaction():
        return fill(ids)


def test_what_was_made_up_is_pointed_at(
    office: Office, sign_in: Callable[..., FlaskClient], app: Flask, suspicious: dict[str, list[Sample]]
) -> None:
    reviewer = sign_in(office.people["county:审核人"])
    page = reviewer.get(f"/turnaround/screen?from={FIRST}&to={LAST}").text
    assert page.index("这里只作提示，不作判断") < page.index("偶然出现的可能性")
    body = page[page.index("合理性提示</caption>") : page.index("做了哪些检查")]
    rows = [re.sub(r"<[^>]+>|\s+", " ", row) for row in body.split("<tr>")[2:]]
    kinds = {kind for kind in HintKind for row in rows if kind.value in row and "远澄检测技术有限公司" in row}
    assert kinds == set(HintKind)
    assert not [row for row in rows if "张三" in row]  # both sampled for both: no sampler differs
    for address, figure in re.findall(r'<a href="(/turnaround/screen/samples[^"]+)">样品 (\d+) 批', body)[:2]:
        told = reviewer.get(html.unescape(address)).text
        assert f"共 <b>{figure}</b> 条" in told and "只作提示，不作判断" in told
    (alike,) = [a for a, kind in re.findall(r'<a href="(/turnaround/screen/samples[^"]+)">样品 (2) 批', body)]
    listed = set(re.findall(r"XBJ26\d{8}", reviewer.get(html.unescape(alike)).text))
    assert listed == {suspicious["otherlab"][at].number for at in (3, 17)}
    late = re.search(r'<a href="(/turnaround/reports[^"]+)">近期报告', body)
    assert late and reviewer.get(html.unescape(late[1])).status_code == 200
    assert reviewer.get(f"/turnaround/screen/samples?from={FIRST}&to={LAST}&hint=gone").status_code == 404
    told = json.loads(app.test_cli_runner().invoke(args=["turnaround", "screen", "--from", f"{FIRST}", "--to", f"{LAST}", "--json"]).stdout)
    assert len(told["hints"]) == len(rows) and sum(told["checks"].values()) > len(rows)
    stranger = sign_in(office.people["other:审核人"]).get(f"/turnaround/screen?from={FIRST}&to={LAST}").text
    assert "所选期间没有提示" in stranger and "共做了 <b>0</b> 项检查" in stranger


def test_below_the_least_numbers_nothing_is_said(office: Office, sign_in: Callable[..., FlaskClient], ids: dict[str, int]) -> None:
    with transaction():
        few = {"org": ids["county"], "lab": ids["lab"], "received": date(2026, 9, 1), "reported": date(2026, 9, 20), "samplers": "张三"}
        many([few | {"readings": [("铅", "1.15"), ("镉", "2.35"), ("铬", "3.55")] if at < 10 else ()} for at in range(29)])
    page = sign_in(office.people["county:统计员"]).get("/turnaround/screen").text
    assert "所选期间没有提示" in page and "共做了 <b>0</b> 项检查" in page and "另有 7 项因数量不足没有检查" in page


def _by_lot(draws: random.Random, ids: dict[str, int], at: int) -> dict[str, Any]:
    reported = date(2026, 1, 5) + timedelta(days=at % 200)
    return {
        "org": ids["county"], "lab": draws.choice((ids["lab"], ids["otherlab"])), "reported": reported,
        "received": reported - timedelta(days=draws.randint(4, 18)), "samplers": draws.choice(("张三", "李四", "王五")),
        "supervision": Supervision.FAIL if draws.random() < 0.05 else Supervision.PASS,
        "readings": [(item, f"{draws.randint(1, 9)}.{draws.randint(0, 99):02}") for item in ITEMS] if at < 120 else (),
    }  # fmt: skip


def test_labels_by_lot_give_no_hint(office: Office, ids: dict[str, int]) -> None:
    draws = random.Random(8)
    with transaction():
        many([_by_lot(draws, ids, at) for at in range(400)])
    actor = office.actor("county:审核人")
    found = screening.screen(actor, FIRST, LAST)
    assert sum(found.made.values()) >= 14 and found.hints == []


@pytest.mark.postgres
def test_on_postgresql(pg_app: Flask) -> None:
    with transaction():
        make_office()
    office: Any = found_office()
    actor = office.actor("county:审核人")
    with transaction():
        fill({key: org.id for key, org in office.orgs.items()})
    found = screening.screen(actor, FIRST, LAST)
    assert {one.check.kind for one in found.hints} == set(HintKind)
    assert screening.hint(actor, FIRST, LAST, found.hints[0].key) == found.hints[0]
    session().rollback()
