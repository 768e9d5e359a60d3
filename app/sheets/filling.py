"""What the form of a new sheet begins with (预填): the person's habits, then task or plan, then template, draft or enterprise."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from app import clock
from app.domain.actors import Actor
from app.domain.samples import Link
from app.domain.sheet_required import FIELDS, SPECIAL_OFF, UNLABELLED
from app.rapid_tests import prefill
from app.reference_data.books import category_book, code_list, region_book
from app.sampling import queries as samples
from app.sampling.columns import title
from app.sampling.forms import sheet_of
from app.sampling.models import FormDraft
from app.sampling.sheet_form import SheetFields, SheetForm, only_on
from app.sampling.sheet_layout import COPIED, FROM_ROWS, HABITUAL, SAMPLER_PICKS
from app.sampling.showing import offered
from app.search_text import initials
from app.sheets import queries
from app.sheets.operations import KEPT

Values = dict[str, Any]


def new_form(actor: Actor, asked: Mapping[str, str]) -> tuple[SheetForm, FormDraft | None]:
    """The form as its address asks for it, and the draft that it resumes."""
    draft = queries.draft_keyed(actor, asked.get("draft"))
    draft = draft if draft is not None and draft.closed_at is None else None
    if draft is not None:
        values: Values = dict(draft.fields)
    else:
        values = habits(actor) | _copy_of(actor, asked.get("copy")) | _asked(actor, asked)
        if (template := queries.template(actor, _number(asked.get("template")))) is not None:
            values |= template.fields
    values |= prefill.sheet_fields(actor, asked.get("rapid")) | _enterprise(actor, asked)
    values |= {
        "draft_key": draft.draft_key if draft else secrets.token_hex(16), "tab": secrets.token_hex(8),
        "revision": draft.revision if draft else 0, "rest_absent": bool(values.get("rest_absent")),
    }  # fmt: skip
    form = SheetForm(data=values)
    offer(form, actor)
    return form, draft


def _number(written: str | None) -> int | None:
    text = written or ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def habits(actor: Actor) -> Values:
    """Today, the person himself and his last partner, and what the office writes on every sheet."""
    rows = queries.latest(actor)
    organisation = queries.organisation(actor.org_id)
    book = region_book()
    values: Values = {"sampled_on": clock.today().isoformat(), "sampler_1": str(actor.user_id or "")}
    if organisation is not None:
        bureau = queries.bureau(organisation)  # 组织单位 is found by the name under 任务来源: a station sets no tasks
        values |= {
            "task_source": bureau.name, "sampling_unit": organisation.name,
            "sampling_unit_level": organisation.level.value if organisation.level else "",
        }  # fmt: skip
        if (region_id := organisation.region_id or bureau.region_id) is not None and region_id in book:
            line = book.up(region_id)  # up to the nation
            values["sampling_unit_province"] = book.name(line[-2] if len(line) > 1 else line[0])
    if rows:
        values |= _last(rows[0])
        values |= _partner(actor, [row.id for row in rows[:5]])
    return values


def _last(row: Any) -> Values:
    beside = row.extra or {}
    found = {name: getattr(row, name, None) or beside.get(title(name)) for name in HABITUAL}
    return {name: text for name, text in found.items() if text} | queries.office_people(row.id)


def _partner(actor: Actor, sample_ids: list[int]) -> Values:
    for _, people in sorted(queries.samplers_of(sample_ids).items(), reverse=True):
        others = [number for number in people if number != actor.user_id]
        if others:
            return {name: str(number) for name, number in zip(SAMPLER_PICKS[1:], others, strict=False)}
    return {}


def _asked(actor: Actor, asked: Mapping[str, str]) -> Values:
    """A task, a plan, a category, a place or a link named in the address."""
    values: Values = {}
    if (link := asked.get("link")) in set(Link):
        values["link"] = link
    if (category := _number(asked.get("category_id"))) in category_book():
        values["category"] = category_book().by_id(category or 0).path
    if (region := _number(asked.get("region_id"))) in region_book():
        values["sampled_region"] = region_book().full_name(region or 0)
    if (plan := asked.get("plan")) in {str(one.id) for one in queries.plans(actor)}:
        values["plan_id"] = plan
    return values | _task(actor, asked.get("assignment"))


def _task(actor: Actor, asked: str | None) -> Values:
    """任务单: its plan, category, place, link, enterprise, laboratory and team."""
    task = next((one for one in queries.assignments(actor, asked) if str(one.id) == asked), None)
    if task is None:
        return {}
    values: Values = {"assignment_id": str(task.id), "plan_id": str(task.plan_id or "")}
    values["sampled_region"] = region_book().full_name(task.region_id)
    if task.link:
        values["link"] = task.link.value
    if task.category_id is not None and task.category_id in category_book():
        values["category"] = category_book().by_id(task.category_id).path
    if laboratory := queries.organisation(task.laboratory_org_id) if task.laboratory_org_id else None:
        values["laboratory"] = laboratory.name
    if enterprise := queries.enterprise(actor, task.enterprise_id):
        values |= queries.as_fields(enterprise, "sampled")
    team = sorted(task.member_ids, key=lambda number: number != actor.user_id)
    values |= dict.fromkeys(SAMPLER_PICKS, "")
    values |= {name: str(number) for name, number in zip(SAMPLER_PICKS, team, strict=False)}
    plan = next((one for one in queries.plans(actor) if one.id == task.plan_id), None)
    return values | ({"purpose": plan.purpose.value} if plan else {})


def _enterprise(actor: Actor, asked: Mapping[str, str]) -> Values:
    """The enterprise picked on the page of the picker."""
    part = "producer" if asked.get("part") == "producer" else "sampled"
    found = queries.enterprise(actor, asked.get("enterprise"))
    return queries.as_fields(found, part) if found is not None else {}


def _copy_of(actor: Actor, asked: str | None) -> Values:
    """复制登记: what a sheet keeps for another one at the same place; nothing of its people."""
    number = _number(asked)
    sample = samples.sample(actor, number) if number is not None else None
    if sample is None:
        return {}
    values = sheet_of(sample)
    return {name: values[name] for name in COPIED if values.get(name)} | {"sampled_on": clock.today().isoformat()}


def copied(form: SheetForm) -> dict[str, str]:
    """What the next sheet of this visit keeps of the one just registered."""
    every = {name: field.data for name, field in form._fields.items() if name in COPIED and name in KEPT}
    every["sampled_enterprise_id"] = form._fields["sampled_enterprise_id"].data
    if form.rest_absent.data:
        every["rest_absent"] = "y"
    return {name: str(text) for name, text in every.items() if text}


# ---------------------------------------------------------------- what the page offers

def offer(form: SheetFields, actor: Actor) -> None:
    """Fill the lists that come from rows, keeping what a sheet already says; drop an enterprise that is out of reach."""
    fields = form._fields
    people = [(str(user.id), f"{user.name}　{user.organisation.name}") for user in queries.samplers(actor)]
    plans = [(str(plan.id), plan.title) for plan in queries.plans(actor)]
    tasks = queries.assignments(actor, fields["assignment_id"].data)
    others = [one for one in people if one[0] != str(actor.user_id)]
    partners = [*others, *(one for one in people if one not in others)]  # himself last
    choices = {name: people if name == SAMPLER_PICKS[0] else partners for name in SAMPLER_PICKS} | {
        "plan_id": plans, "assignment_id": [(str(task.id), f"{task.number}（{task.batches} 批）") for task in tasks],
    }  # fmt: skip
    for name in FROM_ROWS:
        fields[name].choices = [("", "—"), *choices[name]]
    for name in ("sampled_enterprise_id", "producer_id"):
        if fields[name].data and queries.enterprise(actor, fields[name].data) is None:
            fields[name].data = ""


def _places(link: str | None) -> dict[str, list[str]]:
    """抽样地点 by link; without a script the list of the chosen link alone."""
    links = [one for one in Link if not link or one.value == link] or list(Link)
    return {one.value: list(code_list(f"抽样地点·{one.value}")) for one in links}


def page(actor: Actor, form: SheetFields) -> dict[str, Any]:
    """What the template shows around the fields."""
    recent = queries.recent_words(queries.latest(actor))
    lists = {name: [*recent.get(name, ()), *(word for word in words if word not in recent.get(name, ()))]
             for name, words in offered().items()}  # fmt: skip
    return {
        "places": _places(form.link.data), "lists": lists, "recent": recent, "initials": initials, "needs": form.needs(),
        "only_on": only_on,
        "blank_for": {name: " ".join(UNLABELLED) for name, field in FIELDS.items() if field.blank_for},
        "special_off": SPECIAL_OFF, "special_words": "、".join(title(name) for name in SPECIAL_OFF),
    }  # fmt: skip
