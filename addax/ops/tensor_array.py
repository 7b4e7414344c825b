"""`TensorArray`: tensors written and read one by one, inside loops, too."""

from __future__ import annotations

from typing import Any

import jax
from jax import lax

from addax._base.errors import explain
from addax.core import Array, Tensor, _jax, as_dtype, convert, op, scope
from addax.core.shapes import TensorShape
from addax.ops import create, indexing, math, shape


@op
def put_entry(entries: Array, index: Array, value: Array) -> Array:
    """`entries` with another value at `index` of the first axis."""
    return lax.dynamic_update_index_in_dim(
        entries, value.astype(entries.dtype), index, 0
    )


@op
def get_entry(entries: Array, index: Array) -> Array:
    """The entry at `index` of the first axis."""
    return lax.dynamic_index_in_dim(entries, index, 0, keepdims=False)


class TensorArray:
    """A list of tensors of one shape and type (TensorFlow's `tf.TensorArray`).

    `write`, `unstack`, `scatter` and `split` return the array to go on with. Inside a
    compiled loop the entries are one tensor of a fixed length: that of `size`, or of
    the loop if `dynamic_size` and the loop's length is known. Where only running can
    tell the length, a `tf.function` runs as plain Python.

    Args:
        dtype: The entries' type.
        size: How many entries there are.
        dynamic_size: Whether writing beyond the end makes it longer.
        clear_after_read: Kept for TensorFlow's signature.
        tensor_array_name: Kept for TensorFlow's signature.
        handle: Kept for TensorFlow's signature.
        flow: Kept for TensorFlow's signature.
        infer_shape: Kept for TensorFlow's signature.
        element_shape: The entries' shape, needed to read one that was not written.
        colocate_with_first_write_call: Kept for TensorFlow's signature.
        name: Kept for TensorFlow's signature.

    Example:

    >>> from addax import tf
    >>> squares = tf.TensorArray(tf.float32, size=3)
    >>> for i in range(3):
    ...     squares = squares.write(i, float(i * i))
    >>> squares.stack().numpy().tolist()
    [0.0, 1.0, 4.0]
    """

    _allocates = True  # what control flow asks for

    def __init__(
        self,
        dtype: Any,
        size: Any = None,
        dynamic_size: bool | None = None,
        clear_after_read: bool | None = None,
        tensor_array_name: str | None = None,
        handle: Any = None,
        flow: Any = None,
        infer_shape: bool = True,
        element_shape: Any = None,
        colocate_with_first_write_call: bool = True,
        name: str | None = None,
    ) -> None:
        self.dtype = as_dtype(dtype)
        self.dynamic_size = bool(dynamic_size)
        self._shape = None if element_shape is None else tuple(element_shape)
        # One tensor for each entry, or one of all entries and how many are in use
        self._items: list[Tensor | None] = [None] * _known_size(size)
        self._entries: Tensor | None = None
        self._length: Tensor | None = None
        self._rooms: int | None = None
        self._reserves = False  # whether `_rooms` is enough for every write

    # As control flow carries it

    def _flatten(self) -> tuple[tuple[Any, Any], Any]:
        made = self if self._rooms is not None else self._as_one(len(self._items))
        kept = (self.dtype, self.dynamic_size, self._shape, made._rooms, made._reserves)
        return (made._entries, made._length), kept

    @classmethod
    def _unflatten(cls, kept: Any, children: Any) -> TensorArray:
        made = cls(kept[0], 0, kept[1], element_shape=kept[2])
        made._rooms, made._reserves = kept[3:]
        made._entries, made._length = children
        return made

    def _as_one(self, rooms: int) -> TensorArray:
        """The same with its entries in one tensor with place for `rooms`."""
        made = self._copy()
        made._rooms, made._items = rooms, []
        made._length = convert(len(self._items), "int32")
        written = [x for x in self._items if x is not None]
        like = written[0].shape if written else self._shape
        if like is None or None in like or not rooms:
            made._entries = None
        else:
            blank = create.zeros(like, self.dtype.name)
            given = [blank if x is None else x for x in self._items]
            given += [blank] * (rooms - len(given))
            made._entries = shape.stack(given)
        return made

    def _as_items(self) -> None:
        """Takes one tensor of all entries apart again, outside loops."""
        if self._rooms is not None:
            used = int(self._length) if self.dynamic_size else self._rooms  # type: ignore[arg-type]
            one = self._entries
            self._items = [None if one is None else one[i] for i in range(used)]
            self._rooms = self._entries = self._length = None

    def _reserved(self, count: int | None) -> TensorArray:
        """With place for what a loop of `count` steps may write; `None`: any number."""
        if not self.dynamic_size:
            return self
        if self._rooms is None and count:
            made = self._as_one(len(self._items) + count)
        else:
            made = self._copy()
        made._reserves = bool(count)
        if self._rooms is None or not count:
            return made
        made._rooms = self._rooms + count
        if self._entries is not None:
            more = (count, *self._entries.shape[1:])
            blank = create.zeros(more, self.dtype.name)
            made._entries = shape.concatenate([self._entries, blank], 0)
        return made

    def _copy(self) -> TensorArray:
        made = TensorArray(self.dtype, 0, self.dynamic_size, element_shape=self._shape)
        made.__dict__.update(self.__dict__)
        made._items = list(self._items)
        return made

    def _next(self) -> TensorArray:
        """What a change is made to: a copy, where a trace may still need the old."""
        return self if scope.state.lift is None else self._copy()

    # Changing

    def write(self, index: Any, value: Any, name: str | None = None) -> TensorArray:
        """Sets the entry at `index`.

        Args:
            index: The number of the entry.
            value: A tensor.
            name: Kept for TensorFlow's signature.

        Returns:
            The array to go on with.

        Raises:
            IndexError: If there is no such entry and `dynamic_size` is not set.
        """
        value = convert(value, self.dtype)
        made = self._next()
        index = convert(index, "int32")
        known = not _jax.is_tracer(index._value)
        if scope.state.lift is None:
            made._as_items()
        if made._rooms is None and known:
            made._write_item(int(index), value)
            return made
        if made.dynamic_size and not made._reserves:
            raise scope.NeedsPython(_GROWS, _FIX)
        if made._rooms is None:
            made = made._as_one(len(made._items))
        if not made._rooms:
            raise IndexError(_no_entry(index, 0))
        if made._entries is None:
            made._entries = create.zeros((made._rooms, *value.shape), self.dtype.name)
        made._entries = put_entry(made._entries, index, value)
        made._length = math.maximum(made._length, math.add(index, 1))
        return made

    def _write_item(self, index: int, value: Tensor) -> None:
        if self.dynamic_size and index >= len(self._items):
            self._items += [None] * (index + 1 - len(self._items))
        if not 0 <= index < len(self._items):
            raise IndexError(_no_entry(index, len(self._items)))
        self._items[index] = value

    def unstack(self, value: Any, name: str | None = None) -> TensorArray:
        """Sets the entries to those of `value` along its first axis."""
        value = convert(value, self.dtype)
        made = self._next()
        made._items, made._entries = [], value
        made._rooms, made._length = value.shape[0], convert(value.shape[0], "int32")
        return made

    def scatter(self, indices: Any, value: Any, name: str | None = None) -> TensorArray:
        """Sets the entries at `indices` to those of `value`."""
        made, value = self, convert(value, self.dtype)
        for i in range(value.shape[0]):
            made = made.write(convert(indices)[i], indexing.getitem(value, i))
        return made

    def split(self, value: Any, lengths: Any, name: str | None = None) -> TensorArray:
        """Sets the entries to pieces of `value` of the given lengths."""
        made, start = self._next(), 0
        value = convert(value, self.dtype)
        made._items, made._entries, made._rooms = [], None, None
        for length in [int(n) for n in convert(lengths).numpy()]:
            made._items.append(indexing.getitem(value, slice(start, start + length)))
            start += length
        return made

    # Reading

    def read(self, index: Any, name: str | None = None) -> Tensor:
        """The entry at `index`."""
        index = convert(index, "int32")
        if self._rooms is None and not _jax.is_tracer(index._value):
            item = self._items[int(index)]
            return self._blank() if item is None else item
        return get_entry(self.stack(), index)

    def stack(self, name: str | None = None) -> Tensor:
        """All entries as one tensor."""
        if self._rooms is not None:
            return self._blank(self._rooms) if self._entries is None else self._entries
        if not self._items:
            return create.zeros((0, *(self._shape or ())), self.dtype.name)
        return shape.stack([self._blank() if x is None else x for x in self._items])

    def gather(self, indices: Any, name: str | None = None) -> Tensor:
        """The entries at `indices` as one tensor."""
        return indexing.take(self.stack(), indices, 0)

    def concat(self, name: str | None = None) -> Tensor:
        """The entries joined along their first axis."""
        if self._rooms is None:
            return shape.concatenate([x for x in self._items if x is not None], 0)
        entries = self.stack()
        return shape.reshape(entries, (-1, *entries.shape[2:]))

    def size(self, name: str | None = None) -> Any:
        """How many entries there are."""
        if self._rooms is None:
            return convert(len(self._items), "int32")
        return self._length if self.dynamic_size else convert(self._rooms, "int32")

    def _blank(self, *lead: int) -> Tensor:
        written = next((x for x in self._items if x is not None), None)
        like = self._shape if written is None else written.shape
        if like is None:
            raise ValueError(
                "An entry of the TensorArray was read before any was written.\n"
                "Its shape is not known. Write it first, or give it: "
                "tf.TensorArray(dtype, size, element_shape=(3,))."
            )
        return create.zeros((*lead, *like), self.dtype.name)

    @property
    def element_shape(self) -> Any:
        """The entries' shape; `None` as long as it is not known."""
        if self._shape is not None:
            return TensorShape(self._shape)
        if self._entries is not None:
            return TensorShape(self._entries.shape[1:])
        written = next((x for x in self._items if x is not None), None)
        return None if written is None else written.shape

    def identity(self) -> TensorArray:
        """The array itself."""
        return self

    def close(self, name: str | None = None) -> None:
        """Kept for TensorFlow's sake: memory is freed by itself."""

    def __repr__(self) -> str:
        return f"<tf.TensorArray of {self.dtype.name}>"


def _known_size(size: Any) -> int:
    size = convert(0 if size is None else size)
    if _jax.is_tracer(size._value):
        raise scope.NeedsPython(_GROWS, _FIX)
    return int(size)


_GROWS = "Only running can tell how long this TensorArray becomes."
_FIX = (
    "Say how many entries there are at most, as a number: tf.TensorArray(tf.float32, "
    "size=x.shape[0]); or loop over something of known length."
)


def _no_entry(index: Any, size: int) -> str:
    return explain(
        "There is no such entry in the TensorArray.",
        received={"index": index, "size": size},
        fix="tf.TensorArray(dtype, size=n) for n entries, or "
        "tf.TensorArray(dtype, size=0, dynamic_size=True)",
    )


jax.tree_util.register_pytree_node(
    TensorArray, TensorArray._flatten, TensorArray._unflatten
)
