"""`model.summary()`: the layers of a model as a table."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from addax._base.errors import explain
from addax.keras.callbacks.messages import say
from addax.keras.models.table import Column, draw_table, style
from addax.keras.serialization import op_class_name

# Width, and where each column ends, by (shows connections, shows trainability).
_LAYOUTS = {
    (False, False): (88, (0.45, 0.80, 1.0)),
    (False, True): (100, (0.40, 0.72, 0.90, 1.0)),
    (True, False): (108, (0.30, 0.56, 0.74, 1.0)),
    (True, True): (120, (0.27, 0.50, 0.665, 0.90, 1.0)),
}
_UNITS = ((2**30, "GB"), (2**20, "MB"), (2**10, "KB"), (1, "B"))


def print_summary(
    model: Any,
    line_length: int | None = None,
    positions: Sequence[float] | None = None,
    print_fn: Callable[[str], Any] | None = None,
    expand_nested: bool = False,
    show_trainable: bool = False,
    layer_range: Sequence[str] | None = None,
) -> None:
    """Prints the layers of a model, their output shapes and numbers of parameters.

    Args:
        model: The model.
        line_length: How wide the table is; as the terminal allows if not given.
        positions: Where the columns end: parts of the width, or characters.
        print_fn: Receives the text instead of the terminal.
        expand_nested: Whether to list the layers of nested models too.
        show_trainable: Whether to show which layers train.
        layer_range: The first and the last layer to list: names, or patterns.

    Raises:
        ValueError: If `layer_range` fits no layers, or `positions` not the columns.
    """
    connected = not _is_chain(model)
    width, ends = _LAYOUTS[connected, show_trainable]
    if line_length is None:
        line_length = min(width, shutil.get_terminal_size().columns - 4)
    columns = [Column("Layer (type)"), Column("Output Shape"), Column("Param #", ">")]
    if connected:
        columns.append(Column("Connected to"))
    if show_trainable:
        columns.append(Column("Trainable", "^"))
    rows = [
        _row(model, part, level, connected, show_trainable)
        for part, level in _parts(model, layer_range, expand_nested)
    ]
    ends = _checked(positions, len(columns)) if positions else ends
    widths = _widths(ends, line_length)
    colour = print_fn is None
    text = "\n".join(
        [
            style(f'Model: "{model.name}"', "bold", colour),
            *draw_table(columns, rows, widths),
            *_totals(model, colour),
        ]
    )
    (print_fn or say)(text)


def _widths(ends: Sequence[float], line_length: int) -> list[int]:
    """The width of each cell, one blank on either side included."""
    places = [int(e * line_length) if ends[-1] <= 1 else int(e) for e in ends]
    sizes = [b - a for a, b in zip([0, *places], places, strict=False)]
    # The borders have to come off somewhere: as evenly as whole numbers allow.
    excess, count = len(sizes) + 1 + 2 * len(sizes), len(sizes)
    for i in range(count):
        share = round(excess / (count - i))
        sizes[i] = max(sizes[i] + 2 - share, 3)
        excess -= share
    return sizes


def _checked(positions: Sequence[float], count: int) -> Sequence[float]:
    if len(positions) < count:
        raise ValueError(
            explain(
                f"`positions` says where each of {count} columns ends.",
                received={"positions": positions},
                fix=f"model.summary(positions={list(_LAYOUTS[False, False][1])})",
            )
        )
    return positions[:count]


def _is_chain(model: Any) -> bool:
    """Whether each layer simply follows the one before it."""
    graph = getattr(model, "_graph", None)
    if graph is None or getattr(model, "_layers", None) is not None:
        return True
    if len(graph.inputs) > 1:
        return False
    operations = {id(node.operation) for node in graph.nodes}
    if len(operations) < len(graph.nodes):
        return False
    before = graph.inputs[0].node
    for node in graph.nodes:
        if [id(each) for each in node.parent_nodes] != [id(before)]:
            return False
        before = node
    return True


def _parts(
    model: Any, layer_range: Sequence[str] | None, expand_nested: bool
) -> Iterable[tuple[Any, int]]:
    """What is listed, with how deep it is nested."""
    graph = getattr(model, "_graph", None)
    sequential = getattr(model, "_layers", None) is not None
    parts = list(model.layers if graph is None or sequential else graph.operations)
    if layer_range is not None:
        parts = _within(parts, layer_range)
    for part in parts:
        yield part, 0
        if expand_nested and _is_model(part):
            for inner, level in _parts(part, None, True):
                if not _is_input(inner):
                    yield inner, level + 1


def _is_model(part: Any) -> bool:
    return hasattr(part, "summary") and bool(getattr(part, "layers", None))


def _is_input(part: Any) -> bool:
    return type(part).__name__ == "InputLayer"


def _within(parts: list[Any], layer_range: Sequence[str]) -> list[Any]:
    if len(layer_range) != 2 or not all(isinstance(each, str) for each in layer_range):
        raise ValueError(
            explain(
                "`layer_range` holds the names of the first and the last layer.",
                received={"layer_range": layer_range},
                fix=f"model.summary(layer_range=({parts[0].name!r}, "
                f"{parts[-1].name!r}))",
            )
        )
    names = [part.name for part in parts]
    found = [[i for i, n in enumerate(names) if re.match(p, n)] for p in layer_range]
    if not all(found) or found[0][0] > found[1][-1]:
        raise ValueError(
            explain(
                "`layer_range` fits no layers of the model.",
                received={"layer_range": tuple(layer_range)},
                why=f"They are, in order: {', '.join(names)}.",
                fix=f"model.summary(layer_range=({names[0]!r}, {names[-1]!r}))",
            )
        )
    return parts[found[0][0] : found[1][-1] + 1]


def _row(
    model: Any, part: Any, level: int, connected: bool, show_trainable: bool
) -> list[str]:
    indent = "   " * level + "└ " if level else ""
    weights = getattr(part, "weights", [])
    count = f"{sum(v.size for v in weights):,}"
    if not getattr(part, "built", True):
        count = "0 (unbuilt)"
    row = [f"{indent}{part.name} ({_class_name(part)})", _shape(part, model), count]
    if connected:
        row.append("-" if level else _connections(part, model))
    if show_trainable:
        row.append("-" if not weights else "Y" if part.trainable else "N")
    return row


def _class_name(part: Any) -> str:
    operation = getattr(part, "op", None)
    if operation is None:
        return type(part).__name__
    return op_class_name(operation.name)


def _nodes(part: Any, model: Any) -> list[Any]:
    """The calls of a layer that belong to the model, or all, in a nested one."""
    graph = getattr(model, "_graph", None)
    inside = [] if graph is None else [n for n in graph.nodes if n.operation is part]
    return inside or list(getattr(part, "_inbound_nodes", ()))


def _shape(part: Any, model: Any) -> str:
    nodes = _nodes(part, model)
    if nodes:
        shapes = _shapes(nodes[-1].outputs)
    else:
        built = getattr(part, "_build_shapes", None)
        if not built:
            return "?"
        built = built.get("shapes_dict", built)
        try:
            shapes = part.compute_output_shape(*built.values())
        except Exception:  # a summary must not fail for a shape
            return "?"
    return str(shapes).replace("'", "")


def _shapes(outputs: Any) -> Any:
    if isinstance(outputs, dict):
        return {name: _shapes(value) for name, value in outputs.items()}
    if isinstance(outputs, (list, tuple)):
        shapes = [_shapes(value) for value in outputs]
        return shapes[0] if len(shapes) == 1 else shapes
    return tuple(outputs.shape)


def _connections(part: Any, model: Any) -> str:
    found = []
    for node in _nodes(part, model):
        for tensor in node.inputs:
            source, index, place = tensor._keras_history
            found.append(f"{source.name}[{index}][{place}]")
    return ", ".join(found) or "-"


def _totals(model: Any, colour: bool) -> list[str]:
    trainable = list(model.trainable_weights)
    known = {id(v) for v in trainable}
    others = [v for v in model.weights if id(v) not in known]
    optimizer: Any = getattr(model, "optimizer", None)
    state = list(optimizer.variables) if getattr(optimizer, "built", False) else []
    groups = {
        "Total params": trainable + others + state,
        "Trainable params": trainable,
        "Non-trainable params": others,
    }
    if state:
        groups["Optimizer params"] = state
    return [
        f"{style(f' {name}:', 'bold', colour)} {style(_amount(group), 'green', colour)}"
        for name, group in groups.items()
    ]


def _amount(variables: list[Any]) -> str:
    count = sum(v.size for v in variables)
    size = sum(v.size * v.dtype.size for v in variables)
    least, unit = next((n, u) for n, u in _UNITS if size >= n or n == 1)
    return f"{count:,} ({size / least:.2f} {unit})"
