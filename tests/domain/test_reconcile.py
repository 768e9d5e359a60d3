"""N13: three values of a field, and whose stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.reconcile import ITEM, Fate, differences, fate, in_words

texts = st.sampled_from(["", "0.10", "0.12", "0.15"])
tables = st.dictionaries(st.sampled_from(["毒死蜱", "克百威"]), st.fixed_dictionaries({"result": texts, "unit": texts}))


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "found"),
    [
        ("0.10", "0.10", "0.10", Fate.SAME),
        ("0.10", "0.12", "0.12", Fate.SAME),  # both corrected it to the same
        ("0.10", "0.10", "0.15", Fate.TAKEN),
        ("0.10", "0.12", "0.10", Fate.KEPT),
        ("0.10", "0.12", "0.15", Fate.CONFLICT),
        ("", "", "0.15", Fate.TAKEN),  # what we left blank is filled
        ("", "0.12", "0.15", Fate.CONFLICT),  # typed in here, and no import has said anything yet
        ("0.10", "", "0.10", Fate.KEPT),  # we emptied it
        ("0.10", "0.12", "", Fate.CONFLICT),  # they emptied it
    ],
)
def test_the_fate_of_a_field(base: str, ours: str, theirs: str, found: Fate) -> None:
    assert fate(base, ours, theirs) is found


ROW, OTHER = {"result": "0.10", "unit": "mg/kg"}, {"result": "0.12", "unit": "mg/kg"}


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "found"),
    [
        (None, None, ROW, Fate.TAKEN),  # they added the item
        (None, ROW, None, Fate.KEPT),  # we did
        (ROW, ROW, None, Fate.TAKEN),  # they took it out
        (ROW, None, ROW, Fate.KEPT),  # we did
        (ROW, OTHER, None, Fate.CONFLICT),  # we corrected what they took out
        (ROW, None, OTHER, Fate.CONFLICT),  # they corrected what we took out
    ],
)
def test_the_fate_of_a_whole_row(base: object, ours: object, theirs: object, found: Fate) -> None:
    sides = [{} if side is None else {"铅": side} for side in (base, ours, theirs)]
    (one,) = differences(*sides)  # type: ignore[arg-type]
    assert (one.item, one.field, one.fate) == ("铅", ITEM, found)


def test_a_row_of_which_only_the_words_are_known() -> None:
    """We took an item out that the file had, and the last import kept it so: only the words of its row were recorded."""
    same = list(differences({}, {}, {"铅": ROW}, {"铅": in_words(ROW)}))
    corrected = list(differences({}, {}, {"铅": OTHER}, {"铅": in_words(ROW)}))
    assert (same[0].fate, corrected[0].fate) == (Fate.KEPT, Fate.CONFLICT)


def test_a_field_that_the_file_does_not_have_says_nothing() -> None:
    assert list(differences({"报告": {}}, {"报告": {"date": "1"}}, {"报告": {}})) == []


@given(tables, tables)
def test_the_same_file_again_is_never_asked(base: dict[str, dict[str, str]], ours: dict[str, dict[str, str]]) -> None:
    assert {one.fate for one in differences(base, ours, base)} <= {Fate.KEPT}


@given(tables, tables)
def test_without_a_correction_of_ours_the_file_is_taken(base: dict[str, dict[str, str]], theirs: dict[str, dict[str, str]]) -> None:
    assert {one.fate for one in differences(base, base, theirs)} <= {Fate.TAKEN}
