"""审核意见表: the questions of the official form that a reviewer answers with 是 or 否."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.disposal import CaseMode


@dataclass(frozen=True, slots=True)
class Question:
    """One question and the block of the record that it is about."""

    code: str
    block: str
    text: str


QUESTIONS: tuple[Question, ...] = (
    Question("start", "启动情况", "启动是否及时"),
    Question("recall", "产品控制", "产品召回是否到位"),
    Question("not_recalled", "产品控制", "未完全召回原因是否合理"),
    Question("cause", "原因排查", "排查原因是否合理"),
    Question("law", "行政处罚", "依据法律是否适当"),
    Question("measure", "行政处罚", "措施是否适当"),
    Question("not_filed", "未处罚", "不予立案是否合理"),
    Question("rectification", "整改复查", "整改措施是否充分合理"),
    Question("notified", "通报移送", "应通报移送的是否通报移送"),
)
BY_CODE: Mapping[str, Question] = {each.code: each for each in QUESTIONS}
OF_NOTICE = ("start", "notified")


def asked(mode: CaseMode) -> tuple[Question, ...]:
    """A case that only notifies another bureau is asked about that alone."""
    return QUESTIONS if mode is CaseMode.DISPOSE else tuple(BY_CODE[code] for code in OF_NOTICE)


def question_named(written: str) -> Question | None:
    """A question by its code or its words, as a command is told it."""
    return BY_CODE.get(written) or next((each for each in QUESTIONS if each.text == written), None)
