"""备份样品 through the pages: storing, moving, the term of keeping, disposing of one or several, the list and its workbook."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from app import clock, history
from app.chain import HistoryEntry
from app.custody import backup_queries
from app.custody.clocks import clocks
from app.custody.models import BackupSample
from app.db import session, transaction
from app.disposal.models import CaseMode, DisposalCase, Party
from app.domain.retention import BackupStage
from app.domain.samples import Monitoring, Supervision
from app.domain.workflow import BackupState, CaseState, SampleState
from tests.custody.conftest import arrive, complaints
from tests.downloads.taking import taken_out
from tests.queries import counting

TODAY = date(2026, 11, 20)
STORE = {"place": "冷库A-3-12", "storage": "-18℃", "quantity": "0.5kg", "seal_no": "", "stored_on": "2026-11-19"}
DISCARD = {"discarded_on": "2026-11-20", "method": "无害化销毁", "witness": "赵六"}


def store(client, sample, **other):
    return client.post(f"/custody/samples/{sample.id}/backup", data={**STORE, **other})


def backup_of(sample) -> BackupSample:
    statement = sa.select(BackupSample).where(BackupSample.sample_id == sample.id)
    return session().scalars(statement.execution_options(populate_existing=True)).one()


def keep(sample, **given) -> BackupSample:
    """A backup sample as the laboratory has stored it."""
    with transaction():
        made = BackupSample(
            org_id=sample.org_id, sample_id=sample.id, laboratory_org_id=sample.laboratory_org_id, state=BackupState.KEPT,
            place="冷库A", stored_on=date(2026, 7, 3), quantity="0.5kg", **given,
        )  # fmt: skip
        session().add(made)
    return made


def open_case(sample, state=CaseState.OPEN) -> DisposalCase:
    with transaction():
        made = DisposalCase(
            org_id=sample.org_id, sample_id=sample.id, number=f"C-{sample.id}", party=Party.CIRCULATION, mode=CaseMode.DISPOSE,
            state=state, party_name="某超市", failing_items="毒死蜱", opened_at=clock.now(), received_on=date(2026, 8, 4),
            due_on=date(2026, 11, 30),
        )  # fmt: skip
        session().add(made)
    return made


def discard(client, backup, **other):
    data = {**DISCARD, "version": backup.version, **other}
    return client.post(f"/custody/backups/{backup.id}/discard", data=data)


# ---------------------------------------------------------------- storing and moving

def test_the_laboratory_stores_what_it_has_received(lab, handed):
    assert store(lab, handed, seal_no="FT-0002").status_code == 409  # not received yet
    arrive(lab, handed)
    answer = store(lab, handed, seal_no="FT-0009")
    assert answer.status_code == 422 and "“FT-0009”与封样时登记的“FT-0002”不一致" in complaints(answer)
    answer = store(lab, handed, seal_no="ｆｔ－０００２")
    assert answer.status_code == 303, complaints(answer)
    made = backup_of(handed)
    assert (made.state, made.seal_no, made.place, made.keep_until) == (BackupState.KEPT, "FT-0002", "冷库A-3-12", None)
    assert "尚未出具检验结论" in made.keep_why
    page = lab.get(f"/custody/backups/{made.id}").text
    assert "入库保存" in page and "尚未出具检验结论，保存期限待结论作出后计算" in page
    again = store(lab, handed, seal_no="FT-0002")
    assert again.status_code == 409 and "已登记入库" in complaints(again)


@pytest.mark.parametrize(("written", "sentence"), [
    ({"place": ""}, "请填写存放位置"),
    ({"place": "位" * 201}, "存放位置不得超过 200 个字"),
    ({"quantity": ""}, "请填写备份样品数量"),
    ({"stored_on": "2026-11-21"}, "晚于今天"),
    ({"stored_on": "2026-07-02"}, "早于样品接收日期 2026-07-03"),
    ({"stored_on": "2026-02-31"}, "不是有效日期"),
])
def test_what_cannot_be_true_of_storing(lab, reported, written, sentence):
    answer = store(lab, reported(), **written)
    assert answer.status_code == 422 and sentence.replace(" ", "") in complaints(answer)
    assert session().scalar(sa.select(BackupSample.id)) is None


def test_moving_needs_its_reason_and_the_page_seen(lab, reported):
    made = keep(reported())
    address = f"/custody/backups/{made.id}/move"
    answer = lab.post(address, data={"version": made.version, "place": "冷库B", "reason": ""})
    assert answer.status_code == 422 and "请填写移库原因" in complaints(answer)
    assert lab.post(address, data={"version": 1, "place": "冷库B", "reason": "冷库A检修"}).status_code == 303
    answer = lab.post(address, data={"version": 1, "place": "冷库C", "reason": "再移"})
    assert answer.status_code == 409 and "冷库C" in answer.text
    entry = history.entries_of("backup_sample", made.id)[-1]
    assert (entry.step, entry.comment) == ("move", "冷库A检修") and "冷库B" in entry.changes
    assert "移库" in lab.get(f"/custody/backups/{made.id}").text


# ---------------------------------------------------------------- the term, and disposing of

def test_a_passing_backup_is_disposed_of_after_three_months(lab, reported):
    """合格 2026-08-03: three months end on 2026-11-03."""
    made = keep(reported())
    page = lab.get(f"/custody/backups/{made.id}").text
    assert "检验结论 2026-08-03 合格，保存 3 个月至 2026-11-03" in page and "第25条第1款" in page
    answer = discard(lab, made, witness="")
    assert answer.status_code == 422 and "请填写见证人" in complaints(answer)
    answer = discard(lab, made, discarded_on="2026-11-03")
    assert answer.status_code == 422 and "最早2026-11-04可以处置" in complaints(answer)
    answer = discard(lab, made, discarded_on="2026-11-21")
    assert answer.status_code == 422 and "晚于今天" in complaints(answer)
    assert discard(lab, made).status_code == 303
    gone = backup_of(_sample(made))
    assert (gone.state, gone.discarded_on, gone.discard_method, gone.discard_witness) == (
        BackupState.DISCARDED, TODAY, "无害化销毁", "赵六",
    )  # fmt: skip
    assert gone.keep_until == date(2026, 11, 3) and "合格，保存 3 个月" in gone.keep_why  # as it was decided on
    assert discard(lab, gone).status_code == 409


def _sample(backup):
    from app.sampling.models import Sample

    return session().get_one(Sample, backup.sample_id)


def test_a_failing_one_is_kept_six_months_and_while_its_case_is_open(lab, reported):
    sample = reported(supervision=Supervision.FAIL, reported_on=date(2026, 4, 10), sampled_on=date(2026, 4, 1), arrived_on=None)
    made, case = keep(sample), open_case(sample)
    answer = discard(lab, made)
    assert answer.status_code == 422 and "案件还有1件未办结" in complaints(answer)
    assert "案件还有 1 件未办结" in lab.get(f"/custody/backups/{made.id}").text
    with transaction():
        history.advance_many(DisposalCase, _cancel(), _nobody(), [history.Move(case)], comment="结论更正", asked=True)
    answer = discard(lab, made)
    assert answer.status_code == 303, complaints(answer)


def _cancel():
    from app.domain.workflow import CaseStep

    return CaseStep.CANCEL


def _nobody():
    from app.authorize import local_operator

    return local_operator()


def test_the_term_follows_the_report_in_force(lab, reported, office):
    """A corrected, retested or withdrawn report moves the term at once: nothing of it is stored while the sample is kept."""
    sample = reported()
    made = keep(sample, keep_until=date(2026, 11, 3), keep_why="旧")
    book = clocks()

    def row():
        session().expire_all()
        found = backup_queries.backup(office.actor("lab:承检机构"), made.id)
        return backup_queries.row(found, TODAY, book)

    assert (row().keeping.until, row().stage) == (date(2026, 11, 3), BackupStage.DUE)
    with transaction():  # a retest overturns the verdict
        _sample(made).supervision = Supervision.FAIL
    assert (row().keeping.until, row().stage) == (date(2027, 2, 3), BackupStage.KEPT)
    with transaction():
        _sample(made).expires_on = date(2026, 12, 1)
    assert (row().keeping.until, row().stage) == (date(2026, 12, 1), BackupStage.SOON)
    with transaction():
        history.advance_many(type(sample), _withdraw(), _nobody(), [history.Move(_sample(made))], asked=True)
    assert (row().keeping.until, row().stage) == (None, BackupStage.KEPT)
    assert discard(lab, made).status_code == 422


def _withdraw():
    from app.domain.workflow import SampleStep

    return SampleStep.WITHDRAW


# ---------------------------------------------------------------- the list

def test_the_list_finds_the_same_stages_as_the_rule(app, office, reported):
    """Every conclusion × report date around the borders × shelf life: SQL and the rule agree row by row."""
    borders = [date(2026, 5, 19), date(2026, 5, 20), date(2026, 6, 19), date(2026, 6, 20), date(2026, 6, 21), date(2026, 6, 22),
               date(2026, 8, 19), date(2026, 8, 20), date(2026, 8, 21), date(2026, 9, 18), date(2026, 9, 20), date(2026, 9, 21)]
    conclusions = [
        (Supervision.PASS, Monitoring.NONE), (Supervision.FAIL, Monitoring.NONE), (Supervision.PASS, Monitoring.PROBLEM),
        (Supervision.NONE, Monitoring.CLEAR), (Supervision.OPEN, Monitoring.NONE), (None, None),
    ]  # fmt: skip
    lives = [None, TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=30), TODAY + timedelta(days=31)]
    count = 0
    for reported_on in borders:
        for supervision, monitoring in conclusions:
            for expires_on in lives:
                count += 1
                keep(reported(
                    f"K{count:05d}", supervision=supervision, monitoring=monitoring, reported_on=reported_on, expires_on=expires_on,
                    sampled_on=None, arrived_on=None,
                ))  # fmt: skip
    keep(reported("K-WAITING", state=SampleState.REGISTERED, supervision=None, reported_on=None, expires_on=date(2020, 1, 1)))
    actor, book, seen = office.actor("lab:承检机构"), clocks(), {}
    for wanted in BackupStage:
        rows = backup_queries.every_backup(actor, backup_queries.Filters(wanted.value), TODAY)
        assert all(row.stage is wanted for row in rows), wanted
        seen |= {row.backup.id: row.stage for row in rows}
    everything = backup_queries.every_backup(actor, backup_queries.Filters(), TODAY)
    assert seen == {row.backup.id: row.stage for row in everything} and len(seen) == count + 1
    assert {stage for stage in seen.values()} == {BackupStage.KEPT, BackupStage.SOON, BackupStage.DUE}
    assert book.keeping_ends_before(TODAY)["KEEP_PASS"] < TODAY


def test_several_are_disposed_of_and_each_row_says_what_became_of_it(lab, reported):
    good, early = keep(reported("A-1")), keep(reported("A-2", reported_on=date(2026, 10, 12)))
    failing = reported("A-3", supervision=Supervision.FAIL, reported_on=date(2026, 1, 5), sampled_on=None, arrived_on=None)
    cased = keep(failing)
    open_case(failing)
    ids = [str(one.id) for one in (good, early, cased)]
    answer = lab.post("/custody/backups/discard?stage=可处置", data={**DISCARD, "ids": ids})
    assert answer.status_code == 200, complaints(answer)
    assert "已处置 1 件，未处置 2 件" in answer.text
    assert "最早 2027-01-13 可以处置" in answer.text and "案件还有 1 件未办结" in answer.text
    states = [session().get_one(BackupSample, one.id, populate_existing=True).state for one in (good, early, cased)]
    assert states == [BackupState.DISCARDED, BackupState.KEPT, BackupState.KEPT]
    answer = lab.post("/custody/backups/discard?stage=可处置", data=DISCARD)
    assert answer.status_code == 422 and "请先选择" in complaints(answer)
    answer = lab.post("/custody/backups/discard?stage=可处置", data={**DISCARD, "ids": ids, "method": ""})
    assert answer.status_code == 422 and "请填写处置方式" in complaints(answer)


def test_the_list_is_exported_as_asked_and_on_record(lab, reported):
    keep(reported("A-1"))
    keep(reported("A-2", reported_on=date(2026, 10, 12), product_name="=1+1"))
    book = load_workbook(io.BytesIO(taken_out(lab, "backups")))
    rows = list(book["备份样品"].iter_rows(values_only=True))[:-1]
    assert [row[0] for row in rows[1:]] == ["A-2", "A-1"]
    assert "合格，保存 3 个月至 2026-11-03" in rows[2][rows[0].index("保存期限的由来")]
    assert book["备份样品"].cell(2, 2).data_type == "s"
    due = load_workbook(io.BytesIO(taken_out(lab, "backups", "stage=可处置")))
    assert [row[0] for row in list(due["备份样品"].iter_rows(min_row=2, values_only=True))[:-1]] == ["A-1"]
    told = session().scalars(sa.select(HistoryEntry.comment).where(HistoryEntry.step == "export").order_by(HistoryEntry.seq))
    assert [one.partition("；")[0] for one in told] == ["状态：全部", "状态：可处置"]


def test_the_home_page_counts_what_may_be_disposed_of(office, reported):
    from app.pages import queries as home

    keep(reported("A-1"))
    failing = reported("A-3", supervision=Supervision.FAIL, reported_on=date(2026, 1, 5), sampled_on=None, arrived_on=None)
    keep(failing)
    open_case(failing)
    cards = {card.title: card.count for card in home.cards(office.actor("lab:承检机构"), TODAY, clock.now())}
    assert cards["到期可处置的备份样品"] == "1"
    others = {card.title: card.count for card in home.cards(office.actor("otherlab:承检机构"), TODAY, clock.now())}
    assert others["到期可处置的备份样品"] == "0"


def test_a_longer_list_sends_no_more_statements(app, lab, reported):
    def sent() -> int:
        with counting(app) as counted:
            assert lab.get("/custody/backups").status_code == 200
        return counted.count

    keep(reported("A-0"))
    sent()
    few = sent()
    for number in range(1, 60):
        keep(reported(f"A-{number}"))
    assert sent() <= few + 2 <= 26  # that somebody is at work is noted once a minute
    page = lab.get("/custody/backups")
    assert "共 <b>60</b> 条" in page.text and page.text.count("冷库A") == 50 and 'rel="next"' in page.text
