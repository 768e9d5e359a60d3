"""Pages of 检查要点表: dated lists of what an inspection looks at."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("checklists", __name__, url_prefix="/checklists")
