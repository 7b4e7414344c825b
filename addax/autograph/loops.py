"""`while` and `for` where a tensor may decide how often."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

from addax._base.errors import explain
from addax._base.output import held_until
from addax.autograph.branches import Put, if_, truth, undecided
from addax.autograph.exits import RETURN
from addax.autograph.hosted import hosted_for, runs_hosted
from addax.autograph.steps import Steps, as_steps
from addax.autograph.undefined import inside_only
from addax.autograph.values import (
    Parts,
    as_tensor,
    carries,
    common,
    is_empty,
    is_number,
    kind,
    parts,
    reserved,
    same,
    show,
)
from addax.core import Tensor, convert, scope
from addax.ops import create, math
from addax.ops.bodies import lift_body
from addax.ops.control import repeat, repeat_known

Fn = Callable[..., Any]
Get = Callable[[], tuple[Any, ...]]

# What `set_loop_options` said in the bodies being traced, innermost last
options: list[dict[str, Any]] = []


@contextmanager
def _own_options() -> Iterator[dict[str, Any]]:
    options.append({})
    try:
        yield options[-1]
    finally:
        options.pop()


def while_(
    test: Fn, body: Fn, get: Get, put: Put, names: Sequence[str], after: Any, line: int
) -> None:
    """A `while` statement: in Python as long as Python decides, then in the program."""
    while True:
        goes_on = test()
        if undecided(goes_on):
            break
        if not goes_on:
            return
        body()
    loop = _Loop(get, put, names, after, line, None)
    loop.run(lambda i: body(), lambda i: test())


def for_(
    iterable: Any,
    test: Fn | None,
    body: Fn,
    get: Get,
    put: Put,
    names: Sequence[str],
    after: Any,
    line: int,
) -> None:
    """A `for` statement; `test` says whether to go on, where something may end it."""
    if runs_hosted(iterable):
        hosted_for(iterable, test, body, get, put, names, after)
        return
    traced = scope.state.lift is not None
    steps = as_steps(iterable) if traced or isinstance(iterable, Steps) else None
    if steps is None:
        _python_for(iterable, test, body, get, put, names, line)
        return
    count = None if undecided(steps.count) else int(steps.count)
    if count == 0:
        return
    if test is not None and not undecided(test()) and not test():
        return
    start = get()
    fixed = count if test is None else None
    loop = _Loop(get, put, names, after, line, count, fixed)
    step = lambda i: body(steps.at(i))
    refused = (scope.Undecided, NotImplementedError, _KindChanges)
    short = count is not None and count <= _WRITTEN_OUT
    try:
        with held_until(*refused) if short else nullcontext():
            if count is not None and test is None:
                loop.run(step, count=count)
            elif test is None:
                loop.run(step, lambda i: math.less(i, steps.count))
            else:
                loop.run(step, lambda i: math.logical_and(
                    math.less(i, steps.count), truth(test())
                ))  # fmt: skip
    except refused:
        if not short:
            raise
        # The body needs the number of the step, or shapes that grow
        put(start)
        items = (steps.at(convert(i, "int32")) for i in range(count or 0))
        _python_for(items, test, body, get, put, names, line)


def _python_for(
    iterable: Iterable[Any],
    test: Fn | None,
    body: Fn,
    get: Get,
    put: Put,
    names: Sequence[str],
    line: int,
) -> None:
    for item in iterable:
        goes_on = True if test is None else test()
        if undecided(goes_on):
            branches = (lambda x=item: body(x), lambda: None)
            if_(goes_on, *branches, get, put, names, (False, False), line)
        elif goes_on:
            body(item)
        else:
            break


# A loop that cannot be compiled is written out if it has no more steps.
_WRITTEN_OUT = 64


class _KindChanges(ValueError):
    """A name's value changes its structure, shape or type in a loop."""


class _Again(Exception):
    """The loop's state must begin in another form."""


