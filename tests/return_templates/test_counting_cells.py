"""The figures of a form's cells are those of every page, with the same records; lists hold what they say or are refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock
from app.db import session, transaction
from app.domain.indicators import FORMULAS, Period, parse_filter, provenance_hash
from app.domain.return_mapping import read_spec
from app.domain.samples import Level, Purpose, Supervision
from app.domain.supervision_kinds import Grade, GradeCause
from app.domain.supervision_states import GradeState
from app.enterprises.models import Enterprise, EnterpriseStatus
from app.errors import NotLikeThis
from app.grading.models import RiskGrade
from app.indicators import figures, records
from app.indicators.frames import Frame, area_by_code
from app.planning.models import SamplingTask
from app.reference_data.books import region_book
from app.reference_data.models import Region
from app.return_templates.filling import MappedCell, counted_cells
from app.sampling.models import Sample
from tests.indicators.conftest import JIZHOU, Batch, Books

FOOD = "domain in (食品;食用农产品)"
NOVEMBER = Period(2026, month=11)


@pytest.fixture
def frame(office: Any) -> Frame:
    """Eleven batches: nine of November, of which two fail, one open; one of October; one of the year before."""
    books = Books(office.orgs)
    books.add(
        *[Batch() for _ in range(4)], Batch(supervision=Supervision.FAIL), Batch(supervision=Supervision.FAIL, category="糕点"),
        Batch(supervision=Supervision.OPEN), Batch(purpose=Purpose.EVALUATION), Batch(category="糕点"),
        Batch(reported_on=date(2026, 10, 9)), Batch(reported_on=date(2025, 11, 9)),
    )  # fmt: skip
    with transaction():
        region = session().scalar(sa.select(Region.id).where(Region.code == JIZHOU))
        task = {"level": Level.COUNTY, "year": 2026, "recorded_at": clock.now(), "org_id": office.orgs["county"].id, "region_id": region}
        session().add(SamplingTask(purpose=Purpose.SUPERVISION, batches=40, **task))
        session().add(SamplingTask(purpose=Purpose.EVALUATION, batches=8, **task))
    return Frame(office.actor("county:统计员"), area_by_code(region_book(), JIZHOU), NOVEMBER)


def cell(spec: dict[str, Any], at: str = "B5") -> MappedCell:
    return MappedCell("表一", at, "甲", read_spec(spec))


def value(frame: Frame, **spec: Any) -> str:
    return str(counted_cells([cell(spec)], frame, {}).cells[0].value)


RATE = {"formula": "pass_rate", "filter": FOOD}
COUNT = {"formula": "batch_count"}


@pytest.mark.parametrize(("spec", "expected"), [
    ({**COUNT, "period": "本期"}, "9"),
    ({**COUNT, "period": "累计"}, "10"),
    ({**COUNT, "period": "本年"}, "10"),
    ({**COUNT, "period": "上年同期"}, "1"),
    ({**COUNT, "period": "上年累计"}, "1"),
    ({**RATE}, "71.43"),  # five of seven judged; the evaluation batch is not in it
    ({**RATE, "form": "小数"}, "0.7143"),
    ({**RATE, "form": "带单位文字"}, "71.43%"),
    ({**RATE, "side": "分子"}, "5"),
    ({**RATE, "side": "分母"}, "7"),
    ({**RATE, "side": "未判定"}, "1"),
    ({**RATE, "group": {"by": "食品大类", "key": "糕点"}}, "50.00"),
    ({**RATE, "group": {"by": "食品大类", "key": "酒类"}}, "—"),
    ({**COUNT, "group": {"by": "食品大类", "key": "酒类"}}, "0"),
    ({**COUNT, "group": {"by": "抽样环节", "key": "流通"}}, "9"),
    ({**COUNT, "group": {"by": "检验目的", "key": "评价性抽检"}}, "1"),
    ({"formula": "disposal_rate", "filter": FOOD}, "—"),
])  # fmt: skip
def test_figures(frame: Frame, spec: Any, expected: str) -> None:
    assert value(frame, kind="figure", **spec) == expected


@pytest.mark.parametrize(("spec", "expected"), [
    ({"kind": "difference", "of": {**COUNT, "period": "本期"}, "minus": {**COUNT, "period": "上年同期"}}, "8"),
    ({"kind": "difference", "of": RATE, "minus": {**RATE, "period": "上年同期"}, "form": "带单位文字"}, "-28.57 百分点"),
    ({"kind": "difference", "of": {**RATE, "side": "分母"}, "minus": {**RATE, "side": "分子"}}, "2"),  # 不合格批次
    ({"kind": "growth", "of": {**COUNT, "period": "累计"}, "against": {**COUNT, "period": "上年累计"}}, "900.00"),
    ({"kind": "growth", "of": COUNT, "against": {**COUNT, "filter": "domain = 药品"}}, "—"),
    ({"kind": "task"}, "48"),
    ({"kind": "task", "level": "县级", "purpose": "监督抽检"}, "40"),
    ({"kind": "task", "level": "市级"}, "—"),
    ({"kind": "completion", "purpose": "评价性抽检", "period": "累计"}, "12.50"),
    ({"kind": "completion", "level": "市级"}, "—"),
    ({"kind": "text", "text": "填报单位：{填报单位}（{区域}{期间}）{审核人}"}, "填报单位：甲局（蓟州区2026年11月）"),
])  # fmt: skip
def test_other_cells(frame: Frame, spec: Any, expected: str) -> None:
    assert str(counted_cells([cell(spec)], frame, {"填报单位": "甲局"}).cells[0].value) == expected


def test_a_cell_says_what_it_was_counted_from(frame: Frame) -> None:
    """The same lists as the indicator's page, so that the hash can be repeated."""
    found = counted_cells([cell({"kind": "figure", **RATE})], frame, {}).cells[0]
    proof = records.provenance(frame, FORMULAS["pass_rate"], parse_filter(FOOD))
    assert [(one.definition, one.version, one.period, one.side) for one in found.sources] == [
        ("pass_rate", 1, "2026年11月", "分子"), ("pass_rate", 1, "2026年11月", "分母"),
    ]  # fmt: skip
    assert [provenance_hash(one.numbers) for one in found.sources] == [proof.numerator_hash, proof.denominator_hash]
    assert found.sources[0].filter == "产品领域：食品、食用农产品" and found.sources[0].numbers == sorted(found.sources[0].numbers)
    part = counted_cells([cell({"kind": "figure", **RATE, "side": "分母", "group": {"by": "食品大类", "key": "糕点"}})], frame, {}).cells[0]
    assert [len(one.numbers) for one in part.sources] == [2] and part.value == 2


