"""Pages of 异议."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("objections", __name__, url_prefix="/objections")
