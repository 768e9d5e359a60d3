"""What a rule of a return (审核公式) is made of once it has been read, and what it comes to.

Values are exact fractions or 空. 空 is an empty cell, or a division by zero: in + - and SUM it counts as nothing beside a number,
anything else with it is 空 again; two sides that are both 空 agree, one that is 空 and one that is a number do not. A rule always
comes to an outcome with a sentence: a cell that cannot be read fails it and says why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from app.domain.figures import half_up

LARGEST = 30  # digits before the point of a number in a cell
SHOWN_PLACES = 4
EMPTY = "空"


@dataclass(frozen=True, slots=True)
class Reference:
    """One cell: of this return's sheet (None: the template's first), or of another template's return of the same unit and period."""

    template: str | None
    sheet: str | None
    cell: str

    def __str__(self) -> str:
        template = f"[{self.template}]" if self.template is not None else ""
        sheet = f"{self.sheet}!" if self.sheet is not None else ""
        return f"{template}{sheet}{self.cell}"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell whose value is no number and not empty, or that is not there: the reason, as a clause."""

    reason: str


Cell = Fraction | Decimal | int | None | Unreadable
Lookup = Callable[[Reference], Cell]
Value = Fraction | None


class Unanswered(Exception):
    """A cell could not be read; caught by the comparison it stands in."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether a rule holds, its two numbers (of the comparison that decides), and the sentence that says so."""

    passed: bool
    left: Value
    right: Value
    sentence: str


@dataclass(frozen=True, slots=True)
class Number:
    value: Fraction

    def number(self, lookup: Lookup) -> Value:
        return self.value

    def references(self) -> Iterator[Reference]:
        return iter(())


@dataclass(frozen=True, slots=True)
class CellValue:
    of: Reference

    def number(self, lookup: Lookup) -> Value:
        found = lookup(self.of)
        if isinstance(found, Decimal) and (not found.is_finite() or abs(found.adjusted()) > LARGEST):
            found = Unreadable("数值过大或不是有限的数")
        if isinstance(found, Unreadable):
            raise Unanswered(f"{self.of} {found.reason}")
        return None if found is None else Fraction(found)

    def references(self) -> Iterator[Reference]:
        yield self.of


@dataclass(frozen=True, slots=True)
class Sum:
    """SUM of cells and expressions; + and - too, as a sum of signed parts."""

    parts: Sequence[NumberNode]
    signs: Sequence[int]

    def number(self, lookup: Lookup) -> Value:
        values = [part.number(lookup) for part in self.parts]
        known = [sign * value for sign, value in zip(self.signs, values, strict=True) if value is not None]
        return sum(known, Fraction()) if known else None

    def references(self) -> Iterator[Reference]:
        for part in self.parts:
            yield from part.references()


@dataclass(frozen=True, slots=True)
class Product:
    left: NumberNode
    right: NumberNode
    divides: bool

    def number(self, lookup: Lookup) -> Value:
        left, right = self.left.number(lookup), self.right.number(lookup)
        if left is None or right is None or (self.divides and not right):
            return None
        return left / right if self.divides else left * right

    def references(self) -> Iterator[Reference]:
        yield from self.left.references()
        yield from self.right.references()


@dataclass(frozen=True, slots=True)
class Absolute:
    of: NumberNode

    def number(self, lookup: Lookup) -> Value:
        value = self.of.number(lookup)
        return None if value is None else abs(value)

    def references(self) -> Iterator[Reference]:
        return self.of.references()


@dataclass(frozen=True, slots=True)
class Rounded:
    """ROUND, half up as every figure of ours."""

    of: NumberNode
    places: int

    def number(self, lookup: Lookup) -> Value:
        value = self.of.number(lookup)
        return None if value is None else Fraction(half_up(value, self.places))

    def references(self) -> Iterator[Reference]:
        return self.of.references()


NumberNode = Number | CellValue | Sum | Product | Absolute | Rounded


@dataclass(frozen=True, slots=True)
class Comparison:
    left: NumberNode
    sign: str
    right: NumberNode
    tolerance: Fraction
    left_text: str
    right_text: str

    def outcome(self, lookup: Lookup) -> Outcome:
        try:
            left, right = self.left.number(lookup), self.right.number(lookup)
        except Unanswered as reason:
            return Outcome(False, None, None, f"无法比较“{self.text}”：{reason}")
        if left is None or right is None:
            return self._with_empty(left, right)
        passed = _holds(left, self.sign, right, self.tolerance)
        return Outcome(passed, left, right, self._sentence(left, right, passed))

    @property
    def text(self) -> str:
        within = f"±{shown(self.tolerance)}" if self.tolerance else ""
        return f"{self.left_text} {self.sign} {self.right_text}{within}"

    def _with_empty(self, left: Value, right: Value) -> Outcome:
        if left is None and right is None:
            return Outcome(True, None, None, f"{self.left_text} 与 {self.right_text} 均为空，不作比较")
        empty = self.left_text if left is None else self.right_text
        return Outcome(False, left, right, f"{self._numbers(left, right)}，{empty} 为空（没有填数，或除数为零），不能比较")

    def _sentence(self, left: Fraction, right: Fraction, passed: bool) -> str:
        if passed:
            return self._numbers(left, right)
        apart = f"，相差 {shown(abs(left - right))}" if self.sign == "=" else ""
        within = f"，超过允许误差 {shown(self.tolerance)}" if self.tolerance else ""
        return f"{self._numbers(left, right)}，应为 {self.left_text} {self.sign} {self.right_text}{apart}{within}"

    def _numbers(self, left: Value, right: Value) -> str:
        return f"{_told(self.left_text, left)}，{_told(self.right_text, right)}"

    def references(self) -> Iterator[Reference]:
        yield from self.left.references()
        yield from self.right.references()


@dataclass(frozen=True, slots=True)
class Together:
    """且 of all, or 或 of any."""

    parts: Sequence[TruthNode]
    every: bool

    def outcome(self, lookup: Lookup) -> Outcome:
        outcomes = [part.outcome(lookup) for part in self.parts]
        passed = all(one.passed for one in outcomes) if self.every else any(one.passed for one in outcomes)
        telling = [one for one in outcomes if one.passed is passed]
        return Outcome(passed, telling[0].left, telling[0].right, "；".join(one.sentence for one in telling))

    def references(self) -> Iterator[Reference]:
        for part in self.parts:
            yield from part.references()


TruthNode = Comparison | Together
Node = NumberNode | TruthNode


def _holds(left: Fraction, sign: str, right: Fraction, tolerance: Fraction) -> bool:
    if sign == "=":
        return abs(left - right) <= tolerance
    if sign == "<>":
        return left != right
    if sign in ("<", "<="):
        return left < right or (sign == "<=" and left == right)
    return left > right or (sign == ">=" and left == right)


def _told(text: str, value: Value) -> str:
    """``C5 = 12``; a bare number is not said to equal itself."""
    number = shown(value)
    return number if text == number else f"{text} = {number}"


def shown(value: Value) -> str:
    """The number without trailing zeros; one with no end is cut to four places and says so."""
    if value is None:
        return EMPTY
    number = half_up(value, SHOWN_PLACES)
    exact = Fraction(number) == value
    return number.rstrip("0").rstrip(".") if exact else f"约 {number}"
