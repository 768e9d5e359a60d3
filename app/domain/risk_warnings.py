"""消费提示、风险预警: what the findings say in figures, and the draft that people edit. Nothing is said without a count or a dated text.

食品安全法 118: 食品安全风险警示信息 for the public is the State Council's department's or the province's to publish, and any food safety
information is published with the explanation it needs. So a county warns enterprises and other offices (风险预警) and advises
consumers (消费提示).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.fact_parts import Part
from app.domain.figures import DateBasis, Figure, Formula, Kind, Source, compute
from app.domain.intervals import SMALL, is_small
from app.domain.reporting_kinds import WarningKind
from app.domain.samples import ItemClass, Link

FAILURES = Formula(
    "failure_rate", "不合格率", Kind.RATIO_PERCENT, Source.FACTS, DateBasis.REPORTED_ON, "%", 2,
    "监督抽检（含抽检监测的监督部分）不合格批次 ÷ 已判定（合格、不合格）批次，按报告日期统计。", Part.FAILED, Part.JUDGED,
)  # fmt: skip
ITEM_FAILURES = Formula(
    "item_failure_rate", "项目不合格率", Kind.RATIO_PERCENT, Source.FACTS, DateBasis.REPORTED_ON, "%", 2,
    "该项目判为不合格项的批次 ÷ 该项目判为合格项或不合格项的批次，批次范围与不合格率相同。", Part.FAILED, Part.JUDGED,
)  # fmt: skip
MOST = 500  # batches behind one warning; more than this nobody has looked at one by one
LONGEST_SPAN = 366  # days
LISTED = 10  # items named in a draft
EXPLAINED = 6  # texts of items or classes in a draft
LONGEST = {"title": 200, "body": 8000, "audience": 300, "channel": 200, "url": 500, "reason": 500}
AUDIENCES = ("食品生产企业", "食品销售企业、集中交易市场开办者", "餐饮服务提供者", "各市场监督管理所", "相关行业协会", "农业农村主管部门")
LAST = {
    WarningKind.TIP: "购买到不合格或者疑似不合格食品的，请保留凭证并拨打12315投诉举报",
    WarningKind.ALERT: "自查情况和发现的问题请及时报告所在地市场监督管理部门",
}
WEB = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class WarningText:
    """说明文字 of one class of items, or of some items of it: what they mean and what to do."""

    code: str
    item_class: ItemClass
    items: tuple[str, ...]
    meaning: str
    harm: str
    consumer: tuple[str, ...]
    producer: tuple[str, ...]
    valid_from: date
    valid_to: date | None
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class ItemFinding:
    """One failing item: in how many batches it failed, of how many it was judged in."""

    item: str
    item_class: ItemClass | None
    failed: int
    tested: int

    @property
    def figure(self) -> Figure:
        return compute(ITEM_FAILURES, self.failed, self.tested)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found: where, when, in which food, and how often."""

    office: str
    area: str
    from_on: date
    to_on: date
    judged: int
    failed: int
    items: tuple[ItemFinding, ...] = ()
    category: str | None = None
    product: str | None = None
    link: Link | None = None
    item: str | None = None
    threshold: int = SMALL  # under how many a rate rests on few

    @property
    def figure(self) -> Figure:
        return compute(FAILURES, self.failed, self.judged)

    @property
    def small(self) -> bool:
        return is_small(self.judged, self.threshold)

    @property
    def mark(self) -> str:
        """What is said where it rests on few."""
        return f"样本量小：已判定批次不足 {self.threshold} 批，比例仅供参考，不宜推断总体情况" if self.small else ""

    @property
    def food(self) -> str:
        """Which food, in the words of the query."""
        named = f"名称含“{self.product}”的" if self.product else ""
        return f"{named}{self.category or '食品'}"

    @property
    def where(self) -> str:
        return f"{self.link.value}环节" if self.link else ""


def span_fault(from_on: date, to_on: date, today: date) -> str | None:
    """What is wrong with a period, as a sentence."""
    if from_on > to_on:
        return "起始日期晚于截止日期，请核对"
    if from_on > today:
        return "起始日期晚于今天，请核对"
    return f"统计期间不得超过 {LONGEST_SPAN} 天，请缩短" if (to_on - from_on).days >= LONGEST_SPAN else None


def url_fault(url: str | None) -> str | None:
    return None if not url or url.startswith(WEB) else "发布网址应以 http:// 或 https:// 开头，没有网址的留空"


# ---------------------------------------------------------------- texts

def _bare(item: str) -> str:
    """酸价(以脂肪计) is 酸价."""
    return item.split("(", 1)[0].split("（", 1)[0].strip()


