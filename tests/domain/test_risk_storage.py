"""What a grade keeps is enough: through JSON and back, under every shipped rule set, the same score digit for digit."""

import json
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.risk_basis import Basis, Checked, CreditRecord, Event, Evidence, Fact
from app.domain.risk_scoring import score_again
from app.domain.risk_storage import read, written
from app.domain.supervision_kinds import RiskEventKind
from app.reference.risk_rule_files import read_rule_sets

DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))
RESTS = st.none() | st.builds(Evidence, st.sampled_from(["inspection", "sample"]), st.integers(1, 9), st.just("依据"))
FACTS = st.fixed_dictionaries({}, optional={
    "area": st.builds(Fact, st.integers(0, 9000).map(str), RESTS), "suppliers": st.builds(Fact, st.integers(0, 900).map(str), RESTS),
    "classes": st.builds(Fact, st.just(("0101", "0401")), RESTS),
})  # fmt: skip
ITEMS = st.lists(st.builds(Checked, st.just("1.1"), st.just("项目"), st.booleans(), st.booleans(), RESTS), max_size=12)
CREDIT = st.lists(st.builds(CreditRecord, st.sampled_from(["行政处罚", "警告"]), DAYS, RESTS), max_size=3)
EVENTS = st.lists(st.builds(Event, st.sampled_from(RiskEventKind), DAYS, RESTS, st.none() | st.integers(1, 2), st.booleans()), max_size=3)


@settings(max_examples=150, deadline=None)
@given(FACTS, st.none() | ITEMS, CREDIT, EVENTS)
def test_kept_and_counted_again_the_same(facts, findings, credit, events):
    basis = Basis(facts, None if findings is None else tuple(findings), tuple(credit), tuple(events))
    back = read(json.loads(json.dumps(written(basis))))
    for rules in read_rule_sets():
        one, other = score_again(rules, basis), score_again(rules, back)
        assert (one.total, one.suggested, one.steps, one.grade, one.static, one.dynamic, one.credit) == (
            other.total, other.suggested, other.steps, other.grade, other.static, other.dynamic, other.credit
        )  # fmt: skip
        assert [(line.code, line.points, line.steps) for line in one.lines] == [
            (line.code, line.points, line.steps) for line in other.lines
        ]
    assert written(back) == written(basis)
