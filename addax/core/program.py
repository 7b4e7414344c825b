"""Lifted programs compiled: one call, or many steps in one dispatch."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
from jax import lax

from addax.core import _jax, scope
from addax.core.emit import settle
from addax.core.forward import learn
from addax.core.interrupts import uninterrupted
from addax.core.lift import ESCAPED, TRACED, Lifted, aval
from addax.core.tensor import Tensor

if TYPE_CHECKING:
    from addax.core.variable import Variable


# Between taking a variable's array and putting the new one back, a second thread would
# find an array that was given away.
_WRITING = threading.RLock()


class Program:
    """A compiled pure function with the variables that feed it.

    A hot call passes one flat list in and one out; the buffers of the variables that
    change are donated, so they are updated in place.

    Args:
        lifted: Where the variables and the result's structure come from.
        fn: `fn(writes, reads, *args) -> (results, new_writes)`; `lifted.pure` with its
            arguments spread if not given.
        donate: Whether the written variables' buffers may be reused.
        keep: Written variables that are not donated all the same: an eager training
            loop reads its weights before each update, and a weight that was read must
            be copied to be donated, which costs more than donating it saves.
        quiet: Makes the program without its callbacks, for tapes to run again.
    """

    def __init__(
        self,
        lifted: Lifted,
        fn: Callable[..., Any] | None = None,
        *,
        donate: bool = True,
        keep: Iterable[Variable] = (),
        quiet: Callable[[], Lifted] | None = None,
    ) -> None:
        self.lifted = lifted
        self._quiet = quiet
        self._pure = fn or (lambda w, r, *args: lifted.pure(w, r, args))
        kept = {id(v) for v in keep} if donate else {id(v) for v in lifted.writes}
        # For each written variable whether its buffer is given away.
        self.donates = tuple(id(v) not in kept for v in lifted.writes)
        self._compiled = jax.jit(self._split, donate_argnums=(0,))
        self.calls_back = lifted.has_effects
        self._kept: Any = None
        self._compiling: threading.Thread | None = None

    def _split(self, given: list[Any], kept: list[Any], reads: Any, *args: Any) -> Any:
        sources = iter(kept), iter(given)
        writes = [next(sources[donates]) for donates in self.donates]
        return self._pure(writes, reads, *args)

    def __call__(self, *args: Any) -> Any:
        """Runs on flat arrays, writes the variables back, returns flat results."""
        compiling = self._compiling
        if compiling is not None:
            compiling.join()
            self._compiling = None
        if not self.lifted.writes:
            return self._run(args)
        with _WRITING, uninterrupted():
            return self._run(args)

    def _run(self, args: tuple[Any, ...]) -> Any:
        lifted = self.lifted
        given: list[Any] = []
        kept: list[Any] = []
        for variable, donates in zip(lifted.writes, self.donates, strict=True):
            if donates:
                given.append(variable._take())
            else:
                kept.append(variable._handle._value)
        reads = [v._handle._value for v in lifted.reads]
        try:
            with _jax.x64():
                results, new = self._compiled(given, kept, reads, *args)
        except _jax.UnexpectedTracerError as error:
            where = "in another traced function"
            raise ValueError(ESCAPED.format(where=where)) from error
        if new and _jax.is_tracer(new[0]):
            raise ValueError(TRACED.format(path=lifted.writes[0].path, value=new[0]))
        for variable, array in zip(lifted.writes, new, strict=True):
            variable._put(array)
        if self.calls_back:
            jax.block_until_ready((results, new))
            settle()
        return results

    @functools.cached_property
    def avals(self) -> list[Any]:
        """Shape and type of the flat results, then of the written variables."""
        written = [v._handle._known for v in self.lifted.writes]
        return [*self.lifted.out_avals, *(getattr(x, "aval", x) for x in written)]

    def trace(self, values: list[Any]) -> list[Any]:
        """The flat results and new values for those of variables and arguments."""
        writes = len(self.lifted.writes)
        split = writes + len(self.lifted.reads)
        written, read = values[:writes], values[writes:split]
        results, new = self._pure(written, read, *values[split:])
        return [*results, *new]

    def compile_ahead(self, *avals: Any) -> None:
        """Starts compiling for these argument shapes, in a thread.

        Tracing happens here and now; XLA's part (nine tenths of the time) runs beside
        whatever comes next. The first call waits for it and finds it done.
        """
        lifted = self.lifted
        state: list[list[Any]] = [[], [], [aval(v._handle) for v in lifted.reads]]
        for variable, donates in zip(lifted.writes, self.donates, strict=True):
            state[not donates].append(aval(variable._handle))
        with _jax.x64():
            lowered = self._compiled.lower(*state, *avals)
        self._compiling = threading.Thread(
            target=_jax.in_x64(lowered.compile), name="addax-compile", daemon=True
        )
        self._compiling.start()

    def recorded(self, args: Sequence[Tensor]) -> list[Tensor]:
        """Runs under gradient tapes, as one operation that they can differentiate.

        Nothing is donated here: the tapes need the old values.
        """
        lifted = self.lifted
        if self._kept is None:
            self._kept = RecordedProgram(self._pure, lifted, self._quiet)
        inputs = [v._read() for v in (*lifted.writes, *lifted.reads)] + list(args)
        outs = self._kept(inputs, self.calls_back)
        split = len(outs) - len(lifted.writes)
        for variable, tensor in zip(lifted.writes, outs[split:], strict=True):
            variable.assign(tensor)
        return list(outs[:split])


class RecordedProgram:
    """A program as tapes replay it: flat arrays in, flat tuple out."""

    differentiable = compile = True

    def __init__(
        self,
        pure: Callable[..., Any],
        lifted: Lifted,
        quiet: Callable[[], Lifted] | None,
    ) -> None:
        n_writes, n_reads = len(lifted.writes), len(lifted.reads)
        self.name = "program"

        def flat(pure: Callable[..., Any]) -> Callable[..., Any]:
            def fn(*flat: Any) -> tuple[Any, ...]:
                split = n_writes + n_reads
                results, new = pure(
                    list(flat[:n_writes]), list(flat[n_writes:split]), *flat[split:]
                )
                return (*results, *new)

            return fn

        self._compiled = _jax.in_x64(jax.jit(flat(pure)))
        self._outlines: dict[Any, Any] = {}
        if quiet is not None and lifted.has_effects:
            silent = quiet()
            pure = lambda w, r, *args: silent.pure(w, r, args)
        self.fn = flat(pure)

    def __call__(self, inputs: list[Tensor], calls_back: bool) -> tuple[Tensor, ...]:
        """Runs on all values that the program takes, or waits for the tape."""
        state, key, outline = scope.state, None, None
        if state.work is not None and not calls_back:
            key = state.work.key(inputs)
            outline = self._outlines.get(key)
            if outline is not None and state.work.open:
                return state.work.put_off(self, inputs, outline)
        flat = self._compiled(*(t._value for t in inputs))
        if calls_back:
            jax.block_until_ready(flat)
            settle()
        if key is not None and outline is None:
            learn(self._outlines, key, flat)
        outs = tuple(Tensor(x) for x in flat)
        for tape in state.tapes:
            tape._record(self, inputs, outs)
        return outs


def loop(
    lifted: Lifted,
    fetch: Callable[..., Sequence[Any]],
    *,
    collect: int = 0,
    donate: bool = True,
) -> Program:
    """Many steps of a lifted function in one dispatch.

    The returned program is called with `(start, count, *data)`, runs `lifted` on
    `fetch(i, *data)` for each `i` from `start` on, `count` times, carrying the written
    variables, and returns the last step's results. The number of steps is an argument
    of the compiled code, so any count runs without compiling again.

    Args:
        lifted: The step.
        fetch: Cuts step `i`'s flat arguments out of the data, inside the compiled code.
        collect: If not 0, results are those of all steps instead, stacked in buffers
            for this many steps (`count` may be smaller; the rest is unspecified).
        donate: Whether the variables' buffers may be reused.
    """

    def run(
        writes: list[Any], reads: list[Any], start: Any, count: Any, *data: Any
    ) -> Any:
        def body(i: Any, carry: Any) -> Any:
            state, results = carry
            new, state = lifted.pure(state, reads, fetch(start + i, *data))
            if collect:
                new = [
                    lax.dynamic_update_index_in_dim(buffer, x, i, 0)
                    for buffer, x in zip(results, new, strict=True)
                ]
            return state, new

        lead = (collect,) if collect else ()
        empty = [jnp.zeros(lead + a.shape, a.dtype) for a in lifted.out_avals]
        state, results = lax.fori_loop(0, count, body, (writes, empty))
        return results, state

    return Program(lifted, run, donate=donate)
