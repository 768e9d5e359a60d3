"""Forms of enterprises: shape only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, DateField, IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from app.authorize import current_actor
from app.domain import product_categories
from app.domain.enterprises import KINDS, LENGTHS, STATUSES, NotAKind, by_kind, clean, read_subkinds
from app.domain.product_categories import NotACategory, categories_words
from app.domain.written import present
from app.enterprises import credit_codes, stations
from app.enterprises.details import Details, details_of, masked
from app.enterprises.imports import area_types, food_category
from app.enterprises.models import Enterprise, EnterpriseStatus
from app.enterprises.queries import Filters
from app.forms import OfficeForm
from app.reference_data import standing
from app.reference_data.books import code_list, region_book

YEARS = range(1990, 2101)
LONGEST_CODE = 60  # as typed, with blanks
UNKNOWN_CATEGORY = "没有识别出“{}”：请填写食品分类的名称（如 糕点），或许可类别的编码和名称（如 0101 小麦粉），多个用“；”隔开"
LONGEST_ID = 16  # digits of an id in an address


def plain(written: Any) -> Any:
    """A filter: control characters, double blanks and the form's sign for "nothing" mean nothing."""
    return present(clean(written)) if isinstance(written, str) else written


def _text(title: str, name: str, *checks: Any) -> Any:
    longest = LENGTHS[name]
    return StringField(title, [*checks, Length(max=longest, message=f"{title}不得超过 {longest} 个字")], [plain])


def _of_list(words: list[str], current: str | None) -> list[tuple[str, str]]:
    """An official list, and what stands on record though it is not on the list."""
    return [("", "请选择"), *((word, word) for word in dict.fromkeys([*words, *([current] if current else [])]))]


