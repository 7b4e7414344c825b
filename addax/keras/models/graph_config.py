"""Functional models as configurations, in Keras 3's form and in Keras 2's."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.core import Node, SymbolicTensor, tree
from addax.core.op import OpCall
from addax.keras.models.graph import Graph
from addax.keras.serialization import (
    deserialize_keras_object,
    encode_call,
    serialize_keras_object,
)


def save(model: Any, graph: Graph) -> dict[str, Any]:
    """The configuration of a functional model."""
    # Nodes are numbered among those that belong to the model.
    inside = {id(n) for n in graph.nodes}
    inside |= {id(x.node) for x in graph.inputs}
    calls = {
        id(op): [n for n in _nodes(op, graph) if id(n) in inside]
        for op in graph.operations
    }

    def address(tensor: SymbolicTensor) -> list[Any]:
        node = tensor.node
        assert node is not None
        siblings = calls[id(node.operation)]
        number = next(i for i, n in enumerate(siblings) if n is node)
        return [node.operation.name, number, tensor.index]

    def encode(value: Any) -> Any:
        if isinstance(value, SymbolicTensor):
            return {
                "class_name": "__keras_tensor__",
                "config": {
                    "shape": tuple(value.shape),
                    "dtype": value.dtype.name,
                    "keras_history": address(value),
                },
            }
        if isinstance(value, (list, tuple)):
            return type(value)(encode(v) for v in value)
        if isinstance(value, dict):
            return {k: encode(v) for k, v in value.items()}
        return serialize_keras_object(value)

    layers = []
    for operation in graph.operations:
        nodes = [n for n in calls[id(operation)] if not n.is_input]
        if isinstance(operation, OpCall):
            entry, args = encode_call(nodes[0])
            inbound: list[Any] = [{"args": encode(args), "kwargs": {}}]
        else:
            entry = serialize_keras_object(operation)
            inbound = [
                {"args": [encode(a) for a in n.args], "kwargs": encode(n.kwargs)}
                for n in nodes
            ]
        entry |= {"name": operation.name, "inbound_nodes": inbound}
        layers.append(entry)
    return {
        "name": model.name,
        "trainable": model.trainable,
        "layers": layers,
        "input_layers": _addresses(graph.inputs_struct, address),
        "output_layers": _addresses(graph.outputs_struct, address),
    }


def _nodes(operation: Any, graph: Graph | None = None) -> list[Node]:
    if isinstance(operation, OpCall):
        nodes = [] if graph is None else graph.nodes
        return [node for node in nodes if node.operation is operation]
    return list(operation._inbound_nodes)


def _addresses(struct: Any, address: Any) -> Any:
    if isinstance(struct, SymbolicTensor):
        return address(struct)
    if isinstance(struct, dict):
        return {k: _addresses(v, address) for k, v in struct.items()}
    return [_addresses(v, address) for v in struct]


def load(cls: Any, config: dict[str, Any], custom_objects: Any = None) -> Any:
    """Makes a functional model from its configuration.

    Raises:
        ValueError: If calls refer to layers that are not there.
    """
    operations: dict[str, Any] = {}
    waiting: list[tuple[Any, dict[str, Any]]] = []
    for entry in config["layers"]:
        operation = deserialize_keras_object(entry, custom_objects=custom_objects)
        operations[entry.get("name") or entry["config"]["name"]] = operation
        waiting += [(operation, call) for call in entry.get("inbound_nodes", [])]

    made: dict[tuple[str, int, int], SymbolicTensor] = {}
    counts: dict[str, int] = {}
    for name, operation in operations.items():
        for node in _nodes(operation)[:1]:
            if node.is_input:
                made[name, 0, 0] = node.outputs
                counts[name] = 1

    # A call can be replayed once all of its inputs are there; calls of one layer keep
    # their order, because tensors are addressed by it.
    while waiting:
        left = []
        blocked: set[int] = set()
        for operation, call in waiting:
            if id(operation) in blocked or not _ready(call, made):
                blocked.add(id(operation))
                left.append((operation, call))
                continue
            args, kwargs = _decode_call(call, made)
            outputs = operation(*args, **kwargs)
            number = counts.get(operation.name, 0)
            counts[operation.name] = number + 1
            for i, tensor in enumerate(tree.flatten(outputs)):
                made[operation.name, number, i] = tensor
        if len(left) == len(waiting):
            raise ValueError(
                explain(
                    "The model's configuration does not fit together.",
                    received={"calls of": [op.name for op, _ in left]},
                    why="They need tensors that no layer of it makes.",
                )
            )
        waiting = left

    def lookup(struct: Any) -> Any:
        if isinstance(struct, dict):
            return {k: lookup(v) for k, v in struct.items()}
        if len(struct) == 3 and isinstance(struct[0], str):
            return made[struct[0], struct[1], struct[2]]
        return [lookup(v) for v in struct]

    inputs, outputs = lookup(config["input_layers"]), lookup(config["output_layers"])
    extra = {k: v for k, v in config.items() if k in ("name", "trainable")}
    return cls(inputs=inputs, outputs=outputs, **extra)


def _key(value: Any) -> tuple[str, int, int] | None:
    if isinstance(value, dict) and value.get("class_name") == "__keras_tensor__":
        name, node, tensor = value["config"]["keras_history"]
        return name, node, tensor
    return None


def _references(value: Any) -> list[tuple[str, int, int]]:
    key = _key(value)
    if key is not None:
        return [key]
    if isinstance(value, dict):
        return [k for v in value.values() for k in _references(v)]
    if isinstance(value, (list, tuple)):
        return [k for v in value for k in _references(v)]
    return []


def _ready(call: Any, made: dict[Any, Any]) -> bool:
    if isinstance(call, dict):
        return all(k in made for k in _references(call))
    return all((t[0], t[1], t[2]) in made for t in call)


def _decode_call(call: Any, made: dict[Any, Any]) -> tuple[Any, dict[str, Any]]:
    if not isinstance(call, dict):  # Keras 2: [[name, node, tensor, kwargs], ...]
        tensors = [made[t[0], t[1], t[2]] for t in call]
        kwargs = {k: v for k, v in (call[0][3] if len(call[0]) > 3 else {}).items()}
        return (tensors[0] if len(tensors) == 1 else tensors,), kwargs

    def decode(value: Any) -> Any:
        key = _key(value)
        if key is not None:
            return made[key]
        if isinstance(value, dict) and "class_name" in value:
            return deserialize_keras_object(value)
        if isinstance(value, dict):
            return {k: decode(v) for k, v in value.items()}
        if isinstance(value, (list, tuple)):
            return type(value)(decode(v) for v in value)
        return value

    return tuple(decode(a) for a in call["args"]), decode(call.get("kwargs", {}))
