"""Pages of custody (样品流转), backup samples, photographs and signatures."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("custody", __name__, url_prefix="/custody")
