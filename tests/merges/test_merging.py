"""企业档案合并: everything goes over, everything comes back, and a merged record is counted nowhere."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock
from app.db import session, transaction
from app.domain.sampling_kinds import DrawKind
from app.domain.supervision_states import MergeState
from app.drawings import pools
from app.enterprises import queries as enterprises
from app.enterprises.models import Enterprise, EnterpriseFormerName, EnterpriseLicence, EnterpriseStatus
from app.errors import Refused
from app.gaps import queries as gaps
from app.merges import operations, queries
from app.merges.models import EnterpriseMerge
from app.merges.references import references, shares
from app.sampling.models import Sample
from tests.enterprises.conftest import code_of
from tests.merges.conftest import everything, record, sample_of
from tests.queries import counting


def only_merge() -> EnterpriseMerge:
    return session().scalars(sa.select(EnterpriseMerge).execution_options(populate_existing=True)).one()


def merged(office: Any, kept: Enterprise, gone: Enterprise) -> EnterpriseMerge:
    with transaction():
        return operations.merge(kept, gone, "重复登记", office.actor("county:审核人"), clock.now())


def test_every_foreign_key_is_found() -> None:
    """A table added tomorrow is moved as well: what is known today is only a sample of what the schema says."""
    keys = {one.key for one in references()}
    assert {
        "sample.producer_id", "sample.sampled_enterprise_id", "disposal_case.enterprise_id", "penalty.enterprise_id",
        "risk_grade.enterprise_id", "credit_listing.enterprise_id",
        "inspection.enterprise_id", "attachment.subject_id", "archive_element.enterprise_id",
    } <= keys  # fmt: skip
    assert not {key for key in keys if key.startswith(("history_entry.", "enterprise_merge.", "enterprise."))}


def test_merging(office: Any, twins: Any) -> None:
    kept, gone = twins
    made = merged(office, kept, gone)
    session().expire_all()
    assert (kept.credit_code, gone.credit_code, gone.status, gone.merged_into_id) == (code_of(1), None, EnterpriseStatus.MERGED, kept.id)
    assert session().scalars(sa.select(EnterpriseFormerName.name).where(EnterpriseFormerName.enterprise_id == kept.id)).all() == [gone.name]
    of_both = sa.or_(Sample.sampled_enterprise_id == kept.id, Sample.producer_id == kept.id)
    assert session().scalar(sa.select(sa.func.count()).where(of_both)) == 4
    stayed = {key: len(ids) for key, ids in made.moved["stayed"].items()}
    assert stayed == {  # what an enterprise may have once
        "archive_element.enterprise_id": 1, "enterprise_category.enterprise_id": 1, "enterprise_kind.enterprise_id": 1,
        "risk_grade.enterprise_id": 1,
    }  # fmt: skip
    main = sa.select(EnterpriseLicence.number).where(EnterpriseLicence.enterprise_id == kept.id, EnterpriseLicence.main)
    assert session().scalars(main).all() == ["JY000000001"]  # one main licence, the register's own


@pytest.mark.parametrize("kept_first", [True, False])
def test_undoing_a_merge_gives_back_the_database(office: Any, twins: Any, kept_first: bool) -> None:
    before = everything()
    made = merged(office, *(twins if kept_first else twins[::-1]))
    assert everything() != before
    with transaction():
        missing = operations.undo(made, "核实为两家", office.actor("county:审核人"), clock.now())
    assert missing == {}
    assert everything() == before
    assert only_merge().state is MergeState.UNDONE


def test_what_was_moved_on_since_is_named_and_what_came_since_stays(office: Any, twins: Any) -> None:
    kept, gone = twins
    made = merged(office, kept, gone)
    moved = made.moved["rows"]["sample.producer_id"][0]
    with transaction():
        other = record(kept.org_id, "另一家")
        session().execute(sa.update(Sample.__table__).where(Sample.__table__.c.id == moved).values(producer_id=other.id))
        new = sample_of(kept.org_id, "S-NEW", sampled_enterprise_id=kept.id)
        session().add(new)
    with transaction():
        missing = operations.undo(made, "核实为两家", office.actor("county:审核人"), clock.now())
    session().expire_all()
    assert missing == {"sample.producer_id": [moved]} == made.moved["missing"]
    assert new.sampled_enterprise_id == kept.id
    assert session().get_one(Sample, moved).producer_id == other.id


def test_a_chain_is_undone_from_its_end(office: Any, twins: Any) -> None:
    kept, gone = twins
    first = merged(office, kept, gone)
    with transaction():
        last = record(kept.org_id, "好又多商行")
    merged(office, last, kept)
    with pytest.raises(Refused, match="请先撤销那一次合并"), transaction():
        operations.undo(first, "核实为两家", office.actor("county:审核人"), clock.now())


@pytest.mark.parametrize(
    ("change", "sentence"),
    [({"credit_code": code_of(2)}, "两家企业，不能合并"), ({"status": EnterpriseStatus.MERGED}, "已合并到另一份档案")],
)
def test_refusals(office: Any, twins: Any, change: dict[str, Any], sentence: str) -> None:
    kept, gone = twins
    with transaction():
        for name, value in change.items():
            setattr(kept, name, value)
    with pytest.raises(Refused, match=sentence):
        merged(office, kept, gone)
    assert session().scalars(sa.select(EnterpriseMerge)).all() == []


def test_a_merged_record_is_counted_nowhere(office: Any, twins: Any) -> None:
    kept, gone = twins
    county = office.actor("county:审核人")

    def seen() -> list[set[int]]:
        drawn = {each.subject_id for each in pools.proposed(county, pools.Wanted(DrawKind.ENTERPRISE), date(2026, 11, 20))}
        listed = {row.id for row in enterprises.enterprises(county, enterprises.Filters()).rows}
        known = {one.id for one in enterprises.namesakes(county, [gone.name])}
        compared = {one for pair in queries.pairs(county, queries.Filters()) for one in (pair.first, pair.second)}
        return [drawn, listed, known, compared]

    assert all(gone.id in found for found in seen())
    merged(office, kept, gone)
    assert [gone.id in found for found in seen()] == [False] * 4
    assert not any(row.id == gone.id for row in gaps.firms(county, []))
    chosen = enterprises.Filters(status=EnterpriseStatus.MERGED)
    assert [row.id for row in enterprises.enterprises(county, chosen).rows] == [gone.id]  # who asks for it finds it


# ---------------------------------------------------------------- pages

def test_from_the_list_to_the_merge_and_back(office: Any, app: Any, reviewer: Any, twins: Any) -> None:
    kept, gone = twins
    with transaction():
        gone.phone = kept.phone = "13800001111"
    page = reviewer.get("/merges/").text
    assert "好又多超市" in page and "几乎确定" in page and "不是重复" in page
    address = f"/merges/{kept.id}/{gone.id}"
    beside = reviewer.get(address).text
    assert "样品（标称生产企业）" in beside and "13800001111" not in beside  # people are masked here as well
    sent = {"kept_version": kept.version, "merged_version": gone.version, "key": "k" * 32}
    refused = reviewer.post(address, data={**sent, "comment": " "})
    assert refused.status_code == 422 and "请填写合并理由" in refused.text
    answer = reviewer.post(address, data={**sent, "comment": "同一营业执照"})
    assert answer.status_code == 303
    again = reviewer.post(address, data={**sent, "comment": "同一营业执照"})
    assert (again.status_code, again.location) == (303, answer.location)  # a second click makes no second merge
    shown = reviewer.get(f"/enterprises/{gone.id}").text
    assert "已合并到" in shown and f'href="/enterprises/{kept.id}"' in shown
    assert "被合并" in reviewer.get(f"/enterprises/{kept.id}").text  # the other record's history is read here as well
    made = only_merge()
    back = reviewer.post(f"/merges/{made.id}/undo", data={"version": made.version, "comment": "核实为两家"})
    assert back.status_code == 303 and only_merge().state is MergeState.UNDONE
    with counting(app) as few:
        reviewer.get("/merges/")
    assert few.count <= 16, few


def test_two_who_merge_at_once(reviewer: Any, twins: Any) -> None:
    kept, gone = twins
    sent = {"kept_version": kept.version, "merged_version": gone.version, "comment": "重复"}
    assert reviewer.post(f"/merges/{kept.id}/{gone.id}", data={**sent, "key": "a"}).status_code == 303
    late = reviewer.post(f"/merges/{gone.id}/{kept.id}", data={**sent, "key": "b"})
    assert late.status_code == 409 and "已合并到另一份档案" in late.text


def test_a_pair_told_apart_does_not_come_back(office: Any, reviewer: Any, twins: Any) -> None:
    kept, gone = twins
    assert reviewer.post(f"/merges/{gone.id}/{kept.id}/apart").status_code == 303
    assert queries.pairs(office.actor("county:审核人"), queries.Filters()) == []


def test_who_may(office: Any, sign_in: Any, twins: Any) -> None:
    kept, gone = twins
    for who, status in (("county:抽样员", 403), ("other:审核人", 404), ("county:审核人", 200)):
        assert sign_in(office.people[who]).get(f"/merges/{kept.id}/{gone.id}").status_code == status, who


def test_by_command(app: Any, office: Any, twins: Any) -> None:
    kept, gone = twins

    def run(*words: str) -> tuple[int, Any, str]:
        result = app.test_cli_runner().invoke(args=["merges", *words, "--json"])
        session().expire_all()
        return result.exit_code, json.loads(result.stdout) if result.stdout.strip() else None, result.stderr

    status, found, _ = run("find")
    assert status == 0 and (found[0]["first"], found[0]["second"]) == (kept.id, gone.id)
    assert run("merge", str(kept.id), str(gone.id))[1]["number"] is None
    assert run("merge", str(kept.id), str(gone.id), "--confirm")[0] == 1  # no reason
    status, told, said = run("merge", str(kept.id), gone.credit_code or "", "--reason", "重复", "--confirm")
    assert status == 0 and told["number"], said
    assert run("undo", told["number"], "--reason", "两家")[0] == 0
    assert run("undo", told["number"], "--reason", "两家")[0] == 1
    assert run("apart", str(kept.id), str(gone.id))[0] == 0
    assert run("find")[1] == []


def test_shares_are_what_moves(twins: Any) -> None:
    kept, gone = twins
    assert sum(len(one.moving) for one in shares(kept.id, gone.id)) == 7  # 1 kind, 1 licence, 1 category, 1 element, 1 datum, 2 samples
