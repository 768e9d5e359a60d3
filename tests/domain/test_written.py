"""Numbers, dates and strokes as people write them."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.written import NotADate, item_name, number_complaint, present, sample_number, word, written_date


@pytest.mark.parametrize("written", [
    "2020-08-27", "2020/8/27", "2020.8.27", "2020年8月27日", "2020年08月27号", "20200827", " 2020 年 8 月 27 日 ",
    "２０２０－０８－２７", "2020-08-27 09:30", "2020-08-27 09:30:15", "2020-08-27T09:30:15", "2020-08-27T09:30:15.5+08:00",
    "2020年8月27日 9时30分", "44070", "44070.5", "2020-08-27 00:00:00",
])  # fmt: skip
def test_a_date_in_every_usual_spelling(written: str) -> None:
    assert written_date(written) == date(2020, 8, 27)


@pytest.mark.parametrize("written", ["", "/", "／", "-", "—", "——", "  ", "\n"])
def test_a_stroke_is_no_date_and_no_fault(written: str) -> None:
    assert written_date(written) is None
    assert present(written) == ""


@pytest.mark.parametrize(("written", "said"), [
    ("2021-02-31", "2021年2月没有31日"),
    ("2021年2月29日", "2021年2月没有29日"),
    ("20210431", "2021年4月没有31日"),
    ("2021-13-01", "没有13月"),
    ("2021-00-01", "没有0月"),
    ("0021-01-01", "年份 21"),
    ("2021-8", "不是日期"),
    ("8/27/2020", "不是日期"),  # month first or day first: not guessed
    ("见包装", "不是日期"),
    ("2020-08-27至2020-09-01", "不是日期"),
    ("99999", "不是日期"),  # no day count of our century
    ("1" * 5000, "不是日期"),
])  # fmt: skip
def test_a_date_that_is_none_is_refused_by_name(written: str, said: str) -> None:
    with pytest.raises(NotADate, match=said):
        written_date(written)


@pytest.mark.parametrize(("written", "number"), [
    (" XC20412830465130015", "XC20412830465130015"),  # the real upload has the blank
    ("xc2041 2830465\n130015", "XC20412830465130015"),
    ("ＸＣ２０412830465130015", "XC20412830465130015"),
    ("\ufeffXC20412830465130015\u200b", "XC20412830465130015"),
])  # fmt: skip
def test_a_sheet_number_as_a_key(written: str, number: str) -> None:
    assert sample_number(written) == number
    assert number_complaint(number) == ""


@pytest.mark.parametrize(("number", "said"), [
    ("1.23457E+17", "科学计数"), ("1E+17", "科学计数"), ("合计", "字母和数字"), ("GC", "字母和数字"), ("ABCDEFG", "字母和数字"),
    ("G" * 30 + "1" * 30, "字母和数字"), ("GC1;DROP", "字母和数字"),
])  # fmt: skip
def test_what_cannot_be_a_sheet_number(number: str, said: str) -> None:
    assert said in number_complaint(number)


@pytest.mark.parametrize("number", ["NCP20410602463230031", "GC1600123456", "GBJ24520100463230001ZX", "XBJ24520201(1)"])
def test_odd_but_real_numbers_pass(number: str) -> None:
    assert number_complaint(number) == ""


@pytest.mark.parametrize(("written", "key"), [
    ("铝的残留量\n（干样品，以Al计）", "铝的残留量(干样品,以Al计)"),
    ("铝的残留量(干样品,以Al计)", "铝的残留量(干样品,以Al计)"),
    ("黄曲霉毒素 B₁", "黄曲霉毒素B1"),
])  # fmt: skip
def test_an_item_is_one_item_whatever_its_brackets(written: str, key: str) -> None:
    assert item_name(written) == key


def test_a_word_of_a_list() -> None:
    assert (word(" 合格 项\n"), word("／"), word("")) == ("合格项", "", "")
