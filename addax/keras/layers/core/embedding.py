"""`Embedding`: a vector for each whole number."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.core import cast
from addax.keras import constraints, initializers, regularizers
from addax.keras.layers.checks import not_supported, positive
from addax.keras.layers.core.lora import LowRank
from addax.keras.serialization import public
from addax.ops import indexing, math


@public("keras.layers")
class Embedding(LowRank):
    """Looks up a trainable vector for each whole number.

    Args:
        input_dim: How many vectors there are: the greatest number plus one.
        output_dim: The vectors' size.
        embeddings_initializer: How they start.
        embeddings_regularizer: A penalty on them.
        embeddings_constraint: Applied to them after each update.
        mask_zero: Whether 0 is padding that later layers are to skip.
        weights: A list with the matrix to start from, `(input_dim, output_dim)`.
        lora_rank: The rank of matrices trained in the vectors' stead (`enable_lora`).
        lora_alpha: Their product is scaled by `lora_alpha / lora_rank`.
        quantization_config: Kept for Keras's signature; only `None` is supported.
        **kwargs: `name`, `dtype`, `trainable`, `activity_regularizer`, and Keras 2's
            `input_length`, the length of the sequences.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> keras.layers.Embedding(1000, 64)(np.array([[1, 5, 0]])).shape
    TensorShape([1, 3, 64])
    """

    config_without = frozenset((*LowRank.config_without, "weights"))
    adapted = "embeddings"

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        embeddings_initializer: Any = "uniform",
        embeddings_regularizer: Any = None,
        embeddings_constraint: Any = None,
        mask_zero: bool = False,
        weights: Any = None,
        lora_rank: int | None = None,
        lora_alpha: float | None = None,
        quantization_config: Any = None,
        **kwargs: Any,
    ) -> None:
        length = kwargs.pop("input_length", None)
        if length is not None and "batch_input_shape" not in kwargs:
            kwargs.setdefault("input_shape", (length,))
        super().__init__(**kwargs)
        not_supported(quantization_config=quantization_config)
        self.lora_rank, self.lora_alpha = lora_rank, lora_alpha
        self.input_dim = positive("input_dim", input_dim)
        self.output_dim = positive("output_dim", output_dim)
        self.embeddings_initializer = initializers.get(embeddings_initializer)
        self.embeddings_regularizer = regularizers.get(embeddings_regularizer)
        self.embeddings_constraint = constraints.get(embeddings_constraint)
        self.mask_zero = mask_zero
        self.quantization_config = quantization_config
        self.supports_masking = mask_zero
        self.autocast = False  # numbers that come as floats must stay exact
        if weights is not None:
            self.build(None)
            matrix = weights if hasattr(weights, "shape") else weights[0]
            if tuple(matrix.shape) != (self.input_dim, self.output_dim):
                raise ValueError(
                    explain(
                        "The matrix of vectors has another shape than the layer.",
                        received={
                            "weights": matrix,
                            "input_dim": input_dim,
                            "output_dim": output_dim,
                        },
                    )
                )
            self.embeddings.assign(matrix)

    def build(self, input_shape: Any) -> None:
        """Creates the vectors."""
        if self.built:
            return
        self.embeddings = self.add_weight(
            name="embeddings",
            shape=(self.input_dim, self.output_dim),
            initializer=self.embeddings_initializer,
            regularizer=self.embeddings_regularizer,
            constraint=self.embeddings_constraint,
        )
        self.start_lora()

    def call(self, inputs: Any) -> Any:
        """The vectors of a batch of whole numbers."""
        if not inputs.dtype.is_integer:
            inputs = cast(inputs, "int32")
        if not self.lora_enabled:
            vectors = indexing.take(self.embeddings, inputs, axis=0)
        else:  # the product of the rows in question, not of all
            rows = indexing.take(self._pair[0], inputs, axis=0)
            vectors = indexing.take(self._held, inputs, axis=0)
            vectors = math.add(vectors, self.lora_product(rows))
        return cast(vectors, self.compute_dtype)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """Where the input is not 0, if 0 is padding."""
        return math.not_equal(inputs, 0) if self.mask_zero else None
