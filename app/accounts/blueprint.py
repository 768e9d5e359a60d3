"""The pages of people share one blueprint; ``views`` gathers its modules."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("accounts", __name__)
