"""Strings cut into pieces, and pieces put together: ragged tensors of strings."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.core import Array, SymbolicTensor, convert
from addax.core.host import host_op
from addax.ops.ragged import RaggedTensor
from addax.ops.ragged.factories import as_values
from addax.ops.ragged.partition import from_lengths
from addax.ops.strings.text import each


def rows_of(
    x: Any, cut: Callable[[bytes], Sequence[Any]], dtype: str = "string"
) -> Any:
    """The pieces of each string, along a new ragged axis."""
    x = as_values(x)
    if isinstance(x, RaggedTensor):
        return x.with_flat_values(rows_of(x.flat_values, cut, dtype))
    array = np.asarray(x)
    rows = [cut(s) for s in array.flat]
    flat = np.empty(sum(map(len, rows)), object if dtype == "string" else dtype)
    flat[:] = [piece for row in rows for piece in row]
    if not array.ndim:
        return convert(flat)
    made = RaggedTensor(convert(flat), from_lengths([len(row) for row in rows]))
    for size in reversed(array.shape[1:]):
        made = RaggedTensor.from_uniform_row_length(made, size)
    return made


@host_op(lambda x, by, maxsplit: ((None,), "string"))
def split_one(x: Array, by: bytes | None, maxsplit: int) -> Any:
    """The parts of one string, a vector whose length only running can tell."""
    return np.array(x.item().split(by, maxsplit), object)


def split(x: Any, sep: Any = None, maxsplit: int = -1) -> Any:
    """The parts of each string between separators, as Python splits.

    Args:
        x: Strings.
        sep: The separator; runs of white space if not given or empty.
        maxsplit: How often to split at most; -1 for no limit.

    Returns:
        A ragged tensor (for one string alone a vector).
    """
    by = sep.encode() if isinstance(sep, str) else sep
    by = by if by is None or isinstance(by, bytes) else bytes(np.asarray(by).item())
    if isinstance(x, SymbolicTensor) and x.ndim == 0:
        return split_one(x, by or None, int(maxsplit))
    return rows_of(x, lambda s: s.split(by or None, maxsplit))


def bytes_split(x: Any) -> Any:
    """The bytes of each string, as strings."""
    return rows_of(x, lambda s: [s[i : i + 1] for i in range(len(s))])


def _decoded(s: bytes, encoding: str, errors: str, replacement: int) -> str:
    if errors == "strict":
        return s.decode(encoding)
    text = s.decode(encoding, "ignore" if errors == "ignore" else "replace")
    return text.replace("\ufffd", chr(replacement)) if replacement != 0xFFFD else text


def _codec(encoding: str) -> str:
    # TensorFlow's UTF-16 and UTF-32 are big-endian, without a mark.
    return {"UTF-16-BE": "utf-16-be", "UTF-32-BE": "utf-32-be"}.get(encoding, encoding)


def unicode_split(
    x: Any, encoding: str, errors: str = "replace", replacement_char: int = 0xFFFD
) -> Any:
    """The characters of each string, as strings of the same encoding."""
    codec = _codec(encoding)
    return rows_of(
        x,
        lambda s: [
            c.encode(codec) for c in _decoded(s, codec, errors, replacement_char)
        ],
    )


def unicode_decode(
    x: Any, encoding: str, errors: str = "replace", replacement_char: int = 0xFFFD
) -> Any:
    """The code points of the characters of each string, as int32."""
    codec = _codec(encoding)
    return rows_of(
        x,
        lambda s: [ord(c) for c in _decoded(s, codec, errors, replacement_char)],
        "int32",
    )


def offsets(x: Any, encoding: str) -> Any:
    """Where each character begins among the bytes of its string, as int64."""
    codec = _codec(encoding)

    def starts(s: bytes) -> list[int]:
        sizes = [len(c.encode(codec)) for c in s.decode(codec, "replace")]
        return [0, *accumulate(sizes)][:-1]

    return rows_of(x, starts, "int64")


def unicode_encode(
    x: Any, encoding: str, errors: str = "replace", replacement_char: int = 0xFFFD
) -> Any:
    """Strings of rows of code points."""
    x, codec = as_values(x), _codec(encoding)
    if isinstance(x, RaggedTensor) and x.ragged_rank > 1:
        inner = unicode_encode(x.values, encoding, errors, replacement_char)
        return x.with_values(inner)
    if isinstance(x, RaggedTensor):
        rows = x.to_list()
    else:
        array = np.asarray(x)
        rows = array.reshape(-1, array.shape[-1]).tolist()

    def char(code: int) -> str:
        valid = 0 <= code < 0x110000 and not 0xD800 <= code < 0xE000
        if not valid and errors == "strict":
            raise ValueError(
                explain("This is no code point.", received={"code point": code})
            )
        if valid or errors == "replace":
            return chr(code if valid else replacement_char)
        return ""

    out = np.empty(len(rows), object)
    out[:] = ["".join(map(char, row)).encode(codec) for row in rows]
    if isinstance(x, RaggedTensor):
        return convert(out)
    return convert(out.reshape(x.shape[:-1]))


def unicode_transcode(
    x: Any,
    input_encoding: str,
    output_encoding: str,
    errors: str = "replace",
    replacement_char: int = 0xFFFD,
    replace_control_characters: bool = False,
) -> Any:
    """Strings in another encoding."""
    x, source, target = as_values(x), _codec(input_encoding), _codec(output_encoding)
    if isinstance(x, RaggedTensor):
        inner = unicode_transcode(
            x.flat_values, input_encoding, output_encoding, errors, replacement_char
        )
        return x.with_flat_values(inner)

    def change(s: bytes) -> bytes:
        text = _decoded(s, source, errors, replacement_char)
        if replace_control_characters:
            text = "".join(
                chr(replacement_char) if ord(c) < 32 and c not in "\t\n\r" else c
                for c in text
            )
        return text.encode(target)

    return convert(each(np.asarray(x), change))


# The numbers of ICU's `UScriptCode`, for the scripts most texts are in.
_SCRIPTS = {
    "ARABIC": 2, "ARMENIAN": 3, "BENGALI": 4, "BOPOMOFO": 5, "CHEROKEE": 6,
    "CYRILLIC": 8, "DEVANAGARI": 10, "ETHIOPIC": 11, "GEORGIAN": 12, "GREEK": 14,
    "GUJARATI": 15, "GURMUKHI": 16, "CJK": 17, "HANGUL": 18, "HEBREW": 19,
    "HIRAGANA": 20, "KANNADA": 21, "KATAKANA": 22, "KHMER": 23, "LAO": 24,
    "LATIN": 25, "MALAYALAM": 26, "MONGOLIAN": 27, "MYANMAR": 28, "ORIYA": 31,
    "SINHALA": 33, "SYRIAC": 34, "TAMIL": 35, "TELUGU": 36, "THAANA": 37, "THAI": 38,
    "TIBETAN": 39,
}  # fmt: skip


def _script(code: int) -> int:
    char = chr(code)
    if not unicodedata.category(char).startswith(("L", "M")):
        return 0  # common to all scripts
    name = unicodedata.name(char, "").split(" ")[0]
    return 1 if name == "COMBINING" else _SCRIPTS.get(name, 103 if not name else 0)


def unicode_script(x: Any) -> Any:
    """The number, by ICU, of the script that each code point belongs to."""
    x = as_values(x)
    if isinstance(x, RaggedTensor):
        return x.with_flat_values(unicode_script(x.flat_values))
    return convert(np.vectorize(_script, [np.int32])(np.asarray(x)))


def reduce_join(
    x: Any, axis: Any = None, keepdims: bool = False, separator: str = ""
) -> Any:
    """The strings along an axis (or several, or all) joined."""
    x, by = as_values(x), separator.encode()
    if isinstance(x, RaggedTensor):
        return _join_ragged(x, axis, keepdims, by)
    array = np.asarray(x)
    axes = range(array.ndim) if axis is None else np.atleast_1d(axis).tolist()
    order = [a % array.ndim for a in axes]
    kept = [a for a in range(array.ndim) if a not in order]
    rows = array.transpose(kept + order).reshape([array.shape[a] for a in kept] + [-1])
    out = np.empty(rows.shape[:-1], object)
    for place in np.ndindex(out.shape):
        out[place] = by.join(rows[place])
    if keepdims:
        out = np.expand_dims(out, tuple(sorted(order)))
    return convert(out)


def _join_ragged(x: RaggedTensor, axis: Any, keepdims: bool, by: bytes) -> Any:
    if axis is None:
        return convert(by.join(np.asarray(x.flat_values).ravel().tolist()))
    last = len(x.shape) - 1
    if isinstance(axis, (list, tuple)) or axis % len(x.shape) != last or keepdims:
        raise ValueError(
            explain(
                "Ragged tensors of strings are joined along their last axis.",
                received={"axis": axis, "keepdims": keepdims},
                fix="tf.strings.reduce_join(x, axis=-1)",
            )
        )
    if x.ragged_rank > 1:
        inner = x.values
        return x.with_values(_join_ragged(inner, -1, False, by))
    out = np.empty(len(x), object)
    out[:] = [by.join(row) for row in x.to_list()]
    return convert(out)


def ngrams(
    x: Any,
    width: Any,
    separator: str = " ",
    pad_values: Any = None,
    padding_width: int | None = None,
    preserve_short_sequences: bool = False,
) -> Any:
    """Neighbouring strings along the last axis, joined.

    Args:
        x: Strings, or a ragged tensor of them.
        width: How many to join, or a list of such numbers.
        separator: What to put between them.
        pad_values: What to put in front of and behind each row: one string or two.
        padding_width: How much of it; one less than the width at most.
        preserve_short_sequences: Whether a row that is too short gives one n-gram.

    Returns:
        A ragged tensor (a vector for a vector).
    """
    sizes, by = np.atleast_1d(width).tolist(), separator.encode()
    pads = (pad_values,) * 2 if isinstance(pad_values, (str, bytes)) else pad_values
    ends = [p.encode() if isinstance(p, str) else p for p in pads or ()]

    def grams(row: list[bytes]) -> list[bytes]:
        found: list[bytes] = []
        for n in sizes:
            most = n - 1 if padding_width is None else min(n - 1, padding_width)
            full = [ends[0]] * most + row + [ends[1]] * most if ends else row
            found += [by.join(full[i : i + n]) for i in range(len(full) - n + 1)]
        if not found and preserve_short_sequences and row:
            found = [by.join(row)]
        return found

    x = as_values(x)
    if not isinstance(x, RaggedTensor):
        array = np.asarray(x)
        if array.ndim == 1:
            return _strings(grams(array.tolist()))
        x = RaggedTensor.from_tensor(x, ragged_rank=array.ndim - 1)
    if x.ragged_rank > 1:
        return x.with_values(
            ngrams(
                x.values, width, separator, pad_values, padding_width,
                preserve_short_sequences,
            )
        )  # fmt: skip
    rows = [grams(row) for row in x.to_list()]
    flat = _strings([g for row in rows for g in row])
    return RaggedTensor(flat, from_lengths([len(row) for row in rows]))


def _strings(values: list[bytes]) -> Any:
    out = np.empty(len(values), object)
    out[:] = values
    return convert(out)
