"""放假安排 read from the published text: real notices give exactly the days of the shipped calendar."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from app.domain.holiday_notice import UnreadableText, read_text

SHIPPED = Path(__file__).parents[2] / "app" / "reference" / "work_days.csv"
NOTICES = {
    # 国办发明电〔2022〕16号: the new year begins in the old one
    2023: """一、元旦：2022年12月31日至2023年1月2日放假调休，共3天。
二、春节：1月21日至27日放假调休，共7天。1月28日（星期六）、1月29日（星期日）上班。
三、清明节：4月5日放假，共1天。
四、劳动节：4月29日至5月3日放假调休，共5天。4月23日（星期日）、5月6日（星期六）上班。
五、端午节：6月22日至24日放假调休，共3天。6月25日（星期日）上班。
六、中秋节、国庆节：9月29日至10月6日放假调休，共8天。10月7日（星期六）、10月8日（星期日）上班。""",
    # 国办发明电〔2023〕7号: 与周末连休, and a sentence that arranges nothing
    2024: """一、元旦：1月1日放假，与周末连休。
二、春节：2月10日至17日放假调休，共8天。2月4日（星期日）、2月18日（星期日）上班。鼓励各单位结合带薪年休假等制度落实，安排职工在除夕（2月9日）休息。
三、清明节：4月4日至6日放假调休，共3天。4月7日（星期日）上班。
四、劳动节：5月1日至5日放假调休，共5天。4月28日（星期日）、5月11日（星期六）上班。
五、端午节：6月10日放假，与周末连休。
六、中秋节：9月15日至17日放假调休，共3天。9月14日（星期六）上班。
七、国庆节：10月1日至7日放假调休，共7天。9月29日（星期日）、10月12日（星期六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫等工作。""",
    # 国办发明电〔2024〕12号: weekdays and lunar days in the brackets
    2025: """一、元旦：1月1日（周三）放假1天，不调休。
二、春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）、2月8日（周六）上班。
三、清明节：4月4日（周五）至6日（周日）放假，共3天。
四、劳动节：5月1日（周四）至5日（周一）放假调休，共5天。4月27日（周日）上班。
五、端午节：5月31日（周六）至6月2日（周一）放假，共3天。
六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）、10月11日（周六）上班。""",
    # 国办发明电〔2025〕7号
    2026: """一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。""",
}  # fmt: skip


@pytest.mark.parametrize("year", NOTICES)
def test_a_real_notice_gives_the_days_of_the_shipped_calendar(year: int) -> None:
    """Weekends that a notice does not name (与周末连休) are plain weekends and differ from nothing."""
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["year"] == str(year)]
    shipped = {date.fromisoformat(row["day"]): row["kind"] for row in rows}
    read = {one.day: "调休上班" if one.working else "放假" for one in read_text(NOTICES[year], year)}
    assert {day: kind for day, kind in read.items() if shipped.get(day) != kind} == {}
    assert [day for day in shipped.keys() - read.keys() if day.weekday() < 5 or shipped[day] == "调休上班"] == []


@pytest.mark.parametrize(
    ("text", "year", "sentence"),
    [
        ("春节：2月15日至23日放假调休，共8天。", 2026, "写明共 8 天，按日期数出 9 天"),
        ("春节：2月15日（周一）至23日放假。", 2026, "2026-02-15 是周日，原文写的是周一"),  # the notice of another year
        ("春节：2月14日（周六）上班。", 2027, "是周日，原文写的是周六"),
        ("春节：2月16日上班。", 2026, "不是周末"),
        ("春节：2月30日放假。", 2026, "不是有效日期"),
        ("春节：2月23日至15日放假。", 2026, "起止日期不合理"),
        ("春节：2月15日至17日放假。国庆节：2月16日放假。", 2026, "出现两次"),
        ("各单位要做好值班工作。", 2026, "没有读出"),
        ("", 2026, "没有读出"),
    ],
)
def test_what_cannot_be_read_is_said(text: str, year: int, sentence: str) -> None:
    with pytest.raises(UnreadableText, match=sentence):
        read_text(text, year)


def test_pasted_with_other_marks_and_breaks() -> None:
    """Half-width colons, a line broken in the middle, the new year worked in December, faults of every line at once."""
    days = read_text("元旦: 12月31日~1月2日放假调休，\n共3天。12月27日（周日）上班；劳动节：5月1日放假", 2027)
    assert [(one.day.isoformat(), one.working, one.name) for one in days] == [
        ("2026-12-27", True, "元旦"), ("2026-12-31", False, "元旦"), ("2027-01-01", False, "元旦"), ("2027-01-02", False, "元旦"),
        ("2027-05-01", False, "劳动节"),
    ]  # fmt: skip
    with pytest.raises(UnreadableText) as refused:
        read_text("春节：2月30日放假。\n国庆节：10月32日放假。", 2027)
    assert len(refused.value.faults) == 2
