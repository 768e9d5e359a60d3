"""Steps of a programme: frozen, drawn, proved, finished, published, voided."""

from __future__ import annotations

import io
import json
import secrets
from typing import Any

from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import authorize, current_actor
from app.domain.drawing import SECRET_BYTES
from app.domain.permissions import Permission
from app.drawings import replaying
from app.errors import NotAllowedNow, NotLikeThis
from app.forms import VersionForm
from app.random_inspections import exports, forms, operations, queries, teams
from app.random_inspections.models import RandomProgramme
from app.random_inspections.page_views import bp, page, step, workbook
from app.sending import send_file


@bp.post("/<int:programme_id>/freeze")
@authorize(Permission.RANDOM_MAKE, queries.programme)
def freeze(programme: RandomProgramme) -> ResponseReturnValue:
    def taken(form: Any) -> None:
        both = (secrets.token_bytes(SECRET_BYTES), secrets.token_bytes(SECRET_BYTES))
        operations.freeze(programme, current_actor(), clock.now(), both, seen=form.version.data)

    return step(programme, VersionForm(), "名单已冻结。请公布两份名单的校验值和承诺，再由见证人给出公开词后抽取", taken)


@bp.post("/<int:programme_id>/draw")
@authorize(Permission.RANDOM_DRAW, queries.programme)
def draw(programme: RandomProgramme) -> ResponseReturnValue:
    def taken(form: Any) -> None:
        operations.draw(
            programme, current_actor(), form.public_word.data or "", clock.now(), witness=form.witness.data or None, seen=form.version.data
        )

    return step(programme, forms.DrawForm(), "抽取完成，检查组已编定，密钥和种子已公布，任何人都可以复核", taken)


@bp.get("/<int:programme_id>/replay")
@authorize(Permission.RANDOM_READ, queries.programme)
def replay(programme: RandomProgramme) -> ResponseReturnValue:
    """复核: both draws and the teams made again before the reader's eyes."""
    return page(programme, differences=teams.replay(programme))


@bp.get("/<int:programme_id>/record.json")
@authorize(Permission.RANDOM_READ, queries.programme)
def record_file(programme: RandomProgramme) -> ResponseReturnValue:
    """Everything that is public about both draws, to be checked with a program of one's own."""
    found = [queries.drawing_of(one, whole=True) for one in (programme.enterprise_drawing_id, programme.inspector_drawing_id)]
    told = {"number": programme.number, "drawings": [replaying.published(one) for one in found if one is not None]}
    content = json.dumps(told, ensure_ascii=False, indent=1).encode()
    return send_file(io.BytesIO(content), "application/json", as_attachment=True, download_name=f"{programme.number}.json")


@bp.post("/<int:programme_id>/finish")
@authorize(Permission.RANDOM_RECORD, queries.programme)
def finish(programme: RandomProgramme) -> ResponseReturnValue:
    def taken(form: Any) -> None:
        operations.finish(programme, current_actor(), clock.now(), seen=form.version.data)

    return step(programme, VersionForm(), "检查完毕，请在公示期限内公示抽查结果", taken)


@bp.post("/<int:programme_id>/publish")
@authorize(Permission.RANDOM_MAKE, queries.programme)
def publish(programme: RandomProgramme) -> ResponseReturnValue:
    def taken(form: Any) -> None:
        if form.published_on.data is None:
            raise NotLikeThis("请填写公示日期", field="published_on")
        operations.publish(
            programme, current_actor(), form.published_on.data, form.published_where.data or "", clock.now(), seen=form.version.data
        )

    return step(programme, forms.PublishForm(), "已登记公示", taken)


@bp.get("/<int:programme_id>/publication.xlsx")
@authorize(Permission.RANDOM_READ, queries.programme)
def publication(programme: RandomProgramme) -> ResponseReturnValue:
    """公示清单, complete once every enterprise has its result."""
    if not queries.progress(programme.id).targets:
        raise NotAllowedNow("还没有抽取，没有可以公示的结果")
    return workbook(exports.publication(programme), f"{programme.number}抽查结果公示.xlsx", "抽查结果公示清单", programme)


def _voided(programme: RandomProgramme) -> ResponseReturnValue:
    def taken(form: Any) -> None:
        operations.void(programme, current_actor(), form.comment.data, seen=form.version.data)

    return step(programme, forms.VoidForm(), "已作废", taken)


@bp.post("/<int:programme_id>/void")
@authorize(Permission.RANDOM_MAKE, queries.programme)
def void(programme: RandomProgramme) -> ResponseReturnValue:
    """作废 of a draft."""
    return _voided(programme)


@bp.post("/<int:programme_id>/withdraw")
@authorize(Permission.RANDOM_DRAW, queries.programme)
def withdraw(programme: RandomProgramme) -> ResponseReturnValue:
    """作废 once the lists were frozen."""
    return _voided(programme)
