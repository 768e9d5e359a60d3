"""Pages and files of 行政处罚信息 and 双随机抽查结果 for anybody."""

from __future__ import annotations

import io

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import authorize
from app.domain import public_masking
from app.domain.permissions import Permission
from app.domain.public_masking import Policy
from app.public import exports, forms
from app.public.pages import CSV, XLSX, keys, page
from app.public.records import PENALTIES, RANDOM, Register, Search
from app.sending import send_file

FILES = ("public.penalties_xlsx", "public.penalties_csv", "public.random_xlsx", "public.random_csv")


def add_to(bp: Blueprint) -> None:
    """The addresses: each list, and its search as a workbook or plain text."""
    for name, view in (
        ("penalties", penalties), ("penalties_xlsx", penalties_xlsx), ("penalties_csv", penalties_csv), ("random", random),
        ("random_xlsx", random_xlsx), ("random_csv", random_csv),
    ):  # fmt: skip
        place, _, ending = name.partition("_")
        bp.add_url_rule(f"/{place}/{f'export.{ending}' if ending else ''}", name, view)


def _rules() -> Policy:
    return public_masking.policy(current_app.config["PUBLICATION_MASKING"])


def _search() -> Search:
    filters = forms.asked(request.args)
    return Search(clock.today(), filters.q, filters.year)


def _shown(register: Register, endpoint: str) -> str:
    search = _search()
    found = register.page(search, **keys())
    kept = {name: value for name, value in (("q", search.q), ("year", search.year)) if value is not None}
    return page(
        "public/records.html", register=register, page=found, rows=register.rows(found.rows, _rules()), search=search, kept=kept,
        years=register.years(search.today), endpoint=endpoint,
    )  # fmt: skip


def _file(register: Register, ending: str) -> ResponseReturnValue:
    search = _search()
    rows = register.every(search, _rules())
    said = [f"关键词：{search.q}" if search.q else "", f"公示年份：{search.year}" if search.year else ""]
    if ending == "xlsx":
        content = exports.table_xlsx(register.title, register.headers, rows, "，".join(filter(None, said)) or "全部")
    else:
        content = exports.table_csv(register.headers, rows)
    name = f"{register.title}公示{search.today}.{ending}"
    return send_file(io.BytesIO(content), XLSX if ending == "xlsx" else CSV, as_attachment=True, download_name=name)


@authorize(Permission.PUBLIC)
def penalties() -> ResponseReturnValue:
    """行政处罚信息公示, until its term is over."""
    return _shown(PENALTIES, "public.penalties")


@authorize(Permission.PUBLIC)
def penalties_xlsx() -> ResponseReturnValue:
    return _file(PENALTIES, "xlsx")


@authorize(Permission.PUBLIC)
def penalties_csv() -> ResponseReturnValue:
    return _file(PENALTIES, "csv")


@authorize(Permission.PUBLIC)
def random() -> ResponseReturnValue:
    """双随机抽查结果公示."""
    return _shown(RANDOM, "public.random")


@authorize(Permission.PUBLIC)
def random_xlsx() -> ResponseReturnValue:
    return _file(RANDOM, "xlsx")


@authorize(Permission.PUBLIC)
def random_csv() -> ResponseReturnValue:
    return _file(RANDOM, "csv")
