"""下一步抽什么 through the page and the command: the order, the reasons, the limits, and who sees what."""

from __future__ import annotations

import io
import json
import re
from datetime import date
from typing import Any

import openpyxl
import pytest

from app import clock
from app.assignments.operations import TaskDraft, assign_several
from app.db import session, transaction
from app.domain.quotas import Cell
from app.domain.samples import Link
from app.domain.sampling_kinds import CapSubject, SpecialSampling
from app.domain.states import ExemptionState
from app.enterprises.models import EnterpriseStatus
from app.gaps.models import LabCapacity
from tests.conftest import make_office
from tests.gaps.conftest import CATERER, PRODUCER, WENCHANG, YUYANG, County, food, place
from tests.queries import counting


def ask(app: Any, *arguments: str) -> dict[str, Any]:
    result = app.test_cli_runner().invoke(args=["gaps", "list", "--json", *arguments])
    assert result.exit_code == 0, result.output + result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.fixture
def statistician(office: Any, sign_in: Any) -> Any:
    return sign_in(office.people["county:统计员"])


def test_every_line_says_why_and_the_points_add_up(app: Any, county: County) -> None:
    """今天是 2026-11-20：十一月至今计划 8 批，已抽 2 批，其中以前月份应抽 3 批."""
    meat = food("肉制品")
    county.plan({Cell(meat, month=10): 3, Cell(meat, month=11): 5, Cell(meat, month=12): 4}, total=12)
    county.cap(5)
    shop = county.firm("渔阳肉店", region=YUYANG)
    county.sample(shop, 2, category_id=meat)
    found = ask(app, "--weeks", "1")
    assert (found["batches"], found["proved"]) == (3, True)  # the cap of 5 leaves 3, not the 6 still owed
    line = found["lines"][0]
    words = {reason["code"]: (reason["words"], reason["points"]) for reason in line["reasons"]}
    assert words["need"][0] == "本月肉制品还差 6 批（计划 8 批，已抽或已安排 2 批）"
    assert words["owed"] == ("肉制品前几个月欠抽 1 批", 8)
    assert line["caps"] == ["本季度未达上限（已抽或已安排 2 批，上限 5 批）"]
    assert sum(one["points"] for one in found["lines"]) == found["points"]
    for one in found["lines"]:
        assert one["points"] == sum(reason["points"] for reason in one["reasons"])


def test_later_months_are_not_taken_ahead(app: Any, county: County) -> None:
    meat = food("肉制品")
    county.plan({Cell(meat, month=12): 4}, total=4)
    county.firm("肉店")
    assert ask(app, "--weeks", "1")["lines"] == []  # 21 to 22 November hold no working day, the week after is November
    assert ask(app, "--weeks", "4")["batches"] == 4


def test_finer_cells_come_before_coarser(app: Any, county: County) -> None:
    """The county's 10 batches of 肉制品 hold 4 that only 文昌街道 may give."""
    meat = food("肉制品")
    county.plan({Cell(meat): 10, Cell(meat, place(WENCHANG)): 4}, total=10)
    county.firm("文昌店", region=WENCHANG)
    county.firm("渔阳店", region=YUYANG)
    found = ask(app)
    by_region = {code: sum(one["batches"] for one in found["lines"] if one["region_id"] == place(code)) for code in (WENCHANG, YUYANG)}
    assert by_region == {WENCHANG: 4, YUYANG: 6}
    assert found["lines"][0]["region_id"] == place(WENCHANG)


def test_a_filled_cap_never_appears(app: Any, county: County) -> None:
    meat = food("肉制品")
    county.plan({Cell(meat): 20}, total=20)
    county.cap(5)
    full = county.firm("已满店")
    free = county.firm("未满店")
    county.sample(full, 5, category_id=meat)
    found = ask(app)
    assert {one["enterprise"] for one in found["lines"]} == {free.name}
    assert found["batches"] == 5


