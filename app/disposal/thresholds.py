"""What this installation calls major: the settings as the domain reads them."""

from __future__ import annotations

from decimal import Decimal

from flask import current_app

from app.domain.approval_levels import Thresholds, occasions


def thresholds() -> Thresholds:
    """The amounts and the occasions of the settings."""
    settings = current_app.config
    return Thresholds(
        Decimal(settings["PENALTY_LEADER_AMOUNT"]),
        Decimal(settings["PENALTY_LEGAL_AMOUNT"]),
        occasions(settings["CASE_LEADER_FOR"]),
    )
