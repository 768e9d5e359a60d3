"""Bar charts (统计图) as SVG drawn on the server: no script, no inline style, every figure a link to what it counts.

pygal computes the geometry and emits inline <script>, <style> and style= that our content security policy forbids; this
module keeps its shapes, drops the rest, and leaves colours to charts.css. Colour is never the only difference: each
series has a pattern and each bar its figure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from math import ceil, floor
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from markupsafe import Markup

Value = int | Decimal
WIDE, HALF = 1080, 540  # pixels at which the text is drawn at its true size
LABEL_ROOM = 14  # characters of a label shown beside a horizontal bar; the whole label is in the bar's title
DROPPED = {"script", "style", "desc", "title"}
PATTERN = "abcd"  # one pattern of charts.css per series; five kinds of hatching cannot be told apart


@dataclass(frozen=True)
class Series:
    """One row of bars (系列) and, for each figure, the address of the list it counts."""

    name: str
    values: Sequence[Value | None]
    links: Sequence[str | None]


@dataclass(frozen=True)
class Drawing:
    labels: Sequence[str]
    series: Sequence[Series]
    title: str
    unit: str
    width: int
    horizontal: bool = False
    pace: Sequence[Value | None] = ()
    pace_name: str = ""

    @property
    def key(self) -> str:
        """Names the parts of this chart on its page; the same chart is the same bytes on every run."""
        return "chart-" + hashlib.sha256(repr(self).encode()).hexdigest()[:10]

    @property
    def figures(self) -> list[Value]:
        return [value for one in self.series for value in one.values if value is not None]

    @property
    def pace_sentences(self) -> list[str]:
        due = zip(self.labels, self.pace, strict=False)
        return [f"{label} {self.pace_name} {written(v)} {self.unit}" for label, v in due if v is not None]

    def sentence(self, series: Series, at: int) -> str:
        return f"{self.labels[at]} {series.name} {written(series.values[at])} {self.unit}".strip()


def bar_line(
    labels: Sequence[str],
    values: Sequence[Value | None],
    links: Sequence[str | None],
    pace: Sequence[Value | None],
    title: str,
    unit: str,
    *,
    name: str = "实际完成",
    pace_name: str = "时序进度",
    width: int = WIDE,
) -> Markup:
    """Bars month by month against the proportion due by then (时序进度), drawn as a broken line."""
    return _figure(Drawing(labels, [Series(name, values, links)], title, unit, width, pace=pace, pace_name=pace_name))


def bars(
    labels: Sequence[str],
    series: Sequence[Series],
    title: str,
    unit: str,
    *,
    width: int = WIDE,
    horizontal: bool = False,
) -> Markup:
    """Bars of one to four series side by side; horizontal where the labels are long."""
    if horizontal:  # pygal draws from the bottom up, a reader begins at the top
        labels = labels[::-1]
        series = [Series(one.name, one.values[::-1], one.links[::-1]) for one in series]
    return _figure(Drawing(labels, series, title, unit, width, horizontal=horizontal))


def written(value: Value | None) -> str:
    """The figure as it was rounded by the one who computed it."""
    return "—" if value is None else f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"


def _figure(drawing: Drawing) -> Markup:
    _check(drawing)
    if not drawing.figures:
        sentence = "所选范围内没有可统计的数据，请调整查询条件后再看。"
        return Markup('<p class="chart-empty">{}：{}</p>').format(drawing.title, sentence)
    svg = Markup(tostring(_svg(drawing), encoding="unicode"))  # noqa: S704 - ElementTree has escaped it
    heading = Markup("<figcaption>{}<span>单位：{}</span></figcaption>").format(drawing.title, drawing.unit)
    return Markup('<figure class="chart">{}{}{}</figure>').format(heading, _legend(drawing), svg)


def _check(drawing: Drawing) -> None:
    if len(drawing.series) > len(PATTERN):
        raise ValueError("a chart holds at most four series")
    if drawing.pace and len(drawing.pace) != len(drawing.labels):
        raise ValueError("the pace needs one value per label")
    for one in drawing.series:
        if not len(one.values) == len(one.links) == len(drawing.labels):
            raise ValueError("every label needs one value and one link")
        for value, link in zip(one.values, one.links, strict=True):
            if isinstance(value, float):
                raise TypeError("a figure is an int or a Decimal, not a float")
            if value is not None and not _is_local(link):
                raise ValueError("every figure links to a page of this system")


def _is_local(link: str | None) -> bool:
    return bool(link) and str(link).startswith(("/", "?")) and not str(link).startswith(("//", "/\\"))


def _legend(drawing: Drawing) -> Markup:
    if len(drawing.series) == 1 and not drawing.pace:
        return Markup()
    swatch = Markup(
        '<li><svg width="22" height="14" aria-hidden="true"><rect class="bar-{0}" width="22" height="14"/>'
        '<rect width="22" height="14" fill="url(#{1}-{0})"/></svg>{2}</li>'
    )
    line = Markup(
        '<li><svg width="28" height="14" aria-hidden="true"><path class="pace" d="M0 7h28"/>'
        '<circle class="pace-dot" cx="14" cy="7" r="3.5"/></svg>{}</li>'
    )
    entries = [swatch.format(PATTERN[at], drawing.key, one.name) for at, one in enumerate(drawing.series)]
    if drawing.pace:
        entries.append(line.format(drawing.pace_name))
    return Markup('<ul class="chart-legend">{}</ul>').format(Markup().join(entries))


def _svg(drawing: Drawing) -> Element:
    root = _plain(_render(drawing))
    root.attrib.update({"width": str(drawing.width), "class": "chart-svg", "role": "group", "id": drawing.key})
    root.set("aria-labelledby", f"{drawing.key}-title {drawing.key}-desc")
    root.remove(next(child for child in root if child.tag == "defs"))
    for group in [child for child in root if "legends" in child.get("class", "")]:
        root.remove(group)
    _dress_bars(root, drawing)
    if drawing.pace:
        _describe_pace(root, drawing)
    for at, child in enumerate((_title(drawing), _description(drawing), _patterns(drawing))):
        root.insert(at, child)
    return root


def _title(drawing: Drawing) -> Element:
    title = Element("title", id=f"{drawing.key}-title")
    title.text = f"{drawing.title}（{drawing.unit}）"
    return title


def _description(drawing: Drawing) -> Element:
    """The whole chart in words, for screen readers."""
    places = range(len(drawing.labels))
    parts = [drawing.sentence(one, at) for one in drawing.series for at in places if one.values[at] is not None]
    description = Element("desc", id=f"{drawing.key}-desc")
    description.text = "；".join(parts + drawing.pace_sentences) + "。"
    return description


def _patterns(drawing: Drawing) -> Element:
    """White marks laid over the colour of each series but the first."""
    shapes = {"b": "M0 8L8 0M-2 2L2 -2M6 10L10 6", "c": "M2 4a2 2 0 1 0 4 0a2 2 0 1 0 -4 0", "d": "M0 0L8 8M0 8L8 0"}
    defs = Element("defs")
    for letter, _ in zip(PATTERN, drawing.series, strict=False):
        size = {"width": "8", "height": "8", "patternUnits": "userSpaceOnUse"}
        pattern = SubElement(defs, "pattern", {"id": f"{drawing.key}-{letter}", **size})
        if letter in shapes:
            SubElement(pattern, "path", {"class": f"mark-{letter}", "d": shapes[letter]})
    return defs


def _plain(node: Element) -> Element:
    """The shapes alone: without namespaces, inline styles, identifiers, empty tooltips or what needs pygal's script."""
    tag = node.tag.rsplit("}", 1)[-1]
    named = ((name.rsplit("}", 1)[-1], text) for name, text in node.attrib.items())
    plain = Element(tag, {name: text for name, text in named if name not in ("style", "id", "onclick")})
    plain.text = node.text if tag == "text" else None
    for child in node:
        if child.tag.rsplit("}", 1)[-1] not in DROPPED and "tooltip-overlay" not in child.get("class", ""):
            plain.append(_plain(child))
    return plain


