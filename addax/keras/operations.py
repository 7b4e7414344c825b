"""`Operation` and `Function`: computations that functional graphs record."""

from __future__ import annotations

from abc import ABCMeta, abstractmethod
from typing import Any

from addax._base.errors import explain
from addax._base.names import auto_name, to_snake_case
from addax.core import Node, any_symbolic, convert, infer, tree
from addax.core.op import OpCall
from addax.keras.layers.layer import Layer
from addax.keras.models.graph import Graph
from addax.keras.serialization import Configurable, public


@public("keras")
class Operation(Configurable, metaclass=ABCMeta):
    """The base of computations without variables; layers are operations, too.

    Args:
        name: A name; made from the class's name if not given.

    Example:

    >>> from addax import keras
    >>> class Double(keras.Operation):
    ...     def call(self, x):
    ...         return x * 2
    >>> Double()(keras.Input((3,))).shape
    TensorShape([None, 3])
    """

    config_without = frozenset(("name",))

    def __init__(self, name: str | None = None) -> None:
        self.name = name or auto_name(to_snake_case(type(self).__name__))
        self._inbound_nodes: list[Node] = []

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if not any_symbolic((args, kwargs)):
            return self.call(*args, **kwargs)
        outputs = self.compute_output_spec(*args, **kwargs)
        self._inbound_nodes.append(Node(self, args, kwargs, outputs))
        return outputs

    @abstractmethod
    def call(self, *args: Any, **kwargs: Any) -> Any:
        """The computation; subclasses override it."""

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """Symbolic tensors like the outputs; found by tracing unless overridden."""
        return infer(self.call, args, kwargs)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, in serialisable form."""
        return {"name": self.name, **super().get_config()}

    @property
    def input(self) -> Any:
        """The symbolic inputs of the first call recorded."""
        return self._first("input").args[0]

    @property
    def output(self) -> Any:
        """The symbolic outputs of the first call recorded."""
        return self._first("output").outputs

    def _first(self, what: str) -> Node:
        if not self._inbound_nodes:
            raise AttributeError(
                f"Operation {self.name!r} has no {what} yet: it was never called on a "
                "symbolic tensor."
            )
        return self._inbound_nodes[0]

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}>"


Operation.register(Layer)
Operation.register(OpCall)


@public("keras")
class Function(Operation):
    """What leads from symbolic inputs to symbolic outputs, as a function.

    Args:
        inputs: Symbolic tensors in any structure.
        outputs: Symbolic tensors computed from them.
        name: A name; made from the class's name if not given.

    Raises:
        ValueError: If the outputs need an input that is not given.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> x = keras.Input((2,))
    >>> add = keras.Function(x, keras.ops.sum(x + 1, axis=-1))
    >>> add(np.ones((3, 2), "float32")).numpy().tolist()
    [4.0, 4.0, 4.0]
    """

    def __init__(self, inputs: Any, outputs: Any, name: str | None = None) -> None:
        super().__init__(name)
        for x in tree.flatten(inputs):
            if getattr(x, "node", 0) is None:  # KerasTensor(...), made by hand
                Node(_Start(), (), {}, x)
        self._graph = Graph(inputs, outputs)
        self.inputs = self._graph.inputs
        self.outputs = self._graph.outputs
        self.operations = self._graph.operations

    def call(self, inputs: Any) -> Any:
        """The outputs for real inputs, in the structure of the symbolic ones.

        Args:
            inputs: A structure like that of the symbolic inputs.
        """
        leaves = tree.flatten(inputs)
        if len(leaves) != len(self.inputs):
            raise ValueError(
                explain(
                    f"{self.name!r} has {len(self.inputs)} inputs.",
                    received={"inputs": inputs},
                )
            )
        return self._graph.run([convert(x) for x in leaves])


class _Start:
    """Where a symbolic tensor made by hand comes from."""

    def __init__(self) -> None:
        self.name = auto_name("input")
