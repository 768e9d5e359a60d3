"""执法文书: which kinds are numbered and served, what must stand in them, and what each way of delivery must show.

Ways of delivery follow 《市场监督管理行政处罚程序规定》第七十九至八十二条 and 《民事诉讼法》 on service.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.case_kinds import DeliveryWay, Side
from app.domain.documents import OFFICIAL, DocumentKind

K, W = DocumentKind, DeliveryWay
LONGEST = 2_000
LONGEST_PREFIX = 20
NOTICE_RULE = "SERVE_NOTICE"  # 公告送达 in the dated rules: how many days until a notice counts as served


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of 执法文书: its word in the number, to whom it goes, and which fields may not be empty when it is issued."""

    kind: DocumentKind
    word: str
    sides: Sequence[Side]
    required: Sequence[str]
    of_case: bool = True  # made from a case; otherwise from a sample as well
    about: str | None = None  # the table whose record it tells of (ABOUT): it is made from that record's page only

    @property
    def fields(self) -> Sequence[str]:
        return OFFICIAL[self.kind]


# What a document may tell of, by the name of its table.
ABOUT: Mapping[str, str] = {"retest": "复检", "objection": "异议", "case_transfer": "移送协查", "penalty": "行政处罚"}
APPLICANTS = (Side.SAMPLED, Side.PRODUCER, Side.OTHER)
KINDS: Mapping[DocumentKind, Kind] = {
    one.kind: one
    for one in (
        Kind(
            K.RESULT_NOTICE, "检告", (Side.SAMPLED, Side.PRODUCER, Side.MARKET, Side.PLATFORM),
            ("抽样单编号", "样品名称", "承检机构", "报告编号", "检验结论", "不合格项目"), of_case=False,
        ),
        Kind(
            K.RECTIFY_ORDER, "责改", (Side.SAMPLED, Side.PRODUCER, Side.MARKET, Side.PLATFORM),
            ("违法事实", "违反条款", "责令依据", "改正要求", "改正期限", "复议机关", "起诉法院"),
        ),
        Kind(K.ASSIST_LETTER, "协查", (Side.OTHER,), ("样品名称", "不合格项目", "协查事由", "协查事项", "回复期限")),
        Kind(K.TRANSFER_LETTER, "移送", (Side.OTHER,), ("样品名称", "移送事由", "移送依据", "移送材料")),
        Kind(
            K.DISPOSAL_REPORT, "处报", (Side.OTHER,),
            ("案件编号", "样品名称", "不合格项目", "责任主体", "启动情况", "产品控制", "原因排查", "整改复查", "处置结论"),
        ),
        Kind(K.OBJECTION_ACCEPTANCE, "异受", APPLICANTS, ("异议编号", "异议类别", "受理日期", "审核期限"), False, "objection"),
        Kind(K.OBJECTION_REFUSAL, "异不受", APPLICANTS, ("异议编号", "异议类别", "不予受理理由"), False, "objection"),
        Kind(K.OBJECTION_CORRECTION, "异补", APPLICANTS, ("异议编号", "异议类别", "需补正的材料", "补正期限"), False, "objection"),
        Kind(K.OBJECTION_CONCLUSION, "异结", APPLICANTS, ("异议编号", "异议类别", "核查情况", "审核结论", "结论说明"), False, "objection"),
        Kind(K.RETEST_ACCEPTANCE, "复受", APPLICANTS, ("复检编号", "复检申请人", "予以复检项目", "受理日期"), False, "retest"),
        Kind(K.RETEST_REFUSAL, "复不受", APPLICANTS, ("复检编号", "复检申请人", "不予受理理由"), False, "retest"),
        Kind(
            K.RETEST_DESIGNATION, "复定", APPLICANTS, ("复检编号", "复检申请人", "予以复检项目", "复检机构", "确定方式", "确定日期"),
            False, "retest",
        ),
        Kind(K.NOTICE_LETTER, "通报", (Side.OTHER,), ("样品名称", "不合格项目", "通报事由", "通报依据")),
    )
}  # fmt: skip
LONG_FIELDS = frozenset({
    "不合格项目", "违法事实", "改正要求", "协查事由", "协查事项", "移送事由", "移送材料", "启动情况", "产品控制", "原因排查", "整改复查",
    "处罚情况", "信息公开", "其他情况", "处置结论", "附件", "责令依据", "违反条款", "移送依据",
    "异议内容", "不予受理理由", "需补正的材料", "核查情况", "结论说明",
    "申请复检项目", "予以复检项目", "确定方式", "通报事由", "通报依据",
})  # fmt: skip


