"""Pages of 双随机抽查: pools, draws, teams, results."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("random_inspections", __name__, url_prefix="/random-inspections")
