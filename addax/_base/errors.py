"""Compose error messages in three parts: the fact, why, and what to do.

There is no hierarchy of addax exceptions: users of Keras catch `ValueError` and
`TypeError`, so those are what we raise.
"""

import reprlib
from collections.abc import Mapping, Sequence
from typing import Any

_LONGEST_VALUE = 200


def explain(
    fact: str,
    *,
    received: Mapping[str, object] | None = None,
    why: str = "",
    fix: str | Sequence[str] = "",
) -> str:
    """Compose an error message.

    Args:
        fact: what was expected and did not hold, as one sentence.
        received: the offending values by the name that the caller gave them. Arrays
            are shown by shape and dtype, long values are cut.
        why: the reason, when the fact does not make it plain.
        fix: what to do, in code with the user's own names. Several ways out are
            numbered.

    Returns:
        The text for the exception.

    Example:

    >>> print(explain("`units` must be a positive integer.", received={"units": -3},
    ...               why="It is the size of the layer's output.",
    ...               fix="Dense(units=64)"))
    `units` must be a positive integer. Received: units=-3
    It is the size of the layer's output.
    Fix: Dense(units=64)
    """
    lines = [fact]
    if received:
        values = ", ".join(f"{name}={brief(v)}" for name, v in received.items())
        lines[0] += f" Received: {values}"
    if why:
        lines.append(why)
    fixes = [fix] if isinstance(fix, str) else list(fix)
    fixes = [each for each in fixes if each]
    if len(fixes) == 1:
        lines.append(f"Fix: {_hang(fixes[0], 5)}")
    elif fixes:
        lines.append("Fix, one of:")
        lines += [f"  {i}. {_hang(each, 5)}" for i, each in enumerate(fixes, 1)]
    return "\n".join(lines)


def brief(value: object) -> str:
    """Show a value in one short line.

    Args:
        value: anything; what has a `shape` and a `dtype` is shown by these.

    Returns:
        The text, at most about 200 characters long.

    Example:

    >>> import numpy as np
    >>> brief(np.zeros((2, 3), "float32"))
    'ndarray(shape=(2, 3), dtype=float32)'
    >>> brief("relu")
    "'relu'"
    """
    array: Any = value
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        dtype = getattr(array.dtype, "name", array.dtype)
        shape = _shape_text(array.shape)
        return f"{type(value).__name__}(shape={shape}, dtype={dtype})"
    if callable(value) and hasattr(value, "__qualname__"):
        return str(array.__qualname__)
    return _short_repr(value)


def _shape_text(shape: Any) -> str:
    try:
        return str(tuple(shape))
    except (TypeError, ValueError):  # an unknown rank cannot be iterated over
        return str(shape)


def _short_repr(value: object) -> str:
    if isinstance(value, str | bytes):
        text = repr(value)
    else:
        short = reprlib.Repr()
        short.maxlevel, short.maxother, short.maxstring = 4, _LONGEST_VALUE, 80
        short.maxlist = short.maxtuple = short.maxdict = short.maxset = 8
        text = short.repr(value)
    text = " ".join(text.split("\n"))
    if len(text) > _LONGEST_VALUE:
        half = _LONGEST_VALUE // 2
        text = f"{text[:half]} ... {text[-half // 2 :]}"
    return text


def _hang(text: str, indent: int) -> str:
    """Indent the second and later lines, so that code keeps its shape."""
    return text.replace("\n", "\n" + " " * indent)
