"""Which names the statements of one scope bind."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def walk(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Every node of the scope that the nodes lie in; inner functions' insides not."""
    for node in nodes:
        yield node
        if not isinstance(node, _SCOPES):
            yield from walk(ast.iter_child_nodes(node))


def bound(nodes: Iterable[ast.AST]) -> list[str]:
    """The names that are assigned, in order of appearance."""
    hidden = set()
    found: dict[str, None] = {}
    for node in walk(nodes):
        if isinstance(node, _COMPREHENSIONS):
            for generator in node.generators:
                hidden |= {id(n) for n in ast.walk(generator.target)}
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            if id(node) not in hidden:
                found[node.id] = None
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.ExceptHandler)):
            if node.name:
                found[node.name] = None
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                found[alias.asname or alias.name.split(".")[0]] = None
    return list(found)


def places(nodes: Iterable[ast.AST], names: Iterable[str]) -> dict[str, ast.expr]:
    """Attributes and items that are assigned, by how they are written.

    Only those whose owner and index are plain names, attributes and constants, and
    whose names do not change themselves.
    """
    changing = set(names)
    found: dict[str, ast.expr] = {}
    for node in walk(nodes):
        stored = isinstance(getattr(node, "ctx", None), ast.Store)
        if not stored or not isinstance(node, (ast.Attribute, ast.Subscript)):
            continue
        inner = [node.value] if isinstance(node, ast.Attribute) else [
            node.value, node.slice
        ]  # fmt: skip
        if all(_simple(x) for x in inner) and not (
            {n.id for n in ast.walk(node) if isinstance(n, ast.Name)} & changing
        ):
            found[ast.unparse(node)] = node
    return found


def declared(nodes: Iterable[ast.AST], kind: type[ast.AST]) -> set[str]:
    """The names of `global` or `nonlocal` statements."""
    return {n for node in walk(nodes) if isinstance(node, kind) for n in node.names}  # type: ignore[attr-defined]


def _simple(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        return _simple(node.value)
    if isinstance(node, ast.UnaryOp):  # the last of a list: x[-1]
        return isinstance(node.operand, ast.Constant)
    return isinstance(node, (ast.Name, ast.Constant))
