"""The histogram of working days; every bar opens the reports it counts."""

from __future__ import annotations

from markupsafe import Markup

from app import charts
from app.domain.turnaround import BINS, Tally, Timing, bin_name
from app.turnaround.addresses import Asked


def histogram(tally: Tally, asked: Asked) -> Markup:
    """Reports by working days, on time and late side by side; nothing counted draws nothing."""
    bars = range(len(BINS) if tally.timed else 0)
    series = [
        charts.Series(
            stands.value,
            [tally.bins[at, stands] or None for at in bars],
            [asked.reports(stands=word, bar=at) for at in bars],
        )
        for stands, word in ((Timing.ON_TIME, "on_time"), (Timing.LATE, "late"))
    ]
    return charts.bars([bin_name(at) for at in bars], series, "检验用时分布（横轴：工作日）", "份")
