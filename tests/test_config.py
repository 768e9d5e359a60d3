"""Settings: what production refuses, what the environment may say, whom the application believes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from flask import request

from app import config
from tests.conftest import make_app


def test_the_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first = config.load({"INSTANCE_FOLDER": tmp_path})["SECRET_KEY"]
    assert config.load({"INSTANCE_FOLDER": tmp_path})["SECRET_KEY"] == first and len(first) == 64
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({}, "SHIAN_SECRET_KEY"),  # no secret
        ({"SHIAN_SECRET_KEY": "short"}, "至少 32 个字符"),
        ({"SHIAN_SECRET_KEY": "x" * 40, "SHIAN_TODAY": "2026-01-01"}, "不得用 SHIAN_TODAY"),
        ({"SHIAN_SECRET_KEY": "x" * 40, "FLASK_DEBUG": "1"}, "不得开启调试模式"),
    ],
)
def test_production_refuses_to_start_unsafe(tmp_path: Path, environment: dict[str, str], words: str) -> None:
    """One sentence on stderr and exit 1, not a traceback."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("SHIAN_", "FLASK_"))}
    variables = {**clean, "SHIAN_ENV": "production", "SHIAN_INSTANCE": str(tmp_path), **environment}
    result = subprocess.run([sys.executable, "-c", "import wsgi"], env=variables, capture_output=True, text=True, check=False)
    assert result.returncode == 1 and words in result.stderr and "Traceback" not in result.stderr


def test_production_cookies_need_https(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.delenv("SHIAN_TODAY", raising=False)
    found = config.load({"INSTANCE_FOLDER": tmp_path, "ENV": "production", "SECRET_KEY": "x" * 40})
    assert found["SESSION_COOKIE_SECURE"] and found["SESSION_COOKIE_NAME"].startswith("__Host-")


def test_hosts_are_a_list(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("SHIAN_TRUSTED_HOSTS", "a.example,b.example")
    assert config.load({"INSTANCE_FOLDER": tmp_path})["TRUSTED_HOSTS"] == ["a.example", "b.example"]


def test_a_strange_host_is_told_so_in_chinese(tmp_path: Path) -> None:
    """No page can be made for it, not even the usual one of errors."""
    answer = make_app(tmp_path, TRUSTED_HOSTS=["shian.example"]).test_client().get("/", headers={"Host": "other.example"})
    assert (answer.status_code, "TRUSTED_HOSTS" in answer.text) == (400, True)


@pytest.mark.parametrize(
    ("proxies", "seen"),
    [
        (0, "127.0.0.1"),  # nobody in front: whatever a client claims is ignored
        (1, "10.1.2.3"),  # one proxy of ours: the address it saw, not what the client put before it
    ],
)
def test_whose_word_counts_for_the_address(tmp_path: Path, proxies: int, seen: str) -> None:
    app = make_app(tmp_path, TRUSTED_PROXIES=proxies)
    addresses: list[str | None] = []
    app.before_request_funcs.setdefault(None, []).insert(0, lambda: addresses.append(request.remote_addr))
    app.test_client().get("/healthz", headers={"X-Forwarded-For": "6.6.6.6, 10.1.2.3"})
    assert addresses == [seen]
