"""Pages of 报表模板."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("return_templates", __name__, url_prefix="/return-templates")
