"""Element types: one `DType` object for what TensorFlow, Keras and NumPy each name."""

from __future__ import annotations

import functools
from typing import Any

import jax
import ml_dtypes
import numpy as np

from addax.core import _jax

_NAMES = (
    "bool", "uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64",
    "float8_e4m3fn", "float8_e5m2", "bfloat16", "float16", "float32", "float64",
    "complex64", "complex128", "string",
)  # fmt: skip
_ALIASES = {"half": "float16", "float": "float32", "double": "float64", "int": "int32"}


class DType(str):
    """The type of a tensor's elements.

    Equals its own name, so both `x.dtype == tf.float32` (TensorFlow's habit) and
    `x.dtype == "float32"` (Keras's) hold, and prints as TensorFlow prints it.

    Example:

    >>> from addax.core.dtypes import as_dtype
    >>> as_dtype("float32").is_floating
    True
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"tf.{self.name}"

    def __str__(self) -> str:
        return f"<dtype: '{self.name}'>"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, str):
            return str.__eq__(self, other)
        try:
            return other is not None and str.__eq__(self, as_dtype(other))
        except TypeError:
            return False

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__

    @property
    def name(self) -> str:
        """The plain name, e.g. `"float32"`."""
        return str.__str__(self)

    @property
    def as_numpy_dtype(self) -> type:
        """The NumPy scalar type, e.g. `numpy.float32` (`numpy.object_` for strings)."""
        return np.object_ if self.name == "string" else np.dtype(self.name).type

    @property
    def as_datatype_enum(self) -> int:
        """TensorFlow's number for the type in its protocol buffers."""
        return _ENUM[self.name]

    @property
    def base_dtype(self) -> DType:
        """The type itself (addax has no reference types)."""
        return self

    @property
    def is_floating(self) -> bool:
        """Whether the type is a real floating type, `bfloat16` included."""
        return self.name.startswith(("float", "bfloat"))

    @property
    def is_complex(self) -> bool:
        """Whether the type is complex."""
        return self.name.startswith("complex")

    @property
    def is_integer(self) -> bool:
        """Whether the type is an integer type; `bool` is not."""
        return self.name.startswith(("int", "uint"))

    @property
    def is_bool(self) -> bool:
        """Whether the type is `bool`."""
        return self.name == "bool"

    @property
    def is_unsigned(self) -> bool:
        """Whether the type is an unsigned integer type."""
        return self.name.startswith("uint")

    @property
    def size(self) -> int:
        """Bytes an element takes."""
        return 1 if self.name == "string" else np.dtype(self.name).itemsize

    @property
    def min(self) -> Any:
        """The smallest finite value."""
        return self._limits().min

    @property
    def max(self) -> Any:
        """The largest finite value."""
        return self._limits().max

    def _limits(self) -> Any:
        if self.is_floating:
            return ml_dtypes.finfo(self.name)
        if self.is_integer:
            return np.iinfo(self.name)
        raise TypeError(f"{self!r} has no smallest and greatest value.")

    def is_compatible_with(self, other: Any) -> bool:
        """Whether `other` names the same type."""
        return self == as_dtype(other)


DTYPES: dict[str, DType] = {name: DType(name) for name in _NAMES}
# Numbers of `tensorflow/core/framework/types.proto`.
_ENUM = {
    "float32": 1, "float64": 2, "int32": 3, "uint8": 4, "int16": 5, "int8": 6,
    "string": 7, "complex64": 8, "int64": 9, "bool": 10, "bfloat16": 14, "uint16": 17,
    "complex128": 18, "float16": 19, "uint32": 22, "uint64": 23, "float8_e5m2": 24,
    "float8_e4m3fn": 25,
}  # fmt: skip
_BY_NUMPY = {np.dtype(name): d for name, d in DTYPES.items() if name != "string"}
_BY_TYPE: dict[Any, str] = {
    bool: "bool", int: "int32", complex: "complex64", str: "string", bytes: "string",
}  # fmt: skip


def of(value: Any) -> DType:
    """The `DType` of a `jax.Array` or NumPy array."""
    dtype = _BY_NUMPY.get(value.dtype)
    return dtype if dtype is not None else as_dtype(value.dtype)


