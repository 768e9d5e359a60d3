"""Forms of 双随机抽查: shape only."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from app.assignments.forms import read_id
from app.disposal.forms import Day, plain
from app.domain.enterprises import KINDS
from app.domain.random_inspections import LISTED, NEVER, POINTS
from app.domain.random_inspections import UNGRADED as UNGRADED_POINTS
from app.domain.supervision_kinds import Grade, RandomOutcome
from app.domain.supervision_states import ProgrammeState
from app.drawings.operations import LONGEST_WORD
from app.enterprises.imports import area_types
from app.errors import NotLikeThis
from app.forms import OfficeForm
from app.random_inspections.operations import Draft, Partner
from app.random_inspections.pools import MOST
from app.random_inspections.queries import Filters
from app.random_inspections.wanted import UNGRADED, Wanted, wanted_of

EXPIRED = "页面已过期，请刷新后重试"
SEPARATORS = re.compile(r"[\s,，;；|]+")
NUMBER, SHARE = "number", "share"
POINT_TITLES = {UNGRADED_POINTS: "未评定等级", LISTED: "失信名单（加）", NEVER: "从未检查（加）"}


def version() -> Any:
    return IntegerField(widget=HiddenInput(), validators=[InputRequired(EXPIRED)])


def text(title: str, longest: int, *rules: Any, long: bool = False) -> Any:
    limit = Length(max=longest, message=f"{title}不得超过 {longest} 个字，请精简")
    return (TextAreaField if long else StringField)(title, [*rules, limit], [plain])


def boxes(title: str, choices: list[tuple[str, str]]) -> Any:
    return SelectMultipleField(title, choices=choices, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput())


def _points(code: str) -> Any:
    title = POINT_TITLES.get(code, f"{code}级")
    bounds = NumberRange(0 if code in (LISTED, NEVER) else 1, 1000, f"{title}的权重应为整数：基础权重 1 至 1000，加分 0 至 1000")
    return IntegerField(title, [InputRequired(f"请填写{title}的权重"), bounds])


class ProgrammeForm(OfficeForm):
    """制定、修改抽查任务."""

    title = text("任务名称", 200, DataRequired("请填写任务名称，如：2026年食品销售环节双随机抽查"))
    matter = text("抽查事项", 500, DataRequired("请填写抽查事项，如：食品销售者经营条件、进货查验记录"))
    from_on = Day("开始日期", [InputRequired("请填写开始日期，如 2026-12-01")])
    to_on = Day("结束日期", [InputRequired("请填写结束日期，如 2026-12-31")])
    checklist = SelectField("检查要点表", choices=[], default="")
    team_size = IntegerField("每组检查人员", [InputRequired("请填写每组检查人员人数"), NumberRange(2, 10, "每组检查人员应为 2 至 10 人")])
    by = RadioField("抽取数", choices=[(NUMBER, "按户数"), (SHARE, "按名单的百分比")], default=SHARE)
    amount = StringField("户数或百分比", [DataRequired("请填写抽取户数，或百分比如 3")], [plain])
    kinds = boxes("企业类型", [(kind, kind) for kind in KINDS])
    subkinds = text("细分类型", 200)
    grades = boxes("风险等级", [*((grade.value, f"{grade.value}级") for grade in Grade), (UNGRADED, "未评定")])
    area_types = boxes("区域类型", [])
    region = SelectField("区域", choices=[], default="")
    stations = boxes("责任监管所", [])
    recent_days = IntegerField("近期已检查的天数", [InputRequired("请填写天数，不排除的填 0"), NumberRange(0, 1000, "天数应为 0 至 1000")])
    once_a_year = BooleanField("本年度同一事项已抽中的不再抽取")
    avoid_station = BooleanField("责任监管所人员回避（不检查本所监管的企业）")
    excluded = text("不参加抽取的企业", 20_000, long=True)
    avoided = text("回避的检查人员", 5_000, long=True)
    conflicts = text("对个别企业的回避", 20_000, long=True)
    partners = text("联合部门", 5_000, long=True)
    key = HiddenField(validators=[Length(max=60)])
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])

    def offer(self, checklists: Any, regions: Any, stations: Any) -> None:
        self.checklist.choices = [("", "按企业类型"), *checklists]
        self.region.choices = [("", "全部"), *((str(number), name) for number, name in regions)]
        self.stations.choices = [(str(number), name) for number, name in stations]
        self.area_types.choices = [(word, word) for word in area_types()]

    @property
    def point_fields(self) -> list[Any]:
        return [self._fields[f"points_{code}"] for code in POINTS]

    def validate_amount(self, field: Any) -> None:
        if self.amount_read() is None:
            kind = "1 至 200000 的整数" if self.by.data == NUMBER else "0.1 至 100，最多一位小数，如 3 或 3.5"
            raise ValidationError(f"请填写{kind}")

    def amount_read(self) -> int | None:
        """户数, or the share in thousandths."""
        return _whole(self.amount.data or "", *((1, MOST) if self.by.data == NUMBER else (10, 1000)))

    @property
    def draft(self) -> Draft:
        """Raises NotLikeThis for a line that cannot be read."""
        amount, by_number = self.amount_read(), self.by.data == NUMBER
        assert self.from_on.data is not None and self.to_on.data is not None
        wanted = Wanted(
            kinds=tuple(self.kinds.data or ()), subkinds=tuple(one for one in SEPARATORS.split(self.subkinds.data or "") if one),
            area_types=tuple(self.area_types.data or ()), grades=tuple(self.grades.data or ()), region_id=read_id(self.region.data),
            stations=tuple(int(one) for one in self.stations.data or ()),
            points={code: self._fields[f"points_{code}"].data for code in POINTS}, recent_days=self.recent_days.data or 0,
            once_a_year=self.once_a_year.data, avoid_station=self.avoid_station.data, excluded=reasons(self.excluded.data, "excluded"),
            avoided=reasons(self.avoided.data, "avoided"), conflicts=conflicts(self.conflicts.data),
        )  # fmt: skip
        return Draft(
            self.title.data, self.matter.data, self.from_on.data, self.to_on.data, wanted, take=amount if by_number else None,
            permille=None if by_number else amount, team_size=self.team_size.data or 0, checklist_code=self.checklist.data or None,
            partners=partners(self.partners.data),
        )  # fmt: skip


for _code in POINTS:
    setattr(ProgrammeForm, f"points_{_code}", _points(_code))


def _whole(written: str, times: int, most: int) -> int | None:
    """A number as typed, times so much, where that is whole and not above ``most``."""
    try:
        found = Decimal(unicodedata.normalize("NFKC", written).strip().rstrip("%户")) * times
    except InvalidOperation:
        return None
    fits = found.is_finite() and 1 <= found <= most and found == found.to_integral_value()
    return int(found) if fits else None


def share_read(written: str) -> int:
    """A percentage as typed, in thousandths. Raises NotLikeThis."""
    found = _whole(written, 10, 1000)
    if found is None:
        raise NotLikeThis("抽取比例应为 0.1 至 100，最多一位小数，如 3 或 3.5")
    return found


def _lines(written: str | None, columns: int, field: str, example: str) -> list[list[str]]:
    found = []
    for line in (written or "").splitlines():
        parts = re.split(r"[\s,，|]+", line.strip(), maxsplit=columns - 1)
        if parts == [""]:
            continue
        if len(parts) < columns or not all(part.strip() for part in parts):
            raise NotLikeThis(f"“{line.strip()[:40]}”不完整，请写成：{example}，每行一条", field=field)
        if len(parts[-1]) > 150:
            raise NotLikeThis(f"“{line.strip()[:40]}”的理由超过 150 个字，请精简", field=field)
        found.append([part.strip() for part in parts])
    return found


def reasons(written: str | None, field: str) -> dict[str, str]:
    """代码 理由, one on each line."""
    example = "统一社会信用代码 理由" if field == "excluded" else "执法证号 理由"
    return {code.upper() if field == "excluded" else code: why for code, why in _lines(written, 2, field, example)}


def conflicts(written: str | None) -> tuple[tuple[str, str, str], ...]:
    found = _lines(written, 3, "conflicts", "执法证号 统一社会信用代码 理由")
    return tuple((certificate, code.upper(), why) for certificate, code, why in found)


def partners(written: str | None) -> tuple[Partner, ...]:
    found = []
    for line in (written or "").splitlines():
        parts = [part.strip() for part in re.split(r"[|｜]", line)]
        if not any(parts):
            continue
        if len(parts) not in (2, 3) or not parts[0] or not parts[1] or len(parts[0]) > 200 or len(parts[1]) > 500:
            raise NotLikeThis(f"“{line.strip()[:40]}”不完整，请写成：部门|事项|联系人，每行一个部门", field="partners")
        found.append(Partner(parts[0], parts[1], parts[2][:200] or None if len(parts) == 3 else None))
    return tuple(found)


def shown(draft: Any) -> dict[str, Any]:
    """What the form shows of a programme as it stands."""
    wanted = wanted_of(draft.filters)
    share = Decimal(draft.permille).scaleb(-1) if draft.permille is not None else None
    return {
        "title": draft.title, "matter": draft.matter, "from_on": draft.from_on, "to_on": draft.to_on,
        "checklist": draft.checklist_code or "", "team_size": draft.team_size, "by": NUMBER if draft.take is not None else SHARE,
        "amount": str(draft.take) if draft.take is not None else f"{share:f}".rstrip("0").rstrip(".") if share else "",
        "kinds": list(wanted.kinds), "subkinds": "、".join(wanted.subkinds), "grades": list(wanted.grades),
        "area_types": list(wanted.area_types), "region": str(wanted.region_id or ""), "stations": [str(one) for one in wanted.stations],
        "recent_days": wanted.recent_days, "once_a_year": wanted.once_a_year, "avoid_station": wanted.avoid_station,
        "excluded": "\n".join(f"{code} {why}" for code, why in wanted.excluded.items()),
        "avoided": "\n".join(f"{code} {why}" for code, why in wanted.avoided.items()),
        "conflicts": "\n".join(" ".join(one) for one in wanted.conflicts),
        "partners": "\n".join("|".join([one.department, one.matter, one.contact or ""]) for one in draft.partners),
        "version": draft.version, **{f"points_{code}": points for code, points in wanted.points.items()},
    }  # fmt: skip


# ---------------------------------------------------------------- steps

class DrawForm(OfficeForm):
    """实施抽取."""

    version = version()
    public_word = text("公开词", LONGEST_WORD, DataRequired("请填写见证人给出的公开词，如当日公布的彩票开奖号码"))
    witness = text("见证人", 100, DataRequired("请填写见证人姓名和单位"))


class VoidForm(OfficeForm):
    """作废."""

    version = version()
    comment = text("作废理由", 500, long=True)


class PublishForm(OfficeForm):
    """公示."""

    version = version()
    published_on = Day("公示日期", [InputRequired("请填写公示日期，如 2026-12-31")])
    published_where = text("公示位置", 300, DataRequired("请填写公示的位置，如：国家企业信用信息公示系统"))


OUTCOMES = [(one.value, one.value) for one in RandomOutcome]


class ResultForm(OfficeForm):
    """登记抽查结果; results of the other departments are read beside it by their place (finding-1, finding-note-1, …)."""

    target = IntegerField(widget=HiddenInput(), validators=[InputRequired(EXPIRED)])
    known = HiddenField(validators=[Length(max=40)])
    outcome = SelectField("抽查结果", choices=[("", "请选择"), *OUTCOMES], default="", validators=[InputRequired("请选择抽查结果")])
    inspected_on = Day("检查日期", [InputRequired("请填写检查日期，如 2026-12-05")])
    note = text("情况说明", 500, long=True)


def findings(form: Mapping[str, str], departments: list[str]) -> dict[str, tuple[RandomOutcome, str | None]]:
    """Results of the other departments as typed."""
    known = {one.value: one for one in RandomOutcome}
    found = {}
    for place, department in enumerate(departments, 1):
        written, note = form.get(f"finding-{place}", ""), plain(form.get(f"finding-note-{place}", ""))
        if len(note) > 500:
            raise NotLikeThis(f"{department}的情况说明超过 500 个字，请精简")
        if written in known:
            found[department] = (known[written], note or None)
        elif note:
            raise NotLikeThis(f"请选择{department}的检查结果")
    return found


class StepBackForm(OfficeForm):
    """回避."""

    target = IntegerField(widget=HiddenInput(), validators=[InputRequired(EXPIRED)])
    inspector = SelectField("回避的检查人员", choices=[], coerce=int, validate_choice=False)
    reason = text("回避理由", 200, DataRequired("请填写回避理由，如：与企业负责人有近亲属关系"))


# ---------------------------------------------------------------- inspectors

class InspectorForm(OfficeForm):
    """登记、修改检查人员."""

    name = text("姓名", 100, DataRequired("请填写姓名"))
    certificate_no = text("执法证号", 60, DataRequired("请填写执法证号"))
    department = text("部门", 200)
    speciality = text("专长", 200)
    username = text("系统用户名", 100)
    valid_from = Day("有效期起", [InputRequired("请填写有效期起，如 2026-01-01")])
    valid_to = Day("有效期止", [Optional()])
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])


class EndForm(OfficeForm):
    """移出名录."""

    version = version()
    last_day = Day("最后有效日", [InputRequired("请填写最后有效日，如 2026-12-31")])
    reason = text("移出理由", 200, DataRequired("请填写移出名录的理由，如调离、退休、执法证注销"))


# ---------------------------------------------------------------- addresses

def filters_asked(asked: Mapping[str, str]) -> Filters:
    """The query of the list from its address; what it does not know is no condition."""
    year = asked.get("year", "")
    return Filters(
        q=" ".join((asked.get("q") or "").split())[:60] or None,
        state=next((one for one in ProgrammeState if one.value == asked.get("state")), None),
        year=int(year) if year.isascii() and year.isdecimal() and len(year) == 4 else None,
    )


def kept(filters: Any) -> dict[str, Any]:
    """The query again, for the links of the list."""
    values = {name: getattr(filters, name) for name in type(filters).__slots__}
    return {name: getattr(value, "value", value) for name, value in values.items() if value is not None}


def year_asked(asked: Mapping[str, str], today: date) -> int:
    written = asked.get("year", "")
    return int(written) if re.fullmatch(r"20\d\d", written, re.ASCII) else today.year
