"""A small random bureau: a few records of every kind, written straight into the tables inside a transaction that is rolled back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import count
from random import Random
from typing import Any

import sqlalchemy as sa

from app.db import Base, session
from app.domain.facts import Conclusion
from app.domain.samples import Domain, ItemClass, ItemKind, Level, Link, Monitoring, Purpose, Supervision, Verdict
from app.reference.archive_elements import in_force
from app.sampling.facts import draft_of, write_facts
from app.sampling.models import Sample
from tests.recount.slowly import conclusion

KINDS = ("食品生产企业", "小作坊", "餐饮服务提供者")
AREAS = ("120119", "120119", "120119101", "120119102", "120000", "500156", None)
CATEGORIES = ("肉制品", "乳制品", "食用农产品", None)
BLOCKS = ("启动情况", "产品控制", "原因排查", "行政处罚", "通报移送")
TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 2, 0)
EARLY = datetime(2025, 6, 1)


class Writer:
    """Rows with ids of their own; what a column needs and nobody says is filled with something lawful."""

    def __init__(self, seed: int, orgs: Sequence[Any], people: Sequence[int], regions: dict[str, int], kinds: Sequence[Any]) -> None:
        self.random, self.orgs, self.people, self.regions, self.kinds = Random(seed), orgs, people, regions, kinds
        self.numbers: Iterator[int] = count(1_000_000)
        self.checklist = session().scalar(sa.select(sa.func.min(Base.metadata.tables["checklist"].c.id)))

    def insert(self, table: str, rows: Sequence[dict[str, Any]]) -> list[int]:
        ids = [next(self.numbers) for _ in rows]
        if rows:
            session().execute(sa.insert(Base.metadata.tables[table]), [{"id": one, **row} for one, row in zip(ids, rows, strict=True)])
        return ids

    def day(self, chance: float = 1.0, year: int = 2026) -> date | None:
        """Mostly a day of the year, now and then of the year before or still to come; None where the chance fails."""
        if self.random.random() > chance:
            return None
        return date(year, 1, 1) + timedelta(days=self.random.randrange(-20, 370))

    def some_day(self) -> date:
        found = self.day()
        assert found is not None
        return found

    def maybe(self, chance: float = 0.5) -> bool:
        return self.random.random() < chance

    def pick(self, options: Sequence[Any]) -> Any:
        return self.random.choice(options)

    def region(self) -> int | None:
        code = self.pick(AREAS)
        return self.regions[code] if code else None

    # ------------------------------------------------ the register

    def firms(self) -> list[int]:
        number = self.random.randrange(4, 12)
        ids = self.insert("enterprise", [
            {
                "org_id": self.pick(self.orgs), "name": f"第{n}厂", "region_id": self.region(),
                "area_type": self.pick(("城市", "乡村", None)),
                "status": self.pick(("在产", "在产", "停产", "注销")), "created_at": EARLY if self.maybe(0.7) else NOW,
            }
            for n in range(number)
        ])  # fmt: skip
        self.insert("enterprise_kind", [{"enterprise_id": one, "kind": self.pick(KINDS), "subkind": "/"} for one in ids])
        grades = [one for one in ids if self.maybe()]
        self.insert("risk_grade", [self._grade(one, place) for place, one in enumerate(grades)])
        self.insert("archive_element", [row for one in ids for row in self._archive(one)])
        self.insert("inspection", [self._inspection(self.pick(ids), place) for place in range(self.random.randrange(2, 9))])
        self.insert("self_report", [self._report(one) for one in ids if self.maybe()])
        self._draws(ids)
        return ids

    def _grade(self, firm: int, place: int) -> dict[str, Any]:
        state = self.pick(("confirmed", "replaced", "proposed", "voided"))
        start = self.some_day()
        return {
            "org_id": self.pick(self.orgs), "number": f"G{place}", "enterprise_id": firm, "kind": self.pick(KINDS), "year": 2026,
            "cause": "新办评定",
            "rule_code": "x", "rule_sha256": "0" * 64, "facts": {}, "grade": self.pick("ABCD"), "state": state, "created_at": EARLY,
            "effective_from": start, "effective_to": start + timedelta(days=60) if self.maybe() else None,
        }  # fmt: skip

    def _archive(self, firm: int) -> list[dict[str, Any]]:
        if self.maybe(0.4):
            return []
        codes = required(KINDS[1], TODAY)
        dropped = set(self.random.sample(codes, k=self.random.randrange(0, 2)))
        return [
            {
                "org_id": self.orgs[0], "enterprise_id": firm, "code": code, "value": "有", "seen_on": date(2026, 3, 1),
                "recorded_at": EARLY,
                "superseded_at": NOW - timedelta(days=30) if self.maybe(0.02) else None,
            }
            for code in codes if code not in dropped
        ]  # fmt: skip

    def _inspection(self, firm: int, place: int) -> dict[str, Any]:
        done, state = self.some_day(), self.pick(("finished", "finished", "finished", "voided"))
        return {
            "org_id": self.pick(self.orgs), "number": f"检{place}", "enterprise_id": firm, "enterprise_name": "x", "kind": KINDS[0],
            "nature": self.pick(("日常监督检查", "飞行检查")), "checklist_id": self.checklist, "state": state, "inspected_on": done,
            "finished_on": done, "finished_at": NOW - timedelta(days=5), "lead_id": self.people[0], "second_id": self.people[1],
            "result": self.pick(("符合", "不符合", "拒绝检查", "无法联系")), "created_at": EARLY,
            "publish_due_on": done + timedelta(days=28),
            "published_on": done + timedelta(days=self.random.randrange(20, 35)) if self.maybe(0.7) else None,
            "not_public": "涉密" if self.maybe(0.1) else None, "voided_at": NOW if state == "voided" else None,
        }  # fmt: skip

    def _report(self, firm: int) -> dict[str, Any]:
        state = self.pick(("due", "received", "waived"))
        return {
            "org_id": self.pick(self.orgs), "enterprise_id": firm, "kind": KINDS[0], "period": "2026", "due_on": self.some_day(),
            "state": state,
            "received_on": self.some_day() if state == "received" else None, "created_at": EARLY, "urgings": 0,
        }  # fmt: skip

    def _draws(self, firms: Sequence[int]) -> None:
        for number, state in enumerate(("drawn", "voided")):
            (made,) = self.insert("random_programme", [{
                "org_id": self.orgs[0], "number": f"R{number}", "title": "x", "year": 2026, "matter": "x", "filters": {},
                "created_at": EARLY,
                "from_on": date(2026, 1, 1), "to_on": date(2026, 12, 31), "state": state,
            }])  # fmt: skip
            drawn = [one for one in firms if self.maybe()]
            self.insert("random_target", [
                {
                    "org_id": self.orgs[0], "programme_id": made, "enterprise_id": one, "drawn_rank": rank,
                    "inspected_on": self.some_day(),
                    "outcome": self.pick(("未发现问题", None)), "recorded_at": EARLY,
                }
                for rank, one in enumerate(drawn, 1)
            ])  # fmt: skip

    # ------------------------------------------------ batches

    def batches(self, firms: Sequence[int]) -> list[Any]:
        rows = [self._sample(place, firms) for place in range(self.random.randrange(6, 22))]
        ids = self.insert("sample", rows)
        reports, items = [], []
        for one, row in zip(ids, rows, strict=True):
            for number in range(self.random.choice((1, 1, 2)) if row["state"] != "registered" else 0):
                reports.append((one, self._reported(one, row, number)))
        report_ids = self.insert("result_report", [row for _, row in reports])
        for (sample_id, _), report_id in zip(reports, report_ids, strict=True):
            purpose = rows[ids.index(sample_id)]["purpose"]
            items += [self._item(sample_id, report_id, place, purpose) for place in range(self.random.randrange(1, 4))]
        self.insert("result_row", items)
        self._facts(ids, [row for _, row in reports], items)
        return [one for one, row in zip(ids, rows, strict=True) if row["state"] == "reported"]

    def _sample(self, place: int, firms: Sequence[int]) -> dict[str, Any]:
        return {
            "org_id": self.pick(self.orgs), "number": f"R{place}", "state": self.pick(("reported",) * 6 + ("voided", "registered")),
            "purpose": self.pick(list(Purpose)), "domain": self.pick((Domain.FOOD, Domain.FOOD, Domain.AGRICULTURAL, Domain.DRUG)),
            "organiser_level": self.pick((Level.COUNTY, Level.CITY, None)), "link": self.pick((Link.CIRCULATION, Link.PRODUCTION,
            None)), "region_id": self.region(),
            "category_id": self.pick(self.kinds), "product_name": "x", "sampled_name": "x", "sampled_on": date(2026, 1, 5),
            "reported_on": TODAY, "search_text": "x", "created_at": EARLY, "pending_items": 0,
            "producer_id": self.pick((*firms, None)), "sampled_enterprise_id": self.pick((*firms, None)),
        }  # fmt: skip

    def _reported(self, sample_id: int, sample: dict[str, Any], number: int) -> dict[str, Any]:
        """The second one is another report of the sample, or the version that replaced the first."""
        return {
            "org_id": sample["org_id"], "sample_id": sample_id, "report_no": f"B{number}", "laboratory": "x",
            "reported_on": self.some_day(),
            "recorded_at": EARLY, "superseded_at": NOW if number and self.maybe() else None,
        }  # fmt: skip

    def _item(self, sample_id: int, report_id: int, ordinal: int, purpose: str) -> dict[str, Any]:
        pending = self.maybe(0.1)
        verdict = Verdict.UNDECIDED if pending else self.pick((*(Verdict.PASS,) * 4, Verdict.FAIL, Verdict.FAIL, *Verdict))
        return {
            "org_id": self.orgs[0], "report_id": report_id, "sample_id": sample_id, "ordinal": ordinal, "item": f"项{ordinal}",
            "item_written": "x", "item_class": self.pick((ItemClass.PESTICIDE, ItemClass.ADDITIVE, None)),
            "kind": self.pick((None, *ItemKind)) if purpose == Purpose.COMBINED else None, "our_verdict": verdict, "verdict": verdict,
            "pending": pending, "limit_source": "row",
        }  # fmt: skip

    def _facts(self, ids: Sequence[int], reports: Sequence[dict[str, Any]], items: Sequence[dict[str, Any]]) -> None:
        """By their only writer, from what the slow reading concludes of the items in force."""
        drafts = []
        for sample in session().scalars(sa.select(Sample).where(Sample.id.in_(ids), Sample.state != "registered")):
            dated = [row["reported_on"] for row in reports if row["sample_id"] == sample.id and row["superseded_at"] is None]
            named = [row for row in items if row["sample_id"] == sample.id]
            stands = [Item(row) for row in named if self._stands(row, reports, items)]
            said = conclusion(stands, sample.purpose.value)
            drafts.append(
                draft_of(
                    sample, Conclusion(Supervision(said[0]), Monitoring(said[1])), reported_on=max(dated), basis="初检",
                    has_residue=any(one.item_class in ("农药残留", "兽药残留") for one in stands), counts_for_producer=self.maybe(0.9),
                    voided=sample.state.value == "voided",
                )
            )  # fmt: skip
        write_facts(drafts, NOW)

    def _stands(self, item: dict[str, Any], reports: Sequence[dict[str, Any]], items: Sequence[dict[str, Any]]) -> bool:
        order = list(dict.fromkeys(one["report_id"] for one in items))
        return reports[order.index(item["report_id"])]["superseded_at"] is None

    # ------------------------------------------------ what follows a batch

    def cases(self, batches: Sequence[int]) -> None:
        rows = [self._case(self.pick(batches), place) for place in range(self.random.randrange(4, 16))] if batches else []
        rows = list({(row["sample_id"], row["party"]): row for row in rows}.values())
        ids = self.insert("disposal_case", rows)
        told = list(zip(ids, rows, strict=True))
        self.insert("attachment", [
            {
                "org_id": row["org_id"], "subject_kind": "disposal_case", "subject_id": one, "sha256": "0" * 64,
                "filename": f"{block}·x.pdf",
                "mime": "application/pdf", "size": 1, "created_at": EARLY, "voided_at": NOW if self.maybe(0.1) else None,
            }
            for one, row in told for block in BLOCKS if self.maybe(0.85)
        ])  # fmt: skip
        self.insert("case_transfer", [self._transfer(*self.pick(told), place) for place in range(self.random.randrange(3, 9)) if told])
        penalties = [self._penalty(*self.pick(told), place) for place in range(self.random.randrange(2, 8)) if told]
        for one, row in zip(self.insert("penalty", penalties), penalties, strict=True):
            self.insert("legal_clock", [self._clock(one, row)] if self.maybe(0.8) else [])

    def _case(self, sample_id: int, place: int) -> dict[str, Any]:
        closed, cancelled = self.maybe(0.6), self.maybe(0.1)
        on, received = self.some_day(), date(2026, 1, 5)
        filled = {
            name: value for name, value in {
                "started_on": received, "served_on": received, "control_on": received, "control": "封存", "cause_on": received,
                "cause": "工艺",
                "published_on": received, "notified_org": "某局", "notified_on": received, "notified_no": "1", "penalty": "理由",
            }.items() if self.maybe(0.92)
        }  # fmt: skip
        keys = ("started_on", "served_on", "control_on", "control", "cause_on", "cause", "published_on", "notified_org", "notified_on",
                "notified_no", "penalty")  # fmt: skip
        return {
            **dict.fromkeys(keys), **filled, "org_id": self.pick(self.orgs), "sample_id": sample_id, "number": f"C{place}",
            "party": self.pick(("生产", "流通")), "mode": self.pick(("处置", "处置", "通报")),
            "state": "cancelled" if cancelled else "closed" if closed else "handling",
            "opened_at": EARLY, "received_on": max(self.some_day(), received), "due_on": self.some_day(), "party_name": "x",
            "handler_id": self.people[0], "submitted_by_id": self.people[0] if closed else None,
            "approved_by_id": self.people[1] if closed else None,
            "closed_on": on if closed else None, "closed_at": NOW if closed else None, "cancelled_at": NOW if cancelled else None,
            "rectify_ordered": self.maybe(), "rectify_to": self.day(0.8), "rectified_on": self.day(0.7), "recheck_passed": self.maybe(),
            "penalty_kind": self.pick(("已处罚", "不予处罚", None)), "penalty_no": "1" if self.maybe() else None,
            "penalty_on": self.day(0.8),
        }  # fmt: skip

    def _transfer(self, case_id: int, case: dict[str, Any], place: int) -> dict[str, Any]:
        replied = self.maybe()
        return {
            "org_id": case["org_id"], "number": f"移{place}", "case_id": case_id, "sample_id": case["sample_id"],
            "kind": self.pick(("移送", "协查", "通报")), "body": "市场监管部门", "to_name": "x", "channel": "公文", "subject": "x",
            "state": self.pick(("sent", "voided")) if not replied else "replied", "sent_on": date(2025, 12, 1),
            "reply_due_on": self.day(0.8), "replied_on": self.some_day() if replied else None, "reply": "已立案" if replied else None,
            "created_at": EARLY,
        }  # fmt: skip

    def _penalty(self, case_id: int, case: dict[str, Any], place: int) -> dict[str, Any]:
        state = self.pick(("decided", "filed", "revoked"))
        decided = date(2026, 2, 1) if state != "filed" else None
        return {
            "org_id": case["org_id"], "case_id": case_id, "sample_id": case["sample_id"], "number": f"立{place}", "party_name": "x",
            "state": state,
            "found_on": date(2026, 1, 2), "filed_on": self.some_day(), "outcome": "给予行政处罚" if decided else None,
            "decided_on": decided,
            "served_on": self.day(0.7), "executed_on": self.day(0.7), "major": "重大" if self.maybe(0.2) else None,
            "revoked_on": self.some_day() if state == "revoked" else None, "created_at": EARLY,
        }  # fmt: skip

    def _clock(self, penalty_id: int, penalty: dict[str, Any]) -> dict[str, Any]:
        due = self.some_day()
        return {
            "org_id": penalty["org_id"], "subject_kind": "penalty", "subject_id": penalty_id, "code": self.pick(("PEN_PUBLISH",
            "CASE_DECIDE")),
            "name": "公示", "duty_of": "局", "subject_name": "x", "started_on": date(2026, 1, 1), "start_event": "x", "due_on": due,
            "why": "x",
            "article": "x", "provisional": False, "done_on": due + timedelta(days=self.random.randrange(-3,
            4)) if self.maybe(0.7) else None,
            "recorded_at": EARLY,
        }  # fmt: skip

    def incidents(self) -> None:
        self.insert("incident", [
            {
                "org_id": self.pick(self.orgs), "number": f"事{place}", "domain": self.pick(("食品", "药品")), "title": "x",
                "occurred_on": (on := self.some_day()), "reported_on": on, "region_id": self.region(), "description": "x",
                "created_at": EARLY,
                "proposed_severity": self.pick(("一般", "较大", None)), "state": self.pick(("reported", "voided")),
            }
            for place in range(self.random.randrange(1, 7))
        ])  # fmt: skip

    def everything(self) -> None:
        firms = self.firms()
        self.cases(self.batches(firms))
        self.incidents()


class Item:
    """A row to be inserted, read as the slow reading reads a row of the table."""

    def __init__(self, row: dict[str, Any]) -> None:
        self.kind, self.verdict, self.item_class = (getattr(row[name], "value", row[name]) for name in ("kind", "verdict", "item_class"))
        self.pending = row["pending"]


def required(kind: str, on: date) -> list[str]:
    return [element.code for element in in_force(kind, on) if element.required]
