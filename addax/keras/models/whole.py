"""`WholeGraph`: the layers of a functional model as one program, for calls in a row.

`model(x)` outside `tf.function` calls layer after layer, an operation at a time: 280 us
for three dense layers. After a few calls for the same shapes, layers that are all
addax's own run as one compiled program instead, in 107 us. Gradient tapes see it as one
operation; not where there are several outputs, since one may be made of another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from types import FunctionType
from typing import Any

import numpy as np

from addax.core import Program, Tensor, _jax, lift, scope, tree
from addax.core.function import Settings
from addax.keras.layers.call_context import current

# A program takes longer to compile than the calls of a script that makes only a few;
# under a tape its gradient is compiled, too.
_CALLS_BEFORE, _TAPED_BEFORE = 2, 8
# Attributes that change from call to call would have it compiled again and again.
_CHANGES = 4


class WholeGraph:
    """Compiled programs of a graph, by the shapes of its inputs.

    They hold as long as the layers' attributes are the very objects that they were:
    setting one (another activation, `trainable`) starts anew.
    """

    def __init__(self) -> None:
        self._layers: list[Any] = []
        self._own = False
        self._kept: list[Any] = []  # the attributes' values, so that ids stay theirs
        self._ids: tuple[int, ...] = ()
        self._left = _CHANGES
        self._calls: dict[Any, int | Program | None] = {}

    def __deepcopy__(self, memo: dict[int, Any]) -> WholeGraph:
        return WholeGraph()

    def __reduce__(self) -> Any:
        return WholeGraph, ()

    def run(
        self,
        run: Callable[[list[Any]], Any],
        operations: list[Any],
        inputs: list[Any],
        outputs: int,
    ) -> Any:
        """The outputs for these inputs, in whichever way.

        Args:
            run: Runs the graph operation by operation.
            operations: What it consists of.
            inputs: The inputs.
            outputs: How many outputs there are.
        """
        if not self._left or not _concrete(inputs):
            return run(inputs)
        self._notice(operations)
        taped = bool(scope.state.tapes)
        if not self._own or (taped and outputs > 1):
            return run(inputs)
        training = None if current.context is None else current.context.training
        key = (
            training,
            taped,
            scope.state.autocast,
            *((x._known.shape, x._known.dtype) for x in inputs),
        )
        found = self._calls.get(key, 0)
        if isinstance(found, int) and found < (
            _TAPED_BEFORE if taped else _CALLS_BEFORE
        ):
            self._calls[key] = found + 1
            return run(inputs)
        if isinstance(found, int):
            found = self._calls[key] = self._compiled(run, inputs)
        if found is None:
            return run(inputs)
        if taped:
            return found.lifted.outputs(found.recorded(inputs))
        return found.lifted.outputs(found(*(x._value for x in inputs)))

    def _notice(self, operations: list[Any]) -> None:
        """Forgets the programs if an attribute of a layer was set."""
        if self._ids and self._ids == tuple(map(id, _values(self._layers))):
            return
        self._left -= any(isinstance(x, Program) for x in self._calls.values())
        self._calls.clear()
        self._layers = _layers(operations)
        self._own = all(map(_is_own, self._layers))
        self._kept = list(_values(self._layers))
        self._ids = tuple(map(id, self._kept))

    def _compiled(
        self, run: Callable[[list[Any]], Any], inputs: list[Any]
    ) -> Program | None:
        """The program for such inputs; `None` if more than values came of a call."""
        context, autocast = current.context, scope.state.autocast
        lossy = 0 if context is None else len(context.lossy)
        masked: list[Any] = []

        def body(*flat: Tensor) -> Any:
            with scope.use(autocast=autocast, tapes=()):
                outputs = run(list(flat))
            masked.extend(
                x for x in tree.flatten(outputs) if getattr(x, "_keras_mask", None)
            )
            return outputs

        variables = [v for x in self._layers for v in getattr(x, "variables", ())]
        try:
            lifted = lift(body, inputs, variables)
        except Exception:  # running it says what is wrong, or does it in Python
            lifted = None
        added = [] if context is None else context.lossy[lossy:]
        for layer in added:
            layer._losses.clear()
        if context is not None:
            del context.lossy[lossy:]
        if lifted is None or masked or added or lifted.created or lifted.has_effects:
            return None
        return Program(lifted, donate=False)


def _concrete(inputs: list[Any]) -> bool:
    """Whether this is a call with values, outside traces."""
    state = scope.state
    return (
        state.lift is None
        and state.kernels is None
        and not Settings.run_eagerly
        and all(
            type(x) is Tensor
            and x._known.dtype != np.object_
            and not _jax.is_tracer(x._known)
            and getattr(x, "_keras_mask", None) is None
            for x in inputs
        )
    )


def _layers(operations: list[Any]) -> list[Any]:
    """The operations and the layers in them."""
    found: dict[int, Any] = {}
    for operation in operations:
        walk = getattr(operation, "_flatten_layers", None)
        for each in [operation] if walk is None else walk():
            found[id(each)] = each
    return list(found.values())


def _values(layers: list[Any]) -> Iterator[Any]:
    return chain.from_iterable([vars(layer).values() for layer in layers])


def _is_own(layer: Any) -> bool:
    """Whether no user's code is in a layer, which may do more than compute."""
    held = (x for x in vars(layer).values() if callable(x))
    return _from_addax(type(layer)) and all(map(_from_addax, held))


def _from_addax(x: Any) -> bool:
    """Whether a callable is addax's own: a function or class, or an object of one."""
    written = isinstance(x, (FunctionType, type))
    module = x.__module__ if written else type(x).__module__
    return str(module).startswith("addax.")
