"""The objects that a checkpoint is made of, under the names of TensorFlow's files.

A checkpoint keeps not only values but the tree (in fact, graph) of the objects that
hold them, and is restored by walking both graphs side by side. Edges are attributes,
places in lists and keys of dicts; for Keras's objects they have the names that Keras
gives them on TensorFlow, so that either reads the other's files.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from addax._base.protobuf import collect, message, text, whole
from addax.core import SeedGenerator, Variable

GRAPH_KEY = "_CHECKPOINTABLE_OBJECT_GRAPH"
VALUE = "VARIABLE_VALUE"
STATE = "PYTHON_STATE"  # of iterators over datasets: where they are, in JSON
_CONTAINERS = (list, tuple, dict)
# What a model or optimizer keeps for itself; `_operations` and `_variables` remain.
_OWN = frozenset((
    "_added_weights", "_backup", "_build_shapes", "_compile_arguments",
    "_compile_loss", "_compile_metrics", "_constructor_arguments", "_graph",
    "_graph_layers", "_hooks", "_inbound_nodes", "_kinds", "_layers", "_loss_tracker",
    "_losses", "_no_decay", "_positions", "_programs", "_runners", "_shared",
    "_shuffle_state", "_trainable_variables", "history", "loss",
))  # fmt: skip
# Weights that Keras keeps in a private attribute, under which they are saved.
_PRIVATE = ("kernel", "embeddings")


class _Named(dict):
    """Children that no attribute holds under these names."""


def is_trackable(x: Any) -> bool:
    """Whether a checkpoint can keep `x`: a variable, or an object that holds some."""
    return (
        isinstance(x, (Variable, SeedGenerator, _Named))
        or has_state(x)
        or hasattr(x, "_checkpoint_children")
        or (hasattr(x, "save_own_variables") and not isinstance(x, type))
        or (isinstance(x, _CONTAINERS) and any(map(is_trackable, _items(x))))
    )


def has_state(x: Any) -> bool:
    """Whether `x` says where it is, as iterators over datasets do."""
    return hasattr(x, "get_state") and hasattr(x, "set_state")


def value_of(x: Any) -> Any:
    """What a checkpoint keeps of a variable or an iterator, as a NumPy array."""
    if isinstance(x, Variable):
        return x.numpy()
    made = np.empty((), object)
    made[()] = json.dumps(x.get_state()).encode()
    return made


def _items(x: Any) -> Any:
    return x.values() if isinstance(x, dict) else x


def children(x: Any) -> Iterator[tuple[str, Any]]:
    """The objects that `x` holds, with their names; the main name of each first."""
    if isinstance(x, Variable) or has_state(x):
        return
    if isinstance(x, SeedGenerator):
        yield "state", x.state
    elif hasattr(x, "_checkpoint_children"):
        yield from _tracked(x._checkpoint_children().items())
    elif isinstance(x, dict):
        yield from _tracked((str(k), v) for k, v in x.items())
    elif isinstance(x, _CONTAINERS):
        yield from _tracked((str(i), v) for i, v in enumerate(x))
    else:
        yield from _of_keras(x)


def _tracked(pairs: Any) -> Iterator[tuple[str, Any]]:
    return ((name, x) for name, x in pairs if is_trackable(x))


def _of_keras(x: Any) -> Iterator[tuple[str, Any]]:
    held = vars(x)
    sequential = held.get("_layers")
    if sequential is not None:
        yield "_functional", _Named(_operations=_places(sequential))
    elif held.get("_graph") is not None:
        yield "_operations", list(x.layers)
    # A metric's variables are its attributes already.
    lists = _OWN if hasattr(x, "apply_gradients") else _OWN | {"_variables"}
    lists |= getattr(x, "_untracked", frozenset()) - {"optimizer"}
    seen: set[int] = set()
    for name, value in _tracked(held.items()):
        if name not in lists:
            seen.add(id(value))
            yield name, value
            if name in _PRIVATE and isinstance(value, Variable):
                yield f"_{name}", value
    for variable in held.get("_added_weights", ()):
        if id(variable) not in seen:
            yield variable.path.rpartition("/")[2], variable


def _places(layers: list[Any]) -> _Named:
    """The layers of a sequential model by their number, its input being number 0."""
    first = 0 if layers and type(layers[0]).__name__ == "InputLayer" else 1
    return _Named((str(i + first), layer) for i, layer in enumerate(layers))


# Writing


@dataclass
class Node:
    """An object in a checkpoint.

    Attributes:
        path: The names that lead to it from the root.
        children: The number of each child by name.
        keys: The names of its tensors, by what they are of it.
        full_name: The variable's name.
    """

    path: str = ""
    children: dict[str, int] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    full_name: str = ""


def walk_objects(root: Any) -> tuple[list[Node], list[Any]]:
    """The graph of objects under `root`, breadth first, and the objects."""
    nodes, found = [Node()], [root]
    numbers = {id(root): 0}
    for number, x in enumerate(found):  # which grows while it is walked
        node = nodes[number]
        if isinstance(x, Variable):
            node.keys[VALUE] = f"{node.path}/.ATTRIBUTES/{VALUE}"
            node.full_name = x.path
        elif has_state(x):
            node.keys[STATE] = f"{node.path}/.ATTRIBUTES/{STATE}"
        for name, child in children(x):
            if id(child) not in numbers:
                numbers[id(child)] = len(nodes)
                found.append(child)  # kept, for some are made while walking
                escaped = name.replace(".", "..").replace("/", ".S")
                path = f"{node.path}/{escaped}" if node.path else escaped
                nodes.append(Node(path))
            node.children.setdefault(name, numbers[id(child)])
    return nodes, found


def walk(root: Any) -> tuple[list[Node], dict[str, Any]]:
    """The graph of objects under `root`, and those with values by key."""
    nodes, found = walk_objects(root)
    return nodes, {
        key: x
        for node, x in zip(nodes, found, strict=True)
        for key in node.keys.values()
    }


def encode(nodes: list[Node]) -> np.ndarray:
    """The graph as a tensor: `TrackableObjectGraph` of TensorFlow's
    `trackable_object_graph.proto`."""
    out = b""
    for node in nodes:
        body = b"".join(
            message(1, whole(1, number) + text(2, name))
            for name, number in node.children.items()
        )
        for kind, key in node.keys.items():
            body += message(2, text(1, kind) + text(2, node.full_name) + text(3, key))
        out += message(1, body + message(5, whole(1, True)))
    made = np.empty((), object)
    made[()] = out
    return made


def decode(tensor: Any) -> list[Node]:
    """The graph that `encode`, or TensorFlow, wrote."""
    nodes = []
    for raw in collect(tensor.item()).get(1, []):
        node, parts = Node(), collect(raw)  # type: ignore[arg-type]
        for child in map(collect, parts.get(1, [])):  # type: ignore[arg-type]
            number = child.get(1, [0])[0]
            node.children[child[2][0].decode()] = number  # type: ignore
        for tensor in map(collect, parts.get(2, [])):  # type: ignore[arg-type]
            name, key = (tensor[i][0].decode() for i in (1, 3))  # type: ignore
            node.keys[name] = key
        nodes.append(node)
    _name(nodes)
    return nodes


def _name(nodes: list[Node]) -> None:
    """Gives each node the path by which it is first reached."""
    queue, seen = [0], {0}
    for number in queue:
        for name, child in nodes[number].children.items():
            if child not in seen:
                seen.add(child)
                queue.append(child)
                above = nodes[number].path
                nodes[child].path = f"{above}/{name}" if above else name
