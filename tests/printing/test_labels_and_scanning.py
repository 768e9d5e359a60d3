"""Labels: as many as were asked for, with codes that hold the number; scanning one opens the sample."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy as sa

from app.db import session
from app.domain.labels import LabelLayout, Wanted, refusal, sheets
from app.domain.samples import Link
from app.domain.scanning import number, sample_id
from app.printing.labels import QUIET, codes_of
from app.printing.models import PrintedDocument
from tests.printing.conftest import NUMBER
from tests.queries import counting

ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


# ---------------------------------------------------------------- reading the codes back

def drawn(squares: str, side: int) -> list[list[int]]:
    """The modules that the path draws."""
    matrix = [[0] * side for _ in range(side)]
    for place, line, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", squares):
        for column in range(int(place), int(place) + int(width)):
            matrix[int(line)][column] = 1
    return matrix


MASKS = (
    lambda i, j: (i + j) % 2 == 0, lambda i, j: i % 2 == 0, lambda i, j: j % 3 == 0, lambda i, j: (i + j) % 3 == 0,
    lambda i, j: (i // 2 + j // 3) % 2 == 0, lambda i, j: i * j % 2 + i * j % 3 == 0,
    lambda i, j: (i * j % 2 + i * j % 3) % 2 == 0, lambda i, j: ((i + j) % 2 + i * j % 3) % 2 == 0,
)  # fmt: skip


def read_qr(matrix: list[list[int]]) -> str:
    """The text of a QR code of version 1 or 2 by ISO/IEC 18004: format, mask, zigzag, alphanumeric segment. One block, unharmed."""
    side = len(matrix)
    assert side in (21, 25)
    mask = MASKS[(matrix[8][2] << 2 | matrix[8][3] << 1 | matrix[8][4]) ^ 0b101]
    bits, upwards = "", True
    for right in [*range(side - 1, 6, -2), 5, 3, 1]:
        for line in range(side - 1, -1, -1) if upwards else range(side):
            for column in (right, right - 1):
                if not _reserved(line, column, side):
                    bits += str(matrix[line][column] ^ mask(line, column))
        upwards = not upwards
    assert bits[:4] == "0010"  # alphanumeric
    count, place, text = int(bits[4:13], 2), 13, ""
    while len(text) < count:
        pair = count - len(text) >= 2
        value = int(bits[place : place + (11 if pair else 6)], 2)
        text += ALPHANUMERIC[value // 45] + ALPHANUMERIC[value % 45] if pair else ALPHANUMERIC[value]
        place += 11 if pair else 6
    return text


def _reserved(line: int, column: int, side: int) -> bool:
    finder = (line < 9 and column < 9) or (line < 9 and column >= side - 8) or (line >= side - 8 and column < 9)
    alignment = side == 25 and 16 <= line <= 20 and 16 <= column <= 20
    return finder or alignment or line == 6 or column == 6


def read_code128(bars: Any, width: int) -> str:
    """The text of a code 128, its check character verified."""
    from barcode.charsets import code128

    modules = ["0"] * width
    for place, wide in bars:
        modules[place : place + wide] = "1" * wide
    inner = "".join(modules[QUIET : width - QUIET])
    found = [code128.CODES.index(inner[place : place + 11]) for place in range(0, len(inner) - 13, 11)]
    start, values, check = found[0], found[1:-1], found[-1]
    assert check == (start + sum(place * value for place, value in enumerate(values, 1))) % 103
    sort, text = {103: "A", 104: "B", 105: "C"}[start], ""
    for value in values:
        if sort == "C" and value < 100:
            text += f"{value:02d}"
        elif value in (99, 100, 101):
            sort = {99: "C", 100: "B", 101: "A"}[value]
        else:
            text += chr(value + 32)
    return text


@pytest.mark.parametrize("written", [NUMBER, "GC20131100120630263", "DC26120225830430012ZX", "XC-2026/001", "A1234"])
def test_both_codes_say_the_number_and_nothing_else(written: str):
    codes = codes_of(written)
    assert read_qr(drawn(codes.squares, codes.side)) == written
    assert read_code128(codes.bars, codes.width) == written
    assert all(place + width < following for (place, width), (following, _) in pairwise(codes.bars))


# ---------------------------------------------------------------- as many as asked for

def count(text: str) -> int:
    return text.count('class="label-qr"')


@pytest.mark.parametrize(
    ("layout", "test", "backup", "samples", "start", "labels", "pages"),
    [
        ("a4", 1, 1, 1, 1, 2, 1),
        ("a4", 3, 2, 5, 1, 25, 2),
        ("a4", 24, 0, 1, 1, 24, 1),
        ("a4", 24, 0, 1, 2, 24, 2),  # one place of the first sheet is used up
        ("a4", 1, 0, 1, 24, 1, 1),
        ("roll", 7, 3, 2, 1, 20, 20),
    ],
)
def test_what_is_asked_for_is_what_is_printed(
    take: Any, clerk: Any, layout: str, test: int, backup: int, samples: int, start: int, labels: int, pages: int
):
    ids = [take(f"L1-0000{n}").id for n in range(samples)]
    fields = {"sample": ids, "layout": layout, "test": test, "backup": backup, "start": start}
    seen = clerk.get("/printing/labels", query_string=fields).text
    assert (count(seen), seen.count('class="label-page"'), seen.count("label-used")) == (labels, pages, start - 1)
    assert (seen.count(">检样<"), seen.count(">备样<")) == (test * samples, backup * samples)
    assert session().scalar(sa.select(sa.func.count()).select_from(PrintedDocument)) == 0  # looking is no printing
    answer = clerk.post("/printing/labels", data=fields)
    assert answer.status_code == 303
    after = clerk.get(answer.location).text
    assert f"已登记打印 {labels} 枚标签" in after
    assert re.findall(r'class="label-qr".*?</svg>', after) == re.findall(r'class="label-qr".*?</svg>', seen)
    rows = session().scalars(sa.select(PrintedDocument)).all()
    assert [(row.kind, row.copies) for row in rows] == [("样品标签", test + backup)] * samples


IMPOSSIBLE = (
    {"test": 51}, {"test": -1}, {"test": 0, "backup": 0}, {"start": 0}, {"start": 25}, {"layout": "roll", "start": 2}, {"test": "x"},
)  # fmt: skip


@pytest.mark.parametrize("wrong", IMPOSSIBLE)
def test_impossible_labels_are_refused(take: Any, clerk: Any, wrong: Any):
    fields = {"sample": take().id, "layout": "a4", "test": 1, "backup": 1, "start": 1} | wrong
    answer = clerk.post("/printing/labels", data=fields)
    assert answer.status_code == 422
    assert count(answer.text) == 0
    assert session().scalars(sa.select(PrintedDocument)).all() == []


def test_no_more_than_a_thousand_at_a_time():
    assert refusal(Wanted(25, 25), 20, LabelLayout.A4) is None
    assert "本次为 1050 枚" in (refusal(Wanted(25, 25), 21, LabelLayout.A4) or "")


def test_labels_go_across_and_then_down():
    assert sheets([1, 2], LabelLayout.A4, 3) == [[None, None, 1, 2]]


def test_a_label_carries_its_words(take: Any, clerk: Any):
    page = clerk.get(f"/printing/labels?sample={take().id}").text
    for word in (NUMBER, "五香&lt;豆干&gt; &amp; 卤味", "蓟州区好又多生活超市", "2026-11-02"):
        assert word in page


def test_many_labels_ask_no_more_of_the_database(take: Any, clerk: Any, app: Any):
    ids = [take(f"L2-0000{n}").id for n in range(1, 9)]
    with counting(app) as few:
        clerk.get(f"/printing/labels?sample={ids[0]}")
    with counting(app) as many:
        clerk.get("/printing/labels?" + "&".join(f"sample={one}" for one in ids))
    assert many.count <= few.count + 1, many


def test_the_list_leads_to_both(take: Any, clerk: Any):
    take()
    page = clerk.get("/sampling/").text
    assert 'action="/printing/samples"' in page
    assert 'formaction="/printing/labels"' in page
    assert 'name="sample"' in page


# ---------------------------------------------------------------- scanning

@pytest.mark.parametrize(
    ("scanned", "meant"),
    [
        ("XBJ26120225830430012", NUMBER),
        ("xbj26120225830430012\r\n", NUMBER),  # the scanner's own Enter
        ("ＸＢＪ２６１２０２２５８３０４３００１２", NUMBER),  # through a Chinese input method
        (" XBJ2612 0225830430012\t", NUMBER),
        ("抽样单编号：XBJ26120225830430012", NUMBER),
        ("\u200bXBJ26120225830430012\x1d", NUMBER),
        ("", ""),
    ],
)
def test_what_a_scanner_types(scanned: str, meant: str):
    assert number(scanned) == meant


@pytest.mark.parametrize(
    ("scanned", "found"),
    [
        ("https://10.1.2.3:8443/sampling/17", 17), ("http://shian.local/shian/sampling/17/correct?x=1", 17), ("/sampling/17", 17),
        ("ｈｔｔｐｓ：／／ａ／ｓａｍｐｌｉｎｇ／１７", 17), ("https://a/disposal/17", None), (NUMBER, None),
    ],
)  # fmt: skip
def test_an_address_of_ours_is_understood(scanned: str, found: int | None):
    assert sample_id(scanned) == found


def test_scanning_opens_the_sample(take: Any, clerk: Any):
    sample = take(local_number="JZ-2026-0007", link=Link.CIRCULATION)
    for scanned in (NUMBER, "xbj26120225830430012 ", "JZ-2026-0007", "jz-2026-0007", f"https://x/sampling/{sample.id}"):
        answer = clerk.get("/printing/scan", query_string={"q": scanned})
        assert (answer.status_code, answer.location) == (303, f"/sampling/{sample.id}"), scanned


def test_an_unknown_code_and_a_stranger_are_told_the_same(take: Any, clerk: Any, stranger: Any):
    sample = take()
    unknown = clerk.get("/printing/scan", query_string={"q": "XBJ00000000000000000"})
    assert unknown.status_code == 404
    assert "没有找到编号为“XBJ00000000000000000”的样品" in unknown.text
    for scanned in (NUMBER, f"/sampling/{sample.id}"):
        answer = stranger.get("/printing/scan", query_string={"q": scanned})
        assert answer.status_code == 404
        assert "不在您的管辖范围内" in answer.text
    assert clerk.get("/printing/scan").status_code == 200


def test_a_local_number_used_twice_offers_both(take: Any, clerk: Any):
    take("L3-00001", local_number="JZ7")
    take("L3-00002", local_number="JZ7")
    page = clerk.get("/printing/scan?q=JZ7")
    assert page.status_code == 200
    assert "L3-00001" in page.text
    assert "L3-00002" in page.text
