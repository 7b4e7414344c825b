"""What surrounds a call on this thread: the lift in progress, tapes, casting, paths."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeVar

from addax._base.output import held_until, unheard
from addax.core import _jax

if TYPE_CHECKING:
    from addax.core.forward import Forward
    from addax.core.lift import LiftScope
    from addax.core.step import Step
    from addax.core.tape import GradientTape


T = TypeVar("T")


class _State(threading.local):
    lift: LiftScope | None = None
    tapes: tuple[GradientTape, ...] = ()
    autocast: str | None = None
    names: tuple[str, ...] = ()
    # How a trace takes Python's control flow: None outside traces, else "plain" (as
    # written, on trial), "converted", or "never" converted. "hosted": outside, but in a
    # function whose loops over data sets have compiled bodies.
    flow: str | None = None
    features: Any = None  # what AutoGraph converts beyond the usual
    quiet: bool = False
    # Operations that run by NumPy here, by name; see `addax.ops.on_host`.
    kernels: dict[str, Any] | None = None
    # What is put off: the operations of a tape, and the step that its gradients begin.
    work: Forward | None = None
    step: Step | None = None


state = _State()


class use:
    """Replaces parts of the state in a block; `False`/`None` leaves a part alone."""

    __slots__ = ("_autocast", "_before", "_lift", "_tapes")

    def __init__(
        self,
        *,
        lift: LiftScope | bool | None = False,
        tapes: tuple[GradientTape, ...] | None = None,
        autocast: str | bool | None = False,
    ) -> None:
        self._lift, self._tapes, self._autocast = lift, tapes, autocast

    def __enter__(self) -> None:
        self._before = state.lift, state.tapes, state.autocast, state.work
        if self._lift is not False:
            state.lift = self._lift  # type: ignore[assignment]
        if self._tapes is not None:
            state.tapes, state.work = self._tapes, None
        if self._autocast is not False:
            state.autocast = self._autocast  # type: ignore[assignment]

    def __exit__(self, *exc: object) -> None:
        state.lift, state.tapes, state.autocast, state.work = self._before


@contextmanager
def eagerly() -> Iterator[None]:
    """Runs a block outside every trace, lift and tape in progress.

    A variable created while a function is being traced needs a value that outlives the
    trace; its initializer runs in this block (TensorFlow calls it `init_scope`).
    """
    with use(lift=None, tapes=(), autocast=None), _jax.eval_eagerly():
        yield


@contextmanager
def name_scope(name: str) -> Iterator[str]:
    """Prefixes the paths of variables created in the block with `name/`."""
    before = state.names
    state.names = (*before, name) if name else ()
    try:
        yield "/".join(state.names)
    finally:
        state.names = before


class use_names:
    """Makes `names` the whole path within a block."""

    __slots__ = ("_before", "_names")

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names

    def __enter__(self) -> None:
        self._before, state.names = state.names, self._names

    def __exit__(self, *exc: object) -> None:
        state.names = self._before


def current_path(name: str) -> str:
    """The path of something called `name` that is created here."""
    return "/".join((*state.names, name))


@contextmanager
def quietly() -> Iterator[None]:
    """Leaves out what would look at values (`emit`), or prints, in the block.

    What is traced there has been traced before.
    """
    before, state.quiet = state.quiet, True
    try:
        with unheard():
            yield
    finally:
        state.quiet = before


# Python's control flow over tensors


class Undecided(TypeError, NotImplementedError):
    """Python asked a tensor that has no value yet to decide what to run."""

    _addax = True  # operations pass it on as it is


class NeedsPython(Exception):
    """A function does what no compiled program can; `function` runs it as Python.

    Args:
        fact: What it does.
        fix: How else to do it.
    """

    def __init__(self, fact: str, fix: str) -> None:
        super().__init__(
            f"{fact}\nA compiled program has fixed shapes and runs without Python.\n"
            "Fix, one of:\n"
            f"  1. {fix}\n"
            "  2. Run as plain Python: model.compile(..., run_eagerly=True) or "
            "tf.config.run_functions_eagerly(True)."
        )


class NeedsValue(Undecided, NeedsPython):
    """An operation needs the value of a tensor that has none yet: for a shape, say."""

    def __init__(self, text: str) -> None:
        Exception.__init__(self, text)


def host_only(fact: str, fix: str) -> None:
    """Says, while a function is traced, that it has to run as plain Python.

    Args:
        fact: What it does.
        fix: How else to do it.

    Raises:
        NeedsPython: If a trace is in progress.
    """
    if state.lift is not None:
        raise NeedsPython(fact, fix)


# Gives a function with its control flow converted; `addax.autograph` puts it here.
converter: Callable[[Any], Any] | None = None


@contextmanager
def flow(value: str | None, features: Any = None) -> Iterator[None]:
    """Sets how traces take Python's control flow in the block, and what else."""
    before = state.flow, state.features
    state.flow = value
    if features is not None:
        state.features = features
    try:
        yield
    finally:
        state.flow, state.features = before


def attempt(trace: Callable[[], T]) -> T:
    """What `trace` returns; if Python's control flow keeps it from going on, it is
    called once more, with the functions it calls converted. What it had printed until
    then is forgotten.

    Most functions need no conversion. They run as they were written, and their
    tracebacks and debuggers show the user's own code.
    """
    if state.flow not in (None, "hosted") or converter is None:
        return trace()
    with suppress(Undecided), held_until(Undecided), flow("plain"):
        return trace()
    with flow("converted"):
        return trace()


def converted(fn: Any) -> Any:
    """`fn`, with its control flow converted where that is needed."""
    if state.flow in ("converted", "hosted") and converter is not None:
        return converter(fn)
    return fn