class EnterpriseForm(OfficeForm):
    """登记企业; the inputs for sub-kinds are added below, one for each kind."""

    name = _text("企业名称", "name", DataRequired("请填写企业名称"))
    credit_code = StringField(
        "统一社会信用代码", [Length(max=LONGEST_CODE, message="统一社会信用代码应为 18 位，请核对是否粘贴错了内容")], [plain]
    )
    kinds = SelectMultipleField(
        "企业类型", choices=[(kind, kind) for kind in KINDS], widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    region = _text("所属区域", "region")
    address = _text("地址", "address")
    area_type = SelectField("区域类型", default="")
    licence_kind = SelectField("许可证类型", default="")
    licence_no = _text("许可证号", "licence_no")
    licence_until = DateField("许可证有效期", [Optional()])
    station = SelectField("责任监管所", default="")
    principal = _text("法定代表人（负责人）", "principal")
    phone = _text("联系电话", "phone")
    categories = TextAreaField("产品类别")
    standing = SelectField(  # ``status`` is the answer's, in every form
        "状态", choices=[(word, word) for word in STATUSES], default=EnterpriseStatus.ACTIVE.value
    )

    def __init__(self, *given: Any, **values: Any) -> None:
        super().__init__(*given, **values)
        shown: Mapping[str, Any] = values.get("data") or {}
        self.area_type.choices = _of_list(area_types(), shown.get("area_type"))
        self.licence_kind.choices = _of_list(code_list("许可证类型"), shown.get("licence_kind"))
        offices = stations.choices(current_actor())
        current = shown.get("station") or ""
        if current and current not in {str(number) for number, _ in offices}:
            offices.append((int(current), stations.name_of(int(current)) or current))
        self.station.choices = [("", "请选择"), *((str(number), name) for number, name in offices)]

    @property
    def kind_rows(self) -> list[tuple[Any, Any]]:
        """Each kind's box with the input for its sub-kinds."""
        return [(option, self._fields[f"subkinds_{place}"]) for place, option in enumerate(self.kinds)]

    def _subkinds(self) -> dict[str, str]:
        return {kind: self._fields[f"subkinds_{place}"].data or "" for place, kind in enumerate(KINDS)}

    def validate_credit_code(self, field: Any) -> None:
        if field.data and (complaint := credit_codes.complaint(credit_codes.one_spelling(field.data))):
            raise ValidationError(complaint)

    def validate_kinds(self, field: Any) -> None:
        """A sub-kind without its box ticked means its kind as well."""
        written = self._subkinds()
        if not field.data and not any(written.values()):
            raise ValidationError("请至少选择一个企业类型")
        for kind, text in written.items():
            try:
                read_subkinds(kind, text)
            except NotAKind as problem:
                raise ValidationError(str(problem)) from problem

    def validate_region(self, field: Any) -> None:
        if field.data and not region_book().resolve(field.data)[1]:
            raise ValidationError("没有识别出该区域：请从列表中选择，或写成 省/市/县/乡镇、6 位区划代码")
        if field.data and field.data != field.object_data:  # where it is already, it may stay
            gone = standing.ended(standing.WordKind.REGION, region_book().resolve(field.data)[0])
            if gone is not None:
                raise ValidationError(gone.remedy)

    def validate_licence_until(self, field: Any) -> None:
        if field.data is not None and field.data.year not in YEARS:
            raise ValidationError(f"年份应在 {YEARS[0]} 至 {YEARS[-1]} 之间，请核对许可证有效期")

    def validate_categories(self, field: Any) -> None:
        try:
            unknown = product_categories.read_categories(field.data or "", food_category)[1]
        except NotACategory as problem:
            raise ValidationError(str(problem)) from problem
        if unknown:
            raise ValidationError(UNKNOWN_CATEGORY.format("、".join(unknown)[:60]))

    @property
    def details(self) -> Details:
        """What was typed; the form has been validated."""
        ticked = {*(self.kinds.data or []), *(kind for kind, text in self._subkinds().items() if text)}
        until: date | None = self.licence_until.data
        return Details(
            name=self.name.data or "",
            credit_code=credit_codes.one_spelling(self.credit_code.data or "") or None,
            kinds=frozenset(pair for kind in ticked for pair in read_subkinds(kind, self._subkinds()[kind])),
            region_id=region_book().resolve(self.region.data)[0] if self.region.data else None,
            address=self.address.data or None,
            area_type=self.area_type.data or None,
            licence_kind=self.licence_kind.data or None,
            licence_no=self.licence_no.data or None,
            licence_until=until,
            status=EnterpriseStatus(self.standing.data),
            station_id=int(self.station.data) if self.station.data else None,
            principal=self._person("principal"),
            phone=self._person("phone"),
            categories=product_categories.read_categories(self.categories.data or "", food_category)[0],
        )

    def _person(self, name: str) -> str | None:
        return self._fields[name].data or None


for _place, _kind in enumerate(KINDS):
    setattr(EnterpriseForm, f"subkinds_{_place}", StringField(f"{_kind}的细分类型", filters=[plain]))


class CorrectionForm(EnterpriseForm):
    """更正企业."""

    def __init__(self, *given: Any, kept: Mapping[str, str | None], **values: Any) -> None:
        super().__init__(*given, **values)
        self._kept = kept

    def _person(self, name: str) -> str | None:
        """What is personal is not shown whole: an empty input keeps it, a stroke clears it."""
        field = self._fields[name]
        if field.data:
            return str(field.data)
        return None if any((written or "").strip() for written in field.raw_data or ()) else self._kept[name]

    reason = TextAreaField("更正说明", [Length(max=500, message="更正说明不得超过 500 个字")], [plain])
    version = IntegerField(widget=HiddenInput(), validators=[InputRequired("页面已过期，请刷新后重试")])

    def show_again(self, version: int) -> None:
        """After a conflict: what was typed stays, and saving once more is done knowingly."""
        self.version.raw_data, self.version.data = None, version


class UploadForm(OfficeForm):
    """上传."""

    file = FileField("文件", [FileRequired("请选择要导入的文件")])


class ConfirmForm(OfficeForm):
    """确认导入."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired("页面已过期，请刷新后重试")])
    skip_refused = BooleanField("跳过有误的企业")


def kept_people(enterprise: Enterprise) -> dict[str, str | None]:
    """What an empty input of the correction form leaves as it is."""
    return {"principal": enterprise.principal, "phone": enterprise.phone}


def people_masked(enterprise: Enterprise) -> dict[str, str | None]:
    return {name: masked(name, value) for name, value in kept_people(enterprise).items()}


def shown(enterprise: Enterprise) -> dict[str, Any]:
    """What the correction form shows of the enterprise as it stands."""
    found = details_of(enterprise)
    names = ("name", "credit_code", "address", "area_type", "licence_kind", "licence_no", "licence_until")
    values: dict[str, Any] = {name: getattr(found, name) or None for name in names}
    values["region"] = region_book().full_name(found.region_id) if found.region_id else None
    values |= {"area_type": found.area_type or "", "licence_kind": found.licence_kind or "", "standing": found.status.value}
    values |= {"station": str(found.station_id or ""), "categories": categories_words(found.categories) or None}
    kinds = by_kind(found.kinds)
    values |= {f"subkinds_{place}": "、".join(kinds.get(kind, [])) for place, kind in enumerate(KINDS)}
    return values | {"kinds": list(kinds), "version": enterprise.version}


# ---------------------------------------------------------------- the list's query

def filters_asked(asked: Mapping[str, str]) -> Filters:
    """The query of the list from its address; what it does not know is no condition."""
    status, kind, region = asked.get("status"), asked.get("kind"), number(asked.get("region_id"))
    return Filters(
        q=clean(asked.get("q") or "")[:60] or None,
        kind=kind if kind in KINDS else None,
        region_id=region if region in region_book() else None,
        status=EnterpriseStatus(status) if status in {word.value for word in EnterpriseStatus} else None,
        station_id=number(asked.get("station_id")),
    )


def number(written: str | None) -> int | None:
    """An id from an address."""
    text = written or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_ID else None


def kept(filters: Filters) -> dict[str, Any]:
    """The query again, for the links of the list."""
    values = {"q": filters.q, "kind": filters.kind, "region_id": filters.region_id, "station_id": filters.station_id}
    values["status"] = filters.status.value if filters.status else None
    return {name: value for name, value in values.items() if value is not None}
