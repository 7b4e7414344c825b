"""One image brought to another size by the native kernel (native/src/resize.cc).

Called on the host, through ctypes, which lets go of Python's lock: threads of a
pipeline resize side by side.
"""

from __future__ import annotations

import ctypes
import functools
from typing import Any, NamedTuple

import numpy as np

from addax import native

_PLACE, _COUNT = ctypes.c_void_p, ctypes.c_int64
_TABLE = (_PLACE, _PLACE, _COUNT, _COUNT)


class Table(NamedTuple):
    """Which elements along an axis each element of the result is made of.

    Attributes:
        places: Their places, int32 of shape `(taps, size of the result)`.
        weights: Their weights, float32 of the same shape.
        given: What the kernel is given: both addresses, and the shape.
    """

    places: np.ndarray[Any, Any]
    weights: np.ndarray[Any, Any]
    given: tuple[int, int, int, int]

    @classmethod
    def of(cls, places: np.ndarray[Any, Any], weights: np.ndarray[Any, Any]) -> Table:
        """The table of places and weights of any types."""
        places = np.ascontiguousarray(places, np.int32)
        weights = np.ascontiguousarray(weights, np.float32)
        given = (places.ctypes.data, weights.ctypes.data, *places.shape)
        return cls(places, weights, given)


@functools.cache
def _kernel() -> Any:
    found = getattr(native.library(), "addax_resize", None)
    if found is not None:
        found.restype = None
        found.argtypes = [
            _PLACE, ctypes.c_int32, _COUNT, _COUNT, *_TABLE, *_TABLE, _PLACE,
        ]  # fmt: skip
    return found


def resizes(image: np.ndarray[Any, Any]) -> bool:
    """Whether the kernel takes such an image: `(height, width, channels)`, bytes or
    float32."""
    return (
        image.ndim == 3
        and image.dtype.char in "Bf"
        and image.size > 0
        and native.USE.get()
        and _kernel() is not None
    )


def resized(
    image: np.ndarray[Any, Any],
    down: Table,
    across: Table,
    out: np.ndarray[Any, Any] | None = None,
) -> np.ndarray[Any, Any]:
    """The image in float32, blended along the height, then along the width.

    Args:
        image: An image that `resizes`.
        down: For the height.
        across: For the width.
        out: Where to write it, if not into a new array: float32, contiguous.
    """
    image = np.ascontiguousarray(image)
    _, width, channels = image.shape
    if out is None:
        out = np.empty((down.given[3], across.given[3], channels), np.float32)
    floats = image.dtype.char == "f"
    _kernel()(
        image.ctypes.data, floats, width, channels, *down.given, *across.given,
        out.ctypes.data,
    )  # fmt: skip
    return out
