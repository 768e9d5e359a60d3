"""Every formula of the plans, defined once (一个指标一个口径).

A province that defines one otherwise gets another dated version, not another formula in code.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.case_parts import CasePart
from app.domain.fact_parts import Part
from app.domain.figures import DateBasis, Formula, Kind, Source
from app.domain.tally_parts import TallyPart

RATIO, FACTS, REPORTED_ON = Kind.RATIO_PERCENT, Source.FACTS, DateBasis.REPORTED_ON


FROM_RECORDS = (
    Formula(
        "batch_count",
        "抽检批次数",
        Kind.COUNT,
        FACTS,
        REPORTED_ON,
        unit="批次",
        places=0,
        definition="抽检批次数＝报告日期在统计期内、抽样地在本区域、已出具检验报告的批次数（含未判定；拒检、未抽到样品、"
        "退样、作废和快检不计）。",
        numerator=Part.COMPLETED,
    ),
    Formula(
        "batches_per_thousand",
        "每千人抽检批次",
        Kind.PER_THOUSAND,
        FACTS,
        REPORTED_ON,
        unit="批次/千人",
        places=2,
        definition="每千人抽检批次＝各类检验目的的完成批次÷常住人口×1000；人口取不晚于上一年度的最新公布常住人口，"
        "没有时取最早已知年度并注明。",
        numerator=Part.COMPLETED,
    ),
    Formula(
        "pass_rate",
        "抽检合格率",
        RATIO,
        FACTS,
        REPORTED_ON,
        unit="%",
        places=2,
        definition="抽检合格率＝监督抽检（含抽检监测中的监督项目）结论为合格的批次÷结论为合格或不合格的批次×100%；"
        "限定评价性抽检时只统计评价性抽检；风险监测不计入；未判定批次另列。",
        numerator=Part.PASSED,
        denominator=Part.JUDGED,
        beside=Part.OPEN,
    ),
    Formula(
        "problem_rate",
        "监测问题率",
        RATIO,
        FACTS,
        REPORTED_ON,
        unit="%",
        places=2,
        definition="监测问题率＝风险监测（含抽检监测中的监测项目）发现问题的批次÷完成的监测批次×100%；不判定批次在分母中，另列。",
        numerator=Part.PROBLEMS,
        denominator=Part.MONITORED,
        beside=Part.MONITORING_UNDECIDED,
    ),
    Formula(
        "disposal_rate",
        "核查处置完成率",
        RATIO,
        Source.CASES,
        DateBasis.DUE_ON,
        unit="%",
        places=2,
        definition="核查处置完成率＝案件已全部办结的不合格批次÷处置期限（含经批准的延期，以最迟案件为准）在统计期内届满的"
        "不合格批次×100%；仅通报外地的案件不计。",
        numerator=CasePart.CLOSED,
        denominator=CasePart.DUE,
    ),
    Formula(
        "disposal_on_time_rate",
        "核查处置按时完成率",
        RATIO,
        Source.CASES,
        DateBasis.DUE_ON,
        unit="%",
        places=2,
        definition="核查处置按时完成率＝在处置期限当日或之前全部办结的不合格批次÷处置期限在统计期内届满的不合格批次×100%；"
        "仅通报外地的案件不计。",
        numerator=CasePart.CLOSED_ON_TIME,
        denominator=CasePart.DUE,
    ),
    Formula(
        "rectification_rate",
        "整改完成率",
        RATIO,
        Source.CASES,
        DateBasis.TERM_END,
        unit="%",
        places=2,
        definition="整改完成率＝复查验收合格的责令整改案件÷整改期限在统计期内届满的责令整改案件×100%；仅通报外地的案件不计；"
        "整改期限取案件登记的整改截止日期，没有登记的不计。",
        numerator=TallyPart.RECTIFIED,
        denominator=TallyPart.RECTIFY_DUE,
    ),
    Formula(
        "transfer_handling_rate",
        "案件（线索）移交处置率",
        RATIO,
        Source.TRANSFERS,
        DateBasis.TERM_END,
        unit="%",
        places=2,
        definition="案件（线索）移交处置率＝已获答复的移送线索÷答复期限在统计期内届满的移送线索×100%；统计移送和要求答复的通报，"
        "协查和没有要求答复的通报不计，作废的不计。",
        numerator=TallyPart.REPLIED,
        denominator=TallyPart.REPLY_DUE,
    ),
    Formula(
        "enforcement_record_rate",
        "行政执法全过程记录率",
        RATIO,
        Source.CASES,
        DateBasis.CLOSED_ON,
        unit="%",
        places=2,
        definition="行政执法全过程记录率＝启动、调查取证、审核决定、送达执行记录齐全的结案案件÷统计期内结案案件×100%。",
        numerator=TallyPart.FULLY_RECORDED,
        denominator=TallyPart.CASES_CLOSED,
    ),
    Formula(
        "case_filing_rate",
        "立案率",
        RATIO,
        Source.CASES,
        DateBasis.RECEIVED_ON,
        unit="%",
        places=2,
        definition="立案率＝已对当事人行政立案的处置案件÷收到不合格结论日期在统计期内的处置案件×100%；仅通报外地的案件不计，撤销的案件"
        "（批次改判合格）不计，立案后撤销立案的仍计为已立案。",
        numerator=TallyPart.CASES_FILED,
        denominator=TallyPart.CASES_RECEIVED,
    ),
    Formula(
        "case_days",
        "案件平均办理工作日",
        Kind.AVERAGE,
        Source.CASES,
        DateBasis.CLOSED_ON,
        unit="个工作日",
        places=1,
        definition="案件平均办理工作日＝统计期内结案的处置案件自收到不合格结论次日至结案日的工作日之和÷这些案件的件数；当日收到当日结案的"
        "为0；仅通报外地的案件不计，撤销的案件不计。",
        numerator=TallyPart.CASE_DAYS,
        denominator=TallyPart.CASES_CLOSED,
    ),
    Formula(
        "penalty_disclosure_rate",
        "行政处罚信息公开率",
        RATIO,
        Source.PENALTIES,
        DateBasis.TERM_END,
        unit="%",
        places=2,
        definition="行政处罚信息公开率＝在公开期限（20个工作日，外省当事人为10个工作日内推送）当日或之前公开的处罚决定÷公开期限在"
        "统计期内届满的应公开处罚决定×100%；仅给予警告的、不予处罚的不属应公开，期限届满前撤销的决定不计。",
        numerator=TallyPart.PUBLISHED_ON_TIME,
        denominator=TallyPart.PUBLISH_DUE,
    ),
    Formula(
        "category_coverage",
        "品种抽检覆盖率",
        RATIO,
        FACTS,
        REPORTED_ON,
        unit="%",
        places=2,
        definition="品种抽检覆盖率＝统计期内至少有1个完成批次的计划品种数÷计划列明的品种数×100%；未覆盖的品种另列。",
    ),
    Formula(
        "sampling_coverage",
        "企业抽检覆盖率",
        RATIO,
        Source.ENTERPRISES,
        REPORTED_ON,
        unit="%",
        places=2,
        definition="企业抽检覆盖率＝统计期内作为生产者或被抽样单位至少有1个完成批次的在营主体÷该类在营主体×100%；"
        "在营主体按企业档案中状态为在产的统计；未覆盖的主体另列。",
    ),
    Formula(
        "balance",
        "抽检均衡度",
        Kind.BALANCE,
        FACTS,
        REPORTED_ON,
        unit="",
        places=2,
        definition="抽检均衡度＝1－½×Σ|各月完成批次占比－各月计划批次占比|（乡镇、品种同此），1为与计划完全一致。"
        "各月计划取本区域已下达计划分解到月的批次（当月按已过工作日折算），没有分解到月的计划时按工作日平均。",
        numerator=Part.COMPLETED,
    ),
)


def _covering(code: str, name: str, source: Source, basis: DateBasis, definition: str) -> Formula:
    """A rate over enterprises of the register, each counted once."""
    return Formula(code, name, RATIO, source, basis, unit="%", places=2, definition=definition)


OF_THE_REGISTER = (
    _covering(
        "grading_rate",
        "风险分级管理率",
        Source.ENTERPRISES,
        DateBasis.LAST_DAY,
        "风险分级管理率＝期末持有有效风险等级的在营主体÷期末该类在营主体×100%；限定主体类型时只认按该类型评定的等级；统计期未结束的"
        "按当日。",
    ),
    _covering(
        "filing_rate",
        "建档率",
        Source.ENTERPRISES,
        DateBasis.LAST_DAY,
        "建档率＝档案必备要素齐全的登记主体÷该类登记主体×100%；登记主体含停产的，不含注销和已合并的；必备要素按期末当日适用的一户一档"
        "要素表。",
    ),
    _covering(
        "inspection_coverage",
        "监督检查覆盖率",
        Source.INSPECTIONS,
        DateBasis.FINISHED_ON,
        "监督检查覆盖率＝统计期内至少完成1次监督检查的在营主体÷该类在营主体×100%；拒绝检查、无法联系的不算完成检查。",
    ),
    _covering(
        "random_inspection_coverage",
        "双随机抽查比例",
        Source.INSPECTIONS,
        DateBasis.FINISHED_ON,
        "双随机抽查比例＝本年经双随机抽取并完成检查的主体（同一主体计1次）÷上年末名录中的主体×100%。",
    ),
    Formula(
        "inspection_disclosure_rate",
        "检查结果公示率",
        RATIO,
        Source.INSPECTIONS,
        DateBasis.TERM_END,
        unit="%",
        places=2,
        definition="检查结果公示率＝20个工作日内公示的已完成检查÷公示期限（20个工作日）在统计期内届满的已完成检查×100%；依法不公开的、"
        "已作废的不计。",
        numerator=TallyPart.DISCLOSED_ON_TIME,
        denominator=TallyPart.DISCLOSE_DUE,
    ),
    Formula(
        "self_inspection_report_rate",
        "自查报告率",
        RATIO,
        Source.ENTERPRISES,
        DateBasis.TERM_END,
        unit="%",
        places=2,
        definition="自查报告率＝已收到的企业自查报告÷上报期限在统计期内届满的应报自查报告×100%；逾期收到的计入已收到，经批准免报的不计。",
        numerator=TallyPart.SELF_REPORTED,
        denominator=TallyPart.SELF_REPORT_DUE,
    ),
    Formula(
        "incident_count",
        "安全事故数",
        Kind.COUNT,
        Source.INCIDENTS,
        DateBasis.OCCURRED_ON,
        unit="起",
        places=0,
        definition="安全事故数＝发生日期在统计期内、达到所列级别及以上的该领域安全事故起数；尚未核定级别的按初步级别计，未达级别的和作废"
        "的不计。",
        numerator=TallyPart.INCIDENTS,
    ),
)

REPORTED = Formula(
    "reported",
    "填报指标",
    Kind.REPORTED,
    Source.REPORTED,
    DateBasis.AS_STATED,
    unit="",
    places=0,
    definition="填报指标：数值由责任单位填报，附日期、来源文件和附件，不由抽检记录计算。",
)

FORMULAS: Mapping[str, Formula] = {f.code: f for f in (*FROM_RECORDS, *OF_THE_REGISTER, REPORTED)}
