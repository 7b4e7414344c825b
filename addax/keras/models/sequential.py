"""`Sequential`: layers one after another."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.core import SymbolicTensor, tree
from addax.keras.layers import arguments as given
from addax.keras.layers.core.input_layer import InputLayer
from addax.keras.layers.layer import Layer
from addax.keras.models.graph import Graph
from addax.keras.models.model import Model
from addax.keras.serialization import (
    deserialize_keras_object,
    public,
    serialize_keras_object,
)


@public("keras", "keras.models.Sequential")
class Sequential(Model):
    """A model whose layers run one after another.

    Args:
        layers: The layers, in order; `add` appends further ones.
        trainable: Whether optimizers update the weights.
        name: A name.

    Example:

    >>> from addax import keras
    >>> model = keras.Sequential([
    ...     keras.Input(shape=(784,)),
    ...     keras.layers.Dense(128, activation="relu"),
    ...     keras.layers.Dense(10, activation="softmax"),
    ... ])
    >>> model.count_params()
    101770
    """

    _checks_sizes = False  # the layers say what they take, as in Keras
    _untracked = Model._untracked | frozenset(("_graph_layers",))

    def __init__(
        self, layers: Any = None, trainable: bool = True, name: str | None = None
    ) -> None:
        self._start({"trainable": trainable, "name": name})
        self.autocast = False
        self._layers: list[Layer] = []
        if layers is not None and not isinstance(layers, (list, tuple)):
            layers = [layers]
        for layer in layers or ():
            self._append(layer)
        self._rebuild()

    def add(self, layer: Any, rebuild: bool = True) -> None:
        """Appends a layer.

        Args:
            layer: A layer, or a symbolic input as the first.
            rebuild: Whether the model is built at once where its input is known.

        Raises:
            ValueError: If a layer of that name is there already.
        """
        self._append(layer)
        if rebuild:
            self._rebuild()

    def _append(self, layer: Any) -> None:
        if isinstance(layer, SymbolicTensor) and layer.node is not None:
            layer = layer.node.operation
        if not isinstance(layer, Layer):
            raise TypeError(
                explain(
                    "A Sequential holds layers.",
                    received={"layer": layer},
                    fix=f"keras.layers.Lambda({getattr(layer, '__name__', 'function')})"
                    if callable(layer) and not isinstance(layer, type)
                    else f"{layer.__name__}(...), an instance of the class"
                    if isinstance(layer, type)
                    else "keras.layers.Dense(10)",
                )
            )
        if isinstance(layer, InputLayer) and self._layers:
            raise ValueError(
                explain(
                    f"Sequential {self.name!r} has a first layer already.",
                    received={"layer": layer},
                    why="An input can only come first.",
                )
            )
        if layer.name in [x.name for x in self._layers if x is not layer]:
            raise ValueError(
                explain(
                    f"Sequential {self.name!r} has a layer of this name already.",
                    received={"name": layer.name},
                    fix=f"{type(layer).__name__}(..., name='{layer.name}_2')",
                )
            )
        if not self._layers and not isinstance(layer, InputLayer):
            shape = self._known_input(layer)
            if shape is not None:
                dtype = None if layer.dtype is None else layer.input_dtype
                self._layers.append(InputLayer(batch_shape=shape, dtype=dtype))
        self._layers.append(layer)

    @staticmethod
    def _known_input(layer: Layer) -> Any:
        if layer._input_shape_arg is not None:
            return (None, *layer._input_shape_arg)
        if isinstance(layer, Model) and layer._graph is not None:
            shape = layer.input_shape
            return shape if given.is_shape(shape) else None
        return None

    def pop(self, rebuild: bool = True) -> Layer:
        """Removes and returns the last layer."""
        layer = self._layers.pop()
        self._graph = None
        self.built = False
        if rebuild:
            self._rebuild()
        return layer

    def _rebuild(self) -> None:
        self._graph = None
        self.built = False
        if len(self._layers) > 1 and isinstance(self._layers[0], InputLayer):
            self.build(self._layers[0].batch_shape)

    def build(self, input_shape: Any = None) -> None:
        """Creates the weights for an input of this shape, batch axis first."""
        if self._graph is not None:
            return
        if not self._layers:
            raise ValueError(
                explain(
                    f"Sequential {self.name!r} has no layers to build.",
                    fix="model.add(keras.layers.Dense(10))",
                )
            )
        if not isinstance(self._layers[0], InputLayer):
            if not given.is_shape(input_shape):
                return  # several inputs: built layer by layer when called
            first = self._layers[0]
            shape = (None, *tuple(input_shape)[1:])
            source = InputLayer(batch_shape=shape, dtype=first.input_dtype)
            self._layers.insert(0, source)
        x = inputs = self._layers[0].output
        for layer in self._layers[1:]:
            x = layer(x)
        self._set_graph(Graph(inputs, x))

    def call(self, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        """Runs the layers in order."""
        if self._graph is not None:
            return super().call(inputs)
        for layer in self.layers:
            inputs = layer(inputs)
        return inputs

    @property
    def layers(self) -> list[Layer]:
        """The layers, without the input."""
        return [x for x in self._layers if not isinstance(x, InputLayer)]

    def _sublayers(self) -> list[Any]:
        return list(self._layers)

    def get_config(self) -> dict[str, Any]:
        """The layers, in serialisable form."""
        config: dict[str, Any] = {
            "name": self.name,
            "trainable": self.trainable,
            "dtype": super().get_config()["dtype"],
            "layers": [serialize_keras_object(layer) for layer in self._layers],
        }
        if self._graph is not None:
            config["build_input_shape"] = tree.flatten(self._graph.inputs)[0].shape
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Any:
        """Makes a model from `get_config()`."""
        config = dict(config) if isinstance(config, dict) else {"layers": config}
        model = cls(name=config.get("name"))
        for entry in config["layers"]:
            layer = deserialize_keras_object(entry, custom_objects=custom_objects)
            model.add(layer, rebuild=False)
        model._rebuild()
        shape = config.get("build_input_shape")
        if shape and model._graph is None and given.is_shape(shape):
            model.build(tuple(shape))
        if config.get("trainable") is False:
            model.trainable = False
        return model
