"""Dropout: parts of the input set to 0 while training."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.core import SeedGenerator
from addax.keras import config
from addax.keras.layers.input_spec import InputSpec
from addax.keras.layers.layer import Layer
from addax.keras.serialization import public
from addax.ops import random


@public("keras.layers")
class Dropout(Layer):
    """Sets a random part of the inputs to 0 while training; scales up the rest.

    Args:
        rate: The part to drop, from 0 to 1.
        noise_shape: The shape of the random mask: 1 for an axis along which all
            entries share their fate, `None` for one of the input's size.
        seed: A whole number that makes the masks reproducible.
        **kwargs: `name`, `dtype`, `input_shape`.

    Source: Srivastava et al. 2014, https://jmlr.org/papers/v15/srivastava14a.html.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> layer = keras.layers.Dropout(0.5, seed=1)
    >>> layer(np.ones(4, "float32")).numpy().tolist()
    [1.0, 1.0, 1.0, 1.0]
    >>> set(layer(np.ones(100, "float32"), training=True).numpy().tolist())
    {0.0, 2.0}
    """

    def __init__(
        self,
        rate: float,
        noise_shape: Any = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.rate = part("rate", rate)
        self.noise_shape = noise_shape
        self.seed = seed
        self.supports_masking = True
        if rate > 0:
            self.seed_generator = SeedGenerator(seed)

    def call(self, inputs: Any, training: bool = False) -> Any:
        """The inputs, a part of them dropped if `training`."""
        if not training or not self.rate:
            return inputs
        return random.dropout(
            inputs, self.rate, self._mask_shape(inputs), self.seed_generator
        )

    def _mask_shape(self, inputs: Any) -> Any:
        return self.noise_shape


class SpatialDropout(Dropout):
    """Drops whole channels; the base of those for one, two and three axes."""

    config_without = frozenset((*Layer.config_without, "noise_shape"))
    rank = 1

    def __init__(
        self,
        rate: float,
        data_format: str | None = None,
        seed: int | None = None,
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(rate, seed=seed, name=name, dtype=dtype, **kwargs)
        self.data_format = config.standardize_data_format(data_format)
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, in serialisable form."""
        config = super().get_config()
        del config["trainable"]  # which Keras's constructor does not take
        return {**config, "dtype": self.dtype_policy.name}

    def _mask_shape(self, inputs: Any) -> Any:
        batch, ones = inputs.shape[0], (1,) * self.rank
        if self.data_format == "channels_first":
            return (batch, inputs.shape[1], *ones)
        return (batch, *ones, inputs.shape[-1])


@public("keras.layers")
class SpatialDropout1D(SpatialDropout):
    """Drops whole features of a sequence `(batch, steps, features)` while training.

    Args:
        rate: The part to drop, from 0 to 1.
        seed: A whole number that makes the masks reproducible.
        name: A name.
        dtype: A type or dtype policy.
        **kwargs: `input_shape`.
    """

    config_without = frozenset((*SpatialDropout.config_without, "data_format"))

    def __init__(
        self,
        rate: float,
        seed: int | None = None,
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            rate, "channels_last", seed=seed, name=name, dtype=dtype, **kwargs
        )


@public("keras.layers")
class SpatialDropout2D(SpatialDropout):
    """Drops whole channels of images while training.

    Args:
        rate: The part to drop, from 0 to 1.
        data_format: `"channels_last"` or `"channels_first"`.
        seed: A whole number that makes the masks reproducible.
        name: A name.
        dtype: A type or dtype policy.
        **kwargs: `input_shape`.
    """

    rank = 2


@public("keras.layers")
class SpatialDropout3D(SpatialDropout):
    """Drops whole channels of volumes while training.

    Args:
        rate: The part to drop, from 0 to 1.
        data_format: `"channels_last"` or `"channels_first"`.
        seed: A whole number that makes the masks reproducible.
        name: A name.
        dtype: A type or dtype policy.
        **kwargs: `input_shape`.
    """

    rank = 3


def part(name: str, value: Any) -> float:
    """A number from 0 to 1, checked.

    Raises:
        ValueError: If it is outside.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        value = float(value)
    if not 0 <= value <= 1:
        raise ValueError(
            explain(
                f"`{name}` is a part of the inputs, from 0 to 1.",
                received={name: value},
                fix="Dropout(0.2) drops one in five.",
            )
        )
    return value
