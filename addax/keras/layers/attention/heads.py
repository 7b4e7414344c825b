"""What the layers of attention in several heads share."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.core import SeedGenerator, cast
from addax.keras import constraints, initializers, regularizers
from addax.keras.layers.checks import positive
from addax.keras.layers.core.einsum_dense import EinsumDense
from addax.keras.layers.layer import Layer
from addax.keras.layers.regularization.dropout import part
from addax.ops import linalg, math, random, shape
from addax.ops.attention import dot_product_attention, masked_softmax, seen_places
from addax.ops.nn import softmax

ARGS = """
        kernel_initializer: How the kernels of the projections start.
        bias_initializer: How their biases start.
        kernel_regularizer: A penalty on each kernel.
        bias_regularizer: A penalty on each bias.
        activity_regularizer: A penalty on the outputs of each projection.
        kernel_constraint: Applied to each kernel after each update.
        bias_constraint: Applied to each bias after each update.
        use_gate: Whether a sigmoid of a projection of the query gates the heads'
            outputs (Qiu et al. 2025, https://arxiv.org/abs/2505.06708).
        seed: A whole number that makes the dropout reproducible.
        **kwargs: `name`, `dtype`, `trainable`."""
COMMON = """
        dropout: The part of the weights to drop while training.
        use_bias: Whether the projections have biases."""
WINDOW = """
        sliding_window: How far from its own place a query sees, plus one; anywhere if
            not given.
        flash_attention: Kept for Keras's signature: the kernel is chosen by XLA. `True`
            excludes dropout."""


class Heads(Layer):
    """The base: projections of query, key and value, masks, and the average.

    Subclasses say in `sizes` how many heads each has, and how large they are. Their
    projections are the attributes `{stem}query_dense`, `{stem}key_dense`,
    `_gate_dense`, `{stem}value_dense` and `{stem}output_dense`: files address them so.
    """

    config_without = frozenset(
        (*Layer.config_without, "flash_attention", "starts", "penalties", "limits")
    )
    stem = ""
    attention_axes: tuple[int, ...] | None = (1,)

    def __init__(
        self,
        dropout: float,
        use_bias: bool,
        sliding_window: int | None,
        flash_attention: bool | None,
        starts: tuple[Any, Any],
        penalties: tuple[Any, Any],
        activity_regularizer: Any,
        limits: tuple[Any, Any],
        use_gate: bool,
        seed: int | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.dropout = part("dropout", dropout)
        self.use_bias = use_bias
        if sliding_window is not None:
            sliding_window = positive("sliding_window", sliding_window)
        self.sliding_window = sliding_window
        if flash_attention and self.dropout:
            raise ValueError(
                explain(
                    "Flash attention has no dropout.",
                    received={"flash_attention": True, "dropout": dropout},
                    fix=f"{type(self).__name__}(..., dropout=0)",
                )
            )
        self.flash_attention = flash_attention
        self.kernel_initializer, self.bias_initializer = map(initializers.get, starts)
        self.kernel_regularizer, self.bias_regularizer = map(
            regularizers.get, penalties
        )
        # On the output of each projection, not on that of the layer
        self.projected_regularizer = regularizers.get(activity_regularizer)
        self.kernel_constraint, self.bias_constraint = map(constraints.get, limits)
        self.use_gate = use_gate
        self.seed = seed
        if self.dropout:
            self.seed_generator = SeedGenerator(seed)
        self.supports_masking = True

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, in serialisable form."""
        penalty = self.projected_regularizer
        return {
            **super().get_config(),
            "activity_regularizer": penalty and regularizers.serialize(penalty),
        }

    @property
    def sizes(self) -> dict[str, tuple[int, int]]:
        """Number and size of the heads of query, key, gate and value."""
        raise NotImplementedError

    @property
    def projected_shape(self) -> tuple[int, ...] | None:
        """The sizes behind the output's places; the query's if `None`."""
        return None

    def part(self, name: str) -> Any:
        """The projection called `name`."""
        return getattr(self, f"{'_' if name == 'gate' else self.stem}{name}_dense")

    def build(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, query_shape: Any, value_shape: Any, key_shape: Any = None
    ) -> None:
        """Creates the projections."""
        key_shape = value_shape if key_shape is None else key_shape
        if tuple(key_shape[1:-1]) != tuple(value_shape[1:-1]):
            raise ValueError(
                explain(
                    "Key and value must have the same places.",
                    received={"key_shape": key_shape, "value_shape": value_shape},
                    why="Each key says how much its value counts.",
                )
            )
        self.prepare(query_shape)
        given = {"query": query_shape, "key": key_shape, "gate": query_shape}
        for name, size in self.sizes.items():
            if name == "gate" and not self.use_gate:
                continue
            dense = self._into_heads(name, len(given.get(name, value_shape)), size)
            setattr(self, f"{'_' if name == 'gate' else self.stem}{name}_dense", dense)
            dense.build(given.get(name, value_shape))
        dense = self._out_of_heads(query_shape)
        setattr(self, f"{self.stem}output_dense", dense)
        heads, size = self.sizes["query"][0], self.sizes["value"][1]
        dense.build((*query_shape[:-1], heads, size))

    def prepare(self, query_shape: Any) -> None:
        """Settles what depends on the query's shape."""

    def _into_heads(self, name: str, rank: int, size: tuple[int, int]) -> EinsumDense:
        places = "abcdefghij"[: rank - 1]
        return EinsumDense(
            f"{places}x,xyz->{places}yz",
            (*[None] * (rank - 2), *size),
            bias_axes="yz" if self.use_bias else None,
            activation="sigmoid" if name == "gate" else None,
            name=name,
            **self._shared(),
        )

    def _out_of_heads(self, query_shape: Any) -> EinsumDense:
        places = "abcdefghij"[: len(query_shape) - 1]
        shape_ = self.projected_shape or (query_shape[-1],)
        new = "klmnop"[: len(shape_)]
        return EinsumDense(
            f"{places}yz,yz{new}->{places}{new}",
            (*[None] * (len(query_shape) - 2), *shape_),
            bias_axes=new if self.use_bias else None,
            name="attention_output",
            **self._shared(),
        )

    def _shared(self) -> dict[str, Any]:
        def fresh(start: Any) -> Any:  # each projection draws its own numbers
            return start.clone() if hasattr(start, "clone") else start

        return {
            "kernel_initializer": fresh(self.kernel_initializer),
            "bias_initializer": fresh(self.bias_initializer),
            "kernel_regularizer": self.kernel_regularizer,
            "bias_regularizer": self.bias_regularizer,
            "activity_regularizer": self.projected_regularizer,
            "kernel_constraint": self.kernel_constraint,
            "bias_constraint": self.bias_constraint,
            "dtype": self.dtype_policy,
        }

    def call(
        self,
        query: Any,
        value: Any,
        key: Any = None,
        query_mask: Any = None,
        value_mask: Any = None,
        key_mask: Any = None,
        attention_mask: Any = None,
        return_attention_scores: bool = False,
        training: bool | None = None,
        use_causal_mask: bool = False,
    ) -> Any:
        """The values averaged for each query, in each head, and projected.

        Args:
            query: A tensor `(batch, queries, size)`.
            value: A tensor `(batch, keys, size)`.
            key: A tensor `(batch, keys, size)`; the value if not given.
            query_mask: Booleans `(batch, queries)`.
            value_mask: Booleans `(batch, keys)`: where false, values do not count.
            key_mask: Booleans `(batch, keys)`, as well.
            attention_mask: Booleans `(batch, queries, keys)`: what each query sees.
            return_attention_scores: Whether to return the weights of each head, too.
            training: Whether dropout applies.
            use_causal_mask: Whether a query sees only keys up to its own place.
        """
        key = value if key is None else key
        seen = _every(
            attention_mask,
            None if query_mask is None else shape.expand_dims(query_mask, -1),
            None if value_mask is None else shape.expand_dims(value_mask, -2),
            None if key_mask is None else shape.expand_dims(key_mask, -2),
            seen_places(query, key, use_causal_mask, self.sliding_window)
            if use_causal_mask or self.sliding_window
            else None,
        )
        outputs, weights = self.average(
            self.part("query")(query),
            self.part("key")(key),
            self.part("value")(value),
            seen,
            bool(training),
            return_attention_scores,
        )
        if self.use_gate:
            outputs = math.multiply(outputs, self.part("gate")(query))
        outputs = self.part("output")(outputs)
        return (outputs, weights) if return_attention_scores else outputs

    def average(
        self, query: Any, key: Any, value: Any, seen: Any, training: bool, show: bool
    ) -> tuple[Any, Any]:
        """The values averaged for each query in each head, and the weights.

        Args:
            query: A tensor `(batch, places..., heads, size)`.
            key: A tensor of such axes.
            value: A tensor of such axes.
            seen: Which keys each query sees, or `None`.
            training: Whether dropout applies.
            show: Whether the weights are wanted; otherwise they may be `None`.
        """
        axes = self.attention_axes or ()
        if seen is not None:
            for _ in range(len(query.shape) - 1 + len(axes) - len(seen.shape)):
                seen = shape.expand_dims(seen, -2 * len(axes) - 1)
        if not self.dropout and not show and len(query.shape) == 4 and axes == (1,):
            return dot_product_attention(query, key, value, mask=seen), None
        groups = query.shape[-2] // key.shape[-2]
        if groups > 1:  # several heads of queries share one of keys
            key, value = (shape.repeat(x, groups, -2) for x in (key, value))
        product, average = _equations(len(query.shape), axes)
        query = math.multiply(query, query.shape[-1] ** -0.5)
        scores = linalg.einsum(product, query, key)
        last = tuple(range(-len(axes), 0))
        weights = (
            softmax(scores, last)
            if seen is None
            else masked_softmax(scores, seen, last)
        )
        dropped = weights
        if training and self.dropout:
            dropped = random.dropout(weights, self.dropout, seed=self.seed_generator)
        return linalg.einsum(average, dropped, value), weights

    def compute_output_shape(
        self, query_shape: Any, value_shape: Any, key_shape: Any = None
    ) -> tuple[int | None, ...]:
        """The query's shape, but for the last axes if others were asked for."""
        last = self.projected_shape or (query_shape[-1],)
        return (*query_shape[:-1], *last)


def _every(*masks: Any) -> Any:
    """Where all masks that there are are true."""
    result = None
    for mask in masks:
        if mask is not None:
            mask = cast(mask, "bool")
            result = mask if result is None else math.logical_and(result, mask)
    return result


def _equations(rank: int, axes: tuple[int, ...]) -> tuple[str, str]:
    """The products `query, key -> scores` and `scores, value -> outputs`.

    Args:
        rank: The rank of the projected query, `(batch, places..., heads, size)`.
        axes: The places along which keys are averaged.
    """
    query = "abcdefghijklm"[: rank - 2]
    key = "".join(c.upper() if i in axes else c for i, c in enumerate(query))
    free = "".join(c for i, c in enumerate(query) if i not in axes)
    scores = f"{free}y{''.join(query[i] for i in axes)}{''.join(key[i] for i in axes)}"
    return f"{query}yz,{key}yz->{scores}", f"{scores},{key}yz->{query}yz"
