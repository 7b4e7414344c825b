"""`tf.feature_column`: how the columns of a table become numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from addax.keras.layers.preprocessing.feature_columns import Column
from addax.keras.layers.preprocessing.feature_columns import (
    bucketized_column as bucketized_column,
)
from addax.keras.layers.preprocessing.feature_columns import (
    categorical_column_with_hash_bucket as categorical_column_with_hash_bucket,
)
from addax.keras.layers.preprocessing.feature_columns import (
    categorical_column_with_identity as categorical_column_with_identity,
)
from addax.keras.layers.preprocessing.feature_columns import (
    categorical_column_with_vocabulary_file as categorical_column_with_vocabulary_file,
)
from addax.keras.layers.preprocessing.feature_columns import (
    categorical_column_with_vocabulary_list as categorical_column_with_vocabulary_list,
)
from addax.keras.layers.preprocessing.feature_columns import (
    crossed_column as crossed_column,
)
from addax.keras.layers.preprocessing.feature_columns import (
    embedding_column as embedding_column,
)
from addax.keras.layers.preprocessing.feature_columns import (
    indicator_column as indicator_column,
)
from addax.keras.layers.preprocessing.feature_columns import (
    numeric_column as numeric_column,
)
from addax.tf._advice import absent
from addax.tf.io import FixedLenFeature, VarLenFeature


def make_parse_example_spec(feature_columns: Sequence[Column]) -> dict[str, Any]:
    """What `tf.io.parse_example` needs to read the columns' features.

    Args:
        feature_columns: The columns.
    """
    specs: dict[str, Any] = {}
    for column in feature_columns:
        for key, (sizes, dtype) in column.parse_spec().items():
            fixed = sizes is not None
            specs[key] = (
                FixedLenFeature(sizes, dtype) if fixed else VarLenFeature(dtype)
            )
    return specs


__getattr__ = absent(__name__)
