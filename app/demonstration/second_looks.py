"""What is looked at twice in the demonstration county: reports sent back, verdicts that two people decide, lists others published.

Takes nothing from the random stream of the year, so that a seed gives the county it always gave.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

import sqlalchemy as sa

from app import clock, files
from app.announcements import importing
from app.announcements.imports import prepare
from app.authorize import act_as
from app.db import session, transaction
from app.decisions import operations as decisions
from app.decisions.operations import Wish
from app.demonstration.county import County
from app.demonstration.rows import DemoSample
from app.domain.actors import Actor, Role
from app.domain.result_headers import Candidate
from app.domain.samples import Link, Verdict
from app.layouts import operations as layouts
from app.organisations.models import Organisation
from app.results.models import ResultReport, ResultRow
from app.reviews import returning
from app.sampling.models import Sample

CORRECTED = 2
WRONG_LIMIT = "报告中该项目结果高于标准指示值，单项结论却为合格，请核对原始记录后出具更正报告。"
MISSING_PAGE = "报告所附检验方法与检验依据栏不一致，请核对后更正。"
REPROPOSED = "更正后的报告实测值高于限量，检验机构仍判为合格项；经核对限量适用正确，应判为不合格项。"
DOUBTED = "被抽样单位称该批为加工原料，拟改按加工品限量判定，请审定。"
DECLINED = "样品照片和抽样单均为初级农产品，适用限量无误，不予采纳。"
LAYOUT_ROWS = (
    ("序号", "检测报告编号", "样品编号（国抽）", "检测参数", "实测值", "计量单位", "单项结论", "标准限值", "检验员"),
)
LAYOUT_COLUMNS = {"report_no": 1, "number": 2, "item": 3, "result": 4, "unit": 5, "verdict": 6, "max_limit": 7}
LIST_HEADER = (
    "抽样编号", "序号", "标称生产企业名称", "被抽样单位名称", "被抽样单位地址", "食品名称", "生产日期/批号",
    "不合格项目║检验结果║标准值", "分类", "公告号", "公告日期", "任务来源/项目名称",
)  # fmt: skip
PUBLISHED = (
    # food, item ║ result ║ limit, category, own producer, own seller
    ("韭菜", "腐霉利║1.2mg/kg║≤0.2mg/kg", "食用农产品", False, True),
    ("长豇豆", "灭蝇胺║1.8mg/kg║≤0.5mg/kg", "食用农产品", False, True),
    ("酱油", "氨基酸态氮║0.31g/100mL║≥0.4g/100mL", "调味品", True, False),
    ("香辣花生", "过氧化值(以脂肪计)║0.92g/100g║≤0.50g/100g", "炒货食品及坚果制品", False, False),
    ("糕点", "菌落总数║2.1×10⁵；1.8×10⁵；2.4×10⁵；1.9×10⁵；2.0×10⁵CFU/g║n=5,c=2,m=10⁴,M=10⁵CFU/g", "糕点", True, False),
    ("复用餐盘", "阴离子合成洗涤剂(以十二烷基苯磺酸钠计)║0.053mg/100cm²║不得检出", "餐饮食品", False, True),
)  # fmt: skip


def look_again(
    county: County,
    batches: Sequence[DemoSample],
    send: Callable[[County, Sequence[DemoSample], str], None],
    actor: Callable[[int | None], Actor],
    today: date,
) -> dict[str, int]:
    """Everything above, on ``today``. ``send`` imports a workbook of results, ``actor`` makes the person of a user."""
    reviewers = [actor(user_id) for user_id, _ in county.staff[Role.REVIEWER][:2]]
    statistician, handler = (actor(county.staff[role][0][0]) for role in (Role.STATISTICIAN, Role.HANDLER))
    chosen = list(_doubtful(batches, today))
    act_as(reviewers[0])
    with transaction():
        returned = _send_back(chosen, reviewers[0])
    if corrected := chosen[:CORRECTED]:
        send(county, [_corrected(one) for one in corrected], f"{today.month}月更正报告.xlsx")
    act_as(handler)
    with transaction():
        proposed = _decide(chosen[:CORRECTED], handler, reviewers[0])
    act_as(statistician)
    with transaction():
        _remember_layout(county, statistician)
    return {"returns": returned, "decisions": proposed, "findings": _published(county, statistician, today)}


# ---------------------------------------------------------------- reports


def _doubtful(batches: Sequence[DemoSample], today: date) -> Iterator[DemoSample]:
    """Passing supervision batches of the last weeks that have an item with a limit in figures; three at most."""
    found = 0
    for one in batches:
        recent = today - timedelta(60) <= one.reported_on < today
        if recent and found < CORRECTED + 1 and _measured(one) is not None and one.cells["检验目的"] == "监督抽检":
            found += 1
            yield one


def _measured(one: DemoSample) -> int | None:
    """The place of an item that may be corrected, in a batch that passes everywhere."""
    if any(item["结果判定"] != "合格项" for item in one.items):
        return None
    places = [n for n, item in enumerate(one.items) if item["检验项目"].startswith(("铅", "镉"))]
    return places[0] if places else None


def _send_back(chosen: Sequence[DemoSample], reviewer: Actor) -> int:
    """退修: the first and the last; the last still waits for its laboratory."""
    wanted = ((chosen[0], "结论有误", WRONG_LIMIT), (chosen[-1], "检验方法有误", MISSING_PAGE)) if len(chosen) > 1 else ()
    for one, code, reason in wanted:
        sample = session().scalars(sa.select(Sample).where(Sample.number == one.number)).one()
        report = session().scalars(
            sa.select(ResultReport.id).where(ResultReport.sample_id == sample.id, ResultReport.superseded_at.is_(None))
        )
        returning.return_report(sample, report.one(), code, reason, reviewer, clock.now())
    return len(wanted)


def _corrected(one: DemoSample) -> DemoSample:
    """The laboratory sends a higher reading and leaves its verdict: the two verdicts differ, somebody has to decide."""
    place = _measured(one)
    assert place is not None
    item = one.items[place]
    higher = {**item, "检验结果": f"{float(item['最大允许限']) * 1.4:.2g}"}
    return replace(one, items=(*one.items[:place], higher, *one.items[place + 1 :]))


# ---------------------------------------------------------------- verdicts


def _decide(corrected: Sequence[DemoSample], handler: Actor, reviewer: Actor) -> int:
    """One 待核 item is proposed and waits for the second person; a doubt about a failing item was declined."""
    numbers = [one.number for one in corrected]
    live = sa.select(ResultRow).join(ResultReport).where(ResultReport.superseded_at.is_(None)).order_by(ResultRow.id)
    of_corrected = live.join(Sample, Sample.id == ResultRow.sample_id).where(Sample.number.in_(numbers))
    pending = session().scalars(of_corrected.where(ResultRow.pending)).first()
    failing = session().scalars(live.where(ResultRow.verdict == Verdict.FAIL, ResultRow.org_id.in_(handler.reach))).first()
    made = 0
    if pending is not None:
        decisions.propose([Wish(pending, Verdict.FAIL)], handler, clock.now(), REPROPOSED, pending.basis)
        made += 1
    if failing is not None:
        doubted = decisions.propose([Wish(failing, Verdict.PASS)], handler, clock.now(), DOUBTED)
        decisions.decline(doubted[0], reviewer, DECLINED, clock.now())
        made += 1
    return made


# ---------------------------------------------------------------- others' files


def _remember_layout(county: County, who: Actor) -> None:
    """导入格式: the second laboratory's own table, whose columns somebody named once."""
    laboratory = session().scalars(sa.select(Organisation).where(Organisation.name == county.labs[1])).one()
    header = Candidate(2, 2, LAYOUT_ROWS)
    layouts.save(layouts.Asked(f"{laboratory.name} 结果汇总表", header, LAYOUT_COLUMNS, laboratory.id), who, clock.now())


