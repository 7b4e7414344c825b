"""Feature columns: how the columns of a table become numbers (TensorFlow's API for it).

They are deprecated there, and still in use; new code has `keras.utils.FeatureSpace`.
A column knows which features it takes, and makes rows of numbers of them. Categorical
ones make the number of the category; `indicator_column` and `embedding_column` make
rows of that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from addax._base.errors import explain
from addax.core import Array, cast, convert
from addax.core.host import host_op, same_shape
from addax.keras import initializers
from addax.ops import create, floats, math, reduce, shape, statistics
from addax.ops.strings.crossing import cross
from addax.ops.strings.lookup import (
    Buckets,
    StringTable,
    as_bytes,
    by_hash,
    lookup_strings,
)

Features = Mapping[str, Any]


class Column:
    """The base of feature columns.

    Attributes:
        name: The column's name, by which `DenseFeatures` sorts.
    """

    name: str

    def parse_spec(self) -> dict[str, tuple[Sequence[int] | None, str]]:
        """How each feature is stored: a shape, or `None` if any number, and a type."""
        raise NotImplementedError


class CategoricalColumn(Column):
    """A column whose values are categories, numbered from 0.

    Attributes:
        num_buckets: How many categories there are.
    """

    num_buckets: int

    def index(self, features: Features) -> Any:
        """The number of the category of each value, `(batch, values)`; -1 if none."""
        raise NotImplementedError


class DenseColumn(Column):
    """A column that makes rows of floating numbers."""

    def rows(self, features: Features, weights: Any) -> Any:
        """The numbers, `(batch, width)`.

        Args:
            features: Tensors by name.
            weights: The column's own weights; `None` if it has none.
        """
        raise NotImplementedError


def _value(features: Features, key: str) -> Any:
    if key not in features:
        raise ValueError(
            explain(
                f"There is no feature {key!r}.",
                received={"features": sorted(features)},
                why="A feature column takes its feature by its key.",
                fix=f"layer({{{key!r}: values, ...}})",
            )
        )
    x = convert(features[key])
    return shape.expand_dims(x, -1) if len(x.shape) == 1 else x


@dataclass(frozen=True)
class NumericColumn(DenseColumn):
    """Numbers as they are, or normalised by a function."""

    key: str
    shape: tuple[int, ...]
    default_value: Any
    dtype: str
    normalizer_fn: Callable[[Any], Any] | None

    @property
    def name(self) -> str:  # pyright: ignore[reportIncompatibleVariableOverride]
        """The feature's key."""
        return self.key

    def parse_spec(self) -> dict[str, tuple[Sequence[int] | None, str]]:
        """A fixed number of values."""
        return {self.key: (self.shape, self.dtype)}

    def rows(self, features: Features, weights: Any) -> Any:
        """The numbers, flat."""
        x = cast(_value(features, self.key), "float32")
        if self.normalizer_fn is not None:
            x = self.normalizer_fn(x)
        return shape.reshape(x, (-1, prod(self.shape)))


@dataclass(frozen=True)
class BucketizedColumn(CategoricalColumn, DenseColumn):
    """The interval that a number lies in."""

    source_column: NumericColumn
    boundaries: tuple[float, ...]

    @property
    def name(self) -> str:  # pyright: ignore[reportIncompatibleVariableOverride]
        """The source's name and what was done to it."""
        return f"{self.source_column.name}_bucketized"

    @property
    def num_buckets(self) -> int:  # pyright: ignore[reportIncompatibleVariableOverride]
        """Intervals times values in a row."""
        return (len(self.boundaries) + 1) * prod(self.source_column.shape)

    def parse_spec(self) -> dict[str, tuple[Sequence[int] | None, str]]:
        """The source's."""
        return self.source_column.parse_spec()

    def index(self, features: Features) -> Any:
        """Each value has intervals of its own."""
        width = len(self.boundaries) + 1
        places = self._bins(features)
        return places + create.arange(0, self.num_buckets, width, dtype="int32")

    def rows(self, features: Features, weights: Any) -> Any:
        """A 1 for the interval of each value."""
        hot = create.one_hot(self._bins(features), len(self.boundaries) + 1)
        return shape.reshape(hot, (-1, self.num_buckets))

    def _bins(self, features: Features) -> Any:
        return statistics.digitize(
            self.source_column.rows(features, None), list(self.boundaries)
        )


