"""A sample of a plan that says which items it is tested for, waiting at the laboratory."""

from __future__ import annotations

from typing import Any

from app import clock
from app.db import session, transaction
from app.domain.item_rows import Item
from app.plans import item_saving, operations
from app.sampling.models import Sample
from tests.plans.conftest import category, header
from tests.results.material import register_sample

FOOD = "食用农产品/蔬菜/叶菜类蔬菜/菠菜"
ONE, TWO = "XC26120119460010001", "XC26120119460010002"
ITEMS = (
    Item("毒死蜱", method="GB 23200.113-2018", basis="GB 2763-2021", max_text="0.02", unit="mg/kg"),
    Item("克百威", method="GB 23200.112-2018", basis="GB 2763-2021", max_text="0.02", unit="mg/kg"),
    Item("阿维菌素", required=False, basis="GB 2763-2021", max_text="0.05", unit="mg/kg"),
)


def planned_samples(office: Any) -> list[int]:
    """Two samples; the set holds for the class of food above theirs."""
    with transaction():
        plan = operations.create(header(), office.actor("county:统计员"), clock.now())
        item_saving.save_sets(plan, {category(FOOD.rpartition("/")[0]): ITEMS}, office.actor("county:统计员"), clock.now(), None)
        plan_id = plan.id
    lab = office.orgs["lab"]
    ids = [
        register_sample(office, number, laboratory_org_id=lab.id, laboratory=lab.name, category_id=category(FOOD))
        for number in (ONE, TWO)
    ]
    with transaction():
        for sample_id in ids:
            session().get_one(Sample, sample_id).plan_id = plan_id
    return ids
