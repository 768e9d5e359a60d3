"""Batches for the comparisons."""

from tests.indicators.conftest import books

__all__ = ["books"]
