"""`DenseFeatures`: a table's columns as one row of numbers, by feature columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from addax._base.errors import explain
from addax.keras.layers.layer import Layer
from addax.keras.layers.preprocessing.feature_columns import (
    DenseColumn,
    EmbeddingColumn,
)
from addax.keras.serialization import public
from addax.ops import shape


@public("keras.layers")
class DenseFeatures(Layer):
    """Joins what feature columns make of a dictionary of features.

    Args:
        feature_columns: Columns that make rows, in any order: they are joined in the
            order of their names.
        trainable: Whether embeddings learn.
        name: A name.
        **kwargs: `dtype`.

    Raises:
        ValueError: For a column that makes no rows.

    Example:

    >>> from addax import keras, tf
    >>> age = tf.feature_column.numeric_column("age")
    >>> old = tf.feature_column.bucketized_column(age, [18, 65])
    >>> keras.layers.DenseFeatures([age, old])({"age": [[7.0], [70.0]]}).numpy()
    array([[ 7.,  1.,  0.,  0.],
           [70.,  0.,  0.,  1.]], dtype=float32)
    """

    def __init__(
        self,
        feature_columns: DenseColumn | Sequence[DenseColumn],
        trainable: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(trainable=trainable, name=name, **kwargs)
        given = feature_columns
        columns = [given] if isinstance(given, DenseColumn) else list(given)
        for column in columns:
            if not isinstance(column, DenseColumn):
                raise ValueError(
                    explain(
                        "DenseFeatures takes columns that make rows of numbers.",
                        received={"column": column},
                        why="A categorical column makes the number of a category.",
                        fix="tf.feature_column.indicator_column(column)",
                    )
                )
        self.feature_columns = sorted(columns, key=lambda column: column.name)
        self._vectors: dict[str, Any] = {}

    def build(self, input_shape: Any) -> None:
        """Creates the embeddings' vectors."""
        for column in self.feature_columns:
            if isinstance(column, EmbeddingColumn):
                self._vectors[column.name] = self.add_weight(
                    name=f"{column.name}/embedding_weights",
                    shape=(column.categorical_column.num_buckets, column.dimension),
                    initializer=column.initializer,
                    trainable=column.trainable,
                )

    def call(self, features: Any) -> Any:
        """The columns' rows side by side."""
        rows = [
            c.rows(features, self._vectors.get(c.name)) for c in self.feature_columns
        ]
        return shape.concatenate(rows, axis=-1)
