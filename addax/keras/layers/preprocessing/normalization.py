"""`Normalization`: inputs brought to mean 0 and variance 1 by fixed statistics."""

from __future__ import annotations

from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.core import Variable, cast, convert
from addax.keras.layers.checks import known
from addax.keras.layers.preprocessing.adapting import AdaptedLayer
from addax.keras.serialization import public
from addax.ops import math, shape


@public("keras.layers")
class Normalization(AdaptedLayer):
    """`(inputs - mean) / sqrt(variance)`, with statistics of the data.

    They are given, or learned by `adapt` before training.

    Args:
        axis: The axis or axes that keep statistics of their own, the last by default
            (one mean for each feature); `None` for one mean of everything.
        mean: The mean, if it is known: a number or an array.
        variance: The variance, if it is known.
        invert: Whether to undo a normalisation instead.
        **kwargs: `name`, `dtype`, `input_shape`.

    Raises:
        ValueError: If only one of `mean` and `variance` is given.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> layer = keras.layers.Normalization()
    >>> layer.adapt(np.array([[1.0, 10.0], [3.0, 30.0]]))
    >>> layer(np.array([[1.0, 20.0]])).numpy().tolist()
    [[-1.0, 0.0]]
    """

    def __init__(
        self,
        axis: Any = -1,
        mean: Any = None,
        variance: Any = None,
        invert: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        axes = () if axis is None else axis
        self.axis = tuple(axes) if isinstance(axes, (list, tuple)) else (int(axes),)
        if (mean is None) != (variance is None):
            raise ValueError(
                explain(
                    "`mean` and `variance` go together.",
                    received={"mean": mean, "variance": variance},
                    fix="Normalization(mean=3.0, variance=2.0)",
                )
            )
        self.input_mean = None if mean is None else np.asarray(mean, "float32")
        self.input_variance = (
            None if variance is None else np.asarray(variance, "float32")
        )
        self.invert = invert
        self.supports_masking = True
        self.adapt_mean: Any = None
        self.adapt_variance: Any = None
        self.count: Any = None
        self._totals: Any = None

    def build(self, input_shape: Any) -> None:
        """Creates the statistics, for axes of these sizes."""
        rank = len(input_shape)
        for axis in self.axis:
            if not -rank <= axis < rank:
                raise ValueError(
                    explain(
                        "`axis` names axes of the input.",
                        received={"axis": self.axis, "input_shape": input_shape},
                        why=f"The input has {rank} axes, the batch axis included.",
                    )
                )
        self._kept = tuple(sorted(axis % rank for axis in self.axis))
        sizes = tuple(known(self, input_shape, axis) for axis in self._kept)
        self._broadcast = tuple(
            known(self, input_shape, a) if a in self._kept else 1 for a in range(rank)
        )
        if self.input_mean is not None:
            return
        self.adapt_mean = self._statistic("mean", sizes, "zeros")
        self.adapt_variance = self._statistic("variance", sizes, "ones")
        self.count = self._statistic("count", (), "zeros", "int64")

    def _statistic(self, name: str, sizes: Any, start: str, dtype: Any = None) -> Any:
        return self.add_weight(
            name=name,
            shape=sizes,
            initializer=start,
            trainable=False,
            dtype=dtype,
            autocast=False,
        )

    @property
    def mean(self) -> Any:
        """The mean, in a shape that goes with the inputs."""
        return self._spread(self.adapt_mean, self.input_mean)

    @property
    def variance(self) -> Any:
        """The variance, in a shape that goes with the inputs."""
        return self._spread(self.adapt_variance, self.input_variance)

    def _spread(self, learned: Variable | None, given: Any) -> Any:
        if learned is not None:
            return shape.reshape(learned, self._broadcast)
        sizes = tuple(self._broadcast[a] for a in self._kept)
        return convert(np.broadcast_to(given, sizes).reshape(self._broadcast))

    def _fixed(self) -> str | None:
        if self.input_mean is None:
            return None
        return explain(
            "The layer has a fixed mean and variance already.",
            received={"mean": self.input_mean},
            fix="Normalization()  # without mean= and variance=, to adapt it",
        )

    def reset_state(self) -> None:
        """Forgets what was learned."""
        self._totals = None

    def update_state(self, data: Any) -> None:
        """Learns from one batch."""
        array = np.asarray(data, "float64")
        if not self.built:
            self.build(array.shape)
        others = tuple(a for a in range(array.ndim) if a not in self._kept)
        count = int(np.prod([array.shape[a] for a in others]))
        # Sums of squares lose digits where the mean is large: means are joined instead
        # (Chan, Golub and LeVeque 1979).
        now = count, array.mean(others), array.var(others)
        self._totals = now if self._totals is None else _joined(self._totals, now)

    def finalize_state(self) -> None:
        """Makes what was learned take effect."""
        if self._totals is None:
            return
        count, mean, variance = self._totals
        self.count.assign(count)
        self.adapt_mean.assign(np.asarray(mean, "float32"))
        self.adapt_variance.assign(np.asarray(variance, "float32"))

    def call(self, inputs: Any) -> Any:
        """The normalised inputs."""
        dtype = self.compute_dtype
        mean, variance = cast(self.mean, dtype), cast(self.variance, dtype)
        epsilon = 1e-3 if dtype == "float16" else 1e-7
        scale = math.maximum(math.sqrt(variance), epsilon)
        inputs = cast(inputs, dtype)
        if self.invert:
            return math.add(mean, math.multiply(inputs, scale))
        return math.divide(math.subtract(inputs, mean), scale)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, in serialisable form."""
        given = {"mean": self.input_mean, "variance": self.input_variance}
        plain = {k: None if v is None else v.tolist() for k, v in given.items()}
        return {**super().get_config(), **plain}

    config_without = frozenset((*AdaptedLayer.config_without, "mean", "variance"))


def _joined(a: tuple[Any, ...], b: tuple[Any, ...]) -> tuple[Any, ...]:
    (n, mean, variance), (m, other, spread) = a, b
    total = n + m
    shift = other - mean
    joined = (n * variance + m * spread + shift**2 * (n * m / total)) / total
    return total, mean + shift * (m / total), joined
