"""个人信息遮蔽: what is personal becomes unreadable, what only looks like it stays."""

from __future__ import annotations

import pytest

from app.domain.masking import mask, mask_name, mask_wholly


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("13812345678", "138****5678"),
        ("联系张三13812345678，或13912345679。", "联系张三138****5678，或139****5679。"),
        ("110101199003078515", "110101**********15"),
        ("11010119900307851X", "110101**********1X"),
        ("110101199003078515和13812345678", "110101**********15和138****5678"),
        ("022-29142000", "022-****2000"),
        ("022 2914200", "022 ****4200"),  # seven digits, as small towns have
        ("12812345678", "12812345678"),  # no mobile begins with 128
        ("110101199013078515", "110101199013078515"),  # no thirteenth month: a code, not a person
        ("91120119MA05XXXX1X", "91120119MA05XXXX1X"),  # 统一社会信用代码
        ("XBJ26120119371930001", "XBJ26120119371930001"),  # 抽样编号
        ("GC13812345678", "GC13812345678"),  # inside a number with letters
        ("2026-11-20", "2026-11-20"),
        ("", ""),
    ],
)
def test_free_text(written: str, shown: str):
    assert mask(written) == shown


@pytest.mark.parametrize(("name", "shown"), [("张三", "张*"), ("欧阳修", "欧**"), ("王", "王"), ("", "")])
def test_names(name: str, shown: str):
    assert mask_name(name) == shown


@pytest.mark.parametrize(("value", "shown"), [("13812345678", "138****5678"), ("29142000", "****"), ("", "****")])
def test_known_to_be_personal(value: str, shown: str):
    assert mask_wholly(value) == shown
