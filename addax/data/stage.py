"""`Stage`: one step of a pipeline, as a description that can be run many times."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import numpy as np

from addax._base.errors import explain
from addax.core import draw_seed
from addax.core.scope import eagerly
from addax.data.options import Options

AUTOTUNE = -1
INFINITE = -1
UNKNOWN = -2


class Stage:
    """A description of elements: where they come from and what is done to them.

    Attributes:
        name: The method that users call for it, for messages.
        sources: The stages that it takes elements from.
    """

    name = "Dataset"
    sources: tuple[Stage, ...] = ()
    _make_dataset: ClassVar[Callable[[Any], Any]]  # `dataset.py` fills it in

    def iterate(self, run: Run) -> Iterator[Any]:
        """The elements, from the first on."""
        raise NotImplementedError

    def spec(self) -> Any:
        """What the elements look like, a structure of specifications."""
        return self.sources[0].spec()

    def count(self) -> int:
        """How many elements there are, `INFINITE` or `UNKNOWN`."""
        return self.sources[0].count()

    def columns(self) -> Any:
        """The `Columns` whose rows the elements are, or `None`; see `order`."""
        return None

    @property
    def in_order(self) -> bool:
        """Whether the elements are all rows, one after the other."""
        return False

    def order(self, run: Run) -> Iterator[int]:
        """Which rows the elements are, one after the other.

        Stages that only choose among elements choose among whole numbers then, and
        `batch` takes all its rows out of the arrays at once.
        """
        raise NotImplementedError

    def random_states(self) -> list[RandomState]:
        """The generators behind this stage and its sources, always in one order."""
        found = [s for source in self.sources for s in source.random_states()]
        return [*found, *self.own_random_states()]

    def own_random_states(self) -> list[RandomState]:
        """The generators of this stage alone."""
        return []

    def as_dataset(self) -> Any:
        """The stage as users hold it."""
        return Stage._make_dataset(self)


class Choice(Stage):
    """A stage that passes on some of the elements as they are, in some order.

    Attributes:
        keeps: Whether it holds on to elements from one iteration to the next.
    """

    keeps = False

    def choose(self, items: Callable[[], Iterator[Any]], run: Run) -> Iterator[Any]:
        """Chooses among items; `items()` starts again from the first."""
        raise NotImplementedError

    def iterate(self, run: Run) -> Iterator[Any]:
        source = self.sources[0]
        return self.choose(lambda: source.iterate(run), run)

    def columns(self) -> Any:
        return self.sources[0].columns()

    def order(self, run: Run) -> Iterator[int]:
        source = self.sources[0]
        return self.choose(lambda: source.order(run), run)


class Run:
    """One iteration over a pipeline: what its stages share.

    Args:
        options: The options set anywhere in it.
    """

    def __init__(self, options: Options | None = None) -> None:
        self.options = options or Options()

    @property
    def deterministic(self) -> bool:
        """Whether parallel stages keep the order of elements."""
        return self.options.deterministic is not False

    def workers(self, asked: int | None) -> int:
        """How many threads a stage gets; 0 if it is to use none."""
        if asked is None:
            return 0
        if asked == AUTOTUNE:
            return self.options.threading.private_threadpool_size or cores()
        return int(asked)


def cores() -> int:
    """How many processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on Linux
        return os.cpu_count() or 1


class Unseen(Exception):
    """Only running the pipeline can tell what its elements look like."""


class _Looking(threading.local):
    running = True


_looking = _Looking()


@contextmanager
def specs_by_tracing() -> Iterator[None]:
    """Has `spec` raise `Unseen` in the block, rather than run the pipeline."""
    before, _looking.running = _looking.running, False
    try:
        yield
    finally:
        _looking.running = before


def not_while_tracing() -> None:
    """For a `spec` that is about to run the pipeline.

    Raises:
        Unseen: If it is not to.
    """
    if not _looking.running:
        raise Unseen


class RandomState:
    """Where a stage's random numbers come from, through all its iterations.

    Args:
        seed: A whole number, or `None` for one from the global generator.
        reshuffle: Whether each iteration gets other numbers.
    """

    def __init__(self, seed: int | None = None, reshuffle: bool = True) -> None:
        if seed is None:
            with eagerly():
                words = np.asarray(draw_seed(None)).tolist()
        else:
            words = [int(seed) % 2**64]
        self._reshuffle = reshuffle
        self._seed = words
        self._count = 0

    def start(self) -> np.random.Generator:
        """The numbers for one iteration."""
        turn = self._count if self._reshuffle else 0
        self._count += 1
        return np.random.default_rng([*self._seed, turn])

    def state(self) -> list[Any]:
        """What `restore` needs to give the same numbers again."""
        return [self._seed, self._count]

    def restore(self, state: list[Any]) -> None:
        """Goes back to a state."""
        self._seed, self._count = list(state[0]), int(state[1])


def whole(value: Any, name: str, least: int | None = None) -> int:
    """A whole number given as any kind of scalar.

    Raises:
        ValueError: If it is none, or smaller than `least`.
    """
    try:
        number = int(value)
        fits = number == value and (least is None or number >= least)
    except (TypeError, ValueError):
        fits, number = False, 0
    if not fits:
        bound = "" if least is None else f", at least {least}"
        raise ValueError(
            explain(f"`{name}` is a whole number{bound}.", received={name: value})
        )
    return number
