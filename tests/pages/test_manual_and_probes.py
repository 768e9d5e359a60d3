"""The reader of the manual's Markdown, and what monitoring asks."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.db import session, transaction
from app.pages.manual import Block, Section, parse


@pytest.mark.parametrize(("text", "expected"), [
    ("", []),
    ("# 手册\n\n第一行\n第二行\n\n另一段", [
        Section(1, "手册", [Block("text", ["第一行 第二行"]), Block("text", ["另一段"])])]),
    ("前言\n# 一\n## 二\n字", [  # text before the first heading is kept
        Section(1, "", [Block("text", ["前言"])]), Section(1, "一"), Section(2, "二", [Block("text", ["字"])])]),
    ("## 步骤\n1. 打开\n   菜单\n2. 保存\n- 点", [Section(2, "步骤", [Block("list", ["打开 菜单", "保存", "点"])])]),
    ("1. 打开\n   菜单\n2. 保存", [Section(1, "", [Block("steps", ["打开 菜单", "保存"])])]),  # numbered throughout: in an order
    ("字\n![首页](pictures/home.png)\n![乙](pictures/b-2.png)", [Section(1, "", [
        Block("text", ["字"]), Block("picture", ("首页", "home.png")), Block("picture", ("乙", "b-2.png"))])]),
    ("![首页](http://x/home.png)\n", [Section(1, "", [Block("text", ["首页"])])]),  # only pictures of our own
    ("|甲|乙|\n|---|:-:|\n|1|**2**|", [Section(1, "", [Block("table", rows=[["甲", "乙"], ["1", "2"]])])]),
    ("```\n# no heading\n- no list\n\n末\n```\n后", [
        Section(1, "", [Block("code", ["# no heading", "- no list", "", "末"]), Block("text", ["后"])])]),
    ("看 **重点** 和 `flask init`，[链接](http://x)", [Section(1, "", [Block("text", ["看 重点 和 flask init，链接"])])]),
    ("#不是标题", [Section(1, "", [Block("text", ["#不是标题"])])]),
    ("```\n未结束", [Section(1, "", [Block("code", ["未结束"])])]),
])
def test_the_manual_is_read_into_blocks(text, expected):
    assert parse(text) == expected


def test_monitoring_needs_no_sign_in_and_learns_nothing_else(app):
    client = app.test_client()
    assert client.get("/healthz").json == {"alive": True}
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"ready": True, "database": True, "schema": True})


def test_an_old_schema_is_not_ready(app):
    with transaction():
        session().execute(sa.text("UPDATE alembic_version SET version_num = 'older'"))
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"ready": False, "database": True, "schema": False})


def test_a_database_that_does_not_answer_is_not_ready(tmp_path):
    from tests.conftest import make_app

    made = make_app(tmp_path, url=f"sqlite:///{tmp_path / 'folder' / 'x.sqlite3'}")
    (tmp_path / "folder").rmdir()
    answer = made.test_client().get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"ready": False, "database": False, "schema": False})
