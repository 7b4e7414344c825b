"""Fits what a functional model is called with to its symbolic inputs."""

from __future__ import annotations

import math
from typing import Any

from addax._base.errors import explain
from addax.core import cast, convert, tree
from addax.core.tensor import TensorLike
from addax.keras.models.graph import Graph
from addax.ops import shape as shape_ops


def fit_inputs(model: Any, graph: Graph, inputs: Any) -> list[Any]:
    """The inputs as a flat list, each with its symbolic input's type and rank.

    Args:
        model: The model, for messages.
        graph: Its graph.
        inputs: A tensor, a list in the order of the inputs, or a dict by their names.

    Raises:
        ValueError: If inputs are missing or do not fit.
    """
    names = [x.node.operation.name for x in graph.inputs if x.node is not None]
    struct = graph.inputs_struct
    if isinstance(inputs, dict):
        keys = list(struct) if isinstance(struct, dict) else names
        missing = [k for k in keys if k not in inputs]
        if missing:
            raise ValueError(
                explain(
                    f"Model {model.name!r} was not given all of its inputs.",
                    received={"inputs": list(inputs)},
                    why=f"Missing: {', '.join(map(repr, missing))}.",
                    fix=f"a dict with the keys {keys}",
                )
            )
        if isinstance(struct, dict):
            flat = tree.flatten({k: inputs[k] for k in keys})
        else:
            flat = [inputs[k] for k in keys]
    else:
        flat = tree.flatten(inputs)
    if len(flat) != len(graph.inputs):
        raise ValueError(
            explain(
                f"Model {model.name!r} has {len(graph.inputs)} input(s) "
                f"({', '.join(names)}), {len(flat)} were given.",
                received={"shapes": [tuple(getattr(x, "shape", ())) for x in flat]},
            )
        )
    return [
        _fit(model, symbol, name, x)
        for symbol, name, x in zip(graph.inputs, names, flat, strict=True)
    ]


def _fit(model: Any, symbol: Any, name: str, x: Any) -> Any:
    if x is None:
        return None
    if not isinstance(x, TensorLike):
        x = convert(x)
    if x.dtype != symbol.dtype and symbol.dtype != "string":
        mask = getattr(x, "_keras_mask", None)
        x = cast(x, symbol.dtype)
        if mask is not None:
            x._keras_mask = mask
    expected, shape = tuple(symbol.shape), tuple(x.shape)
    if len(shape) == len(expected) - 1 and expected[-1] == 1:
        x = shape_ops.expand_dims(x, -1)
    elif len(shape) == len(expected) + 1 and shape[-1] == 1:
        x = shape_ops.squeeze(x, -1)
    shape = tuple(x.shape)
    if len(shape) != len(expected) or (
        model._checks_sizes
        and any(
            e is not None and s is not None and e != s
            for e, s in zip(expected[1:], shape[1:], strict=True)
        )
    ):
        raise ValueError(
            explain(
                f"Input {name!r} of model {model.name!r} has shape {expected} "
                "(None is any size).",
                received={"shape": shape},
                why=_reason(expected, shape),
                fix=_advice(expected, shape),
            )
        )
    return x


def _reason(expected: tuple[Any, ...], shape: tuple[Any, ...]) -> str:
    if shape == expected[1:] or (
        len(shape) == len(expected) - 1 and shape == expected[1:]
    ):
        return "The first axis is the batch: one entry per sample."
    return "The model's weights were made for inputs of that shape."


def _advice(expected: tuple[Any, ...], shape: tuple[Any, ...]) -> str:
    if shape == expected[1:]:
        return "x[None, ...] makes a batch of one"
    if len(shape) == len(expected) - 1 and shape[1:] == expected[1:-1]:
        return "x[..., None] adds a channel axis"
    sizes = expected[1:]
    if None not in (*sizes, *shape[1:]) and math.prod(sizes) == math.prod(shape[1:]):
        return f"x.reshape({', '.join(map(str, (-1, *sizes)))}) has the right shape"
    return ""
