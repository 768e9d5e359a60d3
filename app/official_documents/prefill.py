"""What stands in a new document before anybody writes: taken from the sample, its report in force and the case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.disposal.models import DisposalCase
from app.disposal.queries import failing_rows
from app.domain.case_kinds import Side
from app.domain.documents import OFFICIAL, DocumentKind
from app.domain.samples import Supervision
from app.filters import format_date_cn
from app.official_documents import queries
from app.organisations.models import Organisation
from app.sampling.models import Sample

ABSENT = frozenset({"", "/", "无", "不详", "未标注", "-", "—"})
MARKET_NAMES = ("集中交易市场开办者", "市场开办者", "市场名称")
MARKET_ADDRESSES = ("市场地址", "集中交易市场地址")
K = DocumentKind


@dataclass(frozen=True, slots=True)
class Recipient:
    """受送达人."""

    side: Side
    name: str
    address: str | None = None


def _known(text: str | None) -> str | None:
    return None if text is None or text.strip() in ABSENT else text.strip()


def _beside(sample: Sample, *names: str) -> str | None:
    """A field that the sheet carries without a column of its own, under any of these words."""
    extra = {key.rpartition("_")[2]: value for key, value in (sample.extra or {}).items() if isinstance(value, str)}
    return next((found for name in names if (found := _known(extra.get(name)))), None)


def recipients(sample: Sample) -> list[Recipient]:
    """Everybody the sample names to whom a result is served (办法第二十九条)."""
    market = _beside(sample, *MARKET_NAMES)
    market_address = _beside(sample, *MARKET_ADDRESSES)
    if market is None and "市场" in (sample.third_party_kind or ""):
        market, market_address = _known(sample.third_party_name), _beside(sample, "第三方地址", "第三方企业地址")
    found = (
        (Side.SAMPLED, _known(sample.sampled_name), _known(sample.sampled_address)),
        (Side.PRODUCER, _known(sample.producer_name), _known(sample.producer_address)),
        (Side.MARKET, market, market_address),
        (Side.PLATFORM, _beside(sample, "平台名称"), _beside(sample, "平台地址")),
    )
    return [Recipient(side, name, address) for side, name, address in found if name]


def recipient(kind: DocumentKind, sample: Sample, case: DisposalCase | None, side: Side) -> Recipient:
    """Who is on this side; nobody where the sample does not say."""
    if kind is K.RECTIFY_ORDER and case is not None and side in (Side.SAMPLED, Side.PRODUCER):
        return Recipient(side, case.party_name or "", case.party_address)
    return next((one for one in recipients(sample) if one.side is side), Recipient(side, ""))


def fields(kind: DocumentKind, sample: Sample, case: DisposalCase | None, office: Organisation) -> dict[str, str]:
    """The fields of this kind, filled as far as the records know."""
    known = _of_sample(sample) | _of_office(office) | (_of_case(case, sample) if case is not None else {})
    known |= _wording(kind, known)
    return {name: known.get(name, "") for name in OFFICIAL[kind]}


def _of_sample(sample: Sample) -> dict[str, str]:
    reports = queries.reports_in_force(sample.id)
    numbers = "、".join(report.report_no for report in reports)
    made = "／".join(part for part in (format_date_cn(sample.made_on) if sample.made_on else "", sample.batch_no or "") if part)
    return {
        "抽样单编号": sample.number, "样品名称": sample.product_name, "规格型号": sample.spec or "", "生产日期或批号": made,
        "被抽样单位": sample.sampled_name or "", "标称生产者": sample.producer_name or "",
        "抽样日期": format_date_cn(sample.sampled_on) if sample.sampled_on else "",
        "承检机构": sample.laboratory or (reports[0].laboratory if reports else "") or "",
        "报告编号": numbers, "检验结论": _conclusion(sample), "不合格项目": _failing(sample),
        "附件": f"检验报告（编号：{numbers}）1份" if numbers else "",
    }  # fmt: skip


def _conclusion(sample: Sample) -> str:
    return "不合格" if sample.supervision is Supervision.FAIL else (sample.monitoring.value if sample.monitoring else "")


def _failing(sample: Sample) -> str:
    lines = []
    for row in failing_rows([sample.id]).get(sample.id, []):
        limit = "，".join(part for part in (row.limit_text, row.basis) if part)
        reading = f"{row.item}：检验结果 {row.result_written or '/'} {row.unit or ''}".rstrip()
        lines.append(f"{reading}（标准限量：{limit}）" if limit else reading)
    return "；".join(lines)


def _of_office(office: Organisation) -> dict[str, str]:
    return {"联系电话": office.phone or "", "复议机关": "", "起诉法院": "", "联系人": "", "联系地址": ""}


def _of_case(case: DisposalCase, sample: Sample) -> dict[str, str]:
    code = sample.sampled_credit_code if case.party_name == sample.sampled_name else ""
    handler = case.handler.name if case.handler is not None else ""
    started = f"{format_date_cn(case.received_on)}收到不合格检验结论" + (
        f"，{format_date_cn(case.started_on)}启动核查处置。" if case.started_on else "。"
    )
    served = f"检验报告和检验结果通知书于{format_date_cn(case.served_on)}送达。" if case.served_on else ""
    penalties = (case.penalty_kind.value if case.penalty_kind else "", case.penalty_no or "", case.penalty or "")
    penalty = "，".join(part for part in penalties if part)
    return {
        "案件编号": case.number, "责任主体": case.party_name or "", "社会信用代码": code or "", "联系人": handler,
        "启动情况": started + served, "产品控制": case.control or "", "原因排查": case.cause or "",
        "整改复查": case.rectification or "", "处罚情况": penalty, "信息公开": case.publication or "", "其他情况": case.remark or "",
    }  # fmt: skip


def _wording(kind: DocumentKind, known: Mapping[str, str]) -> dict[str, str]:
    """Sentences that offices begin with and then change."""
    product, failing = known["样品名称"], known["不合格项目"]
    if kind is K.RECTIFY_ORDER:
        return {
            "违法事实": f"你单位生产经营的{product}（抽样单编号：{known['抽样单编号']}）经抽样检验不合格，不合格项目为{failing or '/'}。",
            "改正要求": "立即停止生产经营不合格食品，封存、召回不合格食品，排查原因并整改，将整改情况书面报告我局。",
        }
    if kind is K.ASSIST_LETTER:
        return {
            "协查事由": f"我局在核查处置中发现，{product}经抽样检验不合格，标称生产者为{known['标称生产者'] or '/'}。",
            "协查事项": "请协助核查该批次产品是否为该企业生产、生产和销售数量、原因排查和整改情况，并将结果函复我局。",
        }
    if kind is K.TRANSFER_LETTER:
        return {"移送事由": f"{product}经抽样检验不合格，标称生产者不在我局管辖区域内。", "移送材料": known["附件"]}
    if kind is K.NOTICE_LETTER:
        return {
            "通报事由": f"{product}经抽样检验不合格，标称生产者为{known['标称生产者'] or '/'}，住所地在你单位管辖区域内。",
            "通报依据": "《食品安全抽样检验管理办法》第二十七条",
        }
    return {}
