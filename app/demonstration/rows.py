"""Rows of a national-layout workbook (sample × item) for one stretch of the demonstration year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from app.demonstration import names
from app.demonstration.county import County, Firm
from app.demonstration.foods import FOODS, DemoFood, DemoItem
from app.domain.actors import Role
from app.domain.samples import Level, Link, Purpose
from app.domain.working_days import WorkingDays

HEADERS = (
    "抽样编号",
    "任务来源",
    "报送分类-1",
    "报送分类-2",
    "省抽国抽",
    "检验目的",
    "是否为评价性抽检",
    "抽样环节",
    "抽样场所",
    "区域类型",
    "被抽样单位名称",
    "被抽样省份",
    "被抽样地市",
    "县(市、区)",
    "单位地址(被抽样单位)",
    "营业执照号",
    "标识生产企业名称",
    "标识生产企业地址",
    "标识生产企业省份",
    "标识生产企业市",
    "标识生产企业县",
    "样品名称",
    "食品大类",
    "食品亚类",
    "食品次亚类",
    "食品细类",
    "日期类型",
    "生产日期",
    "保质期",
    "样品规格",
    "样品批号",
    "抽样数量",
    "抽样单位名称",
    "抽样人员",
    "抽样时间",
    "检验机构名称",
    "报告书编号",
    "收检日期",
    "报告日期",
    "报告分类",
    "样品类型",
    "包装分类",
    "检验项目",
    "检验结果",
    "结果单位",
    "结果判定",
    "检验依据",
    "判定依据",
    "最小允许限",
    "最大允许限",
    "方法检出限",
    "检验类型",
)
LEVELS = (
    (Level.COUNTY, 55, "抽检监测（县级本级）", "XBJ"),
    (Level.CITY, 25, "抽检监测（市级本级）", "DBJ"),
    (Level.PROVINCIAL, 13, "抽检监测（省级本级）", "SBJ"),
    (Level.NATIONAL, 7, "抽检监测（转移地方）", "GZJ"),
)
ORGANISED = {Level.NATIONAL: "国抽", Level.PROVINCIAL: "省抽", Level.CITY: "市抽", Level.COUNTY: "县抽"}
PURPOSES = ((Purpose.SUPERVISION, 82), (Purpose.EVALUATION, 8), (Purpose.COMBINED, 4), (Purpose.MONITORING, 6))
PLACES = {Link.PRODUCTION: "成品库（已检区）", Link.CIRCULATION: "超市", Link.CATERING: "小型餐馆"}
FAILING_IN_1000 = 24

REPORTED_AFTER = (11, 19)  # working days from sampling to report


def plan_name(level: Level, purpose: Purpose) -> str:
    """The name of the yearly plan a sheet is taken for; a sheet with both kinds of items goes with the supervision."""
    return f"{level.value}{(Purpose.SUPERVISION if purpose is Purpose.COMBINED else purpose).value}计划"


@dataclass(frozen=True, slots=True)
class DemoSample:
    """One batch: its cells by header, and its item rows. ``reported`` None: still at the laboratory."""

    number: str
    cells: dict[str, str]
    items: tuple[dict[str, str], ...]
    sampled_on: date
    reported_on: date


class Maker:
    """Draws the batches of the year; the same seed gives the same year."""

    def __init__(self, county: County, random: Random, days: WorkingDays, year: int) -> None:
        self.county, self.random, self.days, self.year = county, random, days, year
        self.serial = 0

    def batches(self, number: int, last: date) -> Iterator[DemoSample]:
        """``number`` batches sampled on the working days of the year up to ``last``, the first quarter slower."""
        first = date(self.year, 1, 4)
        days = [first + timedelta(n) for n in range((last - first).days + 1)]
        days = [day for day in days if self.days.is_working_day(day)]
        weights = [6 if day.month <= 2 else 9 if day.month <= 4 else 12 for day in days]
        for day in sorted(self.random.choices(days, weights, k=number)):
            yield self._batch(day)

    def _batch(self, day: date) -> DemoSample:
        random = self.random
        food = random.choices(FOODS, [one.weight for one in FOODS])[0]
        link = random.choice(food.links)
        level, _, report_class, prefix = random.choices(LEVELS, [one[1] for one in LEVELS])[0]
        purpose = random.choices([one for one, _ in PURPOSES], [weight for _, weight in PURPOSES])[0]
        self.serial += 1
        lab = self.county.labs[self.serial % len(self.county.labs)]
        unit = 10001 + self.serial % len(self.county.labs)
        number = f"{prefix}{self.year % 100:02d}{self.county.area}{unit}{self.serial:04d}"
        received = self.days.add_working_days(day, random.randint(1, 3))
        reported = self.days.add_working_days(day, random.randint(*REPORTED_AFTER))
        failing = random.randrange(1000) < FAILING_IN_1000
        cells = {
            "抽样编号": number,
            "任务来源": self.county.bureau_name,
            "报送分类-1": report_class,
            "报送分类-2": f"{self.year}年{plan_name(level, purpose)}",
            "省抽国抽": ORGANISED[level],
            "检验目的": purpose.value,
            "是否为评价性抽检": "是" if purpose is Purpose.EVALUATION else "否",
            "抽样环节": link.value,
            "抽样场所": PLACES[link],
            "区域类型": random.choice(("城市", "乡村", "城市")),
            "抽样数量": "2.5",
            "抽样单位名称": self.county.bureau_name,
            "抽样人员": self._samplers(),
            "抽样时间": day.isoformat(),
            "检验机构名称": lab,
            "报告书编号": f"SP{self.year}{self.serial:06d}",
            "收检日期": received.isoformat(),
            "报告日期": reported.isoformat(),
            "报告分类": "一般不合格报告" if failing else "合格报告",
            **self._product(food, day),
            **self._units(food, link),
        }
        return DemoSample(number, cells, tuple(self._items(food, purpose, failing)), day, reported)

    def _samplers(self) -> str:
        staff = [name for _, name in self.county.staff[Role.SAMPLER]]
        return "、".join(self.random.sample(staff, 2))

    def _product(self, food: DemoFood, day: date) -> dict[str, str]:
        made = day - timedelta(days=self.random.randint(15, 90) if food.packed else self.random.randint(0, 1))
        return {
            "样品名称": self.random.choice(food.products),
            "食品大类": food.path[0],
            "食品亚类": food.path[1],
            "食品次亚类": food.path[2],
            "食品细类": food.path[3],
            "日期类型": "生产日期" if food.packed else "加工日期" if food.path[0] == "餐饮食品" else "购进日期",
            "生产日期": made.isoformat(),
            "保质期": "12个月" if food.packed else "/",
            "样品规格": self.random.choice(("500g/袋", "5kg/袋", "500mL/瓶")) if food.packed else "/",
            "样品批号": f"{made:%Y%m%d}" if food.packed else "/",
            "样品类型": "食用农产品"
            if food.path[0] == "食用农产品"
            else "餐饮加工食品"
            if food.path[0] == "餐饮食品"
            else "工业加工食品",
            "包装分类": "预包装" if food.packed else "散装",
        }

    def _units(self, food: DemoFood, link: Link) -> dict[str, str]:
        """被抽样单位 and 标称生产企业: the same firm, another of the county, one outside, or none."""
        sampled = self.random.choice(self.county.firms[link])
        province, city, area = self.county.place.split("/")[:3]
        cells = {
            "被抽样单位名称": sampled.name,
            "被抽样省份": province,
            "被抽样地市": city,
            "县(市、区)": area,
            "单位地址(被抽样单位)": sampled.address,
            "营业执照号": sampled.credit_code,
        }
        if link is Link.PRODUCTION:
            return cells | self._producer(sampled)
        if not food.packed:
            return cells | {"标识生产企业名称": "/", "标识生产企业地址": "/"}
        if self.random.random() < 0.3:
            name, place = self.random.choice(names.OUTSIDE)
            parts = dict(zip(("标识生产企业省份", "标识生产企业市", "标识生产企业县"), place.split("/"), strict=True))
            return cells | {"标识生产企业名称": name, "标识生产企业地址": place.replace("/", ""), **parts}
        return cells | self._producer(self.random.choice(self.county.firms[Link.PRODUCTION]))

    def _producer(self, firm: Firm) -> dict[str, str]:
        province, city, area = self.county.place.split("/")[:3]
        return {
            "标识生产企业名称": firm.name,
            "标识生产企业地址": firm.address,
            "标识生产企业省份": province,
            "标识生产企业市": city,
            "标识生产企业县": area,
        }

    def _items(self, food: DemoFood, purpose: Purpose, failing: bool) -> Iterator[dict[str, str]]:
        bad = self.random.choice(food.items) if failing else None
        monitored = food.items[-1] if purpose is Purpose.COMBINED and len(food.items) > 1 else None
        for item in food.items:
            kind = "监测项目" if purpose is Purpose.MONITORING or item is monitored else "抽检项目"
            yield self._item(item, item is bad, kind)

    def _item(self, item: DemoItem, bad: bool, kind: str) -> dict[str, str]:
        wrong = "问题项" if kind == "监测项目" else "不合格项"
        return {
            "检验项目": item.name,
            "检验结果": self.random.choice(item.failing if bad else item.usual),
            "结果单位": item.unit,
            "结果判定": wrong if bad else "合格项",
            "检验依据": item.method,
            "判定依据": item.basis,
            "最小允许限": item.minimum,
            "最大允许限": item.maximum,
            "方法检出限": item.lod,
            "检验类型": kind,
        }


def table(samples: Sequence[DemoSample]) -> Iterator[list[str]]:
    """The rows of a workbook, one per item, every row with the whole sheet beside it as the national export has it."""
    for sample in samples:
        for item in sample.items:
            cells = sample.cells | item
            yield [cells.get(header, "/") for header in HEADERS]
