"""`Model`: a layer that can be trained, evaluated, used and saved."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from addax._base.errors import explain
from addax._base.names import did_you_mean
from addax.keras.layers import arguments as given
from addax.keras.layers.layer import Layer
from addax.keras.models import graph_config
from addax.keras.models.graph import Graph
from addax.keras.models.inputs import fit_inputs
from addax.keras.models.summary import print_summary
from addax.keras.saving import load_weights, save_model, save_weights
from addax.keras.saving.state_tree import get_state_tree, set_state_tree
from addax.keras.serialization import (
    deserialize_keras_object,
    public,
    serialize_keras_object,
)
from addax.keras.trainers.trainer import Trainer


@public("keras", "keras.models.Model")
class Model(Trainer, Layer):
    """A network: layers between inputs and outputs, or a subclass with a `call`.

    Args:
        inputs: Symbolic input(s) from `keras.Input`, alone or in a list or dict.
        outputs: Symbolic output(s) computed from them.
        name: A name.
        **kwargs: Arguments of `Layer`.

    Example:

    >>> from addax import keras
    >>> x = keras.Input(shape=(4,))
    >>> model = keras.Model(inputs=x, outputs=keras.layers.Dense(2)(x))
    >>> model.count_params()
    10
    """

    _checks_sizes = True  # whether inputs must have the sizes of the symbolic ones
    _untracked = Layer._untracked | frozenset(
        (
            "_graph",
            "optimizer",
            "_loss_tracker",
            "_compile_arguments",
            "_runners",
            "_hooks",
            "_backup",
            "_feed",
        )
    )
    _graph: Graph | None = None

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if cls is Model and _describes_graph(args, kwargs):
            return Functional.__new__(Functional, *args, **kwargs)
        return super().__new__(cls, *args, **kwargs)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if _describes_graph(args, kwargs):
            names = ("inputs", "outputs", "name")
            kwargs = {**dict(zip(names, args, strict=False)), **kwargs}
            inputs, outputs = kwargs.pop("inputs"), kwargs.pop("outputs")
            self._start(kwargs)
            self._set_graph(Graph(inputs, outputs))
        else:
            self._start(kwargs)

    def _start(self, kwargs: dict[str, Any]) -> None:
        Layer.__init__(self, **kwargs)
        Trainer.__init__(self)

    def _set_graph(self, graph: Graph) -> None:
        self._graph = graph
        self._graph_layers = graph.layers
        self.autocast = False  # each layer of the graph converts for itself
        self.built = True

    def call(self, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        """The computation from inputs to outputs; subclasses override it."""
        if self._graph is None:
            raise NotImplementedError(
                explain(
                    f"{type(self).__name__} does not say what it computes.",
                    fix=f"class {type(self).__name__}(keras.Model):\n"
                    "    def call(self, inputs, training=False):\n        return ...",
                )
            )
        return self._graph.run(fit_inputs(self, self._graph, inputs))

    # Parts

    @property
    def layers(self) -> list[Layer]:
        """The layers, in the order of the graph or of the attributes."""
        return self._sublayers()

    @property
    def operations(self) -> list[Any]:
        """The layers and the operations between them."""
        return self._graph.operations if self._graph is not None else self.layers

    @property
    def inputs(self) -> list[Any]:
        """The symbolic inputs."""
        return self._require_graph("inputs").inputs

    @property
    def outputs(self) -> list[Any]:
        """The symbolic outputs."""
        return self._require_graph("outputs").outputs

    @property
    def input(self) -> Any:
        """The symbolic input, in the structure that the model was made with."""
        return self._require_graph("input").inputs_struct

    @property
    def output(self) -> Any:
        """The symbolic output, in the structure that the model was made with."""
        return self._require_graph("output").outputs_struct

    @property
    def input_shape(self) -> Any:
        """The shape of the input, batch axis first."""
        return given.shapes(self.input)

    @property
    def output_shape(self) -> Any:
        """The shape of the output, batch axis first."""
        return given.shapes(self.output)

    @property
    def input_names(self) -> list[str]:
        """The names of the inputs."""
        return [x.node.operation.name for x in self.inputs]

    @property
    def output_names(self) -> list[str]:
        """The names of the layers that make the outputs."""
        return [x.node.operation.name for x in self.outputs]

    def _require_graph(self, what: str) -> Graph:
        if self._graph is None:
            raise AttributeError(
                f"Model {self.name!r} has no {what}: its input is not known yet.\n"
                "A functional model has one, and a Sequential once it is built:\n"
                "model.build((None, 784)), or keras.Input(shape=(784,)) as first layer."
            )
        return self._graph

    def get_layer(self, name: str | None = None, index: int | None = None) -> Layer:
        """The layer of a name or at an index.

        Raises:
            ValueError: If there is none.
        """
        layers = self.layers
        if index is not None:
            if not -len(layers) <= index < len(layers):
                raise ValueError(
                    explain(
                        f"Model {self.name!r} has {len(layers)} layers.",
                        received={"index": index},
                    )
                )
            return layers[index]
        for layer in layers:
            if layer.name == name:
                return layer
        names = [layer.name for layer in layers]
        raise ValueError(
            explain(
                f"Model {self.name!r} has no layer of this name.",
                received={"name": name},
                why=f"Its layers are: {', '.join(names)}.",
                fix=did_you_mean(str(name), names),
            )
        )

    # Showing

    def summary(
        self,
        line_length: int | None = None,
        positions: Any = None,
        print_fn: Callable[[str], Any] | None = None,
        expand_nested: bool = False,
        show_trainable: bool = False,
        layer_range: Any = None,
    ) -> None:
        """Prints the layers with their output shapes and numbers of parameters.

        Args:
            line_length: Columns of the table.
            positions: Relative positions of the columns.
            print_fn: Receives the text instead of the terminal.
            expand_nested: Whether layers of nested models are listed.
            show_trainable: Whether a column says which layers train.
            layer_range: Names of the first and the last layer to list.
        """
        print_summary(
            self,
            line_length=line_length,
            positions=positions,
            print_fn=print_fn,
            expand_nested=expand_nested,
            show_trainable=show_trainable,
            layer_range=layer_range,
        )

    # Building

    def build(self, input_shape: Any = None) -> None:
        """Creates the weights by running the model on a symbolic input.

        Args:
            input_shape: The shape of the input, batch axis first, or a structure.
        """
        if self.built and self._graph is not None:
            return
        self.built = True  # first: the call below must not come back here
        if input_shape is not None and type(self).call is not Model.call:
            self.compute_output_spec(given.symbolic(input_shape, self.compute_dtype))

    def _build(self, arguments: dict[str, Any], signature: Any) -> None:
        if type(self).build is Model.build:
            # The call that is about to happen builds the layers by itself.
            self._build_shapes = {"input_shape": given.shapes(_first(arguments))}
            self.built = True
        else:
            super()._build(arguments, signature)

    # Saving

    def save(
        self,
        filepath: Any,
        overwrite: bool = True,
        zipped: bool | None = None,
        **kwargs: Any,
    ) -> None:
        """Saves architecture, weights, compile arguments and optimizer state.

        Args:
            filepath: A path that ends in `.keras` (or `.h5`).
            overwrite: Whether an existing file is replaced.
            zipped: Whether the `.keras` file is one archive (default) or a folder.
            **kwargs: `include_optimizer=False` leaves the optimizer out; `save_format`
                of Keras 2 is accepted.
        """
        save_model(self, filepath, overwrite=overwrite, zipped=zipped, **kwargs)

    def save_weights(
        self, filepath: Any, overwrite: bool = True, **kwargs: Any
    ) -> None:
        """Saves the weights to a `.weights.h5` (or `.h5`) file."""
        save_weights(self, filepath, overwrite=overwrite, **kwargs)

    def load_weights(
        self, filepath: Any, skip_mismatch: bool = False, **kwargs: Any
    ) -> None:
        """Loads weights that `save_weights` or `save` wrote."""
        load_weights(self, filepath, skip_mismatch=skip_mismatch, **kwargs)

    def get_state_tree(self, value_format: str = "backend_tensor") -> dict[str, Any]:
        """The values of all variables, in dictionaries by group and by path.

        Args:
            value_format: `"backend_tensor"` or `"numpy_array"`.
        """
        return get_state_tree(self, value_format)

    def set_state_tree(self, state_tree: dict[str, Any]) -> None:
        """Sets the variables from what `get_state_tree` returned.

        Args:
            state_tree: The values; those that are missing stay as they are.
        """
        set_state_tree(self, state_tree)

    def to_json(self, **kwargs: Any) -> str:
        """The architecture as JSON, for `keras.models.model_from_json`."""
        return json.dumps(serialize_keras_object(self), **kwargs)

    def get_config(self) -> dict[str, Any]:
        """Layers, calls, inputs and outputs, or what its own constructor takes."""
        if self._graph is None or type(self).__init__ is not Model.__init__:
            return super().get_config()
        return graph_config.save(self, self._graph)

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Any:
        """Makes a model from `get_config()`."""
        if {"name", "layers", "input_layers", "output_layers"} <= set(config):
            return graph_config.load(cls, config, custom_objects)
        return super().from_config(
            {k: _load(v, custom_objects) for k, v in config.items()}
        )

    def get_compile_config(self) -> dict[str, Any] | None:
        """The serialised arguments of `compile`, or `None`."""
        arguments = getattr(self, "_compile_arguments", None)
        if arguments is None:
            return None
        return {k: serialize_keras_object(v) for k, v in arguments.items()}

    def compile_from_config(self, config: dict[str, Any]) -> None:
        """Compiles as `get_compile_config()` says, and builds the optimizer."""
        self.compile(**deserialize_keras_object(config))
        if self.optimizer is not None and self.built:
            self.optimizer.build(self.trainable_variables)


def _first(arguments: dict[str, Any]) -> Any:
    return next(iter(arguments.values()), None)


def _load(value: Any, custom_objects: Any) -> Any:
    if isinstance(value, dict) and "class_name" in value:
        return deserialize_keras_object(value, custom_objects=custom_objects)
    return value


def _describes_graph(args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Whether constructor arguments are those of a functional model."""
    values = {**dict(zip(("inputs", "outputs"), args, strict=False)), **kwargs}
    return "inputs" in values and "outputs" in values


@public("keras.src.models.functional", "keras.models.Functional")
class Functional(Model):
    """A model made of the calls between symbolic inputs and outputs.

    `keras.Model(inputs=..., outputs=...)` returns one.
    """
