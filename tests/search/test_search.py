"""One search box: the index follows every write, and nobody finds what he may not list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import clock, history
from app.cli import _index_for_searching
from app.db import insert_many, reserve_ids, session, transaction
from app.domain import search_grams
from app.domain.samples import Domain, Link, Purpose, Supervision
from app.domain.workflow import SampleState, SampleStep
from app.enterprises.models import Enterprise, EnterpriseFormerName, EnterpriseStatus
from app.history import Move
from app.sampling.models import Sample
from app.sampling.queries import Filters, samples
from app.sampling.search import search_text_of
from app.search import checking, postings, queries
from app.search.models import SearchEntry
from app.search.postings import SAMPLES, newest
from app.search_text import words_of
from tests.conftest import Office, make_office
from tests.queries import counting

TABLE: Any = Sample.__table__
SHOPS = ("重庆火锅店", "蓟州区长春堂药店", "丙（天津）贸易公司", "7天酒店", "恒源超市")


@pytest.fixture(params=["app", pytest.param("pg_app", marks=pytest.mark.postgres)])
def installed(request: pytest.FixtureRequest) -> Iterator[Flask]:
    yield request.getfixturevalue(request.param)


@pytest.fixture
def staffed(installed: Flask) -> Office:
    with transaction():
        return make_office()


def values(office: Office, serial: int, **given: Any) -> dict[str, Any]:
    found = {
        "org_id": office.orgs["county"].id, "number": f"XBJ26120119900{serial:07d}", "state": SampleState.REPORTED,
        "purpose": Purpose.SUPERVISION, "domain": Domain.FOOD, "product_name": "自制豆腐", "sampled_name": SHOPS[serial % len(SHOPS)],
        "link": Link.CIRCULATION, "sampled_on": date(2026, 11, 2), "supervision": Supervision.PASS, "created_at": clock.now(),
        "pending_items": 0, "version": 1,
    }  # fmt: skip
    found |= given
    return {**found, "search_text": search_text_of(found)}


def stocked(office: Office, count: int, start: int = 1, **given: Any) -> list[int]:
    rows = [values(office, serial, **given) for serial in range(start, start + count)]
    with transaction():
        ids = list(reserve_ids(TABLE, count))
        insert_many(TABLE, [{"id": number, **row} for number, row in zip(ids, rows, strict=True)])
    return ids


def found(actor: Any, typed: str) -> dict[str, str]:
    return {group.kind.title: group.total for group in queries.everything(actor, typed).groups}


def enterprise(office: Office, name: str, **given: Any) -> Enterprise:
    made = Enterprise(
        org_id=office.orgs["county"].id, name=name, status=EnterpriseStatus.ACTIVE, created_at=clock.now(), kinds=[], **given
    )
    session().add(made)
    return made


def test_what_is_found_follows_every_write(staffed: Office) -> None:
    """In bulk, one at a time, by a bulk step, renamed, merged, deleted: on both databases."""
    reader, sampler = staffed.actor("county:审核人"), staffed.actor("county:抽样员")
    ids = stocked(staffed, 10)
    with transaction():
        shop = enterprise(staffed, "重庆小面馆", credit_code="91120119MA07ABCD1X")
    for typed, kinds in (
        ("重庆", {"样品": "2", "企业": "1"}), ("CQ", {"样品": "2", "企业": "1"}), ("zqh", {"样品": "2"}), ("丙天津", {"样品": "2"}),
        ("(天津)", {"样品": "2"}), ("0000007", {"样品": "1"}), ("ma07ab", {"企业": "1"}), ("天津 豆腐", {"样品": "2"}),
        ("7天", {"样品": "2"}), ("超市豆腐", {}), ("龙凤", {}),
    ):  # fmt: skip
        assert found(reader, typed) == kinds, typed
    with transaction():
        one = session().get_one(Sample, ids[0])
        one.sampled_name = "渔阳饭店"
        one.search_text = search_text_of({name: getattr(one, name) for name in ("number", "sampled_name", "product_name")})
        two = session().get_one(Sample, ids[1])
        after = {"sampled_name": "渔阳宾馆", "search_text": search_text_of({"number": two.number, "sampled_name": "渔阳宾馆"})}
        history.advance_many(Sample, SampleStep.CORRECT, sampler, [Move(two, None, after)], comment="更正", asked=True)
        shop.name = "渔阳小面馆"
        session().add(EnterpriseFormerName(org_id=shop.org_id, enterprise_id=shop.id, name="重庆小面馆", recorded_at=clock.now()))
    assert found(reader, "渔阳") == {"样品": "2", "企业": "1"}
    assert found(reader, "小面馆") == {"企业": "1"} and found(reader, "cqxm") == {"企业": "1"}  # by its former name
    with transaction():
        shop.status = EnterpriseStatus.MERGED
    assert found(reader, "渔阳") == {"样品": "2"}
    assert checking.check().faults == []


def test_a_broken_index_is_told_of_and_made_anew(staffed: Office) -> None:
    ids = stocked(staffed, 3)
    with transaction():
        enterprise(staffed, "恒源超市")
    with transaction():
        session().execute(sa.update(TABLE).where(TABLE.c.id == ids[0]).values(search_text="别处改过"))
        session().execute(sa.delete(SearchEntry))
    faults = checking.check().faults
    assert len(faults) == 3 and faults[0] == "企业：1 条没有检索条目"
    assert _index_for_searching() == ["已建立检索索引（4 条）"]  # as after the migration
    assert checking.check() == checking.Checked(4, []) and found(staffed.actor("county:审核人"), "别处") == {"样品": "1"}


STEP = st.tuples(st.sampled_from("创创改废"), st.integers(0, 40), st.sampled_from([*SHOPS, "长乐行", "XBJ(1)号", "a1"]))


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(STEP, min_size=1, max_size=6), min_size=1, max_size=4))
def test_random_writes_leave_the_index_right(office: Office, transactions: list[list[tuple[str, int, str]]]) -> None:
    """Also several changes of one sample in one transaction; the list agrees with a search through everything."""
    reader = office.actor("county:审核人")
    for steps in transactions:
        with transaction():
            for step, place, name in steps:
                alive = session().scalars(sa.select(Sample).order_by(Sample.id)).all()
                if step == "创" or not alive:
                    serial = (session().scalar(sa.select(sa.func.max(Sample.id))) or 0) + 1
                    session().add(Sample(**values(office, serial, sampled_name=name)))
                elif step == "改":
                    one = alive[place % len(alive)]
                    one.sampled_name = name
                    one.search_text = search_text_of({"number": one.number, "sampled_name": name, "product_name": one.product_name})
                else:
                    session().delete(alive[place % len(alive)])
                session().flush()
    assert checking.check().faults == []
    for word in ("重庆", "cq", "(天津)", "春堂", "长乐", "00001", "a1", "市自"):
        text = SAMPLES.text
        by_hand = [number for number, said in session().execute(sa.select(TABLE.c.id, text)) if word in said]
        if (proposed := newest(SAMPLES, words_of(word), 500)) is not None:
            assert sorted(proposed.ids) == sorted(by_hand)
        assert sorted(row.id for row in samples(reader, Filters(q=word), size=100).rows) == sorted(by_hand)


def test_pages_of_a_list_go_on_from_each_other(staffed: Office) -> None:
    """Next to a place in the list, before and after it, also where the reader's own are few among many."""
    ids = stocked(staffed, 30, sampled_name="恒源超市")
    others = stocked(staffed, 230, 100, sampled_name="恒源超市", org_id=staffed.orgs["other"].id)
    reader, other = staffed.actor("county:审核人"), staffed.actor("other:办案人")
    first = samples(reader, Filters(q="恒源"), size=20)
    second = samples(reader, Filters(q="恒源"), before=first.older, size=20)
    back = samples(reader, Filters(q="恒源"), after=second.newer, size=20)
    assert [row.id for row in (*first.rows, *second.rows)] == ids[::-1] and (first.total, second.older) == ("20+", None)
    assert [row.id for row in back.rows] == [row.id for row in first.rows]
    assert found(reader, "恒源") == {"样品": "30"} and found(other, "恒源") == {"样品": "100+"}
    assert [row.id for row in samples(other, Filters(q="hycs"), size=20).rows] == others[::-1][:20]
    assert found(reader, "11") == {"样品": "30"}  # two digits: no index, the same answer


