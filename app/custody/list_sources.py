"""样品流转和备份样品 to be taken out; a blind laboratory sees no firm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from app import clock
from app.blinding import shown
from app.custody import asked, backup_queries, exports, queries
from app.custody.clocks import clocks
from app.custody.models import BackupSample
from app.domain.actors import Actor
from app.domain.custody import stage
from app.domain.permissions import Permission
from app.domain.sampling_kinds import CustodyKind
from app.downloads.lists import ListSource, by_key, column, columns_of, register, spoken
from app.sampling.models import Sample

STEPS = (CustodyKind.SEALED, CustodyKind.HANDED_OVER, CustodyKind.RECEIVED, CustodyKind.REFUSED)


def _moving(actor: Actor, part: Sequence[Any], whole: bool) -> Sequence[Any]:
    """A sample beside its chain."""
    chains = queries.chains([row.id for row in part])
    return [(shown(row, actor), chains[row.id]) for row in part]


def _sample(title: str, name: str, kind: Any = "text") -> Any:
    return column(title, lambda taken: getattr(taken[0], name), kind)


def _event(step: CustodyKind) -> Any:
    return column(f"{step.value}时间", lambda taken: next((one.happened_at for one in taken[1] if one.kind is step), None), "moment")


def _backups(actor: Actor, filters: backup_queries.Filters) -> sa.Select[Any]:
    return backup_queries.loaded(backup_queries.chosen_backups(actor, filters, clock.today(), clocks()))


def _kept(actor: Actor, part: Sequence[Any], whole: bool) -> Sequence[Any]:
    today, book = clock.today(), clocks()
    return list(exports.cells([backup_queries.row(one, today, book) for one in part]))


register(
    ListSource(
        code="custody", ticks="ids", title="样品流转", unit="批", permission=Permission.SAMPLE_LIST, endpoints=("custody.index",),
        asked=asked.filters_asked, prepare=_moving,
        words=spoken(
            stage=("环节", lambda asked: {queries.ALL: "全部", queries.OVERDUE: "超期未移交"}.get(asked, asked)),
            q="关键词", laboratory="检验机构", sampled_from="抽样日期自", sampled_to="抽样日期至",
        ),
        fields=(
            _sample("抽样编号", "number"), _sample("样品名称", "product_name"), _sample("被抽样单位名称", "sampled_name"),
            _sample("抽样日期", "sampled_on", "date"), _sample("抽样人员", "samplers"), _sample("检验机构", "laboratory"),
            _sample("状态", "state"), column("流转环节", lambda taken: stage(one.kind for one in taken[1])),
            *(_event(step) for step in STEPS), _sample("所属单位", "org_name"),
        ),
        **by_key(lambda actor, filters: queries.chosen_samples(actor, filters, clock.today()), Sample.id),
    ),
    ListSource(
        code="backups", ticks="ids", title="备份样品", unit="件", permission=Permission.BACKUP_LIST, endpoints=("custody.backups",),
        asked=asked.backup_filters_asked, words=exports.conditions, fields=columns_of(exports.COLUMNS), prepare=_kept,
        **by_key(_backups, BackupSample.id),
    ),
)  # fmt: skip
