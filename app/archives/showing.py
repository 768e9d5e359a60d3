"""一户一档 on the page of an enterprise, and how an element is shown."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for

from app import clock
from app.archives import queries
from app.authorize import can
from app.domain.archives import completeness
from app.domain.masking import mask, mask_person
from app.domain.permissions import Permission
from app.enterprises.models import Enterprise, EnterpriseStatus
from app.enterprises.queries import kinds_of
from app.reference.archive_elements import Element


def summary(enterprise: Enterprise) -> dict[str, Any]:
    """``completeness`` (done, of, missing, words), ``elements`` there are, whether the reader may fill them and where (``page``)."""
    kinds = [kind for kind, _ in kinds_of([enterprise.id]).get(enterprise.id, [])]
    elements = queries.elements_of(kinds, clock.today())
    on_file = queries.filled([enterprise.id]).get(enterprise.id, set())
    return {
        "elements": elements, "completeness": completeness(elements, on_file), "filled": on_file,
        "may_fill": can(Permission.ENTERPRISE_CORRECT, enterprise) and enterprise.status is not EnterpriseStatus.MERGED,
        "page": url_for("archives.show", enterprise_id=enterprise.id) if "archives.show" in current_app.view_functions else None,
    }  # fmt: skip


def shown(element: Element | None, value: str | None, *, whole: bool = False) -> str | None:
    """The value as a reader sees it: people masked unless ``whole``; of an element no longer on the list, everything."""
    if value is None or whole:
        return value
    return mask_person(value) if element is None or element.personal else mask(value)
