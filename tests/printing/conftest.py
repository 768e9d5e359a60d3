"""Samples to print documents of."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from docx import Document
from flask.testing import FlaskClient

from app import clock
from app.db import session, transaction
from app.domain.samples import Domain, Link, Purpose
from app.domain.workflow import SampleState
from app.sampling.models import PersonalDatum, Sample

NUMBER = "XBJ26120225830430012"


@pytest.fixture
def take(office: Any) -> Callable[..., Sample]:
    """A sample of the county, with a contact and his phone."""

    def make(number: str = NUMBER, org: str = "county", people: bool = True, **given: Any) -> Sample:
        values = {
            "number": number, "org_id": office.orgs[org].id, "state": SampleState.REGISTERED, "purpose": Purpose.SUPERVISION,
            "domain": Domain.FOOD, "product_name": "五香<豆干> & 卤味", "sampled_name": "蓟州区好又多生活超市", "link": Link.CIRCULATION,
            "sampled_on": date(2026, 11, 2), "samplers": "张三、李四", "quantity": Decimal("2.50"), "quantity_unit": "kg",
            "backup_quantity": "1", "sampling_unit": "蓟州区市场监督管理局", "laboratory": "衡清食品检验中心", "search_text": number,
            "created_at": clock.now(), "pending_items": 0, "laboratory_org_id": office.orgs["lab"].id,
            "extra": {"平台名称": "天天优选"},
        } | given  # fmt: skip
        with transaction():
            made = Sample(**values)
            session().add(made)
            session().flush()
            for field, value in (("sampled_contact", "赵六"), ("sampled_phone", "13812341234")) if people else ():
                session().add(
                    PersonalDatum(org_id=made.org_id, subject_kind="sample", subject_id=made.id, field=field, value=value)
                )
        return made

    return make


@pytest.fixture
def clerk(office: Any, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(office.people["county:抽样员"])


@pytest.fixture
def stranger(office: Any, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(office.people["other:抽样员"])


@pytest.fixture
def admin(office: Any, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(office.people["county:系统管理员"])


def words(content: bytes) -> str:
    """Every word of a document, as Word's own library reads it."""
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
