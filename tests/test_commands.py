"""What every command does when the database is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import make_app


@pytest.mark.parametrize("words", [["verdict", "--item", "铅", "--value", "1", "--unit", "mg/kg"], ["cases", "list"]])
def test_without_tables_a_command_says_what_to_do(tmp_path: Path, words: list[str]) -> None:
    result = make_app(tmp_path).test_cli_runner().invoke(args=words)
    assert result.exit_code == 1 and "flask db upgrade" in result.stderr and "Traceback" not in result.output
