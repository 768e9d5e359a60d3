"""A line with its interval: every point a link and a sentence, nothing the content security policy forbids."""

from __future__ import annotations

import re
from decimal import Decimal
from xml.etree.ElementTree import fromstring

from app.charts_trend import Point, band

POINTS = [
    Point("1月", Decimal("97.50"), Decimal("90.10"), Decimal("99.40"), False, "/comparisons/records?span=m1"),
    Point("2月", Decimal("100.00"), Decimal("75.75"), Decimal("100.00"), True, "/comparisons/records?span=m2&x=1"),
    Point("3月<b>", Decimal("95.00"), None, None, False, "?span=m3"),
]


def test_every_point_is_a_link_with_its_sentence() -> None:
    drawn = str(band(POINTS, "合格率", "%"))
    svg = fromstring(drawn[drawn.index("<svg viewBox") : drawn.rindex("</svg>") + 6])
    links = svg.findall("a")
    assert [one.get("href") for one in links] == [one.link for one in POINTS]
    assert links[1].findtext("title") == "2月 100.00 %，区间 75.75～100.00，样本量小"
    assert "small" in str(links[1].find("circle").get("class")) and "small" not in str(links[0].find("circle").get("class"))
    assert [one.findtext("text") for one in links] == ["97.50", "100.00", "95.00"]
    assert "样本量小（空心）" in drawn and drawn == str(band(POINTS, "合格率", "%"))


def test_nothing_that_the_policy_forbids_and_nothing_unescaped() -> None:
    drawn = str(band(POINTS, "合格率<i>", "%"))
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=|<b>|<i>", drawn)


def test_one_point_and_none() -> None:
    assert "2月" in str(band(POINTS[1:2], "合格率", "%"))
    assert "没有可统计的数据" in str(band([], "合格率", "%"))


def test_points_lie_within_the_drawing() -> None:
    drawn = str(band(POINTS, "合格率", "%"))
    for y in re.findall(r'cy="([\d.]+)" r="5"', drawn):
        assert 20 <= float(y) <= 265
