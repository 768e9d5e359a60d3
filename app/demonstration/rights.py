"""复检 and 异议 of the demonstration county: each at another point of its course."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import sqlalchemy as sa

from app import clock
from app.db import session
from app.demonstration.stage import Found, Stage
from app.domain.actors import Role
from app.domain.case_kinds import DeliveryWay, ObjectionEffect, ObjectionKind, ObjectionOutcome, Side
from app.domain.disposal import Party
from app.domain.drawing import SECRET_BYTES
from app.domain.official_documents import Delivery
from app.domain.retests import Ground
from app.domain.samples import Verdict
from app.domain.workflow import CaseState
from app.drawings import operations as drawings
from app.drawings import queries as drawn
from app.objections import operations as objections
from app.objections import queries as objection_queries
from app.objections.models import Objection
from app.official_documents import deliveries
from app.official_documents import operations as papers
from app.retests import designating, feasibility, laboratories, testing
from app.retests import operations as retests
from app.retests import queries as retest_queries
from app.retests.models import Retest
from app.retests.testing import Concluding, ItemResult, Payment
from app.ripples import operations as ripples
from app.ripples.models import Ripple, RippleTask

LISTED = (
    ("华泽食品复检中心", "检验中心路 8 号", "农药残留、兽药残留、食品添加剂、污染物"),
    ("北岭食品质量检验研究院", "科研一街 21 号", "食品添加剂、污染物、生物毒素、质量指标"),
    ("海川农产品检测研究中心", "农科路 5 号", "农药残留、兽药残留、重金属"),
    ("云台食品药品检验所", "园区北路 66 号", "食品添加剂、非法添加、生物毒素"),
)
SOURCE = "复检机构名录（演示）"
WORD = "2 5 8"  # as if it were the day's lottery number
SAYS_OTHERWISE = "本单位自检结果与检验结论不一致，申请复检。"


def laboratory_list(stage: Stage) -> int:
    """复检机构名录: four invented ones and the laboratory of the first tests, which is never drawn for its own."""
    who, since = stage.person(Role.SYSTEM_ADMIN), date(stage.today.year, 1, 1)
    rows = (*LISTED, (stage.county.labs[0], "检测路 1 号", "农药残留、兽药残留、食品添加剂、污染物、微生物"))
    with stage.on(stage.back(19), who) as at:
        for serial, (name, address, fields) in enumerate(rows, 1):
            entry = laboratories.Entry(
                f"FJ{serial:03}", name, since, SOURCE, address=address, contact="业务受理室", phone=f"000-1234567{serial}", fields=fields
            )
            laboratories.add(entry, who, at)
    return len(rows)


def _serve(stage: Stage, sample_id: int, ago: int) -> None:
    """检验结果通知书 to every party of the sample: issued and delivered on this day."""
    who, other = stage.person(Role.HANDLER), stage.person(Role.HANDLER, 1)
    day = stage.back(ago)
    with stage.on(day, who) as at:
        for made in papers.draft_notices(papers.Subject(stage.sample(sample_id)), who, at):
            papers.issue(made, day, who, at)
            place = made.recipient_address or "经营场所"
            written = Delivery(
                DeliveryWay.DIRECT, day, f"{who.name}、{other.name}", day, place=place, receiver="值班负责人", relation="工作人员"
            )
            deliveries.record(made, written, who, at)


def _seller(one: Found) -> str:
    """The sampled party, or whoever of the parties there is."""
    return next((row.party_name for row in one.cases if row.party is not Party.PRODUCTION), one.cases[0].party_name) or "被抽样单位"


def _producer(one: Found) -> str:
    return next((row.producer_name for row in one.cases), None) or "标称生产企业"


# ---------------------------------------------------------------- 复检

def _apply(stage: Stage, one: Found, served: int | None, ago: int) -> int:
    who, day = stage.person(Role.HANDLER), stage.back(ago)
    with stage.on(day, who) as at:
        sample = stage.sample(one.sample_id)
        names = list(feasibility.named(retest_queries.failing_rows(one.sample_id)))
        served_on = stage.back(served) if served is not None else None
        written = retests.Written(Side.SAMPLED, _seller(one), "经营者本人，电话见抽样单", served_on, day, day, SAYS_OTHERWISE, names)
        return retests.apply(sample, written, who, at).id


def _retest(stage: Stage, retest_id: int) -> Retest:
    session().flush()
    session().expire_all()
    found = retest_queries.retest(stage.person(Role.HANDLER), retest_id)
    assert found is not None
    return found


def _designated(stage: Stage, retest_id: int, accepted: int, ago: int) -> None:
    """Accepted by another person, the list frozen, drawn with a word of the witness, the laboratory fixed."""
    handler, reviewer = stage.person(Role.HANDLER), stage.person(Role.REVIEWER)
    day = stage.back(accepted)
    with stage.on(day, reviewer) as at:
        retests.accept(_retest(stage, retest_id), day, reviewer, at, "备份样品在库，在保质期内，同意受理。")
        secret = retest_id.to_bytes(SECRET_BYTES, "big")
        drawing_id = designating.freeze(_retest(stage, retest_id), reviewer, at, secret).id
    with stage.on(day, reviewer):
        drawing = drawn.drawing(reviewer, drawing_id)
        assert drawing is not None
        drawings.draw(drawing, reviewer, WORD, clock.now(), witness="见证人（演示）")
    with stage.on(stage.back(ago), handler) as at:
        designating.designate(_retest(stage, retest_id), stage.back(ago), handler, at)


def retest_passed(stage: Stage) -> int:
    """复检合格: the cases are withdrawn, what rested on the first conclusion is listed, one of it is done."""
    fit = [one for one in stage.quiet(stage.back(18)) if one.kept and not one.microbial]
    if not fit:
        return 0
    one = stage.take(max(fit, key=lambda each: len(each.cases)))
    handler = stage.person(Role.HANDLER)
    _serve(stage, one.sample_id, 18)
    retest_id = _apply(stage, one, 18, 15)
    _designated(stage, retest_id, 13, 12)
    with stage.on(stage.back(10), handler) as at:
        testing.hand_over(_retest(stage, retest_id), stage.back(10), "封样完好，冷链运输", handler, at)
    with stage.on(stage.back(9), handler) as at:
        testing.arrive(_retest(stage, retest_id), stage.back(9), True, None, handler, at)
    with stage.on(stage.back(3), handler) as at:
        found = _retest(stage, retest_id)
        results = {item.item: ItemResult("符合标准规定", None, "与初检一致的方法", Verdict.PASS) for item in testing.tested(found)}
        testing.conclude(found, Concluding(f"复检{retest_id:04}", stage.back(4), stage.back(3), results), handler, at)
    with stage.on(stage.back(1), handler) as at:
        testing.tell(_retest(stage, retest_id), stage.back(1), "已书面告知申请人", handler, at)
    with stage.on(stage.today, handler) as at:
        payment = Payment(testing.lawful_payer(_retest(stage, retest_id)), Decimal(1200), stage.back(12))  # type: ignore[arg-type]
        testing.pay(_retest(stage, retest_id), payment, handler, at)
        _one_done(one.sample_id, stage)
    return 1


def _one_done(sample_id: int, stage: Stage) -> None:
    """The first task of the list is worked off, the others wait."""
    task = session().scalars(
        sa.select(RippleTask).join(Ripple).where(Ripple.sample_id == sample_id, ~RippleTask.automatic).order_by(RippleTask.id).limit(1)
    ).first()
    if task is not None:
        ripples.finish(task, stage.person(Role.HANDLER), clock.now(), "已核对并按复检结论处理。")


def retest_running(stage: Stage) -> int:
    """待移交备份样品."""
    fit = [one for one in stage.quiet(stage.back(9)) if one.kept and not one.microbial]
    if not fit:
        return 0
    one = stage.take(fit[0])
    _serve(stage, one.sample_id, 9)
    _designated(stage, _apply(stage, one, 9, 6), 4, 3)
    return 1


def retest_declined(stage: Stage) -> int:
    """不予受理: 微生物指标."""
    fit = [one for one in stage.quiet(stage.today) if one.microbial]
    if not fit:
        return 0
    one, reviewer = stage.take(fit[0]), stage.person(Role.REVIEWER, 1)
    _serve(stage, one.sample_id, 0)
    retest_id = _apply(stage, one, 0, 0)
    with stage.on(stage.today, reviewer) as at:
        why = "不合格项目为微生物指标，依法不予复检，已书面告知申请人。"
        retests.decline(_retest(stage, retest_id), stage.today, Ground.MICROBIAL, reviewer, at, why)
    return 1


# ---------------------------------------------------------------- 异议

def _object(stage: Stage, one: Found, kind: ObjectionKind, side: Side, ago: int, content: str, evidence: str) -> int:
    who, day = stage.person(Role.HANDLER), stage.back(ago)
    applicant = _producer(one) if side is Side.PRODUCER else _seller(one)
    with stage.on(day, who) as at:
        written = objections.Application(kind, side, applicant, day, day, content, contact="见申请书", evidence=evidence)
        return objections.apply(stage.sample(one.sample_id), written, who, at).id


def _objection(stage: Stage, objection_id: int) -> Objection:
    session().flush()
    session().expire_all()
    found = objection_queries.objection(stage.person(Role.HANDLER), objection_id)
    assert found is not None
    return found


def _accepted(stage: Stage, objection_id: int, ago: int) -> None:
    reviewer = stage.person(Role.REVIEWER)
    with stage.on(stage.back(ago), reviewer) as at:
        objections.accept(_objection(stage, objection_id), reviewer, at, on=stage.back(ago))


def counterfeit(stage: Stage) -> int:
    """假冒 upheld: the producer's case ends, the seller's goes on."""
    fit = [one for one in stage.quiet(stage.back(17)) if len(one.cases) > 1]
    if not fit:
        return 0
    one = stage.take(max(fit, key=lambda each: sum(row.state is not CaseState.CLOSED for row in each.cases)))
    handler, reviewer = stage.person(Role.HANDLER), stage.person(Role.REVIEWER, 1)
    _serve(stage, one.sample_id, 17)
    content = "该批次产品的包装、批号与本企业同期产品不符，本企业当日没有生产该规格产品。"
    objection_id = _object(
        stage, one, ObjectionKind.AUTHENTICITY, Side.PRODUCER, 14, content, "生产记录、出厂检验记录、包装样式比对"
    )
    _accepted(stage, objection_id, 12)
    with stage.on(stage.back(8), handler):
        said = "到申请人处核对生产记录、包装和喷码；询问被抽样单位，其不能提供该批次进货凭证。"
        objections.record(_objection(stage, objection_id), handler, investigation=said)
    with stage.on(stage.back(5), reviewer) as at:
        text = "包装样式、喷码与申请人产品不符，当日无生产记录，认定该批次产品不是标称生产企业生产。"
        decision = objections.Decision(ObjectionOutcome.UPHELD, ObjectionEffect.NOT_THEIRS, text)
        objections.decide(_objection(stage, objection_id), decision, reviewer, at)
    with stage.on(stage.back(3), handler) as at:
        objections.tell(_objection(stage, objection_id), handler, at, on=stage.back(3), comment="已书面通知双方当事人")
    return 1


def standard_doubted(stage: Stage) -> int:
    """标准适用异议 under examination."""
    one = next(iter(stage.quiet(stage.back(9))), None)
    if one is None:
        return 0
    stage.take(one)
    _serve(stage, one.sample_id, 9)
    text = "该批次产品执行的标准与判定所用标准的食品类别不同，请求复核标准适用。"
    objection_id = _object(stage, one, ObjectionKind.STANDARD, Side.SAMPLED, 5, text, "产品执行标准文本、食品类别说明")
    _accepted(stage, objection_id, 3)
    with stage.on(stage.back(1), stage.person(Role.HANDLER)):
        said = "已调取执行标准文本，并函请检验机构说明判定依据，待回复。"
        objections.record(_objection(stage, objection_id), stage.person(Role.HANDLER), investigation=said)
    return 1


def method_doubted(stage: Stage) -> int:
    """检验方法异议, waiting to be accepted."""
    one = next(iter(stage.quiet(stage.back(4))), None)
    if one is None:
        return 0
    stage.take(one)
    _serve(stage, one.sample_id, 4)
    _object(stage, one, ObjectionKind.METHOD, Side.SAMPLED, 1, "检验方法的适用范围没有列明该类食品，请求复核。", "检验方法标准文本")
    return 1


