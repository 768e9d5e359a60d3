"""Checks of how much was taken: backup sample, units, what there was to take from, what was paid."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from app.domain.lint_sheet import Amount, Fault, Known, Sheet, amount, plain, taken
from app.domain.written import present

PACKS: Final = "袋瓶盒罐包桶听支箱件个枚碗杯板条块只提坛筒盘串份"
PACK_OF_SPEC: Final = re.compile(rf"[/每]\s*([{PACKS}])")
PRICE: Final = re.compile(r"\d+(?:\.\d+)?")


def backup_missing(sheet: Sheet, known: Known) -> Iterator[Fault]:
    kept = amount(sheet.backup_quantity, sheet.quantity_unit)
    if not present(sheet.backup_quantity or "") or (kept is not None and kept.number == 0):
        yield "backup_quantity", f"{sheet.purpose}须抽取复检备份样品：请填写备样数量和单位（如 0.5kg）"


def backup_unreadable(sheet: Sheet, known: Known) -> Iterator[Fault]:
    if not present(sheet.backup_quantity or ""):
        return
    kept = amount(sheet.backup_quantity, sheet.quantity_unit)
    if kept is None:
        yield "backup_quantity", f"从“{sheet.backup_quantity}”看不出备样数量：请写成 0.5kg、2袋 这样的数字和单位"
    elif not kept.unit:
        yield "backup_quantity", "备样数量没有单位，抽样数量单位也是空的：请补填单位"


def backup_in_other_unit(sheet: Sheet, known: Known) -> Iterator[Fault]:
    whole, kept = taken(sheet), amount(sheet.backup_quantity, sheet.quantity_unit)
    if whole and kept and whole.unit and kept.unit and whole.family != kept.family:
        yield "backup_quantity", f"备样数量的单位“{kept.unit}”与抽样数量的单位“{whole.unit}”不同，无法核对：请用同一种单位"


def nothing_to_test(sheet: Sheet, known: Known) -> Iterator[Fault]:
    """抽样数量 includes the backup: what is left is for the test."""
    whole, kept = taken(sheet), amount(sheet.backup_quantity, sheet.quantity_unit)
    if whole and kept and _comparable(whole, kept) and kept.size >= whole.size > 0:
        yield "quantity", f"抽样数量（含备样）应大于备样数量 {sheet.backup_quantity}，否则没有可供检验的样品：请核对"


def _comparable(one: Amount, other: Amount) -> bool:
    return bool(one.unit) and one.family == other.family


def not_positive(sheet: Sheet, known: Known) -> Iterator[Fault]:
    if sheet.quantity is not None and sheet.quantity <= 0:
        yield "quantity", "抽样数量应大于 0：请核对"


def unit_missing(sheet: Sheet, known: Known) -> Iterator[Fault]:
    if sheet.quantity is not None and not present(sheet.quantity_unit or ""):
        yield "quantity_unit", "抽样数量没有单位：请补填抽样数量单位"


def unit_not_of_spec(sheet: Sheet, known: Known) -> Iterator[Fault]:
    """填表要求: the unit is that of the specification (500g/袋: 袋)."""
    packs, unit = PACK_OF_SPEC.findall(plain(sheet.spec)), plain(sheet.quantity_unit)
    if packs and unit and unit not in packs:
        yield "quantity_unit", f"抽样数量单位“{sheet.quantity_unit}”与规格型号“{sheet.spec}”的单位“{packs[0]}”不一致：请核对"


def more_than_there_was(sheet: Sheet, known: Known) -> Iterator[Fault]:
    whole, stock = taken(sheet), amount(sheet.base_quantity, sheet.quantity_unit)
    if whole and stock and _comparable(whole, stock) and whole.size > stock.size:
        yield "base_quantity", f"抽样数量大于抽样基数 {sheet.base_quantity}：请核对"


def not_paid(sheet: Sheet, known: Known) -> Iterator[Fault]:
    """Samples are bought (第十二条)."""
    price = PRICE.search(plain(sheet.unit_price))
    if not present(sheet.unit_price or ""):
        yield "unit_price", "没有填写单价：抽样应当支付样品费用，请填写单价并保存购样凭证"
    elif price is None or not price[0].strip("0."):
        yield "unit_price", f"从“{sheet.unit_price}”看不出购样价格：抽样应当支付样品费用，请填写单价"


