"""The metadata keeps to what SQLite, PostgreSQL and the domestic databases have in common."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.base import RESERVED_WORDS

from app.secret_columns import Secret, SecretJSON
from app.tables import metadata

TABLES = sorted(metadata.tables.values(), key=lambda table: table.name)
COLUMNS = [column for table in TABLES for column in table.columns]
NAME = re.compile(r"[a-z][a-z0-9_]*")
# Business tables carry org_id; these do not belong to one organisation.
WITHOUT_ORG = {
    "organisation": "is the organisation",
    "user_role": "of a user",
    "old_password": "of a user",
    "user_session": "of a user",
    "sign_in_attempt": "before anybody is known",
    "enterprise_kind": "of an enterprise",
    "wide_summary": "sums over all organisations, for the topmost reader",
    "year_summary": "sums over all organisations, for the topmost reader",
    "year_item_summary": "sums over all organisations, for the topmost reader",
    "cap_rule": "reference data of the whole installation",
    **dict.fromkeys(
        (
            "region", "population", "food_category", "category_alias", "test_item", "item_alias", "food_limit", "work_day",
            "calendar_year", "deadline_rule", "code_value", "unknown_word", "plan", "plan_indicator", "yearly_target", "plan_fact",
            "word_standing",
        ),
        "reference data of the whole installation",
    ),
    "checklist": "reference data",
    "checklist_item": "of a checklist",
    "return_cell": "of a template",
    "return_rule": "of a template",
    "list_columns": "of a user",
    "message_setting": "of a user",
    "second_factor": "of a user",
    "recovery_code": "of a user",
    "user_preference": "of a user",
    "setting_version": "of the whole installation",
    "rule_edition": "reference data of the whole installation",
    "chain_anchor": "of the one history chain",
    "alert_cursor": "how far the history has been watched",
    "syslog_cursor": "how far the history has been sent",
    "signature_verification": "of all signatures of the installation",
    "message_cursor": "how far the history has been told",
}
# JSON that no query looks into
OPAQUE = {
    "sample.extra", "import_batch.preview", "job.payload", "form_draft.fields", "sheet_template.fields", "api_key.scopes",
    "external_finding.items", "external_finding.cells", "layout_mapping.headers", "layout_mapping.columns", "result_review.content",
    "urgent_report.fields", "approval_signature.content",
    "official_document.fields", "dossier.manifest", "enterprise_merge.moved", "risk_rule_set.content",
    "risk_profile.facts", "risk_grade.facts", "risk_run.counts", "random_programme.filters",
    "return_cell.spec", "list_export.query", "list_export.columns", "list_columns.columns", "publication_item.content",
    "public_warning.findings", "plan_evaluation.sections", "message_setting.muted",
    "reference_change.payload", "reference_change.effect", "bulk_action.outcomes",
}  # fmt: skip


def where(column: sa.Column[Any]) -> str:
    return f"{column.table.name}.{column.name}"


def as_it_lies(kind: Any) -> Any:
    """A value that may be sealed is a text or JSON to the database."""
    return kind.impl if isinstance(kind, (Secret, SecretJSON)) else kind


def plain_type(column: sa.Column[Any]) -> str | None:
    """What is wrong with a column's type, or None."""
    kind = as_it_lies(column.type)
    if isinstance(kind, sa.Enum):
        return None if not kind.native_enum and kind.create_constraint and kind.length else "a native or unchecked enum"
    if isinstance(kind, sa.JSON):
        return None if where(column) in OPAQUE else "JSON that a query might look into"
    if isinstance(kind, sa.Text):
        return None
    if isinstance(kind, sa.String):
        return None if kind.length else "a string without a length"
    if isinstance(kind, sa.Float):
        return "a float: readings and figures are decimals"
    if isinstance(kind, sa.Numeric):
        return None if kind.precision and kind.scale is not None else "a number without precision and scale"
    if isinstance(kind, sa.DateTime):
        return "a moment with a zone" if kind.timezone else None
    return None if type(kind) in (sa.BigInteger, sa.Integer, sa.Date, sa.Boolean) else f"{kind!r}"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_types_that_every_database_has(table: sa.Table):
    wrong = {column.name: plain_type(column) for column in table.columns}
    assert {name: fault for name, fault in wrong.items() if fault} == {}


def test_empty_text_is_never_stored():
    """Oracle-like databases cannot tell '' from NULL."""
    defaults = [(column, default) for column in COLUMNS for default in (column.default, column.server_default)]
    assert [where(column) for column, default in defaults if getattr(default, "arg", None) == ""] == []
    assert [where(column) for column in COLUMNS if "" in getattr(column.type, "enums", ())] == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_names_of_tables_and_columns(table: sa.Table):
    names = [table.name, *table.columns.keys()]
    assert [name for name in names if not NAME.fullmatch(name) or len(name) > 30 or name in RESERVED_WORDS] == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_names_of_constraints_and_indexes(table: sa.Table):
    names = [str(part.name) for part in (*table.constraints, *table.indexes)]
    assert [name for name in names if name == "None" or not NAME.fullmatch(name) or len(name) > 60] == []


def test_names_are_unique_in_the_whole_schema():
    """PostgreSQL keeps indexes and unique constraints in one namespace."""
    names = [str(index.name) for table in TABLES for index in table.indexes]
    names += [str(c.name) for table in TABLES for c in table.constraints if isinstance(c, (sa.UniqueConstraint, sa.PrimaryKeyConstraint))]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_key_is_a_number_without_meaning(table: sa.Table):
    assert [column.name for column in table.primary_key] == ["id"]
    assert isinstance(table.c.id.type, sa.BigInteger)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_business_table_belongs_to_an_organisation(table: sa.Table):
    assert ("org_id" in table.columns) != (table.name in WITHOUT_ORG)


def test_the_database_tells_no_time():
    """The clock is injected (SHIAN_TODAY); CURRENT_TIMESTAMP would not know."""
    assert [where(column) for column in COLUMNS if column.server_default is not None] == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_foreign_keys_delete_nothing(table: sa.Table):
    """Nothing submitted is ever deleted."""
    assert [key.parent.name for key in table.foreign_keys if key.ondelete or key.onupdate] == []


def test_relationships_are_loaded_on_purpose():
    """lazy="raise": a page that forgot to load says so instead of sending one query for every row."""
    from app.db import Base

    relations = [relation for mapper in Base.registry.mappers for relation in mapper.relationships]
    assert relations
    assert [str(relation) for relation in relations if relation.lazy != "raise"] == []