@pytest.mark.parametrize(
    ("key", "state", "valid_to", "batches"),
    [
        ("#{}", ExemptionState.APPROVED, date(2026, 12, 31), 2),
        ("#{}", ExemptionState.ASKED, date(2026, 12, 31), 0),
        ("#{}", ExemptionState.APPROVED, date(2026, 11, 25), 0),  # ends within the weeks asked for
        ("#9{}", ExemptionState.APPROVED, date(2026, 12, 31), 0),  # of somebody else
    ],
)
def test_an_approved_exemption_opens_a_filled_cap(
    app: Any, county: County, key: str, state: ExemptionState, valid_to: date, batches: int
) -> None:
    meat = food("肉制品")
    county.plan({Cell(meat): 10}, total=10)
    shop = county.firm("肉店")
    county.cap(2)
    county.sample(shop, 2, category_id=meat)
    county.exempt("TEST_UNIT_CIRCULATION", key.format(shop.id), state, valid_to)
    found = ask(app)
    assert found["batches"] == batches
    for line in found["lines"]:
        assert line["caps"] == ["本季度已达上限（已抽或已安排 2 批，上限 2 批，豁免还可抽 2 批）"]


def test_special_sampling_fills_no_cap(app: Any, county: County) -> None:
    meat = food("肉制品")
    county.plan({Cell(meat): 10}, total=10)
    shop = county.firm("肉店")
    county.cap(2)
    county.sample(shop, 2, category_id=meat, special_sampling=SpecialSampling.CASE)
    assert ask(app)["batches"] == 2


def test_a_producer_is_capped_by_kind_of_food(app: Any, county: County) -> None:
    """同一生产者同一食品大类: samples of its products found elsewhere count as well."""
    meat, drinks = food("肉制品"), food("饮料")
    county.plan({Cell(meat, link=Link.PRODUCTION): 10, Cell(drinks, link=Link.PRODUCTION): 10}, total=20)
    county.cap(3, CapSubject.PRODUCER, None)
    maker = county.firm("综合食品厂", PRODUCER)
    shop = county.firm("商店")
    county.sample(shop, 2, category_id=meat, producer_id=maker.id)
    county.sample(maker, category_id=drinks, link=Link.PRODUCTION, producer_id=maker.id)
    found = ask(app)
    batches = {root: sum(one["batches"] for one in found["lines"] if one["category"].startswith(root)) for root in ("肉制品", "饮料")}
    assert batches == {"肉制品": 1, "饮料": 2}
    assert {one["fit"] for one in found["lines"]} <= {"生产过该类食品", "在该单位抽到过该类食品"}


def test_what_cannot_be_met_is_told_with_numbers(app: Any, county: County) -> None:
    dishes = food("餐饮食品")
    county.plan({Cell(dishes, link=Link.CATERING): 37}, total=37)
    county.cap(5, link=Link.CATERING)
    for number in range(3):
        county.firm(f"饭店{number}", CATERER)
    found = ask(app)
    gap = next(one for one in found["shortfalls"] if one["what"] == "餐饮环节餐饮食品")
    assert (gap["lacking"], gap["possible"], gap["gap"]) == (37, 15, 22)
    assert gap["words"].startswith(
        "餐饮环节餐饮食品还差 37 批，可抽的企业只有 3 家（餐饮环节每家每季度上限 5 批），"
        "年底前最多能完成 15 批，缺口 22 批："
    )
    assert found["batches"] == 15


