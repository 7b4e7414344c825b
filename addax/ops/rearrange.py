"""`rearrange`: reshaping and transposing by a pattern of named axes."""

from __future__ import annotations

import math
import re
from typing import Any

from addax.ops import shape as shapes

_TOKEN = re.compile(r"\(|\)|\.\.\.|\w+")


def _parse(side: str) -> list[list[str]]:
    """`"b (h w) c"` as `[["b"], ["h", "w"], ["c"]]`."""
    groups: list[list[str]] = []
    inside = False
    for token in _TOKEN.findall(side):
        if token in "()":
            inside = token == "("
            if inside:
                groups.append([])
        elif inside:
            groups[-1].append(token)
        else:
            groups.append([token])
    return groups


def rearrange(tensor: Any, pattern: str, **axes_lengths: int) -> Any:
    """Reorders, splits and joins axes by their names.

    Args:
        tensor: A tensor.
        pattern: E.g. `"b (h w) c -> b c h w"`: names for the axes before and after;
            names in brackets share an axis.
        **axes_lengths: The sizes of names in brackets, all but one of each.

    Returns:
        A tensor.

    Raises:
        ValueError: If the pattern does not fit the tensor.

    Example:

    >>> import numpy as np
    >>> from addax.ops.rearrange import rearrange
    >>> rearrange(np.zeros((2, 12, 3)), "b (h w) c -> b c h w", h=3).shape
    TensorShape([2, 3, 3, 4])
    """
    left, _, right = pattern.partition("->")
    before, after = _parse(left), _parse(right)
    spread = len(tensor.shape) - len(before) + 1
    dots = [f"...{i}" for i in range(spread)]
    before = _expand(before, dots)
    after = _expand(after, dots)
    names = [n for g in before for n in g]
    if len(before) != len(tensor.shape) or sorted(names) != sorted(
        n for g in after for n in g
    ):
        raise ValueError(
            "The pattern does not fit the tensor, or its sides have different names. "
            f"Received: pattern={pattern!r}, tensor.shape={tuple(tensor.shape)}"
        )
    sizes = dict(axes_lengths)
    for group, size in zip(before, tensor.shape, strict=True):
        unknown = [n for n in group if n not in sizes]
        known = math.prod(sizes[n] for n in group if n in sizes)
        if len(unknown) > 1 or (not unknown and known != size) or size % known:
            raise ValueError(
                f"The sizes of {group} are not known or do not make up {size}. "
                f"Received: pattern={pattern!r}, {axes_lengths}"
            )
        if unknown:
            sizes[unknown[0]] = size // known
    split = shapes.reshape(tensor, [sizes[n] for n in names])
    order = [names.index(n) for g in after for n in g]
    joined = [math.prod(sizes[n] for n in g) for g in after]
    return shapes.reshape(shapes.transpose(split, order), joined)


def _expand(groups: list[list[str]], dots: list[str]) -> list[list[str]]:
    """Names in the place of `...`."""
    out: list[list[str]] = []
    for group in groups:
        out += [[d] for d in dots] if group == ["..."] else [group]
    return out
