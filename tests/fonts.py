"""The Chinese fonts that a dossier is set with: Debian's fonts-noto-cjk, or what the machine has."""

from __future__ import annotations

import os
from functools import cache

import pytest

from app.dossier_pdf import FONTS

REQUIRED = os.environ.get("CI", "").lower() in ("1", "true")


@cache
def present() -> bool:
    import typst

    return not set(FONTS).isdisjoint(typst.Fonts().families())


def require() -> None:
    """Skip without a font; in CI its absence is a failure."""
    if not present():
        if REQUIRED:
            pytest.fail("a Chinese font is required in CI: fonts-noto-cjk")
        pytest.skip("no Chinese font (fonts-noto-cjk)")
