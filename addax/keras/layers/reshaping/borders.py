"""Zero padding and cropping, for one, two and three spatial axes."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.keras import config
from addax.keras.layers.input_spec import InputSpec
from addax.keras.layers.layer import Layer
from addax.keras.serialization import public
from addax.ops import indexing, shape

Pairs = tuple[tuple[int, int], ...]


def pairs(name: str, value: Any, rank: int) -> Pairs:
    """(before, after) for each axis, from a number, a number or a pair for each.

    Raises:
        ValueError: If it is neither, or negative.
    """
    try:
        each: Any = value if isinstance(value, (list, tuple)) else (value,) * rank
        if rank == 1 and len(each) == 2:
            each = (each,)
        both = tuple(
            tuple(int(n) for n in one) if hasattr(one, "__iter__") else (int(one),) * 2
            for one in each
        )
    except (TypeError, ValueError):
        both = ()
    if len(both) != rank or any(len(p) != 2 or min(p) < 0 for p in both):
        raise ValueError(
            explain(
                f"`{name}` is a number, or a number or a pair (before, after) for each "
                f"of {rank} axes.",
                received={name: value},
            )
        )
    return both  # type: ignore[return-value]


def _spatial(data_format: str, rank: int) -> range:
    """The axes that are neither batch nor channels."""
    return range(2, rank + 2) if data_format == "channels_first" else range(1, rank + 1)


class ZeroPadding(Layer):
    """The base of layers that add zeros around."""

    rank = 1

    def __init__(
        self, padding: Any = 1, data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.data_format = config.standardize_data_format(data_format)
        both = pairs("padding", padding, self.rank)
        self.padding: Any = both[0] if self.rank == 1 else both
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def call(self, inputs: Any) -> Any:
        """The inputs with zeros around."""
        around = [(0, 0)] * (self.rank + 2)
        both = [self.padding] if self.rank == 1 else self.padding
        for axis, pair in zip(_spatial(self.data_format, self.rank), both, strict=True):
            around[axis] = pair
        return shape.pad(inputs, around)


@public("keras.layers")
class ZeroPadding1D(ZeroPadding):
    """Adds zeros before and after a sequence.

    Args:
        padding: A number, or a pair (before, after).
        data_format: `"channels_last"` or `"channels_first"`.
        **kwargs: `name`, `dtype`, `input_shape`.
    """


@public("keras.layers")
class ZeroPadding2D(ZeroPadding):
    """Adds zeros around images.

    Args:
        padding: A number, a number for each axis, or a pair (before, after) for each.
        data_format: `"channels_last"` or `"channels_first"`.
        **kwargs: `name`, `dtype`, `input_shape`.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> keras.layers.ZeroPadding2D(1)(np.ones((1, 2, 2, 1))).shape
    TensorShape([1, 4, 4, 1])
    """

    rank = 2


@public("keras.layers")
class ZeroPadding3D(ZeroPadding):
    """Adds zeros around volumes.

    Args:
        padding: A number, a number for each axis, or a pair (before, after) for each.
        data_format: `"channels_last"` or `"channels_first"`.
        **kwargs: `name`, `dtype`, `input_shape`.
    """

    rank = 3


class Cropping(Layer):
    """The base of layers that cut off the borders."""

    rank = 1

    def __init__(
        self, cropping: Any = 1, data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.data_format = config.standardize_data_format(data_format)
        both = pairs("cropping", cropping, self.rank)
        self.cropping: Any = both[0] if self.rank == 1 else both
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def call(self, inputs: Any) -> Any:
        """The inputs without their borders."""
        key: list[Any] = [slice(None)] * (self.rank + 2)
        both = [self.cropping] if self.rank == 1 else self.cropping
        axes = _spatial(self.data_format, self.rank)
        for axis, (before, after) in zip(axes, both, strict=True):
            size = inputs.shape[axis]
            if size is not None and before + after >= size:
                raise ValueError(
                    explain(
                        f"Layer {self.name!r} would crop away everything.",
                        received={
                            "cropping": self.cropping,
                            "inputs.shape": tuple(inputs.shape),
                        },
                    )
                )
            key[axis] = slice(before, -after or None)
        return indexing.getitem(inputs, tuple(key))


@public("keras.layers")
class Cropping1D(Cropping):
    """Cuts off the ends of a sequence `(batch, steps, features)`.

    Args:
        cropping: A number, or a pair (before, after).
        **kwargs: `name`, `dtype`, `input_shape`.
    """

    config_without = frozenset((*Layer.config_without, "data_format"))

    def __init__(self, cropping: Any = (1, 1), **kwargs: Any) -> None:
        super().__init__(cropping, "channels_last", **kwargs)


@public("keras.layers")
class Cropping2D(Cropping):
    """Cuts off the borders of images.

    Args:
        cropping: A number, a number for each axis, or a pair (before, after) for each.
        data_format: `"channels_last"` or `"channels_first"`.
        **kwargs: `name`, `dtype`, `input_shape`.
    """

    rank = 2

    def __init__(
        self,
        cropping: Any = ((0, 0), (0, 0)),
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(cropping, data_format, **kwargs)


@public("keras.layers")
class Cropping3D(Cropping):
    """Cuts off the borders of volumes.

    Args:
        cropping: A number, a number for each axis, or a pair (before, after) for each.
        data_format: `"channels_last"` or `"channels_first"`.
        **kwargs: `name`, `dtype`, `input_shape`.
    """

    rank = 3
