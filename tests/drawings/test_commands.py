"""flask drawing run | replay | show."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.db import session, transaction
from app.domain import drawing as rules
from app.drawings.models import Drawing, DrawingEntry


def run(app: Any, *args: str) -> tuple[int, Any, str]:
    result = app.test_cli_runner().invoke(args=["drawing", *args])
    return result.exit_code, json.loads(result.stdout) if result.stdout.startswith(("{", "[")) else None, result.stderr


def test_a_draw_and_the_same_again(app: Any, shops: Any):
    code, told, _ = run(app, "run", "--kind", "enterprise", "--region", "120119", "--take", "3", "--word", "3 1 7", "--json")
    assert code == 0
    assert len(told["drawn"]) == 3 and told["entries"] == 6
    assert told["seed"] == rules.seed(bytes.fromhex(told["secret"]), told["pool_sha256"], "3 1 7")
    assert rules.commitment(bytes.fromhex(told["secret"])) == told["commitment"]
    assert run(app, "replay", str(told["id"]), "--json")[:2] == (0, {"same": True})
    code, shown, _ = run(app, "show", str(told["id"]), "--json")
    assert code == 0 and [each["code"] for each in shown["drawn"]] == [each["code"] for each in told["drawn"]]


def test_replay_names_what_differs_and_exits_1(app: Any, shops: Any):
    told = run(app, "run", "--take", "1", "--word", "3 1 7", "--json")[1]
    winner = session().scalars(sa.select(DrawingEntry).where(DrawingEntry.drawn_rank == 1)).one()
    table = sa.inspect(DrawingEntry).local_table
    with transaction():
        session().execute(sa.update(table).where(table.c.id == winner.id).values(name="换掉的店"))
    code, answer, said = run(app, "replay", str(told["id"]), "--json")
    assert code == 1
    assert answer["same"] is False and "换掉的店" in answer["differences"][0]
    assert "换掉的店" in said


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", '[{"code":"a","name":"甲"},{"code":"b","name":"乙","weight":5},{"code":"c","name":"丙","excluded":"回避"}]'),
        ("b.json", '{"entries":[{"code":"a","name":"甲"},{"code":"b","name":"乙","weight":5},{"code":"c","name":"丙","excluded":"回避"}]}'),
        ("c.csv", "代码,名称,权重,排除理由\na,甲,,\nb,乙,5,\nc,丙,,回避\n"),
        ("d.csv", "\ufeffcode,name,weight,excluded\nb,乙,5,\na,甲,1,\nc,丙,1,回避\n"),
    ],
)
def test_a_pool_from_a_file(app: Any, tmp_path: Path, name: str, content: str):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    code, told, said = run(app, "run", "--pool", str(path), "--take", "2", "--word", "词", "--json")
    assert code == 0, said
    assert sorted(each["code"] for each in told["drawn"]) == ["a", "b"]
    assert told["entries"] == 3
    pool = session().scalars(sa.select(Drawing)).one()
    assert (told["pool_sha256"], len(told["pool_sha256"])) == (pool.pool_sha256, 64)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[]", "没有对象"),
        ("[{", "不是有效的 JSON"),
        ('[{"name":"甲"}]', "第 1 个对象缺少代码"),
        ('[{"code":"a","name":"甲","weight":"1.5"}]', "权重“1.5”不是整数"),
        ('[{"code":"a"},{"code":"a"}]', "代码重复：a"),
        ('[3]', "无法读取"),
        ("code,name\n", "没有对象"),
    ],
)
def test_a_bad_file_draws_nothing(app: Any, tmp_path: Path, content: str, words: str):
    path = tmp_path / "pool"
    path.write_text(content, encoding="utf-8")
    code, told, said = run(app, "run", "--pool", str(path), "--take", "1", "--word", "词", "--json")
    assert (code, told) == (1, None)
    assert words in said
    assert session().scalar(sa.select(sa.func.count()).select_from(Drawing)) == 0


def test_exclusions_are_given_with_a_reason(app: Any, shops: Any):
    first = f"E{shops[0].id}"
    assert run(app, "run", "--take", "1", "--word", "词", "--exclude", first)[0] == 1
    assert run(app, "run", "--take", "1", "--word", "词", "--exclude", "没有=回避")[0] == 1
    code, told, _ = run(app, "run", "--take", "5", "--word", "词", "--exclude", f"{first}=回避", "--json")
    assert code == 0 and first not in {each["code"] for each in told["drawn"]}


@pytest.mark.parametrize("args", [("--take", "99", "--word", "词"), ("--take", "0", "--word", "词"), ("--take", "1", "--word", " ")])
def test_what_cannot_be_drawn_exits_1(app: Any, shops: Any, args: tuple[str, ...]):
    code, told, said = run(app, "run", *args, "--json")
    assert (code, told) == (1, None) and said.strip()


def test_somebody_without_the_permission(app: Any, office: Any, shops: Any):
    assert run(app, "run", "--take", "1", "--word", "词", "--as", "county-sampler")[0] == 1
    told = run(app, "run", "--take", "1", "--word", "词", "--as", "county-statistician", "--json")[1]
    assert run(app, "replay", str(told["id"]), "--as", "county-sampler")[0] == 0
    assert run(app, "replay", str(told["id"]), "--as", "other-statistician")[0] == 1
    assert run(app, "replay", "999999999")[0] == 1
