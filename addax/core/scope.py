"""What surrounds a call on this thread: the lift in progress, tapes, casting, paths."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from addax.core import _jax

if TYPE_CHECKING:
    from addax.core.lift import LiftScope
    from addax.core.tape import GradientTape


class _State(threading.local):
    lift: LiftScope | None = None
    tapes: tuple[GradientTape, ...] = ()
    autocast: str | None = None
    names: tuple[str, ...] = ()


state = _State()


@contextmanager
def use(
    *,
    lift: LiftScope | bool | None = False,
    tapes: tuple[GradientTape, ...] | None = None,
    autocast: str | bool | None = False,
) -> Iterator[None]:
    """Replaces parts of the state in a block; `False`/`None` leaves a part alone."""
    before = state.lift, state.tapes, state.autocast
    if lift is not False:
        state.lift = lift  # type: ignore[assignment]
    if tapes is not None:
        state.tapes = tapes
    if autocast is not False:
        state.autocast = autocast  # type: ignore[assignment]
    try:
        yield
    finally:
        state.lift, state.tapes, state.autocast = before


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


@contextmanager
def use_names(names: tuple[str, ...]) -> Iterator[None]:
    """Makes `names` the whole path within a block."""
    before = state.names
    state.names = names
    try:
        yield
    finally:
        state.names = before


def current_path(name: str) -> str:
    """The path of something called `name` that is created here."""
    return "/".join((*state.names, name))
