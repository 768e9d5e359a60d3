"""The page 检验结果明细: result rows one by one, each with its sample."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.authorize import authorize, current_actor
from app.blinding import shown
from app.domain.permissions import Permission
from app.domain.samples import Verdict
from app.results import row_queries
from app.results.blueprint import bp
from app.results.queries import Page
from app.sampling.asked import number

VERDICT_TONES = {
    Verdict.PASS: "green", Verdict.FAIL: "red", Verdict.PROBLEM: "yellow", Verdict.UNDECIDED: "yellow", Verdict.UNTESTED: "neutral",
}  # fmt: skip


@bp.get("/results/rows")
@authorize(Permission.SAMPLE_LIST)
def rows() -> ResponseReturnValue:
    actor, filters = current_actor(), row_queries.asked(request.args)
    found = row_queries.rows(actor, filters, before=number(request.args.get("before")), after=number(request.args.get("after")))
    kept = row_queries.kept(filters)
    return render_template(
        "results/rows.html", page=Page([shown(row, actor) for row in found.rows], found.newer, found.older), filters=filters,
        rest={name: value for name, value in kept.items() if name != "verdict"}, verdicts=list(Verdict),
        tones=VERDICT_TONES, words=row_queries.words(filters) if kept else None,
        first=url_for(".rows", **kept) if found.newer else None,
        newer=found.newer and url_for(".rows", **kept, after=found.newer),
        older=found.older and url_for(".rows", **kept, before=found.older),
    )  # fmt: skip
