"""频次上限 of a sheet about to be registered: earlier samples that fill a cap, and the exemptions that open it.

``findings`` is for the page; ``hold`` asks again inside the registering transaction, under a lock per enterprise, so that of two
people registering the last batch that a cap allows one passes.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app import history
from app.db import session
from app.domain.actors import Actor
from app.domain.caps import COUNTED, Party, Taken, exceeded, folded, reach, subject_keys, window_words
from app.domain.findings import Finding, Related
from app.domain.sampling_kinds import CapSubject, CapWindow
from app.errors import NotAllowedNow
from app.exemptions import queries
from app.exemptions.models import CapRule, ExemptionUse, RuleExemption
from app.reference_data.books import category_book
from app.reference_data.naming import CategoryBook
from app.sampling.models import Sample
from app.scope import scope

LOCK = 812  # a class of advisory locks of its own
NAMED = 10  # earlier samples listed by number
FIELDS = {CapSubject.UNIT: "sampled_name", CapSubject.PRODUCER: "producer_name", CapSubject.BATCH: "batch_no"}
COLUMNS = (
    "id", "number", "state", "special_sampling", "link", "organiser_level", "sampled_on", "sampled_enterprise_id", "sampled_name",
    "sampled_address", "producer_id", "producer_name", "producer_address", "product_name", "batch_no", "date_kind", "made_on",
    "category_id", "category_written",
)  # fmt: skip
MADE = ("生产日期", "加工日期")


def taken(sheet: Any, book: CategoryBook | None = None) -> Taken:
    """What caps look at, of a draft or of a row. Pass the book when reading many."""
    book = book or category_book()
    root = book.by_id(sheet.category_id).root_id if sheet.category_id else None
    category = book.by_id(root).name if root else folded((sheet.category_written or "").split("/")[0])
    batch = folded(sheet.batch_no)
    if not batch and sheet.made_on is not None and (sheet.date_kind or "") in MADE:
        batch = sheet.made_on.isoformat()  # without a number of its own a batch is what was made on one day
    return Taken(
        sheet.state, sheet.special_sampling is not None, sheet.link, sheet.organiser_level, sheet.sampled_on,
        Party.of(sheet.sampled_enterprise_id, sheet.sampled_name, sheet.sampled_address),
        Party.of(sheet.producer_id, sheet.producer_name, sheet.producer_address), folded(sheet.product_name), batch, category,
        getattr(sheet, "id", 0) or 0, sheet.number or "",
    )  # fmt: skip


def findings(draft: Any, actor: Actor, *, sample_id: int | None = None) -> list[Finding]:
    """Caps that this sheet would exceed, with the earlier samples that the reader may see."""
    sheet = taken(draft)
    if sheet.sampled_on is None or (sample_id is not None and _same_as_before(sheet, sample_id)):
        return []
    found = []
    for cap, filling in _exceeded(sheet, draft, sample_id):
        exemption = _exemption(cap, sheet, draft)
        message = _used(exemption) if exemption is not None else _sentence(cap, filling)
        seen = _visible(actor, filling)
        blocking = cap.blocking and exemption is None
        key = subject_keys(cap, sheet)[0] if blocking else None
        found.append(Finding(cap.code, FIELDS[cap.subject], message + _hidden(filling, seen), blocking, tuple(seen), key))
    return found


def hold(draft: Any, sample_id: int | None = None) -> list[RuleExemption]:
    """Ask again in the transaction that registers: the exemptions to be used.

    Raises NotAllowedNow when a cap is full and no exemption is left.
    """
    sheet = taken(draft)
    if sheet.sampled_on is None or sheet.special:
        return []
    _lock(sheet)
    if sample_id is not None and _same_as_before(sheet, sample_id):
        return []
    wanted: list[RuleExemption] = []
    for cap, filling in _exceeded(sheet, draft, sample_id):
        exemption = _exemption(cap, sheet, draft)
        if exemption is not None:
            wanted.append(exemption)
        elif cap.blocking:
            raise NotAllowedNow(_sentence(cap, filling), field=FIELDS[cap.subject])
    return wanted


def use(exemptions: Iterable[RuleExemption], sample: Sample, actor: Actor, at: datetime) -> None:
    """One batch of each exemption is used up by this sample."""
    for exemption in exemptions:
        exemption.used += 1
        session().add(ExemptionUse(org_id=exemption.org_id, exemption_id=exemption.id, sample_id=sample.id, at=at))
        history.record(
            RuleExemption.__tablename__, exemption.id, "use", actor, org_id=exemption.org_id, name=exemption.number,
            comment=f"登记样品 {sample.number}", changes={"已使用批次": (exemption.used - 1, exemption.used)},
        )  # fmt: skip
    session().flush()


def _lock(sheet: Taken) -> None:
    """One after the other for the same enterprise, under each of its names; SQLite's write lock does it already."""
    if session().get_bind().dialect.name != "postgresql":
        return
    keys = {f"{kind}{key}" for kind, party in (("u", sheet.unit), ("p", sheet.producer)) if party for key in party.keys}
    statement = sa.text("SELECT pg_advisory_xact_lock(:kind, :key)")
    for number in sorted({zlib.crc32(key.encode()) - 2**31 for key in keys}):
        session().execute(statement, {"kind": LOCK, "key": number})


