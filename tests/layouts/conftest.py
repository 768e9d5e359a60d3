"""Uploading through the page and importing through the command, as in the tests of results."""

from tests.results.conftest import clerk, command, confirm, upload

__all__ = ["clerk", "command", "confirm", "upload"]