def _dress_bars(root: Element, drawing: Drawing) -> None:
    """Bring each bar's figure inside its link, so that the number opens the records it counts; lay the pattern over."""
    for index, series in enumerate(drawing.series):
        letter = PATTERN[index]
        plotted, _, printed = root.findall(f".//g[@class='series serie-{index} color-{index}']")
        shown = [at for at, value in enumerate(series.values) if value is not None]
        for at, link, number in zip(shown, plotted.iter("a"), list(printed), strict=True):
            rect = next(link.iter("rect"))
            rect.set("class", f"bar-{letter}")
            link.insert(1, Element("rect", {**rect.attrib, "class": "mark", "fill": f"url(#{drawing.key}-{letter})"}))
            SubElement(link, "title").text = drawing.sentence(series, at)
            link.set("aria-label", drawing.sentence(series, at) + "，点击查看明细")
            if drawing.horizontal:
                number.set("text-anchor", "end" if "-" in str(number.text) else "start")
            printed.remove(number)
            link.append(number)


def _describe_pace(root: Element, drawing: Drawing) -> None:
    """Each point in words; then the figures once more, above the line that would strike them through."""
    for sentence, dot in zip(drawing.pace_sentences, root.iter("circle"), strict=True):
        SubElement(dot, "title").text = sentence
    plot = next(root.iterfind(".//g[@class='plot']"))
    above = SubElement(plot, "g", {"class": "figures", "aria-hidden": "true", "pointer-events": "none"})
    for number in list(root.iterfind(".//a/text")):
        SubElement(above, "text", number.attrib).text = number.text
        number.set("opacity", "0")  # still clicked, with its bar


