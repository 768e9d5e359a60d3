"""The list by stage, handing over several, and what the lists cost."""

from __future__ import annotations

from datetime import date, datetime

import pytest
import sqlalchemy as sa

from app import clock
from app.custody import queries
from app.custody.models import CustodyEvent
from app.custody.operations import Written, record
from app.custody.queries import Filters
from app.db import session, transaction
from app.domain.custody import Stage
from app.domain.sampling_kinds import CustodyKind
from app.domain.workflow import SampleState
from app.sampling.models import Sample
from tests.custody.conftest import HANDOVER, SEALING, again, arrive, complaints, kinds
from tests.queries import counting

TODAY = date(2026, 11, 20)
SEND = {"happened_at": "2026-11-19T09:00", "person": "李四", "carrier": "抽样人员携带", "tracking_no": "", "laboratory": ""}


@pytest.fixture
def sealed(make, office):
    """``sealed("X1")`` -> a sealed sample of the county."""

    def made(number, **given):
        sample = make(number, **given)
        with transaction():
            seals = {"seal_no": f"{number}A", "backup_seal_no": f"{number}B"}
            written = Written(CustodyKind.SEALED, datetime(2026, 11, 19, 0, 30), "李四", **seals)
            record(again(sample), written, office.actor("county:抽样员"), clock.now())
        return again(sample)

    return made


def hand_over(client, *samples, **other):
    return client.post("/custody/handover", data={**SEND, "ids": ",".join(str(one.id) for one in samples), **other})


def numbers(office, stage, who="county:抽样员", **filters):
    return {row.number for row in queries.samples(office.actor(who), Filters(stage, **filters), TODAY).rows}


def test_every_sample_is_at_its_stage_and_overdue_where_it_is_late(office, make, sealed, sampler, lab):
    make("NEW")
    sealed("SEALED")
    make("LATE", sampled_on=date(2026, 11, 12))  # 5 working days end on 11-19: late on 11-20
    make("JUST", sampled_on=date(2026, 11, 13))  # end on 11-20: today is not late
    on_the_way, there, back = sealed("WAY"), sealed("THERE"), sealed("BACK")
    hand_over(sampler, on_the_way, there, back)
    arrive(lab, there, seal_no="THEREA", backup_seal_no="THEREB", happened_at="2026-11-19T15:00")
    arrive(lab, back, refuse="1", reason="破损", happened_at="2026-11-19T15:00")
    make("VOIDED", state=SampleState.VOIDED)
    make("DONE", state=SampleState.REPORTED, sampled_on=date(2026, 9, 1))  # an import with its report: nothing to hand over
    assert numbers(office, Stage.TO_SEAL.value) == {"NEW", "LATE", "JUST"}
    assert numbers(office, Stage.TO_HAND_OVER.value) == {"SEALED"}
    assert numbers(office, Stage.TO_RECEIVE.value) == {"WAY"}
    assert numbers(office, Stage.RECEIVED.value) == {"THERE"}
    assert numbers(office, Stage.REFUSED.value) == {"BACK"}
    assert numbers(office, queries.OVERDUE) == {"LATE"}
    assert numbers(office, queries.ALL) == {"NEW", "SEALED", "LATE", "JUST", "WAY", "THERE", "BACK"}
    counts = queries.counts(office.actor("county:抽样员"), TODAY)
    assert counts == {"overdue": "1", "待封样": "3", "待移交": "1", "待接收": "1", "已接收": "1", "已拒收": "1"}
    page = sampler.get("/custody/?stage=overdue").text
    assert "LATE" in page and "已超 1 个工作日" in page and "期限 2026-11-19" in page
    assert numbers(office, Stage.TO_RECEIVE.value, "lab:承检机构") == {"WAY"}
    assert numbers(office, Stage.TO_RECEIVE.value, "otherlab:承检机构") == set()
    assert numbers(office, queries.ALL, "other:抽样员") == set()
    from app.pages import queries as home

    cards = {card.title: card.count for card in home.cards(office.actor("county:抽样员"), TODAY, clock.now())}
    assert cards["超期未移交"] == "1"
    cards = {card.title: card.count for card in home.cards(office.actor("lab:承检机构"), TODAY, clock.now())}
    assert cards["待接收的样品"] == "1"


def test_the_list_is_narrowed(office, sealed, sampler):
    sealed("A1")
    sealed("B2", product_name="芹菜", laboratory="远澄检测技术有限公司", sampled_on=date(2026, 11, 19))
    for filters, expected in (
        ({"q": "芹"}, {"B2"}), ({"q": "a1b"}, {"A1"}), ({"q": "A"}, {"A1"}), ({"laboratory": "远澄"}, {"B2"}), ({"q": "%"}, set()),
        ({"sampled_from": date(2026, 11, 19)}, {"B2"}), ({"sampled_to": date(2026, 11, 18)}, {"A1"}),
    ):  # fmt: skip
        assert numbers(office, Stage.TO_HAND_OVER.value, **filters) == expected, filters
    page = sampler.get("/custody/", query_string={"stage": "胡说", "sampled_from": "2026-02-31", "q": "x" * 500, "before": "９"})
    assert page.status_code == 200


