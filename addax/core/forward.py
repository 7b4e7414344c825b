"""`Forward`: the operations under a gradient tape, put off until they are needed.

An operation whose results for such operands are known is only noted. `tape.gradient`
makes a `Step` of what was noted, forward pass and gradients in one program, which the
optimizer's update joins. A value that is read before is computed as if nothing had
waited, operation by operation. (docs/design/0010-eager-steps.md)
"""

from __future__ import annotations

import functools
from typing import Any, NamedTuple

import numpy as np

from addax.core import _jax, scope
from addax.core.plan import Plan, inputs, plan_of
from addax.core.promise import Promise
from addax.core.step import Step
from addax.core.tape_program import Record, is_inexact
from addax.core.tensor import Tensor

_NUMPY = (np.ndarray, np.generic)


class Outline(NamedTuple):
    """What an operation returns for operands of certain shapes and types."""

    several: bool
    avals: tuple[Any, ...]
    differentiable: tuple[bool, ...]


def learn(outlines: dict[Any, Outline], key: Any, out: Any) -> None:
    """Keeps the outline of a result, so that the operation may wait the next time.

    Whole numbers never wait: they are sizes and indices, most often, which somebody
    is about to read.
    """
    several = isinstance(out, (tuple, list))
    outs = out if several else (out,)
    known = all(_jax.is_array(x) and not x.weak_type for x in outs)
    if known and is_inexact(outs[0].dtype):
        differentiable = tuple(is_inexact(x.dtype) for x in outs)
        outlines[key] = Outline(several, tuple(x.aval for x in outs), differentiable)


class Luck:
    """Whether it is worth while to wait: not in a loop that reads values each time.

    Attributes:
        misses: How many tapes in a row had a value read before their gradients.
    """

    _PATIENCE = 16

    def __init__(self) -> None:
        self.misses = 0

    def worthwhile(self) -> bool:
        """Whether the next tape should try; after many misses one in 16 does."""
        if self.misses < self._PATIENCE:
            return True
        self.misses += 1
        return self.misses % self._PATIENCE == 0


@functools.lru_cache(maxsize=256)
def luck_of(code: Any) -> Luck:
    """The luck of the tapes that a function makes, known by its code."""
    return Luck()


