"""How the graph of a user's function runs: by NumPy on the host, and compiled.

What strings and files need, and what comes in many sizes, such as photos before they
are brought to one, runs element by element on the host: a list of kernels, without
tensors around arrays. What follows has fixed shapes and is compiled: once for an
element, or by `vmap` for all elements of a batch.

Variables, such as the state of random numbers, must advance from element to element in
a way that does not depend on the elements. So each element's values are known before it
is looked at, in whatever thread.
"""

from __future__ import annotations

import contextlib
import functools
import math
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from addax.core import TensorSpec
from addax.core.host import HostOp
from addax.core.memory import aligned
from addax.data import nest
from addax.data.calls import located, surroundings
from addax.data.compiled import Compiled
from addax.data.elements import stack
from addax.data.graph import Graph, Slot, Step
from addax.data.memory import finished
from addax.data.steps import HostStep, as_array

_NO_ROOM: Mapping[int, Any] = MappingProxyType({})


class Plan:
    """A graph, ready to run.

    Args:
        graph: The graph.

    Raises:
        TypeError: If what its variables become depends on the elements.
    """

    @classmethod
    def of(cls, graphs: Sequence[Graph]) -> Plan | None:
        """The plan of functions, one after the other; `None` if there is none."""
        try:
            return cls(functools.reduce(Graph.then, graphs).joined())
        except TypeError:
            return None

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._lock = threading.Lock()
        self._free: dict[int, list[Any]] = {}
        advance = graph.before([value for _, value in graph.writes])
        if any(s.number < graph.inputs for step in advance for s in step.inputs):
            raise TypeError("what variables become depends on the elements")
        written = {id(variable) for variable, _ in graph.writes}
        constant = {s.number for v, s in graph.variables if id(v) not in written}
        first = _first_steps(graph)
        rest = [step for step in graph.before(graph.result) if step not in first]
        made = {slot.number for step in rest for slot in step.outputs}
        taken = {slot.number for step in rest for slot in step.inputs} - made
        results = {s.number for s in nest.flatten(graph.result) if type(s) is Slot}

        self._advance = [HostStep(step, graph.specs) for step in advance]
        self._first = [HostStep(step, graph.specs) for step in first]
        self._fns = [step.fn for step in first]
        self._taken = sorted(taken)
        self._made = sorted(results & made)
        self._results = sorted(results)
        self._kept = sorted((taken - constant) | (results - made))
        self._constant = {
            slot.number: v for v, slot in graph.variables if slot.number in constant
        }
        inputs = [(place, place in constant) for place in self._taken]
        self._rest = Compiled(graph, rest, inputs, self._made) if rest else None

    @property
    def compact(self) -> bool:
        """Whether what was prepared for an element takes no more room than its result
        (but for a key of random numbers), so that a buffer may hold it instead."""
        specs = self.graph.specs
        kept, results = (
            sum(_nbytes(specs[place]) for place in places)
            for places in (self._kept, self._results)
        )
        return kept <= results + _KEY

    def draw(self, count: int) -> list[Any]:
        """The variables' values for each of so many elements, one after the other."""
        graph = self.graph
        values: list[Any] = [None] * len(graph.specs)
        read = lambda: [np.asarray(v._handle._value) for v, _ in graph.variables]
        if not graph.writes:
            return [read()] * count
        places = {id(v): slot.number for v, slot in graph.variables}
        drawn = []
        with self._lock, surroundings():
            current = read()
            for _ in range(count):
                drawn.append(current)
                for (_, slot), array in zip(graph.variables, current, strict=True):
                    values[slot.number] = array
                for step in self._advance:
                    step(values)
                for variable, value in graph.writes:
                    new = values[value.number] if type(value) is Slot else value
                    values[places[id(variable)]] = np.asarray(new)
                current = [values[slot.number] for _, slot in graph.variables]
            for variable, _ in graph.writes:
                variable.assign(values[places[id(variable)]])
        return drawn

    def rooms(self, size: int) -> dict[int, Any]:
        """Memory for batches of what `prepare` can put there at once."""
        with contextlib.suppress(KeyError, IndexError):
            return self._free[size].pop()
        found = {}
        for step in self._first:
            place = step.place
            shape = tuple(self.graph.specs[place].shape or ())
            if step.writes_into and place in self._kept and None not in shape:
                found[place] = aligned((size, *shape))
        return found

    def prepare(
        self,
        element: Any,
        drawn: Sequence[Any],
        number: int,
        rooms: Mapping[int, Any] = _NO_ROOM,
        row: int = 0,
    ) -> list[Any]:
        """What is done for an element by itself, for `finish` or `together`.

        Args:
            element: The element.
            drawn: The variables' values for it.
            number: Its number, for messages.
            rooms: Where to put parts that have room in a batch.
            row: Its place in the batch.
        """
        graph = self.graph
        values: list[Any] = [None] * len(graph.specs)
        values[: graph.inputs] = map(as_array, nest.flatten(element))
        for (_, slot), array in zip(graph.variables, drawn, strict=True):
            values[slot.number] = array
        for place, room in rooms.items():
            values[place] = room[row]
        for i, step in enumerate(self._first):
            try:
                step(values)
            except Exception as error:
                fn, stage = self._fns[i]
                raise located(error, stage, fn, number) from error
        return [values[place] for place in self._kept]

    def __call__(self, given: tuple[Any, Sequence[Any]], number: int) -> Any:
        """What the function makes of an element.

        Args:
            given: The element, and what was drawn for it.
            number: Its number, for messages.
        """
        with surroundings():
            return self.finish(self.prepare(*given, number), number)

    def finish(self, parts: Sequence[Any], number: int) -> Any:
        """The element that the function makes of what was prepared."""
        values = self._filled(parts)
        if self._rest is not None:
            with self._located(number):
                made = self._rest.one([values[place] for place in self._taken])
            values.update(zip(self._made, made, strict=True))
        return self._packed(lambda slot: values[slot.number][()], lambda x: x)

    def alike(self, prepared: Sequence[Sequence[Any]]) -> bool:
        """Whether elements have one shape and type, so that they can be one batch."""
        return all(
            x.shape == column[0].shape and x.dtype == column[0].dtype
            for column in zip(*prepared, strict=True)
            for x in column
        )

    def together(
        self,
        prepared: Sequence[Sequence[Any]],
        first: int,
        size: int,
        rooms: Mapping[int, Any] = _NO_ROOM,
    ) -> Any:
        """A batch of what the function makes of elements.

        Args:
            prepared: What was prepared for each.
            first: The first one's number, for messages.
            size: How many there usually are.
            rooms: Where parts of them lie together already.
        """
        count = len(prepared)
        columns = zip(self._kept, zip(*prepared, strict=True), strict=True)
        values = self._filled(
            rooms[place][:count] if place in rooms else stack(list(column))
            for place, column in columns
        )
        if self._rest is not None:
            taken = [values[place] for place in self._taken]
            with self._located(first):
                made = self._rest.many(taken, count, size)
            values.update(zip(self._made, made, strict=True))
        self._give_back(rooms, size, values)
        return self._packed(
            lambda slot: values[slot.number], lambda x: stack([x] * count)
        )

    def _give_back(self, rooms: Any, size: int, values: dict[int, Any]) -> None:
        """Keeps the memory of a batch for another one, unless its result lies there."""
        results = [values[place] for place in self._results]
        if any(
            np.may_share_memory(x, room) for x in results for room in rooms.values()
        ):
            for room in rooms.values():
                finished(room)
        elif rooms:
            self._free.setdefault(size, []).append(rooms)

    def _filled(self, parts: Iterable[Any]) -> dict[int, Any]:
        values = dict(zip(self._kept, parts, strict=True))
        for place, variable in self._constant.items():
            values[place] = np.asarray(variable._handle._value)
        return values

    @contextlib.contextmanager
    def _located(self, number: int) -> Iterator[None]:
        """Says of errors in compiled code which element they are about."""
        try:
            yield
        except Exception as error:
            fn, stage = self.graph.steps[-1].fn
            raise located(error, stage, fn, number) from error

    def _packed(
        self, value: Callable[[Slot], Any], constant: Callable[[Any], Any]
    ) -> Any:
        return nest.map_leaves(
            lambda x: value(x) if type(x) is Slot else constant(x), self.graph.result
        )


_KEY = 64


def _nbytes(spec: TensorSpec) -> float:
    if spec.dtype == "string":
        return 0.0
    sizes = tuple(spec.shape or ())
    return math.inf if None in sizes else math.prod(sizes) * spec.dtype.size


def _first_steps(graph: Graph) -> list[Step]:
    """The steps that run on the host, and those that they need."""
    needed = graph.before(graph.result)
    alone = [step for step in needed if not _compiles(step, graph.specs)]
    before = graph.before([slot for step in alone for slot in step.inputs])
    return [s for s in needed if s in alone or s in before]


def _compiles(step: Step, specs: Sequence[TensorSpec]) -> bool:
    """Whether a step can be part of a program; elements of many sizes would each have
    their own. (The first size alone may be open: batches have two.)"""
    if isinstance(step.op, HostOp):
        return False
    around = [specs[slot.number] for slot in (*step.inputs, *step.outputs)]
    sizes = lambda spec: tuple(spec.shape or ())
    return all(s.dtype != "string" and None not in sizes(s)[1:] for s in around)
