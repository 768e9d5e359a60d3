"""Quotas of a sampling plan (计划批次) on a grid of five axes: category × area × link × month × 城乡.

A coordinate that is None is not divided: the cell holds all of that axis. Trees (categories, regions) are told by functions
from an id to the ids above it.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.samples import AreaType, Link


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the grid; ids are those of food_category and region, months are 1 to 12."""

    category_id: int | None = None
    region_id: int | None = None
    link: Link | None = None
    month: int | None = None
    area_type: AreaType | None = None

    @property
    def key(self) -> str:
        """The coordinates as one text, "*" for what is not divided: what makes a cell unique within its plan."""
        parts = (
            f"c{self.category_id}" if self.category_id is not None else "",
            f"r{self.region_id}" if self.region_id is not None else "",
            self.link.value if self.link is not None else "",
            f"m{self.month:02d}" if self.month is not None else "",
            self.area_type.value if self.area_type is not None else "",
        )
        return "|".join(part for part in parts if part) or "*"
