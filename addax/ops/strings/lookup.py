"""Looking up strings and whole numbers in a vocabulary, and back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np

from addax._base.errors import explain
from addax.core import Array, op
from addax.core.host import host_op, same_shape
from addax.ops.strings import hashes


class _Index(dict[bytes, int]):
    """Indices by key, and `missing` for every other key."""

    def __init__(self, items: Any, missing: int) -> None:
        super().__init__(items)
        self.missing = missing

    def __missing__(self, key: bytes) -> int:
        return self.missing


class Buckets:
    """What becomes of keys that a table lacks: some indices are shared among them.

    Args:
        start: The first such index.
        count: How many there are; with none, a missing key is an error.
        place: Which of them is a key's: from an array of keys to whole numbers.
    """

    def __init__(
        self, start: int, count: int, place: Callable[[Any], Any] | None = None
    ) -> None:
        self.start, self.count, self.place = start, count, place

    def of(self, keys: Any) -> Any:
        """The indices for keys that a table lacks.

        Raises:
            ValueError: If there are none.
        """
        if not self.count:
            examples = ", ".join(map(repr, np.unique(keys)[:5].tolist()))
            raise ValueError(
                explain(
                    "These values are not in the vocabulary, and there is no index "
                    "for such.",
                    received={"values": examples},
                    fix="num_oov_indices=1",
                )
            )
        if self.count == 1 or self.place is None:
            return self.start
        place = self.place(keys) % np.uint64(self.count)
        return self.start + place.astype(np.int64)


class StringTable:
    """Strings and their indices.

    Args:
        keys: The strings, as bytes.
        indices: Their indices.
        others: The indices of all others.
    """

    def __init__(
        self, keys: Sequence[bytes], indices: Sequence[int], others: Buckets
    ) -> None:
        self.others = others
        self._alike = others.start if others.count == 1 else -2
        self._index = _Index(zip(keys, indices, strict=True), self._alike)

    def find(self, strings: Sequence[bytes]) -> Any:
        """The indices of a list of strings, as an array of int64."""
        count = len(strings)
        found = np.fromiter(map(self._index.__getitem__, strings), np.int64, count)
        if self._alike == -2:
            where = np.flatnonzero(found == -2)
            if len(where):
                lost = np.array([strings[i] for i in where.tolist()], object)
                found[where] = self.others.of(lost)
        return found


@host_op(same_shape("int64"))
def lookup_strings(x: Array, table: StringTable) -> Any:
    """The index of each string."""
    return table.find(x.ravel().tolist()).reshape(x.shape)


@host_op(same_shape("string"))
def strings_at(x: Array, strings: tuple[bytes, ...], default: bytes) -> Any:
    """The string at each index; `default` where there is none."""
    table = np.array([*strings, default], object)
    outside = (x < 0) | (x >= len(strings))
    return table[np.where(outside, len(strings), x)]


@op(differentiable=False)
def lookup_numbers(
    x: Array, keys: Array, indices: Array, start: int, count: int
) -> Array:
    """The index of each whole number: its remainder decides among those of others.

    Args:
        x: Whole numbers.
        keys: The known ones, in ascending order.
        indices: Their indices.
        start: The first index of all others.
        count: How many indices the others share; with none, they get -1.
    """
    x = x.astype("int64")
    if count:
        missing = start + x % count
    else:
        missing = jnp.full(x.shape, -1, "int64")
    if not len(keys):
        return missing
    place = jnp.clip(jnp.searchsorted(keys, x), 0, len(keys) - 1)
    return jnp.where(keys[place] == x, indices[place], missing)


@host_op(same_shape("int64"))
def hash_numbers(x: Array, place: Any) -> Any:
    """`place(x)`, of whole numbers written out as strings."""
    return np.asarray(place(as_bytes(x)), np.int64)


@op(differentiable=False)
def numbers_at(x: Array, numbers: Array, default: int) -> Array:
    """The number at each index; `default` where there is none."""
    inside = (x >= 0) & (x < len(numbers))
    safe = jnp.clip(x, 0, len(numbers) - 1)
    return jnp.where(inside, numbers[safe], jnp.asarray(default, numbers.dtype))


def as_bytes(x: Any) -> Any:
    """An array of strings as it is, one of whole numbers written out."""
    if x.dtype == object:
        return x
    out = np.empty(x.shape, object)
    out[...] = np.char.encode(x.astype(str), "ascii").astype(object)
    return out


def by_hash(salt: Any = None) -> Callable[[Any], Any]:
    """A function that spreads strings: FarmHash, or SipHash if there is a salt.

    Args:
        salt: A key of two whole numbers; one stands for both.
    """
    if salt is None:
        return hashes.fingerprint64
    first, second = (salt, salt) if isinstance(salt, int) else salt
    return lambda strings: hashes.siphash64(strings, (int(first), int(second)))
