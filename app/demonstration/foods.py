"""What the demonstration county samples: foods with their items, limits as the laboratory prints them, and usual readings."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.samples import Link


@dataclass(frozen=True, slots=True)
class DemoItem:
    """检验项目: ``usual`` and ``failing`` are result texts to draw from."""

    name: str
    unit: str
    maximum: str
    usual: tuple[str, ...]
    failing: tuple[str, ...]
    method: str
    basis: str
    lod: str = "/"
    minimum: str = "/"


@dataclass(frozen=True, slots=True)
class DemoFood:
    """食品: a path of four levels, product names, where it is sampled, and how often (weight)."""

    path: tuple[str, str, str, str]
    products: tuple[str, ...]
    links: tuple[Link, ...]
    items: tuple[DemoItem, ...]
    weight: int
    packed: bool


GB2763 = "GB 2763-2021《食品安全国家标准 食品中农药最大残留限量》"
GB2762 = "GB 2762-2022《食品安全国家标准 食品中污染物限量》"
GB2760 = "GB 2760-2024《食品安全国家标准 食品添加剂使用标准》"
GB31650 = "GB 31650-2019《食品安全国家标准 食品中兽药最大残留限量》"
ND = "未检出"
C, R, P = Link.CIRCULATION, Link.CATERING, Link.PRODUCTION


def pesticide(name: str, maximum: str, failing: str) -> DemoItem:
    return DemoItem(name, "mg/kg", maximum, (ND, ND, ND, ND), (failing,), "GB 23200.113-2018", GB2763, "0.01")


LEAD = DemoItem(
    "铅(以Pb计)", "mg/kg", "0.3", (ND, "0.032", "0.058", "0.11"), ("0.42",), "GB 5009.12-2023", GB2762, "0.02"
)
CADMIUM = DemoItem(
    "镉(以Cd计)", "mg/kg", "0.05", (ND, "0.012", "0.021"), ("0.088",), "GB 5009.15-2023", GB2762, "0.002"
)
ENROFLOXACIN = DemoItem(
    "恩诺沙星", "μg/kg", "100", (ND, ND, "12.6", "31.0"), ("186",), "GB 31656.3-2021", GB31650, "1.0"
)
PLATE = "①{}；②{}；③{}；④{}；⑤{}"

FOODS: tuple[DemoFood, ...] = (
    DemoFood(
        ("食用农产品", "蔬菜", "叶菜类蔬菜", "油麦菜"),
        ("油麦菜", "油麦菜（散装）"),
        (C, C, R),
        (
            pesticide("毒死蜱", "0.02", "0.35"),
            pesticide("氟虫腈", "0.02", "0.11"),
            pesticide("克百威", "0.02", "0.09"),
            LEAD,
        ),
        9,
        False,
    ),
    DemoFood(
        ("食用农产品", "蔬菜", "豆类蔬菜", "豇豆"),
        ("豇豆", "长豇豆"),
        (C, C, R),
        (
            pesticide("灭蝇胺", "0.5", "1.72"),
            pesticide("倍硫磷", "0.05", "0.23"),
            pesticide("三唑磷", "0.05", "0.18"),
            pesticide("克百威", "0.02", "0.064"),
        ),
        8,
        False,
    ),
    DemoFood(
        ("食用农产品", "蔬菜", "根茎类和薯芋类蔬菜", "姜"),
        ("生姜", "姜"),
        (C, C),
        (
            pesticide("噻虫胺", "0.2", "0.86"),
            pesticide("噻虫嗪", "0.3", "0.94"),
            DemoItem("铅(以Pb计)", "mg/kg", "0.2", (ND, "0.03", "0.07"), ("0.31",), "GB 5009.12-2023", GB2762, "0.02"),
        ),
        7,
        False,
    ),
    DemoFood(
        ("食用农产品", "蔬菜", "茄果类蔬菜", "辣椒"),
        ("青椒", "小米椒", "辣椒"),
        (C, R),
        (pesticide("噻虫胺", "0.05", "0.29"), CADMIUM),
        7,
        False,
    ),
    DemoFood(
        ("食用农产品", "水果类", "热带和亚热带水果", "香蕉"),
        ("香蕉",),
        (C,),
        (pesticide("吡虫啉", "0.05", "0.14"), pesticide("噻虫胺", "0.02", "0.062"), pesticide("腈苯唑", "0.05", "0.2")),
        6,
        False,
    ),
    DemoFood(
        ("食用农产品", "畜禽肉及副产品", "禽肉", "鸡肉"),
        ("鸡胸肉", "带骨鸡腿", "三黄鸡"),
        (C, R),
        (
            ENROFLOXACIN,
            DemoItem(
                "氯霉素", "μg/kg", "不得检出", (ND, ND), ("0.42",), "GB 31658.20-2022", "农业农村部公告第250号", "0.1"
            ),
        ),
        7,
        False,
    ),
    DemoFood(
        ("食用农产品", "水产品", "淡水产品", "淡水鱼"),
        ("草鱼", "鲫鱼", "鲈鱼"),
        (C, R),
        (
            ENROFLOXACIN,
            DemoItem(
                "孔雀石绿", "μg/kg", "不得检出", (ND, ND), ("3.6",), "GB/T 19857-2005", "农业农村部公告第250号", "0.5"
            ),
        ),
        6,
        False,
    ),
    DemoFood(
        ("粮食加工品", "大米", "大米", "大米"),
        ("长粒香大米", "东北大米", "珍珠米"),
        (P, C),
        (
            DemoItem(
                "镉(以Cd计)", "mg/kg", "0.2", (ND, "0.031", "0.085"), ("0.33",), "GB 5009.15-2023", GB2762, "0.002"
            ),
            DemoItem("无机砷(以As计)", "mg/kg", "0.2", ("0.06", "0.11"), ("0.27",), "GB 5009.11-2014", GB2762, "0.02"),
        ),
        6,
        True,
    ),
    DemoFood(
        ("糕点", "糕点", "糕点", "糕点"),
        ("鸡蛋糕", "桃酥", "蛋黄酥"),
        (P, C, R),
        (
            DemoItem(
                "脱氢乙酸及其钠盐(以脱氢乙酸计)",
                "g/kg",
                "不得使用",
                (ND, ND),
                ("0.21",),
                "GB 5009.121-2016",
                GB2760,
                "0.005",
            ),
            DemoItem(
                "菌落总数",
                "CFU/g",
                "n=5,c=2,m=10⁴,M=10⁵",
                (PLATE.format("120", "350", "80", "<10", "210"),),
                (PLATE.format("2.1×10⁵", "1.8×10⁵", "9.6×10⁴", "3.2×10⁵", "1.4×10⁵"),),
                "GB 4789.2-2022",
                "GB 7099-2015《食品安全国家标准 糕点、面包》",
            ),
        ),
        6,
        True,
    ),
    DemoFood(
        ("调味品", "酱油", "酱油", "酱油"),
        ("黄豆酱油", "生抽酱油"),
        (P, C),
        (
            DemoItem(
                "苯甲酸及其钠盐(以苯甲酸计)",
                "g/kg",
                "1.0",
                (ND, "0.42", "0.66"),
                ("1.38",),
                "GB 5009.28-2016",
                GB2760,
                "0.005",
            ),
            DemoItem(
                "氨基酸态氮(以氮计)",
                "g/100mL",
                "/",
                ("0.58", "0.72", "0.81"),
                ("0.31",),
                "GB 5009.235-2016",
                "GB 2717-2018《食品安全国家标准 酱油》",
                "/",
                "0.4",
            ),
        ),
        5,
        True,
    ),
    DemoFood(
        ("食用油、油脂及其制品", "食用植物油", "食用植物油", "花生油"),
        ("压榨花生油", "浓香花生油"),
        (P, C),
        (
            DemoItem(
                "黄曲霉毒素B1",
                "μg/kg",
                "20",
                (ND, "2.4", "5.8"),
                ("41.2",),
                "GB 5009.22-2016",
                "GB 2761-2017《食品安全国家标准 食品中真菌毒素限量》",
                "0.03",
            ),
            DemoItem(
                "酸价(以KOH计)",
                "mg/g",
                "3",
                ("0.8", "1.2"),
                ("3.9",),
                "GB 5009.229-2016",
                "GB 2716-2018《食品安全国家标准 植物油》",
            ),
        ),
        5,
        True,
    ),
    DemoFood(
        ("肉制品", "熟肉制品", "酱卤肉制品", "酱卤肉制品"),
        ("酱牛肉", "卤鸡爪", "盐水鸭"),
        (P, C, R),
        (
            DemoItem(
                "亚硝酸盐(以亚硝酸钠计)", "mg/kg", "30", ("3.2", "8.9", "14"), ("46",), "GB 5009.33-2016", GB2760, "1"
            ),
            DemoItem(
                "山梨酸及其钾盐(以山梨酸计)",
                "g/kg",
                "0.075",
                (ND, "0.021"),
                ("0.19",),
                "GB 5009.28-2016",
                GB2760,
                "0.005",
            ),
        ),
        5,
        True,
    ),
    DemoFood(
        ("酒类", "蒸馏酒", "白酒", "白酒"),
        ("高粱酒", "纯粮白酒"),
        (P, C),
        (
            DemoItem(
                "甜蜜素(以环己基氨基磺酸计)",
                "g/kg",
                "不得使用",
                (ND,),
                ("0.0042",),
                "GB 5009.97-2023",
                GB2760,
                "0.0001",
            ),
            DemoItem(
                "甲醇",
                "g/L",
                "0.6",
                ("0.05", "0.12"),
                ("0.93",),
                "GB 5009.266-2016",
                "GB 2757-2012《食品安全国家标准 蒸馏酒及其配制酒》",
            ),
        ),
        4,
        True,
    ),
    DemoFood(
        ("餐饮食品", "肉制品(自制)", "熟肉制品(自制)", "酱卤肉制品、肉灌肠、其他熟肉(自制)"),
        ("自制酱牛肉", "自制卤猪蹄"),
        (R,),
        (DemoItem("亚硝酸盐(以亚硝酸钠计)", "mg/kg", "30", ("2.1", "6.4"), ("52",), "GB 5009.33-2016", GB2760, "1"),),
        6,
        False,
    ),
)