# ---------------------------------------------------------------- earlier samples

def _exceeded(sheet: Taken, draft: Any, sample_id: int | None) -> Iterable[tuple[CapRule, Sequence[Taken]]]:
    assert sheet.sampled_on is not None
    for cap in queries.caps_in_force(sheet.sampled_on):
        party = sheet.unit if cap.subject is CapSubject.UNIT else sheet.producer
        if party is None or sheet.special:
            continue
        filling = exceeded(cap, sheet, _earlier(cap, sheet.sampled_on, party, draft, sample_id))
        if filling is not None:
            yield cap, filling


def _earlier(cap: CapRule, day: date, party: Party, draft: Any, sample_id: int | None) -> Iterable[Taken]:
    """Candidates, through the indexes; the rule itself decides which of them count."""
    unit = cap.subject is CapSubject.UNIT
    number, name = (Sample.sampled_enterprise_id, Sample.sampled_name) if unit else (Sample.producer_id, Sample.producer_name)
    by: list[sa.ColumnElement[bool]] = [name.in_(_spellings(draft.sampled_name if unit else draft.producer_name))]
    if party.id is not None:
        by.append(number == party.id)
    statement = sa.select(*(getattr(Sample, column) for column in COLUMNS)).where(
        sa.or_(*by), Sample.state.in_(sorted(COUNTED)), Sample.special_sampling.is_(None)
    )
    if cap.cap_window is not CapWindow.EVER:
        first, last = reach(cap, day)
        statement = statement.where(Sample.sampled_on >= first, Sample.sampled_on <= last)
    if sample_id is not None:
        statement = statement.where(Sample.id != sample_id)
    rows = session().execute(statement.order_by(Sample.id)).all()
    book = category_book() if rows else None
    return [taken(row, book) for row in rows]


def _spellings(name: str | None) -> list[str]:
    """How the same name may stand in other sheets: brackets of either width, with and without blanks."""
    written = (name or "").strip()
    bare = folded(written)
    wide, narrow = str.maketrans("()", "（）"), str.maketrans("（）", "()")
    return sorted({written, bare, written.translate(wide), written.translate(narrow), bare.translate(wide), "".join(written.split())})


def _same_as_before(sheet: Taken, sample_id: int) -> bool:
    """A correction of anything else does not count the sample again."""
    row = session().execute(sa.select(*(getattr(Sample, name) for name in COLUMNS)).where(Sample.id == sample_id)).first()
    if row is None:
        return False
    before = taken(row)
    names = ("link", "level", "sampled_on", "unit", "producer", "product", "batch", "category", "special")
    return all(getattr(before, name) == getattr(sheet, name) for name in names)


def _visible(actor: Actor, filling: Sequence[Taken]) -> list[Related]:
    ids = [one.id for one in filling]
    seen = set(session().scalars(scope(sa.select(Sample.id), Sample, actor).where(Sample.id.in_(ids))))
    return [
        Related(Sample.__tablename__, one.id, f"{one.number}（{one.sampled_on}）") for one in filling if one.id in seen
    ][-NAMED:]


def _hidden(filling: Sequence[Taken], seen: Sequence[Related]) -> str:
    more = len(filling) - len(seen)
    return f"（其中 {more} 批由其他单位抽取或未列出）" if more else ""


def _sentence(cap: CapRule, filling: Sequence[Taken]) -> str:
    said = f"{cap.name}：{window_words(cap)}最多 {cap.maximum} 批，已抽 {len(filling)} 批，本单为第 {len(filling) + 1} 批。"
    how = "请改抽其他对象；确需抽样的，请先申请豁免，经另一人批准后登记" if cap.blocking else "请核对是否确需抽样"
    return said + how


# ---------------------------------------------------------------- exemptions

def _exemption(cap: CapRule, sheet: Taken, draft: Any) -> RuleExemption | None:
    assert sheet.sampled_on is not None
    return queries.usable_exemption(cap.code, subject_keys(cap, sheet), sheet.sampled_on, draft.org_id, draft.organiser_org_id)


def _used(exemption: RuleExemption) -> str:
    left = exemption.batches - exemption.used
    return f"已超过频次上限，登记时使用豁免 {exemption.number}（还可使用 {left} 批，有效期至 {exemption.valid_to}）"
