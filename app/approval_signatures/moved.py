"""What moves a signed record without anybody having changed it: a merger of two enterprises, and a sheet that passes to another office.
Both keep the record's version, so a verification sees the record as it stood before them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from app.accounts.models import ApprovalSignature
from app.db import session
from app.domain.signing import SIGNED_LATER
from app.merges.models import EnterpriseMerge

FOLLOWING = frozenset({"verdict_decision"})  # its office is that of the sample


class Moves:
    """The mergers of the installation, read once for a verification of all signatures."""

    def __init__(self) -> None:
        merge = EnterpriseMerge
        columns = (merge.kept_id, merge.merged_id, merge.merged_at, merge.undone_at, merge.moved)
        self._touched: dict[tuple[str, int], list[tuple[str, Any]]] = {}
        for one in session().execute(sa.select(*columns).order_by(merge.id)):
            for key, ids in one.moved["rows"].items():
                table, column = key.split(".")
                for number in ids:
                    self._touched.setdefault((table, number), []).append((column, one))

    def before(self, one: ApprovalSignature, content: Mapping[str, Any]) -> Mapping[str, Any]:
        """The content of the record as it stood before what has moved it since it was signed."""
        return {
            "record": self._row(one.subject_kind, content["record"], one),
            "parts": {
                table: [self._row(table, row, one) for row in rows]
                for table, rows in content["parts"].items()
                if one.content is not None or table not in SIGNED_LATER
            },
        }

    def _row(self, table: str, row: Mapping[str, Any], one: ApprovalSignature) -> dict[str, Any]:
        found = {**row, "org_id": one.org_id} if one.subject_kind in FOLLOWING else dict(row)
        touched: Sequence[tuple[str, Any]] = self._touched.get((table, row["id"]), ())
        for column, merge in reversed(touched):
            if merge.merged_at > one.signed_at and found.get(column) == merge.kept_id and merge.undone_at is None:
                found[column] = merge.merged_id
            elif merge.merged_at <= one.signed_at < (merge.undone_at or one.signed_at) and found.get(column) == merge.merged_id:
                found[column] = merge.kept_id
        return found
