"""覆盖缺口 (S14): the same figures as the indicators, and the names of what is missing."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from app import clock
from app.db import session, transaction
from app.domain.facts import Conclusion
from app.domain.quotas import Cell
from app.domain.samples import Link, Monitoring, Supervision
from app.domain.states import SampleState
from app.enterprises.models import EnterpriseStatus
from app.sampling.facts import draft_of, write_facts
from app.sampling.models import Sample
from tests.gaps.conftest import JIZHOU, PRODUCER, County, food


def completed(county: County, firm: Any, **values: Any) -> None:
    """A sample with its report."""
    county.sample(firm, state=SampleState.REPORTED, reported_on=date(2026, 11, 5), **values)
    conclusion = Conclusion(Supervision.PASS, Monitoring.NONE)
    with transaction():
        found = session().query(Sample).order_by(Sample.id.desc()).first()
        write_facts([draft_of(found, conclusion, reported_on=date(2026, 11, 5), has_residue=False, basis="初检")], clock.now())


def ask(app: Any, *arguments: str) -> dict[str, Any]:
    result = app.test_cli_runner().invoke(args=["gaps", "coverage", "--json", "--area", JIZHOU, *arguments])
    assert result.exit_code == 0, result.output + result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_producers_count_as_producer_or_sampled_unit(app: Any, county: County) -> None:
    """四家在产：一家在厂里抽到，一家的产品在商店抽到，一家待出报告，一家未抽；停产的不计。2÷4＝50.00%."""
    there, made, waiting, missing = (county.firm(name, PRODUCER) for name in ("甲厂", "乙厂", "丙厂", "丁厂"))
    county.firm("停产厂", PRODUCER, status=EnterpriseStatus.PAUSED)
    shop = county.firm("商店")
    completed(county, there, link=Link.PRODUCTION)
    completed(county, shop, producer_id=made.id)
    county.sample(waiting, link=Link.PRODUCTION)
    found = ask(app)["producers"]
    assert (found["covered"], found["of"], found["rate"]) == (2, 4, "50.00")
    assert {one["name"] for one in found["missing"]} == {waiting.name, missing.name}


def test_the_figure_is_that_of_the_indicator(app: Any, county: County) -> None:
    """蓟州规划文本：在产获证食品生产企业抽检覆盖率."""
    completed(county, county.firm("甲厂", PRODUCER), link=Link.PRODUCTION)
    county.firm("乙厂", PRODUCER)
    county.firm("丙厂", PRODUCER)
    arguments = ["indicators", "show", "--json", "--plan", "jizhou", "--area", JIZHOU, "--year", "2026"]
    rows = json.loads(app.test_cli_runner().invoke(args=arguments).stdout)
    shown = next(row for row in rows if "食品生产企业" in row["name"] and "覆盖率" in row["name"])
    ours = ask(app)["producers"]
    assert (ours["covered"], ours["of"], ours["rate"]) == (1, 3, "33.33")
    assert ours["rate"] in json.dumps(shown, ensure_ascii=False)


def test_kinds_are_those_of_the_plan(app: Any, county: County) -> None:
    plan = county.plan({Cell(food("肉制品")): 10}, total=10)
    before = ask(app, "--plan", str(plan.id))["categories"]
    kind = before["missing"][0]
    completed(county, county.firm("肉店"), category_id=food(kind))
    after = ask(app, "--plan", str(plan.id))["categories"]
    assert (before["covered"], after["covered"], after["of"]) == (0, 1, before["of"])
    assert kind not in after["missing"]
    assert all(path.startswith("肉制品/") for path in after["missing"])


def test_the_page_and_its_workbook(county: County, office: Any, sign_in: Any) -> None:
    county.firm("未抽到的厂", PRODUCER)
    client = sign_in(office.people["county:统计员"])
    assert "未抽到的厂" in client.get("/gaps/coverage").text
    assert client.get("/gaps/coverage/export").data[:2] == b"PK"
    assert client.get("/gaps/coverage?plan_id=99").status_code == 404
    assert client.get("/gaps/coverage?year=26").status_code == 422
    assert "未抽到的厂" not in sign_in(office.people["other:统计员"]).get("/gaps/coverage").text
