"""People of a firm on paper: whole for whoever may see them (查看完整个人信息), masked for every other reader.

A form goes from hand to hand and is kept by whoever fetched it, so it tells no more than the page of the firm does. The inspectors of
an inspection and the reviewers of a score sheet hold that right. What is printed whole is said in the history of the record.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.documents import used_fields
from app.domain.actors import Actor
from app.domain.permissions import Permission, permits
from app.enterprises.details import masked
from app.enterprises.models import Enterprise
from app.printing.templates import Template


def whole_for(actor: Actor, record: Any) -> bool:
    """Whether the people of the firm stand in full on this record's form."""
    return permits(actor, Permission.PERSONAL_UNMASK, record)


def of_firm(firm: Enterprise, fields: Mapping[str, str], *, whole: bool) -> dict[str, str | None]:
    """The fields of a form that tell of the firm's people: field of the form -> column of the register."""
    told = {field: getattr(firm, name) for field, name in fields.items()}
    return told if whole else {field: masked(name, told[field]) for field, name in fields.items()}


def said_whole(template: Template, fields: Mapping[str, str], record: Any, *, whole: bool) -> frozenset[int]:
    """The record, if its people stand in full on the paper that this template makes."""
    return frozenset({record.id}) if whole and used_fields(template.content).fields & fields.keys() else frozenset()
