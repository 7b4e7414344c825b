"""`emit`: Python that looks at values, now or whenever a compiled program runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import numpy as np

from addax.core import _jax, scope
from addax.core.tensor import Tensor


def emit(show: Callable[..., object], tensors: Sequence[Tensor]) -> None:
    """Calls `show(*arrays)` with the tensors' values as NumPy arrays.

    At once, or inside a trace each time the program runs. What `show` returns is not
    used.

    Args:
        show: What looks at the values.
        tensors: The tensors.

    Example:

    >>> from addax.core import convert
    >>> from addax.core.emit import emit
    >>> emit(print, [convert(1), convert(2)])
    1 2
    """
    if scope.state.quiet:
        return
    if scope.state.lift is not None:
        scope.state.lift.looked_at()
    values = [t._value for t in tensors]
    traced = [i for i, x in enumerate(values) if _jax.is_tracer(x)]

    def look(*arrays: Any) -> None:
        filled = list(values)
        for i, array in zip(traced, arrays, strict=True):
            filled[i] = array
        show(*map(np.asarray, filled))

    if traced or scope.state.lift is not None:
        with _jax.x64():
            jax.debug.callback(guarded(look), *(values[i] for i in traced))
    else:
        look()


def guarded(fn: Callable[..., Any], otherwise: Any = None) -> Callable[..., Any]:
    """`fn` for a compiled program to call: what it raises waits for `settle`.

    An exception that goes through a program leaves neither its message nor the
    variables whose buffers the program was given.

    Args:
        fn: A function of arrays.
        otherwise: What the program gets if it raises.
    """

    def call(*arrays: Any) -> Any:
        try:
            return fn(*arrays)
        except Exception as error:
            _failures.append(error)
            return otherwise

    return call


def settle() -> None:
    """Waits until running programs have called back, and raises what that raised."""
    jax.effects_barrier()
    if _failures:
        error = _failures[0]
        _failures.clear()
        raise error


_failures: list[Exception] = []
