"""项目类别, 单位 and 标准检验方法 of an item, 产品领域 of a category: proposed, adopted by another, kept against the files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app.authorize import local_operator
from app.db import session, transaction
from app.domain.samples import Domain, ItemClass
from app.domain.trust_states import ChangeState
from app.history import entries_of
from app.reference_data import books, checks
from app.reference_data.models import FoodCategory, TestItem
from app.reference_data.operations import load_reference
from tests.reference_changes.conftest import WHY, decide, newest, proposed, send, text

METHOD = "GB 5009.12-2023 第一法"


def item() -> TestItem:
    session().expire_all()
    return session().scalars(sa.select(TestItem).where(TestItem.name == "铅")).one()


def typed(**given: str) -> dict[str, str]:
    row = item()
    return {"subject": str(row.id), "item_class": row.item_class.value, "unit": row.unit or "", "method": METHOD, **given}


def test_an_item_gets_its_method_and_another_class_by_two_people(admin: FlaskClient, reviewer: FlaskClient) -> None:
    shown = text(admin.get(f"/changes/new/item.version?subject={item().id}"))
    assert "检验项目：铅" in shown and item().item_class.value in shown
    change = proposed(admin, "item.version", typed(item_class="微生物污染"))
    assert change.state is ChangeState.PROPOSED and item().method is None and change.effect["uses"]["现行限量"] > 0
    assert decide(reviewer, change).status_code == 303
    row, known = item(), books.item_book().resolve("铅")
    assert (row.method, row.item_class, row.microbial) == (METHOD, ItemClass.MICROBE, True)
    assert (known.method, known.item_class, known.microbial) == (METHOD, ItemClass.MICROBE, True)
    assert [entry.step for entry in entries_of("test_item", row.id)] == ["add_version"]
    assert METHOD in text(admin.get("/reference/items?q=铅"))
    assert decide(reviewer, change, version="1").status_code == 409
    same = send(admin, "/changes/new/item.version", typed())
    assert same.status_code == 422 and "没有变化" in text(same)


def test_the_shipped_file_does_not_take_the_offices_attributes_back(admin: FlaskClient, reviewer: FlaskClient) -> None:
    category = session().scalars(sa.select(FoodCategory).where(FoodCategory.path == "肉制品")).one()
    other = next(one for one in Domain if one is not category.domain)
    change = proposed(admin, "category.version", {"subject": str(category.id), "domain": other.value})
    assert decide(reviewer, change).status_code == 303
    with transaction():
        load_reference(local_operator())
    session().expire_all()
    assert books.category_book().by_id(category.id).domain is other
    assert not [line for line in checks.check_reference() if "肉制品" in line]  # the office's own decision is no discrepancy


@pytest.mark.parametrize("given", [{"item_class": "没有这类"}, {"method": "字" * 301}])
def test_what_cannot_be_is_refused(admin: FlaskClient, given: dict[str, str]) -> None:
    assert send(admin, "/changes/new/item.version", typed(**given)).status_code == 422


def test_by_command(office: Any, command: Callable[..., tuple[int, Any, str]], tmp_path: Any) -> None:
    import json

    file = tmp_path / "item.json"
    file.write_text(json.dumps(typed(), ensure_ascii=False), encoding="utf-8")
    words = ("--file", str(file), "--reason", WHY["reason"], "--source", WHY["source"])
    code, made, said = command("changes", "propose", "item.version", *words, "--as", office.people["city:系统管理员"].username)
    assert code == 0, said
    code, _, said = command("changes", "adopt", made["number"], "--comment", "同意", "--as", office.people["city:审核人"].username)
    assert code == 0 and item().method == METHOD and newest().state is ChangeState.ADOPTED, said
