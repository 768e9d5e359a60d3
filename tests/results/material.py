"""Samples and files for the tests of results: small, synthetic, of the shape that laboratories and the national system send."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app import clock
from app.db import session, transaction
from app.disposal.models import DisposalCase
from app.domain.samples import Domain, Level, Link, Purpose
from app.reference_data.books import region_book
from app.results.models import ResultReport, ResultRow
from app.sampling.creating import create_samples
from app.sampling.models import BatchFact, Sample
from app.sampling.sheet_draft import SheetDraft

LAB_HEADER = (
    "抽样单号", "报告书编号", "检验项目", "检验结果", "结果单位", "结果判定", "检验依据", "判定依据", "最小允许限", "最大允许限",
    "允许限单位", "方法检出限", "检出限单位", "说明", "监督抽检报告备注", "风险监测报告备注", "样品名称", "委托单位",
)  # fmt: skip
NATIONAL_HEADER = (
    "被抽样单位名称*", "被抽样省份", "被抽样地市", "县（市、区）", "样品名称", "抽样编号*",
    "被抽样单位地址", "商标", "食品大类", "食品亚类", "食品次亚类", "食品细类",
    "抽样时间*", "检验机构名称", "检验目的*", "报告书编号*", "报告日期*", "报送分类-1", "抽样环节", "检验项目", "检验结果*",
    "结果判定*", "最大允许限*", "最大允许限单位*", "结果单位*", "结论*", "年度",
)  # fmt: skip


def register_sample(office: Any, number: str = "XC26120119460010001", place: str = "county", **columns: Any) -> int:
    """A registered sample of this bureau; returns its id."""
    draft = SheetDraft(
        **{
            "org_id": office.orgs[place].id,
            "number": number,
            "product_name": "菠菜",
            "purpose": Purpose.SUPERVISION,
            "domain": Domain.AGRICULTURAL,
            "organiser_level": Level.COUNTY,
            "sampled_name": "蓟州区惠民超市",
            "sampled_region_written": "天津/天津/蓟州区",
            "region_id": region_book().id("120119"),
            "link": Link.CIRCULATION,
            "sampled_on": date(2026, 11, 2),
            **columns,
        }
    )
    with transaction():
        made = create_samples([draft], office.actor("county:抽样员"), clock.now(), None)
    return made[number].id


def lab_row(number: str, item: str, result: str, verdict: str = "合格项", **cells: str) -> dict[str, str]:
    """One row of the laboratory's sheet."""
    named = {
        "抽样单号": number, "报告书编号": f"BG{number[-4:]}" if number else "", "检验项目": item, "检验结果": result,
        "结果单位": "mg/kg", "结果判定": verdict, "检验依据": "GB 23200.113-2018", "判定依据": "GB 2763-2021", "最大允许限": "0.2",
        "允许限单位": "mg/kg", "样品名称": "菠菜",
    }  # fmt: skip
    return {**named, **cells}


def national_row(number: str, item: str, result: str, verdict: str = "合格项", **cells: str) -> dict[str, str]:
    """One row of the national export, in the headers' own spelling."""
    named = {
        "被抽样单位名称*": "蓟州区惠民超市", "被抽样省份": "天津", "被抽样地市": "天津", "县（市、区）": "蓟州区", "样品名称": "菠菜",
        "抽样编号*": number, "食品大类": "食用农产品", "食品亚类": "蔬菜", "食品次亚类": "叶菜类蔬菜", "食品细类": "菠菜",
        "抽样时间*": "2026-11-02", "检验机构名称": "衡清食品检验中心", "检验目的*": "监督抽检", "报告书编号*": f"NB{number[-4:]}",
        "报告日期*": "2026-11-12", "报送分类-1": "抽检监测（县级本级）", "抽样环节": "流通", "检验项目": item, "检验结果*": result,
        "结果判定*": verdict, "最大允许限*": "0.2", "最大允许限单位*": "mg/kg", "结果单位*": "mg/kg", "结论*": "", "年度": "2026",
    }  # fmt: skip
    return {**named, **cells}


def as_csv(rows: Sequence[Mapping[str, str]], header: Sequence[str] = LAB_HEADER, encoding: str = "utf-8-sig") -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([row.get(title, "") for title in header] for row in rows)
    return out.getvalue().encode(encoding)


def national_csv(rows: Sequence[Mapping[str, str]]) -> bytes:
    return as_csv(rows, NATIONAL_HEADER)


def as_xlsx(folder: Path, rows: Sequence[Mapping[str, str]], header: Sequence[str] = LAB_HEADER) -> Path:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.append(list(header))
    for row in rows:
        sheet.append([row.get(title) or None for title in header])
    path = folder / "results.xlsx"
    book.save(path)
    return path


# ---------------------------------------------------------------- what is true now


def sample_named(number: str) -> Any:
    return session().execute(sa.select(Sample.__table__).where(Sample.number == number)).mappings().first()


def rows_of(number: str) -> list[Any]:
    """The rows in force of a sample, as stored."""
    statement = (
        sa.select(ResultRow.__table__)
        .join(ResultReport, ResultReport.id == ResultRow.report_id)
        .join(Sample, Sample.id == ResultRow.sample_id)
        .where(Sample.number == number, ResultReport.superseded_at.is_(None))
        .order_by(ResultRow.id)
    )
    return list(session().execute(statement).mappings())


def figures() -> list[tuple[Any, ...]]:
    """Everything a figure can count: the facts in force that are not voided."""
    names = (
        "sample_number", "supervision", "monitoring", "purpose", "domain", "region_id", "county_id", "month", "has_residue",
        "reported_on", "counts_for_producer", "category_id",
    )  # fmt: skip
    table = BatchFact.__table__
    statement = sa.select(*(table.c[name] for name in names)).where(table.c.superseded_at.is_(None), ~table.c.voided)
    return sorted(map(tuple, session().execute(statement)), key=str)


def cases() -> list[tuple[str, str]]:
    """Number of the sample and state of every case."""
    statement = sa.select(Sample.number, DisposalCase.state).join(Sample, Sample.id == DisposalCase.sample_id)
    return sorted((number, state.value) for number, state in session().execute(statement))


def count(model: type[Any]) -> int:
    return session().scalar(sa.select(sa.func.count()).select_from(model)) or 0
