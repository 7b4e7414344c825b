"""Stages that choose among elements or put them in another order."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.data.stage import (
    INFINITE,
    UNKNOWN,
    Choice,
    RandomState,
    Run,
    Stage,
    whole,
)

Items = Callable[[], Iterator[Any]]
_DRAWN_AT_ONCE = 1024


class Shuffle(Choice):
    """`shuffle`: random order, within a buffer."""

    name = "shuffle"

    def __init__(
        self, source: Stage, buffer_size: Any, seed: int | None, reshuffle: bool | None
    ) -> None:
        self.sources = (source,)
        size = whole(buffer_size, "buffer_size")
        if size < 1:
            raise ValueError(
                explain(
                    "`buffer_size` is a whole number, at least 1.",
                    received={"buffer_size": buffer_size},
                    why="It is how many elements are mixed with each other.",
                    fix="dataset.shuffle(len(dataset))  # mixes all of them",
                )
            )
        self.size = size
        self.random = RandomState(seed, reshuffle is not False)

    def choose(self, items: Items, run: Run) -> Iterator[Any]:
        random = self.random.start()
        source = items()
        buffer = list(itertools.islice(source, self.size))
        if len(buffer) == self.size:
            for item, slot in zip(source, self._slots(random), strict=False):
                yield buffer[slot]
                buffer[slot] = item
        for place in random.permutation(len(buffer)).tolist():
            yield buffer[place]

    def _slots(self, random: np.random.Generator) -> Iterator[int]:
        while True:
            yield from random.integers(0, self.size, _DRAWN_AT_ONCE).tolist()

    def own_random_states(self) -> list[RandomState]:
        return [self.random]


class Repeat(Choice):
    """`repeat`: the elements again and again."""

    name = "repeat"

    def __init__(self, source: Stage, times: Any) -> None:
        self.sources = (source,)
        times = -1 if times is None else whole(times, "count")
        self.times = INFINITE if times < 0 else times

    def choose(self, items: Items, run: Run) -> Iterator[Any]:
        turns = itertools.count() if self.times == INFINITE else range(self.times)
        for _ in turns:
            empty = True
            for item in items():
                empty = False
                yield item
            if empty:  # repeating nothing for ever would hang
                return

    def count(self) -> int:
        n = self.sources[0].count()
        if self.times == 0 or n == 0:
            return 0
        if self.times == INFINITE or n == INFINITE:
            return INFINITE
        return n if n == UNKNOWN else n * self.times


class Take(Choice):
    """`take`: the first elements."""

    name = "take"

    def __init__(self, source: Stage, number: Any) -> None:
        self.sources = (source,)
        number = whole(number, "count")
        self.number = INFINITE if number < 0 else number

    def choose(self, items: Items, run: Run) -> Iterator[Any]:
        return itertools.islice(items(), None if self.number < 0 else self.number)

    def count(self) -> int:
        n = self.sources[0].count()
        if self.number == INFINITE or n == UNKNOWN:
            return n
        return self.number if n == INFINITE else min(n, self.number)


class Skip(Choice):
    """`skip`: all but the first elements."""

    name = "skip"

    def __init__(self, source: Stage, number: Any) -> None:
        self.sources = (source,)
        number = whole(number, "count")
        self.number = INFINITE if number < 0 else number

    def choose(self, items: Items, run: Run) -> Iterator[Any]:
        return (
            iter(())
            if self.number < 0
            else itertools.islice(items(), self.number, None)
        )

    def count(self) -> int:
        n = self.sources[0].count()
        if self.number == INFINITE:
            return 0
        return n if n < 0 else max(0, n - self.number)


class Shard(Choice):
    """`shard`: every n-th element."""

    name = "shard"

    def __init__(self, source: Stage, shards: Any, index: Any) -> None:
        self.sources = (source,)
        self.shards, self.index = whole(shards, "num_shards", 1), whole(index, "index")
        if not 0 <= self.index < self.shards:
            raise ValueError(
                explain(
                    "`index` is at least 0 and less than `num_shards`.",
                    received={"num_shards": shards, "index": index},
                )
            )

    def choose(self, items: Items, run: Run) -> Iterator[Any]:
        return itertools.islice(items(), self.index, None, self.shards)

    def count(self) -> int:
        n = self.sources[0].count()
        return n if n < 0 else len(range(self.index, n, self.shards))


class Counted(Choice):
    """`assert_cardinality`: a number of elements that the pipeline cannot know.

    Raises:
        ValueError: When there are more or fewer, at the end.
    """

    name = "assert_cardinality"

    def __init__(self, source: Stage, expected: Any) -> None:
        self.sources = (source,)
        self.expected = whole(expected, "expected_cardinality", UNKNOWN)

    def choose(self, items: Items, run: Run) -> Iterator[Any]:
        seen = 0
        for item in items():
            seen += 1
            if 0 <= self.expected < seen:
                break
            yield item
        if seen != self.expected and self.expected != UNKNOWN:
            more = "at least" if seen > self.expected else "only"
            raise ValueError(
                f"The dataset has another number of elements than asserted. Received: "
                f"expected_cardinality={self.expected}, {more} {seen} came"
            )

    def count(self) -> int:
        return self.expected
