"""数据接口 v1, and the pages of its keys."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("api", __name__)
