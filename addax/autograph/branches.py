"""`if`, `and`, `or`, `not` and `assert` where a tensor may decide."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from addax.autograph.exits import RETURN
from addax.autograph.undefined import Undefined, different, one_sided, value
from addax.autograph.values import Parts, common, is_empty, parts, reserved, same, show
from addax.core import Tensor, _jax, convert, scope, tree
from addax.core.emit import emit
from addax.ops import math, shape
from addax.ops.bodies import lift_body
from addax.ops.control import choose

Fn = Callable[[], Any]
Put = Callable[[tuple[Any, ...]], None]


def undecided(x: Any) -> bool:
    """Whether `x` is a tensor whose value comes when the program runs."""
    if hasattr(x, "_read"):
        x = x._read()
    return isinstance(x, Tensor) and _jax.is_tracer(x._value)


def needs_value(x: Any, name: str, decides: str) -> None:
    """Raises `NeedsValue` if `x` has no value yet but decides a shape."""
    if undecided(x):
        raise scope.NeedsValue(
            f"`{name}` needs a value that comes only when the program runs. "
            f"Received: {x!r}\n"
            f"It decides {decides}, and a compiled program's shapes are fixed.\n"
            "1. Take a size that is known: x.shape[0], or an argument that is a Python "
            "number.\n"
            "2. Loop over it: `for i in tf.range(n):` needs no such tensor.\n"
            "3. Make the longest and mask: tf.sequence_mask(n, maxlen)."
        )


def if_(
    test: Any,
    body: Fn,
    orelse: Fn,
    get: Callable[[], tuple[Any, ...]],
    put: Put,
    names: Sequence[str],
    ends: tuple[bool, bool],
    line: int,
) -> None:
    """An `if` statement: one branch in Python, or both in the program.

    Args:
        test: The condition.
        body: The first branch.
        orelse: The other.
        get: Reads what the branches change.
        put: Sets it.
        names: What that is.
        ends: Whether the function ends in the one branch and in the other.
        line: Where the statement is.
    """
    if not undecided(test):
        (body if test else orelse)()
        return
    start, seen = get(), [[], []]  # type: ignore[var-annotated]
    unreserved = reserved(start, None)

    def branch(fn: Fn, found: list[Parts]) -> Fn:
        def run() -> list[Tensor]:
            put(unreserved)
            fn()
            found[:] = map(parts, get())
            return [t for p in found for t in p.tensors()]

        return run

    try:
        bodies = [
            lift_body(branch(fn, found), ())
            for fn, found in zip((body, orelse), seen, strict=True)
        ][::-1]
    finally:
        put(start)
    seen.reverse()  # the branch of the number 0 is `else`
    merge = _Merge(line, ends)
    numbers = [_numbered(found) for found in seen]
    rows = zip(names, *seen, *numbers, strict=True)
    values = [merge.name(*row) for row in rows]
    index = convert(_scalar(test), "bool")
    outs = choose("cond", index, bodies, merge.select, merge.kinds)
    put(tuple(v.filled(outs) if isinstance(v, _Merged) else v for v in values))


def _scalar(test: Any) -> Tensor:
    test = convert(test)
    if test.size != 1:
        bool(test)  # says what to do
    return shape.reshape(test, ()) if test.shape else test


def _numbered(found: Sequence[Parts]) -> list[dict[int, int]]:
    """For each value, which of the branch's results are its leaves."""
    count, numbers = itertools.count(), []
    for part in found:
        numbers.append({i: next(count) for i in part.carried()})
    return numbers


@dataclass(frozen=True)
class _Merged:
    """A value made of the results: `{position of the leaf: number of the result}`."""

    part: Parts
    places: dict[int, int]

    def filled(self, outs: Sequence[Tensor]) -> Any:
        leaves = list(self.part.leaves)
        for i, number in self.places.items():
            leaves[i] = outs[number]
        return tree.unflatten(self.part.treedef, leaves)


