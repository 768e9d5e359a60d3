"""A few rapid tests of the last fortnight (快检记录), two of them positive: one waits for its laboratory sample."""

from __future__ import annotations

from datetime import date, timedelta

from app import clock
from app.db import transaction
from app.domain import rapid_tests as rules
from app.domain.actors import Actor
from app.rapid_tests import operations
from app.rapid_tests.details import Reader
from app.reference_data.books import region_book

# days ago, stall, product, item, reading, result, told to the party
TESTS = (
    (13, "蔬菜 3 号", "芹菜", "农药残留（有机磷和氨基甲酸酯类）", "抑制率 8%", "阴性", ""),
    (13, "蔬菜 12 号", "韭菜", "农药残留（有机磷和氨基甲酸酯类）", "抑制率 63%", "阳性", "10:20"),
    (9, "水产 5 号", "草鱼", "孔雀石绿", "T 线显色", "阴性", ""),
    (9, "禽蛋 2 号", "鸡蛋", "氟苯尼考", "T 线显色", "阴性", ""),
    (4, "蔬菜 7 号", "豇豆", "克百威", "T 线不显色", "阳性", "09:30"),
    (4, "蔬菜 7 号", "菠菜", "克百威", "C 线不显色", "无效", ""),
    (1, "水果 1 号", "香蕉", "吡虫啉", "T 线显色", "阴性", ""),
)


def record(who: Actor, region_id: int, today: date) -> None:
    """Record them, each on its day."""
    reader = Reader(who)
    for ago, stall, product, item, reading, result, told in TESTS:
        day = today - timedelta(days=ago)
        fields = {
            "tested_on": day.isoformat(), "sampled_name": "演示农贸市场", "stall": stall, "region": region_book().full_name(region_id),
            "link": "流通", "product_name": product, "item": item, "device": "多通道食品安全快速检测仪", "device_no": "KJ-01",
            "reagent": "快速检测卡", "reagent_batch": "YS-0801", "reagent_until": (day + timedelta(days=300)).isoformat(),
            "result": result, "reading": reading, "testers": who.name, "told_at": f"{day} {told}" if told else "",
        }  # fmt: skip
        with clock.rehearsing(day):
            details, faults = reader.details(rules.read(fields, clock.office_time(clock.end_of_day(day)).replace(tzinfo=None)))
            assert details is not None, faults
            with transaction():
                operations.record(details, who, clock.now())
