"""报表模板, changed: uploaded, mapped, submitted, adopted by another person, retired. Never commits, never sees a request."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from app import files, history
from app.attachments import operations as attachments
from app.db import session
from app.domain.actors import Actor
from app.domain.reporting_kinds import ReturnPeriod
from app.domain.reporting_states import TemplateState, TemplateStep
from app.domain.return_mapping import write_spec
from app.domain.return_words import told
from app.errors import NotAllowedNow, NotLikeThis
from app.organisations.models import Organisation
from app.return_templates import fitting, queries
from app.return_templates.filling import MappedCell, mapping
from app.return_templates.mapping_files import MappingFile, RuleText
from app.return_templates.models import ReturnCell, ReturnRule, ReturnTemplate
from app.return_templates.rules import check_rule
from app.return_templates.uploads import package_of
from app.spreadsheet_packages import Package

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{1,39}")
LONGEST, MOST_CELLS = 480, 2_000
TWICE = "刚刚已经上传了这一版，没有重复上传：请在报表模板列表中查看"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is said about a form when it is uploaded."""

    code: str
    title: str
    period_kind: ReturnPeriod
    issuer: str = ""
    document_no: str = ""
    valid_from: date | None = None
    note: str = ""
    carry: bool = True


@dataclass(frozen=True, slots=True)
class Uploaded:
    """The new edition, how much of the former mapping it took over, and what it could not."""

    template: ReturnTemplate
    carried: int
    lost: Sequence[str]


def upload(
    wish: Wish, filename: str, content: bytes, actor: Actor, at: datetime, *, shipped: bool = False, given: MappingFile | None = None
) -> Uploaded:  # fmt: skip
    """上传: the next edition of the form in this organisation, with the mapping of the edition before it as far as its cells are there."""
    if not CODE.fullmatch(wish.code):
        raise NotLikeThis("模板编号请用 2 至 40 个字母、数字、短横或下划线，如 monthly-return", field="code")
    package = package_of(filename, content)
    session().get(Organisation, actor.org_id, with_for_update=True)  # two uploads at once: the second sees the first
    former = queries.last_edition(actor.org_id, wish.code)
    if former is not None and former.state in (TemplateState.DRAFT, TemplateState.SUBMITTED):
        raise NotAllowedNow(f"“{former.title}”第 {former.edition} 版还没有启用：请修改或作废该版，再上传新版")
    stored = files.store(content)
    made = ReturnTemplate(
        org_id=actor.org_id, code=wish.code, edition=former.edition + 1 if former else 1, title=wish.title, issuer=wish.issuer or None,
        document_no=wish.document_no or None, period_kind=wish.period_kind, shipped=shipped, filename=attachments.safe_name(filename),
        sha256=stored.sha256, valid_from=wish.valid_from, note=wish.note or None, created_at=at, created_by_id=actor.user_id,
    )  # fmt: skip
    try:
        told_of = f"第 {made.edition} 版：{made.filename}"
        history.advance(made, TemplateStep.UPLOAD, actor, comment=told_of, changes={"sha256": (None, stored.sha256[:12])})
    except IntegrityError as error:
        raise NotAllowedNow(TWICE) from error
    kept = attachments.keep(actor, made.__tablename__, made.id, made.org_id, made.filename, XLSX, content, at)
    made.attachment_id = kept.id
    source = given if given is not None else _of(former) if former is not None and wish.carry else None
    return _carried(made, package, source)


def _of(row: ReturnTemplate) -> MappingFile:
    return MappingFile(mapping(row), queries.rule_texts(row.id))


def _carried(made: ReturnTemplate, package: Package, source: MappingFile | None) -> Uploaded:
    """Cells that the new file still has are taken over, the others are named."""
    if source is None:
        return Uploaded(made, 0, ())
    fit, lost = _fitting(package, source.cells)
    _add(made, fit, source.rules)
    return Uploaded(made, len(fit), lost)


def _fitting(package: Package, cells: Sequence[MappedCell]) -> tuple[list[MappedCell], list[str]]:
    fit, lost = [], []
    for one in cells:
        fault = fitting.fault(package, one)
        if fault is None:
            fit.append(one)
        else:
            lost.append(fault)
    return fit, lost


def _add(row: ReturnTemplate, cells: Sequence[MappedCell], rules: Sequence[RuleText]) -> None:
    for ordinal, one in enumerate(cells, 1):
        session().add(
            ReturnCell(template_id=row.id, ordinal=ordinal, sheet=one.sheet, cell=one.cell, name=one.name, spec=write_spec(one.spec))
        )
    for ordinal, rule in enumerate(rules, 1):
        session().add(
            ReturnRule(
                template_id=row.id, ordinal=ordinal, code=rule.code, expression=rule.expression, message=rule.message,
                blocking=rule.blocking,
            )
        )  # fmt: skip
    session().flush()


# ---------------------------------------------------------------- the mapping of a draft

def _edited(row: ReturnTemplate, actor: Actor, comment: str, seen: int | None) -> None:
    history.advance(row, TemplateStep.EDIT, actor, comment=comment[:LONGEST], seen=seen)


def map_cell(row: ReturnTemplate, one: MappedCell, actor: Actor, *, seen: int | None = None) -> None:
    """对应: what this cell takes, in place of what it took before."""
    package = queries.package(row)
    others = [each for each in mapping(row) if (each.sheet, each.cell) != (one.sheet, one.cell)]
    if len(others) >= MOST_CELLS:
        raise NotLikeThis(f"一个模板最多对应 {MOST_CELLS} 个单元格，请用列表代替逐格填写")
    if found := fitting.faults(package, [*others, one]):
        raise NotLikeThis(found[0], field="cell")
    rows = queries.cells(row.id)
    kept = next((each for each in rows if (each.sheet, each.cell) == (one.sheet, one.cell)), None)
    _edited(row, actor, f"{one.sheet}!{one.cell}（{one.name}）：{told(one.spec)}", seen)
    if kept is None:
        ordinal = max((each.ordinal for each in rows), default=0) + 1
        kept = ReturnCell(template_id=row.id, ordinal=ordinal, sheet=one.sheet, cell=one.cell)
        session().add(kept)
    kept.name, kept.spec = one.name, write_spec(one.spec)
    session().flush()