@pytest.mark.postgres
def test_a_long_word_is_as_common_as_its_rarest_pair(pg_app: Flask) -> None:
    """PostgreSQL's statistics, which decide whether the newest texts are read first: five pairs that always come together are
    no rarer than one of them, and two words are rarer than each."""
    with transaction():
        office = make_office()
    stocked(office, 300, sampled_name="恒源食品有限公司")
    stocked(office, 2700, 1000)
    with transaction():
        session().execute(sa.text("ANALYZE sample_grams"))

    def near(typed: str, most: int) -> bool:
        return postings._near(SAMPLES.arrays, [search_grams.asked(word) for word in words_of(typed)], most)

    assert near("食品有限公司", 600) and not near("食品有限公司", 2400)  # a tenth of 12,000
    assert near("豆腐", 11_000) and not near("食品有限公司 恒源", 700) and not near("绿豆糕有限公司", 100)
    assert len(newest(SAMPLES, words_of("食品有限公司"), 100).ids) == 100  # type: ignore[union-attr]


def test_the_page(app: Flask, office: Office, sign_in: Any) -> None:
    ids = stocked(office, 10)
    with transaction():
        shop = enterprise(office, "重庆小面馆")
    client = sign_in(office.people["county:审核人"])
    page = client.get("/search?q=重庆").text
    assert page.count("<mark>重庆</mark>") == 3 and 'action="/search"' in page and f"/enterprises/{shop.id}" in page
    assert "/sampling/?q=%E9%87%8D%E5%BA%86" in page and "<mark>重庆</mark>" in client.get("/search?q=cq").text
    assert len(client.get("/sampling/?q=重庆").text.split('">XBJ')) == 3  # the list that the group leads to
    for typed in ("XBJ26120119900 0000003", "ｘbj26120119900000000３"):
        answer = client.get("/search", query_string={"q": typed})
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/sampling/{ids[2]}")
    for typed in ("", "重", "%", "--"):
        assert "请输入两个以上的字" in client.get("/search", query_string={"q": typed}).text
    assert "没有找到“&lt;b&gt;”" in client.get("/search?q=<b>zz").text.replace("&lt;b&gt;zz", "&lt;b&gt;")
    entries = session().scalar(sa.select(sa.func.count()).select_from(history.HistoryEntry))
    with counting(app) as statements:
        client.get("/search?q=重庆")
    assert statements.count <= 24, statements
    assert session().scalar(sa.select(sa.func.count()).select_from(history.HistoryEntry)) == entries


