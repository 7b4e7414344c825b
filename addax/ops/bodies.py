"""Functions that control flow runs: made pure, with all that they use named.

The branches of a condition and the body of a loop are Python functions which read and
assign variables and close over tensors. `lift_body` makes one pure; a `Frame` joins
those of one operation, carries their variables, and runs the whole as one operation
that tapes record (docs/design/0005-control-flow.md).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import jax

from addax._base.output import unheard
from addax.core import Array, Op, Tensor, Variable, _jax, convert, lift, scope, tree
from addax.core.lift import Lifted

Fn = Callable[..., Any]
Arrays = Sequence[Any]


@dataclass(frozen=True)
class Body:
    """A function of tensors made pure.

    Attributes:
        lifted: The program; the captures are its first arguments.
        captures: The tensors from outside that tapes follow.
        quiet: The program without the callbacks that print and check, to be used where
            it runs again only for gradients.
    """

    lifted: Lifted
    captures: tuple[Tensor, ...]
    quiet: Lifted


class _Captures:
    """A tape that looks which tensors of other tapes a function uses."""

    def __init__(self, tapes: Sequence[Any]) -> None:
        self._tapes = tapes
        self.found: dict[int, Tensor] = {}

    def follows(self, x: Tensor) -> bool:
        return any(tape.follows(x) for tape in self._tapes)

    def _record(self, op: Any, inputs: list[Any], outputs: Any) -> None:
        for x in inputs:
            for v in x if type(x) is list else (x,):
                if type(v) is Tensor and self.follows(v):
                    self.found[id(v)] = v

    def _read(self, variable: Variable, handle: Tensor) -> None:
        """Variables are named by the lift scope."""


def lift_body(fn: Fn, args: Sequence[Any]) -> Body:
    """Makes `fn(*args)` pure; inside, it casts and differentiates as it would here.

    Args:
        fn: A function of tensors.
        args: Example arguments.
    """
    fn = scope.converted(fn)
    tapes, autocast = scope.state.tapes, scope.state.autocast
    captures: tuple[Tensor, ...] = ()

    def body(*given: Any) -> Any:
        with swapped(captures, given[: len(captures)]), scope.use(autocast=autocast):
            out = fn(*given[len(captures) :])
            # A capture that is returned must not change back
            return tree.map_structure(_kept, out) if captures else out

    if not tapes:
        lifted = lift(body, args)
        return Body(lifted, (), lifted)
    seen = _Captures(tapes)

    def looking(*given: Any) -> Any:
        seen.found.clear()
        with scope.use(tapes=(seen,)):  # type: ignore[arg-type]
            out = body(*given)
        seen._record(None, flat_tensors(out), ())  # what is returned as it was
        return out

    lifted = lift(looking, args)
    captures = tuple(seen.found.values())
    examples = [*captures, *args]
    variables = (*lifted.writes, *lifted.reads)
    if captures:
        with unheard():
            lifted = lift(body, examples, variables)
    quiet = lifted
    if lifted.has_effects:
        with scope.quietly():
            quiet = lift(body, examples, variables)
    return Body(lifted, captures, quiet)


def _kept(x: Any) -> Any:
    return Tensor(x._value) if type(x) is Tensor else x


class swapped:
    """Points tensor handles to other values within a block."""

    __slots__ = ("_handles", "_values")

    def __init__(self, handles: Sequence[Tensor], tensors: Sequence[Tensor]) -> None:
        self._handles = handles
        self._values = [t._value for t in tensors]

    def __enter__(self) -> None:
        self._swap()

    def __exit__(self, *exc: object) -> None:
        self._swap()

    def _swap(self) -> None:
        before = [h._value for h in self._handles]
        for handle, value in zip(self._handles, self._values, strict=True):
            handle._value = value
        self._values = before


class Frame:
    """The bodies of one operation, and what they share.

    Attributes:
        writes: The variables that any of them assigns: the operation's state.
        reads: The variables that are only read.
    """

    def __init__(self, *bodies: Body) -> None:
        self.bodies = bodies
        lifts = [b.lifted for b in bodies]
        self.writes = list({id(v): v for p in lifts for v in p.writes}.values())
        written = {id(v) for v in self.writes}
        reads = {id(v): v for p in lifts for v in p.reads if id(v) not in written}
        self.reads = list(reads.values())
        captures = {id(c): c for b in bodies for c in b.captures}
        self._captures = list(captures.values())
        self._slots = {k: i for i, k in enumerate((*captures, *reads))}
        self._state = {id(v): i for i, v in enumerate(self.writes)}
        # Values that the programs close over, each program's from its own place on
        programs = {id(p): p for b in bodies for p in (b.lifted, b.quiet)}
        self._constants: list[Any] = []
        self._begin: dict[int, int] = {}
        for key, lifted in programs.items():
            self._begin[key] = len(self._slots) + len(self._constants)
            self._constants += _jax.constants(lifted.program)

    def apply(
        self,
        name: str,
        kernel: Callable[[Any, Any, Any], tuple[Any, Any]],
        args: Sequence[Any],
    ) -> list[Tensor]:
        """Runs `kernel(run, state, args) -> (state, results)` as one operation.

        Args:
            name: The operation's name.
            kernel: A pure function. Its first argument runs a body: `run(number,
                state, args, environment) -> (results, state)`, and has the arrays that
                all bodies see as `run.environment`.
            args: The tensors that the operation takes.

        Returns:
            The results; the variables are assigned.
        """

        def variant(quiet: bool) -> Fn:
            def fn(
                environment: Sequence[Array],
                state: Sequence[Array],
                args: Sequence[Array],
            ) -> tuple[Any, ...]:
                run = _Run(self, quiet, list(environment))
                new, results = kernel(run, list(state), list(args))
                return (*new, *results)

            return fn

        op = Op(variant(False), name=name, compile=False)
        with scope.use(autocast=None):
            environment = [*self._captures, *(v._read() for v in self.reads)]
            constants = [Tensor(c) for c in self._constants]
            state = [v._read() for v in self.writes]
        outs = op(environment + constants, state, [convert(a) for a in args])
        # Tapes run it again, for gradients only
        op.fn = variant(True)
        for variable, value in zip(self.writes, outs, strict=False):
            variable.assign(value)
        return list(outs[len(self.writes) :])


class _Run:
    """How a kernel runs a frame's bodies."""

    def __init__(self, frame: Frame, quiet: bool, environment: list[Any]) -> None:
        self.frame = frame
        self.quiet = quiet
        self.environment = environment

    def __call__(
        self, number: int, state: Arrays, args: Arrays, environment: Arrays
    ) -> tuple[list[Any], list[Any]]:
        """Results and new state of one body."""
        frame = self.frame
        body = frame.bodies[number]
        lifted = body.quiet if self.quiet else body.lifted
        slots, held = frame._slots, frame._state

        def value(x: Any) -> Any:
            where = held.get(id(x))
            return environment[slots[id(x)]] if where is None else state[where]

        begin = frame._begin[id(lifted)]
        count = len(_jax.constants(lifted.program))
        flat, new = lifted.with_constants(environment[begin : begin + count]).pure(
            [value(v) for v in lifted.writes],
            [value(v) for v in lifted.reads],
            [*(value(c) for c in body.captures), *args],
        )
        after = list(state)
        for variable, array in zip(lifted.writes, new, strict=True):
            slot = held[id(variable)]
            after[slot] = _assigned(state[slot], array)
        return flat, after


@jax.custom_jvp
def _assigned(old: Any, new: Any) -> Any:
    """A variable's new value, for gradients the variable still.

    As in TensorFlow, gradients stop at an assignment, and each read counts for the
    variable, whatever it holds.
    """
    return new


@_assigned.defjvp
def _(primals: tuple[Any, Any], tangents: tuple[Any, Any]) -> tuple[Any, Any]:
    return primals[1], tangents[0]


def tensors(structure: Any) -> Any:
    """Numbers and arrays as tensors; `None` and tensors as they are."""
    return tree.map_structure(lambda x: x if x is None else convert(x), structure)


def flat_tensors(structure: Any) -> list[Tensor]:
    """The tensors among the leaves, in the order in which a program takes them."""
    return [x for x in tree.flatten(structure) if isinstance(x, Tensor)]