def by_code(written: str) -> Kind | None:
    """The kind of this code or Chinese name."""
    return next((one for one in KINDS.values() if written in (one.kind.code, one.kind.value)), None)


# ---------------------------------------------------------------- numbers

# 省级简称 by the first two digits of the region's code (GB/T 2260).
PROVINCES: Mapping[str, str] = {
    "11": "京", "12": "津", "13": "冀", "14": "晋", "15": "蒙", "21": "辽", "22": "吉", "23": "黑", "31": "沪", "32": "苏", "33": "浙",
    "34": "皖", "35": "闽", "36": "赣", "37": "鲁", "41": "豫", "42": "鄂", "43": "湘", "44": "粤", "45": "桂", "46": "琼", "50": "渝",
    "51": "川", "52": "贵", "53": "云", "54": "藏", "61": "陕", "62": "甘", "63": "青", "64": "宁", "65": "新",
}  # fmt: skip
PREFIX = re.compile(r"[\u4e00-\u9fff]{2,20}")
OFFICE = "市监"


def default_prefix(name: str, region_code: str | None) -> str:
    """机关代字 of an office that has not set its own: 津蓟市监 for 蓟州区市场监督管理局 in 天津."""
    province = PROVINCES.get((region_code or "")[:2], "")
    whole_province = (region_code or "").endswith("0000")
    place = re.sub(r"[^\u4e00-\u9fff]", "", name.split("市场监督管理")[0])
    return f"{province}{'' if whole_province and province else place[:1]}{OFFICE}"


def number(prefix: str, kind: Kind, year: int, serial: int) -> str:
    """津蓟市监检告〔2026〕12号: six-cornered brackets, no leading zeros (GB/T 9704)."""
    return f"{prefix}{kind.word}〔{year}〕{serial}号"


# ---------------------------------------------------------------- before it is issued

def lacking(kind: Kind, fields: Mapping[str, str]) -> list[str]:
    """What must be filled in before it may be issued, in the order of the document."""
    return [name for name in kind.required if not fields.get(name, "").strip()]


def issue_fault(issued_on: date, today: date, reported_on: date | None) -> str | None:
    """Why it cannot bear this date."""
    if issued_on > today:
        return f"制发日期不能晚于今天（{today}），请核对"
    if reported_on is not None and issued_on < reported_on:
        return f"制发日期不能早于检验报告日期（{reported_on}），请核对"
    return None


# ---------------------------------------------------------------- delivery

@dataclass(frozen=True, slots=True)
class Delivery:
    """送达经过, as written on the 送达回证."""

    way: DeliveryWay
    sent_on: date
    servers: str
    delivered_on: date | None = None
    place: str | None = None
    receiver: str | None = None
    relation: str | None = None
    mail_no: str | None = None
    notice_place: str | None = None
    witnesses: str | None = None
    refusal: str | None = None
    remark: str | None = None


