"""What a value is, and what is going on: `tf.is_tensor`, `tf.executing_eagerly`."""

from __future__ import annotations

from typing import Any

from addax.core import TensorLike
from addax.core.scope import state


def is_tensor(x: Any) -> bool:
    """Whether `x` is a tensor, a variable or a symbolic tensor."""
    return isinstance(x, TensorLike)


def executing_eagerly() -> bool:
    """Whether operations run at once: false while a function is being traced."""
    return state.lift is None
