"""Columns of published lists (公示名单表头): one field has many headers, and separators of every kind stand inside one of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from app.domain.announcement_items import SEPARATOR, SIZES
from app.domain.headers import normalise_header

# Field -> headers; the first is the one used in messages and in our own export.
ALIASES: Mapping[str, tuple[str, ...]] = {
    "number": ("抽样编号", "抽样单编号", "抽检编号", "抽样单号"),
    "producer": (
        "标称生产企业名称", "标称生产企业名称/进货来源名称", "标称生产企业名称/进货来源", "标识生产企业名称", "标示生产企业名称",
        "标称生产(养殖)企业名称", "标称生产企业", "标称生产者名称", "标称生产单位名称", "生产企业名称", "生产者名称", "生产商",
    ),
    "producer_address": (
        "标称生产企业地址", "标称生产企业地址/进货来源地址", "标识生产企业地址", "标示生产企业地址", "标称生产(养殖)企业地址",
        "标称生产者地址", "标称生产单位地址", "生产企业地址",
    ),
    "producer_code": ("标称生产企业统一社会信用代码", "生产企业统一社会信用代码", "生产企业信用代码"),
    "sampled": ("被抽样单位名称", "被抽检单位名称", "被抽样单位", "被抽样者名称", "被抽检单位", "供应商"),
    "sampled_address": ("被抽样单位地址", "被抽检单位地址", "被抽样者地址", "单位地址"),
    "sampled_code": ("被抽样单位统一社会信用代码", "被抽样单位信用代码", "统一社会信用代码"),
    "province": ("被抽样单位所在省份", "被抽样单位省份", "被抽样单位所在省", "被抽样省份", "所在省份"),
    "product": ("食品名称", "样品名称", "产品名称", "物料名称"),
    "spec": ("规格型号", "样品规格", "规格"),
    "brand": ("商标", "注册商标"),
    "made": ("生产日期/批号",),
    "batch_no": ("样品批号", "批号"),
    "items": ("不合格项目║检验结果║标准值",),
    "item": ("不合格项目", "检测项目", "检验项目", "不合格项目名称"),
    "result": ("检验结果", "检测结果", "实测值", "检验值"),
    "unit": ("结果单位", "单位"),
    "limit": ("标准值", "限量值", "标准要求", "标准限值", "标准规定", "限值"),
    "verdict": ("判定", "结论", "检验结论", "结果判定", "判定结果"),
    "category": ("分类", "食品分类", "产品分类", "食品大类", "食品类别"),
    "notice_no": ("公告号", "公告编号", "公告文号", "公布文号", "通告号", "通告编号"),
    "noticed_on": ("公告日期", "发布日期", "公布日期", "公布时间", "公告时间", "通告日期"),
    "task_source": ("任务来源/项目名称", "任务来源", "任务来源/项目", "项目名称", "发布单位"),
    "laboratory": ("检验机构", "检验机构名称", "承检机构", "承检机构名称"),
    "url": ("公告网址链接", "公告网址", "网址链接", "网址", "链接"),
    "remark": ("备注", "说明"),
    "shop": ("网店商铺名称", "网络商铺名称", "网店名称"),
    "platform": ("网抽平台名称", "网络平台名称", "第三方平台名称"),
    "serial": ("序号", "编号"),
}  # fmt: skip
TITLES = {name: titles[0] for name, titles in ALIASES.items()} | {"made": "生产日期/批号", "items": "不合格项目"}
LEAST = 3
# 生产(加工/购进/检疫)日期/批号, 生产(购进或检疫)日期/批号, 购进日期 …: whatever is made of these words, and the blanks of a scan
MADE = re.compile(r"(?:标称|标识|标示|样品)?[(（]?(?:生产|加工|购进|检疫|屠宰|捕捞|采收|进货|或|/|、|\(|\))+日期(?:[(/或、]*批号\)?)?")
FAILING = re.compile(r"(?:主要)?(?:不合格|检[验测]|抽检)?项目")
PUBLISHING = ("抽检编号", "公布时间", "公布文号", "网址")  # 公布信息上报模板 of the national system: no list of foods

PROVINCES = (
    "北京", "天津", "河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江", "上海", "江苏", "浙江", "安徽", "福建", "江西", "山东", "河南",
    "湖北", "湖南", "广东", "广西", "海南", "重庆", "四川", "贵州", "云南", "西藏", "陕西", "甘肃", "青海", "宁夏", "新疆", "台湾", "香港",
    "澳门",
)  # fmt: skip
SHORT = dict(zip("京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新台港澳", PROVINCES, strict=True)) | {
    "黔": "贵州", "滇": "云南", "秦": "陕西", "陇": "甘肃", "蜀": "四川",
}  # fmt: skip
RANKS = re.compile(r"(?:省|市|(?:维吾尔|壮族|回族)?自治区|特别行政区)?")


def plain_header(text: str) -> str:
    """The header as it is looked up: separators of one kind, every 生产日期 the same."""
    if SEPARATOR.search(text) and FAILING.match(normalise_header(SEPARATOR.split(text.strip())[0])):
        return ALIASES["items"][0]
    return "生产日期/批号" if MADE.fullmatch(normalise_header(text)) else text


def plain_headers(cells: Sequence[str]) -> tuple[str, ...]:
    """The header row for matching. Of several dates the first is taken; the others stay columns of their own."""
    plain = [plain_header(cell) for cell in cells]
    made = [place for place, text in enumerate(plain) if text == "生产日期/批号"]
    return tuple(cells[place] if place in made[1:] else text for place, text in enumerate(plain))


def parts_named(header: str) -> int | None:
    """How many parts 不合格项目║检验结果║标准值 names; None where it names none."""
    count = len(SEPARATOR.split(header.strip()))
    return count if count in SIZES else None


def province_name(written: str) -> str:
    """四川 for 四川, 四川省, 川; what is no province stays as it is."""
    text = "".join(written.split())
    found = next((name for name in PROVINCES if text.startswith(name)), None)
    if found is not None and RANKS.fullmatch(text[len(found) :]):
        return found
    return SHORT.get(text, text)
