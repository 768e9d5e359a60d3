"""The cases of tests/disposal, with papers to put into their dossiers."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from typing import Any

import pytest

from app import clock
from app.attachments import operations as attachments
from app.db import transaction
from app.disposal.models import DisposalCase
from app.dossier_pdf import Made, Whole
from app.dossiers import packing
from tests import fonts
from tests.disposal.conftest import act, awaiting_case, batch, case, closed_case, open_cases

__all__ = ["act", "awaiting_case", "batch", "case", "closed_case", "open_cases"]


@pytest.fixture(autouse=True)
def font() -> None:
    fonts.require()


def pdf_of(pages: int, *, width: int = 595, height: int = 842, rotated: int = 0, password: str | None = None) -> bytes:
    from pypdf import PdfWriter

    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width, height).rotate(rotated)
    if password:
        writer.encrypt(password)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def text_of(content: bytes) -> list[str]:
    """The text of every page, without blanks: where a line breaks is the typesetter's."""
    from pypdf import PdfReader

    return ["".join(page.extract_text().replace("\u200b", "").split()) for page in PdfReader(io.BytesIO(content)).pages]


@pytest.fixture
def attach(office: Any) -> Callable[..., Any]:
    """``attach(case, "整改报告.pdf", content)`` keeps a file with the block 整改复查 of the case."""

    def kept(case: DisposalCase, name: str, content: bytes, subject: tuple[str, int] | None = None) -> Any:
        kind, number = subject or ("disposal_case", case.id)
        with transaction():
            return attachments.save(office.actor("county:办案人"), kind, number, case.org_id, name, content, clock.now())

    return kept


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[Whole]:
    """The pages are not set: what would be printed is kept, and its digest stands for the file."""
    printed: list[Whole] = []

    def compose(whole: Whole) -> Made:
        printed.append(whole)
        return Made(hashlib.sha256(repr(whole).encode()).digest(), 7, {})

    monkeypatch.setattr(packing, "compose", compose)
    return printed
