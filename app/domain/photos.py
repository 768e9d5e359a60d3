"""照片: which kinds a sample must have, and what the camera's own time and place give cause to ask."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from app.domain.samples import Link
from app.domain.sampling_kinds import PhotoKind

AT_SAMPLING = (PhotoKind.PLACE, PhotoKind.STORAGE, PhotoKind.SAMPLE, PhotoKind.SEALED, PhotoKind.SHEET)
MANDATORY = (PhotoKind.PLACE, PhotoKind.STORAGE, PhotoKind.SAMPLE, PhotoKind.SEALED, PhotoKind.VOUCHER)
MANDATORY_ONLINE = (PhotoKind.ONLINE, PhotoKind.SAMPLE, PhotoKind.SEALED, PhotoKind.VOUCHER)
EARTH_KM = 6371.0
FAR_KM = 2.0  # pictures of one sampling are taken in one place


class Picture(Protocol):
    """What a rule needs of a photograph."""

    @property
    def kind(self) -> PhotoKind: ...
    @property
    def taken_at(self) -> datetime | None: ...
    @property
    def latitude(self) -> Decimal | None: ...
    @property
    def longitude(self) -> Decimal | None: ...


def missing_kinds(link: Link | None, have: Iterable[PhotoKind]) -> list[PhotoKind]:
    """必备照片 that are not there (第十七条; 网络抽样 第十八条)."""
    needed = MANDATORY_ONLINE if link is Link.ONLINE else MANDATORY
    present = set(have)
    return [kind for kind in needed if kind not in present]


def notes(picture: Picture, sampled_on: date | None, others: Sequence[Picture]) -> list[str]:
    """What to ask about a photograph: another day than the sampling, another place than its fellows."""
    if picture.kind not in AT_SAMPLING:
        return []
    found = []
    if picture.taken_at is not None and sampled_on is not None and picture.taken_at.date() != sampled_on:
        found.append(f"拍摄日期 {picture.taken_at.date()} 与抽样日期 {sampled_on} 不是同一天，请核对")
    distances = [
        kilometres for other in others if other.kind in AT_SAMPLING and (kilometres := distance(picture, other)) is not None
    ]
    if distances and max(distances) > FAR_KM:
        found.append(f"拍摄位置与本样品其他现场照片最远相距 {max(distances):.1f} 公里，请核对")
    return found


def distance(one: Picture, other: Picture) -> float | None:
    """Kilometres between two photographs, where both know their place."""
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        return None
    north, north2 = math.radians(one.latitude), math.radians(other.latitude)
    east = math.radians(other.longitude) - math.radians(one.longitude)
    angle = math.sin((north2 - north) / 2) ** 2 + math.cos(north) * math.cos(north2) * math.sin(east / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(angle)))
