"""Quotas: keys and numbers as typed, and that child quotas never exceed the parent, against a brute-force oracle."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.quota_lattice import Axis, Lattice, Trees, overloads, parents
from app.domain.quotas import PLAN, Cell, NotANumber, read_key, written_batches
from app.domain.samples import AreaType, Link

# 1 粮食加工品 > 11 小麦粉 > 111; 2 蔬菜 > 21; regions 5 and 6 of the plan's area, 51 within 5
CATEGORIES = {1: (1,), 11: (1, 11), 12: (1, 12), 111: (1, 11, 111), 2: (2,), 21: (2, 21)}
REGIONS = {5: (5,), 6: (6,), 51: (5, 51)}
TREES = Trees(CATEGORIES.__getitem__, REGIONS.__getitem__)
GRAIN, WHEAT = Cell(1), Cell(11)


def name(cell: Cell) -> str:
    return cell.key


@pytest.mark.parametrize(
    ("key", "cell"),
    [
        ("*", PLAN),
        ("c12", Cell(12)),
        ("c12|r7|流通|m03|乡村", Cell(12, 7, Link.CIRCULATION, 3, AreaType.RURAL)),
        ("m12", Cell(month=12)),
        ("m13", None),  # there is no such month
        ("m00", None),
        ("m3", None),  # one spelling only, or a cell could be written twice
        ("m03|c12", None),
        ("c12|c13", None),
        ("线下", None),
        ("", None),
        ("c99999999999999999999", None),  # no database takes such a number
        ("c1\n", None),
    ],
)
def test_keys(key: str, cell: Cell | None) -> None:
    assert read_key(key) == cell
    if cell is not None:
        assert cell.key == key


@pytest.mark.parametrize(
    ("written", "batches"),
    [
        ("", None), (" ", None), ("/", None), ("12", 12), ("１２", 12), ("1,200", 1200), ("1，200批", 1200), ("12.0", 12),
        ("007", 7), ("0", 0),
    ],
)
def test_numbers_as_typed(written: str, batches: int | None) -> None:
    assert written_batches(written) == batches


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("-5", "不能为负数"),
        ("－５", "不能为负数"),
        ("1.5", "不是批次"),
        ("十", "不是批次"),
        ("🍜", "不是批次"),
        ("1e3", "不是批次"),
        ("٣", "不是批次"),  # digits of another script
        ("9" * 10_000, "批次过大"),
        ("食" * 10_000, "不是批次"),
        ("1000001", "不超过 1000000"),
    ],
)
def test_numbers_refused(written: str, words: str) -> None:
    with pytest.raises(NotANumber, match=words) as refused:
        written_batches(written)
    assert len(str(refused.value)) < 100  # what was typed is not repeated at length


def test_the_sentence_names_the_cell_its_number_what_is_taken_and_what_remains() -> None:
    before = {PLAN: 500, Cell(1, 5): 100, Cell(1, 5, month=1): 96}
    (fault,) = overloads(before, {**before, Cell(1, 5, month=2): 10}, TREES)
    said = fault.sentence(lambda cell: "粮食加工品 · 蓟州区")
    assert said == "“粮食加工品 · 蓟州区”计划 100 批，按月分解已 96 批，还可分配 4 批，不能再填 10 批"
    assert fault.at == (Cell(1, 5, month=2),)


def test_exactly_the_rest_may_be_given() -> None:
    before = {Cell(1, 5): 100, Cell(1, 5, month=1): 96}
    assert overloads(before, {**before, Cell(1, 5, month=2): 4}, TREES) == []


def test_lowering_below_what_is_distributed_says_how_many_are() -> None:
    before = {GRAIN: 100, WHEAT: 60, Cell(12): 20}
    (fault,) = overloads(before, {**before, GRAIN: 79}, TREES)
    assert fault.sentence(name) == "“c1”按分类已分解 80 批，不能改为 79 批：请填写不少于 80 的数，或先调减下级批次"
    assert fault.at == (GRAIN,)
    assert overloads(before, {**before, GRAIN: 80}, TREES) == []


@pytest.mark.parametrize(
    ("quotas", "faults"),
    [
        # categories and months each divide the whole: both may take all of it
        ({PLAN: 100, GRAIN: 100, Cell(month=1): 100}, []),
        # below an undivided coordinate: the months of all categories together are the plan's months
        ({PLAN: 10, Cell(1, month=1): 6, Cell(2, month=1): 6}, [PLAN]),
        ({Cell(month=1): 10, Cell(1, month=1): 6, Cell(2, month=1): 6}, [Cell(month=1)]),
        # a grandchild counts without a number of its parent
        ({GRAIN: 5, Cell(111): 6}, [GRAIN]),
        # a parent that needs more by its own number than by its children
        ({PLAN: 50, WHEAT: 40, Cell(111): 5, Cell(2): 20}, [PLAN]),
        # a township within its region
        ({Cell(region_id=5): 5, Cell(1, 51): 6}, [Cell(region_id=5)]),
        # the same cell counted along two axes is not counted twice
        ({PLAN: 10, Cell(1, link=Link.CATERING): 10, GRAIN: 10, Cell(link=Link.CATERING): 10}, []),
        ({PLAN: 10, Cell(area_type=AreaType.RURAL): 6, Cell(area_type=AreaType.URBAN): 5}, [PLAN]),
    ],
)
def test_what_is_too_much(quotas: dict[Cell, int], faults: list[Cell]) -> None:
    assert [fault.cell for fault in overloads({}, quotas, TREES)] == faults


def test_what_was_wrong_already_does_not_hold_up_other_changes() -> None:
    before = {GRAIN: 5, WHEAT: 6, Cell(2): 3}
    assert overloads(before, {**before, Cell(2): 4}, TREES) == []
    (fault,) = overloads(before, {**before, Cell(12): 1}, TREES)
    assert (fault.own, fault.taken, fault.more) == (5, 6, 1)


def test_every_raised_cell_under_an_overloaded_one_is_named() -> None:
    after = {GRAIN: 10, Cell(1, month=1): 6, Cell(1, month=2): 6, Cell(2, month=1): 90}
    (fault,) = overloads({GRAIN: 10}, after, TREES)
    assert set(fault.at) == {Cell(1, month=1), Cell(1, month=2)}


# ---------------------------------------------------------------- against all sets of cells that cannot overlap


def _disjoint(one: Cell, other: Cell) -> bool:
    """Along some axis neither coordinate lies in the other."""
    pairs = zip(TREES.place(one), TREES.place(other), strict=True)
    return any(a[: len(b)] != b and b[: len(a)] != a for a, b in pairs)


def _heaviest(cells: dict[Cell, int]) -> int:
    """The largest sum over sets of pairwise disjoint cells, by trying them all."""
    best = 0
    for size in range(1, len(cells) + 1):
        for chosen in combinations(cells, size):
            if all(_disjoint(a, b) for a, b in combinations(chosen, 2)):
                best = max(best, sum(cells[cell] for cell in chosen))
    return best


def _below(cells: dict[Cell, int], above: Cell) -> dict[Cell, int]:
    top = TREES.place(above)
    return {c: n for c, n in cells.items() if all(a[: len(b)] == b for a, b in zip(TREES.place(c), top, strict=True))}


category = st.sampled_from([None, *CATEGORIES])
region = st.sampled_from([None, *REGIONS])
month = st.sampled_from([None, 1, 2])
link = st.sampled_from([None, Link.PRODUCTION, Link.CATERING])
batches = st.integers(0, 9)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.builds(Cell, category, region), batches, max_size=8))
def test_on_two_axes_the_need_is_the_heaviest_set_of_disjoint_cells(cells: dict[Cell, int]) -> None:
    lattice = Lattice(cells, TREES)
    for cell in {PLAN, GRAIN, Cell(region_id=5), *cells}:
        assert lattice.need(TREES.place(cell)) == _heaviest(_below(cells, cell))


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.builds(Cell, category, region, link, month), batches, max_size=7))
def test_on_any_axes_nothing_possible_is_refused(cells: dict[Cell, int]) -> None:
    """The need never exceeds what cells that cannot overlap add up to, and is never less than any single one of them."""
    lattice = Lattice(cells, TREES)
    for cell in {PLAN, *cells}:
        inside = _below(cells, cell)
        assert max(inside.values(), default=0) <= lattice.need(TREES.place(cell)) <= _heaviest(inside)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.builds(Cell, category, region, link, month), batches, max_size=7), st.data())
def test_what_is_let_through_stays_within_every_number(cells: dict[Cell, int], data: st.DataObject) -> None:
    """After any number of accepted changes no cell is overloaded; a refused one leaves an overloaded cell behind."""
    accepted: dict[Cell, int] = {}
    for cell in data.draw(st.permutations(list(cells))):
        wanted = {**accepted, cell: cells[cell]}
        refused = overloads(accepted, wanted, TREES)
        lattice = Lattice(wanted, TREES)
        too_much = [c for c in wanted if lattice.largest(TREES.place(c))[1] > wanted[c]]
        assert bool(refused) == bool(too_much)
        assert all(cell in fault.at for fault in refused)
        if not refused:
            accepted = wanted


def test_parents_are_one_per_divided_axis() -> None:
    place = TREES.place(Cell(111, 51, month=1))
    assert [axis for axis, _ in parents(place)] == [0, 1, 3] and [one.value for one in Axis][3] == "月"
