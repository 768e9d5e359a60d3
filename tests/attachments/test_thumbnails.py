"""缩略图 on every page that lists files: for whoever may take the file out and nobody else, made once, too small to read a document by."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from app.attachments import thumbnails
from app.chain import HistoryEntry
from app.db import session
from tests.attachments.test_attachments import PDF, attach
from tests.custody.conftest import jpeg, png


def small(client: Any, number: int) -> Any:
    return client.get(f"/attachments/{number}/small")


@pytest.mark.parametrize(("name", "content"), [("现场.jpg", jpeg((800, 600))), ("现场.png", png((600, 200)))])
def test_a_small_picture_without_what_the_camera_wrote(app: Flask, office: Any, sign_in: Any, name: str, content: bytes) -> None:
    kept = attach(office, name=name, content=content)
    answer = small(sign_in(office.people["county:办案人"]), kept.id)
    assert (answer.status_code, answer.mimetype, answer.headers["Cache-Control"]) == (200, "image/jpeg", "private, max-age=3600")
    picture = Image.open(io.BytesIO(answer.data))
    assert max(picture.size) == thumbnails.LIMITS.side and not picture.getexif()
    steps = session().scalars(sa.select(HistoryEntry.step).where(HistoryEntry.subject_kind == "attachment")).all()
    assert "download" not in steps  # a list that was looked at is no file taken out


def test_only_whoever_may_take_the_file_out(office: Any, sign_in: Any) -> None:
    """Person by person as the file itself."""
    kept = attach(office, name="现场.jpg", content=jpeg())
    for who, status in (("county:审核人", 200), ("other:办案人", 404), ("county:系统管理员", 404)):
        client = sign_in(office.people[who])
        assert (client.get(f"/attachments/{kept.id}").status_code, small(client, kept.id).status_code) == (status, status), who


def test_what_is_no_picture_has_none_and_is_not_tried_twice(office: Any, sign_in: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    client = sign_in(office.people["county:办案人"])
    assert small(client, attach(office, content=PDF).id).status_code == 404
    broken = attach(office, name="坏.jpg", content=b"\xff\xd8\xff\xe0....")
    answer = small(client, broken.id)
    assert answer.status_code == 404 and "请下载原件查看" in answer.text
    monkeypatch.setattr(thumbnails, "examine", lambda *_: pytest.fail("opened again"))
    assert small(client, broken.id).status_code == 404


def test_it_is_made_once(app: Flask, office: Any, sign_in: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, client = attach(office, name="现场.jpg", content=jpeg()), sign_in(office.people["county:办案人"])
    first = small(client, kept.id).data
    assert (Path(app.config["INSTANCE_FOLDER"]) / thumbnails.FOLDER / kept.sha256[:2] / f"{kept.sha256}.jpg").exists()
    monkeypatch.setattr(thumbnails, "examine", lambda *_: pytest.fail("opened again"))
    assert small(client, kept.id).data == first


@pytest.mark.parametrize(
    "page",
    [
        "archives/show.html", "decisions/show.html", "disposal/_supplements.html", "grading/show.html", "incidents/show.html",
        "inspections/show.html", "objections/show.html", "self_reports/show.html",
    ],
)  # fmt: skip
def test_pages_list_files_by_the_one_macro(app: Flask, page: str) -> None:
    source = (Path(app.root_path).parent / "templates" / page).read_text()
    assert "file_link(" in source and "attachments.download" not in source


def test_the_macro_shows_pictures_only(app: Flask) -> None:
    with app.test_request_context():
        link = app.jinja_env.get_template("components/page.html").module.file_link  # type: ignore[attr-defined]
        assert 'src="/attachments/7/small"' in link(7, "现场.JPG") and "/attachments/7/view" in link(7, "现场.JPG")
        assert "small" not in link(7, "报告.pdf") and "small" not in link(7, "清单.xlsx")
