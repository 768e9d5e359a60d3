"""Charts obey the content security policy and lead from every figure to what it counts."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from defusedxml.ElementTree import fromstring
from markupsafe import Markup

from app.charts import Series, bar_line, bars

MONTHS = ["1月", "2月", "3月", "4月"]
LINKS = ["/samples?month=1&area=450881", "/samples?month=2", "/samples?month=3", None]


def monthly() -> Markup:
    values = [1200, 0, Decimal("35.50"), None]
    return bar_line(MONTHS, values, LINKS, [100, 200, 300, 400], "每月完成批次", "批次")


def by_category() -> Markup:
    judged = Series("合格", [90, 80], ["/a", "/b"])
    failed = Series("不合格", [Decimal("-1.5"), 3], ["/c", "/d"])
    return bars(
        ["食用农产品", "名称很长的食品大类还要加上亚类的全称"], [judged, failed], "按大类", "批次", horizontal=True
    )


DRAWN: list[Callable[[], Markup]] = [monthly, by_category]


@pytest.mark.parametrize("draw", DRAWN)
@pytest.mark.parametrize(
    "forbidden",
    [
        r"\sstyle\s*=",  # CSP allows no inline style
        r"<style",
        r"<script",
        r"\son\w+\s*=",  # nor an inline handler
        r"https?://(?!www\.w3\.org/)",  # nor another host: the machine may have no network
        r"javascript:",
        r"No data|legend(?!\")|tooltip",  # what pygal leaves for its own script, in English
    ],
)
def test_obeys_the_policy(draw: Callable[[], Markup], forbidden: str) -> None:
    assert re.search(forbidden, draw().replace("chart-legend", "")) is None


@pytest.mark.parametrize("draw", DRAWN)
def test_is_the_same_on_every_run(draw: Callable[[], Markup]) -> None:
    assert draw() == draw()


@pytest.mark.parametrize("draw", DRAWN)
def test_every_reference_inside_the_chart_resolves_once(draw: Callable[[], Markup]) -> None:
    chart = draw()
    names = re.findall(r'\sid="([^"]+)"', chart)
    assert len(names) == len(set(names))
    assert set(re.findall(r"url\(#([^)]+)\)", chart)) <= set(names)


def test_every_bar_is_a_link_that_holds_its_figure() -> None:
    links = list(fromstring(monthly()).iter("a"))
    opened = [(link.get("href"), link.get("target"), link.findtext("text")) for link in links]
    assert opened == [
        ("/samples?month=1&area=450881", "_top", "1,200"),
        ("/samples?month=2", "_top", "0"),  # nought is counted and can be opened; an absent month has no bar
        ("/samples?month=3", "_top", "35.50"),  # digits as the one who computed it rounded them
    ]


def test_a_bar_says_in_words_what_it_shows() -> None:
    first = next(fromstring(monthly()).iter("a"))
    assert first.findtext("title") == "1月 实际完成 1,200 批次"
    assert first.get("aria-label") == "1月 实际完成 1,200 批次，点击查看明细"


def test_title_and_description_are_there_for_screen_readers() -> None:
    figure = fromstring(monthly())
    svg = next(one for one in figure.iter("svg") if one.get("role") == "group")
    title, description = svg.findtext("title"), svg.findtext("desc")
    assert title == "每月完成批次（批次）"
    assert "3月 实际完成 35.50 批次" in str(description)
    assert "4月 时序进度 400 批次" in str(description)
    assert str(svg.get("aria-labelledby")).split() == [svg.find("title").get("id"), svg.find("desc").get("id")]


def test_the_pace_is_a_line_through_one_point_a_month() -> None:
    figure = fromstring(monthly())
    line = next(one for one in figure.iter("path") if one.get("class") == "pace" and one.get("d") != "M0 7h28")
    points = [tuple(map(float, pair.split())) for pair in str(line.get("d")).lstrip("M").split("L")]
    assert len(points) == len(MONTHS)
    assert [x for x, _ in points] == sorted(x for x, _ in points)
    assert [y for _, y in points] == sorted((y for _, y in points), reverse=True)  # a growing pace climbs


def test_the_figures_are_drawn_after_the_line_that_crosses_them() -> None:
    plot = next(one for one in fromstring(monthly()).iter("g") if one.get("class") == "plot")
    last, drawn = list(plot)[-1], [str(one.get("class")) for one in plot]
    inside = [link.find("text") for link in plot.iter("a")]
    places = [(one.text, one.get("x"), one.get("y")) for one in last]
    assert places == [(one.text, one.get("x"), one.get("y")) for one in inside]
    assert [one.text for one in last] == ["1,200", "0", "35.50"]
    assert {one.get("opacity") for one in inside} == {"0"}  # no figure is printed twice
    assert "pace" in drawn[:-1] and "pace-dot" in drawn[:-1]
    # the bar below stays what is clicked and what is read aloud
    assert (last.get("pointer-events"), last.get("aria-hidden")) == ("none", "true")


def test_the_tallest_bar_is_as_high_as_its_value_says() -> None:
    heights = [float(str(link.find("rect").get("height"))) for link in fromstring(monthly()).iter("a")]
    assert heights[1] == 0
    assert heights[2] / heights[0] == pytest.approx(35.5 / 1200)


@pytest.mark.parametrize(
    ("values", "marks"),
    [
        ([420, 98], ["0", "100", "200", "300", "400", "500"]),  # the greatest stays below the last mark
        ([3, 1], ["0", "1", "2", "3"]),  # batches are counted in whole numbers
        ([0], ["0", "1"]),
        ([Decimal("0.30"), Decimal("-0.10")], ["-0.1", "0.0", "0.1", "0.2", "0.3"]),
        ([-7, 12], ["-10", "-5", "0", "5", "10", "15"]),
        ([12345678], ["0", "5,000,000", "10,000,000", "15,000,000"]),
    ],
)
def test_the_scale_is_round_and_holds_every_figure(values: list[int | Decimal], marks: list[str]) -> None:
    chart = fromstring(bars([str(v) for v in values], [Series("批次", values, ["/a"] * len(values))], "批次", "批次"))
    axis = next(one for one in chart.iter("g") if str(one.get("class")).startswith("axis y"))
    assert [text.text for text in axis.iter("text")] == marks


def test_series_differ_by_pattern_not_by_colour_alone() -> None:
    fills = [link.findall("rect")[1].get("fill") for link in fromstring(by_category()).iter("a")]
    assert len(set(fills)) == 2


def test_horizontal_bars_read_from_the_top() -> None:
    tops = {link.get("href"): float(str(link.find("rect").get("y"))) for link in fromstring(by_category()).iter("a")}
    assert tops["/a"] < tops["/b"]


def test_a_long_label_is_cut_on_the_axis_and_whole_in_the_bar() -> None:
    chart = by_category()
    assert "名称很长的食品大类还要加上…" in chart
    assert "名称很长的食品大类还要加上亚类的全称 合格 80 批次" in chart


@pytest.mark.parametrize(("labels", "values"), [([], []), (["1月"], [None])])
def test_no_figures_give_a_sentence(labels: list[str], values: list[int | None]) -> None:
    drawn = bar_line(labels, values, [None] * len(values), [5] * len(values), "每月<批次>", "批次")
    assert drawn == ('<p class="chart-empty">每月&lt;批次&gt;：所选范围内没有可统计的数据，请调整查询条件后再看。</p>')


def test_a_year_of_noughts_is_still_drawn() -> None:
    assert len(list(fromstring(bar_line(["1月"], [0], ["/a"], [], "批次", "批次")).iter("a"))) == 1


def test_names_are_escaped() -> None:
    chart = bars(["<i>甲</i>"], [Series('"><script>', [1], ["/a?q=<>"])], "<b>", "&")
    assert "<script" not in chart
    assert "<i>" not in chart


@pytest.mark.parametrize(
    ("values", "links", "pace", "refusal"),
    [
        ([1], ["https://example.org/"], [], ValueError),  # another host
        ([1], ["//example.org/"], [], ValueError),
        ([1], ["/\\example.org"], [], ValueError),  # browsers read it as //
        ([1], ["javascript:alert(1)"], [], ValueError),
        ([1], [None], [], ValueError),  # a figure nobody can open
        ([1, 2], ["/a", "/b"], [], ValueError),  # more figures than labels
        ([1], ["/a"], [1, 2], ValueError),
        ([0.1], ["/a"], [], TypeError),  # figures are exact
    ],
)
def test_what_cannot_be_drawn_is_refused(values: list, links: list, pace: list, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        bar_line(["1月"], values, links, pace, "批次", "批次")
