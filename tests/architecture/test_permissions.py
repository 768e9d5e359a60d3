"""The table of permissions: complete, used, and what a person wrote down role by role."""

from __future__ import annotations

import ast
import csv
from pathlib import Path

import pytest
from flask import Flask

from app.authorize import permission_of
from app.domain.actors import Actor, Role, conflicting
from app.domain.permissions import NAMES, RULES, Permission, may_ever
from app.domain.workflow import TABLES
from tests.sources import modules

MATRIX = Path(__file__).with_name("permission_matrix.csv")
LIBRARY = {"static", "bootstrap.static"}
# Asked about a value on a page or by another permission's page, not by a route of its own.
WITHOUT_DOOR: frozenset[Permission] = frozenset()


def written() -> dict[str, dict[str, bool]]:
    """permission -> role -> may, as somebody wrote it."""
    with MATRIX.open(encoding="utf-8", newline="") as file:
        return {row.pop("权限"): {role: mark == "是" for role, mark in row.items() if role != "名称"} for row in csv.DictReader(file)}


def alone(role: Role) -> Actor:
    return Actor(1, "一人", frozenset({role}), 1, "/1/", frozenset({1}))


@pytest.mark.parametrize("permission", Permission)
def test_the_table_agrees_with_what_was_written_down(permission: Permission):
    assert written()[permission.value] == {role.value: may_ever(alone(role), permission) for role in Role}


def test_the_written_matrix_has_every_permission_and_no_other():
    assert set(written()) == {permission.value for permission in Permission}


def test_every_permission_has_a_rule_and_a_name():
    assert set(RULES) == set(NAMES) == set(Permission)
    assert all(RULES[permission] and all(RULES[permission]) for permission in Permission)


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN])
def test_administrators_see_no_business_data(role: Role):
    """三权分立: GB/T 22239 8.1.4.1 d) and 8.1.5."""
    business = {p for p in Permission if p.value.startswith(("sample_", "result_", "import_", "case_", "enterprise_", "return_"))}
    assert [p for p in business if may_ever(alone(role), p)] == []


def test_only_the_auditor_reads_the_log():
    assert [role for role in Role if may_ever(alone(role), Permission.AUDIT_READ)] == [Role.AUDIT_ADMIN]


def test_administrators_exclude_each_other():
    for first in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN):
        for second in set(Role) - {first}:
            assert conflicting(frozenset({first, second})), (first, second)


def test_every_route_carries_a_permission(app: Flask):
    bare = [rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint not in LIBRARY and permission_of(rule.endpoint) is None]
    assert bare == []


def test_a_route_about_a_record_fetches_it(app: Flask):
    """A route with a number in its address finds the record within the reader's scope, and 404s otherwise.

    The public has no scope: what its pages may show of a record is asked of each of them in tests/public.
    """
    careless = []
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if getattr(view, "permission", None) is Permission.PUBLIC:
            continue
        if rule.endpoint not in LIBRARY and any(name.endswith("_id") for name in rule.arguments) and not getattr(view, "fetch", None):
            careless.append(rule.endpoint)
    assert careless == []


def asked_by_commands() -> set[str]:
    """Names of permissions that a command asks (``permission=Permission.X``)."""
    return {
        word.value.attr
        for module in modules()
        if module.path.endswith("cli.py")
        for call in module.calls()
        for word in call.keywords
        if word.arg == "permission" and isinstance(word.value, ast.Attribute)
    }


def test_every_permission_opens_something(app: Flask):
    by_route = {permission_of(rule.endpoint) for rule in app.url_map.iter_rules() if rule.endpoint not in LIBRARY}
    by_arrow = {arrow.permission for table in TABLES.values() for arrow in table.values()}
    by_command = {Permission[name] for name in asked_by_commands()}
    assert set(Permission) - by_route - by_arrow - by_command - WITHOUT_DOOR == set()


def test_nobody_asks_for_a_role():
    """No ``if role`` outside the table: views, operations and templates ask for permissions."""
    found = [
        module.at(node)
        for module in modules()
        if module.path.endswith(("views.py", "operations.py", "cli.py"))
        for node in module.walk()
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "has"
        if any(isinstance(part, ast.Attribute) and getattr(part.value, "id", "") == "Role" for part in ast.walk(node))
    ]
    assert found == []
