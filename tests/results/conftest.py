"""Uploading through the page and importing through the command."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import session
from app.results.models import ImportBatch


@pytest.fixture
def clerk(office: Any, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    """统计员 of the county, signed in."""
    return sign_in(office.people["county:统计员"])


@pytest.fixture
def upload() -> Callable[..., ImportBatch]:
    """Upload a file by the page; returns the batch that the page then shows."""

    def send(client: FlaskClient, content: bytes, name: str = "results.csv", **fields: str) -> ImportBatch:
        data = {"file": (io.BytesIO(content), name), "layout": "auto", "reported_on": "2026-11-12", **fields}
        answer = client.post("/imports/upload", data=data, content_type="multipart/form-data")
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return batch_now(int(answer.headers["Location"].rsplit("/", 1)[1]))

    return send


@pytest.fixture
def confirm() -> Callable[..., Any]:
    """Press 确认导入 on a staged batch."""

    def press(client: FlaskClient, batch: ImportBatch, **fields: str) -> Any:
        data = {"version": str(batch.version), "reported_on": "2026-11-12", **fields}
        return client.post(f"/imports/{batch.id}/confirm", data=data)

    return press


@pytest.fixture
def command(app: Flask, office: Any, tmp_path: Path) -> Callable[..., Any]:
    """``flask results …``: the exit status, the JSON, and what was said."""

    def run(*words: str, content: bytes | None = None, name: str = "results.csv") -> tuple[int, Any, str]:
        arguments = ["results", *words]
        if content is not None:
            path = tmp_path / name
            path.write_bytes(content)
            arguments.insert(2, str(path))
        result = app.test_cli_runner().invoke(args=[*arguments, "--json"])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        answer = json.loads(result.stdout) if result.stdout.strip() else None
        return result.exit_code, answer, result.stderr

    return run


def batch_now(batch_id: int) -> ImportBatch:
    """The batch as the database has it now."""
    return session().get_one(ImportBatch, batch_id, populate_existing=True)
