"""Rules about what public functions say of themselves, from their source alone."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.source_tree import SourceTree

Function = ast.FunctionDef | ast.AsyncFunctionDef


def public_functions(tree: SourceTree) -> Iterator[tuple[str, Function]]:
    """Functions and methods with a public name in a public class or a module."""
    for module in tree.modules.values():
        for path, node in _public_in(module.tree, module.name):
            if isinstance(node, Function):
                yield path, node


def public_classes(tree: SourceTree) -> Iterator[tuple[str, ast.ClassDef]]:
    for module in tree.modules.values():
        for path, node in _public_in(module.tree, module.name):
            if isinstance(node, ast.ClassDef):
                yield path, node


def not_annotated(tree: SourceTree) -> list[str]:
    """Parameters and results of public functions without a type."""
    wrong = []
    for path, function in public_functions(tree):
        given = function.args
        parameters = [
            *given.posonlyargs,
            *given.args,
            *given.kwonlyargs,
            *filter(None, (given.vararg, given.kwarg)),
        ]
        bare = [
            each.arg
            for each in parameters
            if each.annotation is None and each.arg not in ("self", "cls")
        ]
        if function.returns is None:
            bare.append("return")
        if bare:
            wrong.append(f"{path}:{function.lineno} has no type for {', '.join(bare)}")
    return wrong


def wrong_args(tree: SourceTree) -> list[str]:
    """`Args:` sections that name other parameters than the signature has."""
    wrong = []
    for path, function in public_functions(tree):
        wrong += _compare(path, function.lineno, ast.get_docstring(function), function)
    for path, owner in public_classes(tree):
        init = next(
            (n for n in owner.body if isinstance(n, Function) and n.name == "__init__"),
            None,
        )
        if init:
            wrong += _compare(path, owner.lineno, ast.get_docstring(owner), init)
    return wrong


def without_docstring(tree: SourceTree) -> list[str]:
    """Public functions and classes of a module (not methods) that say nothing."""
    wrong = []
    for module in tree.modules.values():
        if ast.get_docstring(module.tree) is None:
            wrong.append(f"{module.name} has no docstring")
        for node in module.tree.body:
            is_public = isinstance(node, Function | ast.ClassDef) and (
                not node.name.startswith("_")
            )
            if is_public and not _has_docstring(node):
                wrong.append(
                    f"{module.name}.{node.name}:{node.lineno} has no docstring"
                )
    return wrong


def _has_docstring(node: ast.AST) -> bool:
    """One that is put together (`__doc__ = f"..."`) counts too."""
    return ast.get_docstring(node) is not None or any(
        isinstance(each, ast.Assign)
        and any(isinstance(t, ast.Name) and t.id == "__doc__" for t in each.targets)
        for each in node.body
    )


def documented_args(docstring: str) -> list[str] | None:
    """The names in the `Args:` section; `None` without one.

    Several may share a line: `x, y: two numbers.`
    """
    section = re.search(r"^Args:\n((?:(?:[ \t]+.*)?\n?)*)", docstring, re.MULTILINE)
    if section is None:
        return None
    names: list[str] = []
    lines = [line for line in section[1].splitlines() if line.strip()]
    if not lines:
        return []
    indent = len(lines[0]) - len(lines[0].lstrip())
    for line in lines:
        entry = re.match(r"((?:[`*]*\w+`?(?:, )?)+)(?: \(.*?\))?:", line.strip())
        if len(line) - len(line.lstrip()) == indent and entry:
            names += [each.strip("`* ") for each in entry[1].split(",")]
    return names


def _compare(path: str, line: int, text: str | None, function: Function) -> list[str]:
    documented = documented_args(text or "")
    if documented is None:
        return []
    given = function.args
    named = [each.arg for each in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    named = [each for each in named if each not in ("self", "cls")]
    open_ended = [each.arg for each in (given.vararg, given.kwarg) if each]
    # What `**kwargs` takes may be listed by name, and need not be listed at all.
    missing = [n for n in named if n not in documented and not n.startswith("_")]
    extra = [n for n in documented if n not in (*named, *open_ended)]
    wrong = []
    if missing:
        wrong.append(f"{path}:{line} does not document {', '.join(missing)}")
    if extra and not given.kwarg:
        wrong.append(f"{path}:{line} documents {', '.join(extra)}, which it has not")
    return wrong


def _public_in(node: ast.AST, path: str) -> Iterator[tuple[str, ast.AST]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function | ast.ClassDef):
            if child.name.startswith("_"):
                continue
            yield f"{path}.{child.name}", child
            if isinstance(child, ast.ClassDef):
                yield from _public_in(child, f"{path}.{child.name}")
