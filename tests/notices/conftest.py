"""Uploading and confirming results, as the tests of results do it."""

from tests.results.conftest import confirm, upload

__all__ = ["confirm", "upload"]
