"""改判: a conclusion overturned by a retest or an objection, and everything that follows in the same transaction."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app import clock, history
from app.db import session, transaction
from app.domain.case_kinds import RippleCause
from app.domain.samples import Verdict
from app.errors import NotAllowedNow, Refused
from app.notices.models import AmendmentNotice
from app.organisations.models import Organisation
from app.results import operations as results
from app.results import overturning
from app.results.models import OverturnedVerdict, ResultRow
from app.sampling import operations as sampling
from app.sampling.models import BatchFact
from tests.conftest import Office, found_office, make_office
from tests.decisions.conftest import decisions, import_rows, stands
from tests.decisions.test_decisions import propose
from tests.disposal.conftest import race
from tests.results.material import lab_row, register_sample
from tests.ripples.conftest import cases, disown, failing, kinds, overturn, retest_of, row_id, tasks, the_sample


def test_a_retest_that_passes_overturns_the_conclusion_and_everything_follows(app: Flask, office: Office) -> None:
    sample_id = failing(office)
    assert stands() == ("不合格", 0, [("不合格", "初检")], ["open"])
    retest = retest_of(office)
    ripple = overturn(office, source=retest)
    assert stands() == ("合格", 0, [("合格", "复检")], ["cancelled"])
    row = session().get_one(ResultRow, row_id())
    assert (row.lab_verdict, row.our_verdict, row.verdict) == (Verdict.FAIL, Verdict.FAIL, Verdict.PASS)
    told = history.entries_of("sample", sample_id)[-1]
    assert told.step == "amend" and "复检改判：毒死蜱 由“不合格项”改为“合格项”；复检报告 FJ-1" in (told.comment or "")
    assert '"supervision":["不合格","合格"]' in (told.changes or "")
    cancelled = history.entries_of("disposal_case", cases()["流通"].id)[-1]
    assert cancelled.step == "cancel" and "复检改判，结论由“不合格”改为“合格”" in (cancelled.comment or "")
    assert kinds(ripple) == ["核查处置案件", "复检费用"]
    assert [task.automatic for task in tasks(ripple)] == [True, False]
    origin = session().scalars(sa.select(OverturnedVerdict)).one()
    assert (origin.basis, origin.source_kind, origin.source_id, origin.before) == ("复检", "retest", retest.id, Verdict.FAIL)


def test_another_item_still_fails_and_the_case_goes_on(app: Flask, office: Office) -> None:
    failing(office, rows=[lab_row("XC26120119460010001", item, "0.9", "不合格项") for item in ("毒死蜱", "铅")])
    assert cases()["流通"].failing_items == "毒死蜱、铅"
    assert overturn(office, source=retest_of(office)) is None
    assert stands() == ("不合格", 0, [("不合格", "初检")], ["open"])
    assert cases()["流通"].failing_items == "铅"


def test_the_laboratory_is_told(app: Flask, office: Office) -> None:
    laboratory = office.orgs["lab"]
    failing(office, laboratory_org_id=laboratory.id, laboratory=laboratory.name)
    overturn(office)
    notice = session().scalars(sa.select(AmendmentNotice).where(AmendmentNotice.kind == "检验结论改判")).one()
    assert notice.org_id == laboratory.id and "毒死蜱 结果判定：不合格项 → 合格项" in notice.text


def test_a_row_of_a_replaced_report_cannot_be_overturned(app: Flask, office: Office) -> None:
    failing(office)
    old = row_id()
    import_rows(office, [lab_row("XC26120119460010001", "毒死蜱", "0.8", "不合格项"), lab_row("XC26120119460010001", "铅", "0.1")], "b.csv")
    with pytest.raises(NotAllowedNow, match="已被更正或撤回"):
        overturn(office, {old: Verdict.PASS})
    assert stands()[0] == "不合格"


def test_what_stands_already_is_not_overturned(app: Flask, office: Office) -> None:
    failing(office)
    assert overturn(office, {row_id(): Verdict.FAIL}) is None
    assert session().scalar(sa.select(sa.func.count()).select_from(OverturnedVerdict)) == 0


def test_a_denied_producer_leaves_and_the_seller_stays(app: Flask, office: Office) -> None:
    failing(office, producer_name="武隆区青山食品厂")
    assert {party: case.state.value for party, case in cases().items()} == {"流通": "open", "生产": "open"}
    ripple = disown(office)
    assert {party: case.state.value for party, case in cases().items()} == {"流通": "open", "生产": "cancelled"}
    fact = session().scalars(sa.select(BatchFact).where(BatchFact.superseded_at.is_(None))).one()
    assert (fact.supervision.value, fact.basis, fact.counts_for_producer) == ("不合格", "异议", False)
    assert kinds(ripple) == ["核查处置案件", "核查处置案件"]
    with pytest.raises(NotAllowedNow, match="无需重复认定"):
        disown(office)


def test_what_is_sampled_from_its_maker_cannot_be_disowned(app: Flask, office: Office) -> None:
    failing(office, producer_name="蓟州区惠民超市")
    with pytest.raises(NotAllowedNow, match="不能认定为假冒"):
        disown(office)


def test_a_conclusion_that_does_not_fail_cannot_be_disowned(app: Flask, office: Office) -> None:
    failing(office, producer_name="武隆区青山食品厂")
    overturn(office)
    with pytest.raises(NotAllowedNow, match="不是不合格"):
        disown(office)
    assert the_sample().supervision is not None


# ---------------------------------------------------------------- reports that come and go

def versions(note: str = "", result: str = "0.9") -> list[dict[str, str]]:
    number = "XC26120119460010001"
    return [lab_row(number, "毒死蜱", result, "不合格项" if float(result) > 0.2 else "合格项", 说明=note), lab_row(number, "铅", "0.1")]


def verdicts() -> list[tuple[str, bool]]:
    """Where the overturned verdicts come from, and whether they are in force."""
    found = session().scalars(sa.select(OverturnedVerdict).order_by(OverturnedVerdict.id))
    return [(one.basis, one.lapsed_at is None) for one in found]


def steps(sample_id: int) -> list[str]:
    return [entry.step for entry in history.entries_of("sample", sample_id)]


def test_the_same_file_again_leaves_an_overturned_verdict_alone(app: Flask, office: Office) -> None:
    failing(office)
    overturn(office)
    with pytest.raises(Refused):
        import_rows(office, versions(), "again.csv")
    assert stands()[0] == "合格" and verdicts() == [("复检", True)]


def test_a_correction_that_finds_the_same_carries_the_verdict_along(app: Flask, office: Office) -> None:
    sample_id = failing(office)
    overturn(office)
    import_rows(office, versions("更正版"), "b.csv")
    assert stands() == ("合格", 0, [("合格", "复检")], ["cancelled"])
    row = session().get_one(ResultRow, row_id())
    assert (row.verdict, row.lab_verdict) == (Verdict.PASS, Verdict.FAIL)
    assert verdicts() == [("复检", False), ("复检", True)] and "overturn_carry" in steps(sample_id)


def test_a_correction_that_finds_something_else_ends_the_verdict_and_says_so(app: Flask, office: Office) -> None:
    laboratory = office.orgs["lab"]
    sample_id = failing(office, laboratory_org_id=laboratory.id, laboratory=laboratory.name)
    overturn(office)
    import_rows(office, versions(result="0.8"), "b.csv")
    assert stands() == ("不合格", 0, [("不合格", "更正")], ["open"])
    assert verdicts() == [("复检", False)]
    told = history.entries_of("sample", sample_id)
    assert any(entry.step == "overturn_lapse" and "原改判不再适用" in (entry.comment or "") for entry in told)
    notices = session().scalars(sa.select(AmendmentNotice.title).where(AmendmentNotice.kind == "检验结论改判")).all()
    assert any("改判因检验报告更正而失效" in title for title in notices)


def test_undoing_the_correction_brings_the_report_back_with_its_verdict(app: Flask, office: Office) -> None:
    sample_id = failing(office)
    overturn(office)
    second = import_rows(office, versions(result="0.8"), "b.csv")
    with transaction():
        results.undo(second, office.actor("county:统计员"), clock.now(), "导错了")
    assert stands()[0] == "合格" and stands()[3] == ["cancelled"]
    assert verdicts() == [("复检", False), ("复检", True)] and steps(sample_id)[-1:] != ["overturn_lapse"]
    with pytest.raises(NotAllowedNow, match="已经复检改判"):
        propose(office)


def test_undoing_a_correction_that_carried_the_verdict_gives_it_back(app: Flask, office: Office) -> None:
    failing(office)
    overturn(office)
    second = import_rows(office, versions("更正版"), "b.csv")
    with transaction():
        results.undo(second, office.actor("county:统计员"), clock.now(), "导错了")
    assert stands()[0] == "合格" and stands()[3] == ["cancelled"]
    assert verdicts() == [("复检", False), ("复检", False), ("复检", True)]


def test_undoing_leaves_alone_what_a_retest_has_overturned(app: Flask, office: Office) -> None:
    register_sample(office, "XC26120119460010001")
    batch = import_rows(office, versions())
    overturn(office)
    with pytest.raises(NotAllowedNow, match="复检或异议改判"), transaction():
        results.undo(batch, office.actor("county:统计员"), clock.now(), "导错了")
    assert stands()[0] == "合格"


def test_undoing_leaves_alone_a_batch_whose_producer_was_denied(app: Flask, office: Office) -> None:
    register_sample(office, "XC26120119460010001", producer_name="武隆区青山食品厂")
    batch = import_rows(office, versions())
    disown(office)
    with pytest.raises(NotAllowedNow, match="复检或异议改判"), transaction():
        results.undo(batch, office.actor("county:统计员"), clock.now(), "导错了")


def test_voiding_and_reviving_keeps_the_retest(app: Flask, office: Office) -> None:
    failing(office)
    overturn(office)
    for step in (lambda sample: sampling.void(sample, office.actor("county:统计员"), "录错", clock.now()),
                 lambda sample: sampling.revive(sample, office.actor("county:统计员"), clock.now())):  # fmt: skip
        with transaction():
            step(the_sample())
    assert stands()[0] == "合格" and verdicts() == [("复检", True)]


def test_a_correction_does_not_reopen_the_case_of_a_denied_producer(app: Flask, office: Office) -> None:
    failing(office, producer_name="武隆区青山食品厂")
    disown(office)
    import_rows(office, versions(result="0.8"), "b.csv")
    assert {party: case.state.value for party, case in cases().items()} == {"流通": "open", "生产": "cancelled"}


def test_a_decision_about_the_item_lapses(app: Flask, office: Office) -> None:
    failing(office)
    propose(office, Verdict.UNDECIDED)
    overturn(office)
    assert [(one.state.value, one.item) for one in decisions()] == [("lapsed", "毒死蜱")]
    with pytest.raises(NotAllowedNow, match="已经复检改判"):
        propose(office)


@pytest.mark.parametrize("database", ["app", pytest.param("pg_app", marks=pytest.mark.postgres)])
def test_of_two_who_overturn_at_once_one_is_told(database: str, request: pytest.FixtureRequest) -> None:
    app = request.getfixturevalue(database)
    with app.app_context():
        if session().scalar(sa.select(sa.func.count()).select_from(Organisation)) < 3:
            with transaction():
                make_office()
        office = found_office()
        failing(office)
        row, actor = row_id(), office.actor("county:统计员")
        session().rollback()

        def work(sample: Any) -> None:
            overturning.overturn(
                sample, {row: Verdict.PASS}, actor, clock.now(), basis="复检", cause=RippleCause.RETEST, source=None, reason="复检合格"
            )

        ended = race(app, [work, work], the_sample)
        assert sorted(type(one).__name__ for one in ended) == ["NoneType", "NotAllowedNow"]
        assert stands() == ("合格", 0, [("合格", "复检")], ["cancelled"])
        assert verdicts() == [("复检", True)]