def _render(drawing: Drawing) -> Element:
    from defusedxml.ElementTree import fromstring

    chart = _chart(drawing)
    chart.x_labels = [one if len(one) <= LABEL_ROOM else one[: LABEL_ROOM - 1] + "…" for one in drawing.labels]
    marks = ticks([*drawing.figures, *(value for value in drawing.pace if value is not None)])
    chart.y_labels = [{"value": float(tick), "label": written(tick)} for tick in marks]
    for one in drawing.series:
        chart.add(one.name, [_bar(value, link) for value, link in zip(one.values, one.links, strict=True)])
    return fromstring(chart.render())


def _bar(value: Value | None, link: str | None) -> dict[str, Any] | None:
    if value is None:
        return None
    # The float is a height in pixels; the figure shown is the exact one.
    return {"value": float(value), "xlink": {"href": link, "target": "_top"}, "formatter": lambda _: written(value)}


def _chart(drawing: Drawing) -> Any:
    import pygal
    from pygal.style import Style

    text = Style(value_font_size=14, label_font_size=14, major_label_font_size=14)
    height = 70 + 30 * len(drawing.labels) * len(drawing.series) if drawing.horizontal else 300
    options = {
        "width": drawing.width, "height": height, "style": text, "js": (), "show_legend": False, "print_values": True,
        "print_values_position": "top", "margin": 12, "margin_top": 22, "spacing": 8, "truncate_label": -1,
    }  # fmt: skip
    if drawing.horizontal:
        longest = min(max(len(label) for label in drawing.labels), LABEL_ROOM)
        # pygal reckons with Latin letters; a Chinese character is nearly twice as wide
        return pygal.HorizontalBar(**options, margin_left=12 + 6 * longest, margin_right=60)
    chart = _paced_bar()(**options)
    chart.pace = [None if value is None else float(value) for value in drawing.pace]
    return chart


@cache
def _paced_bar() -> Any:
    """A bar chart with a line over it, which pygal lacks; made here so that pygal loads with the first chart."""
    import pygal

    class PacedBar(pygal.Bar):  # type: ignore[misc]
        pace: Sequence[float | None] = ()

        def _plot(self) -> None:
            super()._plot()
            points = [self.view(point) for point in zip(self._x_pos, self.pace, strict=False) if point[1] is not None]
            if points:
                path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
                self.svg.node(self.nodes["plot"], "path", class_="pace", d=path)
            for x, y in points:
                self.svg.node(self.nodes["plot"], "circle", class_="pace-dot", cx=f"{x:.1f}", cy=f"{y:.1f}", r="3.5")

    return PacedBar


def ticks(values: Sequence[Value], from_zero: bool = True) -> list[Value]:
    """Four to eight round numbers (1, 2 or 5 with noughts) from below the least to above the greatest."""
    nought = (0,) if from_zero else ()
    low, high = Decimal(min(*nought, *values)), Decimal(max(*nought, *values))
    span = high - low or Decimal(1)
    size = Decimal(1).scaleb((span / 4).adjusted())
    step = next(size * times for times in (1, 2, 5, 10) if size * times >= span / 6)
    if all(isinstance(value, int) for value in values):
        step = max(step, Decimal(1))
    first, last = floor(Fraction(low) / Fraction(step)), ceil(Fraction(high) / Fraction(step))
    return [int(step * at) if step >= 1 else step * at for at in range(first, max(last, first + 1) + 1)]
