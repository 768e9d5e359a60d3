"""常用语: a person's own and the office's, kept as a list; taken for an opinion that was left empty, never for one that was typed."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import MultiDict
from wtforms import TextAreaField
from wtforms.validators import InputRequired

from app import history
from app.db import session
from app.disposal.models import DisposalCase
from app.domain.phrases import DEFAULTS, LONGEST, MOST
from app.domain.workflow import CaseState
from app.forms import OPINIONS, OfficeForm
from app.phrases.models import Phrase
from tests.disposal.conftest import again
from tests.sources import templates


def standing() -> list[tuple[str, bool]]:
    session().rollback()
    chosen = sa.select(Phrase).where(Phrase.retired_at.is_(None)).order_by(Phrase.user_id, Phrase.position)
    return [(one.text, one.user_id is None) for one in session().scalars(chosen)]


def saved(client: Any, at: str, *lines: str, seen: str | None = None) -> Any:
    page = client.get(at).text
    found = re.search(r'name="seen"[^>]*value="([^"]*)"', page)
    assert found is not None
    return client.post(at, data={"text": "\r\n".join(lines), "seen": found[1] if seen is None else seen})


def test_a_person_s_list_is_added_to_ordered_and_retired(office: Any, sign_in: Any) -> None:
    client = sign_in(office.people["county:审核人"])
    assert all(one in client.get("/phrases/").text for one in DEFAULTS)  # the office's, until it keeps its own
    assert saved(client, "/phrases/", " 同意办结。 ", "", "请补充 照片。", "同意办结。").status_code == 303
    assert standing() == [("同意办结。", False), ("请补充 照片。", False)]
    stale = re.search(r'name="seen"[^>]*value="([^"]*)"', client.get("/phrases/").text)
    assert stale is not None
    assert saved(client, "/phrases/", "请补充 照片。", "同意办结。", "再议。").status_code == 303
    assert [text for text, _ in standing()] == ["请补充 照片。", "同意办结。", "再议。"]
    refused = saved(client, "/phrases/", "别的。", seen=stale[1])
    assert refused.status_code == 409 and "刚被修改" in refused.text and "别的。" in refused.text
    assert saved(client, "/phrases/", "同意办结。").status_code == 303
    assert [text for text, _ in standing()] == ["同意办结。"]
    assert session().scalar(sa.select(sa.func.count()).select_from(Phrase)) == 3  # retired, not gone
    again_ = client.get("/phrases/")
    assert "内容没有变化" in client.get(saved(client, "/phrases/", "同意办结。").location).text and again_.status_code == 200
    first = session().scalars(sa.select(Phrase).where(Phrase.text == "同意办结。")).one()
    assert [one.step for one in history.entries_of("phrase", first.id)] == ["add_phrase"]


@pytest.mark.parametrize(("lines", "said"), [
    (["字" * (LONGEST + 1)], f"超过 {LONGEST} 个字"), ([f"第 {n} 条" for n in range(MOST + 1)], f"最多 {MOST} 条"),
])  # fmt: skip
def test_too_long_and_too_many_are_refused(office: Any, sign_in: Any, lines: list[str], said: str) -> None:
    answer = saved(sign_in(office.people["county:抽样员"]), "/phrases/", *lines)
    assert answer.status_code == 422 and said in answer.text and standing() == []


def test_the_office_s_list_is_kept_by_its_heads_and_offered_below(office: Any, sign_in: Any) -> None:
    admin = sign_in(office.people["county:系统管理员"])
    begun = admin.get("/phrases/office").text
    assert all(one in begun for one in DEFAULTS)
    assert saved(admin, "/phrases/office", *DEFAULTS[:2], "请附现场照片。").status_code == 303
    assert sign_in(office.people["county:办案人"]).get("/phrases/office").status_code == 403
    assert sign_in(office.people["county:局领导"]).get("/phrases/office").status_code == 200
    for who, seen in (("county:办案人", True), ("station:抽样员", True), ("other:办案人", False)):
        assert ("请附现场照片。" in sign_in(office.people[who]).get("/phrases/").text) is seen, who


def test_the_commands_do_the_same(app: Any, office: Any) -> None:
    def run(*words: str) -> Any:
        return app.test_cli_runner().invoke(args=["phrases", *words])

    assert run("add", "同意办结。", "--as", "county-reviewer").exit_code == 0
    assert "已有这条" in run("add", "同意办结。", "--as", "county-reviewer").output
    listed = run("list", "--as", "county-reviewer").output
    assert "单位　同意。" in listed and "本人　同意办结。" in listed
    assert run("add", "请附现场照片。", "--office", "--as", "county-reviewer").exit_code == 0
    assert [text for text, of_office in standing() if of_office] == [*DEFAULTS, "请附现场照片。"]
    assert run("add", "x", "--office", "--as", "county-handler").exit_code == 1
    assert "--as" in run("add", "x").output
    assert run("retire", "同意办结。", "--as", "county-reviewer").exit_code == 0
    assert "没有这条" in run("retire", "同意办结。", "--as", "county-reviewer").output


# ---------------------------------------------------------------- beside an opinion

class Opinion(OfficeForm):
    """Any step with an opinion."""

    comment = TextAreaField("意见", [InputRequired("请填写意见")], [lambda text: text.strip() if text else text])
    other = TextAreaField("其他")


@pytest.mark.parametrize(("sent", "opinion", "valid"), [
    ({"comment": "", "comment-phrase": "同意。"}, "同意。", True),
    ({"comment": " \r\n", "comment-phrase": " 同意。"}, "同意。", True),
    ({"comment-phrase": "同意。"}, "同意。", True),
    ({"comment": "不同意：依据不足", "comment-phrase": "同意。"}, "不同意：依据不足", True),  # what was typed is never replaced
    ({"comment": "", "comment-phrase": ""}, "", False),  # a mandatory opinion stays mandatory
    ({"comment": "", "comment-phrase": "  "}, "", False),
])  # fmt: skip
def test_a_chosen_phrase_is_taken_for_an_empty_opinion_only(app: Any, sent: Any, opinion: str, valid: bool) -> None:
    with app.test_request_context("/", method="POST", data=sent):
        form = Opinion(meta={"csrf": False})
        assert ((form.comment.data or "").strip(), form.validate()) == (opinion, valid)
        assert Opinion(MultiDict({"other-phrase": "同意。", "comment": "x"}), meta={"csrf": False}).other.data in (None, "")


def test_a_case_is_returned_with_a_phrase_and_not_without_an_opinion(
    awaiting_case: DisposalCase, act: Any, office: Any, sign_in: Any
) -> None:
    reviewer = sign_in(office.people["county:审核人"])
    saved(reviewer, "/phrases/", "请补充现场照片。")
    page = reviewer.get(f"/disposal/{awaiting_case.id}").text
    select = re.search(r'<select[^>]*name="comment-phrase".*?</select>', page, re.S)
    assert select is not None and "请补充现场照片。" in select[0] and all(one in select[0] for one in DEFAULTS)
    refused = act("county:审核人", awaiting_case, "return", comment="", **{"comment-phrase": ""})
    assert refused.status_code == 422 and again(awaiting_case).state is CaseState.AWAITING
    taken = act("county:审核人", awaiting_case, "return", comment="", **{"comment-phrase": "请补充现场照片。"})
    assert taken.status_code == 303 and again(awaiting_case).state is CaseState.HANDLING
    assert history.entries_of("disposal_case", awaiting_case.id)[-1].comment == "请补充现场照片。"


def test_every_opinion_has_the_choice_beside_it() -> None:
    """By the macro, or where a page writes its own field by the macro of the choice."""
    fields = "|".join(OPINIONS)
    bare = {path for path, text in templates() if re.search(rf'<textarea[^>]*name="(?:{fields})"', text)}
    lacking = sorted(path for path in bare if "phrase_choice(" not in dict(templates())[path])
    assert lacking == ["templates/legal_clocks/show.html"]  # 恢复计时: what happened, no opinion
