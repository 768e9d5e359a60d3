"""The first parts of a dossier: the sampling sheet with its custody, photographs and signatures, and the test reports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.custody import queries as custody
from app.custody.models import BackupSample, SamplePhoto, SampleSignature
from app.db import session
from app.decisions.models import VerdictDecision
from app.domain.actors import Actor
from app.domain.permissions import Permission, permits
from app.domain.sampling_kinds import SignatureForm
from app.dossier_pdf import Part
from app.dossiers.blocks import Block, Shelf, attached, facts, heading, part, picture, table
from app.dossiers.reader import People
from app.reference_data.books import category_book, region_book
from app.results.models import ResultReport
from app.sampling import personal
from app.sampling.columns import title
from app.sampling.models import Sample
from app.scope import scope
from app.urgent.models import UrgentReport

SHEET = "抽样单"
SECTIONS = {
    "任务": ("number", "local_number", "task_source", "report_class_a", "report_class_b", "sampling_type", "purpose", "organiser_level",
             "special_sampling", "domain", "category_written"),
    "被抽样单位": ("sampled_name", "sampled_credit_code", "sampled_region_written", "sampled_address", "link", "place", "area_type",
                   "sampled_licence_kind", "sampled_licence_no"),
    "标称生产企业": ("producer_name", "producer_licence_no", "producer_region_written", "producer_address", "third_party_name",
                     "third_party_kind"),
    "样品": ("product_name", "brand", "spec", "batch_no", "date_kind", "made_on", "shelf_life", "barcode", "quality_grade",
             "sample_type", "source_kind", "attribute", "packaging", "standard", "unit_price", "imported", "origin"),
    "抽样": ("sampled_on", "sampling_method", "quantity", "quantity_unit", "backup_quantity", "base_quantity", "storage", "sampling_unit",
             "sampling_unit_address", "samplers", "laboratory", "arrived_on", "remark", "outcome_reason"),
}  # fmt: skip


def sheet_part(reader: Actor, sample: Sample, shelf: Shelf, people: People) -> Part:
    """What the sheet says, whose it was and how it travelled."""
    blocks: list[Block] = []
    for name, fields in SECTIONS.items():
        known_here = facts(((title(each), getattr(sample, each)) for each in fields), blanks=False)
        blocks += [heading(name), known_here] if known_here["rows"] else []
        if name == "被抽样单位" and sample.region_id in region_book():
            blocks.append(facts([("行政区划", region_book().full_name(sample.region_id or 0))]))
        if name == "任务" and sample.category_id is not None and sample.category_id in category_book():
            blocks.append(facts([("食品分类（对照）", category_book().by_id(sample.category_id).path)]))
    whole = permits(reader, Permission.PERSONAL_UNMASK, sample)
    known = personal.shown(sample.id, reader, whole=whole)
    if known:
        blocks += [heading("联系人与电话"), facts((each.title, each.text) for each in known)]
    if sample.extra:
        others = sorted((name.split("_")[-1], str(text)) for name, text in sample.extra.items())
        blocks += [heading("其他栏目（按原文保存）"), facts(others)]
    blocks += _custody(sample)
    blocks += _backup(reader, sample)
    return part(SHEET, *blocks, *_photos(reader, sample, shelf), *_signatures(reader, sample, shelf, people))


def _custody(sample: Sample) -> list[Block]:
    chain = custody.chain(sample.id)
    rows = [
        (one.kind, one.happened_at, one.person, one.condition, one.seal_no, one.backup_seal_no, chain.people.get(one.recorded_by_id or 0))
        for one in chain.live
    ]
    head = ("环节", "时间", "经手人", "样品状态", "封条号", "备份样品封条号", "登记人")
    return [heading("样品流转"), table(head, (2, 4, 3, 4, 3, 4, 3), rows)] if rows else []


def _backup(reader: Actor, sample: Sample) -> list[Block]:
    row = session().scalars(scope(sa.select(BackupSample), BackupSample, reader).where(BackupSample.sample_id == sample.id)).first()
    if row is None:
        return []
    told = (
        ("状态", row.state), ("数量", row.quantity), ("存放地点", row.place), ("贮存条件", row.storage), ("封条号", row.seal_no),
        ("入库日期", row.stored_on), ("保存至", row.keep_until), ("处置日期", row.discarded_on), ("处置方式", row.discard_method),
        ("见证人", row.discard_witness),
    )  # fmt: skip
    return [heading("备份样品"), facts(told, blanks=False)]


def _photos(reader: Actor, sample: Sample, shelf: Shelf) -> Iterator[Block]:
    statement = scope(sa.select(SamplePhoto), SamplePhoto, reader).where(
        SamplePhoto.sample_id == sample.id, SamplePhoto.voided_at.is_(None)
    )
    for one in session().scalars(statement.options(joinedload(SamplePhoto.attachment)).order_by(SamplePhoto.id)):
        taken = f"，拍摄于 {one.taken_at:%Y-%m-%d %H:%M}（相机时间）" if one.taken_at else ""
        yield attached(shelf, SHEET, one.attachment, f"照片（{one.kind.value}{taken}）")


def _signatures(reader: Actor, sample: Sample, shelf: Shelf, people: People) -> Iterator[Block]:
    statement = scope(sa.select(SampleSignature), SampleSignature, reader).where(
        SampleSignature.sample_id == sample.id, SampleSignature.voided_at.is_(None)
    )
    found = session().scalars(statement.options(joinedload(SampleSignature.attachment)).order_by(SampleSignature.id)).all()
    if found:
        rows = [
            (one.signer, one.name, one.form, one.opinion, one.opinion_text, one.signed_at, f"第 {one.sheet_version} 版", one.sheet_sha256)
            for one in found
        ]
        head = ("签字方", "姓名", "方式", "意见", "意见说明", "签字时间", "抽样单版本", "抽样单校验值")
        yield heading("签字")
        yield table(head, (3, 2, 3, 2, 3, 4, 3, 5), rows)
    for one in found:
        kept = shelf.put("附件", SHEET, one.attachment.filename, one.attachment.sha256, one.attachment.size)
        shelf.used.add(one.attachment_id)
        told = f"签字（{one.signer.value} {one.name}）：{one.attachment.filename}"
        drawn = one.form is SignatureForm.DRAWN and not kept.missing
        yield picture(told, kept.sha256, 40) if drawn else attached(shelf, SHEET, one.attachment, "签字扫描件")


# ---------------------------------------------------------------- 检验报告

def reports_part(reader: Actor, sample: Sample) -> Part:
    """Every report with every item, the ones that were corrected as well."""
    statement = scope(sa.select(ResultReport), ResultReport, reader).where(ResultReport.sample_id == sample.id)
    found = session().scalars(
        statement.options(selectinload(ResultReport.rows)).order_by(ResultReport.report_no, ResultReport.version)
    ).all()
    blocks: list[Block] = [facts([("监督结论", sample.supervision), ("监测结论", sample.monitoring), ("报告日期", sample.reported_on)])]
    for report in found:
        blocks += _report(report)
    return part("检验报告", *blocks, *_decisions(reader, sample), *_urgent(reader, sample))


def _report(report: ResultReport) -> list[Block]:
    replaced = f"（第 {report.version} 版，已被替代）" if report.superseded_at else ""
    told = (
        ("检验机构", report.laboratory), ("报告日期", report.reported_on), ("报告类别", report.report_kind),
        ("报告结论", report.conclusion_written), ("收样日期", report.received_on), ("监督备注", report.remark_supervision),
        ("监测备注", report.remark_monitoring), ("更正原因", report.reason),
    )  # fmt: skip
    rows = [
        (row.item, _with_unit(row.result_written, row.unit), row.limit_text, row.lab_verdict, row.our_verdict, row.verdict, row.basis,
         row.method)
        for row in sorted(report.rows, key=lambda row: row.ordinal)
    ]  # fmt: skip
    head = ("检验项目", "检验结果", "标准限量", "机构判定", "系统判定", "生效判定", "判定依据", "检验方法")
    return [heading(f"检验报告 {report.report_no}{replaced}"), facts(told, blanks=False), table(head, (4, 3, 3, 3, 3, 3, 4, 4), rows)]


def _with_unit(result: str | None, unit: str | None) -> str | None:
    return f"{result} {unit}" if result and unit else result


def _decisions(reader: Actor, sample: Sample) -> list[Block]:
    statement = scope(sa.select(VerdictDecision), VerdictDecision, reader).where(VerdictDecision.sample_id == sample.id)
    rows: list[tuple[Any, ...]] = [
        (one.item, one.kind, one.before, one.proposed, one.state, one.reason, one.basis, one.comment)
        for one in session().scalars(statement.order_by(VerdictDecision.id))
    ]
    head = ("检验项目", "类别", "原判定", "复核判定", "状态", "理由", "依据", "审定意见")
    return [heading("判定复核"), table(head, (3, 3, 2, 2, 2, 4, 3, 4), rows)] if rows else []


def _urgent(reader: Actor, sample: Sample) -> list[Block]:
    one = session().scalars(scope(sa.select(UrgentReport), UrgentReport, reader).where(UrgentReport.sample_id == sample.id)).first()
    if one is None:
        return []
    told = (
        ("编号", one.number), ("状态", one.state), ("项目", one.items), ("触发原因", one.trigger), ("确认时间", one.confirmed_at),
        ("报告期限", one.due_at), ("报告时间", one.reported_at), ("收悉时间", one.acknowledged_at),
    )  # fmt: skip
    return [heading("24 小时限时报告"), facts(told, blanks=False)]