@dataclass(frozen=True)
class KeyedColumn(CategoricalColumn):
    """Categories that a rule numbers.

    Attributes:
        key: The feature's key.
        num_buckets: How many categories there are.
        dtype: The type of the values.
        number: The rule, from a tensor of values to whole numbers.
    """

    key: str
    num_buckets: int
    dtype: str
    number: Callable[[Any], Any]

    @property
    def name(self) -> str:  # pyright: ignore[reportIncompatibleVariableOverride]
        """The feature's key."""
        return self.key

    def parse_spec(self) -> dict[str, tuple[Sequence[int] | None, str]]:
        """Any number of values."""
        return {self.key: (None, self.dtype)}

    def index(self, features: Features) -> Any:
        """What the rule says."""
        return self.number(_value(features, self.key))


@dataclass(frozen=True)
class CrossedColumn(CategoricalColumn):
    """Each combination of values as a category, by its hash."""

    keys: tuple[Any, ...]
    num_buckets: int

    @property
    def name(self) -> str:  # pyright: ignore[reportIncompatibleVariableOverride]
        """The names of what is crossed."""
        return "_X_".join(
            sorted(k if isinstance(k, str) else k.name for k in self.keys)
        )

    def parse_spec(self) -> dict[str, tuple[Sequence[int] | None, str]]:
        """Those of what is crossed; a key alone stands for strings."""
        specs: dict[str, tuple[Sequence[int] | None, str]] = {}
        for key in self.keys:
            specs |= (
                {key: (None, "string")} if isinstance(key, str) else key.parse_spec()
            )
        return specs

    def index(self, features: Features) -> Any:
        """The combination of the values in each row, one of each feature."""
        values = [
            _value(features, key) if isinstance(key, str) else key.index(features)
            for key in self.keys
        ]
        return cross(values, self.num_buckets)


@dataclass(frozen=True)
class IndicatorColumn(DenseColumn):
    """How often each category occurs in a row."""

    categorical_column: CategoricalColumn

    @property
    def name(self) -> str:  # pyright: ignore[reportIncompatibleVariableOverride]
        """The category's name and what was done to it."""
        return f"{self.categorical_column.name}_indicator"

    def parse_spec(self) -> dict[str, tuple[Sequence[int] | None, str]]:
        """The category's."""
        return self.categorical_column.parse_spec()

    def rows(self, features: Features, weights: Any) -> Any:
        """Counts."""
        column = self.categorical_column
        hot = create.one_hot(column.index(features), column.num_buckets)
        return reduce.sum(hot, axis=1)


@dataclass(frozen=True)
class EmbeddingColumn(DenseColumn):
    """A vector for each category, learnt; those of a row are combined."""

    categorical_column: CategoricalColumn
    dimension: int
    combiner: str
    initializer: Any
    trainable: bool

    @property
    def name(self) -> str:  # pyright: ignore[reportIncompatibleVariableOverride]
        """The category's name and what was done to it."""
        return f"{self.categorical_column.name}_embedding"

    def parse_spec(self) -> dict[str, tuple[Sequence[int] | None, str]]:
        """The category's."""
        return self.categorical_column.parse_spec()

    def rows(self, features: Features, weights: Any) -> Any:
        """The combined vectors; values of no category do not count."""
        index = self.categorical_column.index(features)
        hot = create.one_hot(index, self.categorical_column.num_buckets)
        counts = reduce.sum(hot, axis=1)
        total = counts @ weights
        if self.combiner == "sum":
            return total
        n = reduce.sum(counts, axis=1, keepdims=True)
        n = math.sqrt(n) if self.combiner == "sqrtn" else n
        return floats.divide_no_nan(total, n)


@host_op(same_shape("string"), name="as_category")
def _as_category(x: Array) -> Any:
    return as_bytes(x)


def numeric_column(
    key: str,
    shape: Any = (1,),
    default_value: Any = None,
    dtype: Any = "float32",
    normalizer_fn: Callable[[Any], Any] | None = None,
) -> NumericColumn:
    """Numbers as they are.

    Args:
        key: The feature's key.
        shape: How many numbers a row has.
        default_value: Stands for a missing one when examples are parsed.
        dtype: Their type.
        normalizer_fn: Applied to them.
    """
    sizes = (shape,) if isinstance(shape, int) else tuple(shape)
    return NumericColumn(key, sizes, default_value, str(dtype), normalizer_fn)


def bucketized_column(
    source_column: NumericColumn, boundaries: Sequence[float]
) -> BucketizedColumn:
    """The interval that a number lies in.

    Args:
        source_column: A numeric column.
        boundaries: The limits, in ascending order.

    Raises:
        ValueError: If they do not ascend.
    """
    limits = tuple(float(b) for b in boundaries)
    if sorted(set(limits)) != list(limits) or not limits:
        raise ValueError(
            explain("`boundaries` must ascend.", received={"boundaries": boundaries})
        )
    return BucketizedColumn(source_column, limits)


