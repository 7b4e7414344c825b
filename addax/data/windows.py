"""Stages that group elements: windows, groups by a key, buckets by length."""

from __future__ import annotations

import collections
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.data import nest
from addax.data.batching import shapes_like
from addax.data.calls import Call
from addax.data.elements import to_element
from addax.data.specs import DatasetSpec
from addax.data.stage import INFINITE, UNKNOWN, Run, Stage, whole
from addax.data.transform import inner, result_spec


class Fixed(Stage):
    """A dataset of elements that are at hand, such as a window."""

    name = "window"

    def __init__(self, elements: list[Any], spec: Callable[[], Any]) -> None:
        self.elements = elements
        self._spec = spec

    def iterate(self, run: Run) -> Iterator[Any]:
        return iter(self.elements)

    def spec(self) -> Any:
        return self._spec()

    def count(self) -> int:
        return len(self.elements)


class Window(Stage):
    """`window`: datasets of consecutive elements."""

    name = "window"

    def __init__(
        self, source: Stage, size: Any, shift: Any, stride: Any, drop_remainder: bool
    ) -> None:
        self.sources = (source,)
        self.size = whole(size, "size", 1)
        self.shift = self.size if shift is None else whole(shift, "shift", 1)
        self.stride = whole(stride, "stride", 1)
        self.drop = bool(drop_remainder)
        self._span = (self.size - 1) * self.stride + 1

    def iterate(self, run: Run) -> Iterator[Any]:
        source = self.sources[0].iterate(run)
        buffer: collections.deque[Any] = collections.deque()
        skip = 0
        for item in source:
            if skip:
                skip -= 1
                continue
            buffer.append(item)
            if len(buffer) == self._span:
                yield self._window(buffer)
                skip = self._advance(buffer)
        while buffer and not self.drop:
            yield self._window(buffer)
            self._advance(buffer)

    def _advance(self, buffer: collections.deque[Any]) -> int:
        """Drops what the next window does not need; says how many items it skips."""
        gone = min(self.shift, len(buffer))
        for _ in range(gone):
            buffer.popleft()
        return self.shift - gone

    def _window(self, buffer: collections.deque[Any]) -> Any:
        picked = list(buffer)[:: self.stride]
        spec = self.sources[0].spec
        if not nest.is_container(picked[0]):
            return Fixed(picked, spec)
        columns = zip(*map(nest.flatten, picked), strict=True)
        numbers = range(len(nest.flatten(picked[0])))
        return nest.pack(
            picked[0],
            [
                Fixed(list(column), lambda i=i: nest.flatten(spec())[i])
                for i, column in zip(numbers, columns, strict=True)
            ],
        )

    def spec(self) -> Any:
        return nest.map_leaves(DatasetSpec, self.sources[0].spec())

    def count(self) -> int:
        n = self.sources[0].count()
        if n < 0:
            return n
        if self.drop:
            return max(0, (n - self._span) // self.shift + 1)
        return -(-n // self.shift)


class GroupByWindow(Stage):
    """`group_by_window`: datasets of elements with one key."""

    name = "group_by_window"

    def __init__(
        self,
        source: Stage,
        key_func: Callable[..., Any],
        reduce_func: Callable[..., Any],
        window_size: Callable[[Any], int],
    ) -> None:
        self.sources = (source,)
        self.key = Call(key_func, self.name)
        self.reduce = Call(reduce_func, self.name, compiles=False)
        self.window_size = window_size

    def iterate(self, run: Run) -> Iterator[Any]:
        groups: dict[int, list[Any]] = {}
        for number, item in enumerate(self.sources[0].iterate(run)):
            key = int(self.key(item, number))
            group = groups.setdefault(key, [])
            group.append(item)
            if len(group) == self.window_size(key):
                yield from self._reduced(key, groups.pop(key), number, run)
        for key in sorted(groups):
            yield from self._reduced(key, groups[key], 0, run)

    def _reduced(
        self, key: int, group: list[Any], number: int, run: Run
    ) -> Iterator[Any]:
        window = Fixed(group, self.sources[0].spec)
        return inner(self.reduce, (np.int64(key), window), number).iterate(run)

    def spec(self) -> Any:
        window = Fixed([], self.sources[0].spec)
        made = self.reduce((np.int64(0), window), 0)
        return made.spec()

    def count(self) -> int:
        return INFINITE if self.sources[0].count() == INFINITE else UNKNOWN


def bucket_function(
    length: Callable[..., Any], boundaries: list[Any]
) -> Callable[..., Any]:
    """The bucket that an element's length falls into, for `group_by_window`."""
    bounds = [whole(b, "bucket_boundaries") for b in boundaries]
    if bounds != sorted(set(bounds)):
        raise ValueError(
            explain(
                "Boundaries of buckets grow from one to the next.",
                received={"bucket_boundaries": boundaries},
            )
        )

    def bucket(*element: Any) -> Any:
        size = int(to_element(length(*element)))
        return np.int64(np.searchsorted(bounds, size, side="right"))

    return bucket


class Resampled(Stage):
    """`rejection_resample`: elements left out so that classes come as often as asked.

    Elements of class i are kept with a probability proportional to
    `target[i] / initial[i]`, scaled so that the largest is 1.
    """

    name = "rejection_resample"

    def __init__(
        self,
        source: Stage,
        class_func: Callable[..., Any],
        target: Any,
        initial: Any,
        random: Any,
    ) -> None:
        self.sources = (source,)
        self.call = Call(class_func, self.name)
        self.target = np.asarray(target, np.float64)
        self.initial = None if initial is None else np.asarray(initial, np.float64)
        self.random = random

    def iterate(self, run: Run) -> Iterator[Any]:
        numbers = self.random.start()
        seen = np.ones(len(self.target)) if self.initial is None else None
        for number, item in enumerate(self.sources[0].iterate(run)):
            label = self.call(item, number)
            if seen is not None:
                seen[int(label)] += 1
            initial = self.initial if seen is None else seen / seen.sum()
            ratio = np.divide(
                self.target, initial, out=np.zeros_like(self.target), where=initial > 0
            )
            if numbers.random() < ratio[int(label)] / ratio.max():
                yield label, item

    def spec(self) -> Any:
        source = self.sources[0]
        return result_spec(self.call, source), source.spec()

    def count(self) -> int:
        return UNKNOWN

    def own_random_states(self) -> list[Any]:
        return [self.random]


def bucket_shapes(spec: Any, shapes: Any, bounds: list[int], bucket: int) -> Any:
    """Padded shapes whose open sizes are those of a bucket's longest elements.

    Raises:
        ValueError: For the last bucket, whose elements have no longest.
    """
    if bucket == len(bounds):
        raise ValueError(
            explain(
                "An element is longer than the last boundary.",
                received={"bucket_boundaries": bounds},
                why="pad_to_bucket_boundary=True has no length to pad it to.",
                fix="add a boundary above the longest element",
            )
        )
    flat = (
        [[*leaf.shape] for leaf in nest.flatten(spec)]
        if shapes is None
        else shapes_like(spec, shapes)
    )
    limit = bounds[bucket] - 1
    filled = [tuple(limit if n is None else n for n in shape) for shape in flat]
    return nest.pack(spec, map(list, filled))
