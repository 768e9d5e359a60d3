"""One place for each thing, held by reading the program's own text."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator

import pytest
from jinja2 import Environment, nodes

from app.domain.workflow import TABLES
from app.tables import Base
from tests.sources import Module, called, modules, templates

FEATURE_DOORS = ("views.py", "cli.py", "jobs.py", "api.py")


def inside(module: Module, *prefixes: str) -> bool:
    return any(module.path == prefix or module.path.startswith(prefix.rstrip("*")) for prefix in prefixes)


def test_the_program_was_found():
    """An architecture test that reads nothing proves nothing."""
    assert len(modules()) > 60
    assert len(templates()) > 10


# ---------------------------------------------------------------- commit, state


def test_only_db_commits():
    found = [m.at(c) for m in modules() for c in m.calls() if called(c).endswith("commit") and m.path != "app/db.py"]
    assert found == []


def test_only_db_migrations_and_restores_begin():
    """Everybody else goes through transaction(): history, chain and summaries are its last steps."""
    allowed = {"app/db.py", "app/migrate.py", "app/backup_database.py", "app/copying.py"}  # copying writes another database
    found = [m.at(c) for m in modules() for c in m.calls() if called(c).endswith(".begin") and m.path not in allowed]
    assert found == []


def test_only_views_commands_and_jobs_open_transactions():
    allowed = {
        "app/db.py",
        "app/cli.py",
        "app/worker.py",
        "app/demonstration/operations.py",  # lives through a year of other people's commands
        "app/demonstration/replay.py",
        "app/demonstration/rapid.py",
        "app/demonstration/second_looks.py",
        "app/demonstration/stage.py",
        "app/accounts/sessions.py",  # notes that a session is in use, after the page was made
    }
    found = [
        m.at(call)
        for m in modules()
        for call in m.calls()
        if called(call) in ("transaction", "db.transaction")
        and m.path not in allowed
        and not m.path.endswith(FEATURE_DOORS)
    ]
    assert found == []


def _assigned(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Assign):
        return node.targets
    return [node.target] if isinstance(node, (ast.AugAssign, ast.AnnAssign)) else []


def _sets_state(node: ast.AST) -> bool:
    for target in _assigned(node):
        parts = target.elts if isinstance(target, ast.Tuple) else [target]
        if any(isinstance(part, ast.Attribute) and part.attr == "state" for part in parts):
            return True
    if isinstance(node, ast.Call) and called(node) == "setattr":
        return isinstance(node.args[1], ast.Constant) and node.args[1].value == "state"
    return False


def test_only_history_assigns_state():
    found = [m.at(node) for m in modules() for node in m.walk() if _sets_state(node) and m.path != "app/history.py"]
    assert found == []


WORKFLOW_MODELS = {mapper.class_.__name__ for mapper in Base.registry.mappers if mapper.local_table.name in TABLES}


def test_only_history_updates_workflow_tables_in_bulk():
    """A bulk update() skips history and the version check."""
    found = []
    for module in modules():
        for call in module.calls():
            if called(call).split(".")[-1] != "update" or not call.args:
                continue
            first = call.args[0]
            root = first.value if isinstance(first, ast.Attribute) else first  # Sample or Sample.__table__
            if isinstance(root, ast.Name) and root.id in WORKFLOW_MODELS and module.path != "app/history.py":
                found.append(module.at(call))
    assert found == []


# ---------------------------------------------------------------- libraries


@pytest.mark.parametrize(
    ("library", "place"),
    [
        ("openpyxl", "app/spreadsheet*"),
        ("xlsxwriter", "app/spreadsheet*"),
        ("python_calamine", "app/spreadsheet*"),
        ("docxtpl", "app/documents.py"),
        ("docx", "app/documents.py"),
        ("pygal", "app/charts.py"),
        ("typst", "app/dossier_pdf*"),
        ("pypdf", "app/dossier_pdf*"),
        ("PIL", "app/picture_child.py"),
        ("psycopg", "app/backup_database.py"),
        ("alembic", "app/migrate.py"),
    ],
)
def test_a_library_has_one_place(library: str, place: str):
    expected = {place, "app/cli.py"} if library == "alembic" else {place}  # cli: CommandError becomes a sentence
    found = [
        module.at(node)
        for module in modules()
        for node, name in module.imports()
        if name.split(".")[0] == library and not inside(module, *expected)
    ]
    assert found == []


def test_only_one_place_hands_out_files():
    """Under a name that is safe in a header and in a folder; the help's own pictures are named by their address."""
    kept = {"app/sending.py", "app/pages/help_views.py"}
    found = [
        m.at(node) for m in modules() for node in ast.walk(m.tree) if m.path not in kept
        and ((isinstance(node, ast.ImportFrom) and node.module in ("flask", "werkzeug.utils")
              and {one.name for one in node.names} & {"send_file", "send_from_directory"})
             or (isinstance(node, ast.Constant) and node.value == "Content-Disposition"))
    ]  # fmt: skip
    assert found == []


