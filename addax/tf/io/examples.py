"""`tf.io.parse_example`: serialized examples to tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.core import as_dtype, convert
from addax.core.host import host_op
from addax.data import examples
from addax.data.elements import HostArray
from addax.data.examples import (
    FixedLenFeature,
    FixedLenSequenceFeature,
    RaggedFeature,
    VarLenFeature,
)
from addax.ops.ragged import RaggedTensor
from addax.ops.sparse import SparseTensor

# How a feature is parsed, as attributes of an operation: what it is, its name in the
# examples, shape, type, default.
Plan = tuple[str, str, tuple[int, ...], str, Any]


def _specs(serialized: Any, plans: tuple[Plan, ...]) -> Any:
    specs: list[Any] = []
    for kind, _, shape, dtype, _ in plans:
        if kind == "varying":
            specs += [((None,), dtype), ((*serialized.shape,), "int64")]
        else:
            inner = (None, *shape) if kind == "padded" else shape
            specs.append(((*serialized.shape, *inner), dtype))
    return specs


@host_op(_specs)
def parse_features(serialized: HostArray, plans: tuple[Plan, ...]) -> Any:
    """The features of serialized examples, in the order of the plans."""
    rows = [examples.split(data) for data in serialized.ravel().tolist()]
    found: list[Any] = []
    for kind, name, shape, dtype, default in plans:
        typed = examples.feature_type(name, dtype)
        if kind == "varying":
            found += examples.varying(rows, name, typed)
            continue
        parse = examples.padded if kind == "padded" else examples.fixed
        array = parse(rows, name, shape, typed, default)
        found.append(array.reshape((*serialized.shape, *array.shape[1:])))
    return found


def parse_example(
    serialized: Any,
    features: dict[str, Any],
    example_names: Any = None,
    name: str | None = None,
) -> dict[str, Any]:
    """The features of a batch of serialized examples.

    Args:
        serialized: A vector of strings.
        features: How each feature is parsed, by name: a `tf.io.FixedLenFeature`,
            `VarLenFeature`, `RaggedFeature` or `FixedLenSequenceFeature`.
        example_names: Kept for TensorFlow's signature.
        name: Kept for TensorFlow's signature.

    Returns:
        A dictionary of tensors, dense, sparse or ragged as `features` say.

    Raises:
        ValueError: If an example lacks a feature, or holds another type or number.
    """
    serialized = convert(serialized)
    plans = tuple(_plan(key, feature) for key, feature in features.items())
    parts = iter(parse_features(serialized, plans))
    parsed = {}
    for key, feature in features.items():
        first = next(parts)
        if isinstance(feature, VarLenFeature):
            parsed[key] = _sparse(first, next(parts), len(serialized.shape))
        elif isinstance(feature, RaggedFeature):
            parsed[key] = _ragged(first, next(parts), feature, len(serialized.shape))
        else:
            parsed[key] = first
    return parsed


def parse_single_example(
    serialized: Any,
    features: dict[str, Any],
    example_names: Any = None,
    name: str | None = None,
) -> dict[str, Any]:
    """The features of one serialized example, a string; see `parse_example`."""
    return parse_example(serialized, features)


def _sparse(values: Any, lengths: Any, ndim: int) -> SparseTensor:
    """Rows of any length as the filled part of a matrix."""
    counts = np.asarray(lengths).reshape(-1)
    columns = np.concatenate([np.arange(n) for n in counts] or [np.empty(0, int)])
    if not ndim:  # a single example has no axis of rows
        return SparseTensor(columns[:, None], values, [len(columns)])
    rows = np.repeat(np.arange(len(counts)), counts)
    shape = [len(counts), int(counts.max(initial=0))]
    return SparseTensor(np.stack([rows, columns], axis=1), values, shape)


def _ragged(values: Any, lengths: Any, feature: RaggedFeature, ndim: int) -> Any:
    if feature.partitions:
        raise NotImplementedError(
            explain(
                "Ragged features with further partitions are not supported.",
                received={"partitions": feature.partitions},
                fix="tf.io.RaggedFeature(tf.int64)  # one list of values an example",
            )
        )
    if not ndim:
        return values
    ends = np.cumsum(np.asarray(lengths))
    splits = np.concatenate([[0], ends]).astype(as_dtype(feature.row_splits_dtype).name)
    return RaggedTensor(values, splits)


def _plan(key: str, feature: Any) -> Plan:
    if isinstance(feature, (VarLenFeature, RaggedFeature)):
        named = getattr(feature, "value_key", None) or key
        return (
            "varying",
            named,
            (),
            examples.feature_type(key, feature.dtype).name,
            None,
        )
    if not isinstance(feature, (FixedLenFeature, FixedLenSequenceFeature)):
        raise TypeError(
            explain(
                "This is no way to parse a feature.",
                received={key: feature},
                fix=f"{{{key!r}: tf.io.FixedLenFeature([], tf.int64)}}",
            )
        )
    kind = "fixed" if isinstance(feature, FixedLenFeature) else "padded"
    shape = (
        feature.shape if isinstance(feature.shape, (list, tuple)) else [feature.shape]
    )
    default = feature.default_value
    if default is not None:
        default = np.asarray(default).tolist()
        flat = default if isinstance(default, list) else [default]
        default = tuple(np.asarray(flat, object).ravel().tolist())
        default = tuple(s.encode() if isinstance(s, str) else s for s in default)
    dtype = examples.feature_type(key, feature.dtype).name
    return kind, key, tuple(int(n) for n in shape), dtype, default
