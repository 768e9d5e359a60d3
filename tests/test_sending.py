"""What files are called that pages hand out, whatever somebody typed; and lines of text that are one line."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import FieldList, Form, FormField, StringField, TextAreaField

from app.domain.actors import Role
from app.domain.one_line import ONE_LINE
from app.forms import OfficeForm
from app.sending import file_name, send_file


@pytest.mark.parametrize(("written", "kept"), [
    ("检查要点表（2026版）.docx", "检查要点表（2026版）.docx"),
    ("甲\r\nX-Injected: 1.docx", "甲 X-Injected_ 1.docx"),
    ("甲\u2028乙\u0085丙\x00.pdf", "甲 乙 丙 .pdf"),
    ("清单\u202exslx.exe", "清单 xslx.exe"),  # written from right to left it would end in .xlsx
    ("../../etc/passwd", "_.._etc_passwd"),
    ("a/b\\c:d*e?f\"g<h>i|j.xlsx", "a_b_c_d_e_f_g_h_i_j.xlsx"),
    (".htaccess", "htaccess"),
    (" \n ", "文件"),
    ("长" * 300 + ".xlsx", "长" * 75 + ".xlsx"),
    ("长" * 300, "长" * 80),
])  # fmt: skip
def test_a_name_is_one_line_that_every_file_system_takes(written: str, kept: str):
    assert file_name(written) == kept
    assert len(kept.encode()) <= 255


def test_a_file_is_sent_under_it(app: Flask):
    with app.test_request_context():
        sent = send_file(Path(__file__), "text/plain", as_attachment=True, download_name="甲\r\nX-Injected: 1\"乙.txt")
        named = sent.headers["Content-Disposition"]
        sent.close()
    assert named == "attachment; filename=\" X-Injected_ 1_.txt\"; filename*=UTF-8''%E7%94%B2%20X-Injected_%201_%E4%B9%99.txt"


class LineForm(Form):
    place = StringField("地点")


class SheetForm(OfficeForm):
    title = StringField("名称", filters=[lambda written: (written or "").strip()])
    note = TextAreaField("说明")
    lines = FieldList(FormField(LineForm), min_entries=1)

    class Meta(OfficeForm.Meta):
        csrf = False


@pytest.mark.parametrize("broken", ["甲\n乙", "甲\r\n乙", "甲\u2028乙", "甲\u0085乙", "甲\v乙"])
@pytest.mark.parametrize("field", ["title", "lines-0-place"])
def test_a_line_of_text_is_one_line(app: Flask, broken: str, field: str):
    with app.test_request_context(method="POST"):
        form = SheetForm(MultiDict({"title": "甲", "note": broken, "lines-0-place": "乙", field: broken}))
        assert not form.validate()
        faults = form.title.errors if field == "title" else form.lines.entries[0].form.place.errors
        assert list(faults) == [ONE_LINE.format("名称" if field == "title" else "地点")]
        assert SheetForm(MultiDict({"title": "甲\r\n", "note": broken, "lines-0-place": "乙"})).validate()  # a line may end


def test_a_title_in_a_form_is_refused_with_a_sentence(office, sign_in):
    client = sign_in(office.people[f"county:{Role.HANDLER.value}"])
    answer = client.post("/publications/new?kind=不合格", data={"kind": "不合格", "title": "关于豇豆\n的公示"})
    assert answer.status_code == 422 and "标题只能写一行" in answer.text
