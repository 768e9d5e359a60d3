"""The queries of the lists of custody, from an address or from what a job kept of it (查询条件)."""

from __future__ import annotations

from collections.abc import Mapping

from app.custody import backup_queries, queries
from app.custody.forms import day, plain
from app.domain.custody import Stage
from app.domain.retention import BackupStage

STAGES = (Stage.TO_SEAL, Stage.TO_HAND_OVER, Stage.TO_RECEIVE, Stage.RECEIVED, Stage.REFUSED)


def filters_asked(asked: Mapping[str, str]) -> queries.Filters:
    """The query of 样品流转 from its address; what it does not know is no condition."""
    known = {queries.OVERDUE, queries.ALL, *(stage.value for stage in STAGES)}
    return queries.Filters(
        stage=asked["stage"] if asked.get("stage") in known else Stage.TO_HAND_OVER.value,
        q=plain(asked.get("q", ""))[:60] or None, laboratory=plain(asked.get("laboratory", ""))[:60] or None,
        sampled_from=day(asked.get("sampled_from")), sampled_to=day(asked.get("sampled_to")),
    )  # fmt: skip


def backup_filters_asked(asked: Mapping[str, str]) -> backup_queries.Filters:
    """The same of 备份样品."""
    known = {backup_queries.ALL, *(stage.value for stage in BackupStage)}
    return backup_queries.Filters(
        stage=asked["stage"] if asked.get("stage") in known else backup_queries.ALL,
        q=plain(asked.get("q", ""))[:60] or None, place=plain(asked.get("place", ""))[:60] or None,
    )  # fmt: skip
