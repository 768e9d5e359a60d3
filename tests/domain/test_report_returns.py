"""检验报告退修率, counted by hand."""

from __future__ import annotations

from datetime import date

from app.domain.report_returns import Report, chosen, per_laboratory, per_month, per_reason, rate_of

JULY, AUGUST = date(2026, 7, 31), date(2026, 8, 1)
REPORTS = [
    Report(1, "甲所", JULY, frozenset()),
    Report(2, "甲所", JULY, frozenset({"限值有误"})),
    Report(3, "甲所", AUGUST, frozenset({"限值有误", "单位有误"})),  # returned twice: one report
    Report(4, "乙所", AUGUST, frozenset()),
    Report(5, "乙所", AUGUST, frozenset()),
    Report(6, "乙所", AUGUST, frozenset({"其他"})),
]


def test_rates_by_laboratory_and_month() -> None:
    """C15: returned reports ÷ reports completed, by month."""
    whole = rate_of("合计", REPORTS)
    assert (whole.returned, whole.sheets, whole.display) == (3, 6, "50.00%")
    told = [(one.whole.name, one.whole.display, [(m.name, m.returned, m.sheets) for m in one.months]) for one in per_laboratory(REPORTS)]
    assert told == [
        ("甲所", "66.67%", [("2026-07", 1, 2), ("2026-08", 1, 1)]),
        ("乙所", "33.33%", [("2026-08", 1, 3)]),
    ]
    assert [(m.name, m.display) for m in per_month(REPORTS)] == [("2026-07", "50.00%"), ("2026-08", "50.00%")]
    assert [(r.name, r.returned) for r in per_reason(REPORTS)] == [("限值有误", 2), ("其他", 1), ("单位有误", 1)]
    assert rate_of("无", []).display == "—"


def test_every_number_opens_exactly_what_it_counts() -> None:
    for one in per_laboratory(REPORTS):
        for month in one.months:
            at = {"laboratory": one.whole.name, "month": month.name}
            assert len(chosen(REPORTS, **at)) == month.sheets
            assert len(chosen(REPORTS, **at, returned=True)) == month.returned
    assert chosen(REPORTS, reason="限值有误", returned=True) == [2, 3]
