"""The weights of a layer: making them, finding them, freezing them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

from addax._base.errors import explain
from addax._base.names import auto_name
from addax.core import Variable, scope
from addax.core.shapes import standardize_shape
from addax.core.stateless import stateless
from addax.keras import constraints, initializers, regularizers, tracking
from addax.keras.metrics import Metric

_KERAS2 = (
    "name", "shape", "dtype", "initializer", "regularizer", "trainable", "constraint",
)  # fmt: skip


def _in_either_order(add_weight: Callable[..., Variable]) -> Callable[..., Variable]:
    """Lets `add_weight` take its arguments in Keras 2's order, the name first."""

    @functools.wraps(add_weight)
    def wrapper(self: Any, *args: Any, **kwargs: Any) -> Variable:
        if args and isinstance(args[0], str):
            kwargs.update(zip(_KERAS2, args, strict=False))
            args = ()
        return add_weight(self, *args, **kwargs)

    return wrapper


class WeightOwner:
    """What a layer does with its variables and those of its sub-layers.

    Attributes:
        name: The name of the layer.
        built: Whether its weights exist.
    """

    # Attributes that hold other objects without owning them.
    _untracked: frozenset[str] = frozenset(
        ("_added_weights", "_inbound_nodes", "_losses", "_kinds")
    )
    name: str
    built: bool
    variable_dtype: Any
    _held: Any = None  # a weight that stays as it is, whatever `trainable` says

    def _start_weights(self, trainable: bool) -> None:
        self._trainable = bool(trainable)
        self._added_weights: list[Variable] = []
        # Whether a variable was trainable when found: freezing keeps weights in order.
        self._kinds: dict[int, bool] = {}
        self._walk = tracking.Walk()
        self._path = ""  # set when the layer is first entered, with those around it

    @_in_either_order
    def add_weight(
        self,
        shape: Any = None,
        initializer: Any = None,
        dtype: Any = None,
        trainable: bool = True,
        autocast: bool = True,
        regularizer: Any = None,
        constraint: Any = None,
        aggregation: Any = "none",
        overwrite_with_gradient: bool = False,
        name: str | None = None,
        **kwargs: Any,
    ) -> Variable:
        """Creates a variable that belongs to the layer.

        Args:
            shape: Its shape; `()` for a scalar. Keras 2's order, with the name first,
                works too: `add_weight("kernel", (3, 2))`.
            initializer: How it starts; Glorot uniform for floats, zeros for others.
            dtype: Its type; the layer's `variable_dtype` if not given.
            trainable: Whether optimizers update it.
            autocast: Whether the layer's compute type applies when it is read.
            regularizer: A penalty on it, added to the losses.
            constraint: Applied to it after each update.
            aggregation: Kept for Keras's signature.
            overwrite_with_gradient: Whether updates replace it by its gradient.
            name: Its name.
            **kwargs: `synchronization` and others that TensorFlow had are ignored.

        Returns:
            The `Variable`.
        """
        self._require_init()  # type: ignore[attr-defined]
        shape = standardize_shape(() if shape is None else shape, allow_unknown=False)
        dtype = dtype or self.variable_dtype
        if initializer is None:
            floating = "float" in getattr(dtype, "name", str(dtype))
            initializer = "glorot_uniform" if floating else "zeros"
        with self._names():
            variable = Variable(
                initializers.get(initializer),
                shape=shape,
                dtype=dtype,
                trainable=trainable,
                autocast=autocast,
                aggregation=aggregation,
                name=name or auto_name("variable"),
            )
        variable.regularizer = regularizers.get(regularizer)
        variable.constraint = constraints.get(constraint)
        variable.overwrite_with_gradient = overwrite_with_gradient
        self._added_weights.append(variable)
        self._kinds[id(variable)] = bool(trainable)
        if not self._trainable:
            variable.trainable = False
        return variable

    add_variable = add_weight

    def _names(self) -> Any:
        """Enters the layer's path, fixing it the first time."""
        if not self._path:
            self._path = scope.current_path(self.name)
        return scope.use_names(tuple(self._path.split("/")))

    def _own_weights(self) -> list[Variable]:
        """The layer's own variables: those trainable when made, then the others."""
        found = tracking.own_variables(self)
        kinds = self._kinds
        for variable in found:
            kinds.setdefault(id(variable), variable.trainable)
        return sorted(found, key=lambda v: not kinds[id(v)])

    def _sublayers(self) -> list[Any]:
        return [layer for _, layer in tracking.tracked(self, (WeightOwner,))]

    def _get_own_losses(self) -> list[Any]:
        return []

    def _flatten_layers(
        self, include_self: bool = True, recursive: bool = True
    ) -> Iterator[WeightOwner]:
        seen: set[int] = set()
        queue: list[WeightOwner] = [self] if include_self else self._sublayers()
        while queue:
            layer = queue.pop(0)
            if id(layer) in seen:
                continue
            seen.add(id(layer))
            yield layer
            if recursive or layer is self:
                queue[:0] = layer._sublayers()

    def _gather(self, own: Callable[[WeightOwner], list[Variable]]) -> list[Variable]:
        found: dict[int, Variable] = {}
        for layer in self._flatten_layers():
            for variable in own(layer):
                found.setdefault(id(variable), variable)
        return list(found.values())

    @property
    def weights(self) -> list[Variable]:
        """The variables of the layer and its sub-layers, but no generator state."""
        found = self._walk.found(self)
        if found is None:
            found = self._gather(WeightOwner._own_weights)
            self._walk.keep(self, self._flatten_layers(), found)
        return list(found)

    @property
    def variables(self) -> list[Variable]:
        """The weights, and the state of seed generators."""

        def own(layer: WeightOwner) -> list[Variable]:
            return [
                *layer._own_weights(),
                *(g.state for g in tracking.own_generators(layer)),
            ]

        return self._gather(own)

    @property
    def trainable_weights(self) -> list[Variable]:
        """The weights that optimizers update; none while the layer is frozen."""
        return [v for v in self.weights if v.trainable] if self._trainable else []

    trainable_variables = trainable_weights

    @property
    def non_trainable_weights(self) -> list[Variable]:
        """The weights that optimizers leave alone; all while the layer is frozen."""
        if not self._trainable:
            return self.weights
        return [v for v in self.weights if not v.trainable]

    @property
    def non_trainable_variables(self) -> list[Variable]:
        """The variables that optimizers leave alone; all while the layer is frozen."""
        if not self._trainable:
            return self.variables
        return [v for v in self.variables if not v.trainable]

    def _own_metrics(self) -> list[Metric]:
        return [m for _, m in tracking.tracked(self, (Metric,))]

    @property
    def metrics(self) -> list[Metric]:
        """The metrics of the layer and its sub-layers."""
        return [m for layer in self._flatten_layers() for m in layer._own_metrics()]

    @property
    def metrics_variables(self) -> list[Variable]:
        """The state of the metrics of the layer and its sub-layers."""
        return [v for metric in self.metrics for v in metric.variables]

    def stateless_call(
        self,
        trainable_variables: Any,
        non_trainable_variables: Any,
        *args: Any,
        return_losses: bool = False,
        **kwargs: Any,
    ) -> tuple[Any, ...]:
        """Calls the layer as if its variables held other values; they stay as they are.

        Args:
            trainable_variables: A value for each of `trainable_variables`.
            non_trainable_variables: A value for each of `non_trainable_variables`.
            *args: Arguments of the call.
            return_losses: Whether to return the losses that the call added, too.
            **kwargs: Arguments of the call.

        Returns:
            The outputs, and the new values of the variables that are not trained; with
            `return_losses` also a list of losses.

        Raises:
            ValueError: If there is not a value for each variable.

        Example:

        >>> import jax, jax.numpy as jnp
        >>> from addax import keras
        >>> layer = keras.layers.Dense(1, use_bias=False)
        >>> layer.build((None, 2))
        >>> def loss(kernel, x):
        ...     outputs, _ = layer.stateless_call([kernel], [], x)
        ...     return jnp.sum(jnp.asarray(outputs))
        >>> jax.grad(loss)(jnp.ones((2, 1)), jnp.ones((3, 2))).tolist()
        [[3.0], [3.0]]
        """
        trained, kept = self.trainable_variables, self.non_trainable_variables

        def call() -> tuple[Any, Any]:
            outputs = self(*args, **kwargs)  # type: ignore[operator]
            return outputs, self.losses if return_losses else None  # type: ignore

        (outputs, losses), values = stateless(
            call,
            [*trained, *kept],
            [*trainable_variables, *non_trainable_variables],
        )
        new = values[len(trained) :]
        return (outputs, new, losses) if return_losses else (outputs, new)

    @property
    def trainable(self) -> bool:
        """Whether optimizers update the weights; setting it sets all sub-layers."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        value = bool(value)
        for layer in self._flatten_layers():
            layer._trainable = value
            for variable in layer._own_weights():
                if layer._kinds[id(variable)] and variable is not layer._held:
                    variable.trainable = value

    def get_weights(self) -> list[Any]:
        """The weights as NumPy arrays."""
        return [v.numpy() for v in self.weights]

    def set_weights(self, weights: Any) -> None:
        """Sets the weights from NumPy arrays, as `get_weights` gave them.

        Raises:
            ValueError: If there are too few or too many, or a shape differs.
        """
        variables = self.weights
        if len(variables) != len(weights):
            raise ValueError(
                explain(
                    f"Layer {self.name!r} has {len(variables)} weights, "
                    f"{len(weights)} arrays were given.",
                    why="" if variables else "It has not been built yet.",
                    fix=""
                    if variables
                    else f"call {self.name} on data, or {self.name}.build(input_shape)",
                )
            )
        for variable, value in zip(variables, weights, strict=True):
            if tuple(variable.shape) != tuple(getattr(value, "shape", ())):
                raise ValueError(
                    explain(
                        f"Weight {variable.path!r} has shape {tuple(variable.shape)}.",
                        received={"value of shape": tuple(getattr(value, "shape", ()))},
                    )
                )
            variable.assign(value)

    def save_own_variables(self, store: Any) -> None:
        """Writes the layer's own variables to a file; sub-layers write theirs.

        Override it, with `load_own_variables`, to store something else.

        Args:
            store: A dictionary of names and arrays: here `"0"`, `"1"`, ...
        """
        for i, variable in enumerate(self._own_weights()):
            store[str(i)] = variable.numpy()

    def load_own_variables(self, store: Any) -> None:
        """Sets the layer's own variables from what `save_own_variables` wrote.

        Args:
            store: A dictionary of names and arrays.

        Raises:
            ValueError: If there are too few or too many, or a shape differs.
        """
        self._load(store, self._own_weights())

    def _load(self, store: Any, variables: list[Variable]) -> None:
        if len(store) != len(variables):
            raise ValueError(_other_number(self, len(store), variables))
        for i, variable in enumerate(variables):
            value = store[str(i)]
            if tuple(value.shape) != tuple(variable.shape):
                raise ValueError(
                    f"{variable.name!r} has shape {tuple(variable.shape)}, "
                    f"the file holds shape {tuple(value.shape)}."
                )
            variable.assign(value)

    def count_params(self) -> int:
        """How many numbers the weights hold.

        Raises:
            ValueError: If the layer has no weights yet.
        """
        if not self.built:
            raise ValueError(
                explain(
                    f"Layer {self.name!r} has no weights to count yet.",
                    why="They are created when it is built.",
                    fix=f"call {self.name} on data, or {self.name}.build(input_shape)",
                )
            )
        return sum(v.size for v in self.weights)

    @property
    def path(self) -> str:
        """The names of the layers around it and its own, joined by `/`."""
        return self._path or self.name


def _other_number(layer: WeightOwner, found: int, variables: list[Variable]) -> str:
    names = ", ".join(v.name for v in variables) or "none"
    fact = f"It has {len(variables)} variables ({names}), the file holds {found}."
    if variables or layer.built:
        return fact
    build = f"model.build(input_shape), or {layer.name}.build(input_shape)"
    return f"{fact} It has not been built yet: call the model on data, or {build}."
