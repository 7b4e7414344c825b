"""`Discretization`: continuous numbers as the numbers of the intervals they lie in."""

from __future__ import annotations

from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.keras.layers.preprocessing.adapting import AdaptedLayer
from addax.keras.layers.preprocessing.encoding import encoded, one_of
from addax.keras.serialization import public
from addax.ops import statistics

_MODES = ("int", "one_hot", "multi_hot", "count")


@public("keras.layers")
class Discretization(AdaptedLayer):
    """Puts numbers into bins.

    The limits of the bins are given, or learned by `adapt`, such that each bin holds
    about as many of the values seen.

    Args:
        bin_boundaries: The limits: `[0.0, 1.0]` makes the bins below 0, from 0 to 1,
            and from 1 on.
        num_bins: How many bins to learn, instead.
        epsilon: How exact learned limits are: a share of the values.
        output_mode: `"int"` for the number of the bin, or `"one_hot"`, `"multi_hot"`
            or `"count"`, as `CategoryEncoding` makes of it.
        sparse: Whether to return a sparse tensor, where the values are known.
        dtype: The type of rows; `floatx()` if not given.
        name: A name.

    Raises:
        ValueError: Unless exactly one of `bin_boundaries` and `num_bins` is given.

    Source: limits of batches are merged as in TensorFlow, by weighted summaries.

    Example:

    >>> from addax import keras
    >>> layer = keras.layers.Discretization(bin_boundaries=[0.0, 1.0, 2.0])
    >>> layer([[-1.5, 1.0, 3.4, 0.5]]).numpy().tolist()
    [[0, 2, 3, 1]]
    """

    config_without = frozenset(AdaptedLayer.config_without - {"name", "dtype"})

    def __init__(
        self,
        bin_boundaries: Any = None,
        num_bins: int | None = None,
        epsilon: float = 0.01,
        output_mode: str = "int",
        sparse: bool = False,
        dtype: Any = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        if dtype is None and output_mode == "int":
            dtype = kwargs.pop("dtype_policy", None)
        super().__init__(name=name, dtype=dtype, **kwargs)
        if (num_bins is None) == (bin_boundaries is None):
            raise ValueError(
                explain(
                    "Give either the limits of the bins or how many to learn.",
                    received={"bin_boundaries": bin_boundaries, "num_bins": num_bins},
                    fix=[
                        "Discretization(bin_boundaries=[0.0, 1.0])",
                        "layer = Discretization(num_bins=4); layer.adapt(data)",
                    ],
                )
            )
        if num_bins is not None and num_bins < 0:
            raise ValueError(
                explain("`num_bins` is at least 0.", received={"num_bins": num_bins})
            )
        limits = None if bin_boundaries is None else np.asarray(bin_boundaries)
        self.input_bin_boundaries = None if limits is None else limits.tolist()
        self.bin_boundaries = self.input_bin_boundaries or []
        self.num_bins = num_bins
        self.epsilon = epsilon
        self.output_mode = one_of("output_mode", output_mode, _MODES)
        self.sparse = sparse
        self.supports_masking = True
        self.summary = np.zeros((2, 0))

    @property
    def depth(self) -> int:
        """How many bins there are."""
        return len(self.bin_boundaries) + 1

    def _fixed(self) -> str | None:
        if self.input_bin_boundaries is None:
            return None
        return explain(
            "The layer has fixed limits already.",
            received={"bin_boundaries": self.input_bin_boundaries},
            fix="Discretization(num_bins=4)  # to learn them",
        )

    def reset_state(self) -> None:
        """Forgets what was learned."""
        if self.input_bin_boundaries is None:
            self.summary = np.zeros((2, 0))
            self.bin_boundaries = []

    def update_state(self, data: Any) -> None:
        """Learns from one batch."""
        array = np.asarray(data, "float32")
        if not self.built:
            self.build(array.shape)
        now = _summary(array.ravel(), self.epsilon)
        joined = np.concatenate([self.summary, now], axis=1)
        joined = joined[:, np.argsort(joined[0], kind="stable")]
        self.summary = _compress(joined, self.epsilon)

    def finalize_state(self) -> None:
        """Makes what was learned take effect."""
        if self.input_bin_boundaries is None and self.num_bins is not None:
            limits = _compress(self.summary, 1.0 / self.num_bins)[0][:-1]
            self.bin_boundaries = limits.astype("float32").tolist()

    def call(self, inputs: Any) -> Any:
        """The number of the bin of each input, or its encoding."""
        limits = tuple(np.asarray(self.bin_boundaries, "float32").tolist())
        ids = statistics.digitize(inputs, limits)
        dtype = self.compute_dtype
        return encoded(ids, self.depth, self.output_mode, self.sparse, dtype)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, in serialisable form."""
        return {
            "bin_boundaries": self.bin_boundaries or None,
            "num_bins": self.num_bins,
            "epsilon": self.epsilon,
            "output_mode": self.output_mode,
            "sparse": self.sparse,
            "name": self.name,
            "dtype": self.variable_dtype,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Discretization:
        """Makes a layer from what `get_config` returned, learned limits included."""
        config = dict(config)
        learned = None
        if config.get("num_bins") is not None:
            learned = config.pop("bin_boundaries", None)
        layer = cls(**config)
        if learned is not None:
            layer.bin_boundaries = list(learned)
        return layer


def _summary(values: Any, epsilon: float) -> Any:
    """Quantiles of values and how many values each stands for."""
    step = max(int(len(values) * epsilon), 1)
    quantiles = np.sort(values)[step - 1 :: step]
    return np.stack([quantiles, np.full(len(quantiles), step)])


def _compress(summary: Any, epsilon: float) -> Any:
    """A summary in fewer steps, of equal shares of the weight."""
    if summary.shape[1] * epsilon < 1 or not summary.shape[1]:
        return summary
    share = epsilon + np.arange(0.0, 1.0, epsilon)
    total = summary[1].cumsum()
    reached = total / total[-1]
    values = np.interp(share, reached, summary[0])
    weights = np.interp(share, reached, total)
    weights = weights - np.concatenate([[0.0], weights[:-1]])
    return np.stack([values, weights]).astype("float32")