def test_laboratories_limit_the_weeks(app: Any, county: County, office: Any, statistician: Any) -> None:
    """每周 2 批: 11-23、11-30、12-07、12-14 四周共 8 批；总计划 30 批，年底前只能接收 6 周多."""
    county.plan({Cell(food("肉制品")): 30}, total=30)
    county.firm("肉店")
    data = {"laboratory": office.orgs["lab"].id, "per_week": "2", "valid_from": "2026-01-01", "source": "委托合同"}
    assert statistician.post("/gaps/laboratories", data=data).status_code == 303
    result = app.test_cli_runner().invoke(args=["gaps", "list", "--json", "--as", "county-statistician"])
    found = json.loads(result.stdout)
    assert found["batches"] == 8
    by_week: dict[str, int] = {}
    for line in found["lines"]:
        for week in line["weeks"]:
            assert week["laboratory_id"] == office.orgs["lab"].id
            by_week[week["from"]] = by_week.get(week["from"], 0) + week["batches"]
    assert by_week == {"2026-11-23": 2, "2026-11-30": 2, "2026-12-07": 2, "2026-12-14": 2}
    assert found["shortfalls"][0]["what"] == "检验能力"
    assert "缺口" in found["shortfalls"][0]["words"]


def test_capacity_is_dated_and_superseded_on_the_same_day(county: County, office: Any, statistician: Any, sign_in: Any) -> None:
    data = {"laboratory": office.orgs["lab"].id, "per_week": "2", "valid_from": "2026-01-01", "source": "委托合同"}
    statistician.post("/gaps/laboratories", data=data)
    statistician.post("/gaps/laboratories", data={**data, "per_week": "9"})
    rows = session().query(LabCapacity).order_by(LabCapacity.id).all()
    assert [(row.per_week, row.superseded_at is None) for row in rows] == [(2, False), (9, True)]
    assert "已被替换" in statistician.get("/gaps/laboratories").text
    for change, sentence in (
        ({"per_week": "-1"}, "每周批次应为"), ({"per_week": "９９九"}, "error"), ({"valid_from": "2026-02-31"}, "error"),
        ({"source": ""}, "请填写来源"), ({"valid_to": "2025-01-01"}, "有效期止不能早于有效期起"), ({"laboratory": "999999"}, "error"),
    ):  # fmt: skip
        refused = statistician.post("/gaps/laboratories", data={**data, **change})
        assert (refused.status_code, sentence in refused.text) == (422, True), change
    assert sign_in(office.people["county:抽样员"]).post("/gaps/laboratories", data=data).status_code == 403
    assert "登记检验能力</h2>" not in sign_in(office.people["county:抽样员"]).get("/gaps/laboratories").text


def test_the_page_shows_the_list_and_its_lines(county: County, statistician: Any) -> None:
    plan = county.plan({Cell(food("肉制品")): 3}, total=3)
    county.firm("渔阳肉店", region=YUYANG)
    page = statistician.get(f"/gaps/?plan_id={plan.id}").text
    assert "渔阳肉店" in page
    assert "渔阳镇本年未抽过流通环节" in page
    assert "该企业从未抽样" in page
    key = re.search(r"/gaps/line/([\w-]+)", page)
    assert key is not None
    why = statistician.get(f"/gaps/line/{key[1]}?plan_id={plan.id}")
    assert (why.status_code, "为什么建议：渔阳肉店" in why.text) == (200, True)
    assert statistician.get(f"/gaps/line/{plan.id}-999999-0-circulation-11").status_code == 404
    line = re.search(r'name="line" value="([^"]+)"', page)
    assert line is not None
    several = statistician.get(f"/assignments/several?plan={plan.id}&line={line[1]}")
    assert (several.status_code, "渔阳肉店" in several.text) == (200, True)


def test_an_open_task_is_not_proposed_again(app: Any, county: County, office: Any, statistician: Any) -> None:


    plan = county.plan({Cell(food("肉制品")): 3}, total=3)
    shop = county.firm("肉店")
    with transaction():
        from app.domain.actors import Role
        from tests.conftest import _person

        second = _person(office.orgs["county"], "county-sampler2", "另一抽样员", Role.SAMPLER)
    draft = TaskDraft(
        region_id=place(WENCHANG), batches=2, from_on=date(2026, 11, 23), to_on=date(2026, 11, 27),
        laboratory_org_id=office.orgs["lab"].id, member_ids=(office.people["county:抽样员"].id, second.id),
        plan=plan, category_id=food("肉制品"),
        link=Link.CIRCULATION, enterprise_id=shop.id,
    )  # fmt: skip
    with transaction():
        assign_several([draft], office.actor("county:统计员"), clock.now())
    assert ask(app)["batches"] == 1


