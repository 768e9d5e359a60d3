"""A nonconforming batch with its case, as the tests of disposal make them."""

from __future__ import annotations

from tests.disposal.conftest import act, batch, case, open_cases

__all__ = ["act", "batch", "case", "open_cases"]
