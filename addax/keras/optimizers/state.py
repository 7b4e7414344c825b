"""What an optimizer remembers: its variables, and which weights they belong to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.core import Variable, scope


class OptimizerState:
    """The variables of an optimizer, in the order that saved files have them."""

    name: str

    def __init__(self) -> None:
        self._variables: list[Variable] = []
        self._trainable_variables: list[Variable] = []
        self._positions: dict[int, int] = {}
        self.built = False

    @property
    def variables(self) -> list[Variable]:
        """Its variables: the iteration, the learning rate, then what `build` made."""
        return list(self._variables)

    @property
    def weights(self) -> list[Variable]:
        """Its variables (the name of Keras 2)."""
        return self.variables

    def add_variable(
        self,
        shape: Any,
        initializer: Any = "zeros",
        dtype: Any = None,
        aggregation: str = "none",
        layout: Any = None,
        name: str | None = None,
    ) -> Variable:
        """Makes a variable that belongs to the optimizer.

        Args:
            shape: The shape.
            initializer: `"zeros"`, `"ones"`, or a function of shape and type.
            dtype: The type; `floatx()` if not given.
            aggregation: Kept for Keras's signature.
            layout: Kept for Keras's signature.
            name: A name.

        Returns:
            The variable.
        """
        with scope.name_scope(self.name):
            variable = Variable(
                _INITIALIZERS.get(initializer, initializer)
                if isinstance(initializer, str)
                else initializer,
                shape=tuple(shape),
                dtype=dtype,
                trainable=False,
                autocast=False,
                aggregation=aggregation,
                name=name,
            )
        self._variables.append(variable)
        return variable

    def add_variable_from_reference(
        self,
        reference_variable: Variable,
        name: str | None = None,
        initializer: Any = "zeros",
    ) -> Variable:
        """Makes a variable of the shape and type of a weight.

        Args:
            reference_variable: The weight.
            name: What the variable is of it, e.g. `"momentum"`.
            initializer: As for `add_variable`.

        Returns:
            The variable, called after the weight's path and `name`.
        """
        prefix = reference_variable.path.replace("/", "_")
        return self.add_variable(
            reference_variable.shape,
            initializer,
            reference_variable._handle.dtype,
            name=f"{prefix}_{name or 'slot'}",
        )

    def add_optimizer_variables(
        self,
        trainable_variables: Sequence[Variable],
        name: str | Iterable[str],
        initializer: Any = "zeros",
    ) -> Any:
        """Makes one variable, or several, for each weight.

        Args:
            trainable_variables: The weights.
            name: What the variable is of the weight; or several such names.
            initializer: As for `add_variable`; or one for each name.

        Returns:
            A list of variables, one for each weight; for several names a tuple of such
            lists.
        """
        names = [name] if isinstance(name, str) else list(name)
        many = isinstance(initializer, (list, tuple))
        starts = list(initializer) if many else [initializer] * len(names)
        columns: tuple[list[Variable], ...] = tuple([] for _ in names)
        for weight in trainable_variables:
            for column, each, start in zip(columns, names, starts, strict=True):
                column.append(self.add_variable_from_reference(weight, each, start))
        return columns[0] if isinstance(name, str) else columns

    def build(self, variables: Sequence[Variable]) -> None:
        """Remembers the weights; subclasses make their variables for them here.

        Args:
            variables: The weights to be trained.
        """
        self._trainable_variables = list(variables)
        self._positions = {id(v): i for i, v in enumerate(variables)}
        self.built = True

    def _get_variable_index(self, variable: Variable) -> int:
        """The place of a weight among those that the optimizer was built for."""
        return self._positions[id(variable)]

    def _check_known(self, variables: Sequence[Variable]) -> None:
        for variable in variables:
            if id(variable) not in self._positions:
                raise ValueError(
                    explain(
                        f"This optimizer was not built for variable {variable.path!r}.",
                        received={"variable": variable},
                        why=f"It keeps state for each of {len(self._positions)} "
                        "variables, those of its first use or of build().",
                        fix=[
                            "Make a new optimizer for the other variables.",
                            "Build it for all of them first:\n"
                            "optimizer.build(first.trainable_variables + "
                            "second.trainable_variables)",
                        ],
                    )
                )

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Sets the values of `variables`.

        Args:
            weights: A value for each, in order.

        Raises:
            ValueError: If the number or a shape differs.
        """
        variables = self.variables
        if len(weights) != len(variables):
            raise ValueError(
                explain(
                    f"This optimizer has {len(variables)} variables.",
                    received={"weights": len(weights)},
                    why=_BUILD_FIRST if not self.built else "",
                )
            )
        for variable, value in zip(variables, weights, strict=True):
            variable.assign(value)

    def get_weights(self) -> list[Any]:
        """The values of `variables`, as NumPy arrays (a method of Keras 2)."""
        return [variable.numpy() for variable in self.variables]

    def save_own_variables(self, store: Any) -> None:
        """Writes the variables into a dictionary, by their place: "0", "1", ..."""
        for i, variable in enumerate(self.variables):
            store[str(i)] = variable.numpy()

    def load_own_variables(self, store: Any) -> None:
        """Reads the variables from what `save_own_variables` wrote.

        Raises:
            ValueError: If it holds another number of variables.
        """
        variables = self.variables
        if len(store) != len(variables):
            raise ValueError(
                explain(
                    f"The saved optimizer has {len(store)} variables, this one "
                    f"{len(variables)}.",
                    why=_BUILD_FIRST
                    if not self.built
                    else "They are of other kinds or for other models.",
                    fix="Make the optimizer with the arguments it was saved with.",
                )
            )
        for i, variable in enumerate(variables):
            variable.assign(store[str(i)])

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_programs": {}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        weights = self._trainable_variables
        self._positions = {id(v): i for i, v in enumerate(weights)}


_BUILD_FIRST = "It makes most of them in optimizer.build(model.trainable_variables)."


def starting_at(value: float) -> Callable[..., Any]:
    """An initializer that gives `value` everywhere."""
    return lambda shape, dtype: np.full(shape, value, dtype)


_INITIALIZERS = {"zeros": starting_at(0), "ones": starting_at(1)}


class Exclusions:
    """Which weights weight decay leaves alone."""

    def __init__(self) -> None:
        self._ids: set[int] = set()
        self._patterns: list[str] = []

    def add(self, variables: Iterable[Variable], patterns: Iterable[str]) -> None:
        """Adds variables, and regular expressions of names."""
        self._ids.update(id(v) for v in variables)
        self._patterns.extend(patterns)

    def __contains__(self, variable: Variable) -> bool:
        return id(variable) in self._ids or any(
            re.search(pattern, variable.name) for pattern in self._patterns
        )
