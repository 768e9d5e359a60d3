"""Error pages: what happened, what to do, a number, a way back; and they must work when other things do not."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.exc import DataError, OperationalError

from app import errors
from app.db import transaction


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


@pytest.mark.parametrize(("status", "title", "advice"), [
    (400, "请求无法识别", "内容没有保存"),
    (403, "没有权限", "授权申请"),
    (404, "没有找到", "用查询条件查找"),
    (405, "不能这样打开", "从菜单进入"),
    (409, "现在不能办理", "看到最新状态后再办理"),
    (413, "内容过大", "分批上传"),
    (415, "请求无法识别", "内容没有保存"),  # what has no page of its own
    (422, "内容不符合要求", "返回上一页修改"),
    (429, "操作过于频繁", "自动解除"),
    (500, "系统出错", "错误编号"),
    (502, "系统出错", "错误编号"),
    (503, "系统正忙", "稍等一分钟"),
])
def test_every_refusal_has_a_page_of_its_own(app: Any, status: int, title: str, advice: str) -> None:
    with app.test_request_context("/sampling/", headers={"Referer": "http://localhost/sampling/?q=1"}):
        body, answered, _ = errors.page(status)  # type: ignore[misc]
    assert answered == status and f"<h1>{title}</h1>" in body and advice in body
    assert "错误编号：" in body and 'href="http://localhost/sampling/?q=1">返回上一页' in body and ">回到首页</a>" in body


def test_no_permission_says_which_right_is_missing_and_whom_to_ask(office: Any, sign_in: Any) -> None:
    page = sign_in(office.people["county:抽样员"]).get("/users")
    administrator = office.people["county:系统管理员"]
    assert page.status_code == 403
    for words in ("需要的权限", "用户列表", "有此权限的岗位", "系统管理员、安全管理员", administrator.name, "授权申请"):
        assert words in page.text, words


def test_whoever_may_in_general_is_told_the_condition(office: Any, sign_in: Any) -> None:
    """系统管理员: the accounts of his office, but not his own, and no other administrator could let him."""
    administrator = office.people["county:系统管理员"]
    answer = sign_in(administrator).get(f"/users/{administrator.id}/edit")
    assert answer.status_code == 403
    assert "您的岗位办理的条件" in answer.text and "不得办理本人账号" in answer.text
    assert "须由他人办理" in answer.text and "可找谁" not in answer.text  # no administrator can change that


def test_the_nearest_administrator_is_named(app: Any, office: Any, sign_in: Any) -> None:
    with transaction():
        office.people["county:系统管理员"].active = False
    page = sign_in(office.people["county:抽样员"]).get("/users").text
    assert office.people["city:系统管理员"].name in page and office.people["county:系统管理员"].name not in page


def test_what_is_too_large_and_too_often_is_answered_with_its_page(app: Any, office: Any, sign_in: Any) -> None:
    client = sign_in(office.people["county:统计员"])
    large = client.post("/sampling/new", data={"note": "x" * (app.config["MAX_CONTENT_LENGTH"] + 1)})
    assert large.status_code == 413 and "内容过大" in large.text
    stranger = app.test_client()
    answers = [stranger.post("/sign-in", data={"username": f"nobody{n}", "password": "wrong-horse"}) for n in range(40)]
    slowed = [answer for answer in answers if answer.status_code == 429]
    assert slowed and "操作过于频繁" in slowed[-1].text and "<h1>" in slowed[-1].text


def test_what_no_database_keeps_is_refused_at_the_door(app: Any, office: Any, sign_in: Any) -> None:
    """PostgreSQL refuses a NUL in a text: without the door it would be an error of ours there."""
    client = sign_in(office.people["county:抽样员"])
    typed = client.post("/sampling/new", data={"product_name": "油\x00麦菜"})
    for answer in (client.get("/search?q=a%00b"), client.get("/sampling/?%00=1"), typed):
        assert answer.status_code == 422 and "无法保存的字符" in answer.text
    assert client.get("/indicators/a%00b").status_code == 404
    api = app.test_client().get("/api/v1/samples?number=%00")
    assert api.status_code in (401, 422) and api.mimetype == "application/json"


def test_a_number_longer_than_any_of_ours_is_as_if_none_was_given(office: Any, sign_in: Any) -> None:
    for name, address in (("审计管理员", "/audit/?before="), ("审计管理员", "/audit/?after="), ("系统管理员", "/users?org=")):
        assert sign_in(office.people[f"county:{name}"]).get(address + "9" * 30).status_code == 200


def test_what_the_database_does_not_hold_is_a_sentence(app: Any, monkeypatch: Any) -> None:
    def too_long(**_: Any) -> Any:
        raise DataError("INSERT", {}, Exception("value too long for type character varying(200)"))

    monkeypatch.setitem(app.view_functions, "accounts.sign_in", too_long)
    answer = app.test_client().get("/sign-in")
    assert answer.status_code == 422 and "改短后重新提交" in answer.text
