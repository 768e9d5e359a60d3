"""检验结论 of a batch from its items."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from app.domain.facts import Conclusion, conclude, has_residue, wording
from app.domain.samples import ItemClass, ItemKind, Monitoring, Purpose, Supervision, Verdict


@dataclass
class Row:
    verdict: Verdict
    kind: ItemKind | None = None
    pending: bool = False


SUPERVISED, MONITORED = ItemKind.SUPERVISION, ItemKind.MONITORING
OK, BAD, ISSUE, OPEN, BLANK = Verdict.PASS, Verdict.FAIL, Verdict.PROBLEM, Verdict.UNDECIDED, Verdict.UNTESTED
S, M = Supervision, Monitoring
WAITING = Row(OPEN, pending=True)


@pytest.mark.parametrize(
    ("purpose", "rows", "supervision", "monitoring"),
    [
        (Purpose.SUPERVISION, [Row(OK), Row(OK)], S.PASS, M.NONE),
        (Purpose.SUPERVISION, [Row(OK), Row(BAD)], S.FAIL, M.NONE),
        (Purpose.SUPERVISION, [Row(OK), Row(BLANK)], S.OPEN, M.NONE),  # 未检验 is not 合格
        (Purpose.SUPERVISION, [Row(OK), Row(OPEN)], S.OPEN, M.NONE),  # nor is 不判定
        (Purpose.SUPERVISION, [Row(BAD), Row(BLANK), Row(OPEN)], S.FAIL, M.NONE),  # one failing item is enough
        (Purpose.SUPERVISION, [Row(OK), WAITING], S.OPEN, M.NONE),  # 待核 until two people decide
        (Purpose.SUPERVISION, [Row(BAD), WAITING], S.FAIL, M.NONE),
        (Purpose.SUPERVISION, [Row(OK, pending=True)], S.OPEN, M.NONE),
        (Purpose.SUPERVISION, [Row(BAD, pending=True)], S.OPEN, M.NONE),
        (Purpose.SUPERVISION, [Row(OK), Row(ISSUE)], S.OPEN, M.NONE),  # 问题项 is no word for a supervision item
        (Purpose.SUPERVISION, [Row(OK, SUPERVISED), Row(ISSUE, MONITORED)], S.PASS, M.PROBLEM),
        (Purpose.SUPERVISION, [], S.OPEN, M.NONE),
        (Purpose.EVALUATION, [Row(OK)], S.PASS, M.NONE),
        (Purpose.EVALUATION, [Row(OK), Row(BAD)], S.FAIL, M.NONE),
        (Purpose.EVALUATION, [], S.OPEN, M.NONE),
        (Purpose.MONITORING, [Row(OK), Row(OK)], S.NONE, M.CLEAR),
        (Purpose.MONITORING, [Row(OK), Row(ISSUE)], S.NONE, M.PROBLEM),
        (Purpose.MONITORING, [Row(OK), Row(OPEN)], S.NONE, M.UNDECIDED),
        (Purpose.MONITORING, [Row(OK), Row(BLANK)], S.NONE, M.UNDECIDED),
        (Purpose.MONITORING, [Row(OPEN), Row(ISSUE)], S.NONE, M.PROBLEM),
        (Purpose.MONITORING, [Row(BAD, SUPERVISED)], S.NONE, M.PROBLEM),  # no 不合格 in a monitoring task
        (Purpose.MONITORING, [WAITING], S.NONE, M.UNDECIDED),
        (Purpose.MONITORING, [Row(ISSUE, pending=True)], S.NONE, M.UNDECIDED),
        (Purpose.MONITORING, [], S.NONE, M.UNDECIDED),
        (Purpose.COMBINED, [Row(OK, SUPERVISED), Row(OK, MONITORED)], S.PASS, M.CLEAR),
        (Purpose.COMBINED, [Row(BAD, SUPERVISED), Row(ISSUE, MONITORED)], S.FAIL, M.PROBLEM),
        (Purpose.COMBINED, [Row(OPEN, SUPERVISED), Row(OK, MONITORED)], S.OPEN, M.CLEAR),
        (Purpose.COMBINED, [Row(OK, SUPERVISED), Row(OPEN, MONITORED)], S.PASS, M.UNDECIDED),
        (Purpose.COMBINED, [Row(OK, SUPERVISED), Row(BLANK, MONITORED)], S.PASS, M.UNDECIDED),
        (Purpose.COMBINED, [Row(OK), Row(ISSUE)], S.PASS, M.PROBLEM),  # without a kind the word decides
        (Purpose.COMBINED, [Row(OK), Row(OPEN)], S.PASS, M.UNDECIDED),
        (Purpose.COMBINED, [Row(BAD), Row(OPEN)], S.FAIL, M.UNDECIDED),
        (Purpose.COMBINED, [Row(OK), Row(BLANK)], S.OPEN, M.NONE),
        (Purpose.COMBINED, [Row(OK), WAITING], S.OPEN, M.NONE),  # 待核 never slips into the monitoring half
        (Purpose.COMBINED, [Row(OK), Row(OPEN, MONITORED, True)], S.PASS, M.UNDECIDED),
        (Purpose.COMBINED, [Row(ISSUE)], S.NONE, M.PROBLEM),
        (Purpose.COMBINED, [], S.OPEN, M.NONE),
    ],
)
def test_conclusion(purpose: Purpose, rows: list[Row], supervision: Supervision, monitoring: Monitoring) -> None:
    assert conclude(rows, purpose) == Conclusion(supervision, monitoring)


def test_a_batch_passes_only_when_every_supervision_item_passes() -> None:
    for purpose in Purpose:
        for verdict in Verdict:
            passed = conclude([Row(OK, SUPERVISED), Row(verdict, SUPERVISED)], purpose).supervision is S.PASS
            assert passed == (verdict is OK and purpose is not Purpose.MONITORING)


@pytest.mark.parametrize(
    ("supervision", "monitoring", "words"),
    [
        (S.PASS, M.NONE, "纯抽检合格样品"),
        (S.FAIL, M.NONE, "纯抽检不合格样品"),
        (S.PASS, M.PROBLEM, "抽检合格样品并监测问题样品"),
        (S.FAIL, M.PROBLEM, "抽检不合格样品并监测问题样品"),
        (S.PASS, M.UNDECIDED, "抽检合格样品并监测不判定样品"),
        (S.FAIL, M.UNDECIDED, "抽检不合格样品并监测不判定样品"),
        (S.NONE, M.PROBLEM, "纯监测问题样品"),
        (S.NONE, M.UNDECIDED, "纯监测不判定合格样品"),
        (S.NONE, M.NONE, "未检验样品"),
        (S.PASS, M.CLEAR, "纯抽检合格样品"),  # the nine have no word for clear monitoring beside it
        (S.FAIL, M.CLEAR, "纯抽检不合格样品"),
        (S.NONE, M.CLEAR, "纯监测无问题样品"),
        (S.OPEN, M.NONE, "纯抽检未判定样品"),
        (S.OPEN, M.CLEAR, "纯抽检未判定样品"),
        (S.OPEN, M.PROBLEM, "抽检未判定样品并监测问题样品"),
        (S.OPEN, M.UNDECIDED, "抽检未判定样品并监测不判定样品"),
    ],
)
def test_wording(supervision: Supervision, monitoring: Monitoring, words: str) -> None:
    assert wording(Conclusion(supervision, monitoring)) == words


@pytest.mark.parametrize(
    ("classes", "residue"),
    [
        ([ItemClass.PESTICIDE], True),
        ([ItemClass.METAL, ItemClass.VETERINARY], True),
        ([ItemClass.METAL, ItemClass.ILLEGAL, None], False),
        ([], False),
    ],
)
def test_residue_batch(classes: list[ItemClass | None], residue: bool) -> None:
    assert has_residue(classes) is residue
