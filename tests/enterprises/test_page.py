"""The page of an enterprise: its batches by year, its pass rate with the lists behind it, its documents; bounded questions."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from flask import Flask

from app.domain.samples import Supervision
from app.domain.workflow import SampleState
from app.enterprises import sample_record
from tests.queries import counting


def test_figures_open_what_they_count(app: Flask, clerk: Any, register: Any, sample: Any) -> None:
    firm = register()
    days = (date(2025, 3, 1), date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1))
    for at, day in enumerate(days):
        failed = Supervision.FAIL if at == 1 else Supervision.PASS
        sample(f"S-{at}", sampled_on=day, supervision=failed, **{"producer_id" if at % 2 else "sampled_enterprise_id": firm.id})
    sample("S-both", sampled_on=days[0], sampled_enterprise_id=firm.id, producer_id=firm.id)  # one batch, not two
    sample("S-voided", sampled_enterprise_id=firm.id, state=SampleState.VOIDED)
    sample("S-open", sampled_on=days[3], sampled_enterprise_id=firm.id, state=SampleState.REGISTERED, supervision=None)
    page = clerk.get(f"/enterprises/{firm.id}").text
    assert "80.00%" in page  # 4 of 5 judged
    assert "2026年 不合格批次 1 批次" in page and "2026年 抽样批次 4 批次" in page and "2025年 抽样批次 2 批次" in page
    for query, numbers in (
        ("", {"S-0", "S-1", "S-2", "S-3", "S-both", "S-open"}), ("?conclusion=合格", {"S-0", "S-2", "S-3", "S-both"}),
        ("?year=2026&conclusion=不合格", {"S-1"}), ("?year=2025", {"S-0", "S-both"}),
        ("?conclusion=合格和不合格", {"S-0", "S-1", "S-2", "S-3", "S-both"}),
    ):  # fmt: skip
        found = clerk.get(f"/enterprises/{firm.id}/samples{query}").text
        assert set(re.findall(r">(S-\w+)</a>", found)) == numbers, query


def test_another_bureau_sees_no_list(stranger: Any, register: Any) -> None:
    assert stranger.get(f"/enterprises/{register().id}/samples").status_code == 404


def test_a_page_asks_no_more_for_more(app: Flask, office: Any, clerk: Any, register: Any, sample: Any) -> None:
    firm_id = register().id
    sample("S-0", sampled_enterprise_id=firm_id)
    clerk.get(f"/enterprises/{firm_id}")
    with counting(app) as few:
        clerk.get(f"/enterprises/{firm_id}")
    for at in range(1, 12):
        sample(f"S-{at}", sampled_enterprise_id=firm_id, sampled_on=date(2020 + at % 6, 1, 1))
    with counting(app) as many:
        clerk.get(f"/enterprises/{firm_id}")
    assert many.count == few.count <= 56, many
    assert len(sample_record.record(office.actor("county:抽样员"), firm_id).years) == sample_record.YEARS
