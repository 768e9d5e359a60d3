"""风险评分: points of an enterprise under a rule set, each line with the record it rests on, and the grade they give.

Pure and repeatable: the same rules and the same basis give the same score, digit for digit. No fact is guessed; one that is
absent counts nought where the table says so and else leaves the score without a grade.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from app.domain.risk_basis import Basis, Checked, CreditRecord, Event, Fact, Line, Score
from app.domain.risk_facts import NotAFact, read_fact, read_number
from app.domain.risk_rules import RuleSet, moved
from app.domain.risk_tables import (
    BandTable,
    ChecklistTable,
    ChoiceTable,
    ClassTable,
    FactTable,
    Missing,
    RecordTable,
    Table,
)
from app.domain.rounding import half_up, plain
from app.domain.supervision_kinds import RiskComponent

NOUGHT = Decimal(0)
NOT_REPORTED = "未填报"


def score(
    rules: RuleSet,
    facts: Mapping[str, Fact],
    findings: Sequence[Checked] | None = None,
    credit: Sequence[CreditRecord] = (),
    events: Sequence[Event] = (),
) -> Score:
    """Points and grade. Without an inspection only the static part counts (新开办: 可以按静态风险因素确定)."""
    basis = Basis(facts, findings, credit, events)
    lines: list[Line] = []
    sums: dict[RiskComponent, Decimal | None] = {}
    for component in rules.components:
        made = [line for table in component.tables for line in _lines(rules, component.name, table, basis)]
        kept = _highest_of_groups(made, component.tables)
        sums[component.name] = _sum(component.name, kept, component.maximum, basis)
        lines += kept
    total = sum((part for part in sums.values() if part is not None), NOUGHT)
    moves, steps = _adjustments(rules, events)
    wanting = tuple(line.title for line in _wanting(rules, lines))
    suggested = None if wanting else rules.grade_of(total)
    return Score(
        (*lines, *moves), sums.get(RiskComponent.STATIC) or NOUGHT, sums.get(RiskComponent.DYNAMIC),
        sums.get(RiskComponent.CREDIT), total, suggested, steps, None if suggested is None else moved(suggested, steps),
        tuple(line.title for line in lines if line.note == NOT_REPORTED and line.title not in wanting), wanting,
        RiskComponent.DYNAMIC in sums and sums[RiskComponent.DYNAMIC] is None, basis,
    )  # fmt: skip


def score_again(rules: RuleSet, basis: Basis) -> Score:
    """The same once more, or under another rule set."""
    return score(rules, basis.facts, basis.findings, basis.credit, basis.events)


def standing(rules: RuleSet, events: Iterable[Event], year: int) -> tuple[Event, ...]:
    """The events that count for the grade of a year: those of the year itself and of the years before it that still do."""
    return tuple(
        event
        for event in events
        if (rule := rules.by_event.get(event.kind)) is not None and year - rule.years <= event.on.year <= year
    )


def _lines(rules: RuleSet, name: RiskComponent, table: Table, basis: Basis) -> list[Line]:
    if isinstance(table, ChecklistTable):
        return _checklist_lines(rules, name, table, basis.findings)
    if isinstance(table, RecordTable):
        return _record_lines(rules, name, table, basis.credit)
    fact = basis.facts.get(table.code)
    if fact is None or not fact.value:
        return [Line(name, table.code, table.title, "", NOUGHT, table.most, None, note=NOT_REPORTED)]
    try:
        shown, points, note = _fact_points(table, fact.value)
    except NotAFact as fault:
        return [Line(name, table.code, table.title, str(fact.value)[:60], NOUGHT, table.most, fact.evidence, note=str(fault))]
    return [Line(name, table.code, table.title, shown, points, table.most, fact.evidence, note=note)]


def _fact_points(table: FactTable, value: str | Sequence[str]) -> tuple[str, Decimal, str]:
    """The value in words, its points, and a note."""
    words = (value,) if isinstance(value, str) else tuple(value)
    if isinstance(table, BandTable):
        number = read_number(table, words[0])
        counted = half_up(Fraction(number), 0) if table.whole else number
        shown = f"{plain(number)} {table.unit}".strip()
        return shown, table.band(counted).points if counted > 0 else NOUGHT, ""
    if isinstance(table, ChoiceTable):
        read_fact(table, words)
        return "、".join(words), max(table.by_word[word].points for word in words), ""
    return _class_points(table, words)


def _class_points(table: ClassTable, codes: Sequence[str]) -> tuple[str, Decimal, str]:
    rows = [(code, table.row(code)) for code in codes]
    known = [(code, row) for code, row in rows if row is not None]
    if not known:
        read_fact(table, codes)
    code, row = max(known, key=lambda one: (table.points(one[1]), one[0]))
    absent = [one for one, found in rows if found is None]
    note = f"类别{'、'.join(absent)}不在分值表中，未计入" if absent else ""
    return f"{code} {row.name}（风险{row.tier}级）", table.points(row), note


def _checklist_lines(
    rules: RuleSet, name: RiskComponent, table: ChecklistTable, findings: Sequence[Checked] | None
) -> list[Line]:
    """One line for every non-conforming item; the lines add up to the rounded points of the whole checklist."""
    if not findings:
        return [Line(name, table.code, table.title, "尚无检查记录", NOUGHT, table.most, note="未检查，暂不计动态分")]
    whole = sum((table.weight(item.key) for item in findings), NOUGHT)
    failing = [item for item in findings if not item.conforms]
    if not failing or not whole:
        first = findings[0]
        return [Line(name, table.code, table.title, f"适用 {len(findings)} 项，全部符合", NOUGHT, table.most, first.evidence)]
    exact = [Fraction(table.most) * Fraction(table.weight(item.key)) / Fraction(whole) for item in failing]
    return [
        Line(
            name, f"{table.code}:{item.number}", item.text, f"不符合（{'重点项' if item.key else '一般项'}）", points, None,
            item.evidence,
        )
        for item, points in zip(failing, _shared(exact, rules.places), strict=True)
    ]  # fmt: skip


def _shared(exact: Sequence[Fraction], places: int) -> list[Decimal]:
    """Rounded parts that add up to the rounded sum: what is left after rounding down goes to the first ones."""
    unit = 10**places
    units = [int(part * unit) for part in exact]
    left = int(half_up(sum(exact, Fraction(0)), places) * unit) - sum(units)
    return [Decimal(units[at] + (at < left)).scaleb(-places) for at in range(len(units))]


def _record_lines(rules: RuleSet, name: RiskComponent, table: RecordTable, credit: Sequence[CreditRecord]) -> list[Line]:
    """One line for every record; past a ceiling a record counts what is left below it."""
    lines, left, of_kind = [], table.most, {row.word: row.most for row in table.rows}
    for record in credit:
        row = table.by_word.get(record.word)
        if row is None:
            continue
        own = of_kind[row.word]
        points = min(row.points, left, row.points if own is None else own)
        left -= points
        of_kind[row.word] = None if own is None else own - points
        note = "" if points == row.points else "已到计分上限"
        lines.append(
            Line(name, f"{table.code}:{row.word}", row.word, record.on.isoformat(), points, row.most, record.evidence, note=note)
        )
    return lines or [Line(name, table.code, table.title, "无不良信息", NOUGHT, table.most)]


def _highest_of_groups(lines: Sequence[Line], tables: Sequence[Table]) -> list[Line]:
    """Of tables in one group the highest counts; the others are left out, and of an unreported group one line stays."""
    groups = {table.code: table.group for table in tables if table.group}
    best: dict[str, Line] = {}
    for line in lines:
        group = groups.get(line.code)
        if group and (group not in best or _rank(line) > _rank(best[group])):
            best[group] = line
    kept = [line for line in lines if line.code not in groups or best[groups[line.code]] is line]
    return [replace(line, title=groups[line.code]) if line.code in groups and line.note == NOT_REPORTED else line for line in kept]


def _rank(line: Line) -> tuple[bool, Decimal]:
    return line.note != NOT_REPORTED, line.points


def _sum(name: RiskComponent, lines: Sequence[Line], maximum: Decimal, basis: Basis) -> Decimal | None:
    if name is RiskComponent.DYNAMIC and not basis.findings:
        return None
    return min(sum((line.points for line in lines), NOUGHT), maximum)


def _wanting(rules: RuleSet, lines: Sequence[Line]) -> list[Line]:
    """Lines of facts that must be there and are absent or unreadable; all of them where nothing at all was reported."""
    tables = {table.code: table for table in rules.fact_tables}
    of_facts = [line for line in lines if line.code in tables]
    if all(line.note == NOT_REPORTED for line in of_facts):
        return of_facts
    return [
        line for line in of_facts if line.note and (
            tables[line.code].missing is Missing.NEEDED if line.note == NOT_REPORTED else not line.points
        )
    ]  # fmt: skip


def _adjustments(rules: RuleSet, events: Sequence[Event]) -> tuple[list[Line], int]:
    """Lines of the events and the steps they make together: what raises goes before what lowers."""
    counted = [(event, *_steps(rules, event)) for event in events]
    up = sum(steps for _, steps, _ in counted if steps > 0)
    down = sum(steps for _, steps, _ in counted if steps < 0)
    lines = [
        Line(
            RiskComponent.ADJUSTMENT, event.kind.name.lower(), event.kind.value, event.on.isoformat(), NOUGHT, None,
            event.evidence, 0 if up and steps < 0 else steps, "有上调情形，不再下调" if up and steps < 0 else note,
        )
        for event, steps, note in counted
    ]  # fmt: skip
    return lines, min(up, rules.most_up) if up else max(down, -rules.most_down)


def _steps(rules: RuleSet, event: Event) -> tuple[int, str]:
    rule = rules.by_event.get(event.kind)
    if rule is None:
        return 0, "本版规则未规定此情形"
    if rule.needs_decision and not event.decided:
        return 0, "待审核决定是否调整"
    return rule.held(event.steps), ""
