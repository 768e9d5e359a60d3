"""Cases that wait for somebody."""

from __future__ import annotations

from tests.disposal.conftest import act, awaiting_case, batch, case, open_cases

__all__ = ["act", "awaiting_case", "batch", "case", "open_cases"]
