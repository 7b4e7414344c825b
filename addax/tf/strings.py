"""`tf.strings`: operations on tensors of strings, which run on the host."""

from __future__ import annotations

from typing import Any

from addax.core import convert
from addax.ops.strings import patterns, pieces, text
from addax.tf._advice import absent
from addax.tf._rules import operand


def regex_replace(
    input: Any,
    pattern: Any,
    rewrite: Any,
    replace_global: bool = True,
    name: str | None = None,
) -> Any:
    """Each string with what matches a pattern (in RE2's syntax) replaced.

    Example:

    >>> from addax import tf
    >>> tf.strings.regex_replace(["a1b22"], "[0-9]+", "#").numpy().tolist()
    [b'a#b#']
    """
    return patterns.regex_replace(operand(input), pattern, rewrite, replace_global)


def regex_full_match(input: Any, pattern: Any, name: str | None = None) -> Any:
    """Whether a pattern (in RE2's syntax) matches each string as a whole."""
    return patterns.regex_full_match(operand(input), pattern)


def split(
    input: Any, sep: Any = None, maxsplit: int = -1, name: str | None = None
) -> Any:
    """The parts of each string between separators (white space if none is given).

    Example:

    >>> from addax import tf
    >>> tf.strings.split(["a b", "c"])
    <tf.RaggedTensor [[b'a', b'b'], [b'c']]>
    """
    return pieces.split(input, sep, maxsplit)


def lower(input: Any, encoding: str = "", name: str | None = None) -> Any:
    """Each string in lower case: ASCII letters, or all with encoding `"utf-8"`."""
    return text.lower(operand(input), encoding)


def upper(input: Any, encoding: str = "", name: str | None = None) -> Any:
    """Each string in upper case: ASCII letters, or all with encoding `"utf-8"`."""
    return text.upper(operand(input), encoding)


def strip(input: Any, name: str | None = None) -> Any:
    """Each string without white space at its ends."""
    return text.strip(operand(input))


def join(inputs: Any, separator: str = "", name: str | None = None) -> Any:
    """The strings of several tensors put together, element by element.

    Example:

    >>> from addax import tf
    >>> tf.strings.join([["a", "b"], "x"], separator="-").numpy().tolist()
    [b'a-x', b'b-x']
    """
    return text.join(inputs, separator)


def length(input: Any, unit: str = "BYTE", name: str | None = None) -> Any:
    """How many bytes (or characters: unit `"UTF8_CHAR"`) each string has, as int32."""
    return text.length(operand(input), unit)


def substr(
    input: Any, pos: Any, len: Any, unit: str = "BYTE", name: str | None = None
) -> Any:
    """Of each string `len` bytes (or characters) from `pos` on."""
    return text.substr(operand(input), operand(pos), operand(len), unit)


def to_number(input: Any, out_type: Any = "float32", name: str | None = None) -> Any:
    """The number that each string spells."""
    return text.to_number(operand(input), out_type)


def as_string(
    input: Any,
    precision: int = -1,
    scientific: bool = False,
    shortest: bool = False,
    width: int = -1,
    fill: str = "",
    name: str | None = None,
) -> Any:
    """Each number as a string; `precision` digits after the point, 6 by default."""
    return text.as_string(operand(input), precision, scientific, shortest, width, fill)


def format(
    template: str,
    inputs: Any,
    placeholder: str = "{}",
    summarize: int = 3,
    name: str | None = None,
) -> Any:
    """A string with tensors put into the places of a template."""
    many = isinstance(inputs, (list, tuple))
    return text.format_template(
        template, inputs if many else [inputs], placeholder, summarize
    )


def reduce_join(
    inputs: Any,
    axis: Any = None,
    keepdims: bool = False,
    separator: str = "",
    name: str | None = None,
) -> Any:
    """The strings along an axis (or several, or all) joined."""
    return pieces.reduce_join(inputs, axis, keepdims, separator)


def to_hash_bucket(input: Any, num_buckets: int, name: str | None = None) -> Any:
    """A bucket for each string."""
    return text.to_hash_bucket(operand(input), num_buckets)


def to_hash_bucket_fast(input: Any, num_buckets: int, name: str | None = None) -> Any:
    """A bucket for each string, by FarmHash."""
    return text.to_hash_bucket_fast(operand(input), num_buckets)


def to_hash_bucket_strong(
    input: Any, num_buckets: int, key: Any, name: str | None = None
) -> Any:
    """A bucket for each string, by SipHash under a key of two numbers."""
    return text.to_hash_bucket_strong(operand(input), num_buckets, key)


def bytes_split(input: Any, name: str | None = None) -> Any:
    """The bytes of each string, as strings."""
    return pieces.bytes_split(input)


def ngrams(
    data: Any,
    ngram_width: Any,
    separator: str = " ",
    pad_values: Any = None,
    padding_width: int | None = None,
    preserve_short_sequences: bool = False,
    name: str | None = None,
) -> Any:
    """Neighbouring strings along the last axis, joined."""
    return pieces.ngrams(
        data, ngram_width, separator, pad_values, padding_width,
        preserve_short_sequences,
    )  # fmt: skip


def unicode_split(
    input: Any,
    input_encoding: str,
    errors: str = "replace",
    replacement_char: int = 65533,
    name: str | None = None,
) -> Any:
    """The characters of each string, as strings."""
    return pieces.unicode_split(input, input_encoding, errors, replacement_char)


def unicode_split_with_offsets(
    input: Any,
    input_encoding: str,
    errors: str = "replace",
    replacement_char: int = 65533,
    name: str | None = None,
) -> tuple[Any, Any]:
    """The characters of each string, and where they begin."""
    found = pieces.unicode_split(input, input_encoding, errors, replacement_char)
    return found, pieces.offsets(input, input_encoding)


def unicode_decode(
    input: Any,
    input_encoding: str,
    errors: str = "replace",
    replacement_char: int = 65533,
    replace_control_characters: bool = False,
    name: str | None = None,
) -> Any:
    """The code points of the characters of each string."""
    return pieces.unicode_decode(input, input_encoding, errors, replacement_char)


def unicode_decode_with_offsets(
    input: Any,
    input_encoding: str,
    errors: str = "replace",
    replacement_char: int = 65533,
    replace_control_characters: bool = False,
    name: str | None = None,
) -> tuple[Any, Any]:
    """The code points of the characters of each string, and where they begin."""
    found = pieces.unicode_decode(input, input_encoding, errors, replacement_char)
    return found, pieces.offsets(input, input_encoding)


def unicode_encode(
    input: Any,
    output_encoding: str,
    errors: str = "replace",
    replacement_char: int = 65533,
    name: str | None = None,
) -> Any:
    """Strings of rows of code points."""
    return pieces.unicode_encode(input, output_encoding, errors, replacement_char)


def unicode_transcode(
    input: Any,
    input_encoding: str,
    output_encoding: str,
    errors: str = "replace",
    replacement_char: int = 65533,
    replace_control_characters: bool = False,
    name: str | None = None,
) -> Any:
    """Strings in another encoding."""
    return pieces.unicode_transcode(
        input, input_encoding, output_encoding, errors, replacement_char,
        replace_control_characters,
    )  # fmt: skip


def unicode_script(input: Any, name: str | None = None) -> Any:
    """The number, by ICU, of the script that each code point belongs to."""
    return pieces.unicode_script(convert(input) if isinstance(input, list) else input)


__getattr__ = absent(__name__)
