"""超时, counts, typing initials and uploads as the browser does them: what was typed stays, on the page where it was typed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock
from app.accounts.models import UserSession
from app.db import transaction
from tests.browser.conftest import Person
from tests.conftest import PASSWORD
from tests.pages.test_home import batch

pytestmark = pytest.mark.browser
LOOK = "document.dispatchEvent(new Event('shian:signed-out'))"


def away(minutes: float) -> None:
    with transaction() as current:
        current.execute(sa.update(UserSession).values(seen_at=clock.now() - timedelta(minutes=minutes)))


def test_a_time_out_is_told_and_loses_nothing(at_screen: Any) -> None:
    person: Person = at_screen("county-statistician")
    page, dialog = person.page, person.page.locator("#session-dialog")
    page.goto(f"{person.address}/enterprises/new")
    page.locator("[name='name']").fill("蓟州区某某小吃店")
    away(28.5)
    page.evaluate(LOOK)  # as the page's own clock does two minutes before the end
    page.get_by_role("button", name="继续使用").click()
    dialog.wait_for(state="hidden")
    assert page.evaluate("fetch('/session').then(answer => answer.json()).then(told => told.seconds)") > 29 * 60
    away(31)
    page.evaluate(LOOK)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="重新登录").click()
    dialog.wait_for(state="hidden")
    assert page.locator("[name='name']").input_value() == "蓟州区某某小吃店"
    with page.expect_navigation():  # the forms of the page have the new session's token: refused for its content, not for its age
        page.locator("main form[method=post] button[type=submit]").first.click()
    assert "处需要修改" in person.content() and page.locator("[name='name']").input_value() == "蓟州区某某小吃店"
    person.complaints.clear()  # the browser calls an answer of 422 an error


def test_counts_initials_and_uploads(at_screen: Any, office: Any, tmp_path: Path) -> None:
    person: Person = at_screen("county-statistician")
    page = person.page
    page.clock.install()
    page.reload()
    waiting = page.locator(".todo-card", has_text="待确认的导入").locator(".todo-count")
    assert waiting.inner_text() == "0"
    with transaction():
        batch(office.orgs["county"])
    page.clock.run_for(61_000)
    page.locator(".todo-card", has_text="待确认的导入").locator(".todo-count", has_text="1").wait_for()
    page.goto(f"{person.address}/sampling/")
    page.locator("select[name='state']").focus()
    page.keyboard.type("thxg")
    assert page.locator("select[name='state'] option:checked").inner_text() == "退回修改"
    large = tmp_path / "太大.xlsx"
    large.write_bytes(b"PK" + bytes(21 * 1024 * 1024))
    page.goto(f"{person.address}/imports/upload")
    page.locator("input[type=file]").set_input_files(large)
    page.locator("main form[method=post] button[type=submit]").first.click()
    assert "超过 20.0 MB 的上限" in person.content() and page.url.endswith("/imports/upload")
