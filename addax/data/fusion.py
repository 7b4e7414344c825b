"""Batches of what functions make of elements: `map`, then `batch`, as one.

Threads take a few elements at a time through what is done for each by itself; the rest
is one compiled call for the whole batch (`Plan.together`). Of several `map`s, one after
the other, the operations are put together.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Sequence
from typing import Any

from addax.data.calls import surroundings
from addax.data.plan import Plan
from addax.data.stage import AUTOTUNE, Choice, Run, Stage
from addax.data.transform import HostMap, Map
from addax.data.workers import parallel_map

# A piece is what a thread takes at a time: about 50 us go into handing it over.
_MOST_AT_ONCE = 16


class Unbatched:
    """Elements that functions make, on their way into batches.

    Args:
        maps: The stages of the functions, in their order.
        plan: How these run; `None` for one that gives the elements themselves.
        choices: The stages that choose among the elements then, such as `shuffle`: they
            choose among what was prepared.
    """

    def __init__(
        self, maps: Sequence[Map], plan: Plan | None, choices: Sequence[Choice]
    ) -> None:
        self._maps, self.plan, self._choices = maps, plan, choices

    @classmethod
    def before(cls, stage: Stage) -> Unbatched | None:
        """The elements of a stage; `None` if no function with a plan makes them."""
        choices: list[Choice] = []
        while isinstance(stage, Choice) and not stage.keeps:
            choices.insert(0, stage)
            stage = stage.sources[0]
        if isinstance(stage, HostMap):
            return cls([stage], None, choices)
        maps: list[Map] = []
        while isinstance(stage, Map) and stage.plan() is not None:
            maps.insert(0, stage)
            stage = stage.sources[0]
        while maps:
            plan = Plan.of([stage.plan().graph for stage in maps])  # type: ignore
            if plan is not None and (plan.compact or not choices):
                return cls(maps, plan, choices)
            maps.pop(0)
        return None

    def batches(self, size: int, run: Run) -> Iterator[tuple[list[Any], Any]]:
        """What was prepared for `size` elements at a time, and where it lies."""
        if not self._choices:
            yield from self._in_turn(size, run)
            return
        items = lambda: self._prepared(size, run)
        for stage in self._choices:
            items = functools.partial(stage.choose, items, run)
        chosen = items()
        while batch := list(itertools.islice(chosen, size)):
            yield batch, {}

    def _in_turn(self, size: int, run: Run) -> Iterator[tuple[list[Any], Any]]:
        # Where pieces come in their order, none has elements of two batches.
        batch: list[Any] = []
        rooms: Any = {}
        for prepared, rooms in self._worked(size, run, rooms=True):
            batch += prepared
            if len(batch) >= size:
                yield batch[:size], rooms
                batch = batch[size:]
        if batch:
            yield batch, rooms

    def _prepared(self, size: int, run: Run) -> Iterator[Any]:
        for prepared, _ in self._worked(size, run, rooms=False):
            yield from prepared

    def _worked(self, size: int, run: Run, rooms: bool) -> Iterator[Any]:
        """What was prepared, piece by piece."""
        asked = [each.parallel for each in self._maps if each.parallel is not None]
        workers = max(map(run.workers, asked), default=0)
        wanted = [each.deterministic for each in self._maps]
        ordered = all(run.deterministic if w is None else w for w in wanted)
        pieces = self._pieces(size, workers, run, rooms and ordered)
        if workers:
            yield from parallel_map(
                self._prepare, pieces, workers, ordered, AUTOTUNE in asked, tried=2
            )
        else:
            yield from map(self._prepare, pieces, itertools.count())

    def together(self, prepared: list[Any], rooms: Any, first: int, batch: Any) -> Any:
        """A batch of what was prepared.

        Args:
            prepared: What was prepared for each element.
            rooms: Where it lies.
            first: The first one's number.
            batch: The stage that puts elements together.
        """
        if self.plan is None:
            return batch.together(prepared, first)
        if self.plan.alike(prepared):
            return self.plan.together(prepared, first, batch.size, rooms)
        numbered = enumerate(prepared, first)
        elements = [self.plan.finish(parts, number) for number, parts in numbered]
        return batch.together(elements, first)

    def _pieces(self, size: int, workers: int, run: Run, rooms: bool) -> Iterator[Any]:
        """What `_prepare` takes. An error holds back its own batch only."""
        number = 0
        piece = -(-size // (2 * workers)) if workers else size
        piece = 1 if self._choices and not workers else min(piece, _MOST_AT_ONCE)
        items = self._maps[0].sources[0].iterate(run)
        while True:
            room = self.plan.rooms(size) if self.plan and rooms else {}
            for row in range(0, size, piece):
                some = list(itertools.islice(items, min(piece, size - row)))
                if not some:
                    return
                drawn = self.plan.draw(len(some)) if self.plan else ()
                yield number, row, some, drawn, room
                number += len(some)

    def _prepare(self, piece: Any, _: int) -> tuple[list[Any], Any]:
        number, row, items, drawn, rooms = piece
        if self.plan is None:
            call = self._maps[0].call
            return [call(item, number + i) for i, item in enumerate(items)], rooms
        with surroundings():
            return [
                self.plan.prepare(item, values, number + i, rooms, row + i)
                for i, (item, values) in enumerate(zip(items, drawn, strict=True))
            ], rooms
