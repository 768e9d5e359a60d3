"""Searching a million samples (全局检索): common, rare and absent words, initials and parts of numbers, on both databases.

The floors are the index alone, asked straight on the driver (``raw``), and the pattern LIKE '%…%' over the whole column, which was
the way before. The data set is the province's, with names as firms bear them.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from bench.databases import Database, opened, prepared
from bench.frame import Report, alternately, arguments, chosen, repeated
from bench.import_floors import connect

GOAL = "≤ 10 ms"
MOST = 100
CHUNK = 20_000
PLACES = ("蓟州区", "静海区", "滨海新区", "宝坻区", "武清区", "宁河区", "河西区", "北辰区")
GIVEN = "恒源谷沃禾芸岭榆澄棠晟润溪川苑盈达香满安隆樟和康舟顺宜佳沐重长乐文昌渔阳华丰瑞祥福泰永兴金玉明德广盛宏泽春秋山海"
TRADES = (
    ("超市", 24), ("生鲜超市", 14), ("小吃店", 12), ("粮油店", 10), ("农产品经营部", 10), ("食品有限公司", 8), ("饭店", 8),
    ("快餐店", 6), ("商贸有限公司", 5), ("（天津）食品科技有限公司", 2), ("豆腐坊", 1),
)  # fmt: skip
FOODS = (
    "芹菜", "韭菜", "普通白菜", "油麦菜", "豇豆", "鸡蛋", "鲫鱼", "猪肉", "大米", "小麦粉", "花生油", "酱油", "食醋", "白酒", "月饼",
    "面包", "豆腐", "纯牛奶", "蜂蜜", "辣椒酱", "自制卤猪蹄", "小米椒", "油条", "包子",
)  # fmt: skip
QUESTIONS = (
    ("two characters, everywhere", "超市"), ("two characters, absent", "龙凤"), ("a long name, everywhere", "食品有限公司"),
    ("a rare name", "豆腐坊"), ("one firm", "蓟州区恒顺生鲜超市"), ("absent, of common pairs", "超市食品"),
    ("without its brackets", "天津食品科技"), ("two words", "豆腐 静海"), ("initials, two", "cs"), ("initials, four", "hsxc"),
    ("initials, absent", "qqxxq"), ("end of a number", "54321ZX"), ("part of a number", "120225"), ("number, absent", "999999999"),
    ("code", "MA0000A1B"), ("two letters", "ZX"),
)  # fmt: skip


def registered(kind: str, rows: int) -> Database:
    """The data set on one of the databases."""
    return prepared(kind, f"search_{rows}", lambda actor: _fill(actor, rows))


def _fill(actor: Any, rows: int) -> None:
    from app.db import insert_many, transaction
    from app.sampling.models import Sample

    every = _rows(random.Random(811), actor.org_id, rows)
    while chunk := list(islice(every, CHUNK)):
        with transaction():
            insert_many(Sample.__table__, chunk)  # type: ignore[arg-type]


def _rows(draw: random.Random, org_id: int, rows: int) -> Iterator[dict[str, Any]]:
    from datetime import date, datetime

    from app.domain.samples import Domain, Link, Purpose, Supervision
    from app.domain.workflow import SampleState
    from app.sampling.search import search_text_of

    trades, weights = zip(*TRADES, strict=True)
    firms = [
        (
            f"{draw.choice(PLACES)}{draw.choice(GIVEN)}{draw.choice(GIVEN)}{draw.choices(trades, weights)[0]}",
            f"91120225MA{draw.randrange(16**8):08X}",
        )
        for _ in range(60_000)
    ]  # fmt: skip
    for number in range(1, rows + 1):
        (shop, code), (maker, _) = draw.choice(firms), draw.choice(firms)
        words = {
            "number": f"XBJ{17 + number * 10 // (rows + 1)}120225{300 + number % 90}3{number % 10**6:06d}ZX", "sampled_name": shop,
            "producer_name": maker, "product_name": draw.choice(FOODS), "sampled_credit_code": code,
        }  # fmt: skip
        yield {
            "id": number, "org_id": org_id, "state": SampleState.REPORTED, "purpose": Purpose.SUPERVISION, "domain": Domain.FOOD,
            "link": Link.CIRCULATION, "sampled_on": date(2026, 11, 1), "reported_on": date(2026, 11, 20), "supervision": Supervision.PASS,
            "pending_items": 0, "search_text": search_text_of(words), "created_at": datetime(2026, 11, 20), "version": 1, **words,
        }  # fmt: skip


def _asking(typed: str) -> Callable[[], Any]:
    from app.db import session
    from app.search.postings import SAMPLES, newest
    from app.search_text import words_of

    def ask() -> Any:
        try:
            return newest(SAMPLES, words_of(typed), MOST)
        finally:
            session().rollback()

    return ask


def _raw(database: Database, connection: Any, typed: str) -> Callable[[], Any]:
    """The index alone: the first ids that it proposes."""
    from app.domain.search_grams import asked
    from app.search.postings import CODES, _match
    from app.search_text import words_of

    wanted = [terms for word in words_of(typed) if (terms := asked(word))]
    if database.kind == "sqlite":
        statement = f"SELECT rowid FROM sample_grams WHERE sample_grams MATCH ? ORDER BY rowid DESC LIMIT {MOST}"
        return lambda: connection.execute(statement, [_match(wanted)]).fetchall()
    having = " AND ".join(f"({' OR '.join('grams @> %s::int4[]' for _ in terms)})" for terms in wanted)
    values = [[CODES[gram] for gram in grams] for terms in wanted for grams in terms]
    statement = f"SELECT id FROM sample_grams WHERE {having} ORDER BY id DESC LIMIT {MOST}"
    return lambda: connection.execute(statement, values).fetchall()


def _like(database: Database, connection: Any, typed: str) -> Callable[[], Any]:
    from app.search_text import words_of

    mark = "?" if database.kind == "sqlite" else "%s"
    words = words_of(typed)
    having = " AND ".join(f"search_text LIKE {mark}" for _ in words)
    statement = f"SELECT id FROM sample WHERE {having} ORDER BY id DESC LIMIT {MOST}"
    return lambda: connection.execute(statement, [f"%{word}%" for word in words]).fetchall()


def measure(report: Report, database: Database) -> None:
    connection = connect(database)
    server = database.kind != "sqlite"
    with opened(database) as actor:
        for name, typed in QUESTIONS:
            paths = {"ours": repeated(_asking(typed)), "raw": repeated(_raw(database, connection, typed))}
            medians = alternately(report.options.times, paths, warm=True)
            report.compare(f"{name}: against the index alone, {database.kind}", medians["ours"], medians["raw"], GOAL, server=server)
            before = {"ours": paths["ours"], "like": repeated(_like(database, connection, typed))}
            old = alternately(report.options.times, before, warm=True)
            report.compare(f"{name}: against LIKE, {database.kind}", old["ours"], old["like"], GOAL, server=server)
        _pages(report, database, actor)
    connection.close()


def _pages(report: Report, database: Database, actor: Any) -> None:
    """What a reader waits for: the first page of the list under a search, and everything that the box finds."""
    from app.db import session
    from app.sampling.queries import Filters, samples
    from app.search.queries import everything

    def kept(ask: Callable[[], Any]) -> Callable[[], Any]:
        def asked() -> Any:
            try:
                return ask()
            finally:
                session().rollback()

        return repeated(asked)

    for name, typed in (("everywhere", "超市"), ("absent", "龙凤"), ("number", "54321ZX")):
        paths = {
            "list": kept(lambda typed=typed: samples(actor, Filters(q=typed))), "box": kept(lambda typed=typed: everything(actor, typed)),
            "bare": kept(lambda: samples(actor, Filters())),
        }  # fmt: skip
        medians = alternately(report.options.times, paths, warm=True)
        server = database.kind != "sqlite"
        report.compare(f"list, first page, {name}, {database.kind}", medians["list"], medians["bare"], "< 300 ms", server=server)
        report.compare(f"search box, {name}, {database.kind}", medians["box"], medians["bare"], "< 300 ms", server=server)


def main() -> None:
    options = arguments(__doc__ or "", rows=1_000_000, databases=True).parse_args()
    report = Report("search", options)
    for kind in chosen(options):
        measure(report, registered(kind, options.rows))
    report.finish()


if __name__ == "__main__":
    main()
