"""Crosses: one category for a combination of several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from addax.core import Array
from addax.core.host import host_op
from addax.ops.strings import hashes

_KEY = np.uint64(0xDECAFCAFFE)  # with which TensorFlow's crosses begin


@host_op(lambda inputs, bins: (inputs[0].shape, "int64"))
def cross(inputs: Sequence[Array], bins: int) -> Any:
    """The bin, of so many, of each combination of strings and whole numbers."""
    joined = np.full(inputs[0].shape, _KEY)
    for x in inputs:
        text = x.dtype == object
        joined = hashes.combine64(
            joined, hashes.fingerprint64(x) if text else x.astype(np.uint64)
        )
    return (joined % np.uint64(bins)).astype(np.int64)