def test_parts_by_area_are_the_figures_of_the_areas(office: Any) -> None:
    Books(office.orgs).add(Batch(), Batch(org="city", region="120118"))
    city = Frame(office.actor("city:统计员"), area_by_code(region_book(), "120000"), NOVEMBER)
    inside = next(one for one in city.area.children if JIZHOU in map(region_book().code, one.inside))
    spec = {"kind": "figure", **COUNT, "group": {"by": "抽样地区", "key": inside.name}}
    own = figures.figure(city.within(inside), FORMULAS["batch_count"])
    assert value(city, **spec) == own.display and value(city, **spec | {"group": {"by": "抽样地区", "key": inside.code}}) == own.display


def test_parts_by_laboratory(frame: Frame, office: Any) -> None:
    """Of the organisation the sheet is tied to, else of the name written on it."""
    city = office.orgs["city"]
    with transaction():
        samples = session().scalars(sa.select(Sample).order_by(Sample.id)).all()
        samples[0].laboratory, samples[4].laboratory = "衡清检测", "衡清检测"
        samples[1].laboratory, samples[1].laboratory_org_id = "旧名", city.id

    def of(key: str, **spec: Any) -> str:
        return value(frame, kind="figure", **spec, group={"by": "承检机构", "key": key})

    assert [of("衡清检测", **COUNT), of("衡清检测", **RATE), of(city.name, **COUNT), of("旧名", **COUNT)] == ["2", "50.00", "1", "0"]
    assert of("未分类", **COUNT) == "6"
    with pytest.raises(NotLikeThis, match="没有名为“远方检测”的承检机构"):
        of("远方检测", **COUNT)


