"""`Graph`: the calls between a functional model's inputs and outputs."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.core import Node, SymbolicTensor, tree
from addax.keras.layers.layer import Layer
from addax.keras.models.whole import WholeGraph


class Graph:
    """The nodes that lead from symbolic inputs to symbolic outputs, in order.

    Args:
        inputs: A structure of symbolic tensors.
        outputs: A structure of symbolic tensors computed from them.

    Attributes:
        nodes: The nodes in the order in which they run.
        operations: What they call, in Keras's order: by distance from the outputs.
        layers: The layers among the operations.

    Raises:
        ValueError: If the outputs need an input that is not given.
    """

    def __init__(self, inputs: Any, outputs: Any) -> None:
        self.inputs_struct, self.outputs_struct = inputs, outputs
        self.inputs: list[SymbolicTensor] = _symbolic(inputs, "inputs")
        self.outputs: list[SymbolicTensor] = _symbolic(outputs, "outputs")
        given = {id(x) for x in self.inputs}
        finished: dict[int, Node] = {}
        index: dict[int, int] = {}
        for x in self.outputs:
            _visit(x, given, finished, index)
        depth = _depths(list(finished.values()), self.inputs, given)

        by_operation: dict[int, tuple[int, Any]] = {}
        for node in finished.values():
            key = id(node.operation)
            deepest = max(depth[id(node)], by_operation.get(key, (0,))[0])
            by_operation[key] = (deepest, node.operation)
        for x in self.inputs:  # an input that no output needs is listed all the same
            operation = x.node.operation if x.node is not None else None
            if isinstance(operation, Layer) and x.node is not None and x.node.is_input:
                key = id(operation)
                index.setdefault(key, len(index))
                top = max((d for d, _ in by_operation.values()), default=0)
                by_operation.setdefault(key, (top, operation))
        ranked = sorted(by_operation.items(), key=lambda kv: (-kv[1][0], index[kv[0]]))
        self.operations = [operation for _, (_, operation) in ranked]
        self.layers = [x for x in self.operations if isinstance(x, Layer)]
        self.nodes = [
            n
            for n in finished.values()
            if not n.is_input and not all(id(t) in given for t in n.output_tensors)
        ]
        self._whole = WholeGraph()
        self._check_names()

    def _check_names(self) -> None:
        names: dict[str, Any] = {}
        for operation in self.operations:
            other = names.setdefault(operation.name, operation)
            if other is not operation:
                raise ValueError(
                    explain(
                        f"Two layers of the model are called {operation.name!r}.",
                        received={"layers": [other, operation]},
                        why="Weights and files address layers by name.",
                        fix=f"{type(operation).__name__}(..., "
                        f"name='{operation.name}_2')",
                    )
                )

    def run(self, flat_inputs: list[Any]) -> Any:
        """Computes the outputs, in their structure, from real tensors."""
        return self._whole.run(
            self._run, self.operations, flat_inputs, len(self.outputs)
        )

    def _run(self, flat_inputs: list[Any]) -> Any:
        values = {id(s): x for s, x in zip(self.inputs, flat_inputs, strict=True)}
        for node in self.nodes:
            outputs = tree.flatten(node.run(values))
            symbols = tree.flatten(node.outputs)
            for symbol, value in zip(symbols, outputs, strict=True):
                # A given input that the graph also computes keeps the given value.
                values.setdefault(id(symbol), value)
        return tree.map_structure(lambda s: values[id(s)], self.outputs_struct)


def _symbolic(structure: Any, what: str) -> list[SymbolicTensor]:
    leaves = tree.flatten(structure)
    for x in leaves:
        if not isinstance(x, SymbolicTensor) or x.node is None:
            raise ValueError(
                explain(
                    f"A functional model's {what} are symbolic tensors.",
                    received={what: x},
                    why="They come from keras.Input and from layers called on it.",
                    fix="x = keras.Input(shape=(10,))\n"
                    "model = keras.Model(inputs=x, outputs=keras.layers.Dense(1)(x))",
                )
            )
    return leaves


def _visit(
    tensor: SymbolicTensor,
    given: set[int],
    finished: dict[int, Node],
    index: dict[int, int],
) -> None:
    """Depth first, parents before children; deep models must not exhaust the stack."""
    stack: list[tuple[SymbolicTensor, bool]] = [(tensor, False)]
    while stack:
        x, parents_done = stack.pop()
        node = x.node
        if node is None or id(node) in finished:
            continue
        if parents_done:
            finished[id(node)] = node
            continue
        index.setdefault(id(node.operation), len(index))
        stack.append((x, True))
        if id(x) in given:
            continue
        if node.is_input:
            raise ValueError(
                explain(
                    f"The outputs need an input that the model is not given: "
                    f"{node.operation.name!r}.",
                    received={"inputs": f"{len(given)} tensor(s), not this one"},
                    fix=f"keras.Model(inputs=[..., {node.operation.name}], "
                    "outputs=...)",
                )
            )
        stack.extend((t, False) for t in reversed(node.inputs))


def _depths(
    nodes: list[Node], inputs: list[SymbolicTensor], given: set[int]
) -> dict[int, int]:
    """How far each node is from the outputs; calls of one layer share the greatest."""
    depth: dict[int, int] = {}
    of_operation: dict[int, int] = {}
    for node in reversed(nodes):
        key = id(node.operation)
        own = max(depth.get(id(node), 0), of_operation.get(key, 0))
        depth[id(node)] = of_operation[key] = own
        if any(id(t) in given for t in node.output_tensors):
            continue
        for parent in node.parent_nodes:
            depth[id(parent)] = max(own + 1, depth.get(id(parent), 0))
    for x in inputs:
        if x.node is not None:
            depth.setdefault(id(x.node), 0)
    return depth
