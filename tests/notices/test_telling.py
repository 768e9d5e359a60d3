"""Who is told of which change: sheet, result, void, import and its undoing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock
from app.db import session, transaction
from app.notices import telling
from app.notices.models import AmendmentNotice
from app.results.models import ImportBatch
from app.sampling import operations as sampling
from app.sampling.drafts import Drafter
from app.sampling.models import Sample
from tests.results.material import as_csv, lab_row, register_sample
from tests.results.test_report_entry import item, typed

ONE, TWO = "XC26120119460010001", "XC26120119460010002"


@pytest.fixture
def samples(office: Any) -> list[int]:
    return [register_sample(office, number, laboratory_org_id=office.orgs["lab"].id) for number in (ONE, TWO)]


def told(office: Any, place: str) -> list[tuple[str, str, str]]:
    """Kind, title and text of what an organisation was told, oldest first; reading clears the list."""
    columns = (AmendmentNotice.id, AmendmentNotice.kind, AmendmentNotice.title, AmendmentNotice.text)
    unread = sa.select(*columns).where(AmendmentNotice.org_id == office.orgs[place].id, AmendmentNotice.read_at.is_(None))
    rows = session().execute(unread.order_by(AmendmentNotice.id)).all()
    with transaction():
        session().execute(sa.update(AmendmentNotice).where(AmendmentNotice.id.in_([row.id for row in rows])).values(read_at=clock.now()))
    return [tuple(row[1:]) for row in rows]


def test_the_laboratory_is_told_of_a_corrected_and_of_a_void_sheet(office: Any, samples: list[int]) -> None:
    actor, sample = office.actor("county:抽样员"), session().get_one(Sample, samples[0])
    draft, _ = Drafter(actor).draft({"number": ONE, "product_name": "油麦菜", "sampled_on": "2026-11-02"})
    other = replace(draft, laboratory_org_id=office.orgs["otherlab"].id, laboratory="远澄检测技术有限公司")
    with transaction():
        sampling.correct(sample, other, actor, "名称写错", clock.now())
    (kind, title, text), = told(office, "lab")
    assert (kind, title) == ("抽样单更正", f"样品 {ONE} 的抽样单已更正")
    assert "样品名称：菠菜 → 油麦菜" in text and "更正原因：名称写错" in text
    assert len(told(office, "otherlab")) == 1 and told(office, "county") == []
    with transaction():
        sampling.void(session().get_one(Sample, samples[1]), actor, "重复登记", clock.now())
    assert told(office, "lab") == [("样品作废", f"样品 {TWO} 已作废", "作废原因：重复登记")]
    with transaction():
        sampling.revive(session().get_one(Sample, samples[1]), actor, clock.now())
    assert [kind for kind, _, _ in told(office, "lab")] == ["样品恢复"]


def test_a_report_corrected_by_either_side_is_told_to_the_other(office: Any, samples: list[int], sign_in: Any) -> None:
    lab, clerk = sign_in(office.people["lab:承检机构"]), sign_in(office.people["county:统计员"])
    address = f"/samples/{samples[0]}/results"
    assert lab.post(address, data=typed([item("毒死蜱", "0.02")])).status_code == 303
    assert told(office, "county") == told(office, "lab") == []  # the first report is no amendment
    data = typed([item("毒死蜱", "0.32", "不合格项")], version=2, reason="复核数据")
    assert lab.post(address, data=data).status_code == 303
    (kind, title, text), = told(office, "county")
    assert (kind, title) == ("检验结果更正", f"样品 {ONE} 的检验结果已更正") and told(office, "lab") == []
    assert "毒死蜱 检验结果：0.02 → 0.32" in text and "更正原因：复核数据" in text
    data = typed([item("毒死蜱", "0.03")], version=3, reason="又改")
    assert clerk.post(address, data=data).status_code == 303
    assert [title for _, title, _ in told(office, "lab")] == [f"样品 {ONE} 的检验结果已更正"] and told(office, "county") == []


def test_an_import_tells_once_however_many_it_changes(
    office: Any, samples: list[int], sign_in: Any, upload: Any, confirm: Any
) -> None:
    lab = sign_in(office.people["lab:承检机构"])
    first = upload(lab, as_csv([lab_row(number, "毒死蜱", "0.02") for number in (ONE, TWO)]))
    assert confirm(lab, first).status_code == 303
    assert told(office, "county") == []
    second = upload(lab, as_csv([lab_row(number, "毒死蜱", "0.04") for number in (ONE, TWO)]))
    assert confirm(lab, second).status_code == 303
    (kind, title, text), = told(office, "county")
    assert (kind, title) == ("导入更正", f"导入批次第 {second.id} 次更正 2 批")
    assert f"抽样编号：{ONE}、{TWO}" in text and f"{TWO} 毒死蜱 检验结果：0.02 → 0.04" in text
    clerk = sign_in(office.people["county:统计员"])
    third = upload(clerk, as_csv([lab_row(number, "毒死蜱", "0.06") for number in (ONE, TWO)]))
    assert confirm(clerk, third).status_code == 303
    assert [title for _, title, _ in told(office, "lab")] == [f"导入批次第 {third.id} 次更正 2 批"]
    data = {"version": str(session().get_one(ImportBatch, third.id, populate_existing=True).version), "comment": "传错文件"}
    assert clerk.post(f"/imports/{third.id}/undo", data=data).status_code == 303
    (kind, title, text), = told(office, "lab")
    assert (kind, title) == ("撤销导入", f"导入批次第 {third.id} 次已撤销，涉及 2 批") and "撤销原因：传错文件" in text
    assert told(office, "county") == []


def test_an_import_that_changed_one_sample_opens_it(
    office: Any, samples: list[int], sign_in: Any, upload: Any, confirm: Any
) -> None:
    lab = sign_in(office.people["lab:承检机构"])
    for result in ("0.02", "0.04"):
        batch = upload(lab, as_csv([lab_row(ONE, "毒死蜱", result)]))
        assert confirm(lab, batch).status_code == 303
    page = sign_in(office.people["county:审核人"]).get("/notices/").get_data(as_text=True)
    assert "次更正 1 批" in page and f'href="/sampling/{samples[0]}"' in page


def test_a_verdict_set_aside_is_told_to_the_laboratory(office: Any, samples: list[int]) -> None:
    with transaction():
        sample = session().get_one(Sample, samples[0])
        telling.verdict_decided(sample, office.actor("county:审核人"), "铅", "合格项", "不合格项", "限量引用错误")
    assert told(office, "lab") == [(
        "判定复核", f"样品 {ONE} “铅”的判定经复核变更", "铅 结果判定：合格项 → 不合格项\n复核理由：限量引用错误",
    )]  # fmt: skip
