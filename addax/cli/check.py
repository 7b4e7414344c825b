"""`addax check`: which TensorFlow and Keras names a script uses that addax lacks."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from addax._base.errors import explain
from addax._base.lazy import import_late
from addax.cli import console
from addax.tf._stand_in import FINDER, ROOTS

_MAGIC = re.compile(r"^(\s*)[!%?].*$", re.MULTILINE)


@dataclass(frozen=True, order=True)
class Missing:
    """A name that a script uses and addax does not have.

    Attributes:
        line: Its line in the file, from 1 (in a notebook: in the cell).
        name: The name, in full, e.g. `tensorflow.lite.Interpreter`.
        reason: What to do instead, as the error at run time says it.
        cell: The number of the notebook's cell, from 1; 0 in a script.
    """

    line: int
    name: str
    reason: str
    cell: int = 0


def run_check(paths: list[Path]) -> None:
    """Print, for each file, the names that it uses and addax lacks.

    Args:
        paths: Python files and notebooks. They are read, not run.

    Raises:
        SystemExit: With status 1 if a name is missing.
    """
    found = False
    for path in paths:
        missing = check_file(path)
        for each in missing:
            cell = f"cell {each.cell}, line " if each.cell else ""
            console.plain(f"{path}:{cell}{each.line}: {each.name}")
            console.note(each.reason.replace("\n", "\n    "))
        found = found or bool(missing)
        if not missing:
            console.plain(f"{path}: every TensorFlow and Keras name is there")
    if found:
        raise SystemExit(1)


def check_file(path: Path) -> list[Missing]:
    """The names that a file uses and addax lacks, in the order of lines.

    Args:
        path: A Python file or a notebook. It is read, not run.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: It is not Python.
    """
    if not path.is_file():
        raise FileNotFoundError(
            explain(
                "There is no such script.",
                received={"script": str(path)},
                fix="addax check path/to/script.py",
            )
        )
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return check_source(text, str(path))
    known: dict[str, str] = {}
    missing = []
    for number, source in _cells(text, path):
        for each in check_source(source, f"{path}, cell {number}", known):
            missing.append(Missing(each.line, each.name, each.reason, number))
    return missing


def check_source(
    text: str, file: str = "<script>", known: dict[str, str] | None = None
) -> list[Missing]:
    """The names that Python source uses and addax lacks, in the order of lines.

    Args:
        text: The source.
        file: What to call it in errors.
        known: What names stand for at the start (`{"tf": "tensorflow"}`), and, when
            the call returns, at the end; nothing by default.

    Example:

    >>> check_source("import tensorflow as tf" + chr(10) + "tf.contrib.layers")[0].name
    'tensorflow.contrib'
    """
    try:
        module = ast.parse(text, file)
    except SyntaxError as error:
        raise ValueError(
            explain(
                f"{file} is not Python.",
                received={"line": error.lineno, "text": (error.text or "").strip()},
                why=error.msg,
            )
        ) from None
    names = _Names({} if known is None else known)
    names.visit(module)
    missing: dict[str, Missing] = {}
    for line, name in sorted(names.used):
        absent = _first_absent(name)
        if absent is not None and absent[0] not in missing:
            missing[absent[0]] = Missing(line, *absent)
    return sorted(missing.values())


class _Names(ast.NodeVisitor):
    """Collects `(line, full name)` of what comes from TensorFlow or Keras."""

    def __init__(self, known: dict[str, str]) -> None:
        self.known = known
        self.used: set[tuple[int, str]] = set()

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            if alias.name.partition(".")[0] not in ROOTS:
                continue
            self.used.add((node.lineno, alias.name))
            root = alias.name.partition(".")[0]
            self.known[alias.asname or root] = alias.name if alias.asname else root

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        module = node.module or ""
        if node.level or module.partition(".")[0] not in ROOTS:
            return
        for alias in node.names:
            name = module if alias.name == "*" else f"{module}.{alias.name}"
            self.used.add((node.lineno, name))
            self.known[alias.asname or alias.name] = name

    def visit_Attribute(self, node: ast.Attribute) -> None:
        name = self._full(node)
        if name is None:
            self.generic_visit(node)
        else:
            self.used.add((node.lineno, name))

    def visit_Assign(self, node: ast.Assign) -> None:
        """`K = tf.keras.backend` and the like give a name to a name."""
        self.generic_visit(node)
        name = self._full(node.value)
        for target in node.targets:
            if isinstance(target, ast.Name):
                if name is None:
                    self.known.pop(target.id, None)
                else:
                    self.known[target.id] = name

    def _full(self, node: ast.AST) -> str | None:
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name) or node.id not in self.known:
            return None
        return ".".join([self.known[node.id], *reversed(parts)])


def _cells(text: str, path: Path) -> Iterator[tuple[int, str]]:
    """The code cells of a notebook, without the lines that are not Python."""
    try:
        cells = json.loads(text)["cells"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(
            explain("This is not a notebook.", received={"file": str(path)})
        ) from error
    for number, cell in enumerate(cells, 1):
        if cell.get("cell_type") == "code":
            source = "".join(cell["source"])
            if not source.startswith("%%"):
                yield number, _MAGIC.sub(r"\1pass", source)


def _first_absent(name: str) -> tuple[str, str] | None:
    """The shortest part of `name` that addax lacks, with the reason."""
    parts = name.split(".")
    value: Any = import_late(FINDER.names[parts[0]])
    for i, part in enumerate(parts[1:], 2):
        if not isinstance(value, (ModuleType, type)):
            return None  # an attribute of an object: only running can tell
        here = ".".join(parts[:i])
        if here in FINDER.names:  # an old name of a module, which has no attribute
            value = import_late(FINDER.names[here])
            continue
        try:
            value = getattr(value, part)
        except AttributeError as error:
            return here, str(error)
    return None
