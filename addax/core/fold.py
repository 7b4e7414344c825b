"""Whole numbers that are known while a function is traced stay known.

Shapes are static, so `tf.shape(x)[0] // 2` is a number at trace time, and users pass it
on as a size: `tf.zeros((tf.shape(x)[0] // 2, 8))`. The operations named here therefore
run at once, inside a trace too, when all they get is small and known.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import numpy as np

from addax.core import _jax

# None of them makes much from little, as fills, ranges and random numbers do.
FOLDED = frozenset((
    "absolute", "add", "all", "any", "cast", "concatenate", "equal", "expand_dims",
    "floor_divide", "getitem", "greater", "greater_equal", "less", "less_equal",
    "logical_and", "logical_not", "logical_or", "max", "maximum", "min", "minimum",
    "mod", "multiply", "negative", "not_equal", "prod", "reshape", "squeeze", "stack",
    "subtract", "sum",
))  # fmt: skip
_MOST = 64  # elements: shapes, not data


def known(arguments: Sequence[Any]) -> bool:
    """Whether every array among the arguments is a small one of known whole numbers."""
    for x in arguments:
        if isinstance(x, list):
            if not known(x):
                return False
        elif isinstance(x, (jax.Array, np.ndarray, _jax.Expected)) and (
            _jax.is_tracer(x) or x.dtype.kind not in "iub" or x.size > _MOST
        ):
            return False
    return True
