"""Finds the syntax tree of a function that is already running."""

from __future__ import annotations

import ast
import copy
import functools
import linecache
from types import CodeType, FunctionType

FunctionNode = ast.FunctionDef | ast.Lambda


class NoSource(Exception):
    """A function whose text cannot be found or read."""


def find(fn: FunctionType) -> ast.FunctionDef:
    """The definition of `fn`, with the line numbers of its file.

    A lambda comes as a definition that returns its expression.

    Raises:
        NoSource: If there is no text, or it is not that of `fn`.
    """
    code = fn.__code__
    lines = linecache.getlines(code.co_filename, fn.__globals__)
    if not lines:
        raise NoSource(f"{fn.__qualname__} has no source that can be read")
    try:
        nodes = _by_line("".join(lines))
    except SyntaxError as error:
        raise NoSource(f"{code.co_filename} has changed: {error}") from None
    found = [n for n in nodes.get(code.co_firstlineno, []) if _name(n) == code.co_name]
    if len(found) > 1:
        found = [n for n in found if _covers(n, code)][-1:]
    if not found or not _same_parameters(found[0], code):
        raise NoSource(f"{fn.__qualname__} is not where it was in {code.co_filename}")
    node = copy.deepcopy(found[0])
    return _definition(node) if isinstance(node, ast.Lambda) else node


@functools.lru_cache(maxsize=64)
def _by_line(text: str) -> dict[int, list[FunctionNode]]:
    """The functions of a file by the line at which their code begins."""
    nodes: dict[int, list[FunctionNode]] = {}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.Lambda)):
            decorators = getattr(node, "decorator_list", [])
            first = min([node.lineno, *(d.lineno for d in decorators)])
            nodes.setdefault(first, []).append(node)
    return nodes


def _name(node: FunctionNode) -> str:
    return "<lambda>" if isinstance(node, ast.Lambda) else node.name


def _covers(node: FunctionNode, code: CodeType) -> bool:
    """Whether the code's own expressions lie within the node."""
    start = (node.lineno, node.col_offset)
    end = (node.end_lineno or 0, node.end_col_offset or 0)
    places = [
        ((line, column), (last, final))
        for line, last, column, final in code.co_positions()
        if line and last and column is not None and final
    ]
    return all(start <= a and b <= end for a, b in places) and bool(places)


def _same_parameters(node: FunctionNode, code: CodeType) -> bool:
    args = node.args
    names = [a.arg for a in (*args.posonlyargs, *args.args, *args.kwonlyargs)]
    count = code.co_argcount + code.co_kwonlyargcount
    # Names like __x are stored with their class's name before them
    known = code.co_varnames[:count]
    return len(names) == count and all(
        b.endswith(a) for a, b in zip(names, known, strict=True)
    )


def _definition(node: ast.Lambda) -> ast.FunctionDef:
    made = ast.FunctionDef(
        name="ag__lambda",
        args=node.args,
        body=[ast.copy_location(ast.Return(node.body), node.body)],
        decorator_list=[],
    )
    return ast.copy_location(made, node)
