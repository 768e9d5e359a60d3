"""检查要点表: the shipped lists, which one holds on a day, the pages."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from app import clock
from app.checklists import queries
from app.checklists.models import Checklist, ChecklistItem
from app.db import session, transaction
from app.domain.samples import Confidence
from app.reference import checklist_files


@pytest.mark.parametrize(("code", "least", "most", "groups"), [
    ("production", 40, 60, 12), ("sale", 36, 60, 17), ("catering", 40, 60, 8), ("workshop", 20, 35, None), ("salt", 12, 20, None),
])  # fmt: skip
def test_shipped_lists_have_the_groups_of_the_order(code, least, most, groups):
    """总局令第49号 arts. 15, 17 and 20 name 12, 17 and 8 groups."""
    found = next(one for one in checklist_files.read_checklists() if one.code == code)
    assert least <= len(found.items) <= most
    assert groups in (None, len({item.group for item in found.items}))
    assert any(item.key for item in found.items) and not all(item.key for item in found.items)
    assert found.confidence == "待核" and all(item.basis for item in found.items)


def edition(name: str, since: date | None, until: date | None = None, kinds: str = "餐饮服务提供者、小作坊") -> Checklist:
    return Checklist(
        code="catering", edition=name, title=f"餐饮服务{name}", kinds=kinds, source="本局", confidence=Confidence.VERIFIED,
        valid_from=since, valid_to=until, recorded_at=clock.now(), shipped=False,
    )  # fmt: skip


def test_the_list_of_a_day(app):
    with transaction():
        session().add_all([
            edition("本地2025", date(2025, 1, 1)), edition("本地2026", date(2026, 12, 1), date(2026, 12, 31)),
            edition("本地2025改", date(2025, 1, 1)),
        ])  # fmt: skip
    held = {day: queries.checklist_for("餐饮服务提供者", day) for day in (
        date(2022, 3, 14), date(2022, 3, 15), date(2024, 12, 31), date(2025, 1, 1), date(2026, 12, 1), date(2027, 1, 1),
    )}  # fmt: skip
    assert [one and one.edition for one in held.values()] == [None, "2022", "2022", "本地2025改", "本地2026", "本地2025改"]
    assert queries.checklist_for("药品经营企业", date(2026, 1, 1)) is None


def test_loading_again_changes_no_edition(app):
    from app.authorize import local_operator
    from app.reference_data.operations import load_reference

    before = session().execute(sa.select(ChecklistItem.id, ChecklistItem.text).order_by(ChecklistItem.id)).all()
    with transaction():
        counts = load_reference(local_operator())
    assert counts["checklist"] == counts["checklist_item"] == 0
    assert session().execute(sa.select(ChecklistItem.id, ChecklistItem.text).order_by(ChecklistItem.id)).all() == before


@pytest.mark.parametrize("who", ["county:抽样员", "county:系统管理员"])
def test_pages(office, sign_in, who):
    client = sign_in(office.people[who])
    page = client.get("/checklists/").text
    assert "餐饮服务环节监督检查要点表" in page and "待核" in page
    found = queries.checklist_for("食盐经营者", clock.today())
    shown = client.get(f"/checklists/{found.id}").text
    assert "食盐加碘" in shown and "重点项" in shown
    assert client.get("/checklists/999999").status_code == 404
