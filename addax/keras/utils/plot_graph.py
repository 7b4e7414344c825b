"""What a picture of a model shows: boxes, lines between them, frames around some."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

from addax.core.op import OpCall
from addax.keras.serialization import op_class_name


@dataclass(frozen=True)
class Options:
    """What boxes say of a layer; names as in `plot_model`."""

    show_shapes: bool = False
    show_dtype: bool = False
    show_layer_names: bool = False
    show_layer_activations: bool = False
    show_trainable: bool = False
    expand_nested: bool = False


@dataclass
class Box:
    """A layer: its title and, below, rows of cells."""

    key: str
    title: str
    rows: list[list[str]] = field(default_factory=list)


@dataclass
class Frame:
    """A nested model around its boxes."""

    title: str
    keys: list[str]


@dataclass
class Picture:
    """All that is to be drawn. Lines go from a box to another, by their keys."""

    boxes: list[Box] = field(default_factory=list)
    lines: list[tuple[str, str]] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)


def picture_of(model: Any, options: Options) -> Picture:
    """The boxes and lines of a model.

    Args:
        model: A model. One whose graph is not known is a single box.
        options: What the boxes say.
    """
    picture = Picture()
    if _graph(model) is not None:
        _add_graph(picture, model, options, "")
    elif getattr(model, "_layers", None):
        _add_chain(picture, model.layers, options)
    else:
        picture.boxes.append(_box(model, options, str(id(model))))
    return picture


def _graph(layer: Any) -> Any:
    return getattr(layer, "_graph", None)


def _add_chain(picture: Picture, layers: list[Any], options: Options) -> None:
    boxes = [_box(layer, options, str(id(layer))) for layer in layers]
    picture.boxes += boxes
    keys = [box.key for box in boxes]
    picture.lines += list(itertools.pairwise(keys))


def _add_graph(
    picture: Picture, model: Any, options: Options, prefix: str
) -> tuple[list[str], list[str]]:
    """Adds a model's layers; returns the keys of its inputs and of its outputs."""
    graph = _graph(model)
    inner: dict[int, tuple[list[str], list[str]]] = {}
    calls = _calls(graph)
    # A Sequential is told by its layers; its input is not one of them.
    hidden = getattr(model, "_layers", None) is not None and len(graph.operations) > 1
    first = {id(x.node.operation) for x in graph.inputs} if hidden else set()
    for operation in graph.operations:
        key = f"{prefix}{id(operation)}"
        if id(operation) in first:
            continue
        if options.expand_nested and _graph(operation) is not None:
            before = len(picture.boxes)
            inner[id(operation)] = _add_graph(picture, operation, options, f"{key}/")
            keys = [box.key for box in picture.boxes[before:]]
            picture.frames.append(Frame(operation.name, keys))
        else:
            call = calls.get(id(operation), ([], []))
            picture.boxes.append(_box(operation, options, key, call))
            inner[id(operation)] = [key], [key]
    starts: list[str] = []
    for node in graph.nodes:
        into = inner[id(node.operation)][0]
        for parent in node.parent_nodes:
            if id(parent.operation) in first:
                starts += into
                continue
            for source in inner[id(parent.operation)][1]:
                picture.lines += [(source, key) for key in into]
    picture.lines[:] = list(dict.fromkeys(picture.lines))
    if not hidden:
        starts = [k for x in graph.inputs for k in inner[id(x.node.operation)][0]]
    ends = [k for x in graph.outputs for k in inner[id(x.node.operation)][1]]
    return list(dict.fromkeys(starts)), list(dict.fromkeys(ends))


def _box(
    operation: Any,
    options: Options,
    key: str,
    tensors: tuple[list[Any], list[Any]] = ([], []),
) -> Box:
    title = _kind(operation)
    if options.show_layer_names:
        title = f"{operation.name} ({title})"
    rows: list[list[str]] = []
    activation = getattr(operation, "activation", None)
    if options.show_layer_activations and activation is not None:
        named = getattr(activation, "__name__", None) or type(activation).__name__
        rows.append([f"Activation: {named}"])
    cells: list[str] = []
    inputs, outputs = tensors
    if options.show_shapes:
        cells += [
            f"Input shape: {_shapes(inputs)}",
            f"Output shape: {_shapes(outputs)}",
        ]
    if options.show_dtype:
        dtypes = dict.fromkeys(x.dtype.name for x in outputs)
        cells.append(f"Output dtype: {', '.join(dtypes) or '?'}")
    if options.show_trainable and hasattr(operation, "trainable"):
        cells.append(f"Trainable: {operation.trainable}")
    return Box(key, title, [*rows, cells] if cells else rows)


def _kind(operation: Any) -> str:
    if isinstance(operation, OpCall):
        return op_class_name(operation.op.name)
    return type(operation).__name__


def _calls(graph: Any) -> dict[int, tuple[list[Any], list[Any]]]:
    """Inputs and outputs of each operation's first call in a graph."""
    found: dict[int, tuple[list[Any], list[Any]]] = {}
    for x in graph.inputs:
        found.setdefault(id(x.node.operation), ([x], [x]))
    for node in graph.nodes:
        found.setdefault(id(node.operation), (node.inputs, node.output_tensors))
    return found


def _shapes(tensors: list[Any]) -> str:
    shapes = [str(tuple(x.shape)) for x in tensors]
    return ", ".join(shapes) if shapes else "?"
