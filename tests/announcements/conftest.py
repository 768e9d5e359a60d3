"""Published lists to upload, and the enterprises and samples of a county that they name."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app import clock
from app.announcements.models import ExternalFinding
from app.db import session, transaction
from app.enterprises.models import Enterprise, EnterpriseStatus
from app.results.models import ImportBatch
from app.search_text import initials

HEADER = (
    "抽样编号", "序号", "标称生产企业名称", "被抽样单位名称", "被抽样单位地址", "食品名称", "生产日期/批号", "不合格项目║检验结果║标准值",
    "分类", "公告号", "公告日期", "任务来源/项目名称",
)  # fmt: skip


def row_of(serial: int, **changes: str) -> dict[str, str]:
    """A line of a 不合格 list."""
    cells = (
        f"GBJ2612011900001{serial:04d}", str(serial), "清源食品有限公司", "明月超市", "明月县二路", f"酱油{serial}", "2026-03-01",
        "铅(以Pb计)║0.5mg/kg║≤0.2mg/kg", "调味品", "2026年第5号", "2026-05-30", "国抽",
    )  # fmt: skip
    return dict(zip(HEADER, cells, strict=True)) | changes


def as_csv(rows: Sequence[dict[str, str]], encoding: str = "utf-8-sig") -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([HEADER, *([row.get(title, "") for title in HEADER] for row in rows)])
    return text.getvalue().encode(encoding)


def upload(client: FlaskClient, content: bytes, name: str = "公示.csv") -> Any:
    return client.post("/announcements/import", data={"file": (io.BytesIO(content), name)})


def newest() -> ImportBatch:
    return session().scalars(
        sa.select(ImportBatch).order_by(ImportBatch.id.desc()).execution_options(populate_existing=True)
    ).first()  # type: ignore[return-value]


def step(client: FlaskClient, what: str, batch: ImportBatch | None = None, **fields: Any) -> Any:
    batch = batch or newest()
    return client.post(f"/announcements/import/{batch.id}/{what}", data={"version": batch.version} | fields)


def bring_in(client: FlaskClient, rows: Sequence[dict[str, str]]) -> list[ExternalFinding]:
    """Upload and confirm."""
    assert upload(client, as_csv(rows)).status_code == 303
    answer = step(client, "confirm")
    assert answer.status_code == 303, answer.text
    return every()


def every() -> list[ExternalFinding]:
    """Findings that stand, in the order of their import."""
    statement = sa.select(ExternalFinding).where(ExternalFinding.voided_at.is_(None)).order_by(ExternalFinding.id)
    return list(session().scalars(statement.execution_options(populate_existing=True)))


@pytest.fixture
def firm(office: Any) -> Callable[..., Enterprise]:
    """An enterprise in the register of one of the offices."""

    def make(name: str, org: str = "county", code: str | None = None) -> Enterprise:
        with transaction():
            made = Enterprise(
                org_id=office.orgs[org].id, name=name, initials=initials(name), credit_code=code, status=EnterpriseStatus.ACTIVE,
                created_at=clock.now(),
            )  # fmt: skip
            session().add(made)
        return made

    return make


@pytest.fixture
def clerk(office: Any, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(office.people["county:抽样员"])


@pytest.fixture
def stranger(office: Any, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(office.people["other:抽样员"])
