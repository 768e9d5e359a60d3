"""/metrics answers the addresses it was told of, with counts and ages and nothing else; the access log holds no query."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app import access_log, history, running
from app.db import transaction
from app.jobs import enqueue
from tests.conftest import Office, make_app

LINE = re.compile(r"^(# (HELP|TYPE) shian_[a-z_]+ .+|shian_[a-z_]+(\{[a-z]+=\"[^\"]*\"(,[a-z]+=\"[^\"]*\")*\})? [-0-9.e+]+)$")


def ask(app: Flask, address: str = "10.1.2.3") -> tuple[int, str]:
    answer = app.test_client().get("/metrics", environ_base={"REMOTE_ADDR": address})
    return answer.status_code, answer.text


def test_nobody_is_answered_until_it_is_switched_on(app: Flask):
    assert ask(app)[0] == 404
    app.config["METRICS_NETS"] = ["10.1.0.0/16", "fd00::/8"]
    assert [ask(app, address)[0] for address in ("10.1.2.3", "fd00::1", "10.2.0.1", "::1", "")] == [200, 200, 404, 404, 404]


def test_what_is_told(app: Flask, office: Office):
    actor = office.actor("county:统计员")
    app.config["METRICS_NETS"] = ["10.1.2.3"]
    with transaction():
        enqueue("secret_job_kind", {}, actor)
        history.record("backup", None, "backup", actor, name="shian-20261120-021500.tar")
    assert app.test_client().get("/sign-in?next=%2Fsamples").status_code == 200
    access_log.counts(app).noted_at = float("-inf")
    assert app.test_client().get("/nowhere").status_code in (303, 404)
    with running.showing_life(app, "host:1:a"):
        while not running.workers():
            pass
        status, text = ask(app)
    assert status == 200
    assert [line for line in text.splitlines() if not LINE.match(line)] == []
    told = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    process = access_log.counts(app).told()["process"]
    assert told['shian_jobs{state="queued"}'] == told["shian_workers_alive"] == "1"
    assert int(told[f'shian_requests_total{{process="{process}",method="GET",status="200"}}']) >= 1
    seconds = "shian_request_seconds"
    assert told[f'{seconds}_bucket{{process="{process}",le="+Inf"}}'] == told[f'{seconds}_count{{process="{process}"}}']
    assert 0 <= float(told["shian_backup_age_seconds"]) < 60
    assert "shian_rehearsal_age_seconds" not in told
    assert not any(word in text for word in ("secret_job_kind", "samples", actor.name, "蓟州"))


@pytest.fixture
def log_put_back() -> Iterator[None]:
    """The log is one for the whole process, and the folder of a test is gone after it."""
    level, propagates = access_log.log.level, access_log.log.propagate
    yield
    for handler in list(access_log.log.handlers):
        access_log.log.removeHandler(handler)
        handler.close()
    access_log.log.setLevel(level)
    access_log.log.propagate = propagates


@pytest.mark.usefixtures("log_put_back")
def test_a_log_whose_folder_is_gone_costs_no_page(tmp_path: Path):
    folder = tmp_path / "logs"
    folder.mkdir()
    client = make_app(tmp_path / "instance", ACCESS_LOG=str(folder / "access.log")).test_client()
    assert client.get("/healthz").status_code == 200
    shutil.rmtree(folder)
    assert client.get("/healthz").status_code == 200
    folder.mkdir()
    assert client.get("/healthz").status_code == 200
    assert folder.joinpath("access.log").read_text(encoding="utf-8").count("\n") == 1


@pytest.mark.usefixtures("log_put_back")
def test_the_access_log_and_the_number_of_an_error(tmp_path: Path):
    place = tmp_path / "access.log"
    app = make_app(tmp_path / "instance", ACCESS_LOG=str(place))  # never migrated: the home page cannot be made
    app.add_url_rule("/broken", "broken", lambda: 1 // 0)
    client = app.test_client()
    client.get("/healthz?token=secret")
    answer = client.get("/broken?x=secret")
    lines = [json.loads(line) for line in place.read_text(encoding="utf-8").splitlines()]
    assert [line["status"] for line in lines] == [200, 500]
    assert [line["path"] for line in lines] == ["/healthz", "/broken"]
    assert lines[1]["request"] == answer.headers["X-Request-Id"]
    assert lines[1]["request"] in answer.text  # 错误编号
    assert lines[0]["time"].endswith("+08:00")
    assert lines[0].keys() == {"time", "request", "user", "address", "method", "path", "status", "ms"}
    assert place.stat().st_mode & 0o077 == 0
    assert "secret" not in place.read_text(encoding="utf-8")


@pytest.mark.usefixtures("log_put_back")
def test_the_line_names_who_it_was(app: Flask, office: Office, sign_in):
    client = sign_in(office.people["county:统计员"])
    with app.test_request_context("/samples?enterprise=某公司"):
        assert json.loads(access_log._line(200, 0.0123))["user"] is None
    app.config["ACCESS_LOG"] = "-"
    seen = []
    access_log.log.addFilter(lambda record: seen.append(json.loads(record.getMessage())))
    try:
        access_log.log.setLevel("INFO")
        client.get("/help")
    finally:
        access_log.log.filters.clear()
    assert [(line["path"], line["user"]) for line in seen] == [("/help", office.people["county:统计员"].id)]
