"""``flask cases record`` and ``quantities``: the same form and the same change as the page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import click
from werkzeug.datastructures import MultiDict

from app import clock
from app.commands import Answer, command
from app.db import transaction
from app.disposal import operations
from app.disposal.cli_group import group, one_case
from app.disposal.models import DisposalCase
from app.disposal.record_forms import RecordForm, saved_values
from app.domain.actors import Actor
from app.domain.case_kinds import QuantityKind
from app.domain.case_record import TITLES
from app.domain.disposal import Element
from app.domain.permissions import Permission, permits
from app.domain.quantity_balance import mismatches
from app.errors import NotAllowed, NotLikeThis

FIELDS = {**{title: name for name, title in TITLES.items()}, "收到日期更正理由": "reason"}
NOT_WHOLE = ("quantities", "exempted")  # each has its own way of being written
LINE = re.compile(r"(?P<amount>[0-9.]+)(?P<unit>[^0-9./]+)(?:/(?P<kilograms>[0-9.]+)(?:公斤)?)?")


def refuse_stranger(actor: Actor, permission: Permission, case: DisposalCase) -> None:
    if not permits(actor, permission, case):
        raise NotAllowed("您不是本案的办理人，或没有办理该步骤的权限，请用 --as 指明办理人的用户名")


def pairs(written: Sequence[str]) -> dict[str, str]:
    """名称=内容, as typed."""
    found = {}
    for each in written:
        name, equals, value = each.partition("=")
        if not equals or not name.strip():
            raise NotLikeThis(f"“{each[:30]}”看不懂，请按“名称=内容”填写，如 产品控制日期=2026-11-20")
        found[name.strip()] = value
    return found


@command(group, "record", permission=Permission.CASE_HANDLE)
@click.argument("number")
@click.argument("fields", nargs=-1, required=True, metavar="名称=内容…")
@click.option("--org", metavar="CODE", help="承办单位代码；几个单位有同一编号时填写")
def record(actor: Actor, number: str, fields: tuple[str, ...], org: str | None) -> Answer:
    """登记办理情况：名称是表单上的名称或字段名，没有写出的保持不变；免除理由写作 免除·产品控制=理由."""
    case = one_case(actor, number, org)
    return _saved(actor, case, _form_values(case, pairs(fields)))


def _form_values(case: DisposalCase, written: Mapping[str, str]) -> list[tuple[str, str]]:
    values: list[tuple[str, str]] = []
    exempted: dict[str, str] = {}
    for title, value in written.items():
        name = FIELDS.get(title, title)
        if title.startswith("免除·"):
            exempted[_element(title.removeprefix("免除·")).name] = value
        elif name in NOT_WHOLE or name not in {*TITLES, "reason"}:
            raise NotLikeThis(f"没有“{title[:20]}”这一项，可以登记的有：{'、'.join(FIELDS)}；处置数量请用 cases quantities")
        elif name == "cause_codes":
            values += [(name, code) for code in value.split("、")]
        else:
            values.append((name, value))
    if exempted:
        kept = saved_values(operations.record_of(case))["exempted"]
        values += [(f"exempted-{name}", reason) for name, reason in {**kept, **exempted}.items()]
    return values


def _element(word: str) -> Element:
    try:
        return Element(word)
    except ValueError:
        raise NotLikeThis(f"没有“{word[:20]}”这项要件，可用：{'、'.join(Element)}") from None


@command(group, "quantities", permission=Permission.CASE_HANDLE)
@click.argument("number")
@click.argument("lines", nargs=-1, metavar="去向=数量单位/公斤…")
@click.option("--org", metavar="CODE", help="承办单位代码；几个单位有同一编号时填写")
def quantities(actor: Actor, number: str, lines: tuple[str, ...], org: str | None) -> Answer:
    """登记处置数量并核对，如 生产（购进）=100袋/50 已销售=60袋；去向=（空）为清除；不写去向时只核对."""
    case = one_case(actor, number, org)
    if not lines:
        return _balance(case, [])
    kept = saved_values(operations.record_of(case))["quantities"]
    for word, value in pairs(lines).items():
        kept[_kind(word).name] = _line(word, value)
    values = [(f"quantities-{kind}-{part}", typed or "") for kind, line in kept.items() for part, typed in line.items()]
    answer = _saved(actor, case, values or [("quantities-MADE-amount", "")])
    return _balance(one_case(actor, number, org), answer.lines)


def _kind(word: str) -> QuantityKind:
    found = next((kind for kind in QuantityKind if word in (kind.value, kind.value.partition("（")[0])), None)
    if found is None:
        raise NotLikeThis(f"没有“{word[:20]}”这个去向，可用：{'、'.join(QuantityKind)}")
    return found


def _line(word: str, value: str) -> dict[str, str]:
    found = LINE.fullmatch(value.strip())
    if value.strip() and found is None:
        raise NotLikeThis(f"{word}“{value[:20]}”看不懂，请按 100袋 或 100袋/50（公斤）的样子填写")
    parts: dict[str, Any] = found.groupdict() if found else {}
    return {name: parts.get(name) or "" for name in ("amount", "unit", "kilograms")}


def _balance(case: DisposalCase, lines: Sequence[str]) -> Answer:
    saved = operations.record_of(case)
    unbalanced = mismatches(saved.quantities, case.sample.spec)
    data = {
        "number": case.number, "mismatches": list(unbalanced), "explained": saved.quantity_note,
        "quantities": {line.kind.value: {"amount": line.amount, "unit": line.unit, "kilograms": line.kilograms}
                       for line in saved.quantities.lines},
    }  # fmt: skip
    told = [f"数量不平衡：{each}" for each in unbalanced] or ["数量平衡" if saved.quantities.lines else "还没有登记处置数量"]
    return Answer(data, [*lines, *told])


def _saved(actor: Actor, case: DisposalCase, values: Sequence[tuple[str, str]]) -> Answer:
    refuse_stranger(actor, Permission.CASE_HANDLE, case)
    form = RecordForm(formdata=MultiDict([*values, ("version", str(case.version))]), meta={"csrf": False})
    form.only(None, [name for name, _ in values]).knowing(case)
    if not form.validate():
        raise NotLikeThis("；".join(_sentences(form.errors)))
    with transaction():
        written = form.written(operations.record_of(case))
        changed = operations.record(case, actor, written, clock.now(), reason=form.reason_given, seen=case.version)
    gaps = [state for state in operations.elements_of(case) if state.missing]
    data = {"number": case.number, "changed": changed, "missing": [gap.element.value for gap in gaps]}
    lacking = f"办结前还缺：{'；'.join(gap.sentence for gap in gaps)}" if gaps else "办结要件齐全"
    return Answer(data, ["办理情况已保存" if changed else "内容没有变化", lacking])


def _sentences(errors: Any) -> list[str]:
    """Every message of a form, however deep its field lies."""
    if isinstance(errors, str):
        return [errors]
    parts = errors.values() if isinstance(errors, Mapping) else errors
    return [sentence for part in parts for sentence in _sentences(part)]
