"""Pages of 导入格式对照."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("layouts", __name__)