def unmap_cell(row: ReturnTemplate, sheet: str, at: str, actor: Actor, *, seen: int | None = None) -> None:
    """取消对应: the cell stays as the form has it."""
    kept = next((each for each in queries.cells(row.id) if (each.sheet, each.cell) == (sheet, at)), None)
    if kept is None:
        raise NotLikeThis(f"{sheet[:40]}!{at[:12]} 没有对应关系，请刷新页面核对", field="cell")
    _edited(row, actor, f"取消 {sheet}!{at}（{kept.name}）", seen)
    session().delete(kept)
    session().flush()


def set_rule(row: ReturnTemplate, rule: RuleText, actor: Actor, *, seen: int | None = None) -> None:
    """审核公式, by its code: added, or in place of the one before."""
    check_rule(rule.expression)
    rows = queries.rules(row.id)
    kept = next((each for each in rows if each.code == rule.code), None)
    _edited(row, actor, f"审核公式 {rule.code}：{rule.expression}", seen)
    if kept is None:
        kept = ReturnRule(template_id=row.id, ordinal=max((each.ordinal for each in rows), default=0) + 1, code=rule.code)
        session().add(kept)
    kept.expression, kept.message, kept.blocking = rule.expression, rule.message, rule.blocking
    session().flush()


def drop_rule(row: ReturnTemplate, code: str, actor: Actor, *, seen: int | None = None) -> None:
    kept = next((each for each in queries.rules(row.id) if each.code == code), None)
    if kept is None:
        raise NotLikeThis(f"没有编号为“{code[:40]}”的审核公式，请刷新页面核对")
    _edited(row, actor, f"删除审核公式 {kept.code}：{kept.expression}", seen)
    session().delete(kept)
    session().flush()


def replace_mapping(row: ReturnTemplate, given: MappingFile, actor: Actor, *, seen: int | None = None) -> Sequence[str]:
    """导入: the whole mapping anew, from a file. Cells that this form does not have are left out and named."""
    for rule in given.rules:
        check_rule(rule.expression, rule.code)
    _different([(one.sheet, one.cell) for one in given.cells], "单元格")
    _different([one.code for one in given.rules], "审核公式编号")
    fit, lost = _fitting(queries.package(row), given.cells)
    if not fit:
        raise NotLikeThis(f"文件中没有适合本模板的单元格：{'；'.join(lost[:3]) or '文件是空的'}", field="file")
    if found := fitting.faults(queries.package(row), fit):
        raise NotLikeThis("；".join(found[:10]), field="file")
    unfit = f"，{len(lost)} 个不适合" if lost else ""
    _edited(row, actor, f"导入对应关系：{len(fit)} 个单元格，{len(given.rules)} 条审核公式{unfit}", seen)
    for old in (*queries.cells(row.id), *queries.rules(row.id)):
        session().delete(old)
    session().flush()
    _add(row, fit, given.rules)
    return lost


def _different(keys: Sequence[Any], what: str) -> None:
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice is not None:
        shown = "!".join(twice) if isinstance(twice, tuple) else twice
        raise NotLikeThis(f"文件中{what}“{shown}”出现了两次，请删去一个", field="file")


# ---------------------------------------------------------------- its course

def submit(row: ReturnTemplate, actor: Actor, comment: str | None = None, *, seen: int | None = None) -> None:
    """提交审核: what stands in it now is what another person decides on. Raises NotLikeThis with what does not fit."""
    cells = mapping(row)
    if not cells:
        raise NotLikeThis("还没有对应任何单元格：请先指定哪些单元格填什么")
    if found := fitting.faults(queries.package(row), cells):
        raise NotLikeThis("；".join(found[:10]))
    for rule in queries.rules(row.id):
        check_rule(rule.expression, rule.code)
    history.advance(row, TemplateStep.SUBMIT, actor, comment=comment, seen=seen)
    row.proposed_by_id, row.adopted_by_id, row.adopted_at = actor.user_id, None, None


def recall(row: ReturnTemplate, actor: Actor, *, seen: int | None = None) -> None:
    history.advance(row, TemplateStep.RECALL, actor, seen=seen)


def give_back(row: ReturnTemplate, actor: Actor, comment: str, *, seen: int | None = None) -> None:
    """退回 for changes, with the reason."""
    history.advance(row, TemplateStep.RETURN, actor, comment=comment, seen=seen)


def adopt(row: ReturnTemplate, actor: Actor, at: datetime, *, comment: str | None = None, seen: int | None = None) -> None:
    """启用, by another person than who submitted it; from now on it never changes."""
    history.advance(row, TemplateStep.ADOPT, actor, comment=comment, seen=seen)
    row.adopted_by_id, row.adopted_at = actor.user_id, at


def retire(row: ReturnTemplate, actor: Actor, comment: str, *, seen: int | None = None) -> None:
    """停用: no new return takes it; those made with it stay."""
    history.advance(row, TemplateStep.RETIRE, actor, comment=comment, seen=seen)


def void(row: ReturnTemplate, actor: Actor, comment: str, *, seen: int | None = None) -> None:
    """作废 a draft that nobody will use."""
    history.advance(row, TemplateStep.VOID, actor, comment=comment, seen=seen)
