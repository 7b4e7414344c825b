"""`tf.print`."""

from __future__ import annotations

import builtins
import sys
from typing import Any

import numpy as np

from addax.core import CompositeTensor, TensorLike, convert, tree
from addax.core.emit import emit
from addax.tf._rules import operand


def print(
    *inputs: Any,
    output_stream: Any = None,
    summarize: int = 3,
    sep: str = " ",
    end: str = "\n",
    name: str | None = None,
) -> None:
    """Prints values, inside a traced function each time it runs.

    Args:
        *inputs: Tensors, structures of tensors, and anything else.
        output_stream: `sys.stderr` (the default), `sys.stdout`, or `"file://path"`,
            which is written to its end.
        summarize: How many elements to show at each end of an axis; -1 for all.
        sep: What goes between the inputs.
        end: What goes after the last.
        name: Kept for TensorFlow's signature.

    Example:

    >>> import sys
    >>> from addax import tf
    >>> tf.print("x =", tf.range(10), output_stream=sys.stdout)
    x = [0 1 2 ... 7 8 9]
    """
    leaves, treedef = tree.flatten_with_treedef(inputs)
    where = [
        i
        for i, x in enumerate(leaves)
        if isinstance(x, TensorLike) and not isinstance(x, CompositeTensor)
    ]

    def show(*arrays: Any) -> None:
        filled = list(leaves)
        for i, array in zip(where, arrays, strict=True):
            filled[i] = array
        filled = [_Text(_format(x, summarize)) if _is_array(x) else x for x in filled]
        parts = tree.unflatten(treedef, filled)
        _write(sep.join(map(str, parts)) + end, output_stream)

    emit(show, [convert(operand(leaves[i])) for i in where])


class _Text(str):
    """A string that shows itself without quotes inside lists."""

    __slots__ = ()

    __repr__ = str.__str__


def _is_array(x: Any) -> bool:
    return isinstance(x, (np.ndarray, np.generic))


def _format(array: Any, summarize: int) -> str:
    array = np.asarray(array)
    if array.dtype == object and not array.ndim:
        return _text(array[()])
    return np.array2string(
        array,
        threshold=0 if summarize >= 0 else array.size + 1,
        edgeitems=max(summarize, 1),
        max_line_width=sys.maxsize,
        formatter={
            "float_kind": _number,
            "bool": lambda x: str(int(x)),
            "object": lambda x: f'"{_text(x)}"',
        },  # type: ignore[arg-type]
    )


def _number(x: Any) -> str:
    """As few digits as tell the number from its neighbours, 1.0 as 1."""
    positional = np.format_float_positional(x, trim="-")
    scientific = np.format_float_scientific(x, trim="-")
    return min(positional, scientific, key=len)


def _text(x: Any) -> str:
    return x.decode(errors="replace") if isinstance(x, bytes) else str(x)


def _write(text: str, stream: Any) -> None:
    if isinstance(stream, str):
        with open(stream.removeprefix("file://"), "a", encoding="utf-8") as file:
            file.write(text)
    else:
        builtins.print(text, end="", file=stream or sys.stderr, flush=True)
