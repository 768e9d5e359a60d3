"""处置数量: how much of the goods was made or bought and where it went, and whether the figures add up (办法 40, 43)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from app.domain.case_kinds import QuantityKind

CONTAINERS = ("盒", "袋", "瓶", "包", "箱", "罐", "桶", "听", "支", "个", "份", "条", "板", "枚")
MASSES: Mapping[str, Decimal] = {
    "公斤": Decimal(1), "千克": Decimal(1), "kg": Decimal(1), "克": Decimal("0.001"), "g": Decimal("0.001"),
    "斤": Decimal("0.5"), "吨": Decimal(1000), "t": Decimal(1000), "毫克": Decimal("0.000001"), "mg": Decimal("0.000001"),
}  # fmt: skip
UNITS = (*CONTAINERS, "公斤", "克", "斤", "吨")
WENT = (QuantityKind.SOLD, QuantityKind.STOCK, QuantityKind.SEALED, QuantityKind.DESTROYED, QuantityKind.OTHER)
LARGEST = Decimal(10) ** 12
# 500g, 500克/袋, 20g×24袋/箱: the mass of one piece, how many pieces make the outer container, and their names
SPEC = re.compile(
    r"(?P<mass>\d+(?:\.\d+)?)(?P<unit>公斤|千克|kg|mg|毫克|克|g|斤)"
    r"(?:/(?P<inner>[^\d/×x*()]))?(?:[×x*](?P<count>\d+)(?P<piece>[^\d/×x*()])?)?(?:/(?P<outer>[^\d/×x*()]))?"
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """One line: so much in the unit of the goods, and 共计公斤 where somebody weighed or reckoned it."""

    kind: QuantityKind
    amount: Decimal
    unit: str
    kilograms: Decimal | None = None

    def __str__(self) -> str:
        weight = f"（{short(self.kilograms)} 公斤）" if self.kilograms is not None else ""
        return f"{self.kind.value} {short(self.amount)} {self.unit}{weight}"


@dataclass(frozen=True, slots=True)
class Quantities:
    """The lines of one case; whatever was not asked or is not known has no line."""

    lines: tuple[Quantity, ...] = ()

    def __str__(self) -> str:
        return "；".join(str(line) for line in self.lines)

    def of(self, kind: QuantityKind) -> Quantity | None:
        return next((line for line in self.lines if line.kind is kind), None)


def quantities(lines: Iterable[Quantity]) -> Quantities:
    """The lines in the order of the form, numbers without idle zeros."""
    order = list(QuantityKind)
    tidy = (
        Quantity(line.kind, _plain(line.amount), line.unit, None if line.kilograms is None else _plain(line.kilograms))
        for line in lines
    )
    return Quantities(tuple(sorted(tidy, key=lambda line: order.index(line.kind))))


def _plain(number: Decimal) -> Decimal:
    trimmed = number.normalize()
    exponent = trimmed.as_tuple().exponent
    return trimmed.quantize(Decimal(1)) if isinstance(exponent, int) and exponent > 0 else trimmed


def short(number: Decimal) -> str:
    """5, 0.25: as people write a quantity."""
    return f"{_plain(number):f}"


def unit_mass(unit: str, spec: str | None) -> Decimal | None:
    """公斤 of one unit: a unit of mass says it itself, a container by the 规格 of the sheet; None where neither does."""
    name = unicodedata.normalize("NFKC", unit).strip().lower()
    if name in MASSES:
        return MASSES[name]
    found = SPEC.search(unicodedata.normalize("NFKC", spec or "").replace(" ", "").lower())
    if found is None or name not in CONTAINERS:
        return None
    piece = Decimal(found["mass"]) * MASSES[found["unit"]]
    inner, outer = found["inner"] or found["piece"], found["outer"]
    if found["count"] is None:
        return piece if (inner or outer) in (None, name) else None
    if name == outer:
        return piece * int(found["count"])
    return piece if name == inner else None


def kilograms(line: Quantity, spec: str | None) -> Decimal | None:
    """What was weighed, else what the unit says."""
    if line.kilograms is not None:
        return line.kilograms
    mass = unit_mass(line.unit, spec)
    return None if mass is None else line.amount * mass


def mismatches(found: Quantities, spec: str | None = None) -> tuple[str, ...]:
    """What does not add up, in sentences; nothing where nothing is recorded.

    生产（购进） = 已销售 + 库存 + 封存 + 销毁 + 其他去向, and 召回 ≤ 已销售: by the unit of the goods where all have the same,
    and by 公斤 where every line has or allows one.
    """
    if not found.lines:
        return ()
    said = list(_weight_complaints(found, spec))
    if found.of(QuantityKind.MADE) is None:
        return (*said, "缺生产（购进）数量，无法核对去向")
    same_unit = len({_unit(line.unit) for line in _counted(found)}) == 1
    weights = {line.kind: kilograms(line, spec) for line in _counted(found)}
    if same_unit:
        amounts = {line.kind: line.amount for line in _counted(found)}
        said += _sums(amounts, found.lines[0].unit)
    known = {kind: weight for kind, weight in weights.items() if weight is not None}
    if len(known) < len(weights):
        lacking = "、".join(kind.value for kind in weights if kind not in known)
        return tuple(said) if same_unit else (*said, f"单位不一致，{lacking}缺公斤数，无法核对")
    if not same_unit or not said:
        said += [each for each in _sums(known, "公斤") if each not in said]
    return tuple(said)


def _counted(found: Quantities) -> tuple[Quantity, ...]:
    """Nothing is nothing in any unit."""
    return tuple(line for line in found.lines if line.amount or line.kind is QuantityKind.MADE)


def _unit(written: str) -> str:
    name = unicodedata.normalize("NFKC", written).strip().lower()
    return "公斤" if name in ("kg", "千克") else name


def _sums(amounts: Mapping[QuantityKind, Decimal], unit: str) -> list[str]:
    made, gone = amounts[QuantityKind.MADE], sum((amounts.get(kind, Decimal(0)) for kind in WENT), Decimal(0))
    said = []
    if made != gone:
        names = "＋".join(kind.value for kind in WENT)
        more = f"少 {short(made - gone)}" if gone < made else f"多 {short(gone - made)}"
        said.append(f"{names}共 {short(gone)} {unit}，比生产（购进）的 {short(made)} {unit}{more} {unit}")
    recalled, sold = amounts.get(QuantityKind.RECALLED, Decimal(0)), amounts.get(QuantityKind.SOLD, Decimal(0))
    if recalled > sold:
        said.append(f"召回 {short(recalled)} {unit}，多于已销售的 {short(sold)} {unit}")
    return said


def _weight_complaints(found: Quantities, spec: str | None) -> list[str]:
    """共计公斤 that the unit or the 规格 contradicts."""
    said = []
    for line in found.lines:
        mass = unit_mass(line.unit, spec)
        if line.kilograms is not None and mass is not None and line.kilograms != line.amount * mass:
            reckoned = short(line.amount * mass)
            said.append(f"{line.kind.value} {short(line.amount)} {line.unit}折合 {reckoned} 公斤，填写的是 {short(line.kilograms)} 公斤")
    return said


def wholly_recalled(found: Quantities, spec: str | None = None) -> bool:
    """Was everything sold recalled? Unknown counts as no: somebody has to say why."""
    sold, recalled = found.of(QuantityKind.SOLD), found.of(QuantityKind.RECALLED)
    if sold is not None and not sold.amount:
        return True
    if sold is None or recalled is None:
        return False
    if _unit(sold.unit) == _unit(recalled.unit):
        return recalled.amount >= sold.amount
    weights = kilograms(sold, spec), kilograms(recalled, spec)
    return weights[0] is not None and weights[1] is not None and weights[1] >= weights[0]
