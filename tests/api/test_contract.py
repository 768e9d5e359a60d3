"""docs/openapi.yaml against the program: the same addresses, the same bodies, and whatever a generator makes of them."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
import yaml
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS

from app.api import bodies, contract
from app.authorize import permission_of
from app.db import session
from app.domain.api_keys import ApiScope
from app.domain.samples import ItemKind, Verdict
from app.domain.workflow import SampleState
from app.errors import CODES
from app.results.entry import CELLS
from tests.api.conftest import ONE, Program, report

WRITTEN = yaml.safe_load(contract.FILE.read_text(encoding="utf-8"))
SCHEMAS = WRITTEN["components"]["schemas"]


def routes(app: Flask) -> dict[tuple[str, str], Any]:
    """(method, address as the contract writes it) -> view."""
    return {
        (method, rule.rule.replace("<", "{").replace(">", "}")): app.view_functions[rule.endpoint]
        for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }  # fmt: skip


def test_every_route_is_in_the_contract_and_the_reverse(app: Flask):
    written = {(method.upper(), path): found for path, methods in WRITTEN["paths"].items() for method, found in methods.items()}
    found = routes(app)
    assert written.keys() == found.keys() and len(found) == 6
    assert {key: view.api_scope.value for key, view in found.items()} == {key: one["x-scope"] for key, one in written.items()}
    assert {view.api_scope for view in found.values()} == set(ApiScope)
    assert all(permission_of(rule.endpoint) for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/"))


def test_the_contract_allows_what_the_program_allows():
    row, new = SCHEMAS["NewRow"]["properties"], SCHEMAS["NewReport"]["properties"]
    assert set(row) == set(CELLS) == set(bodies.ROW.fields)
    assert set(new) == set(bodies.REPORT.fields)
    assert {name: shape["maxLength"] for name, shape in row.items() if "maxLength" in shape} == {
        name: bodies.ROW.fields[name].most for name in CELLS if name not in ("verdict", "kind")
    }
    assert set(row["verdict"]["enum"]) - {"", None} == set(Verdict) == set(SCHEMAS["Verdict"]["enum"])
    assert set(row["kind"]["enum"]) - {"", None} == set(ItemKind)
    assert set(SCHEMAS["SampleState"]["enum"]) == set(SampleState)
    assert (new["rows"]["maxItems"], SCHEMAS["Submission"]["properties"]["reports"]["maxItems"]) == (bodies.MOST_ROWS, bodies.MOST_REPORTS)
    asked = {one["name"] for one in WRITTEN["paths"]["/api/v1/samples"]["get"]["parameters"]}
    assert asked == set(bodies.ASKED)
    assert set(SCHEMAS["Error"]["properties"]["error"]["properties"]["code"]["enum"]) == {*CODES.values(), "failed"}


def test_the_example_of_the_contract_is_accepted(program: Program):
    """What a programmer copies first must work."""
    example = WRITTEN["paths"]["/api/v1/results"]["post"]["requestBody"]["content"]["application/json"]["example"]
    assert example["reports"][0]["number"] == ONE
    assert program.file(example).status_code == 200


# ---------------------------------------------------------------- generated requests

def in_process(app: Flask) -> Any:
    """The application as a server runs it: every request has a context of its own."""

    def serve(environ: Any, start_response: Any) -> Any:
        with app.app_context():
            return list(app.wsgi_app(environ, start_response))

    return serve


EXAMPLES = {GenerationMode.POSITIVE: 12, GenerationMode.NEGATIVE: 20}
SHORT = {"minItems": 1, "maxItems": 2}  # long lists say nothing new and are what takes the time
# A number that is well written need not be registered, and what was found need not be a reading.
NOT_HELD = {("POST", GenerationMode.POSITIVE): ["positive_data_acceptance"]}
PLACES = "/api/v1/indicators"  # nor is every well written code that of a place, nor may month and quarter be asked together


def shortened(node: Any) -> Any:
    """The contract with every list that is sent cut short."""
    if isinstance(node, list):
        return [shortened(one) for one in node]
    if not isinstance(node, dict):
        return node
    found = {name: shortened(one) for name, one in node.items()}
    return found | SHORT if "maxItems" in found else found


def conforms(operation: Any, key: str, mode: GenerationMode, examples: int, **given_parts: Any) -> list[int]:
    """Statuses of so many generated requests, each of whose answers is what the contract promises."""
    statuses: list[int] = []
    held = NOT_HELD.get((operation.method.upper(), mode), [])
    if operation.path.startswith(PLACES) and mode is GenerationMode.POSITIVE:
        held = ["positive_data_acceptance"]
    excluded = CHECKS.get_by_names(held)

    @given(case=operation.as_strategy(generation_mode=mode, **given_parts))
    @settings(
        max_examples=examples, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def one(case: Any) -> None:
        headers = {"Authorization": f"Bearer {key}"}
        response = case.call_and_validate(headers=headers, excluded_checks=excluded)
        statuses.append(response.status_code)

    one()
    return statuses


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_generated_requests_are_answered_as_promised(app: Flask, issue: Any, mode: GenerationMode) -> None:
    """Security test 11: no 5xx, every answer of the shape that the contract gives its status."""
    schema = schemathesis.openapi.from_dict(shortened(WRITTEN))
    schema.app, key = in_process(app), issue()
    Program(app, key).file({"reports": [report()]})
    session().commit()
    told: dict[str, list[int]] = {}
    for found in schema.get_all_operations():
        operation = found.ok()
        told[operation.label] = conforms(operation, key, mode, EXAMPLES[mode])
        if "{number}" in operation.path and mode is GenerationMode.POSITIVE:
            assert set(conforms(operation, key, mode, 2, path_parameters={"number": ONE})) == {200}
    assert all(len(statuses) >= 5 for statuses in told.values()), told
    wanted = {200} if mode is GenerationMode.POSITIVE else {422}
    assert wanted <= set(told["GET /api/v1/samples"]), told
    assert {422} <= set(told["POST /api/v1/results"]), told
