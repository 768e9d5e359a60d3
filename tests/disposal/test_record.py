"""The blocks of the record: each saved alone, quantities that have to add up, exemptions approved with the case, and the commands."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from app import history
from app.audit.words import changes_of
from app.db import session, transaction
from app.disposal.models import CaseQuantity, DisposalCase
from app.domain.samples import Link
from app.domain.workflow import CaseState
from app.sampling.models import Sample
from tests.disposal.conftest import RECORDED, again

HANDLER, REVIEWER = "county:办案人", "county:审核人"


def text(response: Any) -> str:
    return response.get_data(as_text=True)


def lines(**written: str) -> dict[str, str]:
    """``lines(MADE="100 袋")`` as the form sends it, with every other line empty."""
    sent = {}
    for kind in ("MADE", "SOLD", "STOCK", "SEALED", "DESTROYED", "OTHER", "RECALLED"):
        amount, unit, weight = (*written.get(kind, "").split(" "), "", "")[:3]
        sent |= {f"quantities-{kind}-amount": amount, f"quantities-{kind}-unit": unit, f"quantities-{kind}-kilograms": weight}
    return sent


def test_a_block_is_saved_alone_and_control_before_cause(case: DisposalCase, act: Any, sign_in: Any, office: Any) -> None:
    """What another block says stays as it is, and what this block leaves blank is emptied."""
    act(HANDLER, case, "claim")
    control = {"control_on": "2026-11-20", "control": "封存", "stop_ordered": "是", "seal_ordered": "否", "recall_level": ""}
    assert act(HANDLER, case, "record", block="产品控制", **control).status_code == 303
    cause = {"cause_on": "2026-11-20", "cause": "储运", "cause_codes": ["运输", "销售"], "control": "别的部分不随本块保存"}
    assert act(HANDLER, case, "record", block="原因排查", **cause).status_code == 303
    found = again(case)
    assert (found.control, found.stop_ordered, found.seal_ordered, found.recall_ordered) == ("封存", True, False, None)
    assert (found.cause, found.cause_codes) == ("储运", "运输、销售")
    assert act(HANDLER, case, "record", block="原因排查", cause_on="", cause="储运").status_code == 303
    assert (again(case).cause_codes, again(case).cause_on, again(case).control) == (None, None, "封存")
    entry = history.entries_of("disposal_case", case.id)[-3]
    assert {(change.field, change.after) for change in changes_of("disposal_case", entry.changes)} >= {
        ("责令暂停生产销售使用", "是"), ("封存", "否"),
    }  # fmt: skip
    page = text(sign_in(office.people[HANDLER]).get(f"/disposal/{case.id}"))
    assert page.count('type="hidden" name="block"') == 10 and 'value="原料问题"' not in page  # a shop is asked about buying and selling


def test_a_producer_is_asked_about_its_production(batch: Any, open_cases: Any, act: Any) -> None:
    """原料问题 obliges to trace; a word that is on no list is refused and what was typed stays."""
    made = open_cases(batch(producer_name=None, sampled_name="甲厂", link=Link.PRODUCTION))[0]
    act(HANDLER, made, "claim")
    refused = act(HANDLER, made, "record", block="原因排查", cause_on="2026-11-20", cause="写下的字", cause_codes=["没有的"])
    assert refused.status_code == 422 and "写下的字" in text(refused)
    assert act(HANDLER, made, "record", **RECORDED).status_code == 303
    block = {"block": "原因排查", "cause_on": "2026-11-20", "cause": "原料带入", "cause_codes": ["原料问题"]}
    assert act(HANDLER, made, "record", **block).status_code == 303
    refused = act(HANDLER, made, "submit")
    assert refused.status_code == 409 and "原因排查（缺追溯原料来源）" in text(refused)
    assert act(HANDLER, made, "record", **block, source_traced="是", source_producer="乙原料厂").status_code == 303
    assert act(HANDLER, made, "submit").status_code == 303


def test_quantities_that_do_not_add_up_need_an_explanation(case: DisposalCase, act: Any, sign_in: Any, office: Any) -> None:
    """N9: reckoned on the server, by the 规格 where the units differ; explained, or the case is not submitted."""
    act(HANDLER, case, "claim")
    with transaction():
        again(case)
        session_sample(case).spec = "20g×24袋/箱"
    assert act(HANDLER, case, "record", **RECORDED).status_code == 303
    block = {"block": "处置数量", "goods_value": "1,200元"}
    sent = lines(MADE="10 箱", SOLD="200 袋", STOCK="30 袋")
    assert act(HANDLER, case, "record", **block, **sent).status_code == 303
    page = text(sign_in(office.people[HANDLER]).get(f"/disposal/{case.id}"))
    assert "比生产（购进）的 4.8 公斤少 0.2 公斤" in page and "还缺 1 项要件" in page
    assert "比生产（购进）的 4.8 公斤少 0.2 公斤" in text(sign_in(office.people[REVIEWER]).get(f"/disposal/{case.id}"))  # alike for both
    refused = act(HANDLER, case, "submit")
    assert refused.status_code == 409 and "数量不平衡说明" in text(refused)
    assert act(HANDLER, case, "record", **block, **sent, quantity_note="抽样用去 10 袋").status_code == 303
    assert act(HANDLER, case, "submit").status_code == 303
    rows = {row.kind.value: (row.amount, row.unit) for row in quantities_of(case)}
    assert rows == {"生产（购进）": (Decimal(10), "箱"), "已销售": (Decimal(200), "袋"), "库存": (Decimal(30), "袋")}
    assert again(case).goods_value == Decimal(1200)
    changed = [entry.changes or "" for entry in history.entries_of("disposal_case", case.id)]
    assert any("生产（购进） 10 箱；已销售 200 袋；库存 30 袋" in each for each in changed)


def quantities_of(case: DisposalCase) -> list[CaseQuantity]:
    return list(session().scalars(sa.select(CaseQuantity).where(CaseQuantity.case_id == case.id).order_by(CaseQuantity.id)))


def session_sample(case: DisposalCase) -> Sample:
    return session().get_one(Sample, case.sample_id)


def test_a_fault_in_a_line_of_quantities_is_told_by_the_name_of_the_line(case: DisposalCase, act: Any) -> None:
    act(HANDLER, case, "claim")
    refused = act(HANDLER, case, "record", block="处置数量", **lines(MADE="  20", SOLD="  20"))
    summary = text(refused).partition('id="error-summary"')[2].partition("</div>")[0]
    assert refused.status_code == 422 and "有 2 处需要修改" in summary and "MADE" not in re.sub(r"<[^>]*>", "", summary)
    assert re.findall(r'<a href="#([^"]*)">([^<]*)</a>', summary) == [
        ("quantities-MADE-amount", "处置数量：生产（购进）：数量：填写了公斤数的，请填写数量"),
        ("quantities-SOLD-amount", "处置数量：已销售：数量：填写了公斤数的，请填写数量"),
    ]


def test_quantities_of_two_savers_and_of_a_slip_of_the_pen(case: DisposalCase, act: Any) -> None:
    """D17: the second saver sees what the first wrote, keeps his own, and nothing is written; half a line is refused."""
    act(HANDLER, case, "claim")
    version = again(case).version
    assert act(HANDLER, case, "record", block="处置数量", version=version, **lines(MADE="9 袋")).status_code == 303
    second = act(HANDLER, case, "record", block="处置数量", version=version, **lines(MADE="8 袋", SOLD="8 袋"))
    assert second.status_code == 409
    assert "生产（购进） 9 袋" in text(second) and "生产（购进） 8 袋；已销售 8 袋" in text(second)
    assert re.search(r'name="quantities-SOLD-amount"[^>]*value="8"', text(second))
    for sent, sentence in (
        (lines(MADE="9"), "请选择单位"), (lines(MADE="-9 袋"), "数量请填写数字"), (lines(MADE="1e9 袋"), "数量请填写数字"),
        (lines(MADE=" 袋 5"), "请填写数量"), (lines(MADE="9 车"), "不是有效的选择"),
    ):  # fmt: skip
        refused = act(HANDLER, case, "record", block="处置数量", **sent)
        assert refused.status_code == 422 and sentence in text(refused)
    assert [(row.kind.value, row.amount) for row in quantities_of(case)] == [("生产（购进）", Decimal(9))]
    assert act(HANDLER, case, "record", block="处置数量", **lines()).status_code == 303
    assert quantities_of(case) == []


def test_whoever_approves_the_case_approves_its_exemptions(case: DisposalCase, act: Any, sign_in: Any, office: Any) -> None:
    """N10: exempted with reason and approver; five things in place, told alike to everybody."""
    act(HANDLER, case, "claim")
    without = {name: value for name, value in RECORDED.items() if not name.startswith("control")}
    assert act(HANDLER, case, "record", **without, **{"exempted-CONTROL": "该批次已售完"}).status_code == 303
    assert act(HANDLER, case, "submit").status_code == 303
    page = text(sign_in(office.people[REVIEWER]).get(f"/disposal/{case.id}"))
    assert "五个到位：4 / 5，未到位：产品控制（申请免除）" in page and "由审核人在审核案件时一并批准" in page
    assert act(REVIEWER, case, "approve", comment="同意免除。").status_code == 303
    closed = again(case)
    assert (closed.state, closed.exempted_by_id) == (CaseState.CLOSED, office.people[REVIEWER].id)
    page = text(sign_in(office.people[HANDLER]).get(f"/disposal/{case.id}"))
    assert "（蓟州审核人 2026-11-20 批准）" in page and "产品控制（已批准免除）" in page
    entry = history.entries_of("disposal_case", case.id)[-1]
    changed = {change.field: change.after for change in changes_of("disposal_case", entry.changes)}
    assert changed.keys() == {"批准免除的审核人", "签名内容摘要"} and changed["批准免除的审核人"] == "蓟州审核人"


def test_a_case_without_exemptions_has_no_exempter(closed_case: DisposalCase) -> None:
    assert closed_case.exempted_by_id is None


# ---------------------------------------------------------------- commands

def test_the_record_on_the_command_line(app: Any, case: DisposalCase, act: Any) -> None:
    def run(*args: str) -> tuple[int, str, str]:
        result = app.test_cli_runner().invoke(args=["cases", *args])
        return result.exit_code, result.stdout, result.stderr

    act(HANDLER, case, "claim")
    me = ("--as", "county-handler")
    code, _, said = run("record", case.number, "产品控制日期=2026-11-20")
    assert code == 1 and "不是本案的办理人" in said  # the operator at the machine is not the handler
    code, _, said = run("record", case.number, "产品控制日期=2026-11-20", "产品控制措施=封存", "封存=是", "免除·信息公开=涉密", *me)
    assert code == 0 and "封存数量" in _
    assert run("record", case.number, "免除·送达=已当场告知", "原因类别=运输、销售", *me)[0] == 0
    found = again(case)
    assert (found.control, found.seal_ordered, found.cause_codes) == ("封存", True, "运输、销售")
    assert found.exempted == "送达：已当场告知\n信息公开：涉密"
    version = found.version
    for fields, sentence in (
        (["产品控制日期=2026-11-21"], "不能晚于今天"),
        (["没有的=1"], "没有“没有的”这一项"),
        (["封存"], "名称=内容"),
        (["免除·没有=x"], "没有“没有”这项要件"),
        (["货值（元）=很多"], "货值请填写数字"),
        (["收到不合格结论日期=2026-11-19"], "请填写更正理由"),
    ):
        code, _, said = run("record", case.number, *fields, *me)
        assert (code, sentence in said) == (1, True), said
    code, _, said = run("quantities", case.number, "购=9袋", *me)
    assert code == 1 and "没有“购”这个去向" in said
    assert run("quantities", case.number, "生产=很多", *me)[0] == 1
    assert again(case).version == version
    code, out, _ = run("quantities", case.number, "生产=100袋/50", "封存=90袋/45", "--json", *me)
    answer = json.loads(out)
    assert code == 0 and len(answer["mismatches"]) == 1 and "少 10 袋" in answer["mismatches"][0]
    code, out, _ = run("quantities", case.number, "封存=100袋/50", "--json", *me)
    assert json.loads(out)["mismatches"] == [] and json.loads(out)["quantities"]["生产（购进）"]["amount"] == "100"
    shown = json.loads(run("show", case.number, "--json", *me)[1])
    assert shown["in_place"] == {"产品控制": True, "原因排查": False, "整改复查": False, "行政处罚": False, "信息公开": False}
    assert shown["quantities"] == ["生产（购进） 100 袋（50 公斤）", "封存 100 袋（50 公斤）"]
