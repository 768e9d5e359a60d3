"""动态口令 (RFC 6238): the vectors of the RFC, drift, replay, and who has to have one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.domain import one_time_codes as codes
from app.domain.actors import Role
from app.domain.signing import MEANING_OF, MEANINGS, SIGNED, SIGNED_STEPS
from app.domain.workflow import TABLES

SECRET = b"12345678901234567890"
NOON = datetime(2026, 11, 20, 4, 0, 10)


@pytest.mark.parametrize(("seconds", "code"), [
    (59, "94287082"), (1111111109, "07081804"), (1111111111, "14050471"), (1234567890, "89005924"), (2000000000, "69279037"),
    (20000000000, "65353130"),
])  # fmt: skip
def test_vectors_of_rfc_6238_appendix_b(seconds, code):
    moment = datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
    assert codes.code_of(SECRET, codes.period_at(moment), digits=8) == code


@pytest.mark.parametrize(("periods", "accepted"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_one_period_of_drift_and_no_more(periods, accepted):
    code = codes.code_of(SECRET, codes.period_at(NOON) + periods)
    assert (codes.matching_period(SECRET, code, NOON, last=0) is not None) is accepted


def test_a_code_is_good_once_and_earlier_ones_no_more():
    period = codes.period_at(NOON)
    code = codes.code_of(SECRET, period)
    assert codes.matching_period(SECRET, code, NOON, last=period - 1) == period
    assert codes.matching_period(SECRET, code, NOON + timedelta(seconds=20), last=period) is None
    assert codes.matching_period(SECRET, codes.code_of(SECRET, period - 1), NOON, last=period) is None


@pytest.mark.parametrize("written", ["{} {}", "{}-{}", " {}{} "])
def test_however_it_is_typed(written):
    code = codes.code_of(SECRET, codes.period_at(NOON))
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    assert codes.matching_period(SECRET, written.format(code[:3], code[3:]).translate(wide), NOON, last=0) is not None


def test_the_address_is_what_applications_read():
    written = codes.address(SECRET, "食安抽检", "zhang")
    assert written.startswith("otpauth://totp/%E9%A3%9F%E5%AE%89%E6%8A%BD%E6%A3%80%3Azhang?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&")
    assert codes.from_text(codes.as_text(SECRET)) == SECRET


def test_who_has_to_have_one():
    deciders = {Role.REVIEWER, Role.LEADER, Role.LEGAL}
    assert codes.roles_with_factor(2) == frozenset()
    assert codes.roles_with_factor(3) == deciders | {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN}
    assert codes.roles_with_factor(3, ["统计员"]) == {Role.STATISTICIAN}
    with pytest.raises(ValueError, match="厨师"):
        codes.roles_with_factor(2, ["厨师"])


# ---------------------------------------------------------------- 审批签名


def test_every_signed_arrow_has_a_meaning_and_no_meaning_is_idle():
    arrows = {
        (kind, source.value if source is not None else None, step.value)
        for kind, table in TABLES.items()
        for (source, step), arrow in table.items()
        if arrow.permission in SIGNED or (kind, step.value) in SIGNED_STEPS
    }
    assert arrows == set(MEANING_OF)
    assert set(MEANINGS) == {(kind, step) for kind, _, step in MEANING_OF}
    assert all(words.startswith("本人") and len(words) <= 120 for words in MEANINGS.values())


def test_drafting_is_not_signed():
    assert ("official_document", None, "draft") not in MEANING_OF and ("official_document", "drafted", "issue") in MEANING_OF
