"""``flask delegations``: the same operations as the pages."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa

from app.db import session
from app.delegations.models import Delegation
from app.domain.workflow import DelegationState


@pytest.fixture
def run(app: Any, office: Any) -> Any:
    return lambda *words: app.test_cli_runner().invoke(args=["delegations", *words])


def test_granted_listed_and_revoked(run: Any):
    made = run("grant", "county-statistician", "--to", "2026-11-25", "--reason", "培训", "--as", "county-reviewer", "--json")
    assert made.exit_code == 0, made.output
    told = json.loads(made.stdout)
    assert (told["from"], told["to"], told["from_on"], told["state"]) == ("蓟州审核人", "蓟州统计员", "2026-11-20", "生效中")
    listed = json.loads(run("list", "--state", "生效中", "--as", "county-leader", "--json").stdout)
    assert [each["number"] for each in listed] == [told["number"]]
    assert run("revoke", told["number"], "--reason", "返岗", "--as", "county-reviewer2").exit_code == 1
    assert run("revoke", told["number"], "--reason", "返岗", "--as", "county-reviewer").exit_code == 0
    assert session().scalars(sa.select(Delegation.state)).all() == [DelegationState.REVOKED]
    assert json.loads(run("list", "--state", "生效中", "--as", "county-leader", "--json").stdout) == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("grant", "county-statistician", "--to", "2026-11-25", "--reason", "培训"), "须由本人办理"),
        (("grant", "county-reviewer", "--to", "2026-11-25", "--reason", "培训", "--as", "county-reviewer"), "不能委托给自己"),
        (("grant", "other-reviewer", "--to", "2026-11-25", "--reason", "培训", "--as", "county-reviewer"), "请核对用户名"),
        (("grant", "county-statistician", "--to", "2026-11-01", "--reason", "培训", "--as", "county-reviewer"), "不能早于开始"),
        (("grant", "county-statistician", "--to", "2026-11-25", "--reason", "培训", "--as", "county-handler"), "没有执行该命令的权限"),
        (("revoke", "审委〔2026〕9号", "--reason", "返岗", "--as", "county-reviewer"), "没有找到审批委托"),
        (("list", "--state", "某种", "--as", "county-reviewer"), "没有“某种”这种状态"),
    ],
)
def test_refusals_say_what_to_do(run: Any, words: tuple[str, ...], sentence: str):
    result = run(*words)
    assert result.exit_code == 1
    assert sentence in result.output
    assert session().scalars(sa.select(Delegation.id)).all() == []
