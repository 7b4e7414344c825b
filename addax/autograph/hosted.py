"""A loop over a data set: Python takes the elements, compiled code is the body.

No program can take elements from Python one by one, so a function with such a loop runs
as plain Python (`NeedsPython`). What the loop's body reads, changes and gets then are
the arguments of a compiled step, which later calls of the function find again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import CellType, CodeType
from typing import Any

from addax.autograph.undefined import Undefined
from addax.autograph.values import is_number
from addax.core import Function, convert, scope, tree

Fn = Callable[..., Any]
_steps: dict[CodeType, _Step] = {}


def runs_hosted(iterable: Any) -> bool:
    """Whether a loop is over a data set, in a function that runs as plain Python."""
    return (
        scope.state.flow == "hosted"
        and scope.state.lift is None
        and hasattr(iterable, "element_spec")
    )


def hosted_for(
    iterable: Any,
    test: Fn | None,
    body: Fn,
    get: Fn,
    put: Fn,
    names: Sequence[str],
    after: Sequence[str],
) -> None:
    """Runs the loop, each step compiled."""
    step = _steps.setdefault(body.__code__, _Step())
    start = get()
    # Names that only the body sets begin each step without a value
    fresh = [type(v) is Undefined for v in start]
    kept = [not f or n in after for f, n in zip(fresh, names, strict=True)]
    compiles = True
    for item in iterable:
        if test is not None and not test():
            break
        if compiles:
            now = zip(start, get(), fresh, strict=True)
            values = tuple(a if new else _tensors(b) for a, b, new in now)
            try:
                put(step(body, get, put, kept, values, item))
                continue
            except UnboundLocalError:  # a value is kept for the next step
                compiles = False
        body(item)


def _tensors(value: Any) -> Any:
    return tree.map_structure(lambda x: convert(x) if is_number(x) else x, value)


class _Step:
    """The body of a loop as a function of all that it sees."""

    def __init__(self) -> None:
        self._function = Function(self._run)
        self._now: Any = None

    def __call__(
        self, body: Fn, get: Fn, put: Fn, kept: Sequence[bool], values: Any, item: Any
    ) -> Any:
        cells = [c for c in body.__closure__ or () if _filled(c)]
        self._now = body, get, put, kept, cells
        try:
            return self._function(values, [c.cell_contents for c in cells], item)
        finally:
            self._now = None

    def _run(self, values: Any, contents: list[Any], item: Any) -> Any:
        body, get, put, kept, cells = self._now
        before = get()
        try:
            with _holding(cells, contents):
                put(values)
                body(item)
                after = get()
        finally:
            put(before)
        return tuple(
            v if keep else b for v, keep, b in zip(after, kept, values, strict=True)
        )


def _filled(cell: CellType) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:
        return False


@contextmanager
def _holding(cells: Sequence[CellType], contents: Sequence[Any]) -> Iterator[None]:
    """Gives cells other contents within a block."""
    before = [c.cell_contents for c in cells]
    for cell, value in zip(cells, contents, strict=True):
        cell.cell_contents = value
    try:
        yield
    finally:
        for cell, value in zip(cells, before, strict=True):
            cell.cell_contents = value
