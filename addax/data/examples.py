"""Serialized examples parsed into arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from addax._base.errors import explain
from addax._base.protobuf import fields
from addax.core import as_dtype
from addax.data.protos import FloatList, Int64List

_KINDS = {1: "bytes", 2: "float", 3: "int64"}


class FixedLenFeature(NamedTuple):
    """A feature with equally many values in every example.

    Attributes:
        shape: The shape of the values.
        dtype: `tf.float32`, `tf.int64` or `tf.string`.
        default_value: What stands for a feature that is not there; none may be
            missing if this is not given.
    """

    shape: Any
    dtype: Any
    default_value: Any = None


class FixedLenSequenceFeature(NamedTuple):
    """A feature with any number of items of one shape; shorter ones are padded.

    Attributes:
        shape: The shape of an item.
        dtype: `tf.float32`, `tf.int64` or `tf.string`.
        allow_missing: Whether an example may lack the feature; it must be true.
        default_value: What is padded with.
    """

    shape: Any
    dtype: Any
    allow_missing: bool = False
    default_value: Any = None


class VarLenFeature(NamedTuple):
    """A feature with any number of values, parsed into a sparse tensor.

    Attributes:
        dtype: `tf.float32`, `tf.int64` or `tf.string`.
    """

    dtype: Any


class RaggedFeature(NamedTuple):
    """A feature with any number of values, parsed into a ragged tensor.

    Attributes:
        dtype: `tf.float32`, `tf.int64` or `tf.string`.
        value_key: The feature's name, if not the key that it is given under.
        partitions: Kept for TensorFlow's signature; only the examples' own rows are
            supported.
        row_splits_dtype: The type of the row splits.
        validate: Kept for TensorFlow's signature.
    """

    dtype: Any
    value_key: str | None = None
    partitions: Any = ()
    row_splits_dtype: Any = "int32"
    validate: bool = False


Raw = tuple[str, Any]  # a feature's kind and its list, still serialized


def split(example: bytes) -> dict[str, Raw]:
    """The features of a serialized example by name.

    Raises:
        ValueError: If the bytes are no example.
    """
    found: dict[str, Raw] = {}
    for number, features in fields(example):
        if number != 1:
            continue
        for _, entry in fields(features):  # type: ignore[arg-type]
            parts = dict(fields(entry))  # type: ignore[arg-type]
            name = bytes(parts.get(1, b"")).decode()
            for kind, values in fields(parts.get(2, b"")):  # type: ignore[arg-type]
                found[name] = (_KINDS.get(kind, ""), values)
    return found


def values_of(raw: Raw | None, name: str, dtype: Any) -> np.ndarray[Any, Any] | None:
    """The values of one feature; `None` if it is not there.

    Raises:
        ValueError: If it is of another kind.
    """
    if raw is None or not raw[1]:
        return None
    kind, data = raw
    wanted = {"float32": "float", "int64": "int64", "string": "bytes"}.get(dtype.name)
    if kind != wanted:
        there = {"float": "tf.float32", "int64": "tf.int64", "bytes": "tf.string"}
        raise ValueError(
            explain(
                f"Feature {name!r} holds values of another type.",
                received={"dtype": dtype},
                fix=f"tf.io.FixedLenFeature(shape, {there.get(kind, kind)})",
            )
        )
    if kind == "bytes":
        items = [v for n, v in fields(data) if n == 1]
        array = np.empty(len(items), object)
        array[:] = items
        return array
    made = FloatList.FromString(data) if kind == "float" else Int64List.FromString(data)
    return np.array(made.value, dtype.name)


def fixed(
    rows: Sequence[dict[str, Raw]],
    name: str,
    shape: tuple[int, ...],
    dtype: Any,
    default: Any,
) -> np.ndarray[Any, Any]:
    """A feature of fixed length from all examples, as one array.

    Raises:
        ValueError: If an example lacks it, or has another number of values.
    """
    count = int(np.prod(shape, dtype=np.int64))
    out = np.empty((len(rows), count), dtype.as_numpy_dtype)
    for i, row in enumerate(rows):
        values = values_of(row.get(name), name, dtype)
        if values is None:
            if default is None:
                raise ValueError(
                    explain(
                        f"Example {i} has no feature {name!r}.",
                        received={"features": sorted(row)},
                        why="FixedLenFeature without a default needs it.",
                        fix=f"tf.io.FixedLenFeature({list(shape)}, {dtype!r}, "
                        "default_value=...)",
                    )
                )
            values = np.broadcast_to(np.asarray(default, out.dtype).ravel(), count)
        if len(values) != count:
            raise ValueError(
                explain(
                    f"Feature {name!r} of example {i} has another number of values.",
                    received={"values": len(values), "shape": shape},
                    fix=f"tf.io.VarLenFeature({dtype!r})  # for any number",
                )
            )
        out[i] = values
    return out.reshape(len(rows), *shape)


def varying(
    rows: Sequence[dict[str, Raw]], name: str, dtype: Any
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """A feature's values from all examples in a row, and how many each one has."""
    empty = np.empty(0, dtype.as_numpy_dtype)
    parts = [values_of(row.get(name), name, dtype) for row in rows]
    kept = [empty if part is None else part for part in parts]
    lengths = np.array([len(part) for part in kept], np.int64)
    return np.concatenate([empty, *kept]), lengths


def padded(
    rows: Sequence[dict[str, Raw]],
    name: str,
    shape: tuple[int, ...],
    dtype: Any,
    default: Any,
) -> np.ndarray[Any, Any]:
    """A feature of sequences from all examples, padded to the longest."""
    values, lengths = varying(rows, name, dtype)
    item = int(np.prod(shape, dtype=np.int64))
    longest = int(lengths.max(initial=0))
    kind = dtype.as_numpy_dtype
    empty = b"" if kind is np.object_ else 0
    fill = empty if default is None else default[0]
    out = np.full((len(rows), longest), fill, kind)
    ends = np.cumsum(lengths)
    for row, end, n in zip(out, ends, lengths, strict=True):
        row[:n] = values[end - n : end]
    return out.reshape(len(rows), longest // item if item else 0, *shape)


def feature_type(name: str, dtype: Any) -> Any:
    """The type of a feature, checked.

    Raises:
        ValueError: If examples hold no such values.
    """
    made = as_dtype(dtype)
    if made not in ("float32", "int64", "string"):
        raise ValueError(
            explain(
                f"Feature {name!r} is of a type that examples do not hold.",
                received={"dtype": dtype},
                why="Examples hold tf.float32, tf.int64 and tf.string.",
                fix="tf.cast(parsed[name], dtype)  # after parsing",
            )
        )
    return made
