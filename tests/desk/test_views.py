"""常用查询: kept, opened, shared with the office, and nobody else's."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from app.db import session
from app.desk.models import SavedView, UserPreference
from app.desk.operations import MOST_VIEWS

NAMED = {"name": "本月不合格"}


def views() -> list[SavedView]:
    return list(session().scalars(sa.select(SavedView).order_by(SavedView.id)))


def test_kept_opened_shared_and_removed(app, office, sign_in):
    mine, colleague = sign_in(office.people["county:抽样员"]), sign_in(office.people["county:统计员"])
    listed = mine.get("/sampling/?state=reported&conclusion=不合格").text
    save = re.search(r'href="(/views/save/[^"]+)"', listed).group(1).replace("&amp;", "&")
    assert "state=reported" in save and "conclusion=" in save
    assert "不合格" in mine.get(save).text  # in words, before it is kept
    assert mine.post(save, data={"name": " "}).status_code == 422
    assert mine.post(save, data=NAMED).status_code == 303
    (kept,) = views()
    page = mine.get("/views/").text
    at = re.search(r'href="(/sampling/[^"]*)">本月不合格', page).group(1).replace("&amp;", "&")
    assert "已出报告" in mine.get(at).text and "本月不合格" not in colleague.get("/views/").text
    assert mine.post(f"/views/{kept.id}/share", data={"version": kept.version}).status_code == 303
    assert mine.post(f"/views/{kept.id}/share", data={"version": kept.version - 1}).status_code == 409  # the second click
    assert "本月不合格" in colleague.get("/views/").text
    assert "与同事共享</blockquote>" in mine.get(f"/views/{kept.id}").text  # what was done with it stands at its foot
    assert colleague.get(f"/views/{kept.id}").status_code == 404  # it is another's to manage
    assert colleague.post(f"/views/{kept.id}/remove", data={"version": kept.version}).status_code == 404
    for who in ("other:统计员", "city:统计员", "station:抽样员"):
        assert "本月不合格" not in sign_in(office.people[who]).get("/views/").text, who
    assert "本月不合格" not in sign_in(office.people["county:系统管理员"]).get("/views/").text  # has no list of samples
    assert mine.post(save, data={**NAMED, "shared": "y"}).status_code == 303
    assert len(views()) == 1  # the same name takes the new conditions
    assert mine.post(f"/views/{kept.id}/remove", data={"version": views()[0].version}).status_code == 303
    assert views() == []


def test_a_list_that_is_not_ones_own_is_refused(app, office, sign_in):
    assert sign_in(office.people["county:抽样员"]).get("/views/save/users").status_code == 403
    assert sign_in(office.people["county:抽样员"]).get("/views/save/nothing").status_code == 404
    assert sign_in(office.people["county:抽样员"]).get("/views/999").status_code == 404


def test_the_commands(app, office):
    def run(*args: str):
        return app.test_cli_runner().invoke(args=["views", *args, "--as", "county-sampler"])

    assert run("save", "samples", "已出报告", "--where", "state=reported").exit_code == 0
    assert "已出报告" in run("list").output
    (kept,) = views()
    assert run("share", str(kept.id)).exit_code == 0 and views()[0].shared
    assert "名称=值" in run("save", "samples", "x", "--where", "state").output
    assert run("remove", str(kept.id)).exit_code == 0
    assert "您没有" in run("remove", str(kept.id)).output
    no_one = app.test_cli_runner().invoke(args=["views", "save", "samples", "x"])
    assert no_one.exit_code == 1 and "--as" in no_one.output


def test_a_drawer_holds_so_many(app, office):
    person, at = office.people["county:抽样员"], office.people["county:抽样员"].created_at
    for number in range(MOST_VIEWS):
        session().add(SavedView(org_id=person.org_id, created_by_id=person.id, list_code="samples", name=f"{number}", created_at=at))
    session().commit()
    found = app.test_cli_runner().invoke(args=["views", "save", "samples", "再一个", "--as", "county-sampler"])
    assert found.exit_code == 1 and f"最多保存 {MOST_VIEWS} 个" in found.output


WHO = ("county:抽样员", "county:办案人", "county:局领导", "lab:承检机构", "county:系统管理员", "county:审计管理员")


@pytest.mark.parametrize("who", WHO)
def test_the_tour_is_offered_until_it_was_seen(app, office, sign_in, who):
    client = sign_in(office.people[who])
    assert "第一次使用" in client.get("/").text
    for number in range(1, 6):
        page = client.get(f"/tour?step={number}").text
        for link in re.findall(r'<p><a href="([^"]+)" target', page):
            assert client.get(link).status_code == 200, link  # every step leads to a page of this post
    assert client.get("/tour?step=99x").status_code == 200
    assert client.post("/tour").status_code == 303 and client.post("/tour").status_code == 303
    assert session().scalar(sa.select(sa.func.count()).select_from(UserPreference)) == 1
    assert "第一次使用" not in client.get("/").text
