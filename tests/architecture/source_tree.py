"""Read what the modules of a package import, from their source alone.

Nothing is imported: a module that does not even run can be judged.
"""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Import:
    """One import: where it stands, what it names, and when it happens."""

    module: str  # that imports
    target: str  # a module of the package, or an outside name as it is written
    line: int
    in_function: bool = False
    for_types_only: bool = False  # under `if TYPE_CHECKING:`
    lazy: bool = False  # from the table of `lazy_exports`

    def __str__(self) -> str:
        return f"{self.module}:{self.line} imports {self.target}"


@dataclass
class Module:
    """A parsed module."""

    name: str
    path: Path
    tree: ast.Module = field(repr=False)
    lines: int

    @property
    def is_package(self) -> bool:
        return self.path.name == "__init__.py"

    @property
    def package(self) -> str:
        return self.name if self.is_package else self.name.rpartition(".")[0]

    def absolute(self, name: str, level: int) -> str:
        """Resolve a relative name as the import system does."""
        if not level:
            return name
        base = self.package.split(".")
        base = base[: len(base) - level + 1]
        return ".".join([*base, name]) if name else ".".join(base)


class SourceTree:
    """All modules of one package."""

    def __init__(self, folder: Path) -> None:
        self.package = folder.name
        self.modules: dict[str, Module] = {}
        for path in sorted(folder.rglob("*.py")):
            parts = path.relative_to(folder.parent).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            text = path.read_text(encoding="utf-8")
            tree = ast.parse(text, str(path))
            self.modules[name] = Module(name, path, tree, len(text.splitlines()))

    @cached_property
    def imports(self) -> list[Import]:
        """Every import statement and every row of a lazy table."""
        return [
            found
            for module in self.modules.values()
            for found in self._imports_in(module, module.tree, {})
        ]

    @cached_property
    def inside(self) -> list[Import]:
        """The imports of one module of the package by another."""
        return [
            each
            for each in self.imports
            if self._is_inside(each.target) and each.target != each.module
        ]

    @cached_property
    def outside(self) -> list[Import]:
        """The imports from other packages."""
        return [each for each in self.imports if not self._is_inside(each.target)]

    def calls(self, function: str) -> Iterator[tuple[Module, ast.Call]]:
        """The calls of a function, by its last name."""
        for module in self.modules.values():
            for node in ast.walk(module.tree):
                if isinstance(node, ast.Call) and _last_name(node.func) == function:
                    yield module, node

    def _is_inside(self, name: str) -> bool:
        return name == self.package or name.startswith(self.package + ".")

    def _imports_in(self, module: Module, node: ast.AST, flags: dict) -> Iterator:
        for child in ast.iter_child_nodes(node):
            inner = flags
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                inner = flags | {"in_function": True}
            elif isinstance(child, ast.If) and _last_name(child.test) == (
                "TYPE_CHECKING"
            ):
                inner = flags | {"for_types_only": True}
            for target in self._targets(module, child):
                yield Import(module.name, target, child.lineno, **flags)
            for target in _lazy_targets(module, child):
                yield Import(module.name, target, child.lineno, lazy=True, **flags)
            yield from self._imports_in(module, child, inner)

    def _targets(self, module: Module, node: ast.AST) -> Iterator[str]:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            source = module.absolute(node.module or "", node.level)
            for alias in node.names:
                # `from package import module` names a module, not an attribute
                full = f"{source}.{alias.name}"
                inside = self._is_inside(source) and full not in self.modules
                yield source if inside else full


def _lazy_targets(module: Module, node: ast.AST) -> Iterator[str]:
    """The modules in a call of `lazy_exports(__name__, {...}, of=..., modules=...)`."""
    if not (isinstance(node, ast.Call) and _last_name(node.func) == "lazy_exports"):
        return
    arguments = {word.arg: word.value for word in node.keywords}
    if len(node.args) > 1:
        arguments["names"] = node.args[1]
    table = _literal(module, arguments["names"]) if "names" in arguments else {}
    for target in table.values():
        path = target.partition(":")[0]
        dots = len(path) - len(path.lstrip("."))
        yield module.absolute(path.lstrip("."), dots)
    if "of" in arguments:
        yield from _literal(module, arguments["of"])
    if "modules" in arguments:
        for name in _literal(module, arguments["modules"]):
            yield f"{module.package}.{name}"


def _literal(module: Module, node: ast.AST) -> Any:
    """The value of a literal in which constants of the module may stand by name."""
    constants = {
        _last_name(target): statement.value
        for statement in module.tree.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
    }

    class PutIn(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.AST:
            return self.visit(copy.deepcopy(constants[node.id]))

        def visit_Dict(self, node: ast.Dict) -> ast.AST:
            self.generic_visit(node)
            keys, values = [], []
            for key, value in zip(node.keys, node.values, strict=True):
                spread = key is None and isinstance(value, ast.Dict)
                keys += value.keys if spread else [key]
                values += value.values if spread else [value]
            return ast.Dict(keys, values)

    return ast.literal_eval(PutIn().visit(copy.deepcopy(node)))


def _last_name(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def dotted_name(node: ast.AST) -> str:
    """`a.b.c` as text; empty when the expression is anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        base = dotted_name(node.value)
        return f"{base}.{node.attr}" if base else ""
    return ""


def find_cycle(edges: dict[str, set[str]]) -> list[str]:
    """Return one cycle, closed (`a, b, a`), or an empty list."""
    done: set[str] = set()

    def visit(node: str, path: list[str]) -> list[str]:
        if node in path:
            return [*path[path.index(node) :], node]
        if node in done:
            return []
        for following in sorted(edges.get(node, ())):
            if cycle := visit(following, [*path, node]):
                return cycle
        done.add(node)
        return []

    for start in sorted(edges):
        if cycle := visit(start, []):
            return cycle
    return []
