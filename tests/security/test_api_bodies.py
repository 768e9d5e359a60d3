"""Hostile JSON at every address of the interface that writes: refused in the documented shape, and nothing written."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.db import session
from app.results.models import ResultRow
from tests.accounts.test_access_matrix import by_key, rules
from tests.api.conftest import ONE, issue, lab  # noqa: F401  fixtures

ROW = {"item": "铅(以Pb计)", "result": "0.02"}
REPORT = {"number": ONE, "report_no": "R1", "reported_on": "2026-11-18", "rows": [ROW]}


def body(report: dict[str, Any] | None = None, row: dict[str, Any] | None = None) -> bytes:
    return json.dumps({"reports": [{**REPORT, **(report or {}), "rows": [{**ROW, **(row or {})}]}]}).encode()


WRONG_TYPES: list[Any] = [None, True, 1, 1.5, [], {}, [[]], {"$gt": ""}, "\x00", "\ud800", "x" * 100_000, "\u202e" * 4_000]
BODIES: list[bytes] = [
    b"", b"null", b"[]", b"1", b'"x"', b"{", b"{}", b'{"reports": null}', b'{"reports": {}}', b'{"reports": [[]]}',
    b'{"reports": [null]}',
    b"[" * 100_000, b'{"reports":' * 2_000, b'{"reports": [' + b"[" * 20 + b"]" * 20 + b"]}",
    b'{"reports": NaN}', b'{"reports": [Infinity, -Infinity]}', b'{"reports": [1e999999]}', b'{"reports": [' + b"9" * 5_000 + b"]}",
    b'{"reports": [], "reports": []}', b'{"reports": [], "__proto__": {"x": 1}}', b'{"reports": [], "\\u0000": 1}',
    b'{"reports": []}\x00', b"\xff\xfe{}", b"\xef\xbb\xbf{}", '{"reports": []}'.encode("utf-16"), b'{"reports": [{}]}' + b" " * (1 << 20),
    b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>", b"__import__('os')", b"reports=1",
    body() .replace(b'"R1"', b'"R1", "number": "' + ONE.encode() + b'"'),
    json.dumps({"reports": [REPORT] * 51}).encode(), json.dumps({"reports": [{**REPORT, "rows": [ROW] * 301}]}).encode(),
    *(body(report={name: value}) for name in ("number", "report_no", "reported_on", "received_on", "version") for value in WRONG_TYPES
      if not (name in ("received_on", "version") and value in (None, 1) and value is not True)),
    *(body(row={name: value}) for name in ("item", "result", "verdict", "kind", "unit") for value in WRONG_TYPES if value is not None),
    *(body(report={"reported_on": day}) for day in ("2026-02-30", "９" * 8, "0000-01-01", "99999-01-01", "２０２６-11-18",
        "2026-11-18' OR '1'='1")),
    *(body(report={"version": number}) for number in (-1, 0, 10**30, 1.5, "1")),
    *(body(report={name: "x"}) for name in ("org_id", "state", "sample_id", "verdict", "__class__")),
]  # fmt: skip


@pytest.fixture
def key(issue: Any) -> dict[str, str]:  # noqa: F811
    return {"Authorization": f"Bearer {issue()}"}


def test_there_is_one_address_that_writes(app: Flask) -> None:
    """Another one needs its own bodies here."""
    assert [rule.rule for method in ("POST", "PUT", "PATCH", "DELETE") for rule in rules(app,
        method) if by_key(rule)] == ["/api/v1/results"]


def told(answer: Any) -> dict[str, Any]:
    """The documented shape of a refusal."""
    assert answer.mimetype == "application/json", answer.data[:200]
    error = json.loads(answer.data)["error"]
    assert set(error) >= {"code", "message", "fields"} and error["message"], error
    assert all(set(each) == {"path", "message"} for each in error["fields"]), error
    return error  # type: ignore[no-any-return]


def test_no_body_is_an_error_of_ours(app: Flask, key: dict[str, str]) -> None:
    client = app.test_client(use_cookies=False)
    assert len(BODIES) > 150
    for place, sent in enumerate(BODIES):
        headers = {**key, "Idempotency-Key": f"k{place}"}
        answer = client.post("/api/v1/results", data=sent, content_type="application/json", headers=headers)
        assert 400 <= answer.status_code < 500, (sent.decode("utf-8", "replace")[-120:], answer.status_code)
        assert "Traceback" not in answer.text and "passwd" not in answer.text
        told(answer)
    assert session().scalar(sa.select(sa.func.count()).select_from(ResultRow)) == 0


@pytest.mark.parametrize("written", ["", "text/plain", "application/x-www-form-urlencoded", "application/json; charset=gbk",
    "multipart/form-data"])
def test_another_kind_of_content_is_refused(app: Flask, key: dict[str, str], written: str) -> None:
    headers = {**key, "Idempotency-Key": "k"}
    answer = app.test_client(use_cookies=False).post("/api/v1/results", data=body(), content_type=written, headers=headers)
    assert answer.status_code == 415
    told(answer)


@pytest.mark.parametrize("header", ["", "x" * 81, "k\u00e9", "k k", "'; DROP TABLE api_call; --"])
def test_an_idempotency_key_is_a_short_word(app: Flask, key: dict[str, str], header: str) -> None:
    answer = app.test_client(use_cookies=False).post(
        "/api/v1/results", data=body(), content_type="application/json", headers={**key, "Idempotency-Key": header}
    )
    assert (answer.status_code, [each["path"] for each in told(answer)["fields"]]) == (422, ["Idempotency-Key"])


@pytest.mark.parametrize("written", [
    "", "Bearer", "Bearer ", "Bearer shian_x_y", "Basic YWRtaW46YWRtaW4=", "Bearer " + "x" * 9_000,
    "Bearer shian_" + "k" * 10 + "_' OR '1'='1",
    "Bearer shian_\u00ff\u00ff", "bearer null",
])  # fmt: skip
def test_a_key_that_is_none(app: Flask, written: str) -> None:
    answer = app.test_client(use_cookies=False).post(
        "/api/v1/results", data=body(), content_type="application/json", headers={"Authorization": written, "Idempotency-Key": "k"}
    )
    assert answer.status_code == 401
    told(answer)


@pytest.mark.parametrize("query", [
    "limit=-1", "limit=1&limit=2", "limit=９", "cursor=99999999999999999999999", "cursor=-1", "cursor='", "since=2026-02-30", "state[]=x",
    "number=%00", "number=' OR '1'='1", "unknown=1", "since=%F0%9F%98%80", "%00=1", "limit=" + "9" * 5000,
])  # fmt: skip
def test_a_query_that_means_nothing_is_refused(app: Flask, key: dict[str, str], query: str) -> None:
    answer = app.test_client(use_cookies=False).get("/api/v1/samples?" + query, headers=key)
    assert 400 <= answer.status_code < 500, answer.data
    told(answer)
