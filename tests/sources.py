"""The program's own text, for the architecture tests: every module of ``app`` with its syntax tree, every template."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(eq=False)
class Module:
    """One module: ``name`` as imported, ``path`` from the root of the repository."""

    name: str
    path: str
    text: str
    tree: ast.Module

    def at(self, node: ast.AST) -> str:
        return f"{self.path}:{getattr(node, 'lineno', 0)}"

    @cached_property
    def _nodes(self) -> tuple[ast.AST, ...]:
        return tuple(ast.walk(self.tree))

    @cached_property
    def _imports(self) -> tuple[tuple[ast.stmt, str], ...]:
        return tuple(self._imported())

    def walk(self) -> Iterator[ast.AST]:
        return iter(self._nodes)

    def calls(self) -> Iterator[ast.Call]:
        return (node for node in self._nodes if isinstance(node, ast.Call))

    def imports(self) -> Iterator[tuple[ast.stmt, str]]:
        """Every imported module by absolute name, also inside functions; ``from a import b`` gives ``a`` and ``a.b``.

        What is imported for the type checker only does not count.
        """
        return iter(self._imports)

    def _imported(self) -> Iterator[tuple[ast.stmt, str]]:
        typing = {
            inner
            for node in self.walk()
            if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
            for inner in ast.walk(node)
        }
        for node in self.walk():
            if node in typing:
                continue
            if isinstance(node, ast.Import):
                yield from ((node, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node, node.module
                yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)


@cache
def modules() -> tuple[Module, ...]:
    found = []
    for path in sorted(Path(ROOT, "app").rglob("*.py")):
        text = path.read_text("utf-8")
        relative = path.relative_to(ROOT)
        name = ".".join(relative.with_suffix("").parts).removesuffix(".__init__")
        found.append(Module(name, relative.as_posix(), text, ast.parse(text)))
    return tuple(found)


@cache
def templates() -> tuple[tuple[str, str], ...]:
    """(path, text) of every template."""
    root = Path(ROOT, "templates")
    return tuple((path.relative_to(ROOT).as_posix(), path.read_text("utf-8")) for path in sorted(root.rglob("*.*")))


def called(node: ast.Call) -> str:
    """``a.b.c`` of a call, as far as it is made of names."""
    parts: list[str] = []
    step: ast.expr = node.func
    while isinstance(step, ast.Attribute):
        parts.append(step.attr)
        step = step.value
    if isinstance(step, ast.Name):
        parts.append(step.id)
    return ".".join(reversed(parts))
