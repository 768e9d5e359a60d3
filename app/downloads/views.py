"""Pages of 导出和下载中心."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("downloads", __name__, url_prefix="/downloads")