def test_filters_narrow_the_list(app: Any, county: County) -> None:
    county.plan({Cell(): 20}, total=20)
    county.firm("文昌店", region=WENCHANG)
    county.firm("渔阳饭店", CATERER, region=YUYANG)
    assert {one["enterprise"] for one in ask(app, "--link", "餐饮")["lines"]} == {"渔阳饭店"}
    assert {one["enterprise"] for one in ask(app, "--area", WENCHANG)["lines"]} == {"文昌店"}
    assert all(one["category"].startswith("肉制品") for one in ask(app, "--category", "肉制品")["lines"])


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("weeks=0", "周数应为 1 至"), ("weeks=百", "不是数字"), ("link=天上", "抽样环节"), ("plan_id=99999", "尚未下达"),
        ("weeks=9" + "9" * 20, "不是数字"),
    ],
)
def test_what_is_no_question_is_refused(county: County, statistician: Any, query: str, sentence: str) -> None:
    county.plan({Cell(): 5}, total=5)
    page = statistician.get(f"/gaps/?{query}")
    assert (page.status_code, sentence in page.text) == (422, True)


def test_only_enterprises_in_operation_and_in_reach(app: Any, county: County, office: Any, sign_in: Any) -> None:
    county.plan({Cell(): 20}, total=20)
    county.firm("停产店", status=EnterpriseStatus.PAUSED)
    county.firm("别局店", org="other")
    county.firm("本局店")
    page = sign_in(office.people["county:统计员"]).get("/gaps/").text
    assert ("本局店" in page, "停产店" in page, "别局店" in page) == (True, False, False)
    other = sign_in(office.people["other:统计员"]).get("/gaps/").text
    assert "本单位没有正在执行的计划" in other
    assert sign_in(office.people["lab:承检机构"]).get("/gaps/").status_code == 403


def test_the_workbook_holds_the_whole_list(county: County, statistician: Any) -> None:
    county.plan({Cell(food("肉制品")): 3}, total=3)
    county.firm("=渔阳肉店", region=YUYANG)
    book = openpyxl.load_workbook(io.BytesIO(statistician.get("/gaps/export").data))
    assert book.sheetnames == ["下一步抽什么", "完不成的目标", "分值说明"]
    values = [cell.value for row in book["下一步抽什么"].iter_rows() for cell in row if cell.value is not None]
    assert "=渔阳肉店" in values or "'=渔阳肉店" in values
    assert all(cell.data_type != "f" for row in book["下一步抽什么"].iter_rows() for cell in row)


def test_statements_do_not_grow_with_enterprises(app: Any, county: County, statistician: Any) -> None:
    county.plan({Cell(food("肉制品")): 30}, total=30)
    county.cap(5)
    counts = []
    for _ in range(2):
        for _ in range(6):
            county.firm(f"店{county.made}")
            county.sample(None)
        statistician.get("/gaps/")
        with counting(app) as sent:
            statistician.get("/gaps/")
        counts.append(sent.count)
    assert counts[0] == counts[1]
    assert counts[0] <= 60, sent


@pytest.mark.postgres
def test_the_same_list_on_postgresql(pg_app: Any) -> None:
    with transaction():
        office = make_office()
    county = County(office.orgs)
    county.plan({Cell(food("肉制品")): 4}, total=4)
    county.cap(3)
    shop = county.firm("肉店")
    county.sample(shop, 1, category_id=food("肉制品"))
    assert ask(pg_app)["batches"] == 2
