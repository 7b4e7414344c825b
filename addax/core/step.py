"""`Step`: gradients, and the updates that use them, as one program of an eager loop."""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import jax

from addax.core import _jax, scope
from addax.core.interrupts import uninterrupted
from addax.core.plan import Plan
from addax.core.promise import KEEPING, Promise
from addax.core.tensor import Tensor

if TYPE_CHECKING:
    from addax.core.program import Program
    from addax.core.variable import Variable

_Compiled = tuple[Callable[..., Any], tuple[int, ...]]


class Step:
    """Programs that wait together, until one of their values is read.

    All values have slots: the arrays that come from outside, and what each part makes.

    Args:
        plan: How the first of them is made.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._parts: list[tuple[Any, ...]] = []  # what it is, its inputs, first result
        self._arrays: dict[int, Any] = {}  # those from outside, by slot
        self._slots: dict[int, int] = {}  # their slots, by id
        self._donated: dict[int, None] = {}  # a set in order
        self._owed: list[weakref.ref[Promise]] = []
        self._count = 0

    def begin(self, leaves: list[Any]) -> tuple[list[Tensor], int]:
        """The gradients of the plan for its leaves; and the slot of its first result.

        Args:
            leaves: The arrays that its program takes.
        """
        plan = self._plan
        places = tuple([self._place(x) for x in leaves])
        first = self._count
        self._parts.append((plan.part, places, first))
        found = self._later([x.aval for x in leaves[: plan.n_sources]])
        self._count += len(plan.values)
        return [found[i] for i in plan.positions], first

    def owe(self, promise: Promise, slot: int) -> None:
        """Takes over the promise of a value, that of a slot."""
        promise.work, promise.slot = self, slot
        self._owed.append(weakref.ref(promise))

    def append(self, program: Program, tensors: Sequence[Tensor]) -> list[Tensor]:
        """The results of a program that uses values of the step.

        The variables that it writes have their new values from now on.
        """
        lifted = program.lifted
        places = [
            self._variable(v, donates)
            for v, donates in zip(lifted.writes, program.donates, strict=True)
        ]
        places += [self._variable(v, False) for v in lifted.reads]
        places += [self._slot(x) for x in tensors]
        self._parts.append((program, tuple(places), self._count))
        found = self._later(program.avals)
        split = len(found) - len(lifted.writes)
        for variable, handle in zip(lifted.writes, found[split:], strict=True):
            variable._put_later(handle)
        return found[:split]

    def _later(self, avals: Sequence[Any]) -> list[Tensor]:
        promises = [Promise(self, a, i) for i, a in enumerate(avals, self._count)]
        self._count += len(promises)
        self._owed += map(weakref.ref, promises)
        return list(map(Tensor._later, promises))

    def _variable(self, variable: Variable, donates: bool) -> int:
        promise = variable._handle._promise
        if promise is not None and promise.work is self:
            return promise.slot
        slot = self._place(variable._handle._value)
        if donates and not variable._exposed:
            self._donated[slot] = None
        else:
            variable._exposed = True  # its array is the step's, too, until that has run
        return slot

    def _slot(self, tensor: Tensor) -> int:
        promise = tensor._promise
        if promise is not None and promise.work is self:
            return promise.slot
        return self._place(tensor._value)

    def _place(self, array: Any) -> int:
        slot = self._slots.get(id(array))
        if slot is None:
            slot = self._slots[id(array)] = self._count
            self._arrays[slot] = array
            self._count += 1
        return slot

    def run(self, promise: Promise | None = None) -> None:
        """Computes the values that somebody still holds.

        Args:
            promise: One of them, which is asked for.
        """
        with KEEPING, uninterrupted():
            if scope.state.step is self:
                scope.state.step = None
            owed = [p for ref in self._owed if (p := ref()) is not None]
            if not owed or not self._parts:
                return
            compiled, keep = self._compiled(frozenset([p.slot for p in owed]))
            arrays = self._arrays
            given = [arrays[s] for s in self._donated]
            kept = [x for s, x in arrays.items() if s not in self._donated]
            with _jax.x64():
                made = compiled(given, kept)
            values = dict(zip(keep, made, strict=True))
            for promise in owed:
                promise.keep(values[promise.slot])
            self._parts, self._arrays, self._owed = [], {}, []

    def _compiled(self, wanted: frozenset[int]) -> _Compiled:
        """A program that returns at least the wanted values, and which it returns."""
        donated, outside = tuple(self._donated), tuple(self._arrays)
        variants = _variants(tuple(self._parts), outside, donated)
        for compiled, keep in variants:
            if wanted.issubset(keep):
                return compiled, keep
        self._plan.left -= 1
        keep = tuple(sorted(wanted.union(*(keep for _, keep in variants))))
        others = [s for s in outside if s not in self._donated]
        parts = self._parts

        def step(given: list[Any], kept: list[Any]) -> list[Any]:
            values = dict(zip(donated, given, strict=True))
            values.update(zip(others, kept, strict=True))
            for part, places, first in parts:
                outs = part.trace([values[i] for i in places])
                values.update(enumerate(outs, first))
            return [values[i] for i in keep]

        variants.append((jax.jit(step, donate_argnums=0), keep))
        return variants[-1]


@functools.lru_cache(maxsize=128)
def _variants(parts: Any, outside: Any, donated: Any) -> list[_Compiled]:
    """The compiled forms of a step, which differ in the values that they return."""
    return []


def run_with(program: Program, tensors: Sequence[Tensor]) -> Any:
    """The results of a program for tensors; it waits with them if they wait.

    Args:
        program: The program.
        tensors: Its arguments.

    Returns:
        Its flat results: arrays, or tensors if they are still to come.
    """
    step = scope.state.step
    if step is not None and not program.calls_back:
        for x in tensors:
            if x._promise is not None and x._promise.work is step:
                with KEEPING, uninterrupted():
                    return step.append(program, tensors)
    return program(*(x._value for x in tensors))
