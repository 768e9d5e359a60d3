"""Forms of 检查要点表: shape only."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.checklists.operations import Edition
from app.disposal.forms import Day, plain
from app.domain.enterprises import KINDS
from app.domain.samples import Confidence
from app.forms import OfficeForm


def _text(title: str, longest: int, asked: str) -> StringField:
    return StringField(title, [DataRequired(asked), Length(max=longest, message=f"{title}不得超过 {longest} 个字")], [plain])


class EditionForm(OfficeForm):
    """What an edition says of itself, confirmed after its items have been looked at."""

    code = _text("代码", 40, "请填写代码，如 catering")
    edition = _text("版本", 40, "请填写版本，如 2026 修订")
    title = _text("名称", 200, "请填写名称")
    kinds = SelectMultipleField(
        "适用企业类型", [InputRequired("请选择适用的企业类型")], choices=[(kind, kind) for kind in KINDS], widget=ListWidget(),
        option_widget=CheckboxInput(),
    )  # fmt: skip
    valid_from = Day("施行日期", [InputRequired("请填写施行日期")])
    valid_to = Day("有效期止", [Optional()])
    source = _text("来源", 300, "请填写来源，如发布机关、文号")
    reason = StringField("变更理由", [DataRequired("请填写变更理由"), Length(max=400, message="变更理由不得超过 400 个字")], [plain])
    confidence = SelectField("核实状态", choices=[(one.value, one.value) for one in Confidence])

    @property
    def written(self) -> Edition:
        given: Any = self.data
        return Edition(
            given["code"], given["edition"], given["title"], tuple(given["kinds"]), given["valid_from"], given["valid_to"],
            given["source"], Confidence(given["confidence"]),
        )  # fmt: skip


class UploadForm(EditionForm):
    """导入本地版本."""

    file = FileField("要点表文件", [FileRequired("请选择 .xlsx 文件")])
