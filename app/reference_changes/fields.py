"""What the form of every change has: where it is from, how sure it is, why; the key of the form, and what was previewed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar

from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp

from app.domain.reference_acts import ChangeAct
from app.errors import NotLikeThis
from app.forms import OfficeForm, trimmed
from app.reference_changes.handling import stamp
from app.reference_changes.operations import Wish
from app.reference_data.forms import CONFIDENCES

KEY = r"[0-9a-f]{32}"
OWN = ("key", "previewed", "reason", "file", "csrf_token")


class ChangeForm(OfficeForm):
    """提出变更. ``HELPS`` is what stands under a field; ``WIDE`` names those that take the whole row."""

    HELPS: ClassVar[Mapping[str, str]] = {}
    WIDE: ClassVar[frozenset[str]] = frozenset()
    ROWS: ClassVar[Mapping[str, int]] = {}  # how high a text is
    OFFERED: ClassVar[Mapping[str, str]] = {}  # field -> the kind of words that are offered while typing

    key = HiddenField(validators=[Optional(), Regexp(f"^{KEY}$", message="页面已过期，请刷新后重新填写")])
    previewed = HiddenField()
    subject = HiddenField(validators=[Optional(), Length(max=200, message="页面已过期，请从列表重新进入")])
    source = StringField(
        "依据文件", [DataRequired("请填写依据文件，如发布机关、文号"), Length(max=300, message="依据文件不得超过 300 个字")], [trimmed]
    )
    reason = TextAreaField("变更理由", [DataRequired("请填写变更理由"), Length(max=400, message="变更理由不得超过 400 个字")], [trimmed])

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        if not self.key.data:
            self.key.data = secrets.token_hex(16)

    @property
    def asked(self) -> list[Any]:
        """The fields that the page shows before 依据文件 and 变更理由."""
        last = {"source", "reason", "confidence"}
        return [field for field in self if not isinstance(field, HiddenField) and field.short_name not in last]

    @property
    def values(self) -> dict[str, Any]:
        """What the change's payload keeps: plain JSON."""
        return {name: _plain(field.data) for name, field in self._fields.items() if name not in OWN}

    @property
    def shown_before(self) -> bool:
        """Has the effect of just these values been shown?"""
        return bool(self.previewed.data == stamp(self.values))

    def note_preview(self) -> None:
        self.previewed.data = stamp(self.values)

    def wish(self, act: ChangeAct) -> Wish:
        return Wish(act, self.values, self.reason.data or "", self.source.data or "", self.key.data or None)


class SureForm(ChangeForm):
    """Of data that say whether they were compared with the source."""

    confidence = SelectField("核实状态", [InputRequired("请选择核实状态")], choices=CONFIDENCES)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def written(form: type[ChangeForm], values: Mapping[str, Any]) -> ChangeForm:
    """The form filled from a file or from options: what a page checks is checked of a command. Raises NotLikeThis."""
    unknown = sorted(set(values) - set(form(MultiDict(), meta={"csrf": False})._fields))
    if unknown:
        raise NotLikeThis(f"没有“{unknown[0][:40]}”这一项，请核对文件中的名称")
    given = MultiDict({name: _written(value) for name, value in values.items() if value not in (None, False)})
    filled = form(given, meta={"csrf": False})
    if not filled.validate():
        raise NotLikeThis("；".join(_faults(filled)))
    return filled


def _written(value: Any) -> str:
    return "y" if value is True else str(value)


def _faults(form: ChangeForm) -> list[str]:
    return [f"{form[name].label.text}：{message}" for name, messages in form.errors.items() if name for message in messages]
