"""Strings changed, measured and made, one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.core import Array, as_dtype, convert
from addax.core.host import host_op, same_shape
from addax.ops import math
from addax.ops.strings import hashes


def each(x: Any, fn: Callable[[bytes], Any], dtype: Any = object) -> Any:
    """`fn` of each element, in an array of the same shape."""
    out = np.empty(x.size, dtype)
    for i, s in enumerate(x.flat):
        out[i] = fn(s)
    return out.reshape(x.shape)


def _cased(name: str) -> Any:
    def change(x: Array, encoding: str = "") -> Any:
        if not encoding:  # ASCII letters only
            return each(x, getattr(bytes, name))
        return each(x, lambda s: getattr(s.decode(errors="replace"), name)().encode())

    change.__doc__ = (
        f"Each string in {name} case: ASCII letters, or all with encoding='utf-8'."
    )
    change.__annotations__["x"] = "Array"
    return host_op(same_shape("string"), name=f"strings_{name}")(change)


lower = _cased("lower")
upper = _cased("upper")


@host_op(same_shape("string"))
def strip(x: Array) -> Any:
    """Each string without white space at its ends."""
    return each(x, bytes.strip)


@host_op(same_shape("int32"), name="strings_length")
def length(x: Array, unit: str = "BYTE") -> Any:
    """How many bytes (or characters, with unit `"UTF8_CHAR"`) each string has."""
    if unit == "BYTE":
        return each(x, len, np.int32)
    return each(x, lambda s: len(s.decode("utf-8", "replace")), np.int32)


def _part(s: bytes, pos: int, count: int, unit: str) -> bytes:
    text: Any = s if unit == "BYTE" else s.decode("utf-8", "surrogateescape")
    start = pos if pos >= 0 else max(len(text) + pos, 0)
    if pos > len(text) or pos < -len(text):
        raise ValueError(
            explain(
                "`pos` lies outside of a string.", received={"pos": pos, "string": s}
            )
        )
    found = text[start : start + count]
    return found if unit == "BYTE" else found.encode("utf-8", "surrogateescape")


@host_op(
    lambda x, pos, count, unit: (np.broadcast_shapes(x.shape, pos.shape), "string")
)
def substr(x: Array, pos: Array, count: Array, unit: str = "BYTE") -> Any:
    """Of each string `count` bytes (or characters) from `pos` on.

    Args:
        x: Strings.
        pos: Where to begin: whole numbers, negative ones from the end.
        count: How many to take; fewer if the string ends.
        unit: `"BYTE"` or `"UTF8_CHAR"`.
    """
    spread = np.broadcast_arrays(x, pos, count)
    rows = zip(*(array.ravel().tolist() for array in spread), strict=True)
    parts = [_part(s, start, size, unit) for s, start, size in rows]
    out = np.empty(len(parts), object)
    out[:] = parts
    return out.reshape(spread[0].shape)


@host_op(lambda x, dtype: (x.shape, dtype))
def _to_number(x: Array, dtype: str) -> Any:
    kind = int if dtype.startswith("int") else float
    return np.array([kind(s) for s in np.asarray(x).ravel()], dtype).reshape(x.shape)


def to_number(x: Any, out_type: Any = "float32") -> Any:
    """The number that each string spells.

    Raises:
        ValueError: If one spells none.
    """
    return _to_number(x, as_dtype(out_type).name)


_to_number.elementwise = True


@host_op(same_shape("string"))
def as_string(
    x: Array,
    precision: int = -1,
    scientific: bool = False,
    shortest: bool = False,
    width: int = -1,
    fill: str = "",
) -> Any:
    """Each number as a string.

    Args:
        x: Numbers or booleans.
        precision: How many digits follow the point; 6 by default.
        scientific: Whether to write floats as `1.5e+03`.
        shortest: Whether to choose the shorter of both ways.
        width: The least length, reached with `fill`.
        fill: What to fill with: a space, `"0"`, or `"-"` to fill at the end.
    """
    if x.dtype == object:
        return x
    left = "<" if fill == "-" else ""
    pad = "0" if fill == "0" else ""
    size = "" if width < 0 else str(width)
    if x.dtype == bool:
        form, values = (
            left + size,
            ["true" if v else "false" for v in np.asarray(x).ravel()],
        )
        return _formatted(x.shape, form, values)
    if x.dtype.kind in "iu":
        return _formatted(x.shape, f"{left}{pad}{size}d", x.ravel().tolist())
    digits = "" if precision < 0 else f".{precision}"
    kind = "e" if scientific else "g" if shortest else "f"
    if np.issubdtype(x.dtype, np.complexfloating):
        parts = [
            f"({v.real:{digits}{kind}},{v.imag:{digits}{kind}})"
            for v in x.ravel().tolist()
        ]
        return _formatted(x.shape, "", parts)
    return _formatted(
        x.shape, f"{left or '>'}{pad}{size}{digits}{kind}", x.ravel().tolist()
    )


def _formatted(shape: Any, form: str, values: Sequence[Any]) -> Any:
    out = np.empty(len(values), object)
    out[:] = [format(v, form).encode() for v in values]
    return out.reshape(shape)


def join(inputs: Sequence[Any], separator: str = "") -> Any:
    """The strings of several tensors put together, element by element."""
    values = [convert(x) for x in inputs]
    joined = values[0]
    for value in values[1:]:
        joined = (
            math.add(math.add(joined, separator), value)
            if separator
            else (math.add(joined, value))
        )
    return joined


@host_op(lambda x, buckets, how: (x.shape, "int64"), name="strings_to_hash_bucket")
def _bucket(x: Array, buckets: int, how: Any) -> Any:
    table: dict[str, Any] = {
        "farm": hashes.fingerprint64,
        "murmur": hashes.murmur64,
    }
    found = table[how](x) if isinstance(how, str) else hashes.siphash64(x, how)
    return (found % np.uint64(buckets)).astype(np.int64)


_bucket.elementwise = True


def to_hash_bucket_fast(x: Any, num_buckets: int) -> Any:
    """The bucket of each string, by FarmHash."""
    return _bucket(x, int(num_buckets), "farm")


def to_hash_bucket(x: Any, num_buckets: int) -> Any:
    """The bucket of each string, by MurmurHash."""
    return _bucket(x, int(num_buckets), "murmur")


def to_hash_bucket_strong(x: Any, num_buckets: int, key: Sequence[int]) -> Any:
    """The bucket of each string, by SipHash under a key of two numbers."""
    return _bucket(x, int(num_buckets), tuple(int(n) for n in key))


def format_template(
    template: str, inputs: Sequence[Any], placeholder: str = "{}", summarize: int = 3
) -> Any:
    """A string with tensors put into the places of a template.

    Args:
        template: A string with a placeholder for each tensor.
        inputs: The tensors.
        placeholder: What stands for a tensor.
        summarize: How many elements to show at each end of an axis; -1 for all.

    Raises:
        ValueError: If there are more or fewer places than tensors.
    """
    parts = template.split(placeholder)
    if len(parts) != len(inputs) + 1:
        raise ValueError(
            explain(
                "The template needs a place for each tensor.",
                received={"template": template, "tensors": len(inputs)},
            )
        )
    texts = [_shown(np.asarray(convert(x)), summarize) for x in inputs]
    out = parts[0] + "".join(t + p for t, p in zip(texts, parts[1:], strict=True))
    return convert(out)


def _shown(array: Any, most: int) -> str:
    if not array.ndim:
        item = array.item()
        return item.decode(errors="replace") if isinstance(item, bytes) else str(item)
    if array.dtype == object and array.ndim == 1:
        rows = [f'"{s.decode(errors="replace")}"' for s in array]
    else:
        rows = [_shown(row, most) for row in array]
    if 0 <= 2 * most < len(rows):
        rows = [*rows[:most], "...", *rows[len(rows) - most :]]
    return "[" + ("\n " if array.ndim > 1 else " ").join(rows) + "]"
