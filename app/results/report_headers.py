"""检验报告 without its rows: what a file says of the report itself."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date

from app.results.known import KnownReport, KnownSample

REPORT = "检验报告"


@dataclass(frozen=True, slots=True)
class Header:
    """检验报告 without its rows. None says nothing: what is known of the report stays."""

    reported_on: date | None = None
    received_on: date | None = None
    report_kind: str | None = None
    conclusion_written: str | None = None
    remark_supervision: str | None = None
    remark_monitoring: str | None = None
    laboratory: str | None = None
    laboratory_org_id: int | None = None

    def over(self, known: KnownReport | None) -> Header:
        """This header, completed by what the report in force says."""
        if known is None:
            return self
        return Header(*(
            getattr(known, field.name) if getattr(self, field.name) is None else getattr(self, field.name)
            for field in fields(self)
        ))  # fmt: skip

    def tested_by(self, sample: KnownSample | None) -> Header:
        """Where neither file nor user names a laboratory, it is the one the sample was sent to."""
        if self.laboratory is not None or sample is None:
            return self
        return replace(self, laboratory=sample.laboratory, laboratory_org_id=sample.laboratory_org_id)


TITLES = {
    "reported_on": "报告日期",
    "received_on": "收检日期",
    "report_kind": "报告类别",
    "conclusion_written": "检验结论",
    "remark_supervision": "监督抽检报告备注",
    "remark_monitoring": "风险监测报告备注",
    "laboratory": "检验机构",
}
