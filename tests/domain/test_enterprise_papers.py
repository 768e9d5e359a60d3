"""Licences, product categories and archives of enterprises: plain tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from app.domain.archives import ElementForm, completeness, together
from app.domain.archives import complaint as element_complaint
from app.domain.enterprise_licences import LicenceEntry, MainChange, complaint, main_change
from app.domain.masking import mask_person
from app.domain.product_categories import NotACategory, categories_words, read_categories
from app.reference.archive_elements import in_force, kinds, read_archive_elements
from app.reference.problems import BrokenReference

DAY, LATER = date(2026, 11, 20), date(2028, 1, 1)
HELD = ("经营许可证", "JY1", DAY)


@pytest.mark.parametrize(
    ("before", "after", "others", "change"),
    [
        (None, (None, None, None), False, MainChange.NOTHING),
        (None, HELD, False, MainChange.ENTER),
        (HELD, HELD, False, MainChange.NOTHING),
        (HELD, ("经营许可证", "JY1", LATER), False, MainChange.AMEND),  # the same number: renewed or corrected
        ((None, None, DAY), HELD, False, MainChange.AMEND),  # its number is filled in
        (HELD, ("经营许可证", "JY2", LATER), False, MainChange.REPLACE),  # never overwritten
        (HELD, ("经营许可证", "JY2", LATER), True, MainChange.PROMOTE),
        (None, HELD, True, MainChange.PROMOTE),
        (HELD, (None, None, None), False, MainChange.END),
    ],
)
def test_what_becomes_of_the_main_licence(before, after, others: bool, change: MainChange) -> None:
    assert main_change(before, after, others_have=others) is change


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        (LicenceEntry(None, "JY1"), None),
        (LicenceEntry(None, None), "number"),
        (LicenceEntry(None, "JY1", issued_on=LATER), "issued_on"),
        (LicenceEntry(None, "JY1", date(2026, 1, 1), issued_on=date(2026, 1, 2)), "valid_to"),
        (LicenceEntry(None, "JY1", date(2026, 1, 2), issued_on=date(2026, 1, 2)), None),
    ],
)
def test_what_a_licence_must_say(entry: LicenceEntry, field: str | None) -> None:
    found = complaint(entry, DAY)
    assert (found and found[0]) == field


def books(written: str) -> tuple[str, str] | None:
    return {"糕点": ("7", "糕点"), "小麦粉": ("3", "粮食加工品/小麦粉")}.get(written)


@pytest.mark.parametrize(
    ("written", "words", "unknown"),
    [
        ("", "", []),
        ("糕点；0101 小麦粉", "糕点；0101 小麦粉", []),
        ("０１０１：小麦粉;糕点\n糕点", "糕点；0101 小麦粉", []),  # full-width digits, twice the same
        ("0101", "0101", []),
        ("小麦粉;月球食品", "粮食加工品/小麦粉", ["月球食品"]),
        ("123 什么", "", ["123 什么"]),  # neither two digits nor four
    ],
)
def test_product_categories_as_written(written: str, words: str, unknown: list[str]) -> None:
    found, strange = read_categories(written, books)
    assert (categories_words(found), strange) == (words, unknown)
    assert read_categories(categories_words(found), lambda word: next(((c, n) for _, c, n in found if n == word), None))[0] == found


def test_too_many_product_categories() -> None:
    with pytest.raises(NotACategory, match="超过 60 个"):
        read_categories(";".join(f"{number:04d}" for number in range(61)), books)


@dataclass(frozen=True)
class Item:
    code: str
    name: str
    required: bool


@pytest.mark.parametrize(
    ("filled", "words", "complete", "missing"),
    [
        (set(), "0/2 项", False, ("甲", "乙")),
        ({"A", "C"}, "1/2 项", False, ("乙",)),  # what may be there does not count
        ({"A", "B"}, "2/2 项", True, ()),
        ({"A", "B", "X"}, "2/2 项", True, ()),
    ],
)
def test_completeness(filled: set[str], words: str, complete: bool, missing: tuple[str, ...]) -> None:
    found = completeness([Item("A", "甲", True), Item("B", "乙", True), Item("C", "丙", False)], filled)
    assert (found.words, found.complete, found.missing) == (words, complete, missing)


def test_an_archive_without_requirements_is_not_complete() -> None:
    assert not completeness([Item("C", "丙", False)], {"C"}).complete


def test_of_two_kinds_an_element_is_asked_once_and_required_if_one_requires_it() -> None:
    found = together([[Item("A", "甲", False)], [Item("A", "甲", True), Item("B", "乙", False)]])
    assert [(each.code, each.required) for each in found] == [("A", True), ("B", False)]


@pytest.mark.parametrize(
    ("form", "value", "file", "said"),
    [
        (ElementForm.TEXT, "豆腐", False, ""),
        (ElementForm.TEXT, None, True, "请用文字填写"),
        (ElementForm.FILE, "豆腐", False, "请上传文件"),
        (ElementForm.FILE, None, True, ""),
        (ElementForm.EITHER, None, False, "请填写内容或上传文件"),
        (ElementForm.EITHER, None, True, ""),
        (ElementForm.TEXT, "长" * 1001, False, "超过 1000 个字"),
    ],
)
def test_when_an_element_is_filled(form: ElementForm, value: str | None, file: bool, said: str) -> None:
    found = element_complaint(form, value, file)
    assert found == "" if said == "" else said in found


@pytest.mark.parametrize(
    ("written", "shown"),
    [("张三 13812341234", "张* 138****1234"), ("李四13912340000", "李*139****0000"), ("王五，022-29142000", "王*，022-****2000")],
)
def test_names_and_numbers_beside_each_other(written: str, shown: str) -> None:
    assert mask_person(written) == shown


def test_the_shipped_elements_hold() -> None:
    assert kinds(DAY)[0] == "小作坊"
    found = {element.code for element in in_force("小作坊", DAY) if element.required}
    assert {"WORKSHOP_CERT", "PRODUCTS", "ADDITIVES", "PROCESS", "PACKAGING", "SALES_AREA", "RESPONSIBLE", "SITE"} <= found


HEAD = "kind,code,name,required,form,personal,hint,valid_from,valid_to,source,confidence"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["小作坊,A,甲,是,文字,否,填,2021-01-01,,来源,已核", "小作坊,A,甲,是,文字,否,填,2022-01-01,,来源,已核"], ":3 小作坊的要素 A"),
        (["小作坊,A,甲,是,文字,否,填,2021-01-01,,来源,已核", "食盐经营者,A,甲,是,文件,否,填,2021-01-01,,来源,已核"], "须一致"),
        (["杂货店,A,甲,是,文字,否,填,2021-01-01,,来源,已核"], "kind"),
        (["小作坊,A,甲,是,口头,否,填,2021-01-01,,来源,已核"], "form"),
    ],
)
def test_a_faulty_list_of_elements_is_refused_by_line(tmp_path: Path, lines: list[str], said: str) -> None:
    (tmp_path / "archive_elements.csv").write_text("\n".join([HEAD, *lines]) + "\n", encoding="utf-8")
    with pytest.raises(BrokenReference) as fault:
        read_archive_elements(tmp_path)
    assert said in str(fault.value)
