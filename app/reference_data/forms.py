"""Forms of the reference data: shape only."""

from __future__ import annotations

import re
from typing import Any

from wtforms import HiddenField, StringField
from wtforms.validators import Length, ValidationError

from app.domain.samples import Confidence
from app.forms import OfficeForm, trimmed

CONFIDENCES = [(member.value, member.value) for member in Confidence]
EARLIEST, LATEST = 1990, 2199


def in_reason(form: Any, field: Any) -> None:
    """A date that no standard can have is a slip of the hand."""
    if field.data is not None and not EARLIEST <= field.data.year <= LATEST:
        raise ValidationError(f"日期不合理，请填写 {EARLIEST} 至 {LATEST} 年之间的日期")


def given(field: Any) -> Any:
    """What was typed in a field that must be filled: the form has refused it empty."""
    return field.data


class MappingForm(OfficeForm):
    """对照未识别名称. An empty target takes an earlier decision back."""

    target = StringField("对照为", [Length(max=400, message="内容过长，请从列表中选择")], [trimmed])
    seen = HiddenField()


def number(written: str | None) -> int | None:
    """A number in the address; anything else counts as absent."""
    return int(written) if written and re.fullmatch(r"[0-9]{1,9}", written) else None
