"""Stages that draw on several datasets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.core import TensorSpec
from addax.data import nest
from addax.data.calls import Call
from addax.data.columns import ZippedColumns
from addax.data.specs import common
from addax.data.stage import (
    AUTOTUNE,
    INFINITE,
    UNKNOWN,
    RandomState,
    Run,
    Stage,
    cores,
    whole,
)
from addax.data.transform import inner, inner_spec
from addax.data.workers import prefetch


class Zip(Stage):
    """`zip`: the n-th elements of several datasets together."""

    name = "zip"

    def __init__(self, structure: Any) -> None:
        self.structure = structure
        self.sources = tuple(nest.flatten(structure))

    def iterate(self, run: Run) -> Iterator[Any]:
        iterators = [source.iterate(run) for source in self.sources]
        for items in zip(*iterators, strict=False):
            yield nest.pack(self.structure, items)

    @property
    def in_order(self) -> bool:
        return all(s.in_order for s in self.sources) and len(self._counts()) == 1

    def _counts(self) -> set[int]:
        return {source.count() for source in self.sources}

    def columns(self) -> Any:
        if not self.in_order:
            return None
        parts = nest.map_leaves(lambda stage: stage.columns(), self.structure)
        return None if None in nest.flatten(parts) else ZippedColumns(parts)

    def order(self, run: Run) -> Iterator[int]:
        return iter(range(self.count()))

    def spec(self) -> Any:
        return nest.map_leaves(lambda stage: stage.spec(), self.structure)

    def count(self) -> int:
        counts = [source.count() for source in self.sources]
        finite = [n for n in counts if n != INFINITE]
        return (UNKNOWN if UNKNOWN in finite else min(finite)) if finite else INFINITE


class Enumerate(Stage):
    """`enumerate`: elements with their numbers."""

    name = "enumerate"

    def __init__(self, source: Stage, start: Any) -> None:
        self.sources = (source,)
        self.start = whole(start, "start")

    def iterate(self, run: Run) -> Iterator[Any]:
        for number, item in enumerate(self.sources[0].iterate(run), self.start):
            yield np.int64(number), item

    def spec(self) -> Any:
        return TensorSpec((), "int64"), self.sources[0].spec()


class Concatenate(Stage):
    """`concatenate`: one dataset after the other."""

    name = "concatenate"

    def __init__(self, first: Stage, second: Stage) -> None:
        self.sources = (first, second)

    def iterate(self, run: Run) -> Iterator[Any]:
        for source in self.sources:
            yield from source.iterate(run)

    def spec(self) -> Any:
        return common(*(source.spec() for source in self.sources))

    def count(self) -> int:
        counts = [source.count() for source in self.sources]
        return next((n for n in (INFINITE, UNKNOWN) if n in counts), sum(counts))


class Interleave(Stage):
    """`interleave`: blocks of elements from several datasets in turn."""

    name = "interleave"

    def __init__(
        self,
        source: Stage,
        fn: Callable[..., Any],
        cycle_length: Any,
        block_length: Any,
        parallel: int | None,
    ) -> None:
        self.sources = (source,)
        self.call = Call(fn, self.name, compiles=False)
        automatic = cycle_length in (None, AUTOTUNE)
        self.cycle = cores() if automatic else whole(cycle_length, "cycle_length", 1)
        self.block = (
            1 if block_length is None else whole(block_length, "block_length", 1)
        )
        self.parallel = parallel

    def iterate(self, run: Run) -> Iterator[Any]:
        waiting = enumerate(self.sources[0].iterate(run))
        slots: list[Any] = [self._open(waiting, run) for _ in range(self.cycle)]
        while any(slot is not None for slot in slots):
            for i, slot in enumerate(slots):
                if slot is None:
                    continue
                for _ in range(self.block):
                    item = next(slot, _NONE)
                    if item is _NONE:
                        slots[i] = self._open(waiting, run)
                        break
                    yield item

    def _open(self, waiting: Iterator[Any], run: Run) -> Iterator[Any] | None:
        number, item = next(waiting, (0, _NONE))
        if item is _NONE:
            return None
        elements = inner(self.call, item, number).iterate(run)
        return prefetch(elements, 2 * self.block) if self.parallel else elements

    def spec(self) -> Any:
        return inner_spec(self.call, self.sources[0])

    def count(self) -> int:
        return UNKNOWN


_NONE = object()


class Chosen(Stage):
    """Elements of several datasets, each time from the one that a choice names."""

    def __init__(self, sources: list[Stage], stop_on_empty: bool) -> None:
        self.sources = tuple(sources)
        self.stop = bool(stop_on_empty)

    def pick(self, run: Run) -> Callable[[list[int]], int | None]:
        """A function that names one of the datasets that are left, or `None`."""
        raise NotImplementedError

    def iterate(self, run: Run) -> Iterator[Any]:
        iterators = [source.iterate(run) for source in self.datasets]
        left = list(range(len(iterators)))
        pick = self.pick(run)
        while left:
            chosen = pick(left)
            if chosen is None:
                return
            if chosen not in left:
                continue
            item = next(iterators[chosen], _NONE)
            if item is not _NONE:
                yield item
            elif self.stop:
                return
            else:
                left.remove(chosen)

    @property
    def datasets(self) -> tuple[Stage, ...]:
        """The datasets that are chosen from."""
        return self.sources

    def spec(self) -> Any:
        specs = [source.spec() for source in self.datasets]
        made = specs[0]
        for each in specs[1:]:
            made = common(made, each)
        return made

    def count(self) -> int:
        counts = [source.count() for source in self.datasets]
        return INFINITE if all(n == INFINITE for n in counts) else UNKNOWN


class Sampled(Chosen):
    """`sample_from_datasets`: from each dataset with a probability."""

    name = "sample_from_datasets"

    def __init__(
        self,
        sources: list[Stage],
        weights: Any,
        seed: int | None,
        stop_on_empty: bool,
        rerandomize: bool,
    ) -> None:
        super().__init__(sources, stop_on_empty)
        given = np.ones(len(sources)) if weights is None else np.asarray(weights, float)
        if given.shape != (len(sources),) or (given < 0).any() or not given.sum():
            raise ValueError(
                explain(
                    "There must be one weight for each dataset, none of them negative.",
                    received={"weights": weights, "datasets": len(sources)},
                )
            )
        self.weights = given
        self.random = RandomState(seed, rerandomize)

    def pick(self, run: Run) -> Callable[[list[int]], int | None]:
        random = self.random.start()

        def one(left: list[int]) -> int | None:
            bounds = self.weights[left].cumsum()
            if not bounds[-1]:
                return None
            at = np.searchsorted(bounds, random.random() * bounds[-1], "right")
            return left[int(min(at, len(left) - 1))]

        return one

    def own_random_states(self) -> list[RandomState]:
        return [self.random]


class Selected(Chosen):
    """`choose_from_datasets`: from the dataset that another dataset's numbers name."""

    name = "choose_from_datasets"

    def __init__(
        self, sources: list[Stage], choices: Stage, stop_on_empty: bool
    ) -> None:
        super().__init__([*sources, choices], stop_on_empty)

    @property
    def datasets(self) -> tuple[Stage, ...]:
        return self.sources[:-1]

    def count(self) -> int:
        endless = super().count() == INFINITE
        return self.sources[-1].count() if endless else UNKNOWN

    def pick(self, run: Run) -> Callable[[list[int]], int | None]:
        choices = self.sources[-1].iterate(run)
        n = len(self.datasets)

        def one(left: list[int]) -> int | None:
            chosen = next(choices, None)
            if chosen is not None and not 0 <= int(chosen) < n:
                raise ValueError(
                    explain(
                        "A choice names a dataset by its number.",
                        received={"choice": chosen, "datasets": n},
                    )
                )
            return None if chosen is None else int(chosen)

        return one
