"""Error pages that must work when other things do not."""

from __future__ import annotations

from typing import Any

from sqlalchemy.exc import OperationalError

from app import errors


def test_a_number_no_database_can_hold_is_no_page(app: Any, office: Any, sign_in: Any) -> None:
    client = sign_in(office.people["county:抽样员"])
    assert client.get(f"/sampling/{10**20}").status_code == 404


def test_a_refusal_can_be_said_without_the_database(app: Any, monkeypatch: Any) -> None:
    def broken(*args: Any, **values: Any) -> str:
        raise OperationalError("select", {}, Exception("gone"))

    monkeypatch.setattr(errors, "render_template", broken)
    with app.test_request_context("/"):
        body, status = errors.page(503, number="<1>")  # type: ignore[misc]
    assert status == 503 and "系统正忙" in body and "&lt;1&gt;" in body
