"""The rules of the architecture, each a function that returns what breaks it.

They take any source tree, so that `test_checks.py` can show each of them a tree that
breaks it: a rule that cannot fail proves nothing.
"""

import ast
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tests.architecture.source_tree import Module, SourceTree, dotted_name, find_cycle

# Of other frameworks, which addax replaces.
FORBIDDEN = {"flax", "keras", "tensorflow", "torch"}


@dataclass
class Rows:
    """The table of `rows.py`, ready to be asked."""

    rows: list[list[str]]
    facades: set[str] = field(default_factory=set)

    def part_of(self, module: str) -> str | None:
        """The name in the table that the module belongs to."""
        name = module
        while name:
            listed = any(name in row for row in self.rows)
            if listed and (name == module or name not in self.facades):
                return name
            name = name.rpartition(".")[0]
        return None

    def height(self, part: str) -> int:
        return next(i for i, row in enumerate(self.rows) if part in row)


def modules_without_a_row(tree: SourceTree, rows: Rows) -> list[str]:
    return [name for name in tree.modules if rows.part_of(name) is None]


def imports_that_point_up(tree: SourceTree, rows: Rows) -> list[str]:
    """An import for types only counts too: a part need not know those that use it."""
    wrong = []
    for each in tree.inside:
        source, target = rows.part_of(each.module), rows.part_of(each.target)
        known = source is not None and target is not None
        if known and rows.height(source) < rows.height(target):
            wrong.append(f"{each}, which stands below {source} in rows.py")
    return wrong


def cycle_of_modules(tree: SourceTree) -> list[str]:
    """Imports for types only are left out: they never happen."""
    edges: dict[str, set[str]] = {}
    for each in tree.inside:
        if not each.for_types_only:
            edges.setdefault(each.module, set()).add(each.target)
    return find_cycle(edges)


def cycle_of_parts(tree: SourceTree, rows: Rows) -> list[str]:
    edges: dict[str, set[str]] = {}
    for each in tree.inside:
        source, target = rows.part_of(each.module), rows.part_of(each.target)
        if source and target and source != target:
            edges.setdefault(source, set()).add(target)
    return find_cycle(edges)


def late_imports(tree: SourceTree, by_name: Iterable[str] = ()) -> list[str]:
    """Imports of the package inside functions, by statement or by name."""
    wrong = [f"{each}, in a function" for each in tree.inside if each.in_function]
    for function in ("import_module", "optional_import", "__import__"):
        for module, call in tree.calls(function):
            first = call.args[0] if call.args else None
            name = first.value if isinstance(first, ast.Constant) else None
            if module.name in by_name:
                continue
            where = f"{module.name}:{call.lineno}"
            if function != "optional_import":
                wrong.append(f"{where} calls {function}; use {tree.package}._base.lazy")
            elif name is None or name.split(".")[0] == tree.package:
                wrong.append(f"{where}: optional_import is for libraries, by name")
    return wrong


def lazy_names_that_are_nowhere(tree: SourceTree) -> list[str]:
    return [
        f"{each}, which is not there"
        for each in tree.inside
        if each.lazy and each.target not in tree.modules
    ]


def libraries_not_allowed(
    tree: SourceTree, rows: Rows, allowed: dict[str, set[str]]
) -> list[str]:
    wrong = []
    for each in tree.outside:
        library = each.target.split(".")[0]
        if library in sys.stdlib_module_names:
            continue
        part = rows.part_of(each.module) or each.module
        name = part
        while name not in allowed and name:
            name = name.rpartition(".")[0]
        if library not in allowed.get(name, set()):
            wrong.append(f"{each}, which rows.py does not allow {part}")
    return wrong


def other_frameworks(tree: SourceTree) -> list[str]:
    wrong = [
        str(each) for each in tree.outside if each.target.split(".")[0] in FORBIDDEN
    ]
    for module, call in tree.calls("optional_import"):
        name = _first_text(call)
        if name.split(".")[0] in FORBIDDEN:
            wrong.append(f"{module.name}:{call.lineno} imports {name}")
    return wrong


def private_jax(tree: SourceTree, allowed: str) -> list[str]:
    """Private names and version checks of JAX outside the one file for them."""
    wrong = []
    for module in tree.modules.values():
        if module.name != allowed:
            wrong += [
                f"{module.name}:{line} uses {name}"
                for line, name in _jax_names(module)
                if _is_private(name)
            ]
    return wrong


def _is_private(name: str) -> bool:
    parts = name.split(".")
    if parts[0] == "jaxlib":
        return True
    return any(part.startswith("_") for part in parts) or parts[1:2] == ["version"]


def _jax_names(module: Module) -> Iterator[tuple[int, str]]:
    """Every dotted name of JAX in a module, aliases (`jnp`) resolved."""
    aliases: dict[str, str] = {}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            found = {a.asname or a.name.split(".")[0]: a for a in node.names}
            for name, alias in found.items():
                aliases[name] = alias.name if alias.asname else name
                yield from _if_jax(node.lineno, alias.name)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for alias in node.names:
                aliases[alias.asname or alias.name] = f"{node.module}.{alias.name}"
                yield from _if_jax(node.lineno, f"{node.module}.{alias.name}")
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute):
            first, _, rest = dotted_name(node).partition(".")
            if first in aliases and rest:
                yield from _if_jax(node.lineno, f"{aliases[first]}.{rest}")


def _if_jax(line: int, name: str) -> Iterator[tuple[int, str]]:
    if name.split(".")[0] in ("jax", "jaxlib"):
        yield line, name


def extras_that_do_not_install(
    tree: SourceTree, extras: dict[str, set[str]], distributions: dict[str, str]
) -> list[str]:
    """Calls of `optional_import` whose extra does not install the library."""
    wrong = []
    for module, call in tree.calls("optional_import"):
        if module.name == f"{tree.package}._base.lazy":
            continue
        library = _first_text(call).split(".")[0]
        extra = next((w.value for w in call.keywords if w.arg == "extra"), None)
        name = extra.value if isinstance(extra, ast.Constant) else None
        wanted = distributions.get(library, library)
        if wanted not in extras.get(str(name), set()):
            wrong.append(
                f"{module.name}:{call.lineno}: the extra {name!r} does not install "
                f"{wanted!r}"
            )
    return wrong


def _first_text(call: ast.Call) -> str:
    first = call.args[0] if call.args else None
    return str(first.value) if isinstance(first, ast.Constant) else ""


def too_long(tree: SourceTree, limit: int, exempt: Iterable[str]) -> list[str]:
    return [
        f"{module.name} has {module.lines} lines"
        for module in tree.modules.values()
        if module.lines > limit and module.name not in set(exempt)
    ]