def test_the_rules_import_the_standard_library_only():
    allowed = sys.stdlib_module_names | {"__future__"}
    found = [
        f"{module.at(node)} {name}"
        for module in modules()
        if module.name.startswith("app.domain")
        for node, name in module.imports()
        if name.split(".")[0] not in allowed and name.split(".")[:2] != ["app", "domain"]
    ]
    assert found == []


def test_the_rules_read_no_file_and_no_environment():
    forbidden = {"open", "os.environ", "os.getenv", "Path", "input", "print"}
    found = [
        module.at(call)
        for module in modules()
        if module.name.startswith("app.domain")
        for call in module.calls()
        if called(call) in forbidden or called(call).endswith((".read_text", ".read_bytes"))
    ]
    assert found == []


NOW = re.compile(r"(^|\.)(date\.today|datetime\.(now|utcnow|today)|time\.(time|localtime))$")


def test_only_the_clock_knows_what_time_it_is():
    found = [m.at(c) for m in modules() for c in m.calls() if NOW.search(called(c)) and m.path != "app/clock.py"]
    assert found == []


# ---------------------------------------------------------------- figures

PATHS = re.compile(r"path|folder|root|instance|scratch|place|directory|beside|aside", re.IGNORECASE)
NO_FIGURES = (
    "app/charts.py",  # geometry of bars
    "app/charts_trend.py",  # geometry of a line
    "app/spreadsheet_cells.py",  # Excel counts time in days
    "app/dossier_pdf_child.py",  # geometry of a page laid on paper
)


def _is_path(node: ast.expr) -> bool:
    """``folder / "files"`` is a division to the parser."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return _is_path(node.left) or _is_path(node.right)
    if isinstance(node, (ast.JoinedStr, ast.Constant)):
        return isinstance(node, ast.JoinedStr) or isinstance(node.value, str)
    words = [getattr(part, "id", None) or getattr(part, "attr", "") for part in ast.walk(node)]
    return any(PATHS.search(word) for word in words)


def _divides(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return not _is_path(node)
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Div):
        return True
    literal = isinstance(node, ast.Call) and all(isinstance(argument, ast.Constant) for argument in node.args)
    return isinstance(node, ast.Call) and called(node) == "Fraction" and len(node.args) == 2 and not literal


def test_nobody_but_the_rules_divides():
    found = [
        module.at(node)
        for module in modules()
        if not module.name.startswith("app.domain") and not inside(module, *NO_FIGURES)
        for node in module.walk()
        if _divides(node)
    ]
    assert found == []


def test_no_template_divides():
    environment = Environment(extensions=["jinja2.ext.do"], autoescape=True)
    found = [
        f"{path}:{node.lineno}"
        for path, text in templates()
        for node in environment.parse(text, path, path).find_all(nodes.Div)  # 202611 // 100 is the year of a month, not a figure
    ]
    assert found == []


# ---------------------------------------------------------------- SQL, markup

SQL_CALLS = {"text", "execute", "exec_driver_sql", "executemany", "scalar", "scalars", "executescript"}


def _built(node: ast.expr) -> bool:
    """A string put together from parts."""
    if isinstance(node, ast.JoinedStr):
        return True
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Mod)):
        return any(isinstance(part, (ast.JoinedStr, ast.Constant)) for part in ast.walk(node))
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and (
        node.func.attr == "format" and isinstance(node.func.value, ast.Constant)
    )


def test_no_statement_is_put_together_from_strings():
    """ASVS 1.2.4. db.py and its inserting of many rows write PRAGMAs, COPY and INSERT from names of our own tables."""
    found = [
        module.at(call)
        for module in modules()
        if module.path not in ("app/db.py", "app/sqlite_blocks.py")
        for call in module.calls()
        if called(call).split(".")[-1] in SQL_CALLS and call.args and _built(call.args[0])
    ]
    assert found == []


def test_no_shell_no_eval_no_pickle():
    """ASVS 1.2.5, 1.3.2, 1.5.2. config.py runs the administrator's own configuration file."""
    found = []
    for module in modules():
        for call in module.calls():
            shell = any(word.arg == "shell" and getattr(word.value, "value", None) for word in call.keywords)
            if shell or called(call) in ("eval", "exec", "os.system", "os.popen", "pickle.loads", "pickle.load"):
                found.append(module.path)
    assert found == ["app/config.py"]