class _Loop:
    """A loop of the compiled program, with the names that its body changes.

    The body is traced until the names begin in the form in which it leaves them:
    numbers as tensors, empty arrays with their entries' shape, names that only the
    body sets with a place for what they get.
    """

    def __init__(
        self,
        get: Get,
        put: Put,
        names: Sequence[str],
        after: frozenset[str] | Sequence[str],
        line: int,
        count: int | None,
        fixed: int | None = None,
    ) -> None:
        self._get, self._put, self._names, self._line = get, put, names, line
        # Whether it may be written out instead
        self._short = count is not None and count <= _WRITTEN_OUT
        self._start = reserved(get(), fixed)
        self._given = [parts(v) for v in self._start]
        self._values = list(self._given)
        # Names that the loop carries, and those that only leave it
        self._carried = [not p.missing for p in self._given]
        self._fresh: dict[int, Parts] = {}
        self._wanted = [
            name == RETURN or (count is not None and name in after) for name in names
        ]
        self._after: list[Parts] = []
        self._needed: dict[tuple[int, int], Any] = {}
        self._first = True

    def run(self, body: Fn, test: Fn | None = None, count: int | None = None) -> None:
        """Traces the loop and puts its results into the names."""
        try:
            while True:
                try:
                    with held_until(_Again):
                        outs = self._traced(body, test, count)
                    break
                except _Again:
                    self._begin_anew()
        finally:
            self._put(self._start)
        self._finish(outs)

    def _traced(self, body: Fn, test: Fn | None, count: int | None) -> list[Tensor]:
        first = convert(0, "int32")
        flat = self._flat()

        def step(i: Tensor, *tensors: Tensor) -> list[Tensor]:
            self._fill(tensors)
            body(i)
            return self._left()

        if test is None:
            with _own_options() as limits:
                lifted = lift_body(step, [first, *flat])
            limit = limits.get("maximum_iterations")
            count = count if limit is None else min(count or 0, int(limit))
            return repeat_known(lifted, flat, count or 0)

        def advance(i: Tensor, *tensors: Tensor) -> list[Tensor]:
            return [math.add(i, 1), *step(i, *tensors)]

        def goes_on(i: Tensor, *tensors: Tensor) -> Tensor:
            self._fill(tensors)
            return truth(test(i))

        with _own_options() as limits:
            bodies = [lift_body(fn, [first, *flat]) for fn in (advance, goes_on)]
        limit = limits.get("maximum_iterations")
        return repeat(bodies[0], bodies[1], [first, *flat], limit)[1:]

    def _begin_anew(self) -> None:
        """Gives names the first values that a step showed to be needed."""
        for (i, j), k in self._needed.items():
            part = self._values[i]
            leaves, given = list(part.leaves), self._given[i].leaves[j]
            leaves[j] = (
                create.zeros(k.shape, k.dtype.name)
                if given is None
                else convert(as_tensor(given), k.dtype.name)
            )
            self._values[i] = Parts(tuple(leaves), part.treedef, part.value)
        self._needed.clear()

    def _flat(self) -> list[Tensor]:
        carried = zip(self._values, self._carried, strict=True)
        flat = [t for p, moves in carried if moves for t in p.tensors()]
        for part in self._fresh.values():
            flat += [
                create.zeros(k.shape, k.dtype.name)
                for k in (kind(part.leaves[i]) for i in part.carried())
            ]
        return flat

    def _fill(self, tensors: Sequence[Tensor]) -> None:
        """Gives the names the values with which a step begins."""
        rest = iter(tensors)
        filled = []
        for part, moves in zip(self._values, self._carried, strict=True):
            if moves:
                filled.append(part.filled([next(rest) for _ in part.carried()]))
            else:
                filled.append(part.value)
        self._put(tuple(filled))
        self._begun = [parts(v) for v in filled]

    def _left(self) -> list[Tensor]:
        """What a step leaves, in the form in which the next begins."""
        self._after = [parts(v) for v in self._get()]
        again = False
        for i, (name, before, after) in enumerate(
            zip(self._names, self._begun, self._after, strict=True)
        ):
            if self._carried[i]:
                again |= self._settle(i, name, before, after)
            elif self._wanted[i] and i not in self._fresh and not after.missing:
                self._fresh[i] = after
                again |= bool(after.carried())
        if again:
            raise _Again
        self._first = False
        made = []
        for i, part in enumerate(self._after):
            if self._carried[i]:
                kinds = [kind(x) for x in self._values[i].tensors()]
                made += _cast(part, kinds)
        for i in self._fresh:
            made += self._after[i].tensors()
        return made

    def _settle(self, i: int, name: str, before: Parts, after: Parts) -> bool:
        """Compares what a step leaves with what it began with; whether to try again."""
        if after.missing or before.treedef != after.treedef:
            raise self._changes(name, self._values[i], after)
        if self._first and all(
            same(a, b) for a, b in zip(before.leaves, after.leaves, strict=True)
        ):  # a branch that Python never takes assigns it
            self._carried[i] = False
            return True
        start = self._values[i].leaves
        for j, (a, b) in enumerate(zip(start, after.leaves, strict=True)):
            if is_empty(after, a, b) and a is None:
                self._needed[i, j] = kind(b)
                continue
            if not carries(a) and not carries(b) and same(a, b):
                continue
            found = common(a, b) if carries(a) and carries(b) else None
            given = self._given[i].leaves[j]
            if found is None and is_number(given) and carries(b):
                found = common(given, b)
            if found is None:
                raise self._changes(name, self._values[i], after)
            if found.dtype != kind(a).dtype:
                self._needed[i, j] = found
        return bool(self._needed)

    def _changes(self, name: str, before: Parts, after: Parts) -> Exception:
        name = "the result" if name == RETURN else name
        asked = options[-1].get("shape_invariants") is not None
        if (asked or hasattr(before.value, "_allocates")) and not self._short:
            return scope.NeedsPython(
                f"The loop of line {self._line} changes the shape of {name!r}.",
                "Begin with the largest shape, and say how much of it is in use.",
            )
        return _KindChanges(
            explain(
                f"The loop of line {self._line} changes the kind of {name!r}. "
                f"Received: {name}={show(before)} before, {name}={show(after)} after "
                "an iteration",
                why="A tensor decides how often the loop runs, so that every iteration "
                "is the same program: structures, shapes and types stay.",
                fix=[
                    f"Begin with a value of the right kind: {name} = tf.zeros(...)",
                    "Collect what grows in a tf.TensorArray, and stack it afterwards.",
                    "Use Python's range(...) for a loop that is written out.",
                ],
            )
        )

    def _finish(self, outs: Sequence[Tensor]) -> None:
        rest = iter(outs)
        values = []
        for i, part in enumerate(self._values):
            if self._carried[i]:
                filled = part.filled([next(rest) for _ in part.carried()])
                values += reserved([filled], None)
            elif part.missing:
                values.append(inside_only(self._names[i], self._line))
            else:
                values.append(part.value)
        for i, part in self._fresh.items():
            values[i] = part.filled([next(rest) for _ in part.carried()])
        self._put(tuple(values))


def _cast(part: Parts, kinds: Sequence[Any]) -> list[Tensor]:
    return [
        convert(t, k.dtype.name) if t.dtype.name != k.dtype.name else t
        for t, k in zip(part.tensors(), kinds, strict=True)
    ]