def as_dtype(value: Any) -> DType:
    """The `DType` that `value` names.

    Args:
        value: A `DType`, a name, a NumPy dtype or scalar type, a Python type, or an
            object with a `dtype`.

    Returns:
        The `DType`.

    Raises:
        TypeError: If `value` names no type that a tensor can have.
    """
    if type(value) is DType:
        return value
    if isinstance(value, str):
        found = DTYPES.get(_ALIASES.get(value, value))
        if found is not None:
            return found
    elif value is float:
        return floatx()
    elif isinstance(value, type) and value in _BY_TYPE:
        return DTYPES[_BY_TYPE[value]]
    elif isinstance(getattr(value, "dtype", None), (np.dtype, DType)):
        return as_dtype(value.dtype)
    try:
        dtype = None if value is None else np.dtype(value)  # None is float64 to NumPy
    except TypeError:
        dtype = None
    if dtype is not None:
        if dtype in _BY_NUMPY:
            return _BY_NUMPY[dtype]
        if dtype.kind in "OSUT":
            return DTYPES["string"]
    raise TypeError(
        f"This is not a type that a tensor can have. Received: dtype={value!r}\n"
        f"Valid names are {', '.join(_NAMES)}, or the NumPy and Python types that "
        "stand for them."
    )


_floatx = DTYPES["float32"]


def floatx() -> DType:
    """The type that Python floats become: `float32` unless changed."""
    return _floatx


def set_floatx(value: Any) -> None:
    """Sets the type that Python floats become.

    Args:
        value: `"bfloat16"`, `"float16"`, `"float32"` or `"float64"`.

    Raises:
        ValueError: For any other type.
    """
    global _floatx
    try:
        dtype = as_dtype(value)
    except TypeError:
        dtype = None
    if dtype not in ("bfloat16", "float16", "float32", "float64"):
        raise ValueError(
            f"floatx must be a floating type. Received: floatx={value!r}\n"
            "It is the type of weights and activations; use one of "
            "'bfloat16', 'float16', 'float32', 'float64'."
        )
    _floatx = dtype  # pyright: ignore[reportAssignmentType]


def python_scalar_dtype(value: bool | int | float | complex) -> DType:
    """The type that a Python number takes when nothing else decides."""
    if isinstance(value, bool):
        return DTYPES["bool"]
    if isinstance(value, int):
        return DTYPES["int32" if -(2**31) <= value < 2**31 else "int64"]
    if isinstance(value, float):
        return _floatx
    return DTYPES["complex128" if _floatx == "float64" else "complex64"]


def result_type(*dtypes: Any) -> DType:
    """The common type of several operands, as Keras documents promotion.

    Python types (`int`, `float`) count as weak: they never widen an array's type
    within their kind. Integers that meet floats become floats of the floats' width;
    integers that meet a Python float become `floatx()`.

    Args:
        *dtypes: Types, their names, or the Python types `bool`, `int`, `float`.

    Returns:
        The promoted `DType`.

    Example:

    >>> from addax.core.dtypes import result_type
    >>> result_type("int32", "float16")
    tf.float16
    >>> result_type("int8", float)
    tf.float32
    """
    # By identity: NumPy's int64 dtype equals `int`.
    keys = tuple(d if id(d) in _WEAK else as_dtype(d).name for d in dtypes)
    return _result_type(keys, _floatx)


_WEAK = frozenset(map(id, (bool, int, float, complex)))


@functools.lru_cache(maxsize=4096)
def _result_type(keys: tuple[Any, ...], default_float: DType) -> DType:
    strong = [np.dtype(k) for k in keys if isinstance(k, str)]
    weak = [k for k in keys if not isinstance(k, str)]
    if not strong and not weak:
        return default_float
    if not strong:
        return as_dtype(max(weak, key=(bool, int, float, complex).index))
    # JAX's lattice with 64-bit types is the one that Keras documents, but for its
    # default float: where only Python floats bring the kind, floatx decides.
    with _jax.x64():
        promoted = np.dtype(jax.numpy.result_type(*strong))
        if weak:
            kind_only = np.dtype(jax.numpy.result_type(promoted, *(k() for k in weak)))
            if promoted.kind in "biu" and kind_only.kind not in "biu":
                return default_float if kind_only.kind != "c" else DTYPES["complex64"]
            if promoted.kind == "b" and kind_only.kind in "iu":
                return DTYPES["int32"]
            promoted = kind_only
    if {d.kind for d in strong} == {"u", "i"} and promoted.kind not in "iu":
        return default_float  # uint64 with a signed type has no common integer
    return _BY_NUMPY[promoted]
