"""`InputSpec`: what a layer accepts, and the check of what it was given."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.core import as_dtype
from addax.core.shapes import standardize_shape
from addax.core.tensor import TensorLike
from addax.core.tree import flatten
from addax.keras.serialization import public


@public("keras", "keras.layers.InputSpec")
class InputSpec:
    """Rank, type and shape that an input of a layer must have.

    Args:
        dtype: The type; any if not given.
        shape: The sizes, `None` where any will do.
        ndim: The rank.
        max_ndim: The greatest rank.
        min_ndim: The smallest rank.
        axes: Sizes that single axes must have, e.g. `{-1: 64}`.
        allow_last_axis_squeeze: Whether a last axis of size 1 may come or go.
        name: The name under which a dict of inputs holds it.
        optional: Whether `None` may be given.

    Example:

    >>> from addax import keras
    >>> keras.layers.InputSpec(min_ndim=2, axes={-1: 3})
    InputSpec(min_ndim=2, axes={-1: 3})
    """

    def __init__(
        self,
        dtype: Any = None,
        shape: Any = None,
        ndim: int | None = None,
        max_ndim: int | None = None,
        min_ndim: int | None = None,
        axes: dict[int, int] | None = None,
        allow_last_axis_squeeze: bool = False,
        name: str | None = None,
        optional: bool = False,
    ) -> None:
        self.dtype = None if dtype is None else as_dtype(dtype)
        self.shape = None if shape is None else standardize_shape(shape)
        self.ndim = len(self.shape) if self.shape is not None else ndim
        self.max_ndim = max_ndim
        self.min_ndim = min_ndim
        self.axes = {int(k): v for k, v in (axes or {}).items()}
        self.allow_last_axis_squeeze = allow_last_axis_squeeze
        self.name = name
        self.optional = optional

    def __repr__(self) -> str:
        parts = [f"{k}={v!r}" for k, v in vars(self).items() if v]
        return f"InputSpec({', '.join(parts)})"

    def get_config(self) -> dict[str, Any]:
        """The arguments that make it again."""
        return dict(vars(self))

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> InputSpec:
        """Makes one from `get_config()`."""
        return cls(**config)

    def problem(self, shape: tuple[Any, ...], dtype: Any) -> str | None:
        """What is wrong with an input, or `None`."""
        rank = len(shape)
        if self.shape is not None and self.allow_last_axis_squeeze:
            if shape and shape[-1] == 1 and rank == len(self.shape) + 1:
                shape = shape[:-1]
            elif self.shape and self.shape[-1] == 1 and rank == len(self.shape) - 1:
                shape = (*shape, 1)
            rank = len(shape)
        if self.ndim is not None and rank != self.ndim:
            return f"expected {self.ndim} axes, found {rank}"
        if self.max_ndim is not None and rank > self.max_ndim:
            return f"expected at most {self.max_ndim} axes, found {rank}"
        if self.min_ndim is not None and rank < self.min_ndim:
            return f"expected at least {self.min_ndim} axes, found {rank}"
        if self.dtype is not None and as_dtype(dtype) != self.dtype:
            return f"expected {self.dtype.name}, found {as_dtype(dtype).name}"
        for axis, size in self.axes.items():
            if size is not None and shape[axis] not in (size, None):
                return f"expected axis {axis} to have size {size}, found {shape[axis]}"
        if self.shape is not None:
            for expected, found in zip(self.shape, shape, strict=True):
                if None not in (expected, found) and expected != found:
                    return f"expected shape {self.shape}, found {shape}"
        return None


def check_inputs(spec: Any, inputs: Any, layer_name: str) -> None:
    """Checks the inputs of a layer against its `input_spec`.

    Raises:
        ValueError: If there are too few or too many inputs or one does not fit.
    """
    if isinstance(spec, InputSpec):
        specs = [spec]
        if isinstance(inputs, TensorLike):
            values = [inputs]
        else:
            values = flatten(inputs)
    elif isinstance(spec, dict):
        if not isinstance(inputs, dict):
            raise ValueError(
                explain(
                    f"Layer {layer_name!r} takes a dict of inputs.",
                    received={"inputs": inputs},
                    fix=f"{layer_name}({{{', '.join(f'{k!r}: ...' for k in spec)}}})",
                )
            )
        specs, values = list(spec.values()), [inputs.get(k) for k in spec]
    else:
        specs, values = flatten(spec), flatten(inputs)
    if len(specs) != len(values):
        raise ValueError(
            explain(
                f"Layer {layer_name!r} takes {len(specs)} input tensor(s), "
                f"got {len(values)}.",
                received={"inputs": inputs},
            )
        )
    for one, value in zip(specs, values, strict=True):
        if one is None or (value is None and one.optional):
            continue
        shape = tuple(getattr(value, "shape", ()))
        problem = one.problem(shape, getattr(value, "dtype", one.dtype))
        if problem:
            raise ValueError(
                explain(
                    f"Input of layer {layer_name!r} does not fit: {problem}.",
                    received={"shape": shape},
                    fix=_advice(one, shape),
                )
            )


def _advice(spec: InputSpec, shape: tuple[Any, ...]) -> str:
    expected = spec.ndim or spec.min_ndim
    if expected is not None and len(shape) == expected - 1:
        return (
            "an axis is missing: x[None, ...] adds a batch axis in front, "
            "x[..., None] a channel axis behind"
        )
    sizes = [v for v in spec.axes.values() if v is not None]
    if sizes and shape and shape[-1] is not None and spec.axes.get(-1):
        return (
            f"give data whose last axis has {spec.axes[-1]} entries, as when the layer "
            "was built, or build a new model for this data"
        )
    return ""
