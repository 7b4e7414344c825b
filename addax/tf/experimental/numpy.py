"""`tf.experimental.numpy`: NumPy's functions on tensors.

They are those of `keras.ops`, with Keras's rules for types: Python floats are float32.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as _numpy

from addax.core import Tensor
from addax.core import cast as _cast
from addax.core import random as _state
from addax.keras.ops import numpy as _functions
from addax.ops import random as _random
from addax.ops import reduce as _reduce
from addax.ops import shape as _shapes
from addax.ops.operators import Rules as _Rules
from addax.tf import dtypes as _dtypes
from addax.tf._advice import why_absent
from addax.tf.dtypes import complex64 as complex64
from addax.tf.dtypes import complex128 as complex128
from addax.tf.dtypes import float16 as float16
from addax.tf.dtypes import float32 as float32
from addax.tf.dtypes import float64 as float64
from addax.tf.dtypes import int8 as int8
from addax.tf.dtypes import int16 as int16
from addax.tf.dtypes import int32 as int32
from addax.tf.dtypes import int64 as int64
from addax.tf.dtypes import uint8 as uint8
from addax.tf.dtypes import uint16 as uint16
from addax.tf.dtypes import uint32 as uint32
from addax.tf.dtypes import uint64 as uint64

e, inf, pi = _numpy.e, _numpy.inf, _numpy.pi
newaxis = None
ndarray = Tensor
bool_, string_ = _dtypes.bool, _dtypes.string
float_, int_, complex_ = float64, int64, complex128
iinfo, finfo = _numpy.iinfo, _numpy.finfo
asarray = ascontiguousarray = asanyarray = _functions.array


def copy(a: Any) -> Any:
    """A new tensor with the same values."""
    made = _functions.array(a)
    return _cast(made, made.dtype.name)


def shape(a: Any) -> tuple[int, ...]:
    """The sizes of the axes."""
    return tuple(_functions.array(a).shape)


def astype(a: Any, dtype: Any) -> Any:
    """The elements in another type."""
    return _functions.array(a, dtype)


def atleast_1d(*arys: Any) -> Any:
    """Tensors with one axis at least."""
    made = [_functions.array(a) for a in arys]
    found = [_shapes.reshape(x, (1,)) if not x.ndim else x for x in made]
    return found[0] if len(found) == 1 else found


def _drawn(draw: Any) -> Any:
    return lambda *size: draw(size)


random = SimpleNamespace(
    normal=lambda loc=0.0, scale=1.0, size=(): _random.normal(size or (), loc, scale),
    rand=_drawn(_random.uniform),
    randint=lambda low, high=None, size=(), dtype="int64": _random.randint(
        size or (), 0 if high is None else low, low if high is None else high, dtype
    ),
    randn=_drawn(_random.normal),
    random=lambda size=(): _random.uniform(size or ()),
    seed=lambda s: _state.set_global_seed(int(s)),
    standard_normal=lambda size=(): _random.normal(size or ()),
    uniform=lambda low=0.0, high=1.0, size=(): _random.uniform(size or (), low, high),
)


def experimental_enable_numpy_behavior(
    prefer_float32: bool = False, dtype_conversion_mode: str = "legacy"
) -> None:
    """Gives tensors the methods and attributes of NumPy's arrays, and its promotion.

    From then on, operators and functions of `tf` bring operands of two types to a
    common one, whole numbers and floats to the float's.

    Args:
        prefer_float32: Kept for TensorFlow's signature: Python floats are float32.
        dtype_conversion_mode: Kept for TensorFlow's signature.
    """
    methods = {
        "astype": astype, "ravel": _shapes.ravel, "max": _reduce.max,
        "min": _reduce.min, "sum": _reduce.sum, "mean": _reduce.mean,
        "clip": _functions.clip, "reshape": _reshape, "transpose": _transpose,
    }  # fmt: skip
    _Rules.promote = True
    for name, method in methods.items():
        setattr(Tensor, name, _as_method(method))
    Tensor.T = property(_shapes.transpose)  # type: ignore[attr-defined]


def _as_method(fn: Any) -> Any:
    return lambda self, *args, **kwargs: fn(self, *args, **kwargs)


def _sizes(given: tuple[Any, ...]) -> Any:
    return given[0] if len(given) == 1 and not isinstance(given[0], int) else given


def _reshape(x: Any, *sizes: Any) -> Any:
    return _shapes.reshape(x, _sizes(sizes))


def _transpose(x: Any, *axes: Any) -> Any:
    return _shapes.transpose(x, _sizes(axes) if axes else None)


def __getattr__(name: str) -> Any:
    found = None if name.startswith("_") else getattr(_functions, name, None)
    if found is None:
        raise AttributeError(why_absent(__name__, name))
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *(n for n in dir(_functions) if not n.startswith("_"))})
