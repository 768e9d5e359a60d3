"""行政处罚信息 and 双随机抽查结果 on the public page: only what stands published, people masked, the same in the files."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app import clock
from app.db import session, transaction
from app.disposal.models import CaseMode, CasePublication, DisposalCase, Party
from app.domain.case_kinds import PenaltyOutcome, PublicationKind
from app.domain.supervision_kinds import RandomOutcome
from app.domain.supervision_states import ProgrammeState
from app.domain.workflow import CaseState, PenaltyState
from app.enterprises.models import Enterprise, EnterpriseStatus
from app.penalties.models import Penalty
from app.public import queries
from app.random_inspections.models import RandomProgramme, RandomTarget
from tests.conftest import make_office
from tests.disposal.conftest import build_batch
from tests.public.test_public_page import CANARY, DAY, Shelf, opened, shelf, workbook
from tests.queries import counting

__all__ = ["opened", "shelf"]
CODE = "91120119MA05ABCD1X"
LISTS = ("/public/penalties/", "/public/random/")
FILES = tuple(f"{one}export.{ending}" for one in LISTS for ending in ("csv", "xlsx"))
SHOWN = {"published_on": DAY, "remove_due_on": date(2029, 11, 12)}


def penalty(shelf: Shelf, party: str, public: dict[str, Any], **given: Any) -> None:
    """A decided penalty with its publication."""
    shelf.samples += 1
    sample = build_batch(shelf.office, f"XC261201191239{shelf.samples:05d}")
    case = DisposalCase(
        org_id=shelf.org_id, sample_id=sample.id, number=f"核处{shelf.samples}", party=Party.PRODUCTION, mode=CaseMode.DISPOSE,
        state=CaseState.OPEN, opened_at=clock.now(), received_on=DAY, due_on=DAY, party_name=party,
    )  # fmt: skip
    session().add(case)
    session().flush()
    values: dict[str, Any] = {
        "org_id": shelf.org_id, "case_id": case.id, "sample_id": sample.id, "number": f"{CANARY}立案{shelf.samples}", "party_name": party,
        "state": PenaltyState.CLOSED, "found_on": DAY, "filed_on": DAY, "outcome": PenaltyOutcome.PUNISHED, "decided_on": DAY,
        "decision_no": f"津蓟市监处罚〔2026〕{shelf.samples}号", "facts": f"{party}销售不合格豇豆，电话13812345678",
        "basis": "食品安全法第124条", "fine": Decimal(2000), "total": Decimal(2000), "execution": CANARY, "created_at": clock.now(),
    }  # fmt: skip
    made = Penalty(**values | given)
    session().add(made)
    session().flush()
    about = {"kind": PublicationKind.PENALTY, "url": f"https://{CANARY}/", "recorded_at": clock.now(), **SHOWN, **public}
    session().add(CasePublication(org_id=shelf.org_id, case_id=case.id, penalty_id=made.id, **about))
    session().flush()


def programme(shelf: Shelf, title: str, firms: dict[str, RandomOutcome | None], state: ProgrammeState = ProgrammeState.PUBLISHED) -> None:
    made = RandomProgramme(
        org_id=shelf.org_id, number=f"双随机{title}", title=title, year=2026, matter="食品经营者食品安全抽查", filters={},
        from_on=DAY, to_on=DAY, state=state, published_on=DAY, published_where=CANARY, created_at=clock.now(),
    )  # fmt: skip
    session().add(made)
    session().flush()
    for rank, (name, outcome) in enumerate(firms.items()):
        code = CODE if "公司" in name else None
        firm = Enterprise(org_id=shelf.org_id, name=name, status=EnterpriseStatus.ACTIVE, credit_code=code, created_at=clock.now())
        session().add(firm)
        session().flush()
        session().add(
            RandomTarget(
                org_id=shelf.org_id, programme_id=made.id, enterprise_id=firm.id, drawn_rank=rank, inspected_on=DAY, outcome=outcome,
                outcome_note=CANARY,
            )
        )  # fmt: skip
    session().flush()


def fill(shelf: Shelf) -> None:
    """Two penalties and two results that are public, and one of everything that is not."""
    penalty(shelf, "好又多食品有限公司", {}, party_code=CODE)
    penalty(shelf, "张小三", {})
    penalty(shelf, f"{CANARY}期满", {"published_on": date(2026, 8, 20), "remove_due_on": date(2026, 11, 20)})
    penalty(shelf, f"{CANARY}停止公示", {"removed_on": DAY, "removal_reason": "信用修复"})
    penalty(shelf, f"{CANARY}误登", {"voided_at": clock.now()})
    penalty(shelf, f"{CANARY}撤销", {}, revoked_on=DAY)
    penalty(shelf, f"{CANARY}外省", {}, other_province=True)
    penalty(shelf, f"{CANARY}其他公开", {"kind": PublicationKind.DISPOSAL})
    programme(shelf, "秋季抽查", {"乐购超市有限公司": RandomOutcome.CLEAR, "李小四": RandomOutcome.CORRECTED, f"{CANARY}未查": None})
    for at, state in enumerate(one for one in ProgrammeState if one is not ProgrammeState.PUBLISHED):
        programme(shelf, f"{CANARY}{at}", {f"{CANARY}企业{at}": RandomOutcome.CLEAR}, state)


@pytest.fixture
def public(shelf: Shelf, opened: Any) -> Any:
    with transaction():
        fill(shelf)
    return opened.test_client()


def test_only_what_stands_published_and_people_by_half_their_name(public: Any, opened: Any) -> None:
    for address in (*LISTS, *FILES):
        answer = public.get(address)
        told = workbook(answer.data) if address.endswith("xlsx") else answer.data.decode("utf-8-sig")
        assert answer.status_code == 200 and "Set-Cookie" not in answer.headers, address
        of_penalties, of_random = ("好又多食品有限公司", "张**", "津蓟市监处罚〔2026〕1号"), ("乐购超市有限公司", "李**", "秋季抽查")
        assert all(word in told for word in (CODE, *(of_penalties if "penalties" in address else of_random))), address
        assert not any(word in told for word in (CANARY, "张小三", "李小四", "13812345678")), address
    page = public.get(LISTS[0]).text
    assert "共 2 条" in page and "罚款 2000.00 元" in page and "2029-11-12" in page
    with counting(opened) as sent:
        public.get(LISTS[0])
    assert sent.count <= 3, sent


@pytest.mark.parametrize(("query", "count"), [
    ("q=好又多", 1), ("q=〔2026〕2号", 1), ("q=张小三", 0), ("year=2026", 2), ("year=2025", 0), ("before=x&year=x", 2),
])  # fmt: skip
def test_search(query: str, count: int, public: Any) -> None:
    """A person is found by the number of the decision, not by a name that the page does not tell."""
    assert f"共 {count} 条" in public.get(f"/public/penalties/?{query}").text
    assert public.get(f"/public/penalties/export.csv?{query}").data.decode("utf-8-sig").count("津蓟市监处罚") == count


def test_pages_follow_each_other_and_files_are_bounded(public: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("app.public.records.MOST_ROWS", 1)
    assert public.get("/public/random/export.csv").data.decode("utf-8-sig").count("秋季抽查") == 1
    assert "李**" not in public.get("/public/random/?before=2").text and "李**" in public.get("/public/random/?after=1").text


def test_off_there_is_no_such_page_and_robots_leave_the_files(app: Any, opened: Any) -> None:
    assert "Disallow: /public/penalties/export." in opened.test_client().get("/robots.txt").text
    app.config["PUBLIC_PAGE"] = False
    assert {app.test_client().get(one).status_code for one in (*LISTS, *FILES)} == {404}


def test_postgresql_answers_alike(pg_app: Any) -> None:
    pg_app.config["PUBLIC_PAGE"] = True
    with transaction():
        fill(Shelf(make_office()))
    client = pg_app.test_client()
    for address in LISTS:
        answer = client.get(f"{address}?q=公司&year=2026")
        assert answer.status_code == 200 and "共 1 条" in answer.text and CANARY not in answer.text, address
    assert queries.MOST_ROWS == 5000
