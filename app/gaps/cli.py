"""``flask gaps …``: the same list and the same coverage as the pages."""

from __future__ import annotations

from typing import Any

import click
from flask import Flask

from app import clock
from app.commands import Answer, command
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.errors import NotLikeThis
from app.gaps import coverage, exports, forms, listing
from app.gaps.listing import Row
from app.gaps.reading import Books
from app.plans.queries import plans_in_force

gaps = click.Group("gaps", help="下一步抽什么：清单与覆盖缺口")


def register(app: Flask) -> None:
    app.cli.add_command(gaps)


@command(gaps, "list", permission=Permission.PLAN_READ)
@click.option("--plan", "plan_id", metavar="ID", help="计划编号；不填为本单位所有正在执行的计划")
@click.option("--weeks", metavar="N", help="未来几周，默认 4")
@click.option("--link", metavar="LINK", help="抽样环节：生产、流通、餐饮、网络")
@click.option("--area", metavar="CODE", help="乡镇的区划代码")
@click.option("--category", metavar="PATH", help="食品分类，如 食用农产品/蔬菜")
def list_next(
    actor: Actor, plan_id: str | None, weeks: str | None, link: str | None, area: str | None, category: str | None
) -> Answer:
    """按分值列出接下来应抽的食品、乡镇、环节和企业，并说明理由."""
    books = Books()
    args = {"plan_id": plan_id or "", "weeks": weeks or "", "link": link or ""}
    if area:
        args["region_id"] = str(_known(books.regions.id(area.strip()), f"没有区划代码为“{area[:20]}”的区域"))
    if category:
        found_category = books.categories.by_path(category)
        args["category_id"] = str(
            _known(found_category.id if found_category else None, f"没有食品分类“{category[:60]}”")
        )
    today = clock.today()
    found = listing.answer(actor, forms.question(actor, args, today), today)
    data = {
        "today": found.today,
        "weeks": [{"from": week.first, "to": week.last, "working_days": week.working_days} for week in found.weeks],
        "candidates": found.candidates,
        "points": found.points,
        "proved": found.proved,
        "most_possible": found.bound,
        "batches": found.batches,
        "lines": [_line(row, found) for row in found.rows],
        "shortfalls": [
            {"what": one.what, "lacking": one.lacking, "possible": one.possible, "gap": one.gap, "words": one.words}
            for one in found.shortfalls
        ],
        "notes": found.notes,
    }
    return Answer(data, [*(_written(row, found.books) for row in found.rows), *_after(found)])


def _written(row: Row, books: Books) -> str:
    pair = row.place.pair
    return (
        f"{row.rank}　{pair.firm.name}　{exports.food_words(row, books)}　{pair.link.value}　{row.batches} 批　"
        f"{exports.week_words(row)}　{row.points} 分　{exports.reason_words(row)}"
    )


def _after(found: listing.Answer) -> list[str]:
    """What is said below the list."""
    near = [] if found.proved else [f"合计分值比最高可能的 {found.bound} 分最多少 {found.shy}"]
    told = [one.words for one in found.shortfalls]
    return [*near, *told, *found.notes, f"共 {len(found.rows)} 行 {found.batches} 批"]


def _known(number: int | None, sentence: str) -> int:
    if number is None:
        raise NotLikeThis(f"{sentence}，请核对后重试")
    return number


def _line(row: Row, found: listing.Answer) -> dict[str, Any]:
    pair = row.place.pair
    return {
        "rank": row.rank,
        "plan": row.plan.id,
        "enterprise": pair.firm.name,
        "enterprise_id": pair.firm.id,
        "category": exports.food_words(row, found.books),
        "link": pair.link.value,
        "region_id": pair.firm.region_id,
        "batches": row.batches,
        "points": row.points,
        "fit": pair.fit.value,
        "weeks": [
            {
                "from": visit.week.first,
                "to": visit.week.last,
                "batches": visit.batches,
                "laboratory_id": visit.laboratory_id,
            }
            for visit in row.visits
        ],
        "reasons": [{"code": reason.code, "points": reason.points, "words": reason.words} for reason in row.reasons],
        "caps": [head.words for head in row.caps],
    }


@command(gaps, "coverage", permission=Permission.PLAN_READ)
@click.option("--plan", "plan_id", metavar="ID", type=int, help="计划编号；品种按该计划统计")
@click.option("--area", metavar="CODE", help="区划代码，默认本单位所在区域")
@click.option("--year", metavar="YEAR", type=click.IntRange(2000, 2100), help="年份，默认本年")
def show_coverage(actor: Actor, plan_id: int | None, area: str | None, year: int | None) -> Answer:
    """获证在产企业和品种的抽检覆盖率，及未抽到的名单."""
    books, year = Books(), year or clock.today().year
    plan = next((one for one in plans_in_force(actor, year) if one.id == plan_id), None)
    if plan_id is not None and plan is None:
        raise NotLikeThis("没有找到正在执行的该计划，请核对计划编号和年份")
    region_id = (
        _known(books.regions.id(area.strip()), f"没有区划代码为“{area[:20]}”的区域")
        if area
        else coverage.own_area(actor, books, plan)
    )
    found = coverage.covered(actor, region_id, year, books, plan)
    data = {
        "area": found.area.code,
        "year": year,
        "plan": plan_id,
        "producers": _figure(found.producers)
        | {"missing": [{"id": row.id, "name": row.name} for row in found.missing_producers]},
        "categories": _figure(found.kinds) | {"missing": list(found.missing_kinds)},
    }
    lines = [
        f"{found.area.name}　{year}年",
        f"获证在产企业覆盖率 {found.producers.shown}（{found.producers.numerator}/{found.producers.denominator}）",
        *(f"　未抽到的企业：{row.name}" for row in found.missing_producers),
        f"品种覆盖率 {found.kinds.shown}（{found.kinds.numerator}/{found.kinds.denominator}）",
        *(f"　未抽到的品种：{path}" for path in found.missing_kinds),
    ]
    return Answer(data, lines)


def _figure(figure: Any) -> dict[str, Any]:
    return {"covered": figure.numerator, "of": figure.denominator, "rate": figure.display}
