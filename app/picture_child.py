"""The child process that opens an uploaded picture: `python -m app.picture_child '{"path": …, "mime": …}'`.

The only module that knows the image library. A frame is one letter, a length and a payload: N facts (JSON), T the small
picture (JPEG), Z end, E refusal.
"""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any

from app.child_process import FRAME, limit_resources
from app.pictures import BROKEN, JPEG, TRY, PictureLimits, UnreadablePicture

TAKEN, CHANGED, MAKE, MODEL, EXIF_IFD, GPS_IFD = 0x9003, 0x0132, 0x010F, 0x0110, 0x8769, 0x8825
QUALITY = 80
ODD = re.compile(r"[^\w .,()\-+/]")


def main(argument: str) -> None:
    order = json.loads(argument)
    limits = PictureLimits(**order["limits"])
    limit_resources(limits)
    output = sys.stdout.buffer
    try:
        facts, small = _open(order["path"], order["mime"], limits)
        answer = [(b"N", json.dumps(facts).encode()), (b"T", small), (b"Z", b"")]
    except UnreadablePicture as refusal:
        answer = [(b"E", str(refusal).encode())]
    except MemoryError:
        answer = [(b"E", f"照片展开后过大，超出内存上限：{TRY}".encode())]
    except Exception:  # whatever a hostile file makes of the library, it is a picture that cannot be read
        answer = [(b"E", BROKEN.encode())]
    for kind, payload in answer:
        output.write(FRAME.pack(kind, len(payload)) + payload)
    output.flush()


def _open(path: str, mime: str, limits: PictureLimits) -> tuple[dict[str, Any], bytes]:
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # the library only warns; the size is judged below, before anything is unpacked
    with Image.open(path, formats=["JPEG" if mime == JPEG else "PNG"]) as picture:
        _refuse_too_large(picture.size, mime, limits)
        facts = _facts(picture)
        if mime == JPEG:
            picture.draft("RGB", (limits.side, limits.side))
        picture.load()
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((limits.side, limits.side))
        if upright.mode in ("RGBA", "LA", "PA", "P"):
            upright = upright.convert("RGBA")
            paper = Image.new("RGB", upright.size, "white")
            paper.paste(upright, mask=upright.getchannel("A"))
            upright = paper
        kept = io.BytesIO()
        bare = Image.new("RGB", upright.size)  # pixels only: nothing the original said about itself comes along
        bare.paste(upright.convert("RGB"))
        bare.save(kept, "JPEG", quality=QUALITY)
    return facts, kept.getvalue()


def _refuse_too_large(size: tuple[int, int], mime: str, limits: PictureLimits) -> None:
    most = limits.jpeg_pixels if mime == JPEG else limits.png_pixels
    if size[0] * size[1] > most:
        raise UnreadablePicture(f"照片有 {size[0]}×{size[1]} 像素，超过 {most // 10_000} 万像素，疑似图片炸弹：{TRY}")


def _facts(picture: Any) -> dict[str, Any]:
    found = picture.getexif()
    inner, place = found.get_ifd(EXIF_IFD), found.get_ifd(GPS_IFD)
    width, height = picture.size
    if found.get(0x0112) in (5, 6, 7, 8):  # lying on its side: what people see is the other way round
        width, height = height, width
    device = " ".join(part for part in (_words(found.get(MAKE)), _words(found.get(MODEL))) if part)
    return {
        "width": width, "height": height, "taken_at": _moment(inner.get(TAKEN) or found.get(CHANGED)),
        "latitude": _degrees(place, 2, "S"), "longitude": _degrees(place, 4, "W"), "device": device[:100] or None,
    }  # fmt: skip


def _words(value: Any) -> str:
    return ODD.sub("", str(value)).strip() if isinstance(value, str) else ""


def _moment(written: Any) -> str | None:
    try:
        return datetime.strptime(str(written).strip("\0 "), "%Y:%m:%d %H:%M:%S").isoformat()  # noqa: DTZ007  the camera knows no zone
    except ValueError:
        return None


def _degrees(place: Mapping[int, Any], tag: int, negative: str) -> str | None:
    """Degrees, minutes and seconds as one decimal number; a camera without a fix writes 0/0 or nothing."""
    try:
        parts = place[tag]
        if any(getattr(part, "denominator", 1) == 0 for part in parts):
            return None
        whole, minutes, seconds = (Fraction(part) for part in parts)
    except (KeyError, TypeError, ValueError, OverflowError, ZeroDivisionError):
        return None
    found = round(whole + minutes * Fraction(1, 60) + seconds * Fraction(1, 3600), 6)
    if str(place.get(tag - 1, "")).strip("\0 ").upper() == negative:
        found = -found
    return f"{float(found):.6f}"


if __name__ == "__main__":
    main(sys.argv[1])
