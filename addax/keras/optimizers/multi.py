"""`MultiOptimizer`: different optimizers for different weights."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from typing import Any, NoReturn

from addax._base.errors import explain
from addax.core import Tensor, Variable
from addax.keras.optimizers.optimizer import Optimizer
from addax.keras.serialization import Configurable, public


@public("keras.optimizers")
class OptimizerMap(Configurable, MutableMapping[str, Optimizer]):
    """Optimizers by the path of a weight.

    Args:
        default_optimizer: For weights that no key fits.
        optimizer_map: Optimizers by path, or by a regular expression that fits the
            whole path.

    Example:

    >>> from addax import keras
    >>> by_path = keras.optimizers.OptimizerMap(keras.optimizers.SGD())
    >>> by_path["encoder/.*"] = keras.optimizers.Adam()
    >>> by_path["encoder/kernel"].beta_1
    0.9
    """

    def __init__(
        self,
        default_optimizer: Optimizer,
        optimizer_map: dict[str, Optimizer] | None = None,
    ) -> None:
        self._default = default_optimizer
        self._map = dict(optimizer_map or {})

    @property
    def default_optimizer(self) -> Optimizer:
        """The optimizer of weights that no key fits."""
        return self._default

    @property
    def optimizer_map(self) -> dict[str, Optimizer]:
        """The other optimizers, by key."""
        return self._map

    def __getitem__(self, key: str) -> Optimizer:
        if key in self._map:
            return self._map[key]
        fits = [pattern for pattern in self._map if re.fullmatch(pattern, key)]
        if len(fits) > 1:
            raise ValueError(
                explain(
                    "More than one pattern fits the path of a weight.",
                    received={"path": key, "patterns": fits},
                    fix="Make the patterns exclude each other.",
                )
            )
        return self._map[fits[0]] if fits else self._default

    def __setitem__(self, key: str, optimizer: Optimizer) -> None:
        self._map[key] = optimizer

    def __delitem__(self, key: str) -> None:
        del self._map[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._map)

    def __len__(self) -> int:
        return len(self._map)


@public("keras.optimizers")
class MultiOptimizer(Optimizer):
    """Gives each weight to one of several optimizers.

    Args:
        optimizer_map: An `OptimizerMap`, or a function that returns the optimizer for a
            weight.
        loss_scale_factor: By what `scale_loss` multiplies the loss; gradients are
            divided by it.
        name: A name.

    Example:

    >>> from addax import keras
    >>> kernel = keras.Variable([1.0], name="kernel")
    >>> bias = keras.Variable([1.0], name="bias")
    >>> by_path = keras.optimizers.OptimizerMap(
    ...     keras.optimizers.SGD(0.5), {"bias": keras.optimizers.SGD(0.0)})
    >>> keras.optimizers.MultiOptimizer(by_path).apply([[1.0], [1.0]], [kernel, bias])
    >>> float(kernel[0]), float(bias[0])
    (0.5, 1.0)
    """

    def __init__(
        self,
        optimizer_map: OptimizerMap | Callable[[Variable], Optimizer],
        loss_scale_factor: float | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(0.0, name=name, loss_scale_factor=loss_scale_factor)
        self.optimizer_map = optimizer_map
        self._groups: list[tuple[Optimizer, list[Variable]]] = []

    @property
    def optimizers(self) -> list[Optimizer]:
        """The optimizers that have weights."""
        return [optimizer for optimizer, _ in self._groups]

    @property
    def variables(self) -> list[Variable]:
        """Its own variables, then those of the optimizers."""
        others = [v for optimizer in self.optimizers for v in optimizer.variables]
        return [*super().variables, *others]

    @property
    def learning_rate(self) -> NoReturn:
        """Each optimizer has its own."""
        raise AttributeError(_NO_RATE)

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        raise AttributeError(_NO_RATE)

    def _optimizer_for(self, variable: Variable) -> Optimizer:
        if isinstance(self.optimizer_map, OptimizerMap):
            return self.optimizer_map[variable.path]
        return self.optimizer_map(variable)

    def build(self, variables: Sequence[Variable]) -> None:
        """Finds the optimizer of each weight, and builds them."""
        if self.built:
            return
        super().build(variables)
        for variable in variables:
            optimizer = self._optimizer_for(variable)
            for known, group in self._groups:
                if known is optimizer:
                    group.append(variable)
                    break
            else:
                self._groups.append((optimizer, [variable]))
        for optimizer, group in self._groups:
            optimizer.build(group)

    def _update(
        self, gradients: Sequence[Tensor], variables: Sequence[Variable], rate: Tensor
    ) -> None:
        by_id = {id(v): g for g, v in zip(gradients, variables, strict=True)}
        for optimizer, group in self._groups:
            given = [v for v in group if id(v) in by_id]
            if given:
                optimizer._step([by_id[id(v)] for v in given], given)

    def finalize_variable_values(self, var_list: Sequence[Variable]) -> None:
        """What the optimizers do at the end of training.

        Args:
            var_list: The weights.
        """
        for optimizer, group in self._groups:
            wanted = {id(v) for v in var_list}
            optimizer.finalize_variable_values([v for v in group if id(v) in wanted])

    def get_config(self) -> dict[str, Any]:
        """The arguments that make the optimizer again, as plain values."""
        config = super().get_config()
        names = ("optimizer_map", "loss_scale_factor", "name")
        return {name: config[name] for name in names}


_NO_RATE = explain(
    "A MultiOptimizer has no learning rate of its own.",
    fix="for optimizer in multi.optimizers:\n    optimizer.learning_rate = 0.001",
)