def test_nobody_finds_what_he_may_not_list(app: Flask, office: Office, sign_in: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    stocked(office, 5)
    mine = stocked(office, 5, 50, laboratory_org_id=office.orgs["lab"].id)
    with transaction():
        enterprise(office, "重庆小面馆")
    assert found(office.actor("county:审核人"), "重庆") == {"样品": "2", "企业": "1"}
    assert found(office.actor("other:办案人"), "重庆") == {}  # not even how many
    assert found(office.actor("lab:承检机构"), "重庆") == {"样品": "1"} and found(office.actor("otherlab:承检机构"), "重庆") == {}
    laboratory = sign_in(office.people["lab:承检机构"])
    assert laboratory.get(f"/search?q=XBJ26120119900{3:07d}").status_code == 200  # another's number leads nowhere
    monkeypatch.setitem(app.config, "BLIND_TESTING", True)
    assert found(office.actor("lab:承检机构"), "重庆") == found(office.actor("lab:承检机构"), "cqhg") == {}
    page = laboratory.get("/search?q=豆腐").text
    assert "<mark>豆腐</mark>" in page and not any(shop in page for shop in SHOPS)
    assert laboratory.get(f"/search?q=XBJ26120119900{50:07d}").headers["Location"] == f"/sampling/{mine[0]}"
    assert sign_in(office.people["city:系统管理员"]).get("/search?q=重庆").status_code == 403
    assert 'action="/search"' not in sign_in(office.people["city:系统管理员"]).get("/").text


def test_the_commands(app: Flask, office: Office) -> None:
    stocked(office, 5)
    run = app.test_cli_runner().invoke
    person = office.people["county:审核人"].username
    told = run(args=["search", "find", "重庆", "火锅", "--as", person]).output
    assert told.startswith("样品（1）\n  XBJ26120119900") and "重庆火锅店" in told
    assert "请输入两个以上的字" in run(args=["search", "find", "重", "--as", person]).output
    assert run(args=["search", "rebuild"]).output == "已重建检索索引（5 条）\n"
    assert run(args=["search", "check"]).output == "检索索引与数据一致（5 条）\n"