FORBIDDEN_MARKUP = {
    "a value declared safe": re.compile(r"\|\s*safe\b"),
    "an inline style": re.compile(r"\sstyle\s*="),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "an inline script": re.compile(r"<script\b(?![^>]*\bsrc=)", re.IGNORECASE),
    "an event attribute": re.compile(r"\son(click|change|submit|load|input|error|focus|blur|key\w+|mouse\w+)\s*=", re.IGNORECASE),
    "a javascript: address": re.compile(r"javascript:", re.IGNORECASE),
    "something from another site": re.compile(r"""(?:src|href)\s*=\s*["'](?:https?:)?//""", re.IGNORECASE),
    "escaping switched off": re.compile(r"autoescape\s+false", re.IGNORECASE),
}


@pytest.mark.parametrize("what", FORBIDDEN_MARKUP)
def test_templates_contain_no(what: str):
    """The Content-Security-Policy forbids them; a page that needs one would silently not work."""
    found = [
        f"{path}:{text[: match.start()].count(chr(10)) + 1}"
        for path, text in templates()
        for match in FORBIDDEN_MARKUP[what].finditer(text)
        if (path, what) != ("templates/components/icons.html", "a value declared safe")  # drawings written in that file
    ]
    assert found == []


def test_markup_is_made_in_three_places_only():
    """Charts strip and return SVG; the manual is our own text. Everything else is escaped by Jinja."""
    allowed = {"app/charts.py", "app/charts_trend.py", "app/pages/manual.py"}
    found = [m.at(c) for m in modules() for c in m.calls() if called(c).split(".")[-1] == "Markup" and m.path not in allowed]
    assert found == []


# ---------------------------------------------------------------- layers

RANK = {"models": 0, "queries": 1, "operations": 2, "views": 3, "cli": 3, "jobs": 3, "api": 3}


def _rank(name: str) -> int | None:
    parts = name.split(".")
    return RANK.get(parts[2]) if len(parts) >= 3 and parts[0] == "app" and parts[1] != "domain" else None


def test_a_module_imports_only_from_kinds_to_its_left():
    """models ◄ queries ◄ operations ◄ views, in any feature; also inside functions.

    Doors do not lead to other doors; but a page or command may name the jobs of its own feature.
    """
    found = []
    for module in modules():
        own, feature = _rank(module.name), module.name.rpartition(".")[0]
        for node, name in module.imports():
            other = _rank(name)
            if own is None or other is None or name.startswith(f"{feature}.jobs"):
                continue
            if other > own or other == own == RANK["views"]:
                found.append(f"{module.at(node)} imports {name}")
    assert found == []


def test_nobody_imports_a_page():
    found = [
        f"{module.at(node)} imports {name}"
        for module in modules()
        for node, name in module.imports()
        if name.split(".")[-1] in ("views", "api") and name.count(".") > 1 and name.startswith("app.") and module.path != "app/factory.py"
    ]
    assert found == []


def test_features_call_each_other_without_circles():
    known = {module.name for module in modules()}
    graph = {
        module.name: {name for _, name in module.imports() if name in known and name != module.name}
        for module in modules()
        if module.name.count(".") >= 2
    }
    assert _circle(graph) == []


def _circle(graph: dict[str, set[str]]) -> list[str]:
    """One circle, or nothing."""
    done: set[str] = set()

    def visit(name: str, path: list[str]) -> list[str]:
        if name in path:
            return [*path[path.index(name) :], name]
        if name in done or name not in graph:
            return []
        for other in sorted(graph[name]):
            if found := visit(other, [*path, name]):
                return found
        done.add(name)
        return []

    return next((found for name in sorted(graph) if (found := visit(name, []))), [])


# ---------------------------------------------------------------- sizes


def _functions(module: Module) -> Iterator[ast.FunctionDef]:
    return (node for node in module.walk() if isinstance(node, ast.FunctionDef))


def test_functions_are_short():
    long = [
        f"{module.at(function)} {function.name}: {function.end_lineno - function.lineno + 1} lines"
        for module in modules()
        for function in _functions(module)
        if (function.end_lineno or 0) - function.lineno + 1 > 40
    ]
    assert long == []


def test_modules_are_short():
    long = [f"{m.path}: {m.text.count(chr(10))} lines" for m in modules() if m.text.count("\n") > 320]
    assert long == []


def test_nothing_is_called_after_nothing():
    """Split by noun, never into utils."""
    vague = re.compile(r"(^|_)(utils?|helpers?|managers?|misc|common|info)(_|$)")
    assert [module.path for module in modules() if vague.search(module.name.rpartition(".")[2])] == []


def test_nothing_is_left_for_later():
    word = re.compile(r"\b(TODO|FIXME|TEMPORARY)\b|# ?XXX|raise NotImplementedError|敬请期待|暂未实现")
    found = [f"{module.path}: {match.group()}" for module in modules() for match in word.finditer(module.text)]
    found += [f"{path}: {match.group()}" for path, text in templates() for match in word.finditer(text)]
    assert found == []
