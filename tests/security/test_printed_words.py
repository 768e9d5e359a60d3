"""What people have typed stays text on paper: in every Word document it is no field, no element and no template; on a label no markup."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import sqlalchemy as sa

from app.db import session
from app.documents import DOCX
from app.domain.documents import of_sample
from app.domain.permissions import Permission, permits
from app.sampling.models import Sample
from tests.security.county import county  # noqa: F401  a fixture
from tests.security.payloads import COMPUTED, QUOTED, arisen
from tests.security.people import County
from tests.security.test_formulas import poison

FIELD = "</w:t></w:r><w:fldSimple w:instr=\"DDEAUTO c:\\\\cmd\"/>"  # it would be run when the document is opened
WORDS = ("{{7919*7907}}", "{%p if 1 %}x", "<b>&amp;x", QUOTED, FIELD)
HANDED_OUT = re.compile(r"docx|\.(blank|proof|file|document|letter|download_template)$")
TEXTS = ("t", "v", "title")  # of a paragraph, of a chart, of the file; instrText and f are what Word reckons with


def test_no_printed_word_comes_alive(county: County) -> None:  # noqa: F811
    assert poison(WORDS) > 60
    read: dict[str, int] = {}
    for name, answer in (*asked_for(county), *printed(county)):
        if answer.status_code == 200 and answer.mimetype == DOCX:
            read[name] = read.get(name, 0) + literal(answer.data)
    print(read)
    assert len(read) >= 18 and sum(count > 0 for count in read.values()) >= 16, read


def test_no_word_of_a_label_comes_alive(county: County) -> None:  # noqa: F811
    poison(WORDS)
    who, ids = next(
        (name, ids) for name, actor in county.actors.items()
        if (ids := [one.id for one in session().scalars(sa.select(Sample).limit(60)) if permits(actor, Permission.SAMPLE_PRINT, one)])
    )  # fmt: skip
    for layout in ("a4", "roll"):
        asked = {"sample": ids[:20], "layout": layout, "test": 1, "backup": 1, "start": 1}
        answer = county.client(who).get("/printing/labels", query_string=asked)
        labels = re.findall(r'<div class="label-words">.*?</div>', answer.text, re.S)
        assert answer.status_code == 200 and len(labels) == 2 * len(ids[:20]) > 10
        assert any("&lt;" in one or "{{" in one or "{%" in one for one in labels)
        assert arisen(answer) == [] and "<b>" not in "".join(labels)


def literal(document: bytes) -> int:
    """How many runs of text of the document hold one of the words; nothing else in it does."""
    found = 0
    with zipfile.ZipFile(io.BytesIO(document)) as parts:
        for name in parts.namelist():
            if not name.endswith((".xml", ".rels")):
                continue
            for element in ElementTree.fromstring(parts.read(name)).iter():
                marks = ("DDEAUTO", COMPUTED, "onerror")
                assert not any(mark in value for value in element.attrib.values() for mark in marks), (name, element.attrib)
                text = element.text or ""
                assert COMPUTED not in text, name
                if any(word.split("\\")[0] in text for word in WORDS):
                    assert element.tag.rpartition("}")[2] in TEXTS, (name, element.tag, text)
                    found += 1
    return found


def asked_for(county: County) -> Iterator[tuple[str, Any]]:  # noqa: F811
    for rule in county.rules("GET"):
        for way in county.ways(rule)[:1] if HANDED_OUT.search(rule.rule + rule.endpoint) else ():
            yield rule.endpoint, county.client(way.username).get(way.address(county.app, "GET"))


def printed(county: County) -> Iterator[tuple[str, Any]]:  # noqa: F811
    """抽样单 and what else belongs to a sample, 任务单, and the papers that are made by a press of a button."""
    for rule in county.rules("POST"):
        for way in county.ways(rule)[:1] if re.search(r"/(print|notice)$", rule.rule) else ():
            for kind in of_sample(way.subject.state, way.subject.link) if rule.endpoint == "printing.print_sample" else (None,):
                sent = {"kind": kind.code if kind else "", "copies": 1, "version": getattr(way.subject, "version", 1)}
                yield f"{rule.endpoint} {sent['kind']}", county.client(way.username).post(way.address(county.app, "POST"), data=sent)
