"""`K.function`: a part of a functional model as a function on arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from addax.keras.models import Model


def function(
    inputs: Any, outputs: Any, updates: Any = None, name: str | None = None
) -> Callable[..., Any]:
    """A function from the values of symbolic tensors to those of others.

    Args:
        inputs: A symbolic tensor such as `model.input`, or a list of them.
        outputs: A symbolic tensor computed from them, or a list.
        updates: Kept for Keras's signature; must be empty.
        name: Kept for Keras's signature.

    Returns:
        The function: it takes a list of arrays (or the arrays one by one) and returns
        NumPy arrays, in a list if `outputs` is one.

    Raises:
        ValueError: If there are updates, which assignments in a function replaced.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> x = keras.Input((2,))
    >>> double = keras.backend.function([x], [x * 2.0])
    >>> double([np.array([[1.0, 2.0]], "float32")])
    [array([[2., 4.]], dtype=float32)]
    """
    if updates:
        raise ValueError(
            "K.function takes no updates. Received: "
            f"updates={updates!r}\nAssign in the function itself: variable.assign(...)."
        )
    model = Model(inputs, outputs)

    def run(*arrays: Any) -> Any:
        given = arrays[0] if len(arrays) == 1 else list(arrays)
        one = isinstance(given, (list, tuple)) and not isinstance(inputs, (list, tuple))
        results = model(given[0] if one else given)
        if isinstance(results, (list, tuple)):
            return [np.asarray(r) for r in results]
        return np.asarray(results)

    return run
