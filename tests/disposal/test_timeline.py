"""全程时间轴: everything that happened to a case and what belongs to it, in the order of time, on a page and by command."""

from __future__ import annotations

import io
import json
import re
from typing import Any

from app.db import transaction
from app.disposal.models import DisposalCase
from tests.disposal.conftest import RECORDED, again
from tests.queries import counting

HANDLER = "county:办案人"


def text(response: Any) -> str:
    return response.get_data(as_text=True)


def steps_of(page: str) -> list[str]:
    return re.findall(r"<span class=\"tag\">(.*?)</span><strong>(.*?)</strong>", page)  # type: ignore[return-value]


def test_everything_of_a_case_is_told_in_order(awaiting_case: DisposalCase, act: Any, sign_in: Any, office: Any) -> None:
    case = awaiting_case
    act("county:审核人", case, "return", comment="产品控制情况不完整，请补充。")
    files = {"block": "产品控制", "file": (io.BytesIO(b"%PDF-1.4 x"), "现场检查记录.pdf")}
    assert act(HANDLER, case, "files", **files).status_code == 303
    act(HANDLER, case, "publish", kind="不合格产品信息", published_on="2026-11-20", document_no="2026年第12号公告")
    client = sign_in(office.people[HANDLER])
    assert "全程时间轴" in text(client.get(f"/disposal/{case.id}"))
    page = text(client.get(f"/disposal/{case.id}/timeline"))
    told = steps_of(page)
    wanted = [
        ("案件办理", "立案启动"), ("案件办理", "领取任务"), ("案件办理", "登记办理情况"), ("审核审批", "提交审核"), ("审核审批", "退回"),
        ("信息公开", "登记信息公开"),
    ]  # fmt: skip
    assert [each for each in told if each in wanted] == wanted
    assert ("法定期限", "期限起算") in told and ("附件", "新建") in told
    assert "产品控制情况不完整，请补充。" in page and "封存 20 公斤" in page and "现场检查记录" in page
    moments = re.findall(r"<time>(.*?)</time>", page)
    assert moments == sorted(moments)


def test_the_filter_shows_one_kind_and_keeps_the_counts(awaiting_case: DisposalCase, sign_in: Any, office: Any) -> None:
    client = sign_in(office.people[HANDLER])
    page = text(client.get(f"/disposal/{awaiting_case.id}/timeline?kind=审核审批&kind=无此类"))
    assert {group for group, _ in steps_of(page)} == {"审核审批"}
    assert "案件办理（" in page and 'value="审核审批" checked' in page


def test_another_bureau_does_not_find_it_and_the_laboratory_may_not(awaiting_case: DisposalCase, sign_in: Any, office: Any) -> None:
    address = f"/disposal/{awaiting_case.id}/timeline"
    others = {name: sign_in(user).get(address).status_code for name, user in office.people.items()}
    assert others["other:办案人"] == 404
    assert others["lab:承检机构"] in (403, 404)
    assert others["county:局领导"] == 200 and others["city:审核人"] == 200


def test_the_number_of_statements_does_not_grow_with_the_case(
    awaiting_case: DisposalCase, app: Any, act: Any, sign_in: Any, office: Any
) -> None:
    case = awaiting_case
    client = sign_in(office.people[HANDLER])
    address = f"/disposal/{case.id}/timeline"
    client.get(address)
    with counting(app) as few:
        client.get(address)
    for ordinal in range(4):
        act("county:审核人", case, "return", comment=f"第 {ordinal} 次")
        act(HANDLER, case, "record", **RECORDED | {"control": f"第 {ordinal} 次"})
        act(HANDLER, case, "files", block="产品控制", file=(io.BytesIO(f"%PDF-1.4 {ordinal}".encode()), f"{ordinal}.pdf"))
        act(HANDLER, case, "submit")
    with counting(app) as many:
        client.get(address)
    assert many.count == few.count


def test_the_command_tells_the_same(awaiting_case: DisposalCase, app: Any) -> None:
    number = again(awaiting_case).number
    run = app.test_cli_runner().invoke
    found = run(args=["cases", "timeline", number, "--json", "--kind", "审核审批"])
    assert found.exit_code == 0, found.stderr
    data = json.loads(found.stdout)
    assert [each["step"] for each in data["events"]] == ["提交审核"] and data["total"] > 5
    refused = run(args=["cases", "timeline", number, "--kind", "没有的"])
    assert refused.exit_code == 1 and "可用：案件办理" in refused.stderr
    assert run(args=["cases", "timeline", "核处〔2020〕1号"]).exit_code == 1


def test_what_belongs_to_the_case_is_in_it(case: DisposalCase, office: Any, sign_in: Any) -> None:
    """A retest of the sample by the same bureau is told; one of a other is not this reader's to see."""
    from app import history

    with transaction():
        for org, name in (("county", "本局复检"), ("other", "邻局复检")):
            number = _retest(office.orgs[org].id, case.sample_id, name)
            history.record("retest", number, "create", office.actor(HANDLER), org_id=office.orgs[org].id, name=name)
    page = text(sign_in(office.people[HANDLER]).get(f"/disposal/{case.id}/timeline"))
    assert "本局复检" in page and "邻局复检" not in page


def _retest(org_id: int, sample_id: int, number: str) -> int:
    from datetime import date

    from app import clock
    from app.db import session
    from app.domain.case_kinds import Side
    from app.domain.workflow import RetestState
    from app.retests.models import Retest

    day = date(2026, 11, 20)
    made = Retest(
        org_id=org_id, sample_id=sample_id, number=number, side=Side.SAMPLED, applicant="x", applied_on=day, received_on=day, reason="x",
        state=RetestState.APPLIED, asked_at=clock.now(),
    )  # fmt: skip
    session().add(made)
    session().flush()
    return int(made.id)
