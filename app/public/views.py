"""Pages of 公众查询页: what has been published, for anybody; off unless the bureau opens it. Nobody signs in, nothing is written.

They are set apart from the office's own pages: a layout without its menu, no cookie, kept for a few minutes by browsers and proxies.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Flask, Response, abort, current_app, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.sessions import SecureCookieSessionInterface
from flask.typing import ResponseReturnValue

from app import clock, files
from app.authorize import authorize
from app.domain import public_masking
from app.domain.permissions import Permission
from app.domain.reporting_kinds import PublicList
from app.errors import NotFound, Refused
from app.public import exports, forms, limits, queries, record_views
from app.public.pages import CSV, XLSX, keys, page
from app.publications import public_queries
from app.sending import send_file

bp = Blueprint("public", __name__, url_prefix="/public")
record_views.add_to(bp)
FILE_WEIGHT = 10  # a file costs as much as so many pages
GONE = "没有找到该信息，可能编号有误，或者已经更正、撤回"
ROBOTS = "public.robots"
FILES = ("public.export_xlsx", "public.export_csv", "public.notice_file", *record_views.FILES)


class NoCookies(SecureCookieSessionInterface):
    """Nobody's visit here is tied to his other ones: no cookie is set, and no answer depends on one (``Vary``)."""

    def save_session(self, app: Flask, session: Any, response: Response) -> None:
        if request.blueprint != bp.name:
            super().save_session(app, session, response)


@bp.record_once
def _robots(state: BlueprintSetupState) -> None:
    app: Flask = state.app  # type: ignore[assignment]
    app.session_interface = NoCookies()
    app.add_url_rule("/robots.txt", ROBOTS, robots)


@bp.before_request
def admit() -> None:
    """Off: no such page. On: so many requests of one address in a minute."""
    if request.endpoint == ROBOTS:
        return
    if not current_app.config["PUBLIC_PAGE"]:
        abort(404)
    weight = FILE_WEIGHT if request.endpoint in FILES else 1
    counted = limits.visits(current_app)
    counted.count(request.remote_addr, clock.now(), current_app.config["PUBLIC_PER_MINUTE"], weight)


@bp.after_request
def keep_a_while(response: Response) -> Response:
    """Everybody reads the same: proxies may keep it. A refusal is kept by nobody."""
    if response.status_code == 200:
        response.headers["Cache-Control"] = f"public, max-age={current_app.config['PUBLIC_CACHE_SECONDS']}"
    return response


@bp.errorhandler(Refused)
def refused(error: Refused) -> ResponseReturnValue:
    return page("public/refused.html", sentence=error.sentence), error.status, dict(error.headers)


@authorize(Permission.PUBLIC)
def robots() -> ResponseReturnValue:
    """Search engines may read what is published; the office's own pages are nothing to them."""
    lines = ["User-agent: *"]
    if current_app.config["PUBLIC_PAGE"]:
        files = ("public.export_csv", "public.penalties_csv", "public.random_csv")
        lines += [f"Allow: {url_for('public.index')}", *(f"Disallow: {url_for(one).removesuffix('csv')}" for one in files)]
    return Response("\n".join([*lines, "Disallow: /", ""]), mimetype="text/plain")


# ---------------------------------------------------------------- the lists

@bp.get("/")
@authorize(Permission.PUBLIC)
def index() -> ResponseReturnValue:
    filters = forms.asked(request.args)
    return page(
        "public/index.html", page=public_queries.items(filters, **keys()), filters=filters, kept=forms.kept(filters),
        kinds=[one.value for one in PublicList], years=public_queries.years(), categories=queries.categories(), most=queries.MOST_ROWS,
    )  # fmt: skip


@bp.get("/items/<int:item_id>")
@authorize(Permission.PUBLIC)
def item(item_id: int) -> ResponseReturnValue:
    found = public_queries.item(item_id)
    if found is None:
        raise NotFound(GONE)
    return page("public/item.html", item=found)


@bp.get("/export.xlsx")
@authorize(Permission.PUBLIC)
def export_xlsx() -> ResponseReturnValue:
    """The current search as a file, at most so many rows; more of them by year, month or category."""
    filters = forms.asked(request.args)
    content = exports.xlsx(queries.every_item(filters), exports.conditions(filters))
    return send_file(io.BytesIO(content), XLSX, as_attachment=True, download_name=f"抽检结果公示{clock.today()}.xlsx")


@bp.get("/export.csv")
@authorize(Permission.PUBLIC)
def export_csv() -> ResponseReturnValue:
    content = exports.csv(queries.every_item(forms.asked(request.args)))
    return send_file(io.BytesIO(content), CSV, as_attachment=True, download_name=f"抽检结果公示{clock.today()}.csv")


# ---------------------------------------------------------------- announcements

@bp.get("/notices/")
@authorize(Permission.PUBLIC)
def notices() -> ResponseReturnValue:
    return page("public/notices.html", page=public_queries.notices(**keys()))


def _notice(notice_id: int) -> queries.Notice:
    found = queries.notice(notice_id)
    if found is None:
        raise NotFound(GONE)
    return found


@bp.get("/notices/<int:notice_id>")
@authorize(Permission.PUBLIC)
def notice(notice_id: int) -> ResponseReturnValue:
    found = _notice(notice_id)
    rows = public_queries.items(public_queries.PublicFilters(publication_id=notice_id), **keys())
    return page("public/notice.html", notice=found, page=rows)


@bp.get("/notices/<int:notice_id>/file.xlsx")
@authorize(Permission.PUBLIC)
def notice_file(notice_id: int) -> ResponseReturnValue:
    """The workbook as published, byte for byte, as long as every batch of it stands."""
    found = _notice(notice_id)
    if found.file is None:
        raise NotFound("该公告没有可下载的原件，或其中有批次已更正、撤回；现行内容请在本页查看")
    name = f"{found.announcement_no or found.title}.xlsx"
    return send_file(io.BytesIO(files.read(found.file)), XLSX, as_attachment=True, download_name=name)


# ---------------------------------------------------------------- 消费提示, results of inspections

@bp.get("/tips/")
@authorize(Permission.PUBLIC)
def tips() -> ResponseReturnValue:
    return page("public/tips.html", page=queries.tips(clock.today(), **keys()))


@bp.get("/tips/<int:tip_id>")
@authorize(Permission.PUBLIC)
def tip(tip_id: int) -> ResponseReturnValue:
    found = queries.tip(tip_id, clock.today())
    if found is None:
        raise NotFound(GONE)
    return page("public/tip.html", tip=found, paragraphs=[one.strip() for one in found.body.split("\n") if one.strip()])


@bp.get("/inspections/")
@authorize(Permission.PUBLIC)
def inspections() -> ResponseReturnValue:
    filters = forms.asked(request.args)
    found = queries.results(filters.q, filters.year, **keys())
    kept = {name: value for name, value in forms.kept(filters).items() if name in ("q", "year")}
    return page(
        "public/inspections.html", page=found, filters=filters, kept=kept, names=_names(found.rows), years=queries.result_years()
    )


def _names(rows: Sequence[Any]) -> dict[int, str]:
    """Of each result the name that may be shown: a natural person's is masked as in the published lists."""
    rules = public_masking.policy(current_app.config["PUBLICATION_MASKING"])
    return {
        row.id: public_masking.shown(row.firm, "", public_masking.party_kind(row.firm, row.credit_code), rules).name for row in rows
    }
