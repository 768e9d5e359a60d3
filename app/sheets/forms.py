"""Forms beside the sheet: naming a template, looking for an enterprise."""

from __future__ import annotations

from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import DataRequired, Length, Optional

from app.forms import OfficeForm
from app.sampling.sheet_form import plain


class TemplateForm(OfficeForm):
    """存为模板."""

    name = StringField("模板名称", [DataRequired("请填写模板名称"), Length(max=60, message="模板名称不得超过 60 个字")], [plain])
    shared = BooleanField("供本单位共用")
    draft = HiddenField(validators=[Optional()])


class StepForm(OfficeForm):
    """A button without fields."""
