"""Forms of organisations: shape only."""

from __future__ import annotations

from collections.abc import Mapping

from flask import request
from wtforms import DateField, IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp
from wtforms.widgets import HiddenInput

from app.domain.samples import Level
from app.forms import OfficeForm, trimmed
from app.organisations.models import OrganisationKind
from app.organisations.operations import Details
from app.organisations.queries import Filters

STATES = {"active": True, "disabled": False}


class OrganisationForm(OfficeForm):
    """修改机构."""

    name = StringField("机构名称", [DataRequired("请填写机构名称"), Length(max=100, message="名称不得超过 100 个字")], [trimmed])
    kind = SelectField(
        "机构类别", [InputRequired("请选择机构类别")], choices=[(kind.value, kind.value) for kind in OrganisationKind]
    )
    level = SelectField("单位级别", choices=[("", "无"), *[(level.value, level.value) for level in Level]])
    region_code = StringField(
        "行政区划代码",
        [Optional(), Regexp(r"^\d{6}(\d{6})?$", message="行政区划代码为 6 位或 12 位数字")],
        [trimmed],
    )
    enabled_on = DateField("启用日期", [Optional()])
    phone = StringField("联系电话", [Optional(), Length(max=40, message="电话不得超过 40 个字符")], [trimmed])
    document_prefix = StringField(
        "机关代字", [Optional(), Regexp("^[\u4e00-\u9fff]{2,20}$", message="机关代字为 2 至 20 个汉字，如 津蓟市监")], [trimmed]
    )
    version = IntegerField(widget=HiddenInput(), validators=[InputRequired("页面已过期，请刷新后重试")])

    @property
    def details(self) -> Details:
        return Details(
            self.name.data or "",
            OrganisationKind(self.kind.data),
            Level(self.level.data) if self.level.data else None,
            self.region_code.data or None,
            self.enabled_on.data,
            self.phone.data or None,
            self.document_prefix.data or None,
        )


class NewOrganisationForm(OrganisationForm):
    """新建机构."""

    code = StringField("机构代码", [DataRequired("请填写机构代码"), Length(max=40, message="代码不得超过 40 个字符")], [trimmed])
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])


def filters_asked(given: Mapping[str, str] | None = None) -> Filters:
    """The query of the tree from its address; what it does not know is no condition."""
    asked = request.args if given is None else given
    kind = asked.get("kind")
    return Filters(
        (asked.get("q") or "").strip()[:60] or None,
        OrganisationKind(kind) if kind in {known.value for known in OrganisationKind} else None,
        STATES.get(asked.get("state", "")),
    )
