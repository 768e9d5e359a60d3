"""食品分类 and 抽样地 of samples in lists taken out: the known name, or the one on the sheet; named once for all samples of a list."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.downloads.lists import Part
from app.reference_data.books import category_book, region_book

OF_CATEGORY = ("category_id", "category_written")
OF_REGION = ("region_id", "sampled_region_written")


def categories_of(part: Part) -> Sequence[int | str | None]:
    """By sample the id of its category, else what was written."""
    return [known or written for known, written in zip(part["category_id"], part["category_written"], strict=True)]


def categories_named() -> Callable[[int], str]:
    """Id -> the whole path of a category."""
    book = category_book()
    return lambda category_id: book.by_id(category_id).path


def regions_of(part: Part) -> Sequence[int | str | None]:
    """By sample the id of the place of sampling, else what was written."""
    return [known or written for known, written in zip(part["region_id"], part["sampled_region_written"], strict=True)]


def regions_named() -> Callable[[int], str]:
    """Id -> 贵州省六盘水市钟山区."""
    return region_book().full_name
