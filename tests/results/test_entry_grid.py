"""The entry grid: proposed items, required ones, pasted blocks, live verdicts, drafts, the next sample, the command."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.db import session
from app.results.models import ResultReport
from app.sampling.models import FormDraft, Sample
from tests.results.material import count, register_sample, rows_of
from tests.results.planned import FOOD, ONE, TWO, planned_samples
from tests.results.test_report_entry import item, typed

REASON = "样品量不足，经组织单位同意不检"


@pytest.fixture
def samples(office: Any) -> list[int]:
    return planned_samples(office)


@pytest.fixture
def lab(office: Any, sign_in: Any) -> Any:
    return sign_in(office.people["lab:承检机构"])


def version(sample_id: int) -> int:
    return session().get_one(Sample, sample_id, populate_existing=True).version


def send(lab: Any, sample_id: int, rows: list[dict[str, str]], button: str = "save", **fields: str) -> Any:
    return lab.post(f"/samples/{sample_id}/results", data=typed(rows, button, version(sample_id), **fields))


def test_the_items_of_the_plan_are_there_before_anybody_types(lab: Any, samples: list[int]) -> None:
    page = lab.get(f"/samples/{samples[0]}/results").text
    assert "抽检计划的检验项目组" in page and page.count('title="必检项目"') == 2
    for text in ("毒死蜱", "克百威", "阿维菌素", "GB 23200.113-2018", "0.05"):
        assert f'value="{text}"' in page


def test_a_required_item_needs_a_result_or_a_reason(lab: Any, samples: list[int]) -> None:
    """C13: the optional item is left blank; the required one that was taken out of the grid comes back with its sentence."""
    refused = send(lab, samples[0], [item("毒死蜱", "未检出"), item("阿维菌素", "", "")])
    assert (refused.status_code, count(ResultReport)) == (422, 0)
    assert refused.text.count("必检项目“克百威”没有检验结果") >= 2 and 'value="克百威"' in refused.text  # above and in its cell
    assert '<td class="cell-fault">' in refused.text
    short = send(lab, samples[0], [item("毒死蜱", "未检出"), item("克百威", "", "", note="没样")])
    assert short.status_code == 422 and "不少于 4 个字" in short.text
    rows = [item("毒死蜱", "未检出"), item("阿维菌素", "", ""), item("克百威", "", "", note=REASON)]
    assert send(lab, samples[0], rows).status_code == 303
    assert [(row["item"], row["verdict"].value, row["note"]) for row in rows_of(ONE)] == [
        ("毒死蜱", "合格项", None), ("克百威", "未检验", REASON),
    ]  # fmt: skip
    second = send(lab, samples[0], [item("铅", "0.01")], report_no="BG2")
    assert second.status_code == 303, "the items of the first report are asked for once"


def test_the_next_sample_that_waits(lab: Any, samples: list[int]) -> None:
    rows = [item("毒死蜱", "未检出"), item("克百威", "未检出")]
    answer = send(lab, samples[0], rows, "save_next")
    assert answer.headers["Location"].endswith(f"/samples/{samples[1]}/results")
    said = f'已保存样品 {ONE} 的检验报告，共 2 项（<a href="/sampling/{samples[0]}">查看样品</a>）'
    page = lab.get(answer.headers["Location"]).text
    assert said in page
    assert 'id="reports"' in lab.get(f"/sampling/{samples[0]}").text
    answer = send(lab, samples[1], rows, "save_next", report_no="BG2")
    assert answer.headers["Location"].endswith("/sampling/?state=registered")
    assert "没有其他待出报告的样品" in lab.get(answer.headers["Location"]).text


def test_verdicts_are_asked_of_the_server_and_nothing_is_saved(lab: Any, samples: list[int]) -> None:
    data = typed([item("毒死蜱", "0.32", "", max_limit="0.02"), item("克百威", "x", "", max_limit="0.02"), item("", "1")])
    data |= {"report_no": "", "reported_on": ""}  # not filled in yet
    told = lab.post(f"/samples/{samples[0]}/results/verdicts", data=data).get_json()
    assert [told["lines"][line]["word"] for line in "123"] == ["不合格项", "不判定项", "有误"] and told["conclusion"] == ""
    data = typed([item("毒死蜱", "0.32", "", max_limit="0.02"), item("克百威", "未检出", "", max_limit="0.02")])
    told = lab.post(f"/samples/{samples[0]}/results/verdicts", data=data).get_json()
    assert [told["lines"][line]["word"] for line in "12"] == ["不合格项", "合格项"] and "监督“不合格”" in told["conclusion"]
    assert count(ResultReport) == 0


def test_a_block_from_excel_without_a_script(lab: Any, samples: list[int]) -> None:
    block = "检验项目\t检验结果\t结果判定\n毒死蜱\t0.01\t合格\n铅\t0.05\t合格\n"
    page = send(lab, samples[0], [item("毒死蜱", "", "")], "paste", block=block).text
    assert 'value="0.01"' in page and 'value="铅"' in page and page.count('value="合格项"') >= 2
    assert "没有读到内容" in send(lab, samples[0], [], "paste", block=" ").text
    preview = send(lab, samples[0], [item("毒死蜱", "0.01", "合格")], "preview")
    assert 'value="合格项"' in preview.text and preview.status_code == 200


def test_a_draft_is_kept_offered_and_gone(lab: Any, office: Any, sign_in: Any, samples: list[int]) -> None:
    address = f"/samples/{samples[0]}/results"
    data = typed([item("毒死蜱", "0.017", "")], "x", revision="0")
    assert lab.post(f"{address}/draft", data=data).get_json()["revision"] == 1
    late = lab.post(f"{address}/draft", data=data)
    assert late.status_code == 409 and "另一个窗口" in late.get_json()["message"]
    assert lab.post(f"{address}/draft", data={**data, "revision": "1"}).get_json()["revision"] == 2
    assert "您有一份未保存的草稿" in lab.get(address).text
    page = lab.get(f"{address}?draft=1").text
    assert 'value="0.017"' in page and 'value="2026-11-12"' in page and 'value="BG1"' in page
    assert "您有一份未保存的草稿" not in sign_in(office.people["county:统计员"]).get(address).text
    send(lab, samples[0], [item("毒死蜱", "0.017"), item("克百威", "未检出")])
    draft = session().scalars(sa.select(FormDraft)).one()
    assert draft.closed_at is not None and draft.fields == {}
    send(lab, samples[1], [item("毒死蜱", "0.018", "")], "preview")  # without a script a preview keeps it
    assert "您有一份未保存的草稿" in lab.get(f"/samples/{samples[1]}/results").text
    assert lab.post(f"/samples/{samples[1]}/results/draft/void").status_code == 303
    assert "您有一份未保存的草稿" not in lab.get(f"/samples/{samples[1]}/results").text


def test_without_a_plan_the_limits_of_the_food_or_the_last_report_are_proposed(lab: Any, office: Any, samples: list[int]) -> None:
    from app.results import proposing

    food = session().get_one(Sample, samples[0]).category_id
    lone = session().get_one(Sample, register_sample(office, "XC26120119460010003", category_id=food))
    found = proposing.proposal(lone)
    assert found.source == proposing.FROM_LIMITS and found.detail == FOOD and not found.required
    assert all(one.basis and (one.max_limit or one.min_limit) for one in found.items)
    send(lab, samples[0], [item("毒死蜱", "未检出"), item("克百威", "未检出")])
    lone.laboratory_org_id = office.orgs["lab"].id
    last = proposing._of_last(lone)
    assert last is not None and [(one.item, one.max_limit, one.unit) for one in last.items] == [
        ("毒死蜱", "0.2", "mg/kg"), ("克百威", "0.2", "mg/kg"),
    ]  # fmt: skip


def test_the_same_by_command(command: Any, samples: list[int]) -> None:
    words = ("--report-no", "BG1", "--reported-on", "2026-11-12")
    status, answer, said = command("enter", ONE, "--row", "检验项目=毒死蜱;检验结果=0.01;单位=mg/kg", *words)
    assert status == 1 and "克百威" in said and count(ResultReport) == 0
    status, answer, said = command("enter", ONE, "--row", "毒死蜱", *words)
    assert status == 1 and "栏目=内容" in said
    assert command("enter", "没有的编号", "--row", "item=铅", *words)[0] == 1
    assert command("enter", ONE, *words)[0] == 2
    rows = ("--row", "检验项目=毒死蜱;检验结果=0.32；单位=mg/kg;最大允许限=0.02", "--row", f"item=克百威;note={REASON}")
    status, answer, said = command("enter", ONE, *rows, *words, "--preview")
    assert status == 0 and answer["conclusion"]["supervision"] == "不合格" and answer["written"] == count(ResultReport) == 0
    status, answer, said = command("enter", ONE, *rows, *words)
    assert (status, answer["written"], answer["cases_opened"]) == (0, 2, 1)
    status, answer, said = command("enter", ONE, *rows, *words)
    assert status == 0 and "内容相同" in said


def test_a_table_by_command_from_a_file_or_the_standard_input(app: Flask, office: Any, samples: list[int], tmp_path: Any) -> None:
    content = "检验项目,检验结果,结果单位,结果判定,最大允许限\n毒死蜱,0.01,mg/kg,,0.02\n克百威,未检出,mg/kg,合格,0.02\n"
    path = tmp_path / "rows.csv"
    path.write_bytes(content.encode("gb18030"))
    words = ["results", "enter", TWO, "--report-no", "BG1", "--reported-on", "2026-11-12", "--as", "lab-laboratory"]
    run = app.test_cli_runner().invoke
    assert run(args=[*words, "--file", str(path), "--preview"]).exit_code == 0
    done = run(args=[*words, "--file", "-"], input=content)
    assert done.exit_code == 0, done.stderr
    assert [row["verdict"].value for row in rows_of(TWO)] == ["合格项", "合格项"]
    assert run(args=[*words, "--file", str(tmp_path / "none.csv")]).exit_code == 1
