"""From a function to the converted function, once for each."""

from __future__ import annotations

import ast
import functools
import inspect
import sys
import types
import weakref
from collections.abc import Callable
from typing import Any

from addax.autograph import source
from addax.autograph.transform import RUNTIME, define, transform
from addax.core import scope

Fn = Callable[..., Any]

# Never converted: what is ours, what we stand on, and Python's own.
_OTHERS = frozenset((
    "addax", "jax", "jaxlib", "keras", "matplotlib", "ml_dtypes", "numpy", "pandas",
    "PIL", "pytest", "scipy", "sklearn", "tensorflow",
)) | sys.stdlib_module_names  # fmt: skip
_PAUSING = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
OFF = "_autograph_off"

_codes: dict[Any, types.CodeType | None] = {}
_made: weakref.WeakKeyDictionary[Any, Any] = weakref.WeakKeyDictionary()
# The runtime as the converted code's closures hold it; set by the package.
runtime_cell = types.CellType()


def converted(fn: Any) -> Any:
    """`fn` with its control flow converted, or `fn` where it is not to be."""
    if isinstance(fn, types.FunctionType):
        return _function(fn)
    if isinstance(fn, types.MethodType):
        inner = converted(fn.__func__)
        return fn if inner is fn.__func__ else types.MethodType(inner, fn.__self__)
    if isinstance(fn, functools.partial):
        inner = converted(fn.func)
        return fn if inner is fn.func else functools.partial(
            inner, *fn.args, **fn.keywords
        )  # fmt: skip
    call = getattr(type(fn), "__call__", None)  # noqa: B004
    if isinstance(call, types.FunctionType):
        inner = converted(call)
        return fn if inner is call else types.MethodType(inner, fn)
    return fn


def convertible(fn: types.FunctionType) -> bool:
    """Whether the function is the user's own, and its code of a kind we convert."""
    if getattr(fn, OFF, False) or fn.__code__.co_flags & _PAUSING:
        return False
    module = fn.__globals__.get("__name__") or ""
    return module == "__main__" or module.split(".")[0] not in _OTHERS


def _function(fn: types.FunctionType) -> Any:
    if not convertible(fn):
        return fn
    if fn not in _made:
        code = _code(fn)
        _made[fn] = None if code is None else _with_code(fn, code)
    made = _made[fn]
    return fn if made is None else made


def _with_code(fn: types.FunctionType, code: types.CodeType) -> types.FunctionType:
    cells = dict(zip(fn.__code__.co_freevars, fn.__closure__ or (), strict=True))
    cells[RUNTIME] = runtime_cell
    closure = tuple(cells[name] for name in code.co_freevars)
    made = types.FunctionType(
        code, fn.__globals__, fn.__name__, fn.__defaults__, closure
    )
    made.__kwdefaults__ = fn.__kwdefaults__
    functools.update_wrapper(made, fn)
    del made.__dict__["__wrapped__"]  # the cache would keep itself alive
    setattr(made, OFF, True)  # it is converted already
    return made


def _code(fn: types.FunctionType) -> types.CodeType | None:
    key = (fn.__code__.co_filename, fn.__code__, fn.__code__.co_qualname)
    if key not in _codes:
        try:
            _codes[key] = _compiled(fn)
        except source.NoSource:
            _codes[key] = None
    return _codes[key]


def tree_of(fn: types.FunctionType) -> ast.FunctionDef:
    """The converted definition."""
    node = _Mangled(fn.__qualname__).visit(source.find(fn))
    return transform(node)


def _compiled(fn: types.FunctionType) -> types.CodeType:
    node = tree_of(fn)
    node.name = "ag__made"  # its own name may be that of what it calls
    free = [*fn.__code__.co_freevars, RUNTIME]
    args = ast.arguments([], [ast.arg(n) for n in free], None, [], [], None, [])
    outer = define("ag__outer", args, [node])
    module = ast.fix_missing_locations(ast.Module([outer], []))
    flags = fn.__code__.co_flags & _future_flags()
    whole = compile(module, fn.__code__.co_filename, "exec", flags, True)
    code = _inner(_inner(whole, "ag__outer"), node.name)
    return _named(code, fn.__name__).replace(co_qualname=fn.__qualname__)


def _named(code: types.CodeType, name: str) -> types.CodeType:
    """The code, and what it was taken apart into, under one name in tracebacks."""
    parts = tuple(
        _named(c, name)
        if isinstance(c, types.CodeType) and c.co_name.startswith(RUNTIME)
        else c
        for c in code.co_consts
    )
    return code.replace(co_name=name, co_consts=parts)


def _inner(code: types.CodeType, name: str) -> types.CodeType:
    return next(
        c for c in code.co_consts if isinstance(c, types.CodeType) and c.co_name == name
    )


@functools.cache
def _future_flags() -> int:
    import __future__

    return __future__.annotations.compiler_flag


class _Mangled(ast.NodeTransformer):
    """Private names (`self.__x`) as they are called outside of their class."""

    def __init__(self, qualname: str) -> None:
        *owners, _ = qualname.replace("<locals>.", "").split(".")
        last = qualname.split(".")[-2:-1]
        self._class = owners[-1].lstrip("_") if owners and last != ["<locals>"] else ""

    def _name(self, name: str) -> str:
        private = name.startswith("__") and not name.endswith("__")
        return f"_{self._class}{name}" if private and self._class else name

    def visit_Attribute(self, node: ast.Attribute) -> Any:
        node.attr = self._name(node.attr)
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> Any:
        node.id = self._name(node.id)
        return node


def install(runtime: Any) -> None:
    """Has traces convert functions, with `runtime` behind what they call."""
    runtime_cell.cell_contents = runtime
    scope.converter = converted