def test_several_are_handed_over_on_one_list_and_each_row_says_what_became_of_it(sampler, office, sealed, make):
    one, two = sealed("G1"), sealed("G2")
    bare = make("G3")
    elsewhere = sealed("G4", laboratory="远澄检测技术有限公司", laboratory_org_id=office.orgs["otherlab"].id)
    nowhere = sealed("G5", laboratory=None, laboratory_org_id=None)
    page = sampler.get("/custody/handover", query_string={"ids": [one.id, two.id, bare.id]})
    assert page.status_code == 200 and "所选样品（3 件）" in page.text and "未封样" in page.text
    answer = hand_over(sampler, one, elsewhere)
    assert answer.status_code == 422 and "分属 2 个检验机构" in answer.text  # a list goes to one laboratory
    answer = hand_over(sampler, one, two, bare, elsewhere, nowhere, laboratory=office.orgs["lab"].name)
    assert answer.status_code == 200, complaints(answer)
    assert "移交单 移交〔2026〕1号" in answer.text and "已移交 3 件" in answer.text
    assert "还没有登记封样" in answer.text and "不能移交给“衡清食品检验中心”" in answer.text
    assert [kinds(each)[-1:] for each in (one, two, bare, elsewhere, nowhere)] == [
        [CustodyKind.HANDED_OVER], [CustodyKind.HANDED_OVER], [], [CustodyKind.SEALED], [CustodyKind.HANDED_OVER],
    ]  # fmt: skip
    assert again(nowhere).laboratory_org_id == office.orgs["lab"].id  # only now can the laboratory see it
    lists = set(session().scalars(sa.select(CustodyEvent.list_no).where(CustodyEvent.list_no.is_not(None))))
    assert lists == {"移交〔2026〕1号"}
    answer = hand_over(sampler, bare)
    assert answer.status_code == 422 and "都不能移交" in answer.text
    hand_over(sampler, elsewhere)
    numbered = set(session().scalars(sa.select(CustodyEvent.list_no).where(CustodyEvent.list_no.is_not(None))))
    assert numbered == {"移交〔2026〕1号", "移交〔2026〕2号"}  # a list that handed nothing over took no number
    assert "G1" in sampler.get("/custody/", query_string={"stage": "all", "q": "移交〔2026〕1号"}).text


@pytest.mark.parametrize(("written", "sentence"), [
    ({"person": ""}, "请填写移交人姓名"),
    ({"carrier": ""}, "请选择送达方式"),
    ({"carrier": "寄送"}, "请填写寄送单号"),
    ({"happened_at": "昨天"}, "不是有效时间"),
    ({"laboratory": "没有这个机构"}, "移交给"),
])
def test_a_handover_is_asked_for_completely(sampler, sealed, written, sentence):
    sample = sealed("G1")
    answer = hand_over(sampler, sample, **written)
    assert answer.status_code == 422 and sentence in complaints(answer)
    assert f'value="{sample.id}"' in answer.text  # the choice is kept
    assert kinds(sample) == [CustodyKind.SEALED]


def test_nobody_hands_over_what_he_may_not_see(office, sign_in, sampler, sealed):
    sample = sealed("G1")
    other = sign_in(office.people["other:抽样员"])
    answer = hand_over(other, sample)
    assert answer.status_code == 422 and "请先选择要移交的样品" in complaints(answer)
    assert kinds(sample) == [CustodyKind.SEALED]
    assert sampler.get("/custody/handover").status_code == 200
    assert sign_in(office.people["county:审核人"]).get("/custody/handover").status_code == 403


def test_pages_follow_each_other_by_key(app, sampler, make):
    for number in range(120):
        make(f"P{number:03d}")
    seen, address, previous = [], "/custody/?stage=待封样", None
    import re

    while address:
        page = sampler.get(address).text
        seen += re.findall(r">(P\d{3})</a>", page)
        previous = (re.findall(r'rel="prev" href="([^"]+)"', page) or [None])[0]
        found = re.findall(r'rel="next" href="([^"]+)"', page)
        address = found[0].replace("&amp;", "&") if found else None
    assert seen == [f"P{number:03d}" for number in range(119, -1, -1)]
    assert re.findall(r">(P\d{3})</a>", sampler.get(previous.replace("&amp;", "&")).text)[0] == "P069"


def test_a_longer_list_sends_no_more_statements(app, sampler, sealed):
    def sent() -> int:
        with counting(app) as counted:
            assert sampler.get("/custody/?stage=待移交").status_code == 200
        return counted.count

    sealed("S0")
    sent()
    few = sent()
    for number in range(1, 20):
        sealed(f"S{number}")
    assert sent() <= few + 2 <= 24  # that somebody is at work is noted once a minute


def test_the_form_shows_the_step_whose_turn_it_is(sampler, sample):
    page = sampler.get(f"/custody/samples/{sample.id}").text
    assert '<option selected value="封样">' in page and 'value="2026-11-20T' in page
    sampler.post(f"/custody/samples/{sample.id}/events", data=SEALING)
    assert '<option selected value="移交">' in sampler.get(f"/custody/samples/{sample.id}").text
    sampler.post(f"/custody/samples/{sample.id}/events", data=HANDOVER)
    assert 'name="seal_no"' not in sampler.get(f"/custody/samples/{sample.id}").text
    assert session().scalar(sa.select(Sample.state).where(Sample.id == sample.id)) is SampleState.REGISTERED
