"""Every list of the product can be taken out: held by reading the program's own text and its register of lists."""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import Any

from flask import Flask

from app.authorize import permission_of
from app.domain.permissions import Permission
from app.downloads.lists import every
from tests.sources import called, modules, templates

PAGED = re.compile(r"\bpager\(|class=\"pager\"|_pager\.html")
# Paged lists that are no list of the register, each with the reason.
NOT_TAKEN_OUT: dict[str, str] = {
    "comparisons.item_records": "evidence of one figure",
    "comparisons.pending": "what a comparison waits for",
    "comparisons.records": "evidence of one figure",
    "disposal.enforcement_records": "its workbook of the three records, a sheet each, is made as one",
    "downloads.index": "the record of the exports themselves",
    "drawings.replay": "the page of one draw, listed with the draw",
    "drawings.show": "the frozen list is published with its proof",
    "gaps.index": "a proposal worked out anew each time; its workbook holds the shortfalls as well",
    "grading.show": "one grade; the list of its run is taken out there",
    "public.index": "open to anybody; what is published has its own files",
    "public.inspections": "the same",
    "public.notice": "the same",
    "public.notices": "the same",
    "public.penalties": "the same",
    "public.random": "the same",
    "public.tips": "the same",
    "publications.counted": "evidence of one figure, a workbook of its own",
    "publications.waiting": "the batches to draft from; they are taken out in 样品列表",
    "random_inspections.coverage_of_year": "its workbook holds both lists and the ratio",
    "random_inspections.pool": "the frozen list of one draw, a workbook of its own",
    "random_inspections.targets": "the tasks of one draw, a workbook of its own",
    "results.show": "the preview of an uploaded file: its rows are the file's, its faults a workbook",
    "results.text_samples": "samples by the writing of one result; they are taken out in 检验结果明细",
    "return_templates.index": "a few files, taken out as they are",
    "turnaround.overdue": "a workbook of its own, with what each was measured against",
    "turnaround.reports": "the same",
    "turnaround.screen_samples": "the evidence of one finding; the samples are taken out in 样品列表",
    "enterprises.samples": "the record of one enterprise",
    "exports.figure": "evidence of one cell of a return, kept with it",
    "exports.index": "returns are workbooks themselves",
    "indicators.differences": "evidence of one figure",
    "messages.index": "what was said to one person",
    "pages.morning_changes": "what changed since yesterday, a page to be read",
    "merges.index": "pairs compared anew each time",
    "planning.show": "evidence of one task",
    "progress.show_records": "evidence of one line of a plan",
}


SHORT = frozenset({"return_templates.index"})  # paged or not, as their tables grow


def package_of(path: str) -> str:
    return path.split("/")[1]


@cache
def functions() -> dict[str, dict[str, list[ast.FunctionDef]]]:
    """By package and name, every function of the program."""
    found: dict[str, dict[str, list[ast.FunctionDef]]] = {}
    for module in modules():
        if not module.path.startswith("app/") or module.path.count("/") < 2:
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef):
                found.setdefault(package_of(module.path), {}).setdefault(node.name, []).append(node)
    return found


def rendered(package: str, name: str, seen: frozenset[str] = frozenset()) -> set[str]:
    """The templates that a function renders, itself or through others of its package."""
    found: set[str] = set()
    for function in functions().get(package, {}).get(name, []):
        for node in ast.walk(function):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.endswith(".html"):
                found.add(node.value)
            if isinstance(node, ast.Call):
                name_called = called(node).removeprefix("pages.")
                if name_called in functions().get(package, {}) and name_called not in seen and name_called != name:
                    found |= rendered(package, name_called, seen | {name})
    return found


@cache
def paged_templates() -> frozenset[str]:
    return frozenset(path.removeprefix("templates/") for path, text in templates() if PAGED.search(text) and "components" not in path)


def paged_pages(app: Flask) -> set[str]:
    """Endpoints whose page has a pager."""
    found = set()
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if "GET" not in (rule.methods or ()) or not view.__module__.startswith("app."):
            continue
        package = view.__module__.split(".")[1]
        if rendered(package, view.__name__) & paged_templates():
            found.add(rule.endpoint)
    return found


def test_every_paged_list_can_be_taken_out_or_says_why_not(app: Flask) -> None:
    registered = {endpoint for source in every().values() for endpoint in source.endpoints}
    paged = paged_pages(app)
    assert len(paged) > 60
    unsaid = sorted(paged - registered - set(NOT_TAKEN_OUT))
    assert unsaid == [], "declare the list in its package's list_sources.py, or say above why it is not taken out"
    assert sorted((set(NOT_TAKEN_OUT) & set(app.view_functions)) - paged - SHORT) == [], "no longer a paged list"
    assert sorted(set(NOT_TAKEN_OUT) & registered) == []


def test_every_registered_page_exists_and_asks_for_the_same_permission(app: Flask) -> None:
    """Who may see the list may take it out; samples and their results alone have a permission of their own for that."""
    for source in every().values():
        for endpoint in source.endpoints:
            assert endpoint in app.view_functions, (source.code, endpoint)
            wanted = Permission.SAMPLE_LIST if source.code in ("samples", "results") else source.permission
            assert permission_of(endpoint) is wanted, (source.code, endpoint)
    pages = [endpoint for source in every().values() for endpoint in source.endpoints]
    assert len(pages) == len(set(pages))


def test_headings_are_chinese_unique_and_of_a_known_kind(app: Flask) -> None:
    for source in every().values():
        titles = [one.title for one in source.fields]
        assert len(titles) == len(set(titles)) >= 5, source.code
        assert all(re.search(r"[\u4e00-\u9fff]", title) for title in titles), (source.code, titles)
        assert any(one.default for one in source.fields), source.code
        assert all(one.column.format for one in source.fields)
        assert all(one.kind == "text" for one in source.fields if any(word in one.title for word in CODES)), source.code


CODES = ("编号", "文号", "代码", "校验值", "许可证号", "电话")  # text, or Excel would round or reformat them


def test_no_key_and_no_password_is_ever_a_column(app: Flask) -> None:
    words = ("密码", "密钥原文", "口令", "secret", "password")
    titles: list[Any] = [(source.code, one.title) for source in every().values() for one in source.fields]
    assert [each for each in titles if any(word in each[1] for word in words)] == []
