"""How far the history and the anchors have been sent."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class SyslogCursor(Base):
    """One row. ``busy_until`` keeps other workers away while one is sending; a worker that died is waited for no longer than that."""

    __tablename__ = "syslog_cursor"

    seq: Mapped[int]  # the last entry of the history that was sent or is none to be sent
    anchor_id: Mapped[int]
    busy_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    fault: Mapped[str | None] = mapped_column(sa.String(300))
