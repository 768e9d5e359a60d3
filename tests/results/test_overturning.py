"""改判: a conclusion overturned by a retest or an objection, and everything that follows in the same transaction."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from app import history
from app.db import session
from app.domain.samples import Verdict
from app.errors import NotAllowedNow
from app.notices.models import AmendmentNotice
from app.results.models import OverturnedVerdict, ResultRow
from app.sampling.models import BatchFact
from tests.conftest import Office
from tests.decisions.conftest import stands
from tests.results.material import lab_row
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
    from tests.decisions.conftest import import_rows

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
