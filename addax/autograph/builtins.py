"""Python's own functions where they are given tensors without value."""

from __future__ import annotations

import builtins
import functools
from collections.abc import Callable
from typing import Any

from addax.autograph.branches import undecided
from addax.autograph.conversion import converted
from addax.autograph.steps import Steps, enumerated, ranged, turned, zipped
from addax.core import Tensor, convert
from addax.ops import math, reduce

Fn = Callable[..., Any]

# What is called instead of a function, in converted code
OVERLOADS: dict[Any, Fn] = {}


def overload(fn: Fn) -> Callable[[Fn], Fn]:
    """Makes the decorated function the one that converted code calls for `fn`."""

    def register(instead: Fn) -> Fn:
        OVERLOADS[fn] = instead
        return instead

    return register


def call(fn: Any) -> Any:
    """What converted code calls where it says `fn`."""
    try:
        instead = OVERLOADS.get(fn)
    except TypeError:  # cannot be hashed
        instead = None
    return converted(fn) if instead is None else instead


def _any_undecided(args: Any) -> bool:
    return any(undecided(x) or isinstance(x, Steps) for x in args)


def _where_traced(fn: Fn) -> Callable[[Fn], Fn]:
    """Overloads `fn` for calls with a tensor without value among the arguments."""

    def register(instead: Fn) -> Fn:
        @overload(fn)
        @functools.wraps(fn)
        def chosen(*args: Any, **kwargs: Any) -> Any:
            pick = instead if _any_undecided(args) else fn
            return pick(*args, **kwargs)

        return instead

    return register


overload(enumerate)(enumerated)
overload(zip)(zipped)
overload(reversed)(turned)


@_where_traced(range)
def _range(*args: Any) -> Any:
    return ranged(*args)


@_where_traced(int)
def _int(x: Any, *base: Any) -> Any:
    return convert(x, "int32")


@_where_traced(float)
def _float(x: Any) -> Any:
    return convert(x, "float32")


@_where_traced(bool)
def _bool(x: Any) -> Any:
    return convert(x, "bool")


@_where_traced(abs)
def _abs(x: Any) -> Any:
    return math.absolute(x)


@_where_traced(len)
def _len(x: Any) -> Any:
    return x.count if isinstance(x, Steps) else len(x)


def _extreme(fn: Fn, pair: Fn, whole: Fn) -> None:
    @_where_traced(fn)
    def extreme(*args: Any, **kwargs: Any) -> Any:
        if kwargs:
            return fn(*args, **kwargs)
        return whole(args[0], 0) if len(args) == 1 else functools.reduce(pair, args)


_extreme(builtins.max, math.maximum, reduce.max)
_extreme(builtins.min, math.minimum, reduce.min)


def _logical(fn: Fn, whole: Fn) -> None:
    @_where_traced(fn)
    def logical(x: Tensor) -> Any:
        return whole(convert(x, "bool"), 0)


_logical(builtins.all, reduce.all)
_logical(builtins.any, reduce.any)


@_where_traced(builtins.sum)
def _sum(x: Any, start: Any = 0) -> Any:
    total = reduce.sum(x, 0)
    return total if type(start) is int and start == 0 else math.add(total, start)


@overload(map)
def _map(fn: Any, *iterables: Any) -> Any:
    return map(call(fn), *iterables)


@overload(filter)
def _filter(fn: Any, iterable: Any) -> Any:
    return filter(None if fn is None else call(fn), iterable)
