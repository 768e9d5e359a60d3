"""Refusals, and the one table that makes a refusal a page: 403 not you, 409 not now, 422 not like this."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from flask import Flask, render_template, request
from flask.globals import request_ctx
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from sqlalchemy.exc import DataError, IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError

from app import access_log
from app.domain.permission_names import Permission


class Refused(Exception):
    """A sentence the user can act on. Programs are also told every faulty place, as (path, message)."""

    status = 422
    places: Sequence[tuple[str, str]] = ()
    headers: Mapping[str, str] = {}

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class NotAllowed(Refused):
    """Not you. ``needed`` is the right that was asked, so that the page can say who has it."""

    status = 403

    def __init__(self, sentence: str, *, field: str | None = None, needed: Permission | None = None) -> None:
        super().__init__(sentence, field=field)
        self.needed = needed


class ConfirmFirst(Exception):
    """Not before you have said again who you are (再次确认身份): answered with a page that asks and then carries on with what was sent."""


class SignInFirst(Exception):
    """Nobody is signed in, or his session is over: the page of signing in, which leads back here."""


class NotFound(Refused):
    """No such record, or none that this person may know of."""

    status = 404


class NotAllowedNow(Refused):
    """Not now: the record has moved on."""

    status = 409


class NotLikeThis(Refused):
    """Not like this: the content is refused."""

    status = 422


SENTENCES = {
    400: "请求内容不完整或已过期，请返回上一页刷新后重试",
    403: "您没有访问该页面的权限，如确需办理请联系本单位管理员",
    404: "没有找到该页面或记录，可能编号有误、已作废或不在您的管辖范围内",
    405: "该地址不支持这种访问方式，请从菜单进入",
    409: "该记录刚被他人修改，请刷新页面核对后再操作",
    413: "上传内容过大：单个文件不得超过 20 MB，请拆分后再上传",
    422: "提交的内容不符合要求，请按提示修改后重新提交",
    429: "操作过于频繁，请稍后再试",
    500: "系统出现异常，本次操作未生效。请稍后重试；如仍有问题，请将错误编号告知管理员",
    503: "系统正忙，本次操作未生效，请稍后重试",
}

STRANGE_HOST = "本系统不应答这个域名或地址，请用管理员告知的地址访问。管理员：请把该域名加入 config.py 的 TRUSTED_HOSTS 后重启"

BARE = (
    '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>系统暂时不可用</title>'
    "<body><h1>系统暂时不可用</h1><p>{sentence}</p><p>{number}</p></body></html>"
)


PROGRAMS = "/api/"  # whatever is asked below this address is answered in JSON
CODES = {
    400: "bad_request", 401: "unauthorized", 403: "forbidden", 404: "not_found", 405: "method_not_allowed", 409: "conflict",
    413: "too_large", 415: "unsupported_media_type", 422: "invalid", 429: "too_many_requests", 503: "busy",
}  # fmt: skip
SAID_TO_PROGRAMS = {
    400: "请求不完整或格式有误，请按接口文档调用",
    404: "没有该接口地址，请按接口文档核对",
    405: "该地址不支持这种请求方法，请按接口文档调用",
    413: "请求内容过大，请分几次提交",
}


def told(status: int, sentence: str | None, number: str | None, places: Sequence[tuple[str, str]]) -> str:
    """A refusal as a program reads it."""
    known = status if status in SENTENCES else 500 if status >= 500 else 400
    error: dict[str, Any] = {
        "code": CODES.get(status) or CODES.get(known, "failed"),
        "message": sentence or SAID_TO_PROGRAMS.get(status) or SENTENCES[known],
        "fields": [{"path": path, "message": message} for path, message in places],
    }
    return json.dumps({"error": error | ({"number": number} if number else {})}, ensure_ascii=False)


def page(
    status: int,
    sentence: str | None = None,
    number: str | None = None,
    places: Sequence[tuple[str, str]] = (),
    headers: Mapping[str, str] = MappingProxyType({}),
    needed: Permission | None = None,
) -> ResponseReturnValue:
    if request.path.startswith(PROGRAMS):
        kind = {"Content-Type": "application/json"}
        return told(status, sentence, number, places), status, {**headers, **kind}
    known = status if status in (400, 403, 404, 405, 409, 413, 422, 429, 500, 503) else 500 if status >= 500 else 400
    text = sentence or SENTENCES.get(status) or SENTENCES[known]
    if request_ctx.url_adapter is None:  # asked under a name that is not ours: no address of ours can be made
        return BARE.format(sentence=escape(text), number=""), status
    try:
        shown = render_template(f"errors/{known}.html", status=status, sentence=text, number=number or access_log.number(), needed=needed)
        return shown, status, dict(headers)
    except (SQLAlchemyError, OSError):  # whoever is signed in is asked of the database, which may be what failed
        return BARE.format(sentence=escape(text), number=escape(number or "")), status


def _said(error: HTTPException) -> str | None:
    return STRANGE_HOST if isinstance(error, SecurityError) else None


def _allowed(error: HTTPException) -> dict[str, str]:
    """The methods that a 405 names."""
    methods = getattr(error, "valid_methods", None)
    return {"Allow": ", ".join(sorted(methods))} if methods else {}


def init_app(app: Flask) -> None:
    _of_the_database(app)

    @app.errorhandler(Refused)
    def refused(error: Refused) -> ResponseReturnValue:
        needed = getattr(error, "needed", None)
        return page(error.status, error.sentence, places=error.places, headers=error.headers, needed=needed)

    @app.errorhandler(CSRFError)
    def forged(error: CSRFError) -> ResponseReturnValue:
        return page(400, "页面已过期或来源不明，请返回上一页刷新后重新提交")

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> ResponseReturnValue:
        return page(error.code or 500, _said(error), headers=_allowed(error))

    @app.errorhandler(Exception)
    def broken(error: Exception) -> ResponseReturnValue:
        number = access_log.number()
        app.logger.exception("error %s on %s", number, request.path)
        return page(500, number=number)


def _of_the_database(app: Flask) -> None:
    @app.errorhandler(StaleDataError)
    def stale(error: StaleDataError) -> ResponseReturnValue:
        return page(409)

    @app.errorhandler(IntegrityError)
    def clash(error: IntegrityError) -> ResponseReturnValue:
        app.logger.warning("integrity: %s", str(error.orig).splitlines()[0] if error.orig else error)
        return page(409, "该内容与已有记录重复或冲突，可能他人刚刚提交过，请刷新后核对")

    @app.errorhandler(DataError)
    def too_much(error: DataError) -> ResponseReturnValue:
        """What a form let through and the database does not hold; each form says so at its field before."""
        app.logger.warning("data: %s", str(error.orig).splitlines()[0] if error.orig else error)
        return page(422, "填写的文字过长或数字过大，超出了可以保存的范围，本次操作未生效：请返回上一页改短后重新提交")

    @app.errorhandler(OperationalError)
    def unavailable(error: OperationalError) -> ResponseReturnValue:
        number = access_log.number()
        app.logger.error("database %s on %s: %s", number, request.path, error.orig)
        return page(503, number=number)
