"""Elements as bytes and back, without anything that could run code."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.core import as_dtype
from addax.data import nest
from addax.data.elements import dtype_of, is_composite, shape_of


def encode(element: Any) -> bytes:
    """The leaves of an element, one after the other.

    Raises:
        TypeError: If one of them is no array.
    """
    return b"".join(_encode(leaf) for leaf in nest.flatten(element))


def _encode(leaf: Any) -> bytes:
    if is_composite(leaf) or (
        not hasattr(leaf, "dtype") and not isinstance(leaf, bytes)
    ):
        raise TypeError(
            explain(
                "Only arrays of numbers and strings can be written to a file.",
                received={"part of an element": leaf},
                fix="dataset.map(lambda x: x.to_tensor())  # for ragged tensors",
            )
        )
    name = dtype_of(leaf).name.encode()
    shape = shape_of(leaf)
    if name == b"string":
        array = [leaf] if isinstance(leaf, bytes) else leaf.ravel().tolist()
        lengths = np.array([len(s) for s in array], "<i8").tobytes()
        data = lengths + b"".join(array)
    else:
        data = np.asarray(leaf).tobytes()
    head = struct.pack(f"<BB{len(shape)}q", len(name), len(shape), *shape) + name
    return struct.pack("<q", len(data)) + head + data


def decode(data: bytes, structure: Any) -> Any:
    """The element that `encode` made bytes of."""
    leaves, at = [], 0
    while at < len(data):
        leaf, at = _decode(data, at)
        leaves.append(leaf)
    return nest.pack(structure, leaves)


def _decode(data: bytes, at: int) -> tuple[Any, int]:
    length, letters, ndim = struct.unpack_from("<qBB", data, at)
    at += 10
    shape = struct.unpack_from(f"<{ndim}q", data, at)
    at += 8 * ndim
    dtype = as_dtype(data[at : at + letters].decode())
    at += letters
    raw = data[at : at + length]
    if dtype == "string":
        array: Any = _strings(raw, shape)
    else:
        array = np.frombuffer(raw, dtype.name).reshape(shape)
    return (array if ndim else array[()]), at + length


def _strings(raw: bytes, shape: tuple[int, ...]) -> Any:
    n = int(np.prod(shape, dtype=np.int64))
    ends = 8 * n + np.cumsum(np.frombuffer(raw[: 8 * n], "<i8"))
    starts = [8 * n, *ends[:-1]] if n else []
    array = np.empty(n, object)
    array[:] = [raw[a:b] for a, b in zip(starts, ends, strict=True)]
    return array.reshape(shape)


def structure_to_json(element: Any) -> Any:
    """A structure in a form for JSON."""
    if not nest.is_container(element):
        return None
    if isinstance(element, dict):
        return {"dict": [[k, structure_to_json(v)] for k, v in element.items()]}
    return {"tuple": [structure_to_json(each) for each in element]}


def structure_from_json(data: Any) -> Any:
    """A structure from the form of `structure_to_json`, with `None`s for leaves."""
    if data is None:
        return None
    if "dict" in data:
        return {key: structure_from_json(value) for key, value in data["dict"]}
    return tuple(map(structure_from_json, data["tuple"]))
