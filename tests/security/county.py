"""The living county with a record of every kind that a year of it does not bring, for tests that attack all of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock
from app.accounts.models import UserCertificate
from app.api.models import ApiKey
from app.db import engine, session, transaction
from app.desk.models import SavedView
from app.domain.workflow import TABLES
from app.errors import Refused
from app.organisations.models import Organisation
from app.sampling.models import Sample, SheetTemplate
from app.turnaround.models import ReportAgreement
from tests.conftest import Furnished, _lent, make_app, make_office
from tests.county import alone, shared_folder, the_county
from tests.flows.standing import MAKE, MODELS
from tests.security import strict
from tests.security.people import County

LACKING = (
    "clock_change", "penalty", "credit_listing", "rule_exemption", "result_review", "security_alert", "reference_change", "risk_rule_set",
    "risk_run", "enterprise_merge", "import_batch",
)  # fmt: skip


@pytest.fixture
def county(furnished: Furnished, seeded: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    """On SQLite, as strict about values as PostgreSQL."""
    shared = shared_folder(tmp_path_factory)
    with alone(shared / "attacked-county") as place:
        if not place.joinpath("made").exists():
            the_county(shared, seeded).settle(place)
            with make_app(place).app_context():
                _supplement()
                engine().dispose()
            place.joinpath("made").touch()
    shutil.copytree(place, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("made"))
    for app in _lent(furnished, furnished.anew(tmp_path)):
        strict.listen(engine())
        try:
            yield County(app)
        finally:
            strict.unlisten(engine())
            strict.REFUSED.clear()


def _supplement() -> None:
    """The office of the other tests beside the county, and there what the county lacks, in as many states as stand side by side."""
    with transaction():
        session().execute(sa.update(Organisation).where(Organisation.parent_id.is_not(None)).values(code="D" + Organisation.code))
    with transaction():
        office: Any = make_office()
    for kind in LACKING:
        for state in {arrow.to: None for arrow in TABLES[kind].values()}:
            with transaction():  # the samples of the standing records all bear one number
                session().execute(sa.update(Sample).where(Sample.org_id == office.orgs["county"].id).values(number=Sample.number + "Z"))
            try:
                with transaction():
                    MAKE[kind](office, state)
            except (Refused, sa.exc.IntegrityError):
                session().rollback()
    with transaction():
        _kept(office)
    missing = [kind for kind in LACKING if not session().scalar(sa.select(sa.func.count()).select_from(MODELS[kind]))]
    assert missing == []


def _kept(office: Any) -> None:
    """What a person keeps: a key, a saved query, a template of sheets, a certificate that waits; and an agreement of the bureau."""
    org, now = office.orgs["county"].id, clock.now()
    sampler = office.people["county:抽样员"].id
    session().add_all([
        ApiKey(org_id=org, user_id=sampler, name="LIMS", prefix="a" * 10, secret_sha256="a" * 64, scopes=[], per_minute=60, created_at=now),
        SavedView(org_id=org, created_by_id=sampler, list_code="samples", name="本月", query="state=all", created_at=now),
        UserCertificate(
            org_id=org, user_id=sampler, fingerprint="b" * 64, serial="1F", subject="CN=x", issuer="CN=x", from_on=date(2026, 1, 1),
            until_on=date(2027, 12, 31), reason="本人当面核实", proposed_at=now,
        ),
        SheetTemplate(org_id=org, user_id=sampler, name="超市", fields={}, created_at=now),
        ReportAgreement(
            org_id=org, laboratory_org_id=office.orgs["lab"].id, working_days=15, valid_from=date(2026, 1, 1), document_no="协〔2026〕1号",
            recorded_at=now,
        ),
    ])  # fmt: skip
