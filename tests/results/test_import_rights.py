"""Who may import what, and that an import lands whole or not at all."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock
from app.chain import HistoryEntry
from app.db import session, transaction
from app.results import operations, staging
from app.results.models import ImportBatch, ResultReport, ResultRow
from app.results.staging import Options
from app.sampling.models import BatchFact
from tests.results.material import (
    as_csv,
    cases,
    count,
    lab_row,
    register_sample,
    sample_named,
)

SHARED = Path(os.environ.get("SHIAN_SHARED_DATA", "../shared/data"))
ONE, TWO = "XC26120119460010001", "XC26120119460010002"


@pytest.fixture
def one(office: Any) -> int:
    return register_sample(office, ONE)


# ---------------------------------------------------------------- whose samples


def test_laboratory_enters_results_for_its_own_samples_only(
    office: Any, sign_in: Any, upload: Any, confirm: Any
) -> None:
    register_sample(office, ONE, laboratory="衡清食品检验中心", laboratory_org_id=office.orgs["lab"].id)
    register_sample(office, TWO, laboratory="远澄检测技术有限公司", laboratory_org_id=office.orgs["otherlab"].id)
    client = sign_in(office.people["lab:承检机构"])
    batch = upload(client, as_csv([lab_row(ONE, "毒死蜱", "未检出"), lab_row(TWO, "毒死蜱", "未检出")]))
    assert (batch.new_count, batch.refused_count) == (1, 1)
    assert "系统中没有抽样单" in batch.preview["faults"][0]["message"]
    assert confirm(client, batch, skip_refused="y").status_code == 303
    assert (sample_named(ONE)["state"].value, sample_named(TWO)["state"].value) == ("reported", "registered")
    assert client.post(f"/imports/{batch.id}/undo", data={"version": "2", "comment": "x"}).status_code == 403
    other = sign_in(office.people["otherlab:承检机构"])
    assert other.get(f"/imports/{batch.id}").status_code == 404


def test_laboratory_chosen_for_the_file_is_kept_on_report_and_sample(
    office: Any, clerk: Any, upload: Any, confirm: Any, one: int
) -> None:
    lab = str(office.orgs["lab"].id)
    batch = upload(clerk, as_csv([lab_row(ONE, "毒死蜱", "未检出")]), laboratory=lab)
    confirm(clerk, batch, laboratory=lab)
    report = session().scalars(sa.select(ResultReport)).one()
    assert (report.laboratory, report.laboratory_org_id) == ("衡清食品检验中心", office.orgs["lab"].id)
    assert sample_named(ONE)["laboratory_org_id"] == office.orgs["lab"].id


# ---------------------------------------------------------------- together, or not at all


def test_two_people_confirm_the_same_batch(
    office: Any, clerk: Any, sign_in: Any, upload: Any, confirm: Any, one: int
) -> None:
    """One of them is told 409; the results are there once."""
    batch = upload(clerk, as_csv([lab_row(ONE, "毒死蜱", "未检出")]))
    seen = batch.version
    first = confirm(clerk, batch)
    second = sign_in(office.people["county:抽样员"]).post(
        f"/imports/{batch.id}/confirm", data={"version": str(seen), "reported_on": "2026-11-12"}
    )
    assert (first.status_code, second.status_code) == (303, 409)
    assert count(ResultReport) == 1


def test_a_sample_changed_since_the_plan_refuses_the_whole_import(office: Any, one: int) -> None:
    """The write transaction re-checks versions: what was planned on something that is gone is not written."""
    register_sample(office, TWO)
    actor = office.actor("county:统计员")
    prepared = _prepared(actor, [lab_row(ONE, "毒死蜱", "未检出"), lab_row(TWO, "毒死蜱", "未检出")])
    with transaction():
        session().connection().execute(sa.text("UPDATE sample SET version = version + 1 WHERE number = :n"), {"n": TWO})
    with pytest.raises(operations.NotAllowedNow, match="已被他人修改"), transaction():
        _accept(actor, prepared)
    assert (count(ResultReport), count(ResultRow), count(BatchFact), count(ImportBatch)) == (0, 0, 0, 0)


@pytest.mark.parametrize("breaking", ["write_facts", "_note_words", "follow_with_cases"])
def test_nothing_is_written_when_any_part_fails(
    office: Any, one: int, monkeypatch: pytest.MonkeyPatch, breaking: str
) -> None:
    actor = office.actor("county:统计员")
    prepared = _prepared(actor, [lab_row(ONE, "毒死蜱", "0.32", "不合格项")])
    entries = count(HistoryEntry)

    def broken(*_: Any) -> None:
        raise OSError("power cut")

    monkeypatch.setattr(f"app.results.writing.{breaking}", broken)
    with pytest.raises(OSError, match="power cut"), transaction():
        _accept(actor, prepared)
    assert (count(ResultReport), count(ResultRow), count(BatchFact), count(ImportBatch), cases()) == (0, 0, 0, 0, [])
    assert (count(HistoryEntry), sample_named(ONE)["state"].value) == (entries, "registered")


def _prepared(actor: Any, rows: list[dict[str, str]]) -> staging.Prepared:
    from app import files

    stored = files.store(as_csv(rows))
    return staging.prepare_file(actor, stored.sha256, "a.csv", Options(reported_on=date(2026, 11, 12)))


def _accept(actor: Any, prepared: staging.Prepared) -> None:
    staged = operations.stage(actor, "a.csv", "0" * 64, prepared, clock.now())
    operations.confirm(staged.batch, prepared, actor, clock.now())
