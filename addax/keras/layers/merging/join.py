"""`Concatenate` and `Dot`: tensors side by side, and products of them."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.keras.layers.merging.merge import Merge
from addax.keras.serialization import public
from addax.ops import create, math, normalize, reduce, shape
from addax.ops.linalg import batch_dot


@public("keras.layers")
class Concatenate(Merge):
    """Joins a list of tensors along an axis.

    Args:
        axis: The axis; the last by default.
        **kwargs: `name`, `dtype`.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> keras.layers.Concatenate()([np.ones((2, 3)), np.ones((2, 4))]).shape
    TensorShape([2, 7])
    """

    def __init__(self, axis: int = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = axis

    def build(self, input_shape: Any) -> None:
        """Checks that the inputs fit, but for the axis."""
        shapes = input_shape
        listed = isinstance(shapes, (list, tuple)) and all(
            isinstance(s, (list, tuple)) for s in shapes
        )
        if not listed or not shapes:
            raise ValueError(
                explain(
                    "Concatenate takes a list of tensors.",
                    received={"input_shape": shapes},
                    fix="keras.layers.Concatenate()([a, b])",
                )
            )
        ranks = {len(s) for s in shapes}
        rank = max(ranks)
        alike = len(ranks) == 1 and all(
            len({s[a] for s in shapes} - {None}) <= 1
            for a in range(rank)
            if a != self.axis % rank
        )
        if not alike:
            raise ValueError(
                explain(
                    f"Concatenate cannot join these shapes along axis {self.axis}.",
                    received={"shapes": [tuple(s) for s in shapes]},
                    why="All other axes must have the same sizes.",
                )
            )

    def merge(self, inputs: list[Any]) -> Any:
        """The inputs, joined."""
        return shape.concatenate(inputs, self.axis)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """The masks, joined likewise; inputs without one count as unmasked.

        Along the features, what one input shows is shown.
        """
        if previous_mask is None or all(m is None for m in previous_mask):
            return None
        wide = []
        for x, mask in zip(inputs, previous_mask, strict=True):
            whole = create.ones_like(x, "bool")
            if mask is not None:
                axes = tuple(range(len(mask.shape), len(x.shape)))
                whole = math.logical_and(
                    whole, shape.expand_dims(mask, axes) if axes else mask
                )
            wide.append(whole)
        return reduce.any(shape.concatenate(wide, self.axis), axis=-1)


@public("keras.layers")
class Dot(Merge):
    """The product of two tensors, sample by sample, summed over an axis of each.

    Args:
        axes: The axis of both, or a pair of axes; the batch axis is 0.
        normalize: Whether vectors along the axes are brought to length 1 first: then it
            is the cosine of their angle.
        **kwargs: `name`, `dtype`.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> keras.layers.Dot(1)([np.ones((2, 3)), np.ones((2, 3))]).numpy().tolist()
    [[3.0], [3.0]]
    """

    least = 2

    def __init__(self, axes: Any, normalize: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        pair = isinstance(axes, (list, tuple))
        whole = all(isinstance(a, int) for a in (axes if pair else [axes]))
        if not whole or (pair and len(axes) != 2):
            raise ValueError(
                explain("`axes` is an axis or a pair of axes.", received={"axes": axes})
            )
        self.axes = axes
        self.normalize = normalize

    def build(self, input_shape: Any) -> None:
        """Checks that the axes have one size."""
        if len(input_shape) != 2 or not isinstance(input_shape[0], (list, tuple)):
            raise ValueError(
                explain("Dot takes two tensors.", received={"input_shape": input_shape})
            )
        first, second = input_shape
        a, b = self._pair()
        if None not in (first[a], second[b]) and first[a] != second[b]:
            raise ValueError(
                explain(
                    "Dot needs axes of one size.",
                    received={
                        "axes": self.axes,
                        "shapes": [tuple(first), tuple(second)],
                    },
                    why=f"They have {first[a]} and {second[b]} entries.",
                )
            )

    def _pair(self) -> tuple[int, int]:
        if isinstance(self.axes, int):
            return self.axes, self.axes
        return self.axes[0], self.axes[1]

    def call(self, inputs: Any) -> Any:
        """The products."""
        first, second = inputs
        a, b = self._pair()
        a, b = a % len(first.shape), b % len(second.shape)
        if self.normalize:
            first = normalize.normalize(first, axis=a)
            second = normalize.normalize(second, axis=b)
        return batch_dot(first, second, (a, b))

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """No mask: the masked axes are gone."""
        return None


@public("keras.layers")
def concatenate(inputs: Any, axis: int = -1, **kwargs: Any) -> Any:
    """Concatenate, called at once.

    Args:
        inputs: A list of tensors.
        axis: The axis; the last by default.
        **kwargs: `name`, `dtype`.

    Returns:
        A tensor.
    """
    return Concatenate(axis, **kwargs)(inputs)


@public("keras.layers")
def dot(inputs: Any, axes: Any = -1, **kwargs: Any) -> Any:
    """Dot, called at once.

    Args:
        inputs: Two tensors.
        axes: The axis of both, or a pair of axes.
        **kwargs: `normalize`, `name`, `dtype`.

    Returns:
        A tensor.
    """
    return Dot(axes, **kwargs)(inputs)
