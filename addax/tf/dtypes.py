"""`tf.dtypes`: types of elements."""

from __future__ import annotations

from typing import Any

from addax.core import DType as DType
from addax.core import as_dtype as as_dtype
from addax.core import cast as _to_type
from addax.core.dtypes import DTYPES
from addax.ops import math
from addax.tf._advice import absent
from addax.tf._rules import operand
from addax.tf.arrays import cast as cast
from addax.tf.elementwise import complex as complex

bool = DTYPES["bool"]
uint8, uint16, uint32, uint64 = (DTYPES[f"uint{bits}"] for bits in (8, 16, 32, 64))
int8, int16, int32, int64 = (DTYPES[f"int{bits}"] for bits in (8, 16, 32, 64))
half = float16 = DTYPES["float16"]
bfloat16 = DTYPES["bfloat16"]
float32 = DTYPES["float32"]
double = float64 = DTYPES["float64"]
complex64, complex128 = DTYPES["complex64"], DTYPES["complex128"]
string = DTYPES["string"]

__all__ = [
    "DType", "as_dtype", "bfloat16", "bool", "cast", "complex", "complex128",
    "complex64", "double", "float16", "float32", "float64", "half", "int16", "int32",
    "int64", "int8", "saturate_cast", "string", "uint16", "uint32", "uint64", "uint8",
]  # fmt: skip


def saturate_cast(value: Any, dtype: Any, name: str | None = None) -> Any:
    """Converts to `dtype`; what is out of its range becomes its nearest value."""
    x, wanted = operand(value), as_dtype(dtype)
    low = max(wanted.min, x.dtype.min)
    high = min(wanted.max, x.dtype.max)
    return _to_type(math.clip(x, x.dtype.as_numpy_dtype(low), high), wanted.name)


__getattr__ = absent(__name__)
