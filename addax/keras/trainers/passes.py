"""Passes over data: where one is, so that another process can go on from there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def numpy_state() -> list[Any]:
    """The state of NumPy's global generator, as plain values."""
    state: Any = np.random.get_state(legacy=True)
    return [state[0], state[1].tolist(), *state[2:]]


def set_numpy_state(state: list[Any]) -> None:
    """Sets what `numpy_state` returned."""
    kind, words, *rest = state
    np.random.set_state((kind, np.array(words, np.uint32), *rest))


class Passes:
    """Counts the batches of a pass over data, which may take several epochs.

    A pass that is shuffled draws its order from NumPy's global generator when it
    begins; that state and the number of batches are all it takes to go on. A data set
    with random numbers of its own brings functions that get and set their state.
    """

    def __init__(
        self,
        get: Callable[[], list[Any]] | None,
        put: Callable[[list[Any]], None] | None,
    ) -> None:
        self._state = get or numpy_state
        self._set_state = put or set_numpy_state
        self._drawn: list[Any] = []  # the generator's state when the pass began
        self._start = 0  # batches of the pass before this epoch
        self._next = 0  # before the next one; 0: a new pass begins

    def place(self, within: bool) -> dict[str, Any]:
        """Where the pass is.

        Args:
            within: Whether the epoch in progress is meant, rather than the next.
        """
        if within:
            return {"shuffle": self._drawn, "done": self._start}
        state = self._drawn if self._next else self._state()
        return {"shuffle": state, "done": self._next}

    def resume(self, place: dict[str, Any]) -> None:
        """Goes to where another feed on the same data was.

        Args:
            place: What its `place` returned.
        """
        self._set_state(place["shuffle"])
        if place["done"]:
            self._begin_pass()
            self._skip(place["done"])
            self._next = place["done"]

    def _begin_epoch(self) -> None:
        if not self._next:
            self._begin_pass()
        self._start = self._next

    def _begin_pass(self) -> None:
        self._drawn = self._state()
        self._open_pass()

    def _open_pass(self) -> None:
        raise NotImplementedError

    def _skip(self, batches: int) -> None:
        """Leaves out the first batches of a pass; feeds by index need not."""


def ran_out(seen: int, steps: int | None) -> str:
    """The warning that an epoch was shorter than asked for, or had nothing left."""
    if steps is None:
        return (
            "The data ran out, and training ends: a generator gives its batches once. "
            "For several epochs, give steps_per_epoch or data that can start again."
        )
    return (
        f"The data ran out: {seen} of {steps} steps of this epoch. For more, give data "
        "that repeats, or fewer steps_per_epoch."
    )
