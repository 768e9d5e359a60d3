"""Every table, imported once: what migrations compare with and what the factory maps."""

from __future__ import annotations

from app import chain, jobs
from app.accounts import models as accounts
from app.attachments import models as attachments
from app.db import Base
from app.disposal import models as disposal
from app.enterprises import models as enterprises
from app.exports import models as exports
from app.indicators import models as indicators
from app.organisations import models as organisations
from app.planning import models as planning
from app.reference_data import models as reference_data
from app.results import models as results
from app.sampling import models as sampling

metadata = Base.metadata

__all__ = [
    "accounts",
    "attachments",
    "chain",
    "disposal",
    "enterprises",
    "exports",
    "indicators",
    "jobs",
    "metadata",
    "organisations",
    "planning",
    "reference_data",
    "results",
    "sampling",
]
