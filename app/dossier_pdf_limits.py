"""What making a dossier may cost (案卷上限): read by the process that asks and by the child that does it."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1 << 20


@dataclass(frozen=True)
class DossierLimits:
    """案卷上限: what making one dossier may cost us, and how much of one attachment goes in."""

    attachment_pages: int = 400
    pages: int = 3000
    memory_bytes: int = 2048 * MEGABYTE
    cpu_seconds: int = 240
    wall_seconds: int = 300
