"""`Attention` and `AdditiveAttention`: values averaged by how well keys fit queries."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax._base.names import did_you_mean
from addax.core import SeedGenerator, cast
from addax.keras.layers.layer import Layer
from addax.keras.layers.regularization.dropout import part
from addax.keras.serialization import public
from addax.ops import linalg, math, nn, random, reduce, shape
from addax.ops.attention import seen_places

_MODES = ("dot", "concat")
_ARGS = """
        dropout: The part of the weights to drop while training.
        seed: A whole number that makes the dropout reproducible.
        **kwargs: `name`, `dtype`, `trainable`."""


@public("keras.layers")
class Attention(Layer):
    __doc__ = f"""Averages values by the dot products of queries and keys (Luong).

    It is called on a list of a query `(batch, queries, size)`, a value
    `(batch, keys, size)` and, if it is not the value, a key of that shape.

    Args:
        use_scale: Whether a trained number scales the scores.
        score_mode: `"dot"`, or `"concat"` for the sum of `tanh(query + key)`.{_ARGS}

    Returns:
        A tensor `(batch, queries, size)`; with `return_attention_scores=True` also the
        weights `(batch, queries, keys)`.

    Raises:
        ValueError: If `score_mode` is neither.

    Source: Luong et al. 2015, https://arxiv.org/abs/1508.04025.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> query, value = np.ones((2, 4, 8), "float32"), np.ones((2, 6, 8), "float32")
    >>> keras.layers.Attention()([query, value]).shape
    TensorShape([2, 4, 8])
    """

    def __init__(
        self,
        use_scale: bool = False,
        score_mode: str = "dot",
        dropout: float = 0.0,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if score_mode not in _MODES:
            raise ValueError(
                explain(
                    '`score_mode` is "dot" or "concat".',
                    received={"score_mode": score_mode},
                    why=did_you_mean(str(score_mode), _MODES),
                )
            )
        self.use_scale = use_scale
        self.score_mode = score_mode
        self.dropout = part("dropout", dropout)
        self.seed = seed
        if self.dropout:
            self.seed_generator = SeedGenerator(seed)
        self.supports_masking = True
        self.scale: Any = None
        self.concat_score_weight: Any = None

    def build(self, input_shape: Any) -> None:
        """Creates the numbers that scale the scores."""
        self._check(input_shape)
        if self.use_scale:
            self.scale = self.add_weight(name="scale", shape=(), initializer="ones")
        if self.score_mode == "concat":
            self.concat_score_weight = self.add_weight(
                name="concat_score_weight", shape=(), initializer="ones"
            )

    def scores(self, query: Any, key: Any) -> Any:
        """How well each key fits each query, `(batch, queries, keys)`."""
        if self.score_mode == "dot":
            scores = linalg.einsum("bqd,bkd->bqk", query, key)
            return scores if self.scale is None else math.multiply(scores, self.scale)
        both = _sums(query, key)
        if self.scale is not None:
            both = math.multiply(both, self.scale)
        total = reduce.sum(math.tanh(both), -1)
        return math.multiply(self.concat_score_weight, total)

    def call(
        self,
        inputs: Any,
        mask: Any = None,
        training: bool = False,
        return_attention_scores: bool = False,
        use_causal_mask: bool = False,
    ) -> Any:
        """The values averaged for each query.

        Args:
            inputs: A list of query, value and possibly key.
            mask: A list of the query's and the value's mask, booleans; outputs of
                masked queries are 0, masked values do not count.
            training: Whether dropout applies.
            return_attention_scores: Whether to return the weights, too.
            use_causal_mask: Whether a query sees only values up to its own place.
        """
        self._check(inputs, mask)
        query, value = inputs[0], inputs[1]
        key = inputs[2] if len(inputs) > 2 else value
        seen = None if mask is None or mask[1] is None else mask[1][:, None, :]
        if use_causal_mask:
            places = seen_places(query, key, causal=True)
            seen = places if seen is None else math.logical_and(seen, places)
        scores = self.scores(query, key)
        if seen is not None:
            far = 65504.0 if scores.dtype == "float16" else 1e9
            hidden = cast(math.logical_not(seen), scores.dtype)
            scores = math.subtract(scores, math.multiply(hidden, far))
        weights = nn.softmax(scores, -1)
        if training and self.dropout:
            weights = random.dropout(weights, self.dropout, seed=self.seed_generator)
        outputs = linalg.matmul(weights, value)
        if mask is not None and mask[0] is not None:
            shown = cast(shape.expand_dims(mask[0], -1), outputs.dtype)
            outputs = math.multiply(outputs, shown)
        return (outputs, weights) if return_attention_scores else outputs

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """The query's mask."""
        self._check(inputs, previous_mask)
        return None if previous_mask is None else previous_mask[0]

    def _check(self, inputs: Any, mask: Any = None) -> None:
        name = type(self).__name__
        if not isinstance(inputs, (list, tuple)) or len(inputs) not in (2, 3):
            raise ValueError(
                explain(
                    f"{name} is called on a list: query, value and possibly key.",
                    received={"inputs": inputs},
                    fix=f"{self.name}([query, value])",
                )
            )
        if mask is None:
            return
        if not isinstance(mask, (list, tuple)) or not 2 <= len(mask) <= len(inputs):
            raise ValueError(
                explain(
                    f"{name} takes a list of masks: the query's and the value's.",
                    received={"mask": mask},
                    fix=f"{self.name}([query, value], mask=[query_mask, value_mask])",
                )
            )


@public("keras.layers")
class AdditiveAttention(Attention):
    __doc__ = f"""Averages values by `sum(tanh(query + key))` (Bahdanau).

    It is called as `Attention` is.

    Args:
        use_scale: Whether trained numbers scale the terms of that sum.{_ARGS}

    Source: Bahdanau et al. 2014, https://arxiv.org/abs/1409.0473.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> query, value = np.ones((2, 4, 8), "float32"), np.ones((2, 6, 8), "float32")
    >>> keras.layers.AdditiveAttention()([query, value]).shape
    TensorShape([2, 4, 8])
    """

    config_without = frozenset((*Attention.config_without, "score_mode"))

    def __init__(
        self, use_scale: bool = True, dropout: float = 0.0, **kwargs: Any
    ) -> None:
        super().__init__(use_scale, "dot", dropout, **kwargs)

    def build(self, input_shape: Any) -> None:
        """Creates the numbers that scale the terms."""
        self._check(input_shape)
        if self.use_scale:
            size = (input_shape[0][-1],)
            self.scale = self.add_weight(
                name="scale", shape=size, initializer="glorot_uniform"
            )

    def scores(self, query: Any, key: Any) -> Any:
        """How well each key fits each query, `(batch, queries, keys)`."""
        terms = math.tanh(_sums(query, key))
        if self.scale is not None:
            terms = math.multiply(terms, self.scale)
        return reduce.sum(terms, -1)


def _sums(query: Any, key: Any) -> Any:
    """Each query plus each key, `(batch, queries, keys, size)`."""
    return math.add(shape.expand_dims(query, 2), shape.expand_dims(key, 1))
