"""An office that reviews its results, and what its people press."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.db import session
from app.results.models import ImportBatch
from app.reviews.models import ResultReview


@pytest.fixture
def two_levels(app: Flask) -> None:
    """校核加批准."""
    app.config["RESULTS_REVIEW"] = "two"


@pytest.fixture
def one_level(app: Flask) -> None:
    """一级批准."""
    app.config["RESULTS_REVIEW"] = "one"


class Desk:
    """People of the office signed in, by what they do in a review."""

    WHO = {
        "clerk": "county:统计员", "checker": "county:审核人", "approver": "county:另一审核人", "leader": "county:局领导",
        "sampler": "county:抽样员", "lab": "lab:承检机构", "stranger": "other:审核人", "handler": "county:办案人",
    }  # fmt: skip

    def __init__(self, office: Any, sign_in: Callable[..., FlaskClient]) -> None:
        self._office, self._sign_in = office, sign_in
        self._clients: dict[str, FlaskClient] = {}

    def __call__(self, who: str) -> FlaskClient:
        if who not in self._clients:
            self._clients[who] = self._sign_in(self._office.people[self.WHO[who]])
        return self._clients[who]

    def press(self, who: str, step: str, review: ResultReview | None = None, **fields: Any) -> Any:
        found = review or newest()
        data = {"version": found.version, **fields}
        return self(who).post(f"/reviews/{found.id}/{step}", data=data)

    def page(self, who: str, address: str) -> str:
        answer = self(who).get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        return answer.get_data(as_text=True)


@pytest.fixture
def desk(office: Any, sign_in: Callable[..., FlaskClient]) -> Desk:
    return Desk(office, sign_in)


@pytest.fixture
def command(app: Flask, office: Any) -> Callable[..., tuple[int, Any, str]]:
    """``flask …``: the exit status, the JSON, and what was said."""

    def run(*words: str) -> tuple[int, Any, str]:
        result = app.test_cli_runner().invoke(args=[*words, "--json"])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, json.loads(result.stdout) if result.stdout.strip() else None, result.stderr

    return run


def newest() -> ResultReview:
    session().expire_all()
    return session().scalars(sa.select(ResultReview).order_by(ResultReview.id.desc()).execution_options(populate_existing=True)).first()  # type: ignore[return-value]


def upload(client: FlaskClient, content: bytes, name: str = "results.csv") -> ImportBatch:
    data = {"file": (io.BytesIO(content), name), "layout": "auto", "reported_on": "2026-11-12"}
    answer = client.post("/imports/upload", data=data, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return session().get_one(ImportBatch, int(answer.headers["Location"].rsplit("/", 1)[1]), populate_existing=True)


def as_json(folder: Path, **report: Any) -> str:
    path = folder / "report.json"
    path.write_text(json.dumps(report, ensure_ascii=False), encoding="utf-8")
    return str(path)
