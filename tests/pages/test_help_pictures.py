"""The pictures of the manual: named, taken, kept and shown are the same, and together small enough for a machine without a network."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from PIL import Image

from app.config import ROOT
from app.pages import manual

MOST_BYTES = 2_500_000


def named() -> list[tuple[str, str]]:
    return [tuple(block.lines) for section in manual.sections() for block in section.blocks if block.kind == "picture"]


def taken() -> list[str]:
    spec = importlib.util.spec_from_file_location("pictures", Path(ROOT, "docs", "pictures.py"))
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return [f"{shot.name}.png" for shot in module.SHOTS]


def test_every_picture_that_is_named_is_taken_and_kept_and_no_other():
    names = [name for _, name in named()]
    assert len(set(names)) == len(names) >= 25
    assert sorted(names) == sorted(taken()) == sorted(path.name for path in manual.PICTURES.iterdir())
    assert all(words.strip() for words, _ in named())


def test_the_pictures_are_of_the_offices_screen_and_small():
    files = sorted(manual.PICTURES.glob("*.png"))
    assert sum(path.stat().st_size for path in files) <= MOST_BYTES
    for path in files:
        with Image.open(path) as image:
            assert (image.size, image.mode) == ((1366, 768), "P"), path.name


def test_a_picture_is_shown_with_its_words_in_its_section(office, sign_in):
    client = sign_in(office.people["county:抽样员"])
    words, name = named()[0]
    page = next(page for page in manual.pages() if any(name in block.lines for part in page.sections for block in part.blocks))
    text = client.get(f"/help/{page.slug}").text
    assert f'src="/help/pictures/{name}" alt="{words}"' in text and 'loading="lazy"' in text
    assert f'src="/help/pictures/{name}"' in client.get("/help/all").text
    assert client.get(f"/help/pictures/{name}").mimetype == "image/png"
