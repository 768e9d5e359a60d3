"""The lock file has what every kind of machine needs, and the installers say what they mean."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from types import ModuleType

import pytest

from app.config import ROOT

DEPLOY = ROOT / "docs" / "deploy"


@pytest.fixture(scope="module")
def wheelhouse() -> ModuleType:
    told = importlib.util.spec_from_file_location("wheelhouse", DEPLOY / "wheelhouse.py")
    assert told is not None
    assert told.loader is not None
    found = importlib.util.module_from_spec(told)
    sys.modules["wheelhouse"] = found  # its dataclasses ask for it
    told.loader.exec_module(found)
    return found


def test_every_machine_gets_one_version_of_each(wheelhouse: ModuleType):
    rows = wheelhouse.locked((ROOT / "requirements.txt").read_text(encoding="utf-8"))
    assert len(rows) == (ROOT / "requirements.txt").read_text(encoding="utf-8").count("==") - sum(
        (row.marker or "").count("==") for row in rows
    )
    for name, platform in wheelhouse.PLATFORMS.items():
        for python in wheelhouse.PYTHONS:
            wanted = [row.name for row in rows if row.wanted(platform, python)]
            assert len(wanted) == len(set(wanted)), f"{name} {python}"
            assert {"flask", "sqlalchemy", "scipy", "psycopg-binary", "waitress"} <= set(wanted)
            assert ("gunicorn" in wanted) == (name != "windows-amd64")


@pytest.mark.parametrize("script", ["install.sh", "shian"])
def test_the_scripts_can_be_read_by_a_shell(script: str):
    assert subprocess.run(["sh", "-n", DEPLOY / script]).returncode == 0


def test_units_and_site_keep_their_promises():
    units = sorted((DEPLOY / "systemd").glob("*.service"))
    assert len(units) == 4
    for unit in units:
        text = unit.read_text(encoding="utf-8")
        for promise in ("NoNewPrivileges=yes", "ProtectSystem=strict", "ReadWritePaths=/var/lib/shian", "PrivateTmp=yes", "UMask=0077"):
            assert promise in text, f"{unit.name}: {promise}"
    site = (DEPLOY / "nginx" / "shian.conf").read_text(encoding="utf-8")
    for promise in ("ssl_protocols TLSv1.2 TLSv1.3;", "Strict-Transport-Security", "client_max_body_size 21m;", "For $remote_addr"):
        assert promise in site
    assert "Content-Security-Policy" not in site  # the program's own
    assert (DEPLOY / "install.bat").read_bytes().count(b"\r\n") == (DEPLOY / "install.bat").read_bytes().count(b"\n")
