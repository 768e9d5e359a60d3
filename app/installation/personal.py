"""个人信息清单: which particulars of people are kept, for what, on what ground, who sees them whole, and how they lie in the database.

Source: GB/T 22239-2019 8.1.4.11 (最少采集); 《个人信息保护法》 6, 13. A test compares it with the columns that exist: whoever adds one
has to say here what it is for. Nothing of it is about one person, so nobody's scope matters.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.db import Base
from app.domain.actors import Role
from app.domain.permission_areas import condition
from app.domain.permissions import Permission
from app.sampling.columns import title
from app.secret_columns import Secret, SecretJSON, encrypting

DUTY = "履行法定职责所必需（个人信息保护法第十三条）"
SHEET, FILE, FIRM, ACCOUNT = "抽样单", "核查处置和案卷", "企业档案", "账号和登录"
INNER, DELICATE = "内部", "敏感"
SHEETS = "国家统一抽样单的栏目；送达检验结果、核对抽样经过、支付购样费用"


@dataclass(frozen=True, slots=True)
class Particular:
    """One particular of a person. ``code`` is ``table.column``, or of the personal data of sheets ``personal_datum.field``."""

    area: str
    name: str
    code: str
    purpose: str
    level: str = INNER
    masked: bool = True
    ground: str = DUTY

    @property
    def sealed(self) -> str:
        """How it lies in the database now."""
        table, name = self.code.split(".", 1)
        column = Base.metadata.tables[table].columns.get("value" if table == "personal_datum" else name)
        if column is None or not isinstance(column.type, (Secret, SecretJSON)):
            return "不加密"
        return "加密" if encrypting() else "可加密（未启用）"


_OURS = ("sampler_phone", "sampling_unit_contact", "sampling_unit_phone", "sampling_unit_email")
_SHEET: dict[str, str] = {
    "sampler_phone": "检验机构和被抽样单位联系抽样人员",
    "sampling_unit_contact": "检验机构、被抽样单位联系抽样单位",
    "sampling_unit_phone": "检验机构、被抽样单位联系抽样单位",
    "sampling_unit_email": "检验机构送交电子报告",
    "sampled_legal_person": "确认被抽样单位的责任人",
    "sampled_contact": "送达检验结果通知书、核查处置",
    "sampled_phone": "送达检验结果通知书、核查处置",
    "stall_holder_id": "摊位经营者没有营业执照时确认责任主体",
    "producer_contact": "告知标称生产者检验结果、核实样品",
    "producer_phone": "告知标称生产者检验结果、核实样品",
    "third_party_contact": "告知委托方、受托方检验结果",
    "third_party_phone": "告知委托方、受托方检验结果",
    "platform_contact": "网络抽样时告知平台、调取交易信息",
    "platform_phone": "网络抽样时告知平台、调取交易信息",
    "buyer": "网络抽样时证明购买经过",
    "pay_account": "网络抽样时证明付款经过",
    "register_account": "网络抽样时证明购买经过",
    "delivery_address": "网络抽样时证明收货经过",
}
_ACCOUNTS = frozenset({"stall_holder_id", "pay_account", "register_account", "delivery_address"})
_OTHERS = (
    Particular(SHEET, "上级导出文件中含个人信息的其他列", "personal_datum.*", "原样保存上级系统的导出文件，导回时不丢失"),
    Particular(SHEET, "抽样单草稿的内容", "form_draft.fields", "超时、断电后找回未提交的抽样单；180 天未保存的清理", masked=False),
    Particular(SHEET, "抽样单模板的内容", "sheet_template.fields", "同一抽样单位再次登记时预填；只有本人和共享的同事可用", masked=False),
    Particular(SHEET, "标称委托方或受托方名称", "sample.third_party_name", "确认责任主体；自然人公示时遮蔽", masked=False),
    Particular(SHEET, "交接人员姓名", "custody_event.person", "样品流转可追溯", masked=False),
    Particular(SHEET, "备份样品处置见证人", "backup_sample.discard_witness", "证明处置经过", masked=False),
    Particular(SHEET, "签字", "sample_signature.signer", "被抽样单位和抽样人员当场确认抽样单", DELICATE, masked=False),
    Particular(FILE, "当事人名称", "disposal_case.party_name", "确认责任主体；自然人公示时遮蔽", masked=False),
    Particular(FILE, "处罚当事人名称", "penalty.party_name", "行政处罚决定的当事人；自然人公示时遮蔽", masked=False),
    Particular(FILE, "复检申请人", "retest.applicant", "确认申请资格", masked=False),
    Particular(FILE, "复检申请人联系方式", "retest.contact", "通知受理情况和复检结论"),
    Particular(FILE, "异议申请人", "objection.applicant", "确认申请资格", masked=False),
    Particular(FILE, "异议申请人联系方式", "objection.contact", "通知受理情况和审核结论"),
    Particular(FILE, "限时报告表的内容", "urgent_report.fields", "24 小时限时报告的联系人和电话", masked=False),
    Particular(FILE, "文书签收人", "document_delivery.receiver", "送达回证，起算申请复检和异议的期限", masked=False),
    Particular(FILE, "送达见证人", "document_delivery.witnesses", "留置送达的见证", masked=False),
    Particular(FILE, "检查时的企业人员", "inspection.company_person", "检查记录的当场确认", masked=False),
    Particular(FILE, "检查见证人", "inspection.witness", "拒绝签字时的见证", masked=False),
    Particular(FILE, "随机抽取见证人", "drawing.witness", "证明抽取公开进行", masked=False),
    Particular(FILE, "所签内容", "approval_signature.content", "核对签名以后记录有没有被改动；可能含上列各项", masked=False),
    Particular(FIRM, "法定代表人（负责人）", "enterprise.principal", "登记事项，确认责任人"),
    Particular(FIRM, "企业联系电话", "enterprise.phone", "通知检查、送达文书"),
    Particular(FIRM, "一户一档中的人员和证照", "archive_element.value", "省级“一户一档”规定的要素（人员、健康证明等）"),
    Particular(FIRM, "复检机构联系人", "retest_laboratory.contact", "联系复检机构（公布的名录）"),
    Particular(FIRM, "复检机构电话", "retest_laboratory.phone", "联系复检机构（公布的名录）"),
    Particular(FIRM, "联合抽查部门联系人", "random_partner.contact", "联系共同参加双随机抽查的部门", masked=False),
    Particular(ACCOUNT, "工作人员姓名", "user_account.name", "一人一号，办理记录写明办理人", masked=False),
    Particular(ACCOUNT, "机构电话", "organisation.phone", "单位对外联系电话", masked=False),
    Particular(ACCOUNT, "登录地址", "user_session.ip", "安全审计（网络安全法第二十一条）；会话过期满 180 天清理", masked=False),
    Particular(ACCOUNT, "浏览器", "user_session.agent", "本人核对在哪些计算机登录；随会话清理", masked=False),
    Particular(ACCOUNT, "数字证书的持有人", "user_certificate.subject", "确认证书（UKey）属于本人；绑定记录永久保存", masked=False),
    Particular(ACCOUNT, "上次登录地址", "user_account.last_sign_in_ip", "登录后提示本人核对", masked=False),
    Particular(ACCOUNT, "登录尝试的地址", "sign_in_attempt.ip", "锁定和放慢猜测密码；满 180 天清理", masked=False),
    Particular(ACCOUNT, "告警的地址", "security_alert.ip", "处理安全告警", masked=False),
    Particular(ACCOUNT, "办理记录的地址", "history_entry.address", "安全审计；永久保存", masked=False),
)  # fmt: skip


@lru_cache(maxsize=1)
def particulars() -> Sequence[Particular]:
    """The whole list, by area."""
    sheets = [
        Particular(
            SHEET, title(field), f"personal_datum.{field}", purpose, DELICATE if field in _ACCOUNTS else INNER, ground=f"{DUTY}；{SHEETS}"
        )
        for field, purpose in _SHEET.items()
    ]
    return (*sheets, *_OTHERS)


def seen_by() -> str:
    """Who may see masked particulars whole, in words: straight from the table of permissions."""
    words: dict[str, list[str]] = {}
    for role in Role:
        found = condition(role, Permission.PERSONAL_UNMASK)
        if found is not None:
            words.setdefault(found, []).append(role.value)
    return "；".join(f"{'、'.join(roles)}（{told or '不限'}）" for told, roles in words.items())


def shown(particular: Particular) -> str:
    return "默认遮蔽，查看完整内容留记录" if particular.masked else "有权查看该记录的人可见"


def lines(found: Iterable[Particular]) -> list[dict[str, str]]:
    """For the command and the workbook."""
    return [
        {"area": one.area, "name": one.name, "code": one.code, "purpose": one.purpose, "ground": one.ground, "level": one.level,
         "shown": shown(one), "sealed": one.sealed} for one in found
    ]  # fmt: skip