def categorical_column_with_vocabulary_list(
    key: str,
    vocabulary_list: Sequence[Any],
    dtype: Any = None,
    default_value: int = -1,
    num_oov_buckets: int = 0,
) -> KeyedColumn:
    """Categories that are listed.

    Args:
        key: The feature's key.
        vocabulary_list: The categories, strings or whole numbers.
        dtype: Their type; taken from the list if not given.
        default_value: The number of values that are not listed.
        num_oov_buckets: How many further numbers such values are spread over, instead.
    """
    words = [v if isinstance(v, bytes) else str(v).encode() for v in vocabulary_list]
    n = len(words)
    others = (
        Buckets(n, num_oov_buckets, by_hash())
        if num_oov_buckets
        else Buckets(default_value, 1)
    )
    table = StringTable(words, range(n), others)
    kind = dtype or ("int64" if isinstance(vocabulary_list[0], int) else "string")
    return KeyedColumn(
        key,
        n + num_oov_buckets,
        str(kind),
        lambda x: lookup_strings(_as_category(x), table),
    )


def categorical_column_with_vocabulary_file(
    key: str,
    vocabulary_file: str,
    vocabulary_size: int | None = None,
    dtype: Any = "string",
    default_value: int | None = None,
    num_oov_buckets: int = 0,
) -> KeyedColumn:
    """Categories that a file lists, one a line.

    Args:
        key: The feature's key.
        vocabulary_file: The file.
        vocabulary_size: How many lines to take; all if not given.
        dtype: Their type.
        default_value: The number of values that are not listed; -1 if not given.
        num_oov_buckets: How many further numbers such values are spread over, instead.
    """
    with open(vocabulary_file, encoding="utf-8") as file:
        words = file.read().splitlines()[:vocabulary_size]
    default = -1 if default_value is None else default_value
    return categorical_column_with_vocabulary_list(
        key, words, dtype, default, num_oov_buckets
    )


def categorical_column_with_hash_bucket(
    key: str, hash_bucket_size: int, dtype: Any = "string"
) -> KeyedColumn:
    """Categories by the hash of the value.

    Args:
        key: The feature's key.
        hash_bucket_size: How many categories there are.
        dtype: The type of the values.
    """
    table = StringTable([], [], Buckets(0, hash_bucket_size, by_hash()))
    return KeyedColumn(
        key,
        hash_bucket_size,
        str(dtype),
        lambda x: lookup_strings(_as_category(x), table),
    )


def categorical_column_with_identity(
    key: str, num_buckets: int, default_value: int | None = None
) -> KeyedColumn:
    """Whole numbers that are the categories' numbers already.

    Args:
        key: The feature's key.
        num_buckets: How many categories there are.
        default_value: The number of those outside; no category if not given.
    """
    default = -1 if default_value is None else default_value

    def number(x: Any) -> Any:
        inside = math.logical_and(x >= 0, x < num_buckets)
        return math.where(inside, x, create.full_like(x, default))

    return KeyedColumn(key, num_buckets, "int64", number)


def crossed_column(
    keys: Sequence[Any], hash_bucket_size: int, hash_key: int | None = None
) -> CrossedColumn:
    """Combinations of values as categories.

    Args:
        keys: Keys of string features, or categorical columns; two at least.
        hash_bucket_size: How many categories there are.
        hash_key: Kept for TensorFlow's signature.
    """
    return CrossedColumn(tuple(keys), hash_bucket_size)


def indicator_column(categorical_column: CategoricalColumn) -> IndicatorColumn:
    """How often each category occurs in a row.

    Args:
        categorical_column: The categories.
    """
    return IndicatorColumn(categorical_column)


def embedding_column(
    categorical_column: CategoricalColumn,
    dimension: int,
    combiner: str = "mean",
    initializer: Any = None,
    trainable: bool = True,
) -> EmbeddingColumn:
    """A learnt vector for each category.

    Args:
        categorical_column: The categories.
        dimension: The vectors' length.
        combiner: How those of a row are combined: `"mean"`, `"sqrtn"` or `"sum"`.
        initializer: How they start; truncated normal with `1 / sqrt(dimension)` if not
            given.
        trainable: Whether they learn.
    """
    start = initializers.get(initializer) or initializers.TruncatedNormal(
        stddev=dimension**-0.5
    )
    return EmbeddingColumn(categorical_column, dimension, combiner, start, trainable)
