"""Charts in Word files: a paragraph that says where, replaced by a native chart with its numbers inside.

The chart is the DrawingML part that Excel's own workbook has, so that both files show the same picture; Word draws it from the numbers
kept in the part and needs no workbook behind it.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from lxml import etree

MADE = (1980, 1, 1, 0, 0, 0)  # no moment inside: the same content is the same bytes
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/chart"
TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
BODY, RELATIONS, TYPES = "word/document.xml", "word/_rels/document.xml.rels", "[Content_Types].xml"
WIDTH, HEIGHT = 5_600_000, 3_400_000  # English metric units: within the margins of A4
DRAWING = """<w:drawing xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"
 xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
 xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><wp:inline distT="0" distB="0" distL="0" distR="0">
<wp:extent cx="{width}" cy="{height}"/><wp:docPr id="{place}" name="chart{place}" descr="{words}"/><wp:cNvGraphicFramePr/>
<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">
<c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="{relation}"/>
</a:graphicData></a:graphic></wp:inline></w:drawing>"""
PARSER = etree.XMLParser(resolve_entities=False, no_network=True)


def with_charts(document: bytes, charts: Mapping[str, tuple[bytes, str]]) -> bytes:
    """The file with each paragraph whose whole text is a key replaced by that chart; the second value describes it in words."""
    with ZipFile(BytesIO(document)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    body = etree.fromstring(parts[BODY], PARSER)
    relations, types = etree.fromstring(parts[RELATIONS], PARSER), etree.fromstring(parts[TYPES], PARSER)
    added: dict[str, bytes] = {}
    for place, (words, (drawing, described)) in enumerate(charts.items(), 1):
        name = f"word/charts/shian{place}.xml"
        if not _put(body, words, place, described):
            continue
        added[name] = _standing_alone(drawing)
        etree.SubElement(relations, "Relationship", Id=f"rIdChart{place}", Type=RELATION, Target=f"charts/shian{place}.xml")
        etree.SubElement(types, "Override", PartName=f"/{name}", ContentType=TYPE)
    parts |= {BODY: _written(body), RELATIONS: _written(relations), TYPES: _written(types), **added}
    return _packed(parts)


def _put(body: etree._Element, words: str, place: int, described: str) -> bool:
    for paragraph in body.iter(f"{{{W}}}p"):
        if "".join(paragraph.itertext()).strip() == words:
            for run in paragraph.findall(f"{{{W}}}r"):
                paragraph.remove(run)
            run = etree.SubElement(paragraph, f"{{{W}}}r")
            filled = DRAWING.format(width=WIDTH, height=HEIGHT, place=9000 + place, words="", relation=f"rIdChart{place}")
            drawing = etree.fromstring(filled, PARSER)
            next(one for one in drawing.iter() if etree.QName(one).localname == "docPr").set("descr", described)
            run.append(drawing)
            return True
    return False


def _standing_alone(drawing: bytes) -> bytes:
    """Without what refers to the workbook's own printing."""
    root = etree.fromstring(drawing, PARSER)
    for one in root.findall(f"{{{C}}}printSettings"):
        root.remove(one)
    for labels in root.iter(f"{{{C}}}dLbls"):
        _numbers_alone(labels)
    return _written(root)


def _numbers_alone(labels: etree._Element) -> None:
    """Say what a label does not show: what is left out counts as shown outside Excel."""
    wanted = {"showLegendKey": "0", "showVal": "1", "showCatName": "0", "showSerName": "0", "showPercent": "0", "showBubbleSize": "0"}
    for name in wanted:
        for one in labels.findall(f"{{{C}}}{name}"):
            labels.remove(one)
    for name, value in wanted.items():
        etree.SubElement(labels, f"{{{C}}}{name}", val=value)


def _written(element: etree._Element) -> bytes:
    return bytes(etree.tostring(element, xml_declaration=True, encoding="UTF-8", standalone=True))


def _packed(parts: Mapping[str, bytes]) -> bytes:
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(ZipInfo(name, MADE), content, ZIP_DEFLATED)
    return made.getvalue()
