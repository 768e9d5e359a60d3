"""Password rules (GB/T 22239 8.1.4.1) and the change of one's own."""

from __future__ import annotations

from itertools import pairwise

import pytest
import sqlalchemy as sa

from app.accounts import passwords
from app.accounts.models import OldPassword, User
from app.db import Base, session
from app.domain import passwords as rules

PASSWORD = "Correct-horse-7-battery"
WORDS = passwords.words_of("zhangsan7", "张伟丽", "蓟州区市场监督管理局")


@pytest.mark.parametrize(("password", "said"), [
    ("Correct-horse-7-battery", None),
    ("Abc-12345", "长度应为 10 至 128"),  # nine characters
    ("Plum-tree-0", None),  # eleven
    ("aB3-" + "xyzt" * 32, "长度应为 10 至 128"),  # 132
    ("plumtreehouse", "至少三类"),  # one class
    ("plumtree12907", "至少三类"),  # two
    ("Plumtree12907", None),  # three
    ("梅花树下-Plum-9", None),  # Chinese counts as a sign-free letter
    ("Zhangsan7-Plum", "不得包含用户名"),  # user name
    ("Plum-ZhangWeiLi-9", "不得包含用户名"),  # name in pinyin
    ("Plum-WeiliZhang-9", "不得包含用户名"),  # given name first
    ("Jizhou-Plum-2026", "不得包含用户名"),  # the office's place
    ("Plum-jzqscjdglj-9", "不得包含用户名"),  # the office's initials
    ("Password-2026-x", "过于常见"),
    ("Aa1-Aa1-Aa1-", "过于常见"),  # four different characters
    ("My-123456-plum", "过于常见"),
    ("Zhangwei@1990", "姓名拼音加数字"),  # somebody's name, not his own
    ("Qwer1234!@#$", "键盘或字母、数字的顺序"),
    ("1qaz@WSX3edc", "键盘或字母、数字的顺序"),
    ("Asdf2024Asdf!", "年份或生日、键盘"),
    ("Lihua-2024-zhao", None),  # two words and a year are no pattern
])
def test_password_rules(password, said):
    found = "；".join(rules.faults(password, context=WORDS))
    assert (said in found) if said else found == ""


def test_one_time_passwords_obey_the_rules_and_differ():
    made = {passwords.one_time_password() for _ in range(200)}
    assert len(made) == 200
    assert all(rules.faults(password) == [] for password in made)
    assert not set("".join(made)) & set("0O1lI")  # read aloud and copied by hand


def test_a_hash_is_argon2id_and_never_the_same_twice():
    first, second = passwords.hash_password(PASSWORD), passwords.hash_password(PASSWORD)
    assert first.startswith("$argon2id$") and first != second
    assert passwords.matches(first, PASSWORD)
    assert not passwords.matches(first, PASSWORD + "x")
    assert not passwords.matches("!", PASSWORD)  # an account without a usable hash


@pytest.fixture
def client(app, office, with_password):
    user = with_password(office.people["county:抽样员"])
    found = app.test_client()
    found.post("/sign-in", data={"username": user.username, "password": PASSWORD})
    return found


def test_stricter_rules_of_the_installation_hold(app, client):
    app.config.update(PASSWORD_LENGTH=14, PASSWORD_CLASSES=4)
    said = change(client, PASSWORD, "Plumtree12907").text
    assert "长度应为 14 至 128" in said and "至少四类" in said


def change(client, current, new, repeat=None):
    return client.post("/password", data={"current": current, "new": new, "repeat": repeat or new})


@pytest.mark.parametrize(("current", "new", "repeat", "said"), [
    ("Wrong-horse-7", "Plumtree12907", None, "原密码不正确"),
    (PASSWORD, "Plumtree12907", "Plumtree12908", "两次填写的新密码不一致"),
    (PASSWORD, "short", None, "长度应为 10 至 128"),
    (PASSWORD, "County-sampler-9", None, "不得包含用户名"),
    (PASSWORD, PASSWORD, None, "最近 5 次"),
    (PASSWORD, "", None, "请填写新密码"),
])
def test_a_bad_new_password_is_refused_at_its_field(client, current, new, repeat, said):
    answer = change(client, current, new, repeat)
    assert answer.status_code == 422
    assert said in answer.text
    assert "Plumtree" not in answer.text  # a password is never sent back
    assert "密码请重新填写" in answer.text and "内容仍在下面" not in answer.text


def test_the_last_five_passwords_may_not_come_back(client, office):
    used = [PASSWORD] + [f"Plumtree-{n}-house" for n in range(6)]
    for current, new in pairwise(used):
        assert change(client, current, new).status_code == 303
    for old in used[1:]:
        assert "最近 5 次" in change(client, used[-1], old).text
    assert change(client, used[-1], used[0]).status_code == 303  # the sixth before
    kept = sa.select(sa.func.count()).select_from(OldPassword)
    assert session().scalar(kept) == 5


def test_guessing_the_present_password_in_an_open_browser_locks_and_signs_out(client, office, read_again):
    for _ in range(5):
        assert change(client, "Wrong-horse-7", "Plumtree12907").status_code == 422
    assert client.get("/my-sessions").status_code == 303
    assert read_again(office.people["county:抽样员"]).locked_until is not None


def test_no_password_is_stored_or_recorded_in_clear(client, office):
    change(client, PASSWORD, "Plumtree12907")
    stored = session().execute(sa.select(User.password_hash)).scalars().all()
    tables = (Base.metadata.tables[name] for name in ("user_account", "old_password", "history_entry", "account_grant"))
    dump = "\n".join(repr(row) for table in tables for row in session().execute(sa.select(table)))
    assert stored and "Plumtree" not in dump and PASSWORD not in dump
