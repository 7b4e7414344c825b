"""Operations of a graph on arrays of the host, without tensors around them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from addax.core import Tensor, TensorSpec, convert, result_type, strings
from addax.core.host import HostOp
from addax.core.op import freeze
from addax.data.elements import scalar
from addax.data.graph import Slot, Step, fill
from addax.data.photos import photo_into
from addax.ops.image import resampled_here
from addax.ops.on_host import KERNELS

# Kernels that take, as their last argument, where to put the result.
_INTO = {"photo": photo_into, "resample": resampled_here}
# Kernels that NumPy has for arrays of `bytes`, too.
_ALSO_STRINGS = (strings.MOVES - {"pad"}) | {"equal", "not_equal"}
_NUMBERS = (bool, int, float, complex)


class HostStep:
    """An operation of a graph on arrays: what `Op.__call__` finds out each time (types
    to promote to, constants as arrays, which kernel) is found out once."""

    def __init__(self, step: Step, specs: Sequence[TensorSpec]) -> None:
        op = step.op
        self._step = step
        self._outputs = [slot.number for slot in step.outputs]
        self.place = self._outputs[0]
        self.writes_into = op.name in _INTO
        self._kernel = _kernel(step, specs)
        target = _common_type(step, specs)
        self._args: list[Any] = list(step.args)
        self._places: list[tuple[int, int, Any]] = []
        self._lists: list[tuple[int, list[Any]]] = []
        for i, x in enumerate(step.args):
            kind = target if i in op._promoted else None
            if isinstance(x, Slot):
                own = specs[x.number].dtype.name
                cast = kind if kind is not None and kind != own else None
                self._places.append((i, x.number, cast))
            elif i in op._many and x is not None:
                if kind is not None and any(
                    not isinstance(y, Slot) or specs[y.number].dtype != kind for y in x
                ):
                    self._kernel = None
                self._lists.append((i, [_constant(y, kind) for y in x]))
            elif i in op._tensors:
                self._args[i] = _constant(x, kind)
            else:
                self._args[i] = freeze(x)

    def __call__(self, values: list[Any]) -> None:
        """Puts the results into their places among the graph's values."""
        out: Any = NotImplemented
        if self._kernel is not None:
            args = self._args.copy()
            for i, place, kind in self._places:
                x = values[place]
                args[i] = x if kind is None else x.astype(kind)
            for i, entries in self._lists:
                args[i] = [values[x.number] if type(x) is Slot else x for x in entries]
            if self.writes_into:
                args.append(values[self.place])
            try:
                out = self._kernel(*args)
            except Exception:  # the operation itself says what is wrong
                out = NotImplemented
        if out is NotImplemented:
            out = self._as_operation(values)
        many = type(out) in (tuple, list)
        for place, x in zip(self._outputs, out if many else (out,), strict=True):
            values[place] = x if type(x) is np.ndarray else as_array(x)

    def _as_operation(self, values: list[Any]) -> Any:
        given = lambda slot: Tensor(values[slot.number])
        out = self._step.op(*(fill(x, given) for x in self._step.args))
        if isinstance(out, tuple):
            return tuple(np.asarray(x._value) for x in out)
        return np.asarray(out._value)


def _kernel(step: Step, specs: Sequence[TensorSpec]) -> Any:
    """The function on arrays; `None` if the operation itself has to be called."""
    op = step.op
    if op.name in _INTO:
        return _INTO[op.name]
    if isinstance(op, HostOp):
        return op.fn
    texts = any(specs[slot.number].dtype == "string" for slot in step.inputs)
    return None if texts and op.name not in _ALSO_STRINGS else KERNELS.get(op.name)


def _common_type(step: Step, specs: Sequence[TensorSpec]) -> str | None:
    """The type that an operation brings its operands to, if it does."""
    op = step.op
    if not op._unifies:
        return None
    kinds: list[Any] = [float] if op.floating else []
    for i in op._promoted:
        x = step.args[i]
        for y in x if i in op._many and x is not None else (x,):
            if isinstance(y, Slot):
                kinds.append(specs[y.number].dtype.name)
            elif y is not None:
                kinds.append(type(y) if type(y) in _NUMBERS else convert(y).dtype.name)
    return None if "string" in kinds else result_type(*kinds).name


def _constant(x: Any, kind: str | None) -> Any:
    if x is None or isinstance(x, Slot):
        return x
    array = np.asarray(convert(x)._value)
    return array if kind is None else array.astype(kind)


def as_array(x: Any) -> np.ndarray[Any, Any]:
    """A result, or a leaf of an element, as an array."""
    if isinstance(x, bytes):
        return scalar(x)
    return np.asarray(x)
