"""Attachments: what is accepted, who gets it back and how."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app import clock, files
from app.accounts.models import User
from app.attachments import operations, queries
from app.attachments.models import Attachment
from app.attachments.types import mime_of
from app.chain import HistoryEntry
from app.db import session, transaction
from app.errors import NotAllowedNow, NotLikeThis
from tests.conftest import Office

SignIn = Callable[[User], FlaskClient]
PDF = b"%PDF-1.7\n..."
PNG = b"\x89PNG\r\n\x1a\n...."


def zipped(*names: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return held.getvalue()


DOCX, XLSX = zipped("word/document.xml"), zipped("xl/workbook.xml")


def attach(office: Office, place: str = "county", name: str = "整改报告.pdf", content: bytes = PDF) -> Attachment:
    actor = office.actor(f"{place}:办案人")
    session().rollback()
    with transaction():
        return operations.save(actor, "disposal_case", 7, office.orgs[place].id, name, content, clock.now())


# ---------------------------------------------------------------- what is accepted


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("报告.pdf", PDF),
        ("现场.PNG", PNG),  # Windows writes endings in capitals
        ("照片.jpg", b"\xff\xd8\xff\xe0...."),
        ("照片.jpeg", b"\xff\xd8\xff\xe0...."),
        ("通知.docx", DOCX),
        ("结果.xlsx", XLSX),
        ("旧表.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1...."),
        ("清单.csv", "编号,名称\r\n1,白菜\r\n".encode("utf-8-sig")),
        ("清单.csv", "编号,名称\r\n1,白菜\r\n".encode("gb18030")),  # what Chinese Excel saves
        ("数据.json", b'{"a": 1}'),
    ],
)
def test_accepted(name: str, content: bytes):
    assert "/" in mime_of(name, content)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("病毒.exe", b"MZ....", "不支持的附件类型“exe”"),
        ("网页.html", b"<script>alert(1)</script>", "不支持的附件类型“html”"),
        ("图.svg", b"<svg/>", "不支持的附件类型“svg”"),  # an SVG runs scripts
        ("没有扩展名", PDF, "无扩展名"),
        ("报告.pdf", b"<html>", "不符"),
        ("报告.pdf", PNG, "不符"),
        ("报告.docx", XLSX, "不符"),  # a zip, but another document
        ("报告.xlsx", b"PK\x03\x04 broken", "不符"),
        ("报告.csv", b"MZ\x00\x01", "不符"),
        ("报告.json", b"{", "不符"),
        ("报告.json", b"[" * 100_000, "不符"),  # nested beyond reason
        ("报告.pdf.exe", PDF, "exe"),
        ("空.pdf", b"", "没有内容"),
    ],
)
def test_refused(app: Flask, office: Office, name: str, content: bytes, sentence: str):
    with pytest.raises(NotLikeThis, match=sentence):
        attach(office, name=name, content=content)
    assert session().scalar(sa.select(sa.func.count()).select_from(Attachment)) == 0


def test_too_large_is_refused_with_the_limit(app: Flask, office: Office):
    with pytest.raises(NotLikeThis, match="超过 20 MB"):
        attach(office, content=PDF + b"x" * app.config["MAX_UPLOAD"])


def test_a_zip_that_unpacks_beyond_reason_is_refused():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"\0" * (201 << 20))
    with pytest.raises(NotLikeThis):
        mime_of("炸弹.xlsx", held.getvalue())


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("C:\\桌面\\整改报告.pdf", "整改报告.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("报告\u202efdp.exe", "报告_fdp.exe"),  # the direction mark would show 报告exe.pdf
        ("一\r\n二.pdf", "一_二.pdf"),
        ("x" * 300 + ".pdf", "x" * 146 + ".pdf"),
        (" .hidden.pdf", "hidden.pdf"),
    ],
)
def test_file_names(written: str, kept: str):
    assert operations.safe_name(written) == kept


# ---------------------------------------------------------------- handing out


def test_download_is_an_attachment_with_its_chinese_name(office: Office, sign_in: SignIn):
    attachment = attach(office, name="整改报告（一）.pdf")
    answer = sign_in(office.people["county:审核人"]).get(f"/attachments/{attachment.id}")
    assert answer.status_code == 200
    assert answer.data == PDF
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment;")
    assert "filename*=UTF-8''%E6%95%B4%E6%94%B9%E6%8A%A5%E5%91%8A" in disposition
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_download_is_history(office: Office, sign_in: SignIn):
    attachment = attach(office)
    reader = office.people["county:审核人"]
    sign_in(reader).get(f"/attachments/{attachment.id}")
    session().rollback()
    entry = session().scalars(sa.select(HistoryEntry).where(HistoryEntry.step == "download")).one()
    assert (entry.actor_id, entry.subject_id, entry.subject_name) == (reader.id, attachment.id, "整改报告.pdf")


def test_a_pdf_is_looked_at_in_the_browser(office: Office, sign_in: SignIn):
    """In a tab of its own, where nothing of it may run or fetch; whoever looked is in the history as well."""
    attachment = attach(office, name="整改报告（一）.pdf")
    answer = sign_in(office.people["county:审核人"]).get(f"/attachments/{attachment.id}/view")
    assert (answer.status_code, answer.data, answer.mimetype) == (200, PDF, "application/pdf")
    assert answer.headers["Content-Disposition"].startswith("inline;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    session().rollback()
    assert len(session().scalars(sa.select(HistoryEntry).where(HistoryEntry.step == "download")).all()) == 1
    assert sign_in(office.people["other:办案人"]).get(f"/attachments/{attachment.id}/view").status_code == 404


def test_what_the_browser_does_not_show_is_downloaded(office: Office, sign_in: SignIn):
    attachment = attach(office)
    with transaction():
        attachment.mime = "text/html"  # nothing of that kind is ever kept; even so it is not shown
    answer = sign_in(office.people["county:审核人"]).get(f"/attachments/{attachment.id}/view")
    assert (answer.status_code, answer.location) == (303, f"/attachments/{attachment.id}")


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("county:抽样员", 200),
        ("city:审核人", 200),  # the bureau above
        ("station:抽样员", 404),  # a station below the bureau that owns the file
        ("other:办案人", 404),  # another county must not even know of it
        ("lab:承检机构", 404),
        ("county:系统管理员", 404),  # administrators see no business data
        ("county:审计管理员", 404),
    ],
)
def test_who_may_download(office: Office, sign_in: SignIn, who: str, status: int):
    attachment = attach(office)
    assert sign_in(office.people[who]).get(f"/attachments/{attachment.id}").status_code == status


def test_a_laboratory_gets_its_own_files(office: Office, sign_in: SignIn):
    actor = office.actor("lab:承检机构")
    session().rollback()
    with transaction():
        kept = operations.keep(actor, "import_batch", 1, actor.org_id, "结果.xlsx", "x/y", XLSX, clock.now())
    assert sign_in(office.people["lab:承检机构"]).get(f"/attachments/{kept.id}").status_code == 200
    assert sign_in(office.people["otherlab:承检机构"]).get(f"/attachments/{kept.id}").status_code == 404


def test_nobody_downloads_without_signing_in(app: Flask, office: Office):
    attachment = attach(office)
    assert app.test_client().get(f"/attachments/{attachment.id}").status_code == 303


def test_damaged_content_is_refused_and_not_noted_as_downloaded(office: Office, sign_in: SignIn):
    attachment = attach(office)
    files.place(attachment.sha256).write_bytes(b"other")
    answer = sign_in(office.people["county:审核人"]).get(f"/attachments/{attachment.id}")
    assert answer.status_code == 404
    assert "已损坏" in answer.text
    session().rollback()
    assert session().scalar(sa.select(sa.func.count()).where(HistoryEntry.step == "download")) == 0


def test_a_voided_attachment_is_neither_listed_nor_handed_out(office: Office, sign_in: SignIn):
    kept, voided = attach(office), attach(office, name="传错了.pdf")
    actor = office.actor("county:办案人")
    session().rollback()
    with transaction():
        operations.void(actor, voided, clock.now(), "传错了文件")
    assert [row.id for row in queries.attachments_of(actor, "disposal_case", 7)] == [kept.id]
    assert sign_in(office.people["county:办案人"]).get(f"/attachments/{voided.id}").status_code == 404
    session().rollback()
    with pytest.raises(NotAllowedNow), transaction():
        operations.void(actor, voided, clock.now(), "再作废一次")
