"""What the fields of a template say for one sample, for several, or for a task (文书字段的取值). "/" where there is nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from app import clock
from app.assignments.queries import Around
from app.custody.models import CustodyEvent
from app.documents import Value
from app.domain import documents
from app.domain.documents import SHEET, DocumentKind
from app.domain.sampling_kinds import CustodyKind
from app.filters import format_date, format_date_cn
from app.reference_data.books import category_book, region_book
from app.sampling.columns import ALIASES, title
from app.sampling.models import Sample

NOTHING = "/"
NOT_A_PRODUCT = "（未抽到样品）"
# Under which words a field without a column of its own may stand beside the sheet, besides its title.
BESIDE: Mapping[str, tuple[str, ...]] = {
    "sampled_fax": ("抽检场所信息_传真", "被抽样单位传真"), "sampled_postcode": ("抽检场所信息_邮编", "被抽样单位邮编"),
    "sampling_unit_email": ("抽样单位信息_电子邮箱", "电子邮箱", "邮箱"), "sampling_unit_fax": ("抽样单位信息_传真", "抽样单位传真"),
    "sampling_unit_postcode": ("抽样单位信息_邮编", "抽样单位邮编"), "sampling_unit_level": ("抽样单位级别", "级别"),
    "exported": ("是否出口",), "purchase_quantity": ("进货量",), "stock_quantity": ("库存量",), "ship_by": ("寄送样品截止日期",),
    "ship_to": ("寄送样品地址",), "storage_temperature": ("储存温度", "温度"), "storage_humidity": ("储存湿度", "湿度"),
    "shop_url": ("网店网址",), "platform_url": ("平台网址",), "platform_address": ("平台地址",), "platform_contact": ("平台联系人",),
    "platform_credit_code": ("平台营业执照号",), "platform_licence_no": ("入网许可证号/ICP", "入网许可证号"),
    "order_no": ("平台订单编号",), "platform_phone": ("平台电话",), "buyer": ("买样人员",), "payment_account": ("付款账户",),
    "buyer_account": ("注册账号",), "delivery_address": ("收货地址",), "enterprise_scale": ("企业规模",),
    "business_form": ("业态类型",), "supervisor": ("监管单位",), "third_party_licence_no": ("第三方企业信息_许可证编号",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Printing:
    """Who prints, for whom, on which day."""

    organisation: str
    person: str
    today: date

    @property
    def fields(self) -> dict[str, Value]:
        return {
            "打印单位": self.organisation, "打印人": self.person, "打印日期": format_date(self.today),
            "打印年月日": format_date_cn(self.today), "联次": "",
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around a sample: its people, its custody, the names of its organisations."""

    people: Mapping[str, str]
    events: Mapping[CustodyKind, CustodyEvent]
    names: Mapping[int, str]


