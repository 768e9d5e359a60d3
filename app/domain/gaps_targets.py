"""From a target per thousand residents to whole batches."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from app.domain.figures import Figure, half_up
from app.domain.population import PopulationChoice


def lacking(figure: Figure, target: Decimal, people: PopulationChoice | None, on_their_way: int = 0) -> int:
    """Batches that still lack to the target, those on their way counted; nought without a population."""
    if people is None or figure.numerator is None:
        return 0
    needed = Fraction(target) * people.residents / 1000
    whole = -(-needed.numerator // needed.denominator)
    return max(whole - figure.numerator - on_their_way, 0)


def lacking_words(area: str, figure: Figure, target: Decimal, number: int, on_their_way: int = 0) -> str:
    """蓟州区每千人批次还差 0.31（目标 5.28，现 4.97；另有 20 批待出报告，还需 226 批）."""
    gap = Fraction(target) - (figure.value or 0)
    waiting = f"另有 {on_their_way} 批待出报告，" if on_their_way else ""
    return f"{area}每千人批次还差 {half_up(gap, figure.places)}（目标 {target:f}，现 {figure.display}；{waiting}还需 {number} 批）"
