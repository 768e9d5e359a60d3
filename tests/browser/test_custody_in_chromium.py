"""Sealing, photographs, a signature by hand and receiving by scanner, in a real browser on the office's screen."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image

from app import files
from app.attachments.models import Attachment
from app.custody.models import CustodyEvent, SampleSignature
from app.db import session, transaction
from app.domain.sampling_kinds import CustodyKind, SignatureForm
from tests.browser.conftest import Person
from tests.custody.conftest import NUMBER, build_sample, jpeg

pytestmark = pytest.mark.browser
DECODED = "all => Promise.all(all.map(one => { one.loading = 'eager'; return one.decode().then(() => one.naturalWidth); }))"


@pytest.fixture
def sample(office: Any) -> Any:
    with transaction():
        return build_sample(office)


def test_from_the_seal_to_the_laboratory(office: Any, sample: Any, at_screen: Callable[..., Person]) -> None:
    sampler = at_screen("county-sampler")
    seal_and_photograph(sampler, sample)
    draw(sampler)
    session().rollback()
    made = session().scalars(sa.select(SampleSignature)).one()
    assert made.form is SignatureForm.DRAWN
    drawn = Image.open(io.BytesIO(files.read(session().get_one(Attachment, made.attachment_id).sha256))).convert("L")
    assert drawn.size == (600, 200) and 300 < sum(pixel < 128 for pixel in drawn.get_flattened_data()) < 20_000
    hand_over(sampler)
    receive(at_screen("lab-laboratory"))
    session().rollback()
    assert set(session().scalars(sa.select(CustodyEvent.kind))) == {CustodyKind.SEALED, CustodyKind.HANDED_OVER, CustodyKind.RECEIVED}


def seal_and_photograph(sampler: Person, sample: Any) -> None:
    sampler.page.goto(f"{sampler.address}/custody/samples/{sample.id}")
    sampler.page.fill("#seal_no", "FT-0001")
    sampler.page.fill("#backup_seal_no", "FT-0002")
    with sampler.page.expect_navigation():
        sampler.page.locator("#chain").get_by_role("button", name="登记", exact=True).click()
    shots = [{"name": f"{number}.jpg", "mimeType": "image/jpeg", "buffer": jpeg(colour=f"#{number}0a050")} for number in range(1, 4)]
    sampler.page.set_input_files("#files", shots)
    sampler.press("上传照片")
    assert "已保存 3 张照片" in sampler.content()
    sizes = sampler.page.locator(".album img").evaluate_all(DECODED)
    assert sizes == [480, 480, 480]


def draw(sampler: Person) -> None:
    """A line by mouse, wiped, and written anew."""
    pad = sampler.page.locator("#signature-pad")
    for stroke in range(2):
        pad.scroll_into_view_if_needed()
        box = pad.bounding_box()
        assert box is not None
        sampler.page.mouse.move(box["x"] + 40, box["y"] + 40)
        sampler.page.mouse.down()
        for step in range(20):
            sampler.page.mouse.move(box["x"] + 40 + step * 15, box["y"] + 40 + step % 5 * 20)
        sampler.page.mouse.up()
        if stroke == 0:
            sampler.page.get_by_role("button", name="清除重写").click()
            assert sampler.page.locator("input[name=drawn]").input_value() == ""
    sampler.page.fill("#name", "张三丰")
    sampler.page.get_by_label("无异议").check()
    sampler.press("登记签字")
    assert "已登记被抽样单位签字，对应抽样单第 1 版" in sampler.content()


def hand_over(sampler: Person) -> None:
    sampler.page.goto(f"{sampler.address}/custody/?stage=待移交")
    sampler.page.get_by_label(f"选择 {NUMBER}").check()
    sampler.press("移交所选样品")
    sampler.page.select_option("#carrier", "抽样人员携带")
    sampler.press("确认移交")
    assert "已移交 1 件，移交单 移交〔2026〕1号" in sampler.content()


def receive(lab: Person) -> None:
    """The scanner types into the box that has the focus, and ends with Enter."""
    lab.page.goto(f"{lab.address}/custody/scan")
    with lab.page.expect_navigation():
        lab.page.keyboard.type(NUMBER + "\n")
    lab.page.fill("#seal_no", "FT-0001")
    lab.page.fill("#backup_seal_no", "FT-0002")
    for box in lab.page.locator("input[name=checks]").all():
        box.check()
    lab.press("接收")
    assert f"已登记接收：{NUMBER}" in lab.content()
    assert lab.page.evaluate("document.activeElement.id") == "scan-number"  # ready for the next one
