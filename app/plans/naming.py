"""Cells of a plan in words, and the trees they lie in: categories, and the regions inside the plan's area."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app import clock
from app.domain.quota_lattice import Trees
from app.domain.quotas import PLAN, Cell
from app.plans.models import SamplingPlan
from app.reference_data import standing
from app.reference_data.books import category_book, region_book
from app.reference_data.naming import CategoryBook
from app.reference_data.region_names import RegionBook
from app.reference_data.standing import WordKind

WHOLE = "全计划"
LONGEST = 400  # characters of a name worth looking up


class Ground:
    """What the cells of one plan may refer to; made once per request."""

    def __init__(
        self, region_id: int, categories: CategoryBook | None = None, regions: RegionBook | None = None, year: int | None = None
    ) -> None:
        self.area_id = region_id
        self.categories = categories if categories is not None else category_book()
        self.regions = regions if regions is not None else region_book()
        self.on = max(clock.today(), date(year, 1, 1)) if year else clock.today()  # from when what is planned is sampled
        self.trees = Trees(self.category_line, self.region_line)

    def category_line(self, category_id: int) -> tuple[int, ...]:
        """From the 大类 down to the category."""
        line: list[int] = []
        above: int | None = category_id
        while above is not None:
            line.append(above)
            above = self.categories.by_id(above).parent_id
        return tuple(reversed(line))

    def region_line(self, region_id: int) -> tuple[int, ...]:
        """From just below the plan's area down to the region; nothing for the area itself."""
        line = tuple(reversed(self.regions.up(region_id)))
        return line[line.index(self.area_id) + 1 :] if self.area_id in line else line

    def knows_category(self, category_id: int | None) -> bool:
        return category_id is None or category_id in self.categories

    def holds_region(self, region_id: int | None) -> bool:
        """Does the region lie inside the plan's area, below it?"""
        return region_id is None or (region_id != self.area_id and region_id in self.regions and self.area_id in self.regions.up(region_id))

    def complaint(self, cell: Cell) -> str | None:
        """Why the cell cannot be one of this plan's."""
        if not self.knows_category(cell.category_id):
            return "没有这个食品分类：请从食品分类表中选择"
        if not self.holds_region(cell.region_id):
            return f"该区域不在计划区域“{self.regions.name(self.area_id)}”之内"
        return None

    def retired(self, cell: Cell) -> str | None:
        """Why nothing new may be planned for the cell: its category or region is retired."""
        found = standing.ended(WordKind.CATEGORY, cell.category_id, self.on) or standing.ended(WordKind.REGION, cell.region_id, self.on)
        return found.remedy if found is not None else None

    def words(self, cell: Cell) -> str:
        """粮食加工品/小麦粉 · 渔阳镇 · 流通 · 3月."""
        if cell == PLAN:
            return WHOLE
        parts = [
            self.categories.by_id(cell.category_id).path if cell.category_id is not None else None,
            self.region_name(cell.region_id) if cell.region_id is not None else None,
            cell.link.value if cell.link is not None else None,
            f"{cell.month}月" if cell.month is not None else None,
            cell.area_type.value if cell.area_type is not None else None,
        ]
        return " · ".join(part for part in parts if part)

    def region_name(self, region_id: int) -> str:
        return self.regions.name(region_id)

    def sort_key(self, cell: Cell) -> tuple[object, ...]:
        """The order of lists and exports: the whole before its parts, categories in the order of the official list."""
        line = self.category_line(cell.category_id) if cell.category_id is not None else ()
        region = self.regions.code(cell.region_id) if cell.region_id is not None else ""
        return (line, region, cell.link or "", cell.month or 0, cell.area_type or "")

    def region_label(self, region_id: int) -> str:
        """A name that tells the region from others inside the area."""
        name = self.regions.name(region_id)
        same = sum(1 for number in self.inside() if self.regions.name(number) == name)
        return name if same == 1 else self.regions.full_name(region_id)

    def category_meant(self, written: str) -> tuple[int | None, str | None]:
        """The category a table means, or why it means none."""
        meant = self.categories.resolve(written) if len(written) <= LONGEST else None
        if meant is None:
            return None, "没有这个食品分类：请从模板的下拉列表中选择"
        if not meant.exact:
            return None, f"没有完全识别这个食品分类（识别到“{meant.path}”）：请从模板的下拉列表中选择"
        return meant.id, None

    def region_meant(self, written: str) -> tuple[int | None, str | None]:
        """The region a table means; the plan's own area is undivided."""
        area = self.regions.name(self.area_id)
        meant = self.region_named(written.strip()) if len(written) <= LONGEST else None
        if meant == self.area_id:
            return None, None
        if meant is None:
            return None, f"没有识别出该区域：请填写“{area}”之内的区域名称，不分区域的留空"
        return (meant, None) if self.holds_region(meant) else (None, f"该区域不在计划区域“{area}”之内")

    def category_paths(self) -> Sequence[str]:
        book, gone = self.categories, standing.not_offered(WordKind.CATEGORY, self.on)
        return [book.by_id(number).path for root in book.roots() for number in sorted(book.below(root.id) - gone)]

    def region_names(self) -> Sequence[str]:
        """Names of what lies inside the area, by code."""
        gone = standing.not_offered(WordKind.REGION, self.on)
        return [self.region_label(number) for number in self.inside() if number not in gone]

    def inside(self) -> Sequence[int]:
        return sorted(self.regions.below(self.area_id) - {self.area_id}, key=self.regions.code)

    def region_named(self, written: str) -> int | None:
        """The region inside the area that is meant; the area itself is the area's id."""
        found = [number for number in self.inside() if self.regions.name(number) == written]
        if len(found) == 1:
            return found[0]
        meant, exact = self.regions.resolve(written)
        return meant if exact else None


def ground(plan: SamplingPlan) -> Ground:
    return Ground(plan.region_id, year=plan.year)
