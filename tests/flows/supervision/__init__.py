"""Pages and standing records of 企业、风险分级和监督检查, one module for each feature.

A module has ``DOORS`` (kind -> step -> door), ``MADE_BY``, ``INSIDE``, ``NOT_YET`` as in ``tests.flows.doors`` and ``MAKE`` as in
``tests.flows.standing``; what it lacks is empty.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from typing import Any

_MODULES = [import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]


def gathered(name: str) -> dict[Any, Any]:
    """What all modules say under one name; the doors of one kind may be told by several modules."""
    found: dict[Any, Any] = {}
    for module in _MODULES:
        for key, told in getattr(module, name, {}).items():
            both = isinstance(told, Mapping) and key in found
            found[key] = {**found[key], **told} if both else told
    return found
