"""授权申请, 任职 and 权限表: the rules, as tables."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.account_grants import Standing, Wanted, at_once, complaint, roles_of, words_of
from app.domain.actors import Role
from app.domain.permission_areas import differences, lines
from app.domain.permissions import NAMES, Permission
from app.domain.positions import Post, split
from app.domain.positions import complaint as overlaps
from app.domain.trust_kinds import GrantKind

TODAY, LATER = date(2026, 11, 20), date(2026, 12, 1)
ONE, TWO, NONE = frozenset({Role.SAMPLER}), frozenset({Role.SAMPLER, Role.HANDLER}), frozenset()


@pytest.mark.parametrize(("kind", "roles", "on", "now"), [
    (GrantKind.LEAVE, None, TODAY, True),
    (GrantKind.LEAVE, None, LATER, False),  # planned: approved first
    (GrantKind.ROLES, ONE, TODAY, True),  # one role less
    (GrantKind.ROLES, frozenset({Role.REVIEWER}), TODAY, False),  # one for another
    (GrantKind.TRANSFER, ONE, TODAY, False),  # reach elsewhere is given
    (GrantKind.RETURN, ONE, TODAY, False),
])
def test_only_what_takes_away_today_is_at_once(kind, roles, on, now):
    assert at_once(TWO, Wanted(kind, roles, on), TODAY) is now


@pytest.mark.parametrize(("standing", "wanted", "said"), [
    (Standing(1, True, ONE), Wanted(GrantKind.ROLES, TWO, TODAY), None),
    (Standing(1, True, ONE), Wanted(GrantKind.RETURN, ONE, TODAY), "已是启用状态"),
    (Standing(1, False, ONE), Wanted(GrantKind.LEAVE, None, TODAY), "尚未启用"),
    (Standing(1, False, NONE), Wanted(GrantKind.NEW, ONE, TODAY), None),
    (Standing(1, True, ONE), Wanted(GrantKind.TRANSFER, ONE, TODAY, 1), "不能是现在的单位"),
    (Standing(1, True, ONE), Wanted(GrantKind.TRANSFER, ONE, TODAY), "请选择调入的单位"),
    (Standing(1, True, ONE), Wanted(GrantKind.TRANSFER, ONE, TODAY, 2), None),
    (Standing(1, True, ONE), Wanted(GrantKind.ROLES, NONE, TODAY), "至少选择一个"),
])
def test_what_may_be_asked_of_an_account(standing, wanted, said):
    found = complaint(standing, wanted, TODAY)
    assert (found is None) if said is None else (found is not None and said in found.sentence)


def test_roles_are_stored_in_words_and_read_back():
    assert words_of(TWO) == "抽样员、办案人" and roles_of(words_of(TWO)) == TWO
    assert words_of(NONE) is words_of(None) is None and roles_of(None) == NONE


@pytest.mark.parametrize(("main", "start", "end", "refused"), [
    (True, 1, 31, True), (True, 10, 10, True), (True, 11, None, False), (False, 1, 31, False), (True, 5, 4, True),
])
def test_main_posts_follow_each_other(main, start, end, refused):
    others = [Post(True, date(2026, 1, 1), date(2026, 1, 10), 1), Post(False, date(2026, 1, 1), None, 2)]
    wanted = Post(main, date(2026, 1, start), date(2026, 1, end) if end else None)
    assert (overlaps(wanted, others) is not None) is refused


@pytest.mark.parametrize(("written", "parts"), [
    ("食品抽检科 科员", ("食品抽检科", "科员")), ("食品抽检科科员", ("食品抽检科", "科员")), ("文昌所副所长", ("文昌所", "副所长")),
    ("科长", (None, "科长")), ("所员", (None, "所员")), ("法规科", ("法规科", None)), ("", (None, None)),
])
def test_a_post_in_one_field(written, parts):
    assert split(written) == parts


def test_the_table_names_every_permission_with_its_conditions_in_words():
    found = {line.name: line for line in lines()}
    assert set(found) == {NAMES[one] for one in Permission}
    assert found["审核核查处置"].words == "本单位及下级，经办与审核不得为同一人"
    assert found["录入检验结果"].words == "抽样员、统计员：本单位及下级。承检机构：本机构承检"
    assert found["查看样品"].conditions[Role.SYSTEM_ADMIN] is None


def test_a_change_of_roles_is_told_as_what_can_be_done():
    gained, lost = differences({Role.SAMPLER}, {Role.SYSTEM_ADMIN})
    assert "新建用户" in dict(gained)["账号与安全"] and "登记样品" in dict(lost)["抽样检验"]
    assert differences({Role.SAMPLER}, {Role.SAMPLER}) == ([], [])
    assert all("工作台" not in names for _, names in gained)  # what everybody may tells nothing
