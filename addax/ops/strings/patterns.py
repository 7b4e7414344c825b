"""Regular expressions in RE2's syntax, run by Python's `re`.

RE2 (https://github.com/google/re2/wiki/Syntax) has classes that Python lacks: by
Unicode category (`\\p{L}`) and by POSIX name (`[[:alpha:]]`). They are spelt out as
ranges.
"""

from __future__ import annotations

import functools
import re
import sys
import unicodedata
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.core import Array
from addax.core.host import host_op, same_shape

_POSIX = {
    "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "ascii": r"\x00-\x7f", "blank": r"\t ",
    "cntrl": r"\x00-\x1f\x7f", "digit": "0-9", "graph": "!-~", "lower": "a-z",
    "print": " -~", "punct": r"!-/:-@\[-`{-~", "space": r"\t\n\v\f\r ",
    "upper": "A-Z", "word": "0-9A-Za-z_", "xdigit": "0-9A-Fa-f",
}  # fmt: skip
_TOKEN = re.compile(
    r"\\Q(?P<quoted>.*?)(?:\\E|$)|\\(?P<sign>[pP])(?:\{(?P<long>\^?\w+)\}|(?P<short>\w))"
    r"|\[:(?P<posix>\^?\w+):\]|\\(?P<end>z)|\\.|\[\^?\]?|\]|.",
    re.DOTALL,
)


@functools.cache
def _category(name: str, outside: bool) -> str:
    """The characters of a Unicode category (or of all others), as ranges."""
    inside = [
        unicodedata.category(chr(c)).startswith(name) != outside
        for c in range(sys.maxunicode + 1)
    ]
    edges = np.flatnonzero(np.diff(np.r_[False, inside, False].astype(np.int8)))
    pairs = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    return "".join(f"\\U{a:08x}-\\U{b - 1:08x}" for a, b in pairs)


@functools.lru_cache(maxsize=512)
def translate(pattern: str) -> re.Pattern[str]:
    """A pattern of RE2 compiled by Python.

    Raises:
        ValueError: If it is no regular expression.
    """
    out: list[str] = []
    within = False
    for match in _TOKEN.finditer(pattern):
        token, part = match.group(), match.groupdict()
        ranges = None
        if part["quoted"] is not None:
            token = re.escape(part["quoted"])
        elif part["sign"]:
            name = part["long"] or part["short"]
            outside = (part["sign"] == "P") != name.startswith("^")
            ranges = _category(name.removeprefix("^"), outside)
        elif part["posix"] and within:
            name = part["posix"].removeprefix("^")
            if name in _POSIX:
                ranges = _POSIX[name]
        elif part["end"]:
            token = r"\Z"
        elif token[0] == "[" and not within:
            within = True
            token = token.replace("]", r"\]")
        elif token == "[":
            token = r"\["
        elif token == "]" and within:
            within = False
        if ranges is not None:
            token = ranges if within else f"[{ranges}]"
        out.append(token)
    try:
        return re.compile("".join(out), re.ASCII)
    except re.error as error:
        raise ValueError(
            explain(
                "This is no regular expression.",
                received={"pattern": pattern},
                why=str(error),
            )
        ) from error


def _text(value: bytes) -> str:
    return value.decode("utf-8", "surrogateescape")


def as_text(value: Any) -> str:
    """A Python string from a string, bytes or a string tensor."""
    if isinstance(value, str):
        return value
    return _text(value if isinstance(value, bytes) else bytes(np.asarray(value).item()))


def _each(x: Any, fn: Any) -> Any:
    out = np.empty(x.shape, object)
    out[...] = np.array([fn(s) for s in x.flat] or None, object).reshape(x.shape)
    return out


@host_op(same_shape("string"), name="regex_replace")
def _replace(x: Array, pattern: str, rewrite: str, count: int) -> Any:
    found = translate(pattern)
    template = re.sub(r"\\(\d)", r"\\g<\1>", rewrite)
    return _each(
        x,
        lambda s: found.sub(template, _text(s), count).encode(errors="surrogateescape"),
    )


@host_op(same_shape("bool"), name="regex_full_match")
def _full_match(x: Array, pattern: str) -> Any:
    found = translate(pattern)
    flat = np.asarray(x).ravel()
    whole = [found.fullmatch(_text(s)) is not None for s in flat]
    return np.array(whole, bool).reshape(x.shape)


def regex_replace(
    input: Any, pattern: Any, rewrite: Any, replace_global: bool = True
) -> Any:
    """Each string with what matches the pattern replaced.

    Args:
        input: Strings.
        pattern: A regular expression in RE2's syntax.
        rewrite: What to put instead; `\\\\1` stands for the first group.
        replace_global: Whether to replace every match, or the first.
    """
    return _replace(
        input, as_text(pattern), as_text(rewrite), 0 if replace_global else 1
    )


def regex_full_match(input: Any, pattern: Any) -> Any:
    """Whether the pattern matches each string from beginning to end."""
    return _full_match(input, as_text(pattern))
