"""`GroupQueryAttention`."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.keras.layers.attention.heads import ARGS, COMMON, WINDOW, Heads
from addax.keras.layers.checks import positive
from addax.keras.serialization import public


# Weight paths in files come from the class's name, which is not the public one
@public("keras.layers", name="GroupQueryAttention")
class GroupedQueryAttention(Heads):
    __doc__ = f"""Attention in which several heads of queries share one of keys.

    Args:
        head_dim: The size of each head.
        num_query_heads: How many heads the queries have.
        num_key_value_heads: How many keys and values have: 1 for all queries' heads
            together, up to one for each.{COMMON}{WINDOW}{ARGS}

    Returns:
        A tensor `(batch, queries, size)`; with `return_attention_scores=True` also the
        weights `(batch, query heads, queries, keys)`.

    Raises:
        ValueError: If the heads do not divide evenly.

    Source: Ainslie et al. 2023, https://arxiv.org/abs/2305.13245.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> layer = keras.layers.GroupQueryAttention(4, 6, num_key_value_heads=2)
    >>> x = np.ones((3, 5, 16), "float32")
    >>> layer(x, x).shape
    TensorShape([3, 5, 16])
    """

    stem = "_"

    def __init__(
        self,
        head_dim: int,
        num_query_heads: int,
        num_key_value_heads: int,
        dropout: float = 0.0,
        use_bias: bool = True,
        sliding_window: int | None = None,
        flash_attention: bool | None = None,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        use_gate: bool = False,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            dropout,
            use_bias,
            sliding_window,
            flash_attention,
            (kernel_initializer, bias_initializer),
            (kernel_regularizer, bias_regularizer),
            activity_regularizer,
            (kernel_constraint, bias_constraint),
            use_gate,
            seed,
            **kwargs,
        )
        self.head_dim = positive("head_dim", head_dim)
        self.num_query_heads = positive("num_query_heads", num_query_heads)
        self.num_key_value_heads = positive("num_key_value_heads", num_key_value_heads)
        if self.num_query_heads % self.num_key_value_heads:
            raise ValueError(
                explain(
                    "The heads of the queries must divide evenly among those of the "
                    "keys.",
                    received={
                        "num_query_heads": num_query_heads,
                        "num_key_value_heads": num_key_value_heads,
                    },
                )
            )

    @property
    def sizes(self) -> dict[str, tuple[int, int]]:
        """Number and size of the heads of query, key, gate and value."""
        queries = (self.num_query_heads, self.head_dim)
        keys = (self.num_key_value_heads, self.head_dim)
        return {"query": queries, "key": keys, "gate": queries, "value": keys}
