"""导出勾选: only what was ticked, only what its reader may see, told of what is missing; with the boxes of every kind of list."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.db import session
from app.downloads.lists import every
from app.sampling.models import Sample
from tests.downloads.taking import pressed, rows_of
from tests.downloads.test_downloads import entries, export_row, stock
from tests.sources import templates

BUTTON = re.compile(r'formaction="(/downloads/lists/[^"]+)"')


def ids() -> list[int]:
    return list(session().scalars(sa.select(Sample.id).order_by(Sample.id)))


def test_ticked_rows_alone_are_taken_out_under_the_reader_s_scope(office: Any, sign_in: Any) -> None:
    stock(office, 4)
    wanted = ids()[:2]
    client = sign_in(office.people["county:办案人"])
    page = client.get("/sampling/?state=registered").text
    assert page.count('name="sample"') == 4 and "导出勾选" in page
    at = BUTTON.search(page)
    assert at is not None
    sent = client.post(at[1].replace("&amp;", "&"), data={"sample": [*wanted, "999999", "x", wanted[0]]})
    assert sent.status_code == 303 and "ticked=" in sent.headers["Location"] and "state=registered" in sent.headers["Location"]
    dialog = client.get(sent.headers["Location"]).text
    assert "勾选的 3 批" in dialog and "1 批不在您的范围内" in dialog
    assert "当前查询（全部页）" in dialog and "全部（不加查询条件）" in dialog
    query = sent.headers["Location"].partition("?")[2]
    answer = pressed(client, "samples", query)
    shown = client.get(answer.headers["Location"]).text
    assert "已导出 2 批，另有 1 批不在您的范围内" in shown
    begun = export_row()
    assert begun.rows == 2 and begun.query == {"state": "registered", "ticked": f"{wanted[0]}.{wanted[1]}.999999"}
    (told,) = entries("export")
    assert "勾选 3 批" in begun.conditions and f"勾选的记录号：{wanted[0]}、{wanted[1]}、999999" in (told.comment or "")
    rows = rows_of(client.get(f"/downloads/{begun.id}/file").data)
    assert [row["样品名称"].value for row in rows[:-1]] == ["油麦菜", "=HYPERLINK(1)"]
    assert "勾选 3 批" in next(iter(rows[-1].values())).value  # 水印行
    masked = [str(row["联系电话"].value) for row in rows[:-1] if "联系电话" in row]
    assert not [one for one in masked if "13812345678" in one]


def test_of_another_office_nothing_is_taken_and_the_reader_is_told(office: Any, sign_in: Any) -> None:
    stock(office, 1)
    client = sign_in(office.people["other:统计员"])
    dialog = client.get(f"/downloads/lists/samples?ticked={ids()[0]}").text
    assert "1 批不在您的范围内" in dialog
    pressed(client, "samples", f"ticked={ids()[0]}")
    assert export_row().rows == 0


@pytest.mark.parametrize(("taking", "rows"), [("ticked", 1), ("query", 0), ("all", 2)])
def test_how_much_is_chosen_in_the_dialog(office: Any, sign_in: Any, taking: str, rows: int) -> None:
    """勾选 is under the conditions as well: what no longer meets them is left out and told."""
    stock(office, 2)
    state = "registered" if taking == "ticked" else "reported"
    pressed(sign_in(office.people["county:办案人"]), "samples", f"state={state}&ticked={ids()[0]}&taking={taking}")
    assert export_row().rows == rows
    assert ("ticked" in export_row().query) is (taking == "ticked")


def test_nothing_or_too_much_is_refused(app: Flask, office: Any, sign_in: Any) -> None:
    client = sign_in(office.people["county:办案人"])
    assert "请先在列表中勾选" in client.post("/downloads/lists/samples/ticked", data={"sample": "x"}).text
    many = ".".join(map(str, range(1, 202)))
    assert "一次最多勾选 200 条" in client.get(f"/downloads/lists/samples?ticked={many}").text
    assert "不能按勾选导出" in client.get("/downloads/lists/plans?ticked=1").text
    assert client.post("/downloads/lists/users/ticked", data={"ticked": "1"}).status_code == 403


def test_the_command_takes_ids(app: Flask, office: Any, tmp_path: Path) -> None:
    stock(office, 3)
    first = ids()[0]
    run = app.test_cli_runner()
    out = tmp_path / "x.xlsx"
    made = run.invoke(args=["downloads", "export", "samples", "--output", str(out), "--ids", f"{first}，77777", "--as", "county-handler"])
    assert made.exit_code == 0, made.output
    assert "1 批已写入" in made.output and "另有 1 批不在您的范围内" in made.output
    assert len(rows_of(out.read_bytes())) == 2
    assert "勾选" in run.invoke(args=["downloads", "export", "samples", "--output", str(out), "--ids", "x"]).output


def test_every_list_with_boxes_offers_them_for_export() -> None:
    """A list with boxes beside its rows has the button, whatever else is done to what is ticked."""
    ticks = {source.ticks for source in every().values()}
    for path, text in templates():
        named = set(re.findall(r'check_cell\("(\w+)"', text)) & (ticks - {"ticked"})
        if named and "pager(" in text and path not in NOT_LISTS:
            assert "ticked_button()" in text, path
        if "tick_cell(" in text and "components" not in path:
            assert "tick_bar(" in text and "selectable=ticks_here()" in text, path


NOT_LISTS = ("templates/publications/candidates.html",)  # the batches to draft from: no list of the register
