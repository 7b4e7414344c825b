"""`CategoryEncoding`: whole numbers as one-hot, multi-hot or count rows."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.core import cast
from addax.keras.layers.checks import positive
from addax.keras.layers.layer import Layer
from addax.keras.layers.preprocessing.adapting import as_tensor
from addax.keras.layers.preprocessing.encoding import encoded, one_of
from addax.keras.serialization import public

_MODES = ("count", "multi_hot", "one_hot")


@public("keras.layers")
class CategoryEncoding(Layer):
    """Encodes whole numbers from 0 to `num_tokens - 1`.

    Args:
        num_tokens: How many categories there are.
        output_mode: `"one_hot"` (a row for each number; a last axis of size 1 is
            dropped), `"multi_hot"` (a row for each sample, 1 for each category that it
            has) or `"count"` (how often it has each).
        sparse: Whether to return a sparse tensor, where the values are known.
        **kwargs: `name`, `dtype`.

    Raises:
        ValueError: For another mode.

    Example:

    >>> from addax import keras
    >>> layer = keras.layers.CategoryEncoding(4, output_mode="one_hot")
    >>> layer([3, 0]).numpy().tolist()
    [[0.0, 0.0, 0.0, 1.0], [1.0, 0.0, 0.0, 0.0]]
    """

    def __init__(
        self,
        num_tokens: int | None = None,
        output_mode: str = "multi_hot",
        sparse: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if num_tokens is None:
            raise ValueError(
                explain(
                    "CategoryEncoding needs to know how many categories there are.",
                    received={"num_tokens": None},
                    fix="CategoryEncoding(num_tokens=10)",
                )
            )
        self.num_tokens = positive("num_tokens", num_tokens)
        self.output_mode = one_of("output_mode", output_mode, _MODES)
        self.sparse = sparse

    def __call__(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        return super().__call__(as_tensor(inputs), *args, **kwargs)

    def call(self, inputs: Any, count_weights: Any = None) -> Any:
        """The encoded categories.

        Args:
            inputs: Whole numbers.
            count_weights: What each of them counts, in mode `"count"`.

        Raises:
            ValueError: If weights come with another mode.
        """
        if count_weights is not None and self.output_mode != "count":
            raise ValueError(
                explain(
                    "`count_weights` goes with output_mode='count' only.",
                    received={"output_mode": self.output_mode},
                )
            )
        ids = cast(inputs, "int32")
        weights = None if count_weights is None else as_tensor(count_weights)
        dtype = self.compute_dtype
        return encoded(
            ids, self.num_tokens, self.output_mode, self.sparse, dtype, weights
        )
