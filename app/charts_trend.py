"""A line with its interval (区间带) as SVG, drawn here since pygal has none: points, a band, and every number in print.

Like `app.charts`: no script, no inline style, every point a link, and nothing told by colour alone. A point that rests on few records
is hollow, its label says so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from xml.etree.ElementTree import Element, SubElement, tostring

from markupsafe import Markup

from app.charts import WIDE, ticks, written

HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 300, 66, 24, 26, 40
RADIUS = 5


@dataclass(frozen=True, slots=True)
class Point:
    """One value; ``low`` and ``high`` are the ends of its interval, ``small`` that it rests on few."""

    label: str
    value: Decimal
    low: Decimal | None
    high: Decimal | None
    small: bool
    link: str

    def sentence(self, unit: str) -> str:
        band = f"，区间 {self.low}～{self.high}" if self.low is not None else ""
        return f"{self.label} {written(self.value)} {unit}{band}{'，样本量小' if self.small else ''}"


class _Plane:
    """From values to pixels."""

    def __init__(self, points: Sequence[Point]) -> None:
        ends = [end for one in points for end in (one.value, one.low, one.high) if end is not None]
        self.ticks = ticks(ends, from_zero=False)
        self.low, self.high = self.ticks[0], self.ticks[-1]
        self.step = (WIDE - LEFT - RIGHT) / len(points)

    def x(self, at: int) -> float:
        return LEFT + self.step * (at + 0.5)

    def y(self, value: Decimal | int) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * float((self.high - value) / (self.high - self.low))


def band(points: Sequence[Point], title: str, unit: str) -> Markup:
    """The values from left to right; nothing to draw is said in words."""
    if not points:
        return Markup('<p class="chart-empty">{}：{}</p>').format(title, "所选范围内没有可统计的数据，请调整查询条件后再看。")
    plane, key = _Plane(points), "chart-" + hashlib.sha256(repr((points, title)).encode()).hexdigest()[:10]
    root = Element("svg", {"viewBox": f"0 0 {WIDE} {HEIGHT}", "width": str(WIDE), "class": "chart-svg trend", "role": "group"})
    root.set("aria-labelledby", f"{key}-title {key}-desc")
    SubElement(root, "title", {"id": f"{key}-title"}).text = f"{title}（{unit}）"
    SubElement(root, "desc", {"id": f"{key}-desc"}).text = "；".join(one.sentence(unit) for one in points) + "。"
    _axes(root, plane, points)
    _band(root, plane, points)
    for at, one in enumerate(points):
        _point(root, plane, at, one, unit)
    svg = Markup(tostring(root, encoding="unicode"))  # noqa: S704 - ElementTree has escaped it
    heading = Markup("<figcaption>{}<span>单位：{}</span></figcaption>").format(title, unit)
    return Markup('<figure class="chart">{}{}{}</figure>').format(heading, _legend(points), svg)


def _legend(points: Sequence[Point]) -> Markup:
    entry = Markup('<li><svg width="28" height="14" aria-hidden="true">{}</svg>{}</li>')
    dot = Markup('<circle class="trend-dot{}" cx="14" cy="7" r="4"/>')
    entries = [
        entry.format(Markup('<path class="trend-line" d="M0 7h28"/>{}').format(dot.format("")), "数值"),
        entry.format(Markup('<rect class="trend-band" width="28" height="14"/>'), "95%置信区间"),
    ]
    if any(one.small for one in points):
        entries.append(entry.format(dot.format(" small"), "样本量小（空心）"))
    return Markup('<ul class="chart-legend">{}</ul>').format(Markup().join(entries))


def _axes(root: Element, plane: _Plane, points: Sequence[Point]) -> None:
    axis = SubElement(root, "g", {"class": "axis", "aria-hidden": "true"})
    for tick in plane.ticks:
        y = f"{plane.y(tick):.1f}"
        SubElement(axis, "path", {"class": "guide", "d": f"M{LEFT} {y}H{WIDE - RIGHT}"})
        SubElement(axis, "text", {"x": str(LEFT - 8), "y": f"{plane.y(tick) + 5:.1f}", "text-anchor": "end"}).text = written(tick)
    SubElement(axis, "path", {"class": "line", "d": f"M{LEFT} {TOP}V{HEIGHT - BOTTOM}H{WIDE - RIGHT}"})
    for at, one in enumerate(points):
        SubElement(axis, "text", {"x": f"{plane.x(at):.1f}", "y": str(HEIGHT - BOTTOM + 20), "text-anchor": "middle"}).text = one.label


def _band(root: Element, plane: _Plane, points: Sequence[Point]) -> None:
    """The band from one point to the next, broken where a point has no interval; then the line through the values."""
    spans = [
        (plane.x(at), plane.y(one.low), plane.y(one.high))
        for at, one in enumerate(points)
        if one.low is not None and one.high is not None
    ]
    if spans:
        upper = [f"{x:.1f} {high:.1f}" for x, _, high in spans]
        lower = [f"{x:.1f} {low:.1f}" for x, low, _ in reversed(spans)]
        SubElement(root, "path", {"class": "trend-band", "d": "M" + "L".join([*upper, *lower]) + "Z"})
    for x, low, high in spans:
        whisker = f"M{x - 5:.1f} {low:.1f}h10M{x:.1f} {low:.1f}V{high:.1f}M{x - 5:.1f} {high:.1f}h10"
        SubElement(root, "path", {"class": "trend-whisker", "d": whisker})
    line = "L".join(f"{plane.x(at):.1f} {plane.y(one.value):.1f}" for at, one in enumerate(points))
    SubElement(root, "path", {"class": "trend-line", "d": f"M{line}"})


def _point(root: Element, plane: _Plane, at: int, one: Point, unit: str) -> None:
    link = SubElement(root, "a", {"href": one.link, "target": "_top", "aria-label": f"{one.sentence(unit)}，点击查看明细"})
    SubElement(link, "title").text = one.sentence(unit)
    x, y = plane.x(at), plane.y(one.value)
    SubElement(link, "circle", {"class": f"trend-dot{' small' if one.small else ''}", "cx": f"{x:.1f}", "cy": f"{y:.1f}", "r": str(RADIUS)})
    above = y - 10 if y - 10 > TOP - 8 else y + 20
    label = SubElement(link, "text", {"x": f"{x + 8:.1f}", "y": f"{above:.1f}", "text-anchor": "start"})
    label.text = written(one.value)
