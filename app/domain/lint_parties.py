"""Checks of who and where: register, licences, region, market stalls, online shops, goods that are not sampled."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from app.domain.lint_sheet import Fault, Known, Registered, Sheet, beside, plain, said
from app.domain.numbering import number_warnings, read_number
from app.domain.written import present

CLOSED, PAUSED = "注销", "停产"
MARKETS: Final = ("农贸市场", "菜市场", "批发市场")
STALL: Final = re.compile("摊|档|铺|柜台|[厅区棚]\\s*[A-Za-z0-9]")
NOT: Final = "(?<![非无未不])(?<!不是|没有|并非)"
EXPORT: Final = re.compile(f"{NOT}(?:专供出口|仅供出口|全部出口|整批出口|全部用于出口|出口专用|只供出口)")
DISCARDED: Final = re.compile(
    f"{NOT}(?:非卖品|待销毁|待报废|已报废|待退货|自检不合格|检验不合格|不合格品区|退货区|报废区|下架待处理|试吃品|展示品|过期待处理)"
)
WORDS_IN: Final = ("product_name", "place", "attribute", "remark")
CASE_NUMBER: Final = re.compile(r"[〔\[(（【]\s*(?:19|20)\d\d\s*[〕\])）】][^\d]{0,6}\d+|\d{2,}\s*号|[A-Za-z\d]{6,}")


# ---------------------------------------------------------------- what is not sampled

def export_only(sheet: Sheet, known: Known) -> Iterator[Fault]:
    written = " ".join(str(getattr(sheet, name) or "") for name in WORDS_IN)
    if beside(sheet, "是否出口") == "是" or EXPORT.search(plain(written)):
        yield "remark", "专供出口的整批食品不抽样：请核对样品，误填的请更正备注和“是否出口”"


def discarded(sheet: Sheet, known: Known) -> Iterator[Fault]:
    for name in WORDS_IN:
        if found := DISCARDED.search(plain(str(getattr(sheet, name) or ""))):
            yield name, f"写明“{found[0]}”：非卖品、自检不合格和待销毁、待报废的食品不抽样，请核对样品"


# ---------------------------------------------------------------- the register

def _named_otherwise(field: str, title: str, written: str | None, entry: Registered | None) -> Iterator[Fault]:
    if entry is not None and present(written or "") and plain(written) != plain(entry.name):
        yield field, f"{title}写的是“{written}”，企业档案中该代码对应“{entry.name}”：请核对名称和代码，更名的请先更正企业档案"


def unit_name(sheet: Sheet, known: Known) -> Iterator[Fault]:
    yield from _named_otherwise("sampled_name", "被抽样单位", sheet.sampled_name, known.sampled)


def producer_name(sheet: Sheet, known: Known) -> Iterator[Fault]:
    yield from _named_otherwise("producer_name", "标称生产企业", sheet.producer_name, known.producer)


def _licensed_otherwise(field: str, title: str, written: str | None, entry: Registered | None) -> Iterator[Fault]:
    if entry is None or not entry.licence_no or not present(written or ""):
        return
    if plain(written) != plain(entry.licence_no):
        yield field, f"{title}写的是“{written}”，企业档案中“{entry.name}”的许可证号是“{entry.licence_no}”：请核对"


def producer_licence(sheet: Sheet, known: Known) -> Iterator[Fault]:
    yield from _licensed_otherwise("producer_licence_no", "生产许可证编号", sheet.producer_licence_no, known.producer)


def unit_closed(sheet: Sheet, known: Known) -> Iterator[Fault]:
    if known.sampled is not None and known.sampled.status == CLOSED:
        yield "sampled_name", f"被抽样单位“{known.sampled.name}”在企业档案中已注销：请核对单位，仍在经营的请先更正企业档案"


def unit_paused(sheet: Sheet, known: Known) -> Iterator[Fault]:
    if known.sampled is not None and known.sampled.status == PAUSED:
        yield "sampled_name", f"被抽样单位“{known.sampled.name}”在企业档案中为停产停业：请核对，已恢复经营的请更正企业档案"


def producer_gone(sheet: Sheet, known: Known) -> Iterator[Fault]:
    if known.producer is not None and known.producer.status in (CLOSED, PAUSED):
        yield "producer_name", f"标称生产企业“{known.producer.name}”在企业档案中为“{known.producer.status}”：请核对标签上的企业和生产日期"


def licence_expired(sheet: Sheet, known: Known) -> Iterator[Fault]:
    entry, day = known.sampled, sheet.sampled_on
    if entry is not None and entry.licence_until is not None and day is not None and day > entry.licence_until:
        yield "sampled_licence_no", f"被抽样单位“{entry.name}”的许可证 {entry.licence_until} 已到期：请核对是否换证，换证的请更正企业档案"


# ---------------------------------------------------------------- where

def other_area(sheet: Sheet, known: Known) -> Iterator[Fault]:
    """Only warned about: real numbers use old and system-own codes."""
    parts, here = read_number(sheet.number or ""), (known.county_code or "")[:6]
    if parts is None or not here or parts.area == here:
        return
    if parts.area.endswith("00") and here.startswith(parts.area.rstrip("0")[:4]):
        return  # the number is the city's or the province's, the place lies within
    yield "number", f"抽样编号中的区划代码 {parts.area} 与抽样地的区划代码 {here} 不一致：请核对编号和所在地"


def region_unknown(sheet: Sheet, known: Known) -> Iterator[Fault]:
    if present(sheet.sampled_region_written or "") and sheet.region_id is None:
        yield "sampled_region", f"被抽样单位所在地“{sheet.sampled_region_written}”没有对照到行政区划，按地区的统计会漏计：请写成“省/市/县”"


def retired(sheet: Sheet, known: Known) -> Iterator[Fault]:
    yield from known.retired


def place_of_other_link(sheet: Sheet, known: Known) -> Iterator[Fault]:
    offered = known.places.get(sheet.link, ()) if sheet.link else ()
    elsewhere = {plain(word) for link, words in known.places.items() if link != sheet.link for word in words}
    here = plain(sheet.place)
    if offered and here and here not in {plain(word) for word in offered} and here in elsewhere:
        yield "place", f"抽样地点“{sheet.place}”不是{sheet.link}环节的地点：请核对抽样环节和抽样地点"


def stall_missing(sheet: Sheet, known: Known) -> Iterator[Fault]:
    if plain(sheet.place) not in MARKETS or said(sheet, known, "摊位号或姓名", "摊位号", "身份证号"):
        return
    if not STALL.search(plain(sheet.sampled_address)):
        yield "sampled_address", f"在{sheet.place}抽样应写明摊位：请填写摊位号，或在单位地址中写到摊位"


def platform_missing(sheet: Sheet, known: Known) -> Iterator[Fault]:
    if not said(sheet, known, "平台名称", "网络平台名称"):
        yield "platform_name", "网络抽样应填写平台名称：通报和送达平台提供者时需要"


def shop_missing(sheet: Sheet, known: Known) -> Iterator[Fault]:
    lacking = [
        title
        for title, also in (("网店网址", ("网址",)), ("网店商铺名称", ("网店名称",)), ("平台订单编号", ("订单编号", "订单号")))
        if not said(sheet, known, title, *also)
    ]
    if lacking:
        yield "shop_name", f"网络抽样还缺{'、'.join(lacking)}：请对照订单补填"


def buyer_missing(sheet: Sheet, known: Known) -> Iterator[Fault]:
    lacking = [title for title in ("买样人员", "付款账户", "注册账号", "收货地址") if not said(sheet, known, title)]
    if lacking:
        yield "remark", f"网络抽样应记录{'、'.join(lacking)}（《食品安全抽样检验管理办法》第十八条）：请补填"


def number_doubtful(sheet: Sheet, known: Known) -> Iterator[Fault]:
    for doubt in number_warnings(sheet.number) if sheet.number else ():
        yield "number", doubt


# ---------------------------------------------------------------- special sampling

def case_number_missing(sheet: Sheet, known: Known) -> Iterator[Fault]:
    if not any(CASE_NUMBER.search(text or "") for text in (sheet.remark, sheet.task_source)):
        yield "remark", f"{sheet.special_sampling}抽样须在备注或任务来源中写明案件编号或指令文号（如 津市监案〔2026〕12号）"
