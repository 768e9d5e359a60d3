"""``flask custody``: the same operations as the pages, with the same refusals."""

from __future__ import annotations

import json

from app.domain.sampling_kinds import CustodyKind
from app.domain.workflow import SampleState
from tests.custody.conftest import NUMBER, again, kinds
from tests.custody.test_backups import backup_of, keep

SEAL = ("record", NUMBER, "封样", "--person", "李四", "--at", "2026-11-18T10:00", "--seal", "FT-0001", "--backup-seal", "FT-0002")
SEND = ("handover", NUMBER, "--person", "李四", "--at", "2026-11-18T15:00")
TAKE = ("receive", NUMBER, "--person", "检验员", "--seal", "FT-0001", "--backup-seal", "FT-0002", "--temperature", "4.5")


def test_the_chain_from_the_command_line(command, sample):
    made = command(*SEAL, "--json")
    assert made.exit_code == 0, made.output
    assert json.loads(made.stdout)["kind"] == "封样"
    sent = command(*SEND, "NICHT-DA", "--json")
    said = json.loads(sent.stdout)
    assert sent.exit_code == 0 and said["list_no"] == "移交〔2026〕1号"
    assert [(row["number"], row["done"]) for row in said["rows"]] == [(NUMBER, True), ("NICHT-DA", False)]
    listed = command("list", "--stage", "待接收", "--json")
    assert [row["number"] for row in json.loads(listed.stdout)] == [NUMBER]
    assert command(*TAKE, "--as", "lab-laboratory").exit_code == 0
    assert kinds(sample) == [CustodyKind.SEALED, CustodyKind.HANDED_OVER, CustodyKind.RECEIVED]
    assert str(again(sample).arrived_on) == "2026-11-20"
    assert "共 1 件" in command("list", "--stage", "已接收").output


def test_refusals_exit_with_one_and_change_nothing(command, sample):
    for words, sentence in (
        (SEND, "还没有登记封样"),
        (TAKE, "还没有登记移交"),
        (("record", "NICHT-DA", *SEAL[2:]), "没有找到样品"),
        ((*SEAL[:-2],), "请填写备份样品的封条号"),
        (("record", NUMBER, "移交", "--person", "李四"), "请用 --carrier"),
        (("list", "--stage", "胡说"), "没有“胡说”这种环节"),
        ((*SEAL, "--as", "other-sampler"), "没有找到样品"),
        ((*SEAL, "--as", "county-reviewer"), "没有执行该命令的权限"),
        ((*TAKE, "--as", "otherlab-laboratory"), "没有找到样品"),
        ((*TAKE[:-1], "热"), "不是有效数字"),
        ((*SEAL[:5], "--at", "2026-11-17T10:00", *SEAL[7:]), "早于抽样日期"),
    ):
        answer = command(*words)
        assert answer.exit_code == 1 and sentence in answer.output, (words, answer.output)
    assert command("record", NUMBER, "接收", "--person", "甲").exit_code == 2  # receiving has a command of its own
    assert kinds(sample) == []


def test_a_refusal_by_command_ends_the_sample(command, sample):
    command(*SEAL)
    command(*SEND)
    answer = command("refuse", NUMBER, "--person", "检验员", "--reason", "封条破损", "--as", "lab-laboratory")
    assert answer.exit_code == 0, answer.output
    assert again(sample).state is SampleState.REJECTED


def test_backups_from_the_command_line(command, sample, reported):
    command(*SEAL)
    command(*SEND)
    store = ("store", NUMBER, "--place", "冷库A", "--quantity", "0.5kg", "--seal", "FT-0002")
    assert command(*store).exit_code == 1
    command(*TAKE)
    answer = command(*store, "--json")
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.stdout) == {
        "number": NUMBER, "place": "冷库A", "keep_until": None, "why": "尚未出具检验结论，保存期限待结论作出后计算",
    }  # fmt: skip
    assert backup_of(sample).place == "冷库A"
    due = reported("DUE-1")
    keep(due)
    listed = json.loads(command("backups", "--stage", "可处置", "--json").stdout)
    assert [(row["number"], row["keep_until"], row["open_cases"]) for row in listed] == [("DUE-1", "2026-11-03", 0)]
    discard = ("discard", "DUE-1", NUMBER, "--method", "销毁", "--witness", "赵六")
    answer = command(*discard)
    assert answer.exit_code == 0 and "DUE-1　已处置" in answer.output and "现在不能处置" in answer.output
    answer = command(*discard)
    assert answer.exit_code == 1 and "已于 2026-11-20 处置" in answer.output
    assert command("discard", "NICHT-DA", "--method", "销毁", "--witness", "赵六").exit_code == 1
