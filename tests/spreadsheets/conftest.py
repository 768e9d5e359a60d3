"""Files as users send them, honest and otherwise, built in code: none of them is kept in the repository."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

Edit = Callable[[dict[str, bytes]], None]


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[..., Path]:
    """A workbook with these rows, its parts then edited by hand."""

    def build(rows: list[list[object]], edit: Edit | None = None, name: str = "file.xlsx") -> Path:
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.title = "结果"
        for row in rows:
            sheet.append(row)
        path = tmp_path / name
        book.save(path)
        if edit:
            with zipfile.ZipFile(path) as package:
                parts = {member: package.read(member) for member in package.namelist()}
            edit(parts)
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
                for member, content in parts.items():
                    package.writestr(member, content)
        return path

    return build


@pytest.fixture
def shared() -> Path:
    """Real material, which is never committed."""
    folder = Path(os.environ.get("SHIAN_SHARED_DATA", "../shared/data"))
    if not folder.is_dir():
        pytest.skip("real material is not here")
    return folder