@pytest.mark.parametrize(("spec", "reason"), [
    ({**COUNT, "group": {"by": "食品大类", "key": "云彩"}}, "表一!B5（甲）：食品大类中没有“云彩”，可用："),
    ({**COUNT, "group": {"by": "抽样地区", "key": "外县"}}, "抽样地区中没有“外县”"),
    ({"no": "999"}, "没有序号为“999”的指标"),
    ({"plan": "nowhere", "no": "1"}, "没有编号为“nowhere”的规划"),
])  # fmt: skip
def test_what_cannot_be_counted_here_is_refused(frame: Frame, spec: Any, reason: str) -> None:
    with pytest.raises(NotLikeThis) as refused:
        value(frame, kind="figure", **spec)
    assert reason in refused.value.sentence


def listed(frame: Frame, name: str, most: int = 20, **columns: str) -> dict[str, Any]:
    spec = {"kind": "list", "list": name, "columns": columns, "most": most, "empty": "本月没有"}
    return {one.cell: one.value for one in counted_cells([cell(spec, "A8")], frame, {}).cells}


def test_a_list_goes_down_from_its_cell(frame: Frame) -> None:
    found = listed(frame, "不合格明细", A="序号", C="样品名称", D="抽样编号", E="抽样环节")
    assert [found[f"A{row}"] for row in (8, 9)] == [1, 2] and found["C9"] == "酱牛肉" and found["E8"] == "流通" and len(found) == 8
    assert {found["D8"], found["D9"]} == set(records.records(frame, FORMULAS["pass_rate"]).denominator) - set(
        records.records(frame, FORMULAS["pass_rate"]).numerator
    )
    assert listed(frame, "核查处置案件", B="案件编号") == {"B8": "本月没有"}
    assert listed(frame, "评价性抽检批次", A="结论") == {"A8": "合格"}
    rates = listed(frame, "食品大类合格率", A="名称", B="判定批次", C="不合格批次", D="合格率")
    assert [rates[f"{column}{row}"] for row in (8, 9) for column in "ABC"] == ["肉制品", 5, 1, "糕点", 2, 1]
    assert str(rates["D8"]) == "80.00" and listed(frame, "风险等级名单", A="企业名称") == {"A8": "本月没有"}


def test_the_list_of_grades_is_that_of_the_last_day(frame: Frame, office: Any) -> None:
    org = office.orgs["county"].id
    with transaction():
        firm = Enterprise(
            org_id=org, name="渔阳食品厂", status=EnterpriseStatus.ACTIVE, region_id=region_book().id(JIZHOU), created_at=clock.now()
        )
        session().add(firm)
        session().flush()
        grade = {"org_id": org, "enterprise_id": firm.id, "kind": "食品生产企业", "cause": GradeCause.NEW, "facts": {}, "year": 2026}
        rules = {"rule_code": "r", "rule_sha256": "0" * 64, "created_at": clock.now()}
        for number, state, letter, begins, ends in (
            ("1", GradeState.REPLACED, Grade.A, date(2026, 1, 1), date(2026, 11, 29)),
            ("2", GradeState.CONFIRMED, Grade.C, date(2026, 11, 30), None),
            ("3", GradeState.VOIDED, Grade.D, date(2026, 1, 1), None),
        ):
            session().add(RiskGrade(number=number, state=state, grade=letter, effective_from=begins, effective_to=ends, **grade, **rules))
    assert listed(frame, "风险等级名单", A="企业名称", B="风险等级") == {"A8": "渔阳食品厂", "B8": "A"}  # today is the 20th


def test_a_list_that_does_not_fit_is_refused(frame: Frame) -> None:
    with pytest.raises(NotLikeThis, match="2026年11月不合格明细共 2 行，模板只留了 1 行。请在模板中为该列表留足 2 行"):
        listed(frame, "不合格明细", most=1, A="序号")