class Forward:
    """Operations of one tape that wait.

    Args:
        active: Ids of the tensors that the tape follows; results are added.
        records: The tape's records; operations on what it follows are added.
        luck: Of the tapes from the same place.

    Attributes:
        open: Whether operations may still wait.
    """

    def __init__(self, active: set[int], records: list[Record], luck: Luck) -> None:
        self._active, self._records, self._luck = active, records, luck
        self._free: set[int] = set()  # slots of what the tape does not follow
        self._waiting: list[Record] = []
        self._nodes: list[tuple[Any, ...]] = []
        self._slots: dict[int, int] = {}
        self._leaves: list[tuple[int, Any]] = []
        self._count = 0
        self.open = self._learns = True

    def __contains__(self, tensor: Tensor) -> bool:
        """Whether an operation that waits takes the tensor or made it."""
        return id(tensor) in self._slots

    def key(self, handles: list[Any]) -> Any:
        """Operands by shape, type and value; `None` where nothing can wait for them."""
        return self._avals(handles) if self._learns else None

    def _avals(self, handles: list[Any]) -> tuple[Any, ...] | None:
        avals: list[Any] = []
        for x in handles:
            aval = self._tensor(x) if type(x) is Tensor else self._other(x)
            if aval is None:
                return None
            avals.append(aval)
        return tuple(avals)

    def _tensor(self, x: Tensor) -> Any:
        promise = x._promise
        if promise is not None and promise.work is not None:
            return promise.aval if id(x) in self._slots else None
        value = x._value
        if _jax.is_array(value):
            return value.aval
        return self._other(value) if isinstance(value, np.ndarray) else None

    def _other(self, x: Any) -> Any:
        if isinstance(x, _NUMPY):
            return (x.shape, x.dtype) if x.dtype != object else None
        if type(x) is list:
            return self._avals(x)
        try:
            hash(x)
        except TypeError:
            return None
        return type(x), x

    def put_off(self, op: Any, handles: list[Any], outline: Outline) -> tuple[Any, ...]:
        """The results of an operation that waits."""
        template = tuple([self._entry(x) for x in handles])
        first = self._count
        outs = tuple(
            [
                Tensor._later(Promise(self, aval, i))
                for i, aval in enumerate(outline.avals, first)
            ]
        )
        self._count += len(outs)
        slots = tuple(range(first, self._count))
        self._slots.update(zip(map(id, outs), slots, strict=True))
        self._nodes.append((op, template, slots))
        record = Record(op, handles, outs)
        self._waiting.append(record)
        if not self._follows(handles):
            self._free.update(slots)
        elif op.differentiable:
            self._records.append(record)
            for out, differentiable in zip(outs, outline.differentiable, strict=True):
                if differentiable:
                    self._active.add(id(out))
        return outs

    def _follows(self, handles: list[Any]) -> bool:
        active = self._active
        for x in handles:
            if id(x) in active:
                return True
            if type(x) is list and not active.isdisjoint(map(id, x)):
                return True
        return False

    def _entry(self, x: Any) -> tuple[Any, ...]:
        if type(x) is Tensor or isinstance(x, _NUMPY):
            return "one", self._slot(x)
        if type(x) is list:
            return "many", tuple([self._slot(v) for v in x])
        return "static", type(x), x

    def _slot(self, x: Any) -> int:
        slot = self._slots.get(id(x))
        if slot is None:
            slot = self._slots[id(x)] = self._count
            self._leaves.append((slot, x))
            self._count += 1
        return slot

    def run(self, promise: Promise) -> None:
        """Keeps a promise, because somebody reads the value.

        What the tape does not follow, such as random numbers, is computed by itself.
        Otherwise nothing waits any longer.
        """
        if promise.slot in self._free:
            self._compute(promise.slot)
        else:
            self._luck.misses += 1
            self.settle()

    def _compute(self, slot: int) -> None:
        needed = {slot}
        rest: list[tuple[Any, Record]] = []
        chosen: list[tuple[Any, Record]] = []
        for node, record in zip(self._nodes[::-1], self._waiting[::-1], strict=True):
            if needed.intersection(node[2]):
                needed.update(inputs(node[1]))
                chosen.append((node, record))
            else:
                rest.append((node, record))
        self._nodes = [node for node, _ in rest[::-1]]
        self._waiting = [record for _, record in rest[::-1]]
        for node, record in chosen[::-1]:
            _compute(record)
            self._leaves += zip(node[2], record.outputs, strict=True)

    def stop(self) -> None:
        """Computes what waits: an operation came that did not; more may be unknown."""
        self.settle()
        self._learns = True

    def settle(self) -> None:
        """Computes what waits, operation by operation."""
        self.open = self._learns = False
        for record in self._waiting:
            _compute(record)
        self._forget()

    def _forget(self) -> None:
        self.open = self._learns = False
        self._waiting, self._nodes, self._leaves, self._slots = [], [], [], {}

    def gradient(
        self, targets: list[Tensor], versions: list[list[Tensor]]
    ) -> tuple[Plan, list[Tensor]] | None:
        """The gradients, which wait as well; `None` if they cannot, or not yet."""
        slots = self._slots
        if not self._nodes or not all(id(t) in slots for t in targets):
            return None
        plan = plan_of(
            tuple(self._nodes),
            tuple([slots[id(t)] for t in targets]),
            tuple(
                [
                    tuple([slots[id(t)] for t in group if id(t) in slots])
                    for group in versions
                ]
            ),
            tuple([_form(x) for _, x in self._leaves]),
        )
        if plan is None:
            return None
        values = dict(self._leaves)
        leaves = [_raw(values[s]) for s in plan.order]
        if not all(map(_jax.is_array, leaves[: plan.n_sources])):
            return None
        step = Step(plan)
        gradients, first = step.begin(leaves)
        for _, _, outputs in self._waiting:
            for tensor in outputs:
                if tensor._promise is not None:
                    step.owe(tensor._promise, first + plan.values[slots[id(tensor)]])
        self._records.clear()
        self._forget()
        self._luck.misses = 0
        scope.state.step = step
        return plan, gradients


def _compute(record: Record) -> None:
    op, operands, outputs = record
    raw = [[_raw(v) for v in x] if type(x) is list else _raw(x) for x in operands]
    with _jax.x64():
        out = (op._compiled if op.compile else op.fn)(*raw)
    outs = out if isinstance(out, (tuple, list)) else (out,)
    for tensor, value in zip(outputs, outs, strict=True):
        if tensor._promise is not None:
            tensor._promise.keep(value)
            tensor._value = value


def _raw(x: Any) -> Any:
    return x._value if type(x) is Tensor else x


def _form(x: Any) -> Any:
    value = x._known if type(x) is Tensor else x
    return value.shape, value.dtype
