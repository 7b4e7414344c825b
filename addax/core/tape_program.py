"""What a tape recorded, cut to a pure program and differentiated by JAX."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from addax.core import _jax, scope
from addax.core.tensor import Tensor


class Record(NamedTuple):
    """One operation that a tape saw."""

    op: Any
    inputs: list[Any]
    outputs: tuple[Tensor, ...]


def differentiable(x: Tensor) -> bool:
    """Whether a tensor can have a gradient."""
    return is_inexact(x._known.dtype)


@functools.lru_cache(maxsize=64)
def is_inexact(dtype: Any) -> bool:
    """Whether a NumPy type is one of fractions."""
    return bool(jnp.issubdtype(dtype, np.inexact))


class TapeProgram:
    """The part of a tape that connects sources to targets, in canonical form."""

    def __init__(
        self,
        records: list[Record],
        targets: list[Tensor],
        versions: list[list[Tensor]],
    ) -> None:
        wanted = {id(t): t for group in versions for t in group}
        # Forward: what depends on a source. Backward: what a target depends on.
        reached = set(wanted)
        live = []
        for record in records:
            if any(id(x) in reached for x in _tensors(record.inputs)):
                live.append(record)
                reached.update(id(o) for o in record.outputs if differentiable(o))
        needed = {id(t) for t in targets}
        path = []
        for record in reversed(live):
            if any(id(o) in needed for o in record.outputs):
                path.append(record)
                needed.update(id(x) for x in _tensors(record.inputs))
        path.reverse()
        self.targets = targets
        connected = [t for k, t in wanted.items() if k in needed]
        self.used = [sum(id(t) in needed for t in group) for group in versions]
        # Records off the path follow it: their outputs can be rebound with the rest.
        on_path = {id(r) for r in path}
        self.side = [r for r in live if id(r) not in on_path]
        self.path = path
        self.rebind = False
        self._number(connected, path)
        self.wanted = [t for group in versions for t in group if id(t) in needed]

    def _number(self, sources: list[Tensor], steps: list[Record]) -> None:
        """Numbers every value: sources, other leaves, then what each step makes."""
        made = {id(o) for r in steps for o in r.outputs}
        leaves: list[Any] = []
        slots: dict[int, int] = {}

        def leaf(x: Any) -> None:
            if id(x) not in slots:
                slots[id(x)] = len(leaves)
                leaves.append(x)

        for x in sources:
            leaf(x)
        for record in steps:
            for x in _operands(record):
                if id(x) not in made:
                    leaf(x)
        for x in self.targets:
            if id(x) not in made:
                leaf(x)
        count = len(leaves)
        for record in steps:
            for x in record.outputs:
                if id(x) not in slots:  # else a source, made on the way to a target
                    slots[id(x)] = count
                    count += 1
        self.leaves = leaves
        self.key = TapeKey(
            instructions=tuple(
                (
                    r.op,
                    tuple(_template(r, slots)),
                    tuple(slots[id(o)] for o in r.outputs),
                )
                for r in steps
            ),
            n_sources=len(sources),
            perturbed=frozenset(slots[id(s)] for s in sources if id(s) in made),
            targets=tuple(slots[id(t)] for t in self.targets),
            n_leaves=len(leaves),
        )

    def call(self, transform: Any, seeds: list[Tensor]) -> list[Tensor]:
        """Runs a transform of the program and tells outer tapes."""
        if not self.wanted:
            return []
        inputs = [*self.leaves, *seeds]
        raw = [x._value if isinstance(x, Tensor) else x for x in inputs]
        if scope.state.lift is None:
            with _jax.x64():
                flat = _compiled(transform)(*raw)
        elif self.rebind and isinstance(transform, Pull):
            flat = self._replay(transform, raw)
        else:
            flat = transform.fn(*raw)
        outs = tuple(Tensor(x) for x in flat)
        for tape in scope.state.tapes:
            tape._record(transform, inputs, outs)
        # The transform answers per distinct source; repeats are shared.
        position = {id(x): i for i, x in enumerate(self.leaves)}
        return [outs[position[id(t)]] for t in self.wanted]

    def _replay(self, transform: Any, raw: list[Any]) -> Any:
        gradients, values = transform.run(raw, keep=True)
        for (_, _, out_refs), record in zip(
            transform.key.instructions, self.path, strict=True
        ):
            for i, tensor in zip(out_refs, record.outputs, strict=True):
                tensor._value = values[i]
        for record in self.side:
            _rerun(record)
        return gradients


def _rerun(record: Record) -> None:
    raw = [
        [v._value if isinstance(v, Tensor) else v for v in x]
        if isinstance(x, list)
        else x._value
        if isinstance(x, Tensor)
        else x
        for x in record.inputs
    ]
    out = record.op.fn(*raw)
    outs = out if isinstance(out, (tuple, list)) else (out,)
    for tensor, value in zip(record.outputs, outs, strict=True):
        tensor._value = value


def _tensors(inputs: list[Any]) -> Iterator[Tensor]:
    for x in inputs:
        if type(x) is Tensor:
            yield x
        elif type(x) is list:
            yield from (v for v in x if type(v) is Tensor)


def _operands(record: Record) -> Iterator[Any]:
    """The values of a record that vary from run to run: tensors and numbers."""
    for x in record.inputs:
        for v in x if type(x) is list else (x,):
            if type(v) is Tensor or isinstance(v, (np.ndarray, np.generic)):
                yield v


def _template(record: Record, slots: dict[int, int]) -> Iterator[Any]:
    for x in record.inputs:
        if type(x) is list:
            yield ("many", tuple(slots[id(v)] for v in x))
        elif type(x) is Tensor or isinstance(x, (np.ndarray, np.generic)):
            yield ("one", slots[id(x)])
        else:
            yield ("static", type(x), x)


@dataclass(frozen=True)
class TapeKey:
    """A program's structure: equal keys compile to the same code.

    Attributes:
        instructions: For each step the op, where its arguments come from, and the slots
            of its outputs.
        n_sources: How many of the first leaves are sources.
        perturbed: Slots of sources that a step makes: their derivative is taken by
            what is added to them there.
        targets: Slots of the targets.
        n_leaves: How many slots are filled from outside.
    """

    instructions: tuple[Any, ...]
    n_sources: int
    perturbed: frozenset[int]
    targets: tuple[int, ...]
    n_leaves: int

    def function(self, leaves: Sequence[Any]) -> Callable[..., Any]:
        """The program as a function of its sources, the other leaves held fixed."""

        def run(*sources: Any) -> tuple[list[Any], dict[int, Any]]:
            values: dict[int, Any] = dict(enumerate(leaves))
            for slot, value in enumerate(sources):
                if slot not in self.perturbed:
                    values[slot] = value
            for op, template, out_slots in self.instructions:
                out = op.fn(*(_fill(entry, values) for entry in template))
                if not op.differentiable:
                    out = jax.lax.stop_gradient(out)
                outs = out if isinstance(out, (tuple, list)) else (out,)
                for slot, value in zip(out_slots, outs, strict=True):
                    added = slot in self.perturbed
                    values[slot] = value + sources[slot] if added else value
            return [values[t] for t in self.targets], values

        return run

    def start(self, leaves: Sequence[Any]) -> list[Any]:
        """The point at which to differentiate."""
        return [
            jnp.zeros_like(leaves[s]) if s in self.perturbed else leaves[s]
            for s in range(self.n_sources)
        ]


def _fill(entry: tuple[Any, ...], values: dict[int, Any]) -> Any:
    if entry[0] == "one":
        return values[entry[1]]
    if entry[0] == "many":
        return [values[i] for i in entry[1]]
    return entry[2]


@dataclass(frozen=True)
class Pull:
    """Gradients of the summed targets: a transform, and an op for outer tapes."""

    key: TapeKey
    n_seeds: int

    differentiable: ClassVar[bool] = True
    name: ClassVar[str] = "gradient"

    def fn(self, *raw: Any) -> tuple[Any, ...]:
        return self.run(raw, keep=False)[0]

    def run(self, raw: Sequence[Any], keep: bool) -> Any:
        leaves, seeds = raw[: self.key.n_leaves], raw[self.key.n_leaves :]
        run = self.key.function(leaves)

        def forward(*sources: Any) -> Any:
            targets, values = run(*sources)
            return targets, values if keep else {}

        start = self.key.start(leaves)
        targets, pull, values = jax.vjp(forward, *start, has_aux=True)
        seeds = seeds or [jnp.ones_like(t) for t in targets]
        return _conjugate(pull(_conjugate(seeds))), values


@dataclass(frozen=True)
class Jacobian:
    """All derivatives of the first target, per batch row if `batched`."""

    key: TapeKey
    batched: bool

    differentiable: ClassVar[bool] = True
    name: ClassVar[str] = "jacobian"

    def fn(self, *raw: Any) -> tuple[Any, ...]:
        run = self.key.function(raw)
        targets, pull = jax.vjp(lambda *s: run(*s)[0], *self.key.start(raw))
        target = targets[0]
        lead = target.shape[:1] if self.batched else ()
        shape = target.shape[len(lead) :]
        size = int(np.prod(shape, dtype=np.int64))
        basis = jnp.eye(size, dtype=target.dtype).reshape(
            size, *(1,) * len(lead), *shape
        )
        basis = jnp.broadcast_to(basis, (size, *target.shape))
        rest = [jnp.zeros_like(t) for t in targets[1:]]
        rows = jax.vmap(lambda seed: pull([seed, *rest]))(basis)
        return tuple(self._shape(r, lead, shape) for r in _conjugate(rows))

    def _shape(self, rows: Any, lead: tuple[int, ...], shape: tuple[int, ...]) -> Any:
        if lead:
            rows = jnp.moveaxis(rows, 0, 1)
        return rows.reshape(*lead, *shape, *rows.shape[len(lead) + 1 :])


def _conjugate(gradients: Sequence[Any]) -> list[Any]:
    """Between JAX's convention for complex numbers and TensorFlow's, either way.

    For a real target, TensorFlow's gradient is the direction in which it grows; JAX's
    is the conjugate of that.
    """
    return [g.conj() if jnp.iscomplexobj(g) else g for g in gradients]


@functools.lru_cache(maxsize=512)
def _compiled(transform: Any) -> Callable[..., Any]:
    return jax.jit(transform.fn)
