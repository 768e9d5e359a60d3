"""不判定的写法: stored texts that the program does not judge by, and the samples that have them."""

from __future__ import annotations

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.authorize import authorize, current_actor
from app.domain.permissions import Permission
from app.domain.text_report import why_undecided
from app.forms import whole
from app.results import text_queries
from app.results.blueprint import bp

NAMES = {"result": "检验结果", "unit": "单位", "limit": "限量", "item": "检验项目"}


@bp.get("/results/texts")
@authorize(Permission.SAMPLE_LIST)
def texts() -> ResponseReturnValue:
    actor = current_actor()
    return render_template(
        "results/texts.html", rows=text_queries.undecided(actor), items=text_queries.without_limit(actor),
        most=text_queries.MOST, why=why_undecided,
    )  # fmt: skip


@bp.get("/results/texts/samples")
@authorize(Permission.SAMPLE_LIST)
def text_samples() -> ResponseReturnValue:
    before, after = (request.args.get(name, type=whole) for name in ("before", "after"))
    writing = {name: request.args[name] for name in NAMES if name in request.args}
    page = text_queries.samples_of(current_actor(), writing, before=before, after=after)
    return render_template(
        "results/text_samples.html", page=page,
        asked="；".join(f"{NAMES[name]}：{text or '（空）'}" for name, text in writing.items()),
        newer=page.newer and url_for(".text_samples", **writing, after=page.newer),  # type: ignore[arg-type]
        older=page.older and url_for(".text_samples", **writing, before=page.older),  # type: ignore[arg-type]
        shows_sample="sampling.show" in current_app.view_functions,
    )  # fmt: skip
