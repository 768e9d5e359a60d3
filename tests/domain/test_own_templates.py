"""Our own templates bring sheets of help and of choices; a file made from one is read without a word about them."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from app.domain.enterprise_rows import parse_enterprises
from app.domain.inspector_rows import parse_inspectors
from app.domain.sheet_import import parse_sheet_table

SHEETS = ("抽样编号", "样品名称", "被抽样单位名称", "抽样日期")
FIRMS = ("统一社会信用代码", "企业名称", "企业类型", "所属区域")
INSPECTORS = ("姓名", "执法证号", "所属单位")


def firms(sheets: Any) -> Any:
    return parse_enterprises(sheets, lambda written: (written, ""))


@pytest.mark.parametrize(("parse", "header"), [(parse_sheet_table, SHEETS), (firms, FIRMS), (parse_inspectors, INSPECTORS)])
def test_the_sheets_of_the_template_itself_are_no_remark(parse: Callable[..., Any], header: tuple[str, ...]) -> None:
    data = SimpleNamespace(name="Sheet1", rows=[(1, header)])
    other = [SimpleNamespace(name=name, rows=[(1, ("列名", "必填"))]) for name in ("填写说明", "选项")]
    read = parse([data, *other])
    assert (read.faults, read.remarks) == ((), ())
    mine = SimpleNamespace(name="我的备忘", rows=[(1, ("电话", "地址"))])
    assert [remark for remark in parse([data, *other, mine]).remarks if "我的备忘" in remark]