def _published(county: County, who: Actor, today: date) -> int:
    """外部公示: what other offices published of firms here and elsewhere."""
    noticed = today - timedelta(20)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(LIST_HEADER)
    for serial, (food, items, category, own_producer, own_seller) in enumerate(PUBLISHED, 1):
        producer = county.firms[Link.PRODUCTION][serial].name if own_producer else "/" if own_seller else "塞上澄粮油有限公司"
        seller = county.firms[Link.CIRCULATION][serial] if own_seller else None
        writer.writerow((
            f"GBJ{today.year % 100}{county.area}9001{serial:04d}", serial, producer,
            seller.name if seller else "江禾生鲜超市", seller.address if seller else "邻县东街12号", food,
            (noticed - timedelta(60 + serial)).isoformat(), items, category, f"{today.year}年第{today.month + 20}号",
            noticed.isoformat(), "市级监督抽检",
        ))  # fmt: skip
    filename = f"{noticed.year}年第{today.month + 20}号不合格公示.csv"
    sha256 = files.store(text.getvalue().encode("utf-8-sig")).sha256
    plan = prepare(who, sha256, filename)
    with transaction():
        batch = importing.stage(plan, who, filename, sha256, clock.now())
    with transaction():
        importing.confirm(batch, plan, who, clock.now(), skip_refused=True)
    return len(plan.rows)
