"""Word documents (文书): filling a template, and reading which fields it uses. The only place that knows a Word library.

A template may come from an administrator, so it is a program somebody else wrote: it runs in Jinja's sandbox, and before that
its syntax tree is read and anything but fields, lists and conditions is refused.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from app.document_checks import refuse_unsafe
from app.errors import NotLikeThis

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PLAIN_NODES = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.For, nodes.If, nodes.Not, nodes.And,
    nodes.Or, nodes.Compare, nodes.Operand, nodes.Const,
)  # fmt: skip
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
MADE = (1980, 1, 1, 0, 0, 0)  # no moment inside, so that the same content is the same bytes
UNKNOWN = "模板使用了没有的字段“{}”：请对照本页的字段清单改正后再上传"
NOT_PLAIN = "模板中只能使用字段、列表和“如果”，不能使用“{}”：请改正后再上传"
BROKEN = "模板中的字段写法有误（{}）：请检查双花括号和百分号是否成对，且没有换行"
LOOP_FIELD = "loop"

Value = str | Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Used:
    """Fields a template uses: single ones, and those of each list's rows."""

    fields: frozenset[str]
    rows: Mapping[str, frozenset[str]]


# ---------------------------------------------------------------- reading a template

def used_fields(template: bytes) -> Used:
    """The fields of a template. Raises NotLikeThis when it is written in any other way than with fields and lists."""
    return _Reader(_tree(_opened(template))).used


def check(template: bytes, fields: Collection[str], lists: Mapping[str, Collection[str]]) -> Used:
    """May this file take the place of a template? Raises NotLikeThis with the one thing that is wrong."""
    refuse_unsafe(template)
    used = used_fields(template)
    unknown = sorted(used.fields - set(fields)) + sorted(set(used.rows) - set(lists))
    for name, row in used.rows.items():
        unknown += sorted(row - set(lists.get(name, ())))
    if unknown:
        raise NotLikeThis(UNKNOWN.format("”“".join(unknown[:5])), field="file")
    render(template, [_sample_values(fields, lists)])
    return used


def _sample_values(fields: Collection[str], lists: Mapping[str, Collection[str]]) -> dict[str, Value]:
    rows = {name: [dict.fromkeys(row, "样") for _ in range(2)] for name, row in lists.items()}
    return {**dict.fromkeys(fields, "样"), **rows}


def _opened(template: bytes) -> Any:
    from docxtpl import DocxTemplate

    opened = DocxTemplate(BytesIO(template))
    try:
        opened.render_init()
    except Exception as fault:  # the library raises whatever its parser met; the sentence is the same for all of them
        raise NotLikeThis("Word 文件打不开，可能已损坏：请重新另存为 .docx 后再上传", field="file") from fault
    return opened


def _tree(opened: Any) -> nodes.Template:
    try:
        return _environment().parse(opened.patch_xml(opened.get_xml()))
    except TemplateSyntaxError as fault:
        raise NotLikeThis(BROKEN.format(fault.message), field="file") from fault


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    environment.globals.clear()
    environment.filters.clear()
    environment.tests.clear()
    return environment


class _Reader:
    """Walks the syntax tree of a template once."""

    def __init__(self, tree: nodes.Template) -> None:
        self._lists: dict[str, str] = {}  # name of a row -> list it belongs to
        self._fields: set[str] = set()
        self._rows: dict[str, set[str]] = {}
        self._read(tree)
        self.used = Used(frozenset(self._fields), {name: frozenset(row) for name, row in self._rows.items()})

    def _read(self, node: nodes.Node) -> None:
        if not isinstance(node, PLAIN_NODES):
            raise NotLikeThis(NOT_PLAIN.format(_word(node)), field="file")
        if isinstance(node, nodes.For):
            self._loop(node)
        elif isinstance(node, nodes.Getattr):
            self._attribute(node)
        elif isinstance(node, nodes.Name):
            self._name(node)
        else:
            for child in node.iter_child_nodes():
                self._read(child)

    def _loop(self, node: nodes.For) -> None:
        simple = isinstance(node.iter, nodes.Name) and isinstance(node.target, nodes.Name) and not node.recursive
        if not simple or node.test is not None:
            raise NotLikeThis(NOT_PLAIN.format("复杂的循环"), field="file")
        name, row = node.iter.name, node.target.name  # type: ignore[attr-defined]
        self._lists[row] = name
        self._rows.setdefault(name, set())
        for child in (*node.body, *node.else_):
            self._read(child)
        del self._lists[row]

    def _attribute(self, node: nodes.Getattr) -> None:
        if not isinstance(node.node, nodes.Name):
            raise NotLikeThis(NOT_PLAIN.format(f".{node.attr}"), field="file")
        owner = node.node.name
        if owner in self._lists:
            self._rows[self._lists[owner]].add(node.attr)
        elif not (owner == LOOP_FIELD and self._lists and node.attr in ("index", "first", "last")):
            raise NotLikeThis(NOT_PLAIN.format(f"{owner}.{node.attr}"), field="file")

    def _name(self, node: nodes.Name) -> None:
        if node.name not in self._lists:
            self._fields.add(node.name)


