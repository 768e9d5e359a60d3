"""行政处罚 of the demonstration county, one at each desk; the list of the dishonest, and what is sent to other offices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from app.db import session
from app.demonstration.stage import Found, Stage
from app.disposal import operations as disposal
from app.disposal.models import DisposalCase
from app.domain.actors import Role
from app.domain.case_kinds import (
    PenaltyExcuse,
    PenaltyOutcome,
    TransferBody,
    TransferChannel,
    TransferKind,
    TransferReply,
)
from app.domain.disposal import Party
from app.domain.listings import BY_CODE
from app.domain.penalties import PenaltyRecord
from app.domain.transfers import Answer, Sending
from app.domain.workflow import CaseState
from app.enterprises.models import Enterprise
from app.listings import operations as listings
from app.penalties import afterwards, publishing, queries
from app.penalties import operations as penalties
from app.penalties.models import Penalty
from app.penalties.recording import record_of
from app.transfers import operations as transfers
from app.transfers import prefill
from app.transfers import queries as transfer_queries
from app.transfers.models import CaseTransfer

BASIS = "违反《食品安全法》第三十四条，依据第一百二十四条处理"
TO_BE_FILED = "行政处罚应当立案办理：请清空行政处罚部分，立案后由处罚案件记入。"
EMPTY: Mapping[str, Any] = dict.fromkeys(
    ("penalty_kind", "penalty_no", "penalty_on", "penalty_amount", "penalty", "published_on", "publication")
)
AGREED = "事实清楚，证据确凿，适用依据正确，同意。"


@dataclass(frozen=True, slots=True)
class Measures:
    """What is proposed of one penalty."""

    income: int = 0
    fine: int = 0
    goods: str | None = None
    goods_value: int = 0
    excuse: PenaltyExcuse | None = None

    def record(self, facts: str) -> PenaltyRecord:
        outcome = PenaltyOutcome.EXEMPT if self.excuse else PenaltyOutcome.PUNISHED
        basis = "《食品安全法》第三十四条、第一百三十六条" if self.excuse else BASIS
        return PenaltyRecord(
            facts=facts, basis=basis, outcome=outcome, excuse=self.excuse, income=Decimal(self.income), goods=self.goods,
            goods_value=Decimal(self.goods_value), fine=Decimal(self.fine),
        )  # fmt: skip


def _at_hand(stage: Stage, one: Found, ago: int, *, seller: bool) -> int | None:
    """A case of the sample in the hands of its handler, with an empty block 行政处罚: claimed, or returned to be filed."""
    states = (CaseState.AWAITING, CaseState.HANDLING, CaseState.OPEN)
    fit = [row for row in one.cases if row.state in states and (not seller or row.party is not Party.PRODUCTION)]
    if not fit:
        return None
    case_id, state, day = fit[0].id, fit[0].state, stage.back(ago)
    if state is CaseState.AWAITING:
        reviewer = stage.person(Role.REVIEWER)
        with stage.on(day, reviewer) as at:
            disposal.return_to_handler(stage.case(case_id), reviewer, at, TO_BE_FILED)
    handler = stage.handler_of(stage.case(case_id))
    with stage.on(day, handler) as at:
        if state is CaseState.OPEN:
            disposal.claim(stage.case(case_id), handler, at)
        case = stage.case(case_id)
        disposal.record(case, handler, replace(disposal.record_of(case), **EMPTY), at)
    return int(case_id)


def _proposed(stage: Stage, measures: Measures, filed: int, ago: int, *, seller: bool = False) -> int | None:
    """立案, 登记, 送审: the newest case that fits."""
    for one in stage.quiet(stage.back(filed)):
        case_id = _at_hand(stage, one, filed, seller=seller)
        if case_id is not None:
            stage.take(one)
            return _filed(stage, case_id, measures, filed, ago)
    return None


def _filed(stage: Stage, case_id: int, measures: Measures, filed: int, ago: int) -> int:
    day, handler = stage.back(filed), stage.handler_of(stage.case(case_id))
    with stage.on(day, handler) as at:
        case = stage.case(case_id)
        penalty_id = penalties.file(case, penalties.Filing(case.received_on, day), handler, at).id
    with stage.on(stage.back(ago), handler) as at:
        penalty = _penalty(stage, penalty_id)
        sample = stage.sample(penalty.sample_id)
        facts = f"{penalty.party_name}生产经营的{sample.product_name}经抽样检验，{penalty.case.failing_items}不符合食品安全标准。"
        penalties.record(_penalty(stage, penalty_id), measures.record(facts), handler)
        penalties.propose(_penalty(stage, penalty_id), handler, at, "调查终结，拟处理意见如上，请审核。")
    return penalty_id


def _penalty(stage: Stage, penalty_id: int) -> Penalty:
    session().flush()
    session().expire_all()
    found = queries.penalty(stage.person(Role.HANDLER), penalty_id)
    assert found is not None
    return found


def _decided(stage: Stage, penalty_id: int, ago: int) -> None:
    reviewer, day = stage.person(Role.REVIEWER, 1), stage.back(ago)
    with stage.on(day, reviewer) as at:
        penalties.decide(_penalty(stage, penalty_id), reviewer, day, at, comment=AGREED)


def every_desk(stage: Stage) -> list[int]:
    """Published, decided, with the legal reviewer, with the leader, exempted and waiting for the section."""
    made = [
        _published(stage), _waiting_to_be_published(stage), _at_legal(stage), _at_leader(stage),
        _proposed(stage, Measures(excuse=PenaltyExcuse.GOOD_FAITH), 8, 2, seller=True),
    ]  # fmt: skip
    return [one for one in made if one is not None]


def _published(stage: Stage) -> int | None:
    """Decided, paid and on the site until its day of removal; its firm is proposed for the list."""
    penalty_id = _proposed(stage, Measures(income=260, fine=2400, goods="库存同批次产品", goods_value=180), 15, 12)
    if penalty_id is None:
        return None
    _decided(stage, penalty_id, 9)
    handler = stage.handler_of(_penalty(stage, penalty_id).case)
    with stage.on(stage.back(6), handler) as at:
        number = _penalty(stage, penalty_id).decision_no
        publishing.publish(_penalty(stage, penalty_id), handler, stage.back(6), at, document_no=number)
    with stage.on(stage.back(4), handler) as at:
        paid = _penalty(stage, penalty_id)
        afterwards.execute(paid, handler, stage.back(7), stage.back(4), record_of(paid).total, "一次性缴清，没收物品已销毁。", at)
    return penalty_id


def _waiting_to_be_published(stage: Stage) -> int | None:
    penalty_id = _proposed(stage, Measures(income=120, fine=1600), 12, 7)
    if penalty_id is not None:
        _decided(stage, penalty_id, 2)
    return penalty_id


def _at_legal(stage: Stage) -> int | None:
    """A fine above the amount from which the law asks for a review."""
    penalty_id = _proposed(stage, Measures(income=3600, fine=120_000, goods="库存同批次产品", goods_value=8400), 11, 5)
    if penalty_id is not None:
        reviewer = stage.person(Role.REVIEWER)
        with stage.on(stage.back(3), reviewer) as at:
            penalties.forward(_penalty(stage, penalty_id), reviewer, "罚款数额较大，请法制审核。", at)
    return penalty_id


def _at_leader(stage: Stage) -> int | None:
    penalty_id = _proposed(stage, Measures(income=400, fine=6000), 10, 4)
    if penalty_id is not None:
        reviewer = stage.person(Role.REVIEWER)
        with stage.on(stage.back(2), reviewer) as at:
            penalties.forward_to_leader(_penalty(stage, penalty_id), reviewer, "罚没款合计超过本局规定数额，请局领导审批。", at)
    return penalty_id


def listing(stage: Stage, penalty_ids: list[int]) -> int:
    """严重违法失信名单: the first decided penalty of a firm of the register is proposed."""
    for penalty_id in penalty_ids:
        penalty = _penalty(stage, penalty_id)
        if penalty.enterprise_id is None or penalty.decided_on is None:
            continue
        who = stage.handler_of(penalty.case)
        with stage.on(stage.today, who) as at:
            penalty = _penalty(stage, penalty_id)
            firm = session().get_one(Enterprise, penalty.enterprise_id)
            listings.propose(firm, BY_CODE["contaminants"], "已受行政处罚，拟按规定列入，请审批。", who, at, penalty=penalty)
        return 1
    return 0


# ---------------------------------------------------------------- to other offices

def _sent(stage: Stage, one: Found, sending: Sending, ago: int) -> int:
    with stage.on(stage.back(ago), stage.person(Role.HANDLER)):
        case_id = one.cases[0].id
        who = stage.handler_of(stage.case(case_id))
    with stage.on(stage.back(ago), who) as at:
        case = stage.case(case_id)
        due = sending.reply_due_on or transfers.usual_due(sending.kind, stage.back(ago))
        told = replace(sending, subject=prefill.subjects(case)[sending.kind.value], sent_on=stage.back(ago), reply_due_on=due)
        return transfers.send(case, told, who, at).id


def _transfer(stage: Stage, transfer_id: int) -> CaseTransfer:
    session().flush()
    session().expire_all()
    found = transfer_queries.transfer(stage.person(Role.HANDLER), transfer_id)
    assert found is not None
    return found


def letters(stage: Stage) -> int:
    """协查 answered, 移送 whose answer is late, 通报 to 农业农村."""
    year, short = stage.today.year, stage.county.bureau_name.removesuffix("市场监督管理局")
    B, C, K = TransferBody, TransferChannel, TransferKind

    def sending(kind: TransferKind, body: TransferBody, name: str, serial: int, due: int | None = None) -> Sending:
        number = f"市监{kind.value}函〔{year}〕{serial}号"
        until = stage.back(due) if due is not None else None
        return Sending(kind, body, C.PAPER, "", stage.today, to_name=name, reply_due_on=until, document_no=number)

    wanted = (
        (sending(K.ASSIST, B.BUREAU, "莱山区市场监督管理局", 1), 14), (sending(K.TRANSFER, B.BUREAU, "三水区市场监督管理局", 1, 2), 16),
        (sending(K.NOTIFY, B.AGRICULTURE, f"{short}农业农村局", 1), 5),
    )  # fmt: skip
    made = 0
    for letter, ago in wanted:
        one = next((each for each in stage.quiet(stage.back(ago)) if _suits(letter, each)), None)
        if one is None:
            continue
        transfer_id = _sent(stage, stage.take(one), letter, ago)
        made += 1
        if letter.kind is K.ASSIST:
            _answered(stage, transfer_id)
    return made


def _suits(letter: Sending, one: Found) -> bool:
    """农业农村 is told of what has no producer on its label; the other bureaus of what has one."""
    unlabelled = letter.body is TransferBody.AGRICULTURE
    return (one.cases[0].producer_name is None) is unlabelled


def _answered(stage: Stage, transfer_id: int) -> None:
    who = stage.person(Role.HANDLER)
    with stage.on(stage.back(11), who) as at:
        transfers.receive(_transfer(stage, transfer_id), stage.back(11), "收发室", who, at)
    with stage.on(stage.back(4), who) as at:
        said = "经核查，该批次产品为辖区企业生产，数量和去向见附表。"
        answer = Answer(TransferReply.CONFIRMED, stage.back(4), f"协查复〔{stage.today.year}〕1号", said)
        transfers.reply(_transfer(stage, transfer_id), answer, who, at)


def case_of(stage: Stage, penalty_id: int) -> DisposalCase:
    """The case of a penalty."""
    return stage.case(_penalty(stage, penalty_id).case_id)