TITLES: Mapping[str, str] = {
    "way": "送达方式", "sent_on": "送出日期", "delivered_on": "送达日期", "servers": "送达人", "place": "送达地点", "receiver": "签收人",
    "relation": "与受送达人关系", "mail_no": "邮件号码", "notice_place": "公告载体", "witnesses": "见证人", "refusal": "拒收事由",
    "remark": "备注",
}  # fmt: skip
IN_PERSON = (W.DIRECT, W.LEFT)
# Needed whether or not it has arrived, and needed once it has.
ALWAYS: Mapping[DeliveryWay, Mapping[str, str]] = {
    W.DIRECT: {"place": "直接送达的，请填写送达地点"},
    W.LEFT: {
        "place": "留置送达的，请填写留置的住所地址", "refusal": "留置送达的，请写明拒收事由",
        "witnesses": "留置送达的，请填写见证人；没有见证人的，写明“拍照、录像记录”",
    },
    W.MAIL: {"place": "邮寄送达的，请填写邮寄地址", "mail_no": "邮寄送达的，请填写邮件号码"},
    W.ENTRUSTED: {"place": "委托送达的，请填写送达地点", "remark": "委托送达的，请在备注中写明受托单位和委托文书号"},
    W.ELECTRONIC: {
        "place": "电子送达的，请填写受送达人确认的电子地址", "remark": "电子送达的，请在备注中写明受送达人同意电子送达的确认情况",
    },
    W.NOTICE: {"notice_place": "公告送达的，请填写公告载体", "remark": "公告送达的，请在备注中写明公告的原因和经过"},
}  # fmt: skip
ARRIVED: Mapping[DeliveryWay, Mapping[str, str]] = {
    W.DIRECT: {"receiver": "直接送达的，请填写签收人", "relation": "请填写签收人与受送达人的关系，如 本人、法定代表人、负责收件的人"},
    W.MAIL: {"receiver": "邮件已妥投的，请填写回执上的签收人"},
    W.ENTRUSTED: {"receiver": "委托送达的，请填写签收人"},
}
SEPARATED = re.compile(r"[、,，;；\s]+")


def delivery_faults(written: Delivery, issued_on: date, today: date, notice_days: int) -> dict[str, str]:
    """What is missing or cannot be true, by field."""
    needed = {**ALWAYS[written.way], **(ARRIVED.get(written.way, {}) if written.delivered_on else {})}
    found = {name: said for name, said in needed.items() if not (getattr(written, name) or "").strip()}
    found |= _server_faults(written) | _date_faults(written, issued_on, today)
    if written.way is W.NOTICE and "delivered_on" not in found and written.delivered_on is not None:
        earliest = written.sent_on + timedelta(days=notice_days)
        if written.delivered_on < earliest:
            found["delivered_on"] = f"公告自发布之日起经过 {notice_days} 日视为送达：最早为 {earliest}，请到期后再登记送达日期"
    if written.way is W.LEFT and written.delivered_on is None:
        found.setdefault("delivered_on", "留置当日即为送达，请填写送达日期")
    if written.way is W.DIRECT and written.delivered_on is None and not (written.remark or "").strip():
        found["remark"] = "没有送达的，请在备注中写明原因"
    return found


def _server_faults(written: Delivery) -> dict[str, str]:
    people = [one for one in SEPARATED.split(written.servers) if one]
    if not people:
        return {"servers": "请填写送达人"}
    if written.way in IN_PERSON and len(set(people)) < 2:
        return {"servers": f"{written.way.value}须由两名以上执法人员送达，请填写两人姓名，用“、”隔开"}
    return {}


def _date_faults(written: Delivery, issued_on: date, today: date) -> dict[str, str]:
    if written.sent_on < issued_on:
        return {"sent_on": f"送出日期不能早于制发日期（{issued_on}），请核对"}
    if written.sent_on > today:
        return {"sent_on": f"送出日期不能晚于今天（{today}），请核对"}
    if written.delivered_on is None:
        return {}
    if written.delivered_on < written.sent_on:
        return {"delivered_on": f"送达日期不能早于送出日期（{written.sent_on}），请核对"}
    if written.delivered_on > today:
        return {"delivered_on": f"送达日期不能晚于今天（{today}），请核对"}
    if written.way in IN_PERSON and written.delivered_on != written.sent_on:
        return {"delivered_on": f"{written.way.value}的送达日期就是送出日期（{written.sent_on}），请核对"}
    return {}
