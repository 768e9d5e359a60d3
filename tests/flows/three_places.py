"""The figures of a plan as the page, the command and the monthly workbook say them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
from flask import Flask

from tests.flows.desks import Desk
from tests.flows.material import words

Said = dict[str, tuple[str | None, int | None, int | None, str]]  # by number: value, numerator, denominator, 达标


@dataclass
class ThreePlaces:
    """Asks the page, the command and the workbook for the figures of a plan."""

    app: Flask
    reader: Desk
    folder: Path
    plan: str = "jizhou"
    area: str = "120119"
    asked: int = 0

    def page(self) -> Said:
        found: Said = {}
        page = self.reader.page(f"/indicators/{self.plan}?area={self.area}&year=2026")
        for number, row in re.findall(r'<tr id="no-(T?\d+)">(.*?)</tr>', page, re.S):
            cells = re.findall(r"<td[^>]*>(.*?)</td>", row, re.S)
            value = words(re.findall(r"<b>(.*?)</b>", cells[4])[0])
            shown, beneath = cells[4].split("</b>", 1)
            counted = words(beneath).split("未判定")[0] or (
                value if "/records/" in shown else ""
            )  # a count is its own list
            counts = [int(one.replace(",", "")) for one in re.findall(r"[\d,]+", counted)]
            met = re.search("已达标|未达到", words(cells[5]))
            found[number] = (plain(value), *pair(counts), met[0] if met else "—")
        return found

    def command(self) -> Said:
        arguments = ["indicators", "show", "--plan", self.plan, "--area", self.area, "--year", "2026", "--json"]
        result = self.app.test_cli_runner().invoke(args=arguments)
        assert result.exit_code == 0, result.output
        met = {True: "已达标", False: "未达到", None: "—"}
        return {
            row["no"]: (row["value"], row["numerator"], row["denominator"], met[row["met"]])
            for row in json.loads(result.stdout)
        }

    def workbook(self) -> Any:
        self.asked += 1
        output = self.folder / f"return-{self.asked}.xlsx"
        arguments = ["exports", "monthly", "--area", self.area, "--month", "2026-11", "--output", str(output), "--json"]
        result = self.app.test_cli_runner().invoke(args=[*arguments, "--plan", self.plan])
        assert result.exit_code == 0, result.output
        return openpyxl.load_workbook(output)

    def printed(self) -> Said:
        """The rows of 汇总 as Excel prints them."""
        found: Said = {}
        for row in self.workbook()["汇总"].iter_rows(min_row=4):
            if row[1].value is None:
                break
            count = [None if cell.value == "—" else int(cell.value) for cell in row[8:10]]
            found[str(row[0].value)] = (as_printed(row[7]), count[0], count[1], str(row[11].value))
        return found

    def agreed(self) -> Said:
        """What all three say."""
        page, command, printed = self.page(), self.command(), self.printed()
        assert page == command
        assert printed == command
        return command


def plain(value: str) -> str | None:
    return None if value == "—" else value.replace(",", "").removesuffix("%")


def pair(counts: Sequence[int]) -> tuple[int | None, int | None]:
    first, second = [*counts, None, None][:2]
    return first, second


def as_printed(cell: Any) -> str | None:
    """A cell's number as its format shows it."""
    if cell.value == "—":
        return None
    decimals = re.fullmatch(r"(?:#,##)?0(?:\.(0+))?", cell.number_format)
    assert decimals is not None, cell.number_format
    return f"{Decimal(str(cell.value)):.{len(decimals[1] or '')}f}"