def text_of(item: str, item_class: ItemClass | None, texts: Iterable[WarningText]) -> WarningText | None:
    """The text of the item itself where there is one, else that of its class."""
    texts = list(texts)
    own = (one for one in texts if _bare(item) in {_bare(each) for each in one.items})
    general = (one for one in texts if one.item_class is (item_class or ItemClass.OTHER) and not one.items)
    return next(own, None) or next(general, None)


def texts_for(items: Iterable[ItemFinding], texts: Sequence[WarningText]) -> list[tuple[WarningText, list[str]]]:
    """The texts that explain the items, most frequent first, each with the items it is about."""
    found: dict[str, tuple[WarningText, list[str]]] = {}
    for one in items:
        text = text_of(one.item, one.item_class, texts)
        if text is not None:
            found.setdefault(text.code, (text, []))[1].append(one.item)
    return list(found.values())[:EXPLAINED]


# ---------------------------------------------------------------- the draft

def day_words(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def items_words(items: Sequence[ItemFinding]) -> str:
    told = "、".join(f"{one.item}（不合格{one.failed}批次，检验{one.tested}批次）" for one in items[:LISTED])
    return told + (f"等{len(items)}项" if len(items) > LISTED else "")


def basis(found: Finding) -> str:
    """依据 in one paragraph: the figures with their counts."""
    about = f"，检验“{found.item}”的批次" if found.item else ""
    said = (
        f"{day_words(found.from_on)}至{day_words(found.to_on)}（按报告日期），{found.area}{found.where}{found.food}监督抽检{about}"
        f"已判定{found.judged}批次，不合格{found.failed}批次，不合格率{found.figure.shown}"
        f"（{found.failed}/{found.judged}）。"
    )
    if found.items:
        said += f"不合格项目：{items_words(found.items)}。" + ("一批次可有多个不合格项目。" if len(found.items) > 1 else "")
    return said + (f"{found.mark}。" if found.small else "")


def title(kind: WarningKind, found: Finding) -> str:
    named = [found.item] if found.item else [one.item for one in found.items[:2]]
    more = "等" if not found.item and len(found.items) > 2 else ""
    about = f"{'、'.join(named)}{more}问题" if named else "不合格问题"
    food = found.product or found.category or "食品"
    return f"关于{food}{about}的{kind.value}"[: LONGEST["title"]]


def body(kind: WarningKind, found: Finding, texts: Sequence[WarningText]) -> str:
    """The draft. People edit it; every figure in it is one of the finding."""
    explained = texts_for(found.items, texts)
    advice = _advice(kind, explained)
    heading = "消费建议" if kind is WarningKind.TIP else "防控要求"
    paragraphs = [
        *([] if kind is WarningKind.TIP else ["各有关单位："]),
        basis(found),
        "一、不合格项目说明",
        *(f"{'、'.join(items[:LISTED])}：{text.meaning}。{text.harm}。" for text, items in explained),
        f"二、{heading}",
        *(f"（{at}）{one}。" for at, one in enumerate(advice, 1)),
        "以上依据本期抽检结果作出，抽检批次不合格不代表同类食品的总体情况。",
    ]
    return "\n".join(paragraphs)[: LONGEST["body"]]


def _advice(kind: WarningKind, explained: Sequence[tuple[WarningText, list[str]]]) -> list[str]:
    every = [one for text, _ in explained for one in (text.consumer if kind is WarningKind.TIP else text.producer)]
    return [*_said_once(list(dict.fromkeys(every)), LAST[kind]), LAST[kind]]


def _said_once(advice: Sequence[str], *beside: str) -> list[str]:
    """Without what the others say already: texts of several items meet in one draft, and each has its own words for the same."""
    kept: list[str] = []
    for at, one in enumerate(advice):
        others = [clause for other in (*kept, *advice[at + 1 :], *beside) for clause in other.split("，")]
        if not all(any(_covers(other, clause) for other in others) for clause in one.split("，")):
            kept.append(one)
    return kept


def _covers(said: str, clause: str) -> bool:
    """从正规渠道购买 covers 从正规渠道购买预包装食品; what goes on with 并 asks for more."""
    return clause.startswith(said) and "并" not in clause[len(said) :]


def unchecked(found: Finding, texts: Sequence[WarningText]) -> list[str]:
    """待核: which explanations of the draft nobody has verified yet, and against what."""
    return unchecked_items([(one.item, one.item_class) for one in found.items], texts)


def unchecked_items(items: Iterable[tuple[str, ItemClass | None]], texts: Sequence[WarningText]) -> list[str]:
    """The same of items by name and class."""
    bare = [ItemFinding(name, kind, 0, 0) for name, kind in items]
    return [f"{'、'.join(named)}：{text.source}" for text, named in texts_for(bare, texts) if text.confidence == "待核"]
