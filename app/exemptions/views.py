"""Pages of exemptions (规则豁免) and caps (频次上限)."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("exemptions", __name__, url_prefix="/exemptions")