def _word(node: nodes.Node) -> str:
    return {"Call": "函数", "Filter": "过滤器", "Assign": "赋值", "Include": "引用文件", "Import": "引用文件", "Getitem": "下标"}.get(
        type(node).__name__, type(node).__name__
    )


# ---------------------------------------------------------------- filling it

def render(template: bytes, contexts: Iterable[Mapping[str, Value]]) -> bytes:
    """The template filled once for each context, one after the other in one file, each beginning on a new page.

    Raises NotLikeThis when the template uses a field that the context lacks.
    """
    opened = _opened(template)
    source = opened.patch_xml(opened.get_xml())
    _Reader(_tree(opened))  # a template in use was checked when it came; one changed in the files is refused here
    environment = _environment()
    body = None
    try:
        for context in contexts:
            filled = opened.render_xml_part(source, opened.docx._part, _printable(context), environment)
            body = _joined(body, opened.fix_tables(filled))
    except TemplateError as fault:
        raise NotLikeThis(UNKNOWN.format(_named(fault))) from fault
    if body is None:
        raise NotLikeThis("没有可以打印的内容：请至少选择一个样品")
    opened.fix_docpr_ids(body)
    opened.map_tree(body)
    made = BytesIO()
    opened.docx.save(made)
    return _packed(made.getvalue())


def _named(fault: TemplateError) -> str:
    found = re.search(r"'([^']+)' is undefined|no attribute '([^']+)'", str(fault))
    return next((name for name in found.groups() if name), "") if found else str(fault)


def _printable(context: Mapping[str, Value]) -> dict[str, Any]:
    """Values without what XML cannot hold: a form may carry a control character from a scanner."""
    return {
        name: _clean(value) if isinstance(value, str) else [{key: _clean(text) for key, text in row.items()} for row in value]
        for name, value in context.items()
    }


def _clean(text: str) -> str:
    return UNPRINTABLE.sub("", text.replace("\t", " "))


def _joined(body: Any, following: Any) -> Any:
    """Append the paragraphs and tables of a body to another made from the same template, on a new page."""
    if body is None:
        return following
    w = "{" + following.nsmap["w"] + "}"
    children = [child for child in following if child.tag != f"{w}sectPr"]
    section = next((child for child in body if child.tag == f"{w}sectPr"), None)
    place = len(body) if section is None else list(body).index(section)
    for child in (_page_break(following, w), *children):
        body.insert(place, child)
        place += 1
    return body


def _page_break(body: Any, w: str) -> Any:
    """A paragraph of hardly any height that begins the next page."""
    paragraph = body.makeelement(f"{w}p", nsmap=body.nsmap)
    properties = paragraph.makeelement(f"{w}pPr")
    for name, attributes in (("pageBreakBefore", {}), ("spacing", {"before": "0", "after": "0", "line": "20", "lineRule": "exact"})):
        properties.append(properties.makeelement(f"{w}{name}", {f"{w}{key}": value for key, value in attributes.items()}))
    paragraph.append(properties)
    return paragraph


def _packed(content: bytes) -> bytes:
    """The same archive without its moment of making: printed twice, the same content has the same digest."""
    target = BytesIO()
    with ZipFile(BytesIO(content)) as source, ZipFile(target, "w", ZIP_DEFLATED) as packed:
        for entry in source.infolist():
            packed.writestr(ZipInfo(entry.filename, MADE), source.read(entry), ZIP_DEFLATED)
    return target.getvalue()
