"""Photographs and signatures: upload, small copies shown in the page, originals as downloads only."""

from __future__ import annotations

from typing import Any

from flask import flash
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from app import clock, files, upload_limits
from app.attachments import operations as attachments
from app.authorize import authorize, current_actor
from app.custody import forms, photos, queries, signatures, uploading
from app.custody.models import SamplePhoto, SampleSignature
from app.custody.pages import again, bp, done, sample_page
from app.custody.uploading import Incoming
from app.db import transaction
from app.domain.permissions import Permission
from app.domain.sampling_kinds import PhotoKind
from app.errors import NotFound, NotLikeThis
from app.pictures import PictureLimits
from app.sampling import queries as sampling
from app.sampling.models import Sample
from app.sending import send_file

SEVERAL = 100 * 1024 * 1024  # bytes of one upload


@bp.post("/samples/<int:sample_id>/photos")
@authorize(Permission.CUSTODY_RECORD, sampling.sample)
@upload_limits.takes(SEVERAL)
def add_photos(sample: Sample) -> ResponseReturnValue:
    """Every good picture is kept; every other one is told, and need not be sought again among the good ones."""
    form, actor, sample_id = forms.PhotosForm(), current_actor(), sample.id
    if form.validate_on_submit():
        with form.keeping():
            photos.room(sample_id, len(form.chosen))
            good, bad = _examined(form.chosen)
            with transaction():
                kind, event_id = PhotoKind(form.kind.data), _event_of(sample_id, form.event_id.data)
                kept = [
                    photos.add(sample, one, kind, actor, clock.now(), note=form.note.data, event_id=event_id) for one in good
                ]
            told = _told(kept, good)
            if not bad:
                return done(sample_id, told, "photos")
            flash(told, "success" if any(kept) else "info")
            form.files.errors = [f"以下 {len(bad)} 个文件没有保存：", *bad]
    return sample_page(again(sample_id), form, form.status)


def _examined(chosen: list[FileStorage]) -> tuple[list[Incoming], list[str]]:
    good, bad = [], []
    for file in chosen:
        try:
            good.append(uploading.read(file))
        except NotLikeThis as refusal:
            bad.append(f"“{(file.filename or '')[:80]}”：{refusal.sentence}")
    return good, bad


def _event_of(sample_id: int, written: str | None) -> int | None:
    """The step a photograph belongs to, when it is a step of this sample."""
    wanted = forms.ids_asked([written or ""])
    return next((one.id for one in queries.chain(sample_id).live if one.id in wanted), None) if wanted else None


def _told(kept: list[SamplePhoto | None], good: list[Incoming]) -> str:
    twice = [one.filename for one, photo in zip(good, kept, strict=True) if photo is None]
    words = f"已保存 {len(good) - len(twice)} 张照片"
    return f"{words}；{'、'.join(twice[:5])} 已经上传过，没有重复保存" if twice else words


@bp.get("/photos/<int:photo_id>")
@authorize(Permission.SAMPLE_READ, photos.photo)
def photo(found: SamplePhoto) -> ResponseReturnValue:
    """The original, as it came, as a download; whoever takes it out is in the history."""
    return _original(found)


@bp.get("/photos/<int:photo_id>/small")
@authorize(Permission.SAMPLE_READ, photos.photo)
def small_photo(found: SamplePhoto) -> ResponseReturnValue:
    return _small(found.thumbnail_sha256)


@bp.get("/signatures/<int:signature_id>")
@authorize(Permission.SAMPLE_READ, signatures.signature)
def signature(found: SampleSignature) -> ResponseReturnValue:
    return _original(found)


@bp.get("/signatures/<int:signature_id>/small")
@authorize(Permission.SAMPLE_READ, signatures.signature)
def small_signature(found: SampleSignature) -> ResponseReturnValue:
    return _small(found.thumbnail_sha256)


def _original(found: Any) -> ResponseReturnValue:
    path = files.path_of(found.attachment.sha256)
    with transaction():
        attachments.note_download(current_actor(), found.attachment)
    response = send_file(
        path, mimetype=found.attachment.mime, as_attachment=True, download_name=found.attachment.filename, etag=False
    )
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _small(sha256: str | None) -> ResponseReturnValue:
    """Our own picture, made anew from the pixels: safe to show. It never changes, so the browser may keep it."""
    if sha256 is None:
        raise NotFound("该图片没有缩略图，请下载原图查看")
    response = send_file(files.path_of(sha256), mimetype="image/jpeg", etag=False, max_age=3600)
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


@bp.post("/photos/<int:photo_id>/void")
@authorize(Permission.CUSTODY_RECORD, photos.photo)
def void_photo(found: SamplePhoto) -> ResponseReturnValue:
    form, sample_id = forms.ReasonForm(), found.sample_id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                photos.void(found, current_actor(), form.reason.data or "", clock.now())
            return done(sample_id, "已作废照片，原图和记录保留", "photos")
    return sample_page(again(sample_id), form, form.status)


# ---------------------------------------------------------------- signatures

@bp.post("/samples/<int:sample_id>/signatures")
@authorize(Permission.CUSTODY_RECORD, sampling.sample)
@upload_limits.takes(PictureLimits().file_bytes + 1024 * 1024)
def sign(sample: Sample) -> ResponseReturnValue:
    form, sample_id = forms.SigningForm(), sample.id
    if form.validate_on_submit():
        with form.keeping():
            incoming = _signed(form)
            with transaction():
                made = signatures.sign(sample, incoming, form.written, current_actor(), clock.now())
            return done(sample_id, f"已登记{made.signer}签字，对应抽样单第 {made.sheet_version} 版", "signatures")
    return sample_page(again(sample_id), form, form.status)


def _signed(form: forms.SigningForm) -> Incoming:
    if form.drawn.data:
        return uploading.drawn(form.drawn.data)
    if not getattr(form.scan.data, "filename", ""):
        raise NotLikeThis("请在签名框内书写，或上传纸质签字的扫描件、照片", field="scan")
    try:
        return uploading.read(form.scan.data)
    except NotLikeThis as refusal:
        raise NotLikeThis(refusal.sentence, field="scan") from refusal


@bp.post("/signatures/<int:signature_id>/void")
@authorize(Permission.CUSTODY_RECORD, signatures.signature)
def void_signature(found: SampleSignature) -> ResponseReturnValue:
    form, sample_id = forms.ReasonForm(), found.sample_id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                signatures.void(found, current_actor(), form.reason.data or "", clock.now())
            return done(sample_id, "已作废签字，图像和记录保留", "signatures")
    return sample_page(again(sample_id), form, form.status)