class _Merge:
    """Chooses which results of the two branches make each name's value."""

    def __init__(self, line: int, ends: tuple[bool, bool]) -> None:
        self._line, self._ends = line, ends
        self.select: list[list[int | None]] = [[], []]
        self.kinds: list[Any] = []

    def name(
        self, name: str, no: Parts, yes: Parts, at_no: Any, at_yes: Any
    ) -> _Merged | Undefined:
        if no.missing and yes.missing:
            return no.value
        if no.missing or yes.missing:
            if name != RETURN and not self._ends[no.missing]:
                missing = "other" if yes.missing else "`else` branch"
                return one_sided(name, self._line, missing)
            # Looked at only where the other branch was taken; zeros elsewhere
            no, yes = (yes, yes) if no.missing else (no, no)
        elif no.treedef != yes.treedef:
            return self._differs(name, no, yes)
        entries, whole = {}, []
        for i, (a, b) in enumerate(zip(no.leaves, yes.leaves, strict=True)):
            mine = (at_no.get(i), at_yes.get(i))
            if same(a, b) and (None not in mine or mine == (None, None)):
                continue
            kind = common(a, b)
            if kind is None and is_empty(no, a, b):
                kind = common(*([b] * 2 if a is None else [a] * 2))
            if kind is None:
                return self._differs(name, no, yes)
            entries[i] = len(self.kinds) + len(whole)
            whole.append((*mine, kind))
        for left, right, kind in whole:
            self.select[0].append(left)
            self.select[1].append(right)
            self.kinds.append(kind)
        return _Merged(no, entries)

    def _differs(self, name: str, no: Parts, yes: Parts) -> Undefined:
        name = "the result" if name == RETURN else name
        if hasattr(no.value, "_allocates"):
            raise scope.NeedsPython(
                f"The `if` of line {self._line} decides the length of {name!r}.",
                "Write it in both branches, or say its size beforehand.",
            )
        return different(name, self._line, show(yes), show(no))


# Expressions


def truth(x: Any) -> Any:
    """What a logical operator makes of a tensor without value."""
    return convert(x, "bool")


def not_(x: Any) -> Any:
    """`not x`."""
    return math.logical_not(truth(x)) if undecided(x) else not x


def and_(*operands: Fn) -> Any:
    """`a and b`; both sides are computed where a tensor decides."""
    x = operands[0]()
    for operand in operands[1:]:
        if undecided(x):
            x = math.logical_and(truth(x), truth(operand()))
        elif not x:
            return x
        else:
            x = operand()
    return x


def or_(*operands: Fn) -> Any:
    """`a or b`; both sides are computed where a tensor decides."""
    x = operands[0]()
    for operand in operands[1:]:
        if undecided(x):
            x = math.logical_or(truth(x), truth(operand()))
        elif x:
            return x
        else:
            x = operand()
    return x


def if_exp(test: Any, body: Fn, orelse: Fn, line: int) -> Any:
    """`body if test else orelse`."""
    if not undecided(test):
        return body() if test else orelse()
    box: list[Any] = [Undefined("the result")]

    def put(values: tuple[Any, ...]) -> None:
        box[:] = values

    def setting(fn: Fn) -> Fn:
        return lambda: put((fn(),))

    get = lambda: tuple(box)
    name, no = ("the result",), (False, False)
    if_(test, setting(body), setting(orelse), get, put, name, no, line)
    return value(box[0])


def chain(left: Any, rest: Sequence[Fn], tests: Sequence[Callable[..., Any]]) -> Any:
    """`a < b < c`, each operand computed once."""
    result: Any = True
    for operand, test in zip(rest, tests, strict=True):
        right = operand()
        answer = test(left, right)
        result = and_(lambda r=result: r, lambda a=answer: a)
        if not undecided(result) and not result:
            return result
        left = right
    return result


def assert_(test: Fn, message: Fn) -> None:
    """`assert`, checked whenever the program runs if a tensor decides."""
    answer = test()
    if not undecided(answer):
        if not answer:
            text = message()
            raise AssertionError(*([] if text is None else [text]))
        return
    text = message()

    def check(array: Any) -> None:
        if not np.all(array):
            raise AssertionError("" if text is None else str(text))

    emit(check, [convert(answer)])