def said(value: Any) -> str:
    """A value in the words of the form."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, datetime):
        return f"{clock.office_time(value):%Y-%m-%d %H:%M}"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, date) else str(value).strip() or NOTHING


def of_sample(sample: Sample, around: Surroundings) -> dict[str, str]:
    """Every field of a sheet."""
    found = {name: said(_written(sample, around, source)) for name, source in SHEET.items() if source}
    if found["样品名称"] == NOT_A_PRODUCT:
        found["样品名称"] = NOTHING
    if found["日期类型"] == NOTHING:
        found["日期类型"] = "生产日期"
    found |= _categories(sample) | _places(sample) | _custody(around.events)
    found["抽样年月日"] = format_date_cn(sample.sampled_on) if sample.sampled_on else NOTHING
    found["管辖单位"] = said(around.names.get(sample.org_id))
    found["组织单位"] = said(around.names.get(sample.organiser_org_id or 0))
    found["是否有第三方"] = "有" if sample.third_party_name else "无"
    if found["部署机构"] == NOTHING:
        found["部署机构"] = found["组织单位"]
    return found


def _written(sample: Sample, around: Surroundings, source: str) -> Any:
    """A field of the sheet: its column, else the personal data, else what was kept beside it as written."""
    if hasattr(sample, source):
        return getattr(sample, source)
    if source in around.people:
        return around.people[source]
    beside: Mapping[str, Any] = {**(sample.extra or {}), **around.people}
    words = (source, title(source), *ALIASES.get(source, ()), *BESIDE.get(source, ()))
    return next((beside[word] for word in words if beside.get(word)), None)


def _categories(sample: Sample) -> dict[str, str]:
    path = category_book().by_id(sample.category_id).path if sample.category_id else sample.category_written or ""
    levels = [*path.split("/"), "", "", "", ""]
    return {
        name: said(level.strip())
        for name, level in zip(("食品大类", "食品亚类", "食品次亚类", "食品细类"), levels, strict=False)
    }


def _places(sample: Sample) -> dict[str, str]:
    found: dict[str, str] = {}
    for whose, region_id, written in (
        ("被抽样单位", sample.region_id, sample.sampled_region_written),
        ("生产企业", sample.producer_region_id, sample.producer_region_written),
    ):
        names = _line(region_id) if region_id else [part.strip() for part in (written or "").split("/")]
        found[f"{whose}所在地"] = said("".join(dict.fromkeys(names)))
        found |= {f"{whose}{level}": said(name) for level, name in zip("省市县", [*names, "", "", ""], strict=False)}
    return found


def _line(region_id: int) -> list[str]:
    """省, 市, 县 and what lies below; a city directly under the nation stands for both of the first two."""
    book = region_book()
    names = [book.name(one) for one in reversed(book.up(region_id))]
    below_nation = names[1:] if len(names) > 1 else names
    direct = below_nation[0].endswith("市")
    return [below_nation[0], *below_nation] if direct else below_nation


def _custody(events: Mapping[CustodyKind, CustodyEvent]) -> dict[str, str]:
    sealed, handed = events.get(CustodyKind.SEALED), events.get(CustodyKind.HANDED_OVER)
    return {
        "封条号": said(sealed and sealed.seal_no), "备样封条号": said(sealed and sealed.backup_seal_no),
        "移交日期": said(clock.office_time(handed.happened_at).date()) if handed else NOTHING,
        "移交人": said(handed and handed.person), "送达方式": said(handed and handed.carrier),
        "移交时样品状态": said(handed and handed.condition),
        "移交时温度": f"{said(handed.temperature)} ℃" if handed and handed.temperature is not None else NOTHING,
    }  # fmt: skip


def single(sheets: Sequence[dict[str, str]], printing: Printing, kind: DocumentKind, copies: int) -> list[Mapping[str, Value]]:
    """One context for each copy of each sample."""
    return [
        {**printing.fields, **sheet, "联次": documents.part_of(kind, copy)} for sheet in sheets for copy in range(1, copies + 1)
    ]


def seals(sheets: Sequence[dict[str, str]], printing: Printing, copies: int) -> list[Mapping[str, Value]]:
    """Every sample's seals in one document: for the test sample, and for the backup sample where there is one."""
    rows = []
    for sheet in sheets:
        sorts = [("检验样品", sheet["封条号"])]
        if sheet["备样数量"] not in (NOTHING, "0"):
            sorts.append(("复检备份样品", sheet["备样封条号"]))
        for sort, number in sorts:
            rows += [_row(documents.SEAL_ROW, sheet | {"样品种类": sort, "封条号": "" if number == NOTHING else number})] * copies
    return [{**printing.fields, documents.SEALS: rows}]


def handover(sheets: Sequence[dict[str, str]], printing: Printing, copies: int) -> list[Mapping[str, Value]]:
    """All samples in one table; what they do not share is left to be written by hand."""
    rows = [_row(documents.SAMPLE_ROW, sheet | {"序号": str(place)}) for place, sheet in enumerate(sheets, 1)]
    shared = {name: _shared(sheets, name) for name in ("抽样单位", "检验机构", "移交日期", "移交人", "送达方式")}
    return [{**printing.fields, **shared, "样品批数": str(len(sheets)), documents.SAMPLES: rows}] * copies


def _row(names: Sequence[str], sheet: Mapping[str, str]) -> dict[str, str]:
    return {name: sheet.get(name, NOTHING) for name in names}


def _shared(sheets: Sequence[Mapping[str, str]], name: str) -> str:
    found = {sheet[name] for sheet in sheets}
    return found.pop() if len(found) == 1 else "见各抽样单"


def of_task(task: Any, around: Around, printing: Printing, copies: int) -> list[Mapping[str, Value]]:
    """抽样任务单."""
    fields = {
        "任务单编号": said(task.number), "下达单位": said(around.organisation.name), "下达人": said(around.issuer),
        "计划名称": said(getattr(around.plan, "name", None)), "批次数": said(task.batches),
        "食品分类": category_book().by_id(task.category_id).path if task.category_id else "不限",
        "抽样地区": region_book().full_name(task.region_id), "抽样环节": said(task.link) if task.link else "不限",
        "抽样对象": said(around.enterprise.name) if around.enterprise else "在抽样地区内随机确定",
        "开始日期": said(task.from_on), "截止日期": said(task.to_on), "承检机构": said(around.laboratory and around.laboratory.name),
        "抽样人员": "、".join(member.name for member in around.members) or NOTHING, "备注": said(task.note),
    }  # fmt: skip
    return [{**printing.fields, **fields}] * copies
