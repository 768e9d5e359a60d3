"""What is taken out of a 报表模板: its mapping and rules, or the authority's own file. Who took it out, which bytes, is in the history."""

from __future__ import annotations

from app import files, taken_out
from app.domain.actors import Actor
from app.return_templates import mapping_files, queries
from app.return_templates.filling import mapping
from app.return_templates.models import ReturnTemplate


def took(row: ReturnTemplate, ending: str, actor: Actor, *, original: bool = False) -> bytes:
    """``ending`` is json or xlsx; the original is the workbook that was uploaded."""
    said = f"{row.code}#{row.edition} 原件 {row.filename}" if original else f"{row.code}#{row.edition} 对应关系，{ending}"
    content = files.read(row.sha256) if original else _mapping(row, ending)
    taken_out.note(ReturnTemplate.__tablename__, row.id, row.title, said, actor, content, org_id=row.org_id)
    return content


def _mapping(row: ReturnTemplate, ending: str) -> bytes:
    cells, rules = mapping(row), queries.rule_texts(row.id)
    return mapping_files.as_json(row.title, cells, rules) if ending == "json" else mapping_files.as_workbook(cells, rules)
