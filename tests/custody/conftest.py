"""A sample of the county for the laboratory, the people around it, and pictures as cameras make them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from app import clock
from app.custody.models import CustodyEvent
from app.db import session, transaction
from app.domain.samples import Domain, Link, Monitoring, Purpose, Supervision
from app.domain.sampling_kinds import CustodyKind
from app.domain.workflow import SampleState
from app.sampling.models import Sample

NUMBER = "XBJ26120119000010001"
SEALING = {
    "kind": "封样", "happened_at": "2026-11-18T10:00", "person": "李四", "seal_no": "FT-0001", "backup_seal_no": "FT-0002",
}  # fmt: skip
HANDOVER = {"kind": "移交", "happened_at": "2026-11-18T15:00", "person": "李四", "carrier": "抽样人员携带"}
CHECKS = ["APPEARANCE", "STATE", "SEAL", "SHEET"]
ARRIVAL = {
    "happened_at": "2026-11-19T09:00", "person": "检验员甲", "seal_no": "FT-0001", "backup_seal_no": "FT-0002",
    "temperature": "4.5", "checks": CHECKS,
}  # fmt: skip


def build_sample(office: Any, number: str = NUMBER, **given: Any) -> Sample:
    """A registered sample; runs inside a transaction."""
    values = {
        "org_id": office.orgs["county"].id, "laboratory_org_id": office.orgs["lab"].id, "laboratory": office.orgs["lab"].name,
        "number": number, "state": SampleState.REGISTERED, "purpose": Purpose.SUPERVISION, "domain": Domain.AGRICULTURAL,
        "sampled_name": "长春堂超市", "link": Link.CIRCULATION, "product_name": "油麦菜", "sampled_on": date(2026, 11, 18),
        "samplers": "李四、王五", "quantity": Decimal("1.5"), "quantity_unit": "kg", "backup_quantity": "0.5kg",
        "search_text": number, "created_at": clock.now(), "pending_items": 0,
    } | given  # fmt: skip
    sample = Sample(**values)
    session().add(sample)
    session().flush()
    return sample


@pytest.fixture
def make(office: Any) -> Callable[..., Sample]:
    """``make("X1", state=…)`` -> a sample of the county that goes to the laboratory."""

    def made(number: str = NUMBER, **given: Any) -> Sample:
        with transaction():
            return build_sample(office, number, **given)

    return made


@pytest.fixture
def sample(make: Callable[..., Sample]) -> Sample:
    return make()


@pytest.fixture
def reported(make: Callable[..., Sample]) -> Callable[..., Sample]:
    """``reported("R1", reported_on=…)`` -> a sample with a conclusion."""

    def made(number: str = NUMBER, **given: Any) -> Sample:
        values = {
            "state": SampleState.REPORTED, "supervision": Supervision.PASS, "monitoring": Monitoring.NONE,
            "sampled_on": date(2026, 7, 1), "reported_on": date(2026, 8, 3), "arrived_on": date(2026, 7, 3),
        } | given  # fmt: skip
        return make(number, **values)

    return made


@pytest.fixture
def sampler(office: Any, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(office.people["county:抽样员"])


@pytest.fixture
def lab(office: Any, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(office.people["lab:承检机构"])


@pytest.fixture
def command(app: Flask, office: Any) -> Callable[..., Any]:
    """``flask custody …``, as the local operator or ``--as`` somebody."""
    return lambda *words: app.test_cli_runner().invoke(args=["custody", *map(str, words)])


@pytest.fixture
def handed(sampler: FlaskClient, sample: Sample) -> Sample:
    """The sample sealed and handed over through the pages."""
    for step in (SEALING, HANDOVER):
        answer = sampler.post(f"/custody/samples/{sample.id}/events", data=step)
        assert answer.status_code == 303, complaints(answer)
    return sample


def arrive(client: FlaskClient, sample: Sample, **other: Any) -> Any:
    """Press 接收 (or 拒收 with ``refuse``) on the page as it is now."""
    data = {**ARRIVAL, "version": version_of(sample), **other}
    return client.post(f"/custody/samples/{sample.id}/receive", data={key: value for key, value in data.items() if value is not None})


def version_of(sample: Sample) -> int:
    return session().scalar(sa.select(Sample.version).where(Sample.id == sample.id)) or 0


def again(sample: Sample) -> Sample:
    return session().scalars(sa.select(Sample).where(Sample.id == sample.id).execution_options(populate_existing=True)).one()


def kinds(sample: Sample) -> list[CustodyKind]:
    """Live steps, in the order they happened."""
    statement = sa.select(CustodyEvent.kind).where(CustodyEvent.sample_id == sample.id, CustodyEvent.voided_at.is_(None))
    return list(session().scalars(statement.order_by(CustodyEvent.happened_at, CustodyEvent.id)))


def complaints(answer: Any) -> str:
    """What the page says is wrong."""
    found = re.findall(r'(?:error-summary.*?</ul>|<p class="refusal".*?</p>)', answer.text, re.S)
    return re.sub(r"<[^>]+>|\s+", "", "".join(found)) or answer.text[-1500:]


def jpeg(
    size: tuple[int, int] = (800, 600), *, colour: str = "green", taken: str | None = None, place: tuple[float, float] | None = None,
    turned: int = 1,
) -> bytes:  # fmt: skip
    """A photograph as a phone makes it."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0112] = "HUAWEI", "Mate 60", turned
    if taken:
        exif.get_ifd(0x8769)[0x9003] = taken
    if place:
        gps = exif.get_ifd(0x8825)
        gps[1], gps[2], gps[3], gps[4] = "N", (place[0], 0.0, 0.0), "E", (place[1], 0.0, 0.0)
    kept = io.BytesIO()
    Image.new("RGB", size, colour).save(kept, "JPEG", exif=exif)
    return kept.getvalue()


def png(size: tuple[int, int] = (600, 200), colour: str = "white") -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", size, colour).save(kept, "PNG")
    return kept.getvalue()


def at(written: str) -> datetime:
    return datetime.fromisoformat(written)
