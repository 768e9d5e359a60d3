"""Draws through the pages: frozen, drawn once, replayed by anybody, tampering found, tasks of the result."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app import clock, history
from app.assignments.models import SamplingAssignment
from app.db import session, transaction
from app.domain import drawing as rules
from app.domain.drawing import Entry
from app.domain.samples import Supervision
from app.domain.sampling_kinds import DrawKind
from app.domain.workflow import DrawingState
from app.drawings import operations, pools, queries, replaying
from app.drawings.models import Drawing, DrawingEntry
from app.drawings.pools import Candidate
from app.enterprises.models import EnterpriseStatus
from app.errors import NotAllowed, NotAllowedNow
from tests.assignments.conftest import build_sheet
from tests.drawings.conftest import SECRET, add_shop
from tests.queries import counting

STATISTICIAN = "county:统计员"


def shown_of(page: str) -> str:
    found = re.search(r'name="shown"[^>]*value="([0-9a-f]{64})"', page)
    assert found, page[:500]
    return found[1]


# ---------------------------------------------------------------- the proposed list


def test_the_register_proposes_weights_and_exclusions_with_their_why(office: Any, shops: Any):
    with transaction():
        add_shop(office, "停产的店", status=EnterpriseStatus.PAUSED)
        add_shop(office, "注销的店", status=EnterpriseStatus.CLOSED)
        add_shop(office, "外县的店", org_id=office.orgs["other"].id)
        add_shop(office, "一家饭店", kind="餐饮服务提供者")
        build_sheet(office, "XC1", sampled_enterprise_id=shops[0].id, sampled_on=date(2026, 6, 1), supervision=Supervision.FAIL)
        build_sheet(office, "XC2", sampled_enterprise_id=shops[1].id, sampled_on=date(2026, 11, 10), supervision=Supervision.PASS)
        build_sheet(office, "XC3", producer_id=shops[2].id, sampled_on=date(2024, 6, 1), supervision=Supervision.FAIL)
    from app.domain.samples import Link

    found = pools.proposed(office.actor(STATISTICIAN), pools.Wanted(DrawKind.ENTERPRISE, link=Link.CIRCULATION), clock.today())
    told = {each.entry.name: (each.entry.weight, each.entry.why, each.entry.excluded) for each in found}
    assert told["示例超市1"] == (3, "近 365 天不合格 1 批，加 2", None)
    assert told["示例超市2"] == (1, None, "近期已抽：2026-11-10")
    assert told["示例超市3"] == (1, None, None)  # too long ago
    assert told["示例超市4"] == (2, "从未抽检，加 1", None)
    assert told["停产的店"][2] == "停业：企业档案中为停产"
    assert not {"注销的店", "外县的店", "一家饭店"} & told.keys()


def test_samplers_and_laboratories(office: Any, second_sampler: Any):
    actor = office.actor(STATISTICIAN)
    people = pools.proposed(actor, pools.Wanted(DrawKind.SAMPLER), clock.today())
    assert {each.entry.code for each in people} == {"county-sampler", "county-sampler2", "station-sampler"}
    laboratories = pools.proposed(actor, pools.Wanted(DrawKind.LABORATORY), clock.today())
    assert {each.entry.code for each in laboratories} == {"LAB1", "LAB2"}


# ---------------------------------------------------------------- frozen, drawn, replayed


def test_from_the_list_to_the_result(office: Any, shops: Any, sign_in: Any):
    client = sign_in(office.people[STATISTICIAN])
    page = client.get("/drawings/new?kind=抽样对象").get_data(as_text=True)
    assert "示例超市6" in page and "从未抽检，加 1" in page
    codes = re.findall(r'<div class="field-help">(E\d+)</div>', page)
    typed = {"subject": "十二月抽检", "take": "2", "shown": shown_of(page), "key": "cd" * 16}
    for ordinal, _ in enumerate(codes, 1):
        typed |= {f"weight-{ordinal}": "2", f"why-{ordinal}": "", f"excluded-{ordinal}": ""}
    typed |= {"weight-1": "7", "why-1": "群众举报", "excluded-2": "回避：与抽样员有亲属关系"}
    answer = client.post("/drawings/new?kind=抽样对象", data=typed)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    assert client.post("/drawings/new?kind=抽样对象", data=typed).location == answer.location  # sent twice, frozen once
    made = session().scalars(sa.select(Drawing)).one()
    frozen = client.get(answer.location).get_data(as_text=True)
    assert made.pool_sha256 in frozen and made.commitment in frozen
    assert "人工调整（原为 2）：群众举报" in frozen and "回避：与抽样员有亲属关系" in frozen
    assert client.get(f"/drawings/{made.id}/replay").status_code == 409
    answer = client.post(f"/drawings/{made.id}/draw", data={"version": made.version, "public_word": " 3 1 7 ", "witness": "王见证"})
    assert answer.status_code == 303
    shown = client.get(answer.location).get_data(as_text=True)
    assert made.secret in shown and "王见证" in shown
    assert hashlib.sha256(bytes.fromhex(made.secret)).hexdigest() == made.commitment
    reader = sign_in(office.people["county:办案人"])
    assert "复核一致" in reader.get(f"/drawings/{made.id}/replay").get_data(as_text=True)
    entries = session().scalars(sa.select(DrawingEntry).where(DrawingEntry.drawn_rank.is_not(None))).all()
    assert sorted(entry.drawn_rank for entry in entries) == [1, 2]
    assert all(entry.excluded_why is None for entry in entries)


def test_nothing_tells_the_secret_before_the_draw(freeze: Any, office: Any, sign_in: Any):
    made = freeze()
    client = sign_in(office.people[STATISTICIAN])
    for address in (f"/drawings/{made.id}", f"/drawings/{made.id}/record.json", "/drawings/", "/", f"/drawings/{made.id}/replay"):
        assert SECRET.hex() not in client.get(address).get_data(as_text=True), address
    for entry in history.entries_of("drawing", made.id):
        assert SECRET.hex() not in (entry.changes or "") + (entry.comment or "")
    auditor = sign_in(office.people["county:审计管理员"])
    assert SECRET.hex() not in auditor.get("/audit/").get_data(as_text=True)
    told = json.loads(client.get(f"/drawings/{made.id}/record.json").data)
    assert not {"secret", "seed", "drawn"} & told.keys()


def test_the_record_is_enough_for_a_stranger(drawn: Any, office: Any, sign_in: Any):
    from tests.domain.test_drawing import as_a_stranger_would

    made = drawn(take=4)
    told = json.loads(sign_in(office.people["county:局领导"]).get(f"/drawings/{made.id}/record.json").data)
    assert hashlib.sha256(told["pool"].encode()).hexdigest() == told["pool_sha256"]
    codes = [each["code"] for each in told["drawn"]]
    assert as_a_stranger_would(told["pool"], bytes.fromhex(told["secret"]), told["public_word"]) == codes
    assert told["procedure"] == list(rules.PROCEDURE)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"take": "0"}, "抽取数应为 1 至 1000 的整数"),
        ({"take": "7"}, "可参加抽取的只有 6 个，少于抽取数 7"),
        ({"take": "两个"}, "抽取数"),
        ({"subject": ""}, "请填写抽取事由"),
        ({"subject": "字" * 10_000}, "抽取事由不得超过 200 个字"),
        ({"weight-1": "9"}, "请填写理由"),
        ({"weight-1": "-9"}, "不是整数"),
        ({"weight-1": "１２"}, "不是整数"),
        ({"weight-1": "0", "why-1": "不想抽"}, "权重应为 1 至 1000000 的整数"),
        ({"excluded-1": "避" * 200}, "理由超过 150 个字"),
        ({"shown": "0" * 64}, "名单已按最新情况重新列出"),
        ({"key": "<script>"}, "页面已过期"),
    ],
)
def test_bad_input_freezes_nothing(office: Any, shops: Any, sign_in: Any, given: dict[str, str], words: str):
    client = sign_in(office.people[STATISTICIAN])
    page = client.get("/drawings/new").get_data(as_text=True)
    answer = client.post("/drawings/new", data={"subject": "试", "take": "1", "shown": shown_of(page), "key": "cd" * 16, **given})
    assert answer.status_code in (409, 422)
    assert words in answer.get_data(as_text=True)
    assert session().scalar(sa.select(sa.func.count()).select_from(Drawing)) == 0


def test_a_draw_is_made_once_and_never_changed(drawn: Any, office: Any, sign_in: Any):
    made = drawn()
    before = [(entry.code, entry.drawn_rank) for entry in made.entries]
    client = sign_in(office.people[STATISTICIAN])
    for step, typed in (("draw", {"public_word": "再来一次"}), ("void", {"comment": "结果不满意"})):
        answer = client.post(f"/drawings/{made.id}/{step}", data={"version": made.version, **typed})
        assert answer.status_code == 409
    found = queries.drawing(office.actor(STATISTICIAN), made.id)
    assert found is not None and [(entry.code, entry.drawn_rank) for entry in found.entries] == before
    assert found.state is DrawingState.DRAWN


def test_voiding_needs_a_reason_and_stays_visible(freeze: Any, office: Any, sign_in: Any):
    made = freeze()
    client = sign_in(office.people[STATISTICIAN])
    assert client.post(f"/drawings/{made.id}/void", data={"version": made.version}).status_code == 422
    assert client.post(f"/drawings/{made.id}/void", data={"version": made.version, "comment": "漏列两家"}).status_code == 303
    assert "漏列两家" in client.get(f"/drawings/{made.id}").get_data(as_text=True)
    assert made.number in client.get("/drawings/").get_data(as_text=True)
    assert client.post(f"/drawings/{made.id}/draw", data={"version": made.version, "public_word": "3"}).status_code == 409
    assert SECRET.hex() not in client.get(f"/drawings/{made.id}").get_data(as_text=True)


def test_the_word_comes_after_the_list(freeze: Any, office: Any):
    made = freeze()
    with pytest.raises(NotAllowedNow, match="必须晚于名单冻结"), transaction():
        operations.draw(made, office.actor(STATISTICIAN), "3 1 7", made.committed_at)


@pytest.mark.parametrize("word", ["", "   ", "词" * 201])
def test_a_draw_without_a_usable_word_is_refused(freeze: Any, office: Any, sign_in: Any, word: str):
    made = freeze()
    answer = sign_in(office.people[STATISTICIAN]).post(f"/drawings/{made.id}/draw", data={"version": made.version, "public_word": word})
    assert answer.status_code == 422
    assert made.state is DrawingState.COMMITTED


# ---------------------------------------------------------------- tampering


def tamper(statement: Any) -> None:
    """Behind the program's back, as somebody with the database's password could."""
    with transaction():
        session().execute(statement)
    session().expire_all()


def entry_table() -> sa.Table:
    return sa.inspect(DrawingEntry).local_table  # type: ignore[no-any-return]


def test_tampering_is_told_by_entry(drawn: Any, office: Any, sign_in: Any):
    made = drawn()
    winner = queries.drawn_entries(made)[0]
    other = next(entry for entry in made.entries if entry.drawn_rank is None)
    winner_name, other_name = winner.name, other.name
    table, client = entry_table(), sign_in(office.people[STATISTICIAN])
    tamper(sa.update(table).where(table.c.id == other.id).values(weight=40))
    page = client.get(f"/drawings/{made.id}/replay").get_data(as_text=True)
    assert "复核不一致" in page and f"“{other_name}”" in page and "变为“40”" in page
    tamper(sa.update(table).where(table.c.id == other.id).values(weight=2))
    assert "复核一致" in client.get(f"/drawings/{made.id}/replay").get_data(as_text=True)
    tamper(sa.update(table).where(table.c.id == winner.id).values(drawn_rank=None))
    tamper(sa.update(table).where(table.c.id == other.id).values(drawn_rank=1))
    page = client.get(f"/drawings/{made.id}/replay").get_data(as_text=True)
    assert f"第 1 名：记录为{other_name}" in page and f"复算为{winner_name}" in page


@pytest.mark.parametrize(
    ("column", "words"),
    [("commitment", "承诺"), ("secret", "承诺"), ("seed", "种子"), ("public_word", "公开词"), ("take", "抽取数")],
)
def test_a_changed_record_is_told(drawn: Any, office: Any, column: str, words: str):
    made = drawn()
    table = sa.inspect(Drawing).local_table
    tamper(sa.update(table).where(table.c.id == made.id).values({column: 3 if column == "take" else "ab" * 32}))
    found = queries.drawing(office.actor(STATISTICIAN), made.id)
    assert found is not None
    assert any(words in sentence for sentence in replaying.replay(found))


def test_a_whole_forged_draw_still_differs_from_the_history(drawn: Any, office: Any):
    """Somebody computes a wished-for result with a secret of his own and writes all of it consistently."""
    made = drawn()
    secret, entries = b"x" * 32, [(entry.id, entry.code or "") for entry in made.entries]
    pool = operations.frozen_pool(made)
    seed = rules.seed(secret, pool.sha256, "3 1 7")
    ranks = {code: rank for rank, code in enumerate(rules.draw(pool, seed), 1)}
    table = sa.inspect(Drawing).local_table
    tamper(
        sa.update(table).where(table.c.id == made.id).values(secret=secret.hex(), commitment=rules.commitment(secret), seed=seed)
    )
    for entry_id, code in entries:
        tamper(sa.update(entry_table()).where(entry_table().c.id == entry_id).values(drawn_rank=ranks.get(code)))
    found = queries.drawing(office.actor(STATISTICIAN), made.id)
    assert found is not None
    told = replaying.replay(found)
    assert any("承诺与办理记录不一致" in sentence for sentence in told)
    assert any("密钥与办理记录不一致" in sentence for sentence in told)


def test_a_list_changed_before_the_draw_is_not_drawn_from(freeze: Any, office: Any, sign_in: Any):
    made = freeze()
    table = entry_table()
    tamper(sa.update(table).where(table.c.id == made.entries[0].id).values(excluded_why="后来加的"))
    client = sign_in(office.people[STATISTICIAN])
    answer = client.post(f"/drawings/{made.id}/draw", data={"version": made.version, "public_word": "3 1 7"})
    assert answer.status_code == 409
    assert "与冻结时不一致" in answer.get_data(as_text=True)


# ---------------------------------------------------------------- tasks


def test_enterprises_and_samplers_drawn_become_tasks(drawn: Any, office: Any, second_sampler: Any, sign_in: Any):
    enterprises = drawn(take=3)
    winners = [entry.subject_id for entry in queries.drawn_entries(enterprises)]
    people = [
        Candidate(Entry(user.username, user.name), user.id) for user in (office.people["county:抽样员"], second_sampler)
    ]
    team = drawn(kind=DrawKind.SAMPLER, take=2, candidates=people)
    client = sign_in(office.people[STATISTICIAN])
    page = client.get(f"/drawings/{enterprises.id}/assign").get_data(as_text=True)
    assert team.number in page
    typed = {
        "team_drawing_id": team.id, "laboratory_id": office.orgs["lab"].id, "batches": "2", "from_on": "2026-11-23",
        "to_on": "2026-11-30", "key": "ef" * 16,
    }
    assert client.post(f"/drawings/{enterprises.id}/assign", data={**typed, "laboratory_id": ""}).status_code == 422
    for _ in range(2):  # the second time changes nothing
        assert client.post(f"/drawings/{enterprises.id}/assign", data=typed).status_code == 303
    tasks = session().scalars(sa.select(SamplingAssignment).order_by(SamplingAssignment.id)).all()
    assert [task.enterprise_id for task in tasks] == winners
    assert {task.drawing_id for task in tasks} == {enterprises.id}
    shown = client.get(f"/assignments/{tasks[0].id}").get_data(as_text=True)
    assert enterprises.number in shown


# ---------------------------------------------------------------- who


def test_who_may(freeze: Any, office: Any, sign_in: Any):
    made = freeze()
    draw = {"version": made.version, "public_word": "3 1 7"}
    for who, reads, draws in (
        ("county:抽样员", 200, 403), ("county:局领导", 200, 403), ("other:统计员", 404, 404), ("station:统计员", 404, 404),
        ("lab:承检机构", 404, 404), ("county:系统管理员", 404, 404),
    ):
        client = sign_in(office.people[who])
        for address in ("", "/record.json"):
            assert client.get(f"/drawings/{made.id}{address}").status_code == reads, who
        assert client.post(f"/drawings/{made.id}/draw", data=draw).status_code == draws, who
        assert client.post(f"/drawings/{made.id}/void", data={**draw, "comment": "x"}).status_code == draws, who
        assert (client.get("/drawings/new").status_code == 403) is ("统计员" not in who), who
    listed = sign_in(office.people["other:统计员"]).get("/drawings/").get_data(as_text=True)
    assert made.number not in listed
    with pytest.raises(NotAllowed), transaction():
        operations.freeze(operations.Promise(DrawKind.ENTERPRISE, "试", 1, (), SECRET), office.actor("county:抽样员"), clock.now())
    assert sign_in(office.people["city:审核人"]).post(f"/drawings/{made.id}/draw", data=draw).status_code == 303


# ---------------------------------------------------------------- statements


def test_pages_ask_the_same_for_many_as_for_few(app: Flask, drawn: Any, freeze: Any, office: Any, sign_in: Any):
    few = drawn(take=2)
    client = sign_in(office.people[STATISTICIAN])
    addresses = {"/drawings/": 12, "/drawings/new": 16, "/drawings/{}": 19, "/drawings/{}/replay": 21}
    first = {}
    for address in addresses:
        client.get(address.format(few.id))
        with counting(app) as sent:
            client.get(address.format(few.id))
        first[address] = sent.count
    with transaction():
        for n in range(60):
            add_shop(office, f"更多超市{n}")
    many = drawn(take=30)
    for _ in range(5):
        freeze(take=1)
    for address, most in addresses.items():
        with counting(app) as sent:
            client.get(address.format(many.id))
        assert sent.count <= first[address], sent
        assert sent.count <= most, sent
