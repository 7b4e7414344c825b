"""Tensors as bytes, in TensorFlow's format (`tensor.proto`)."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax._base.protobuf import collect, message, whole
from addax.core import as_dtype
from addax.core.dtypes import DTYPES
from addax.data.protos import varints

_DTYPE, _SHAPE, _CONTENT, _STRINGS = 1, 2, 4, 8
# Fields that hold the numbers one by one, and their form in packed bytes.
_FIXED = {5: "<f4", 6: "<f8"}
_VARINTS = (7, 10, 11, 16, 17)
_HALVES = 13


def encode_tensor(array: np.ndarray[Any, Any]) -> bytes:
    """An array as a serialized `TensorProto`."""
    dtype = as_dtype("string" if array.dtype == np.dtype(object) else array.dtype)
    shape = b"".join(message(2, whole(1, n)) for n in array.shape)
    head = whole(_DTYPE, dtype.as_datatype_enum) + message(_SHAPE, shape)
    if dtype == "string":
        return head + b"".join(message(_STRINGS, s) for s in array.ravel().tolist())
    return head + message(_CONTENT, np.ascontiguousarray(array).tobytes())


def decode_tensor(data: bytes) -> np.ndarray[Any, Any]:
    """The array of a serialized `TensorProto`.

    Raises:
        ValueError: If the bytes are none, or of a type that addax lacks.
    """
    found = collect(data)
    number = found.get(_DTYPE, [0])[0]
    dtype = next((d for d in DTYPES.values() if d.as_datatype_enum == number), None)
    if dtype is None:
        raise ValueError(
            explain(
                "These bytes are no serialized tensor.",
                received={"serialized": data[:16], "type": number},
                fix="tf.io.serialize_tensor(x)",
            )
        )
    shape = _shape(found)
    size = int(np.prod(shape, dtype=np.int64))
    if _CONTENT in found and dtype != "string":
        return np.frombuffer(found[_CONTENT][0], dtype.name).reshape(shape)  # type: ignore[arg-type]
    values = _values(found, dtype)
    if len(values) < size:  # the last value stands for all that follow
        fill = values[-1] if values else (b"" if dtype == "string" else 0)
        values = [*values, *[fill] * (size - len(values))]
    array = np.empty(size, dtype.as_numpy_dtype)
    array[:] = values
    return array.reshape(shape)


def _shape(found: dict[int, list[Any]]) -> tuple[int, ...]:
    dims = collect(found[_SHAPE][0]).get(2, []) if _SHAPE in found else []
    return tuple(int(collect(d).get(1, [0])[0]) for d in dims)  # type: ignore[arg-type]


def _values(found: dict[int, list[Any]], dtype: Any) -> list[Any]:
    if dtype == "string":
        return found.get(_STRINGS, [])
    for field, form in _FIXED.items():
        if field in found:
            return np.frombuffer(b"".join(found[field]), form).tolist()
    for field in (*_VARINTS, _HALVES):
        if field not in found:
            continue
        numbers: list[Any] = []
        for value in found[field]:
            numbers += varints(value) if isinstance(value, bytes) else [value]
        if field != _HALVES:
            return numbers
        raw = struct.pack(f"<{len(numbers)}H", *numbers)
        return np.frombuffer(raw, dtype.name).tolist()
    return []
