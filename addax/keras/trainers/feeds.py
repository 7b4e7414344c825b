"""Feeds: how batches reach the compiled loop.

A feed cuts an epoch into chunks of equally shaped batches. A chunk is the data of one
compiled program; the loop takes step `i`'s batch out of it with the feed's `fetch`,
inside the compiled code. *Resident* feeds (`resident.py`) have the arrays where that
code runs and send one permutation an epoch; *streaming* feeds (`streams.py`) stack
batches from a data set, in a thread.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import jax

from addax._base.settings import Setting
from addax.core import tree
from addax.core.strings import StringSpec

RESIDENT_BYTES = Setting(
    "resident_bytes",
    2**30,
    "Arrays up to this size are put on the device once instead of batch by batch.",
)

Fetch = Callable[..., Sequence[Any]]


@dataclass
class Chunk:
    """Batches of one shape.

    Attributes:
        key: Chunks with equal keys run in the same compiled program.
        fetch: `fetch(i, *data)` is batch `i`, as flat arrays.
        data: What `fetch` cuts the batches from.
        steps: How many batches there are.
        example: Shape and type of a batch's arrays.
        treedef: The structure that a batch's arrays are put back into.
    """

    key: Any
    fetch: Fetch
    data: tuple[Any, ...]
    steps: int
    example: list[jax.ShapeDtypeStruct]
    treedef: Any = field(repr=False)

    @property
    def has_strings(self) -> bool:
        """Whether strings are in the batches, which no compiled program takes."""
        return any(isinstance(x, StringSpec) for x in self.example)


def batch_spec(shape: tuple[int, ...], dtype: Any) -> Any:
    """Shape and type of one array of a batch."""
    return (
        StringSpec(shape) if dtype.kind == "O" else jax.ShapeDtypeStruct(shape, dtype)
    )


def rebuild(treedef: Any, flat: Sequence[Any]) -> Any:
    """A batch's structure around its flat values, `None`s where the data had them."""
    inner, kept, n = treedef
    leaves: list[Any] = [None] * n
    for i, value in zip(kept, flat, strict=True):
        leaves[i] = value
    return tree.unflatten(inner, leaves)
