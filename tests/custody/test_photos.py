"""照片 through the pages: what is taken in, what is refused and in which words, what is shown and to whom."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest
import sqlalchemy as sa
from PIL import Image

from app import files, history
from app.attachments.models import Attachment
from app.custody.models import CustodyEvent, SamplePhoto
from app.db import session
from app.domain.sampling_kinds import CustodyKind
from tests.custody.conftest import arrive, complaints, jpeg, png
from tests.queries import counting


def post(client, sample, *pictures, kind="样品信息", **other):
    """Upload pictures: (name, content) pairs."""
    data = {"kind": kind, "files": [(io.BytesIO(content), name) for name, content in pictures], **other}
    return client.post(f"/custody/samples/{sample.id}/photos", data=data, content_type="multipart/form-data")


def photos(sample) -> list[SamplePhoto]:
    statement = sa.select(SamplePhoto).where(SamplePhoto.sample_id == sample.id).order_by(SamplePhoto.id)
    return list(session().scalars(statement.execution_options(populate_existing=True)))


def original(photo) -> Attachment:
    return session().get_one(Attachment, photo.attachment_id)


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def bomb() -> bytes:
    """A PNG of 30,000 × 30,000 pixels in a few kilobytes: 2.7 GB when unpacked."""
    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(100_000))) + chunk(b"IEND", b"")


def lying_bomb() -> bytes:
    """A JPEG whose frame header claims 65,000 × 65,000 pixels."""
    content = jpeg((64, 64))
    at = content.index(b"\xff\xc0") + 5
    return content[:at] + struct.pack(">HH", 65_000, 65_000) + content[at + 4 :]


def archive_behind() -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as package:
        package.writestr("evil.html", "<script>alert(1)</script>")
    return jpeg() + kept.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def test_several_photographs_are_kept_as_they_came(sampler, sample):
    first, second = jpeg(taken="2026:11:18 09:30:00", place=(40.0, 117.0)), png((1200, 900), "navy")
    answer = post(sampler, sample, ("现场 一.jpg", first), ("二.png", second), kind="抽样场所", note="货架")
    assert answer.status_code == 303, complaints(answer)
    one, two = photos(sample)
    assert files.read(original(one).sha256) == first and files.read(original(two).sha256) == second
    assert (original(one).filename, original(one).mime, original(two).mime) == ("现场 一.jpg", "image/jpeg", "image/png")
    assert (str(one.taken_at), one.latitude, one.longitude) == ("2026-11-18 09:30:00", 40, 117)
    assert (one.device, one.width, one.height, one.note) == ("HUAWEI Mate 60", 800, 600, "货架")
    assert (two.taken_at, two.latitude, two.width) == (None, None, 1200)
    page = sampler.get(f"/custody/samples/{sample.id}").text
    assert "拍摄 2026-11-18 09:30" in page and "北纬 40.000000" in page and original(one).sha256[:16] in page
    assert [entry.step for entry in history.entries_of("sample", sample.id)].count("photo") == 2


def test_the_small_picture_stands_upright_and_says_nothing(sampler, sample):
    post(sampler, sample, ("竖.jpg", jpeg((800, 400), turned=6, taken="2026:11:18 09:30:00", place=(40.0, 117.0))))
    photo = photos(sample)[0]
    assert (photo.width, photo.height) == (400, 800)
    answer = sampler.get(f"/custody/photos/{photo.id}/small")
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert "attachment" not in answer.headers.get("Content-Disposition", "")
    small = Image.open(io.BytesIO(answer.data))
    assert small.size == (240, 480) and not small.getexif() and b"HUAWEI" not in answer.data


def test_the_original_is_a_download_on_record(sampler, sample):
    content = jpeg()
    post(sampler, sample, ("原图.jpg", content))
    photo = photos(sample)[0]
    answer = sampler.get(f"/custody/photos/{photo.id}")
    assert answer.data == content and answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert [entry.step for entry in history.entries_of("attachment", photo.attachment_id)] == ["create", "download"]


@pytest.mark.parametrize(("name", "content", "sentence"), [
    ("空.jpg", b"", "文件是空的（0 字节）"),
    ("图.jpg", SVG, "其实是 SVG 矢量图"),
    ("图.png", b"GIF89a" + bytes(50), "其实是GIF 图片"),
    ("图.jpg", b"\0\0\0\x18ftypheic" + bytes(50), "HEIC"),
    ("图.jpg", b"%PDF-1.7 " + bytes(50), "其实是PDF 文件"),
    ("图.jpg", b"<!doctype html><script>1</script>", "其实是网页或文本"),
    ("图.jpg", bytes(range(256)), "无法识别"),
    ("残.jpg", jpeg()[:3000], "照片不完整或已损坏"),
    ("残.png", png((900, 900))[:-40], "照片不完整或已损坏"),
    ("头.jpg", b"\xff\xd8\xff" + bytes(2000), "照片不完整或已损坏"),
    ("弹.png", bomb(), "疑似图片炸弹"),
    ("弹.jpg", lying_bomb(), "疑似图片炸弹"),
    ("双.jpg", archive_behind(), "夹带了其他文件"),
    ("双.jpg", jpeg() + b"<script>alert(1)</script>", "夹带了其他文件或网页内容"),
    ("大.jpg", jpeg() + bytes(10 * 1024 * 1024), "照片超过 10 MB"),
], ids=lambda value: value if isinstance(value, str) and "." in value else "")
def test_what_is_no_photograph_is_refused_in_words(sampler, sample, name, content, sentence):
    answer = post(sampler, sample, (name, content))
    assert answer.status_code == 422
    assert sentence.replace(" ", "") in complaints(answer) and f"“{name}”" in complaints(answer)
    assert photos(sample) == [] and session().scalar(sa.select(Attachment.id)) is None


def test_the_good_ones_are_kept_when_one_is_bad(sampler, sample):
    answer = post(sampler, sample, ("好.jpg", jpeg()), ("坏.jpg", SVG), ("又好.png", png()))
    assert answer.status_code == 422
    assert "已保存 2 张照片" in answer.text and "以下1个文件没有保存" in complaints(answer)
    assert [original(photo).filename for photo in photos(sample)] == ["好.jpg", "又好.png"]


def test_the_same_photograph_is_kept_once(sampler, sample):
    content = jpeg()
    post(sampler, sample, ("一.jpg", content))
    answer = post(sampler, sample, ("又一.jpg", content), ("二.jpg", jpeg(colour="red")))
    assert answer.status_code == 303
    assert "已经上传过" in sampler.get(answer.location).text
    assert len(photos(sample)) == 2


def test_the_type_is_what_the_first_bytes_say(sampler, sample):
    post(sampler, sample, ("手机.jpg", png()), ("../../etc/passwd", jpeg()), ("x.php", jpeg(colour="blue")))
    names = [(original(photo).filename, original(photo).mime) for photo in photos(sample)]
    assert names == [("手机.jpg.png", "image/png"), ("passwd.jpg", "image/jpeg"), ("x.php.jpg", "image/jpeg")]


def test_too_many_at_once(sampler, sample):
    answer = post(sampler, sample, *[(f"{number}.png", png((20, 20))) for number in range(21)])
    assert answer.status_code == 422 and "一次最多上传20张" in complaints(answer)
    assert post(sampler, sample).status_code == 422


def test_a_photograph_of_another_day_or_place_is_noted(sampler, sample):
    post(sampler, sample, ("昨.jpg", jpeg(taken="2026:11:17 09:30:00")), kind="抽样场所")
    post(sampler, sample, ("远.jpg", jpeg(place=(41.0, 117.0))), ("近.jpg", jpeg(place=(40.0, 117.0))))
    page = sampler.get(f"/custody/samples/{sample.id}").text
    assert "拍摄日期 2026-11-17 与抽样日期 2026-11-18 不是同一天" in page
    assert page.count("最远相距 111.2 公里") == 2


def test_mandatory_kinds_are_missed_until_they_are_there(sampler, sample):
    page = sampler.get(f"/custody/samples/{sample.id}").text
    assert "还缺必备照片：抽样场所、贮存环境、样品信息、封样、购样凭证" in page
    for number, kind in enumerate(("抽样场所", "贮存环境", "样品信息", "封样", "购样凭证")):
        post(sampler, sample, (f"{kind}.jpg", jpeg(colour=f"#0000{number}0")), kind=kind)
    assert "必备照片齐全" in sampler.get(f"/custody/samples/{sample.id}").text


def test_a_photograph_is_voided_with_a_reason_and_stays(sampler, lab, sample):
    post(sampler, sample, ("一.jpg", jpeg()))
    photo = photos(sample)[0]
    assert sampler.post(f"/custody/photos/{photo.id}/void", data={"reason": " "}).status_code == 422
    other = lab.post(f"/custody/photos/{photo.id}/void", data={"reason": "不是我们的"})
    assert other.status_code == 403  # the laboratory may not withdraw what the bureau has put in
    assert sampler.post(f"/custody/photos/{photo.id}/void", data={"reason": "拍糊了"}).status_code == 303
    assert sampler.post(f"/custody/photos/{photo.id}/void", data={"reason": "再来"}).status_code == 409
    page = sampler.get(f"/custody/samples/{sample.id}").text
    assert "另有 1 张已作废的照片" in page and "拍糊了" in page
    assert files.read(original(photo).sha256) == jpeg()


def test_a_refusal_is_shown_with_its_photograph(lab, sampler, handed):
    arrive(lab, handed, refuse="1", reason="封条破损", checks=["SHEET"])
    refused = session().scalar(sa.select(CustodyEvent.id).where(CustodyEvent.kind == CustodyKind.REFUSED))
    answer = post(lab, handed, ("破损.jpg", jpeg()), kind="移交接收", event_id=str(refused))
    assert answer.status_code == 303, complaints(answer)
    assert photos(handed)[0].custody_event_id == refused
    other = post(lab, handed, ("别处.jpg", jpeg(colour="red")), event_id="999999")
    assert other.status_code == 303 and photos(handed)[1].custody_event_id is None


def test_nobody_else_sees_a_photograph(office, sign_in, sampler, sample):
    post(sampler, sample, ("一.jpg", jpeg()))
    photo = photos(sample)[0]
    for who, status in (
        ("lab:承检机构", 200), ("city:审核人", 200), ("station:抽样员", 404), ("other:抽样员", 404), ("otherlab:承检机构", 404),
        ("county:系统管理员", 404),
    ):  # fmt: skip
        client = sign_in(office.people[who])
        for address in (f"/custody/photos/{photo.id}/small", f"/custody/photos/{photo.id}"):
            assert client.get(address).status_code == status, (who, address)


def test_many_photographs_cost_no_more_statements(app, sampler, sample):
    def sent() -> int:
        with counting(app) as counted:
            assert sampler.get(f"/custody/samples/{sample.id}").status_code == 200
        return counted.count

    post(sampler, sample, ("0.png", png((30, 30))))
    sent()  # the first page of a process builds the books
    one = sent()
    post(sampler, sample, *[(f"{number}.png", png((30, 30 + number))) for number in range(1, 15)])
    assert len(photos(sample)) == 15 and sent() <= one + 2  # that somebody is at work is noted once a minute


def test_the_page_of_the_sheet_shows_the_first_photographs(sampler, sample):
    post(sampler, sample, ("a.jpg", jpeg()))
    page = sampler.get(f"/sampling/{sample.id}").text
    (photo,) = photos(sample)
    assert f'src="/custody/photos/{photo.id}/small"' in page and "1 张照片" in page
    assert sampler.post(f"/custody/photos/{photo.id}/void", data={"reason": "拍错了"}).status_code == 303
    assert "/small" not in sampler.get(f"/sampling/{sample.id}").text
