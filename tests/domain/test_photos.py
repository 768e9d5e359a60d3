"""照片: mandatory kinds, days and distances."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import pytest

from app.domain.photos import distance, missing_kinds, notes
from app.domain.samples import Link
from app.domain.sampling_kinds import PhotoKind as K

DAY = date(2026, 11, 18)


@dataclass
class Shot:
    kind: K = K.PLACE
    taken_at: datetime | None = datetime(2026, 11, 18, 9, 0)
    latitude: Decimal | None = Decimal("40.041806")
    longitude: Decimal | None = Decimal("117.400000")


@pytest.mark.parametrize(("link", "have", "missing"), [
    (Link.CIRCULATION, [], [K.PLACE, K.STORAGE, K.SAMPLE, K.SEALED, K.VOUCHER]),
    (Link.CIRCULATION, [K.PLACE, K.STORAGE, K.SAMPLE, K.SEALED, K.VOUCHER], []),
    (None, [K.PLACE, K.OTHER], [K.STORAGE, K.SAMPLE, K.SEALED, K.VOUCHER]),
    (Link.ONLINE, [K.ONLINE], [K.SAMPLE, K.SEALED, K.VOUCHER]),  # no place was visited
])
def test_missing(link, have, missing):
    assert missing_kinds(link, have) == missing


@pytest.mark.parametrize(("shot", "words"), [
    (Shot(), None),
    (Shot(taken_at=datetime(2026, 11, 17, 23, 59)), "不是同一天"),
    (Shot(taken_at=None), None),
    (Shot(K.HANDOVER, datetime(2026, 11, 20, 9, 0)), None),  # a photograph of the receipt is of another day by nature
])
def test_another_day(shot, words):
    found = notes(shot, DAY, [])
    assert (found == []) if words is None else words in found[0]


def test_another_place():
    far = Shot(latitude=Decimal("40.141806"))  # a tenth of a degree north: 11.1 km
    assert notes(far, DAY, [Shot()]) == ["拍摄位置与本样品其他现场照片最远相距 11.1 公里，请核对"]
    assert notes(Shot(latitude=Decimal("40.042000")), DAY, [Shot()]) == []
    assert notes(far, DAY, [Shot(K.HANDOVER)]) == []  # the laboratory is elsewhere


def test_distance_needs_both_places():
    assert distance(Shot(latitude=None), Shot()) is None
    assert distance(Shot(), Shot()) == pytest.approx(0)
    pole, other = Shot(latitude=Decimal(90)), Shot(latitude=Decimal(-90), longitude=Decimal(-180))
    assert distance(pole, other) == pytest.approx(20015, abs=1)
