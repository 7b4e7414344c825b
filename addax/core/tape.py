"""`GradientTape`: records a program, differentiates it with JAX.

The tape keeps (operation, inputs, outputs), not gradients. `gradient` cuts out what
connects sources to targets, makes it a pure function, and lets JAX differentiate that;
the compiled result is cached by the program's structure, so that a plain eager training
loop compiles once. The call is itself recorded on outer tapes, which gives higher
orders. Inside a trace the replay takes the first forward pass's place ("rebinding",
docs/design/0001-lift.md), so the work is not done twice.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from addax.core import _jax, scope, tree
from addax.core.op import describe
from addax.core.tensor import Tensor, TensorLike, convert

if TYPE_CHECKING:
    from addax.core.variable import Variable


class UnconnectedGradients:
    """What `gradient` answers for sources that the target does not depend on."""

    NONE = "none"
    ZERO = "zero"


class _Record(NamedTuple):
    op: Any
    inputs: list[Any]
    outputs: tuple[Tensor, ...]


class GradientTape:
    """Records operations for automatic differentiation.

    Trainable variables are watched by themselves, other tensors after `watch`.

    Args:
        persistent: Whether `gradient` may be called more than once.
        watch_accessed_variables: Whether trainable variables are watched by themselves.

    Example:

    >>> from addax import tf
    >>> x = tf.constant(3.0)
    >>> with tf.GradientTape() as tape:
    ...     tape.watch(x)
    ...     y = x * x
    >>> float(tape.gradient(y, x))
    6.0
    """

    def __init__(
        self, persistent: bool = False, watch_accessed_variables: bool = True
    ) -> None:
        self._persistent = persistent
        self._watch_accessed = watch_accessed_variables
        self._used = False
        self._recording = False
        self.reset()

    # Recording

    def __enter__(self) -> GradientTape:
        if self._recording:
            raise ValueError(
                "This tape is recording already. Received: a second `with tape:`\n"
                "Make a new tf.GradientTape() for each block."
            )
        self._start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stop()

    def _start(self) -> None:
        self._recording = True
        self._scope = scope.state.lift
        self._trace = None if self._scope is None else _jax.trace_state()
        scope.state.tapes = (*scope.state.tapes, self)

    def _stop(self) -> None:
        self._recording = False
        scope.state.tapes = tuple(t for t in scope.state.tapes if t is not self)

    @contextmanager
    def stop_recording(self) -> Iterator[None]:
        """Pauses the tape within a block."""
        if not self._recording:
            raise ValueError("This tape is not recording. Received: stop_recording()")
        self._stop()
        try:
            yield
        finally:
            self._start()

    def reset(self) -> None:
        """Forgets everything recorded so far."""
        self._records: list[_Record] = []
        self._active: set[int] = set()
        # Keeps each watched tensor alive, so that its id stays its own.
        self._watched: dict[int, Tensor] = {}
        self._reads: dict[int, tuple[Variable, dict[int, Tensor]]] = {}
        self._used = False

    def watch(self, tensor: Any) -> None:
        """Has the tape follow `tensor` (or a structure of tensors or variables)."""
        for x in tree.flatten(tensor):
            if isinstance(x, Tensor):
                if not _differentiable(x):
                    _warn_integer(x)
                    continue
                self._active.add(id(x))
                self._watched[id(x)] = x
            elif hasattr(x, "_read"):
                self._follow(x, x._handle if scope.state.lift is None else x._read())
            else:
                raise ValueError(
                    f"Only tensors and variables can be watched. Received: {x!r}\n"
                    "Convert it first: x = tf.constant(x); tape.watch(x)."
                )

    def watched_variables(self) -> tuple[Variable, ...]:
        """The variables that the tape follows, in the order they were first read."""
        return tuple(v for v, _ in self._reads.values())

    def _read(self, variable: Variable, handle: Tensor) -> None:
        if id(variable) in self._reads or (self._watch_accessed and variable.trainable):
            self._follow(variable, handle)

    def _follow(self, variable: Variable, handle: Tensor) -> None:
        if _differentiable(handle):
            entry = self._reads.setdefault(id(variable), (variable, {}))
            entry[1][id(handle)] = handle
            self._active.add(id(handle))

    def _record(self, op: Any, inputs: list[Any], outputs: tuple[Tensor, ...]) -> None:
        active = self._active
        for x in inputs:
            if type(x) is Tensor:
                if id(x) in active:
                    break
            elif type(x) is list and any(id(v) in active for v in x):
                break
        else:
            return
        self._records.append(_Record(op, inputs, outputs))
        for out in outputs:
            if _differentiable(out):
                active.add(id(out))

    # Differentiating

    def gradient(
        self,
        target: Any,
        sources: Any,
        output_gradients: Any = None,
        unconnected_gradients: str = UnconnectedGradients.NONE,
    ) -> Any:
        """The gradient of `target` with respect to each of `sources`.

        Args:
            target: A tensor, or a structure of tensors whose gradients are added.
            sources: A tensor or variable, or a structure of them.
            output_gradients: Gradients of the targets, for a weighted sum; ones if not
                given.
            unconnected_gradients: `"none"` answers `None` for a source that the target
                does not depend on, `"zero"` zeros.

        Returns:
            The gradients, in the structure of `sources`.

        Raises:
            RuntimeError: At the second call, unless the tape is persistent.
        """
        program = self._program(target, sources)
        seeds = [] if output_gradients is None else tree.flatten(output_gradients)
        if seeds and len(seeds) != len(program.targets):
            raise ValueError(
                "output_gradients must match the targets. "
                f"Received: {len(seeds)} gradients for {len(program.targets)} targets"
            )
        given = [
            convert(s, t.dtype)
            for s, t in zip(seeds or [None] * len(program.targets), program.targets)
            if s is not None
        ]
        gradients = program.call(_Pull(program.key, len(given)), given)
        return self._answer(program, gradients, sources, unconnected_gradients)

    def jacobian(
        self,
        target: Any,
        sources: Any,
        unconnected_gradients: str = UnconnectedGradients.NONE,
        parallel_iterations: int | None = None,
        experimental_use_pfor: bool = True,
    ) -> Any:
        """The derivatives of each element of `target` by each element of `sources`.

        Args:
            target: A tensor.
            sources: A tensor or variable, or a structure of them.
            unconnected_gradients: As for `gradient`.
            parallel_iterations: Kept for TensorFlow's signature.
            experimental_use_pfor: Kept for TensorFlow's signature.

        Returns:
            For each source a tensor of shape `target.shape + source.shape`.
        """
        program = self._program(target, sources)
        gradients = program.call(_Jacobian(program.key, False), [])
        return self._answer(
            program, gradients, sources, unconnected_gradients, program.targets[0].shape
        )

    def batch_jacobian(
        self,
        target: Any,
        source: Any,
        unconnected_gradients: str = UnconnectedGradients.NONE,
        parallel_iterations: int | None = None,
        experimental_use_pfor: bool = True,
    ) -> Any:
        """`jacobian` of each row of a batch by itself.

        Args:
            target: A tensor of shape `(batch, ...)`.
            source: A tensor of shape `(batch, ...)`; row `i` of the target depends only
                on its row `i`.
            unconnected_gradients: As for `gradient`.
            parallel_iterations: Kept for TensorFlow's signature.
            experimental_use_pfor: Kept for TensorFlow's signature.

        Returns:
            A tensor of shape `(batch, *target.shape[1:], *source.shape[1:])`.
        """
        target = convert(target)
        if target.shape[:1] != source.shape[:1]:
            raise ValueError(
                "batch_jacobian needs the same batch size in target and source. "
                f"Received: target={describe(target)}, source={describe(source)}"
            )
        program = self._program(target, source)
        gradients = program.call(_Jacobian(program.key, True), [])
        return self._answer(
            program, gradients, source, unconnected_gradients, target.shape[1:]
        )

    def _program(self, target: Any, sources: Any) -> _Program:
        if self._used and not self._persistent:
            raise RuntimeError(
                "This tape has given its gradients already. "
                "Received: a second call of gradient() or jacobian()\n"
                "A tape forgets its record after one call, to free memory.\n"
                "1. Ask for all gradients in one call: tape.gradient(loss, [a, b]).\n"
                "2. Keep the record: tf.GradientTape(persistent=True)."
            )
        self._used = True
        targets = []
        for t in tree.flatten(target):
            target = t._read() if hasattr(t, "_read") else convert(t)
            if _differentiable(target):
                targets.append(target)
        versions: list[list[Tensor]] = []
        for source in tree.flatten(sources):
            if hasattr(source, "_read"):
                entry = self._reads.get(id(source))
                versions.append(list(entry[1].values()) if entry else [])
            elif isinstance(source, Tensor):
                versions.append([source] if id(source) in self._active else [])
            elif isinstance(source, TensorLike):
                raise ValueError(
                    "A gradient needs values. Received: a symbolic tensor as source\n"
                    "Run the model on data inside the tape: y = model(x)."
                )
            else:
                raise ValueError(
                    "Sources are tensors or variables that the tape watched. "
                    f"Received: {source!r}\n"
                    "Convert it before use: x = tf.constant(x); tape.watch(x)."
                )
        program = _Program(self._records, targets, versions)
        program.rebind = (
            self._scope is not None
            and self._scope is scope.state.lift
            and self._trace == _jax.trace_state()
        )
        if not self._persistent and not self._recording:
            self._records = []
        return program

    def _answer(
        self,
        program: _Program,
        gradients: Sequence[Tensor],
        sources: Any,
        unconnected: str,
        lead: tuple[int, ...] = (),
    ) -> Any:
        found = iter(gradients)
        leaves, treedef = tree.flatten_with_treedef(sources)
        answers: list[Any] = []
        for source, used in zip(leaves, program.used, strict=True):
            parts = [next(found) for _ in range(used)]
            if parts:
                answers.append(functools.reduce(lambda a, b: a + b, parts))
            elif getattr(unconnected, "value", unconnected) == "zero":
                shape = (*lead, *source.shape)
                answers.append(Tensor(jnp.zeros(shape, source.dtype.name)))
            else:
                answers.append(None)
        return tree.unflatten(treedef, answers)


def _differentiable(x: Tensor) -> bool:
    return jnp.issubdtype(x._value.dtype, np.inexact)


def _warn_integer(x: Tensor) -> None:
    import warnings

    warnings.warn(
        f"A tensor of type {x.dtype.name} has no gradients, so watching it does "
        "nothing. Cast it to a floating type first: tf.cast(x, tf.float32).",
        stacklevel=3,
    )


class _Program:
    """The part of a tape that connects sources to targets, in canonical form."""

    def __init__(
        self,
        records: list[_Record],
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
                reached.update(id(o) for o in record.outputs if _differentiable(o))
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
        self.live = live
        self.path = path
        self.rebind = False
        self._number(connected, path)
        self.wanted = [t for group in versions for t in group if id(t) in needed]

    def _number(self, sources: list[Tensor], steps: list[_Record]) -> None:
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
        self.key = _Key(
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
        elif self.rebind and isinstance(transform, _Pull):
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


def _rerun(record: _Record) -> None:
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


def _operands(record: _Record) -> Iterator[Any]:
    """The values of a record that vary from run to run: tensors and numbers."""
    for x in record.inputs:
        for v in x if type(x) is list else (x,):
            if type(v) is Tensor or isinstance(v, (np.ndarray, np.generic)):
                yield v


def _template(record: _Record, slots: dict[int, int]) -> Iterator[Any]:
    for x in record.inputs:
        if type(x) is list:
            yield ("many", tuple(slots[id(v)] for v in x))
        elif type(x) is Tensor or isinstance(x, (np.ndarray, np.generic)):
            yield ("one", slots[id(x)])
        else:
            yield ("static", type(x), x)


@dataclass(frozen=True)
class _Key:
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
class _Pull:
    """Gradients of the summed targets: a transform, and an op for outer tapes."""

    key: _Key
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

        targets, pull, values = jax.vjp(forward, *self.key.start(leaves), has_aux=True)
        ones = [jnp.ones_like(t) for t in targets]
        return pull(list(seeds) if seeds else ones), values


@dataclass(frozen=True)
class _Jacobian:
    """All derivatives of the first target, per batch row if `batched`."""

    key: _Key
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
        return tuple(self._shape(r, lead, shape) for r in rows)

    def _shape(self, rows: Any, lead: tuple[int, ...], shape: tuple[int, ...]) -> Any:
        if lead:
            rows = jnp.moveaxis(rows, 0, 1)
        return rows.reshape(*lead, *shape, *rows.shape[len(lead) + 1 :])


@functools.lru_cache(maxsize=512)
def _compiled(transform: Any) -> Callable[..., Any]:
    return jax.jit(transform.fn)
