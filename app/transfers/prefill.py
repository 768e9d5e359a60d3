"""What a new 移送、协查、通报 says before anybody has written, from the case it is sent from."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.disposal.models import DisposalCase
from app.domain.case_kinds import TransferBody, TransferChannel, TransferKind
from app.domain.disposal import CaseMode, names_firm
from app.domain.transfers import REPLY_RULES
from app.filters import format_date_cn
from app.transfers.operations import usual_due

ASSIST = "请协助核查该批次产品是否为其生产、生产销售数量及去向，并书面回复。"
TRACE = "请协助核查该批次产品的来源、数量及去向，并书面回复。"
TRANSFER = "经核查，该线索属于贵单位管辖，现移送处理，请将受理、立案和处理情况书面回复。"
NOTIFY = "现依据《食品安全抽样检验管理办法》第二十七条通报。"


def blank(case: DisposalCase, kind: TransferKind | None, today: date) -> dict[str, Any]:
    """The values of the form."""
    chosen = kind or (TransferKind.NOTIFY if case.mode is CaseMode.NOTIFY else TransferKind.ASSIST)
    return {
        "kind": chosen.value, "body": TransferBody.BUREAU.value, "channel": TransferChannel.PAPER.value,
        "subject": subjects(case)[chosen.value], "sent_on": today,
    }  # fmt: skip


def subjects(case: DisposalCase) -> dict[str, str]:
    """事由 of each kind, by its word."""
    found = _finding(case)
    named = names_firm(case.sample.producer_name)
    firm = case.sample.producer_name if named else "（抽样单未载明）"
    return {
        TransferKind.ASSIST.value: f"{found}。该产品标称生产企业为{firm}。{ASSIST}" if named else f"{found}。{TRACE}",
        TransferKind.TRANSFER.value: f"{found}。{TRANSFER}",
        TransferKind.NOTIFY.value: f"{found}。该产品标称生产企业{firm}住所地在贵单位辖区，{NOTIFY}",
    }


def _finding(case: DisposalCase) -> str:
    sample = case.sample
    place = f"从{sample.sampled_name}抽取的" if sample.sampled_name else "抽取的"
    batch = f"（批号{sample.batch_no}）" if sample.batch_no else ""
    on = f"{format_date_cn(sample.sampled_on)}" if sample.sampled_on else ""
    items = f"{case.failing_items}项目" if case.failing_items else ""
    return f"我局{on}{place}{sample.product_name}{batch}（抽样编号{sample.number}），经检验{items}不合格"


def usual_words(today: date) -> str:
    """How long an answer usually takes, for the help of the form."""
    known = [(kind, usual_due(kind, today)) for kind in REPLY_RULES]
    said = [f"{kind.value}今天发出的为 {due}" for kind, due in known if due is not None]
    return f"不填的按期限规则推算：{'，'.join(said)}；通报不填的不要求回复" if said else "不填的不要求回复"
