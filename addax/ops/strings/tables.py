"""Tables from keys to values, on the host: `tf.lookup`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.core import Array, CompositeTensor, as_dtype, cast, convert
from addax.core.host import host_op
from addax.ops.sparse import SparseTensor
from addax.ops.strings import hashes
from addax.ops.strings.lookup import as_bytes


class TextFileIndex:
    """What a line of a file gives: the whole of it, or its number."""

    WHOLE_LINE = -2
    LINE_NUMBER = -1


class KeyValueTensorInitializer:
    """The contents of a table, from two tensors.

    Args:
        keys: The keys, each once.
        values: Their values.
        key_dtype: The type of the keys.
        value_dtype: The type of the values.
        name: Kept for TensorFlow's signature.
    """

    def __init__(
        self,
        keys: Any,
        values: Any,
        key_dtype: Any = None,
        value_dtype: Any = None,
        name: str | None = None,
    ) -> None:
        self.keys, self.values = convert(keys, key_dtype), convert(values, value_dtype)
        self.key_dtype, self.value_dtype = self.keys.dtype, self.values.dtype


class TextFileInitializer(KeyValueTensorInitializer):
    """The contents of a table, from the lines of a file.

    Args:
        filename: The file.
        key_dtype: The type of the keys.
        key_index: The column of the keys, or a constant of `TextFileIndex`.
        value_dtype: The type of the values.
        value_index: The column of the values, likewise.
        vocab_size: How many lines to read; all if not given.
        delimiter: What stands between columns.
        name: Kept for TensorFlow's signature.
        value_index_offset: Added to numbers of lines.
    """

    def __init__(
        self,
        filename: Any,
        key_dtype: Any,
        key_index: int,
        value_dtype: Any,
        value_index: int,
        vocab_size: int | None = None,
        delimiter: str = "\t",
        name: str | None = None,
        value_index_offset: int = 0,
    ) -> None:
        lines = Path(filename).read_bytes().splitlines()[:vocab_size]
        by = delimiter.encode()

        def column(index: int, dtype: Any, offset: int) -> Any:
            if index == TextFileIndex.LINE_NUMBER:
                return convert(np.arange(len(lines)) + offset, dtype)
            whole = index == TextFileIndex.WHOLE_LINE
            cells = [s if whole else s.split(by)[index] for s in lines]
            if as_dtype(dtype) == "string":
                return convert(cells, "string")
            kind = int if as_dtype(dtype).is_integer else float
            return convert([kind(cell) for cell in cells], dtype)

        super().__init__(
            column(key_index, key_dtype, 0),
            column(value_index, value_dtype, value_index_offset),
        )


class Table:
    """Values by key.

    Args:
        key_dtype: The type of the keys.
        value_dtype: The type of the values.
        default_value: The value of keys that it lacks.
        name: A name.
    """

    def __init__(
        self, key_dtype: Any, value_dtype: Any, default_value: Any, name: str = "table"
    ) -> None:
        self.key_dtype, self.value_dtype = as_dtype(key_dtype), as_dtype(value_dtype)
        self.name = name
        self._default = np.asarray(convert(default_value, self.value_dtype))
        self._held: dict[Any, Any] = {}

    def lookup(self, keys: Any, name: str | None = None) -> Any:
        """The value of each key; the default where there is none.

        Raises:
            TypeError: If the keys are of another type.
        """
        if isinstance(keys, SparseTensor):
            return keys.with_values(self.lookup(keys.values))
        if not isinstance(keys, CompositeTensor):
            keys = convert(keys)
            if keys.dtype != self.key_dtype and self.key_dtype.is_integer:
                keys = cast(keys, self.key_dtype.name)
        if keys.dtype != self.key_dtype:
            raise TypeError(
                explain(
                    f"The table has keys of type {self.key_dtype.name}.",
                    received={"keys": keys},
                )
            )
        return _lookup(keys, self)

    def __getitem__(self, keys: Any) -> Any:
        return self.lookup(keys)

    def size(self, name: str | None = None) -> Any:
        """How many keys there are, as int64."""
        return convert(len(self._held), "int64")

    def export(self, name: str | None = None) -> tuple[Any, Any]:
        """All keys, and their values."""
        keys, values = list(self._held), list(self._held.values())
        return convert(_array(keys, self.key_dtype)), convert(
            _array(values, self.value_dtype)
        )

    def _fill(self, keys: Any, values: Any) -> None:
        keys, values = convert(keys, self.key_dtype), convert(values, self.value_dtype)
        rows = np.asarray(values)
        self._held.update(
            zip(np.asarray(keys).ravel().tolist(), rows.tolist(), strict=True)
        )

    def _find(self, keys: Any) -> Any:
        default = self._default.tolist()
        found = [self._held.get(k, default) for k in keys.ravel().tolist()]
        array = _array(found, self.value_dtype)
        return array.reshape(*keys.shape, *self._default.shape)


def _array(values: list[Any], dtype: Any) -> Any:
    if dtype == "string":
        out = np.empty(len(values), object)
        out[:] = values
        return out
    return np.array(values, dtype.name)


@host_op(
    lambda x, table: ((*x.shape, *table._default.shape), table.value_dtype.name),
    name="table_lookup",
)
def _lookup(x: Array, table: Any) -> Any:
    return table._find(x)


_lookup.elementwise = True


class StaticHashTable(Table):
    """A table that does not change.

    Args:
        initializer: Its contents.
        default_value: The value of keys that it lacks.
        name: A name.
        experimental_is_anonymous: Kept for TensorFlow's signature.

    Raises:
        ValueError: If a key has two values.

    Example:

    >>> from addax import tf
    >>> contents = tf.lookup.KeyValueTensorInitializer(["a", "b"], [1, 2])
    >>> table = tf.lookup.StaticHashTable(contents, default_value=-1)
    >>> table.lookup(tf.constant(["b", "z"])).numpy().tolist()
    [2, -1]
    """

    def __init__(
        self,
        initializer: KeyValueTensorInitializer,
        default_value: Any,
        name: str | None = None,
        experimental_is_anonymous: bool = False,
    ) -> None:
        super().__init__(
            initializer.key_dtype,
            initializer.value_dtype,
            default_value,
            name or "hash_table",
        )
        keys = np.asarray(initializer.keys).ravel().tolist()
        values = np.asarray(initializer.values).tolist()
        for key, value in zip(keys, values, strict=True):
            if self._held.setdefault(key, value) != value:
                raise ValueError(
                    explain("A key has two values.", received={"key": key})
                )


class StaticVocabularyTable(Table):
    """Indices of a vocabulary; other keys share some further ones by their hash.

    Args:
        initializer: The vocabulary and its indices, from 0 on; `None` for none.
        num_oov_buckets: How many indices other keys share.
        lookup_key_dtype: The type of the keys, if it is another than the vocabulary's.
        name: A name.
        experimental_is_anonymous: Kept for TensorFlow's signature.
    """

    def __init__(
        self,
        initializer: KeyValueTensorInitializer | None,
        num_oov_buckets: int,
        lookup_key_dtype: Any = None,
        name: str | None = None,
        experimental_is_anonymous: bool = False,
    ) -> None:
        given = "string" if initializer is None else initializer.key_dtype
        super().__init__(lookup_key_dtype or given, "int64", -1, name or "vocabulary")
        self._buckets = num_oov_buckets
        if initializer is not None:
            self._fill(initializer.keys, initializer.values)
        self._known = len(self._held)

    def size(self, name: str | None = None) -> Any:
        """How many indices there are, shared ones included."""
        return convert(self._known + self._buckets, "int64")

    def _find(self, keys: Any) -> Any:
        found = super()._find(keys).ravel()
        where = np.flatnonzero(found < 0)
        if self._buckets and len(where):
            others = as_bytes(keys.ravel()[where])
            place = hashes.fingerprint64(others) % np.uint64(self._buckets)
            found[where] = self._known + place.astype(np.int64)
        return found.reshape(keys.shape)


class MutableHashTable(Table):
    """A table that changes.

    Args:
        key_dtype: The type of the keys.
        value_dtype: The type of the values.
        default_value: The value of keys that it lacks.
        name: A name.
        checkpoint: Kept for TensorFlow's signature.
        experimental_is_anonymous: Kept for TensorFlow's signature.

    Example:

    >>> from addax import tf
    >>> table = tf.lookup.experimental.MutableHashTable(tf.string, tf.int64, 0)
    >>> table.insert(["a"], [7])
    >>> table[["a", "b"]].numpy().tolist()
    [7, 0]
    """

    def __init__(
        self,
        key_dtype: Any,
        value_dtype: Any,
        default_value: Any,
        name: str = "mutable_hash_table",
        checkpoint: bool = True,
        experimental_is_anonymous: bool = False,
    ) -> None:
        super().__init__(key_dtype, value_dtype, default_value, name)

    def insert(self, keys: Any, values: Any, name: str | None = None) -> None:
        """Sets the values of keys."""
        self._fill(keys, values)

    def remove(self, keys: Any, name: str | None = None) -> None:
        """Takes keys out; those that it lacks are left alone."""
        for key in np.asarray(convert(keys, self.key_dtype)).ravel().tolist():
            self._held.pop(key, None)


class DenseHashTable(MutableHashTable):
    """A table that changes, with two keys that it never holds.

    Args:
        key_dtype: The type of the keys.
        value_dtype: The type of the values.
        default_value: The value of keys that it lacks.
        empty_key: A key that is never used.
        deleted_key: Another.
        initial_num_buckets: Kept for TensorFlow's signature.
        name: A name.
        checkpoint: Kept for TensorFlow's signature.
        experimental_is_anonymous: Kept for TensorFlow's signature.
    """

    def __init__(
        self,
        key_dtype: Any,
        value_dtype: Any,
        default_value: Any,
        empty_key: Any,
        deleted_key: Any,
        initial_num_buckets: int | None = None,
        name: str = "mutable_dense_hash_table",
        checkpoint: bool = True,
        experimental_is_anonymous: bool = False,
    ) -> None:
        super().__init__(key_dtype, value_dtype, default_value, name)

    erase = MutableHashTable.remove
