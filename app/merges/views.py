"""Pages of 企业档案合并: near-duplicates in the register, merged and put back."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("merges", __name__, url_prefix="/merges")
