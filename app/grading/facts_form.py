"""The form of 静态风险要素, made from the tables of the rule set: its own titles, units, choices and remarks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from wtforms import HiddenField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.disposal.forms import Day, plain
from app.domain.risk_facts import NotAFact, read_fact
from app.domain.risk_rules import RuleSet
from app.domain.risk_tables import UNVERIFIED, BandTable, ChoiceTable, ClassTable, FactTable
from app.forms import OfficeForm

PREFIX = "fact_"


@dataclass(frozen=True, slots=True)
class Asked:
    """One table that asks for a fact: the name of its field and what helps to fill it in."""

    name: str
    table: FactTable
    help: str


def asked_of(rules: RuleSet) -> Sequence[Asked]:
    """The facts that people record (classes of licence come from the register), in the order of the set."""
    return [
        Asked(f"{PREFIX}{table.code}", table, _help(table)) for table in rules.fact_tables if isinstance(table, BandTable | ChoiceTable)
    ]


def words_of(rules: RuleSet) -> dict[str, str]:
    """What people call each fact, by its code."""
    return {asked.table.code: asked.table.title for asked in asked_of(rules)}


def class_tables(rules: RuleSet) -> Sequence[ClassTable]:
    """The tables whose facts are the classes of the enterprise's licences, kept in the register."""
    return [table for table in rules.fact_tables if isinstance(table, ClassTable)]


def _help(table: BandTable | ChoiceTable) -> str:
    parts = [f"单位：{table.unit}"] if isinstance(table, BandTable) and table.unit else []
    parts += [f"最高 {table.most.normalize():f} 分", table.missing.value]
    parts += [f"“{table.group}”各项只计最高的一项，只填适用的"] if table.group else []
    parts += [table.remark] if table.remark else []
    rows = table.bands if isinstance(table, BandTable) else table.choices
    parts += ["分值待核"] if any(row.confidence == UNVERIFIED for row in rows) else []
    return "；".join(parts)


def form_of(rules: RuleSet) -> type[OfficeForm]:
    """A form with one field for each fact, the day it was looked at, and where it is from."""
    fields: dict[str, Any] = {
        asked.name: _field(asked.table) for asked in asked_of(rules) if isinstance(asked.table, BandTable | ChoiceTable)
    }
    fields |= {
        "seen_on": Day("核实日期", [InputRequired("请填写核实日期")]),
        "source": StringField("来源", [Length(max=300, message="来源不得超过 300 个字，请精简")], [plain]),
        "former": HiddenField(validators=[Length(max=20)]),
    }
    return type("FactsForm", (OfficeForm,), fields)


def _field(table: BandTable | ChoiceTable) -> Any:
    if isinstance(table, BandTable):
        return StringField(table.title, [Length(max=20, message="不得超过 20 个字，请填写数字")], [plain])
    words = [(choice.word, choice.word) for choice in table.choices]
    if table.several:
        return SelectMultipleField(
            table.title, choices=words, validators=[Optional()], widget=ListWidget(), option_widget=CheckboxInput(), validate_choice=False
        )
    return SelectField(table.title, choices=[("", "没有填报"), *words], default="", validators=[Optional()], validate_choice=False)


def shown(rules: RuleSet, facts: Mapping[str, Any], seen_on: date, source: str | None, former: int | None) -> dict[str, Any]:
    """What the form shows of the facts as they stand."""
    values: dict[str, Any] = {}
    for asked in asked_of(rules):
        value = facts.get(asked.table.code)
        if isinstance(asked.table, ChoiceTable) and asked.table.several:
            value = [value] if isinstance(value, str) else list(value or ())
        values[asked.name] = "" if value is None else value
    return {**values, "seen_on": seen_on, "source": source or "", "former": str(former or "")}


def read(rules: RuleSet, form: Any) -> dict[str, Any] | None:
    """The facts as typed, tidied; None when one cannot be read, which its field then says."""
    facts: dict[str, Any] = {}
    good = True
    for asked in asked_of(rules):
        field = form[asked.name]
        if not field.data:
            continue
        try:
            value = read_fact(asked.table, field.data)
        except NotAFact as fault:
            field.errors, good = [*field.errors, str(fault)], False
        else:
            facts[asked.table.code] = value if isinstance(value, str) else list(value)
    return facts if good else None
