"""`MultiHeadAttention`."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.keras.layers.attention.heads import ARGS, COMMON, WINDOW, Heads
from addax.keras.layers.checks import positive
from addax.keras.serialization import public


@public("keras.layers")
class MultiHeadAttention(Heads):
    __doc__ = f"""Averages values by how well keys fit queries, in several heads.

    Query, key and value are projected to each head; what the heads find is projected
    together.

    Args:
        num_heads: How many heads.
        key_dim: The size of queries and keys in each head.
        value_dim: The size of values in each head; `key_dim` if not given.{COMMON}
        output_shape: The sizes of the output behind its places; the query's if not
            given.
        attention_axes: The axes of the places to average over; all by default.{WINDOW}\
{ARGS}

    Returns:
        A tensor `(batch, queries, size)`; with `return_attention_scores=True` also the
        weights `(batch, heads, queries, keys)`.

    Raises:
        ValueError: If a size is not a positive whole number, or key and value have
            different places.

    Source: Vaswani et al. 2017, https://arxiv.org/abs/1706.03762.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> layer = keras.layers.MultiHeadAttention(num_heads=2, key_dim=4)
    >>> x = np.ones((3, 5, 16), "float32")
    >>> outputs, weights = layer(x, x, return_attention_scores=True)
    >>> outputs.shape, weights.shape
    (TensorShape([3, 5, 16]), TensorShape([3, 2, 5, 5]))
    """

    def __init__(
        self,
        num_heads: int,
        key_dim: int,
        value_dim: int | None = None,
        dropout: float = 0.0,
        use_bias: bool = True,
        output_shape: Any = None,
        attention_axes: Any = None,
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
        self.num_heads = positive("num_heads", num_heads)
        self.key_dim = positive("key_dim", key_dim)
        self.value_dim = positive("value_dim", value_dim or key_dim)
        if isinstance(output_shape, int):
            output_shape = (output_shape,)
        self.output_shape = None if output_shape is None else tuple(output_shape)
        self.attention_axes = _axes(attention_axes)

    @property
    def sizes(self) -> dict[str, tuple[int, int]]:
        """Number and size of the heads of query, key, gate and value."""
        keys, values = (self.num_heads, self.key_dim), (self.num_heads, self.value_dim)
        return {"query": keys, "key": keys, "gate": values, "value": values}

    @property
    def projected_shape(self) -> tuple[int, ...] | None:
        """The sizes behind the output's places; the query's if `None`."""
        return self.output_shape

    def prepare(self, query_shape: Any) -> None:
        """Settles the axes: all places, if none were given."""
        rank = len(query_shape)
        axes = self.attention_axes or tuple(range(1, rank - 1))
        self.attention_axes = tuple(a % rank for a in axes)


def _axes(value: Any) -> tuple[int, ...] | None:
    if value is None or isinstance(value, int):
        return None if value is None else (value,)
    if not isinstance(value, (list, tuple)):
        raise ValueError(
            explain(
                "`attention_axes` is a whole number or several.",
                received={"attention_axes": value},
            )
        )
    return tuple(value)
