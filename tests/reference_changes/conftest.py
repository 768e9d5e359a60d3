"""Proposing a change by its page, and adopting it as somebody else."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.db import session
from app.reference_changes.models import ReferenceChange

WHY = {"source": "公告2026年第9号", "reason": "标准修订"}


def text(response: Any) -> str:
    return html.unescape(response.get_data(as_text=True))


def preview(client: FlaskClient, address: str, data: Mapping[str, str]) -> Any:
    return client.post(address, data={**WHY, **data, "do": "preview"})


def hidden(body: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', body)
    return found[1] if found else ""


def send(client: FlaskClient, address: str, data: Mapping[str, str]) -> Any:
    """As a person does: preview, then 提出 with what the preview gave. A refusal comes back from whichever refuses."""
    shown = preview(client, address, data)
    body = text(shown)
    if "变更预览" not in body:
        return shown
    kept = {name: hidden(body, name) for name in ("previewed", "key")}
    return client.post(address, data={**WHY, **data, **kept, "do": "send"})


def proposed(client: FlaskClient, act: str, data: Mapping[str, str]) -> ReferenceChange:
    response = send(client, f"/changes/new/{act}", data)
    assert response.status_code == 303, text(response)
    return newest()


def newest() -> ReferenceChange:
    session().expire_all()
    return session().scalars(sa.select(ReferenceChange).order_by(ReferenceChange.id.desc())).first()  # type: ignore[return-value]


def decide(client: FlaskClient, change: ReferenceChange, step: str = "adopt", begin: str = "/changes", **fields: Any) -> Any:
    data = {"version": str(newest_of(change.id).version), "comment": "已核对原文", **fields}
    return client.post(f"{begin}/{change.id}/{step}", data=data)


def newest_of(change_id: int) -> ReferenceChange:
    session().expire_all()
    return session().get_one(ReferenceChange, change_id)


@pytest.fixture
def admin(office: Any, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(office.people["city:系统管理员"])


@pytest.fixture
def reviewer(office: Any, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(office.people["city:审核人"])


@pytest.fixture
def command(app: Flask, office: Any) -> Callable[..., tuple[int, Any, str]]:
    def run(*words: str) -> tuple[int, Any, str]:
        session().commit()
        with app.app_context():
            result = app.test_cli_runner().invoke(args=[*words, "--json"])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        session().expire_all()
        return result.exit_code, json.loads(result.stdout) if result.stdout.strip() else None, result.stderr

    return run
