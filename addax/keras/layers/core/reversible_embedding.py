"""`ReversibleEmbedding`: vectors for numbers, and back to scores for numbers."""

from __future__ import annotations

from typing import Any

from addax.core import cast
from addax.keras.layers.core.embedding import Embedding
from addax.keras.serialization import public
from addax.ops import linalg, math, shape


@public("keras.layers")
class ReversibleEmbedding(Embedding):
    """An `Embedding` that, called with `reverse=True`, scores each number for vectors.

    Args:
        input_dim: How many vectors there are: the greatest number plus one.
        output_dim: The vectors' size.
        tie_weights: Whether the way back uses the same vectors.
        embeddings_initializer: How they start.
        embeddings_regularizer: A penalty on them.
        embeddings_constraint: Applied to them after each update.
        mask_zero: Whether 0 is padding that later layers are to skip.
        reverse_dtype: The type that the way back computes in; that of its operands if
            not given.
        logit_soft_cap: A limit that scores approach smoothly.
        **kwargs: `name`, `dtype`, `trainable` and other arguments of `Embedding`.

    Source: Press and Wolf 2016, https://arxiv.org/abs/1608.05859.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> layer = keras.layers.ReversibleEmbedding(100, 16)
    >>> vectors = layer(np.array([[1, 5, 0]]))
    >>> vectors.shape, layer(vectors, reverse=True).shape
    (TensorShape([1, 3, 16]), TensorShape([1, 3, 100]))
    """

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        tie_weights: bool = True,
        embeddings_initializer: Any = "uniform",
        embeddings_regularizer: Any = None,
        embeddings_constraint: Any = None,
        mask_zero: bool = False,
        reverse_dtype: Any = None,
        logit_soft_cap: float | None = None,
        **kwargs: Any,
    ) -> None:
        self.tie_weights = tie_weights  # first: `weights=[...]` builds at once
        super().__init__(
            input_dim,
            output_dim,
            embeddings_initializer,
            embeddings_regularizer,
            embeddings_constraint,
            mask_zero,
            **kwargs,
        )
        self.reverse_dtype = reverse_dtype
        self.logit_soft_cap = logit_soft_cap

    def build(self, input_shape: Any = None) -> None:
        """Creates the vectors, and those of the way back unless they are the same."""
        if self.built:
            return
        super().build(input_shape)
        if not self.tie_weights:
            self.reverse_embeddings = self.add_weight(
                name="reverse_embeddings",
                shape=(self.output_dim, self.input_dim),
                initializer=self.embeddings_initializer,
            )

    def call(self, inputs: Any, reverse: bool = False) -> Any:
        """The vectors of whole numbers; with `reverse`, scores for vectors.

        Args:
            inputs: Whole numbers; with `reverse`, a tensor `(..., output_dim)`.
            reverse: Whether to go back: the result is `(..., input_dim)`.
        """
        if not reverse:
            return super().call(inputs)
        kernel = (
            shape.transpose(self.embeddings)
            if self.tie_weights
            else self.reverse_embeddings
        )
        if self.reverse_dtype is not None:
            inputs = cast(inputs, self.reverse_dtype)
            kernel = cast(kernel, self.reverse_dtype)
        logits = linalg.matmul(inputs, kernel)
        cap = self.logit_soft_cap
        if cap is not None:
            logits = math.multiply(math.tanh(math.divide(logits, cap)), cap)
        return logits

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """Where a whole number is not 0, if 0 is padding; vectors keep their mask."""
        if not inputs.dtype.is_integer:
            return previous_mask
        return super().compute_mask(inputs, previous_mask)
