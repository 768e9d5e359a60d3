"""安全告警: which event, how often, is one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from app.domain.alerts import RULES, WATCHED_STEPS, Event, Limits, Seen, findings
from app.domain.trust_kinds import AlertKind

NOON = datetime(2026, 11, 20, 12)
EVENT = Event(seq=7, at=NOON, step="sign_in", who="王敏", user_id=3, name="wangmin", address="10.0.0.8")
ADMIN = replace(EVENT, administrator=True)


@pytest.mark.parametrize(
    ("event", "seen", "kind"),
    [
        (replace(EVENT, step="locked"), Seen(), AlertKind.LOCKED),
        (replace(EVENT, step="sign_in_failed"), Seen(guesses=19), None),
        (replace(EVENT, step="sign_in_failed"), Seen(guesses=20), AlertKind.GUESSING),
        (replace(EVENT, step="sign_in_failed", address=None), Seen(guesses=20), None),  # a command has no address
        (replace(EVENT, step="denied"), Seen(denied=9), None),
        (replace(EVENT, step="denied"), Seen(denied=10), AlertKind.DENIED),
        (replace(EVENT, step="export"), Seen(exports=29, export_rows=19_999), None),
        (replace(EVENT, step="export"), Seen(exports=30), AlertKind.EXPORT),
        (replace(EVENT, step="export"), Seen(exports=1, export_rows=20_000), AlertKind.EXPORT),
        (replace(EVENT, step="unmask"), Seen(unmasks=29), None),
        (replace(EVENT, step="unmask"), Seen(unmasks=30), AlertKind.UNMASK),
        (ADMIN, Seen(), None),
        (replace(ADMIN, at=NOON.replace(hour=7, minute=59)), Seen(), AlertKind.OFF_HOURS),
        (replace(ADMIN, at=NOON.replace(hour=8)), Seen(), None),
        (replace(ADMIN, at=NOON.replace(hour=20)), Seen(), AlertKind.OFF_HOURS),
        (replace(ADMIN, working_day=False), Seen(), AlertKind.OFF_HOURS),
        (replace(EVENT, at=NOON.replace(hour=23)), Seen(), None),  # an inspector may work late
        (replace(EVENT, step="grant", changes='{"岗位角色":["抽样员","审核人"]}'), Seen(), None),
        (replace(EVENT, step="grant", changes='{"岗位角色":["审计管理员",null]}'), Seen(), AlertKind.GRANT),
        (replace(EVENT, step="virus_found"), Seen(), AlertKind.VIRUS),
        (replace(EVENT, step="copy_backup", outcome="passed"), Seen(), None),
        (replace(EVENT, step="copy_backup", outcome="failed"), Seen(), AlertKind.BACKUP),
        (replace(EVENT, step="rehearse", outcome="failed"), Seen(), AlertKind.BACKUP),
        (replace(EVENT, step="sign_out"), Seen(denied=99, guesses=99, exports=99, unmasks=99), None),
    ],
)
def test_events(event: Event, seen: Seen, kind: AlertKind | None) -> None:
    found = findings(event, seen, Limits())
    assert [one.kind for one in found] == ([] if kind is None else [kind])
    assert all(len(one.key) <= 120 and len(one.text) <= 400 for one in found)


def test_the_same_thing_on_one_day_is_one_alert() -> None:
    first, again = (findings(replace(EVENT, step="denied", seq=n), Seen(denied=n), Limits())[0] for n in (10, 11))
    other = findings(replace(EVENT, step="denied", user_id=4), Seen(denied=10), Limits())[0]
    assert first.key == again.key != other.key


def test_every_watched_step_has_a_rule() -> None:
    assert set(RULES) == WATCHED_STEPS
