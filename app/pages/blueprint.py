"""The blueprint of home, help and the morning page, shared by the modules of its pages."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("pages", __name__)
