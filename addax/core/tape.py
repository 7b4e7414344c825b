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
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from addax.core import _jax, scope, tree
from addax.core.forward import Forward, luck_of
from addax.core.op import describe
from addax.core.plan import Plan
from addax.core.tape_program import Jacobian, Pull, Record, TapeProgram, differentiable
from addax.core.tensor import Tensor, TensorLike, convert

if TYPE_CHECKING:
    from addax.core.variable import Variable


class UnconnectedGradients:
    """What `gradient` answers for sources that the target does not depend on."""

    NONE = "none"
    ZERO = "zero"


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
        self._work: Forward | None = None
        self._luck = luck_of(sys._getframe(1).f_code)
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
        state = scope.state
        self._recording = True
        self._scope = state.lift
        self._trace = None if self._scope is None else _jax.trace_state()
        self._settle()
        if state.step is not None:
            state.step.run()
        if state.work is not None:
            state.work.settle()
        alone = not (state.tapes or self._persistent or self._records)
        outside = state.lift is state.kernels is None
        if alone and outside and self._luck.worthwhile() and _jax.may_wait():
            self._work = Forward(self._active, self._records, self._luck)
        state.work = self._work
        state.tapes = (*state.tapes, self)

    def _stop(self) -> None:
        self._recording = False
        scope.state.tapes = tuple(t for t in scope.state.tapes if t is not self)
        scope.state.work = None

    def _settle(self) -> None:
        """Computes what waits."""
        work, self._work = self._work, None
        if work is not None:
            work.settle()

    def __del__(self) -> None:
        if not sys.is_finalizing():
            self._settle()

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
        self._settle()
        self._records: list[Record] = []
        self._active: set[int] = set()
        # Keeps each watched tensor alive, so that its id stays its own.
        self._watched: dict[int, Tensor] = {}
        self._reads: dict[int, tuple[Variable, dict[int, Tensor]]] = {}
        self._used = False

    def watch(self, tensor: Any) -> None:
        """Has the tape follow `tensor` (or a structure of tensors or variables)."""
        for x in tree.flatten(tensor):
            if isinstance(x, Tensor):
                if not differentiable(x):
                    _warn_integer(x)
                    continue
                self._begin(x)
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

    def follows(self, tensor: Tensor) -> bool:
        """Whether what is made of `tensor` is recorded."""
        return id(tensor) in self._active

    def _read(self, variable: Variable, handle: Tensor) -> None:
        if id(variable) in self._reads or (self._watch_accessed and variable.trainable):
            self._follow(variable, handle)

    def _follow(self, variable: Variable, handle: Tensor) -> None:
        if differentiable(handle):
            entry = self._reads.setdefault(id(variable), (variable, {}))
            entry[1][id(handle)] = handle
            self._begin(handle)

    def _begin(self, tensor: Tensor) -> None:
        """Follows a tensor from now on; what used it before is not differentiated."""
        if id(tensor) not in self._active:
            if self._work is not None and tensor in self._work:
                self._settle()
            self._active.add(id(tensor))

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
        self._records.append(Record(op, inputs, outputs))
        for out in outputs:
            if differentiable(out):
                active.add(id(out))
                if self._work is not None and self._work.open:
                    self._work.stop()

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
        targets = list(map(convert, tree.flatten(target)))
        work = self._work
        alone = not self._recording and output_gradients is None
        if work is not None and alone and all(map(differentiable, targets)):
            found = work.gradient(targets, self._versions(sources))
            if found is not None:
                self._used, self._work = True, None
                return self._answer(*found, sources, unconnected_gradients)
        program = self._program(targets, sources)
        given = [] if output_gradients is None else _seeds(output_gradients, targets)
        gradients = program.call(Pull(program.key, len(given)), given)
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
        target = convert(target)
        program = self._program([target], sources)
        gradients = program.call(Jacobian(program.key, False), [])
        return self._answer(
            program, gradients, sources, unconnected_gradients, target.shape
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
        program = self._program([target], source)
        gradients = program.call(Jacobian(program.key, True), [])
        return self._answer(
            program, gradients, source, unconnected_gradients, target.shape[1:]
        )

    def _program(self, targets: list[Tensor], sources: Any) -> TapeProgram:
        if self._used and not self._persistent:
            raise RuntimeError(
                "This tape has given its gradients already. "
                "Received: a second call of gradient() or jacobian()\n"
                "A tape forgets its record after one call, to free memory.\n"
                "1. Ask for all gradients in one call: tape.gradient(loss, [a, b]).\n"
                "2. Keep the record: tf.GradientTape(persistent=True)."
            )
        self._used = True
        self._settle()
        targets = [t for t in targets if differentiable(t)]
        versions = self._versions(sources)
        program = TapeProgram(self._records, targets, versions)
        program.rebind = (
            self._scope is not None
            and self._scope is scope.state.lift
            and self._trace == _jax.trace_state()
        )
        if not self._persistent and not self._recording:
            self._records = []
        return program

    def _versions(self, sources: Any) -> list[list[Tensor]]:
        """For each source the tensors that the tape followed for it."""
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
        return versions

    def _answer(
        self,
        program: TapeProgram | Plan,
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
                answers.append(convert(np.zeros(shape, source.dtype.name)))
            else:
                answers.append(None)
        return tree.unflatten(treedef, answers)


def _seeds(output_gradients: Any, targets: list[Tensor]) -> list[Tensor]:
    """One gradient for each target that has any; `None` stands for ones."""
    seeds = tree.flatten(output_gradients)
    if len(seeds) != len(targets):
        raise ValueError(
            "output_gradients must match the targets. "
            f"Received: {len(seeds)} gradients for {len(targets)} targets"
        )
    pairs = [(s, t) for s, t in zip(seeds, targets, strict=True) if differentiable(t)]
    given = [convert(np.ones(t.shape) if s is None else s, t.dtype) for s, t in pairs]
    for seed, (_, target) in zip(given, pairs, strict=True):
        if seed.shape != target.shape:
            raise ValueError(
                "Each of output_gradients has the shape of its target. "
                f"Received: {describe(seed)} for target {describe(target)}"
            )
    return given


def _warn_integer(x: Tensor) -> None:
    warnings.warn(
        f"A tensor of type {x.dtype.name} has no gradients, so watching it does "
        "nothing. Cast it to a floating type first: tf.cast(x, tf.float32).",
        stacklevel=3,
    )
