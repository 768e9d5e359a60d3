"""签字: drawn or scanned, bound to the edition of the sheet that was signed."""

from __future__ import annotations

import base64
import io

import pytest
import sqlalchemy as sa

from app import files, history
from app.attachments.models import Attachment
from app.custody import signatures
from app.custody.models import SampleSignature
from app.db import session
from tests.custody.conftest import again, complaints, jpeg, png

SIGNED = {
    "signer": "被抽样单位", "name": "张三丰", "signed_at": "2026-11-18T11:00", "opinion": "无异议",
    "drawn": "data:image/png;base64," + base64.b64encode(png()).decode(),
}  # fmt: skip


def sign(client, sample, **other):
    data = {name: value for name, value in {**SIGNED, **other}.items() if value is not None}
    return client.post(f"/custody/samples/{sample.id}/signatures", data=data, content_type="multipart/form-data")


def found(sample) -> list[SampleSignature]:
    return list(session().scalars(sa.select(SampleSignature).where(SampleSignature.sample_id == sample.id)))


def test_a_drawn_signature_is_bound_to_what_the_sheet_said(sampler, sample):
    said = signatures.digest(again(sample))
    answer = sign(sampler, sample)
    assert answer.status_code == 303, complaints(answer)
    made = found(sample)[0]
    assert (made.form.value, made.signer.value, made.opinion.value, made.sheet_version) == ("手写签名", "被抽样单位", "无异议", 1)
    assert made.sheet_sha256 == said and len(said) == 64
    attachment = session().get_one(Attachment, made.attachment_id)
    assert files.read(attachment.sha256) == png() and attachment.mime == "image/png"
    page = sampler.get(f"/custody/samples/{sample.id}").text
    assert "签字对应第 1 版，抽样单内容与签字时一致" in page and said in page
    small = sampler.get(f"/custody/signatures/{made.id}/small")
    assert (small.status_code, small.mimetype) == (200, "image/jpeg")
    entry = next(entry for entry in history.entries_of("sample", sample.id) if entry.step == "sign")
    assert said in entry.comment


def test_a_scan_of_the_paper_does_without_a_script(sampler, sample):
    answer = sign(sampler, sample, drawn="", scan=(io.BytesIO(jpeg()), "签字页.jpg"), signer="抽样人员", opinion="")
    assert answer.status_code == 303, complaints(answer)
    made = found(sample)[0]
    assert (made.form.value, made.opinion) == ("纸质签字扫描件", None)
    download = sampler.get(f"/custody/signatures/{made.id}")
    assert download.data == jpeg() and download.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(("written", "sentence"), [
    ({"drawn": ""}, "请在签名框内书写，或上传"),
    ({"drawn": "data:image/png;base64,####"}, "没有收到手写签名"),
    ({"drawn": "data:image/svg+xml;base64,PHN2Zy8+"}, "没有收到手写签名"),
    ({"drawn": "data:image/png;base64," + base64.b64encode(b"<svg/>").decode()}, "不是 JPEG 或 PNG"),
    ({"drawn": "data:image/png;base64," + "A" * 500_000}, "过于复杂"),
    ({"opinion": ""}, "请选择被抽样单位对抽样过程有无异议"),
    ({"opinion": "有异议"}, "有异议的，请填写异议内容"),
    ({"name": ""}, "请填写签字人姓名"),
    ({"signed_at": "2026-11-17T09:00"}, "早于抽样日期"),
    ({"signed_at": "2026-11-22T09:00"}, "晚于现在"),
    ({"opinion_text": "字" * 501}, "不得超过 500 个字"),
])
def test_what_is_no_signature_is_refused(sampler, sample, written, sentence):
    answer = sign(sampler, sample, **written)
    assert answer.status_code == 422 and sentence.replace(" ", "") in complaints(answer)
    assert found(sample) == []


def test_an_objection_is_kept_with_its_words(sampler, sample):
    answer = sign(sampler, sample, opinion="有异议", opinion_text="抽样时我方不在场")
    assert answer.status_code == 303, complaints(answer)
    assert "抽样时我方不在场" in sampler.get(f"/custody/samples/{sample.id}").text


def test_a_correction_after_signing_is_said_and_listed(sampler, sample, office):
    """Corrected twice: the first value before, the last value after."""
    from app import clock
    from app.db import transaction
    from app.domain.workflow import SampleStep

    sign(sampler, sample)
    for before, after in (("油麦菜", "生菜"), ("生菜", "莴苣")):
        with transaction():
            row = again(sample)
            history.advance(
                row, SampleStep.CORRECT, office.actor("county:抽样员"), comment="笔误", changes={"product_name": (before, after)}
            )
            row.product_name = after
    sign(sampler, sample, signer="抽样人员", opinion="", name="李四")
    first, second = signatures.shown(again(sample), office.actor("county:抽样员"))
    assert (first.same, first.edition, [(c.field, c.before, c.after) for c in first.changes]) == (
        False, 3, [("样品名称", "油麦菜", "莴苣")],
    )  # fmt: skip
    assert (second.same, second.signature.sheet_version) == (True, 3)
    page = sampler.get(f"/custody/samples/{sample.id}").text
    assert "签字对应第 1 版，现为第 3 版，以下内容签字后有更正" in page and "样品名称：油麦菜 → 莴苣" in page
    assert clock.today().isoformat() == "2026-11-20"


def test_what_is_not_on_the_paper_changes_no_signature(office, sampler, lab, handed):
    from tests.custody.conftest import arrive

    sign(sampler, handed)
    arrive(lab, handed)  # sets the day of arrival and moves the row's version
    assert signatures.shown(again(handed), office.actor("county:抽样员"))[0].same


def test_a_field_without_a_column_is_part_of_what_was_signed(sample):
    from app.db import transaction

    before = signatures.digest(again(sample))
    with transaction():
        again(sample).extra = {"样品形态": "固体", "备用": ""}
    with_form = signatures.digest(again(sample))
    with transaction():
        again(sample).extra = {"样品形态": "液体"}
    assert len({before, with_form, signatures.digest(again(sample))}) == 3


def test_a_signature_is_voided_with_a_reason(sampler, sample):
    sign(sampler, sample)
    made = found(sample)[0]
    assert sampler.post(f"/custody/signatures/{made.id}/void", data={"reason": ""}).status_code == 422
    assert sampler.post(f"/custody/signatures/{made.id}/void", data={"reason": "签错位置"}).status_code == 303
    assert sampler.post(f"/custody/signatures/{made.id}/void", data={"reason": "再来"}).status_code == 409
    assert "签错位置" in sampler.get(f"/custody/samples/{sample.id}").text


def test_nobody_else_sees_or_gives_a_signature(office, sign_in, sampler, sample):
    sign(sampler, sample)
    made = found(sample)[0]
    for who in ("other:抽样员", "otherlab:承检机构", "station:抽样员", "county:系统管理员"):
        client = sign_in(office.people[who])
        assert client.get(f"/custody/signatures/{made.id}/small").status_code == 404, who
        assert client.get(f"/custody/signatures/{made.id}").status_code == 404, who
        assert sign(client, sample).status_code == 404, who
    reviewer = sign_in(office.people["county:审核人"])
    assert reviewer.get(f"/custody/signatures/{made.id}/small").status_code == 200
    assert sign(reviewer, sample).status_code == 403
