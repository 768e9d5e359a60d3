"""Pages of 变动告知."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("notices", __name__)
