"""严重违法失信名单 (市场监督管理严重违法失信名单管理办法): for what a firm is entered, what follows, when and why it is removed.

The articles named here are to be checked against the text of the measures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.domain.case_kinds import RemovalGround

MEASURES = "《市场监督管理严重违法失信名单管理办法》"
CONFIDENCE = "待核"
TERM = "LISTING_END"  # the dated rule: three years
LONGEST_GROUND = 500


@dataclass(frozen=True, slots=True)
class Ground:
    """列入事由 of the measures that concerns food."""

    code: str
    words: str

    @property
    def text(self) -> str:
        return f"{self.words}（{MEASURES}，条款{CONFIDENCE}）"


GROUNDS = (
    Ground("unlicensed", "未依法取得许可从事食品生产经营活动，受到较重行政处罚"),
    Ground("inedible", "用非食品原料生产食品，在食品中添加食品添加剂以外的化学物质和其他可能危害人体健康的物质，受到较重行政处罚"),
    Ground("contaminants", "生产经营农药残留、兽药残留、重金属、污染物质等含量超过食品安全标准限量的食品，受到较重行政处罚"),
    Ground("formula", "生产经营未按规定注册的保健食品、特殊医学用途配方食品、婴幼儿配方乳粉，受到较重行政处罚"),
    Ground("date", "标注虚假生产日期、保质期或者超过保质期，受到较重行政处罚"),
    Ground("death", "生产经营病死、毒死或者死因不明的动物肉类及其制品，受到较重行政处罚"),
    Ground("resist", "拒绝、阻挠、干涉市场监督管理部门依法开展监督检查和事故调查，受到较重行政处罚"),
    Ground("repeat", "其他违反食品安全法律、行政法规规定，严重危害人民群众身体健康和生命安全的违法行为，受到较重行政处罚"),
)
BY_CODE: Mapping[str, Ground] = {ground.code: ground for ground in GROUNDS}
# What follows for as long as it is listed.
EFFECTS = (
    "列为重点监管对象，提高检查频次，依法严格监管",
    "不适用告知承诺制",
    "不予授予市场监督管理部门的荣誉称号等表彰奖励",
    "列入信息通过国家企业信用信息公示系统公示",
)
WARNING = "该企业在严重违法失信名单中（{listed_on} 列入，{ground}）：列为重点监管对象，请按提高后的频次抽检和检查"


def removal_fault(
    ground: RemovalGround, removed_on: date, listed_on: date, due_on: date | None, today: date, penalty_revoked: bool | None
) -> str | None:
    """Why it cannot be removed so. ``penalty_revoked``: of the penalty it rests on; None where it rests on none here."""
    if not listed_on <= removed_on <= today:
        return f"移出日期应在列入日期（{listed_on}）与今天之间，请核对"
    if ground is RemovalGround.EXPIRED and due_on is not None and removed_on < due_on:
        return f"列入满三年的日期是 {due_on}，还没有期满；提前移出请选择信用修复等理由"
    if ground is RemovalGround.REVOKED and penalty_revoked is False:
        return "列入所依据的处罚决定还没有撤销，请先撤销处罚决定，或选择其他理由"
    return None
