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

    At once where they are known; inside a trace, each time the program runs. What
    `show` returns is not used.

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
    values = [t._value for t in tensors]
    traced = [i for i, x in enumerate(values) if _jax.is_tracer(x)]

    def look(*arrays: Any) -> None:
        filled = list(values)
        for i, array in zip(traced, arrays, strict=True):
            filled[i] = array
        show(*map(np.asarray, filled))

    if traced:
        with _jax.x64():
            jax.debug.callback(look, *(values[i] for i in traced))
    else:
        look()
