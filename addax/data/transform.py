"""Stages that run a user's function on each element."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.core import TensorSpec
from addax.core.function import Settings
from addax.data import nest
from addax.data.calls import Call, HostCall, within_a_call
from addax.data.columns import mapped
from addax.data.elements import to_element
from addax.data.graph import trace
from addax.data.plan import Plan
from addax.data.specs import DatasetSpec, common, spec_of
from addax.data.stage import (
    AUTOTUNE,
    UNKNOWN,
    Run,
    Stage,
    Unseen,
    not_while_tracing,
    specs_by_tracing,
)
from addax.data.workers import parallel_map


class Map(Stage):
    """`map`: a function of each element."""

    name = "map"

    def __init__(
        self,
        source: Stage,
        fn: Callable[..., Any],
        parallel: int | None = None,
        deterministic: bool | None = None,
    ) -> None:
        self.sources = (source,)
        self.call = Call(fn, self.name)
        self.parallel = None if parallel is None else int(parallel)
        self.deterministic = deterministic
        self._spec: Any = None
        self._columns: list[Any] = []  # tried once
        self._plans: list[Plan | None] = []  # tried once
        if within_a_call():  # tracing takes as long as a thousand elements
            self._plans.append(None)

    def plan(self) -> Plan | None:
        """How the function runs without Python; `None` if it cannot."""
        if Settings.run_eagerly:
            return None
        if not self._plans:
            self._plans = [self._planned()]
        return self._plans[0]

    def _planned(self) -> Plan | None:
        try:
            with specs_by_tracing():
                given = self.sources[0].spec()
        except Unseen:
            return None
        graph = trace(self.call.fn, self.name, given)
        return None if graph is None else Plan.of([graph])

    def iterate(self, run: Run) -> Iterator[Any]:
        plan = self.plan()
        call = self.call if plan is None else plan
        items = self.sources[0].iterate(run)
        if plan is not None:
            items = ((item, plan.draw(1)[0]) for item in items)
        workers = run.workers(self.parallel)
        if workers < 1:
            for number, item in enumerate(items):
                yield call(item, number)
            return
        ordered = self.deterministic
        yield from parallel_map(
            call,
            items,
            workers,
            run.deterministic if ordered is None else ordered,
            adaptive=self.parallel == AUTOTUNE,
        )

    def apply(self, item: Any, number: int) -> Any:
        """The function's result for one element."""
        plan = self.plan()
        if plan is None:
            return self.call(item, number)
        return plan((item, plan.draw(1)[0]), number)

    def spec(self) -> Any:
        if self._spec is None:
            plan = self.plan()
            if plan is None:
                self._spec = result_spec(self.call, self.sources[0])
            else:
                self._spec = plan.graph.spec()
        return self._spec

    def columns(self) -> Any:
        source = self.sources[0].columns()
        if source is None or Settings.run_eagerly:
            return None
        if not self._columns:
            self._columns = [mapped(source, self.call.fn)]
        return self._columns[0]

    @property
    def in_order(self) -> bool:
        return self.sources[0].in_order

    def order(self, run: Run) -> Iterator[int]:
        return self.sources[0].order(run)


class HostMap(Map):
    """A function of the leaves of each element, which are NumPy's: our own readers.

    Args:
        source: Where elements come from.
        fn: The function; the parts of a tuple are its arguments.
        spec: What its results look like.
        parallel: How many threads.
    """

    def __init__(
        self, source: Stage, fn: Callable[..., Any], spec: Any, parallel: int | None
    ) -> None:
        super().__init__(source, fn, parallel)
        self._spec, self._columns, self._plans = spec, [None], [None]
        self.call = HostCall(fn, self.name)


def result_spec(call: Call, source: Stage) -> Any:
    """What a function's results look like; it runs twice if nothing else can tell."""
    given = source.spec()
    try:
        return call.spec(given)
    except Exception:
        not_while_tracing()
        made = None
        for number, element in enumerate(itertools.islice(source.iterate(Run()), 2)):
            each = _open(spec_of(call(element, number)), spec_of(element), given)
            made = each if made is None else common(made, each)
        return TensorSpec(None, "float32") if made is None else made


def _open(made: Any, example: Any, given: Any) -> Any:
    """Opens the first size of results that comes from an open batch size."""
    sizes = {
        seen.shape[0]
        for seen, leaf in zip(nest.flatten(example), nest.flatten(given), strict=True)
        if isinstance(leaf, TensorSpec) and leaf.shape and leaf.shape[0] is None
    }

    def widen(leaf: Any) -> Any:
        if isinstance(leaf, TensorSpec) and leaf.shape and leaf.shape[0] in sizes:
            return TensorSpec((None, *leaf.shape[1:]), leaf.dtype)
        return leaf

    return nest.map_leaves(widen, made)


class IgnoreErrors(Stage):
    """`ignore_errors`: the elements whose computation does not fail.

    After an error in a `map` the next element follows; an error further up ends the
    dataset, for what raised it cannot go on.
    """

    name = "ignore_errors"

    def __init__(self, source: Stage, log_warning: bool) -> None:
        self.sources = (source,)
        self.log_warning = log_warning

    def iterate(self, run: Run) -> Iterator[Any]:
        source = self.sources[0]
        mapped = isinstance(source, Map)
        items = source.sources[0].iterate(run) if mapped else source.iterate(run)
        for number in itertools.count():
            try:
                item = next(items)
                result = source.apply(item, number) if mapped else item
            except StopIteration:
                return
            except Exception as error:
                if self.log_warning:
                    warnings.warn(f"An element is left out. {error}", stacklevel=2)
                continue
            yield result

    def count(self) -> int:
        return UNKNOWN


class Filter(Stage):
    """`filter`: the elements for which a function says yes."""

    name = "filter"

    def __init__(self, source: Stage, predicate: Callable[..., Any]) -> None:
        self.sources = (source,)
        self.call = Call(predicate, self.name)

    def iterate(self, run: Run) -> Iterator[Any]:
        for number, item in enumerate(self.sources[0].iterate(run)):
            if truth(self.call, item, number):
                yield item

    def count(self) -> int:
        return UNKNOWN


class TakeWhile(Filter):
    """`take_while`: the elements before the first for which a function says no."""

    name = "take_while"

    def iterate(self, run: Run) -> Iterator[Any]:
        for number, item in enumerate(self.sources[0].iterate(run)):
            if not truth(self.call, item, number):
                return
            yield item


def truth(call: Call, item: Any, number: int) -> bool:
    """What a predicate says of an element.

    Raises:
        ValueError: If it is no single truth value.
    """
    answer = call(item, number)
    if np.size(answer) != 1 or isinstance(answer, tuple):
        raise ValueError(
            explain(
                f"The function of Dataset.{call.stage} must return one boolean.",
                received={"result": answer, "element": number},
                fix="tf.reduce_all(condition)",
            )
        )
    return bool(answer)


class Scan(Stage):
    """`scan`: a function of a state and each element."""

    name = "scan"

    def __init__(self, source: Stage, initial: Any, fn: Callable[..., Any]) -> None:
        self.sources = (source,)
        self.initial = to_element(initial)
        self.call = Call(fn, self.name)

    def iterate(self, run: Run) -> Iterator[Any]:
        state = self.initial
        for number, item in enumerate(self.sources[0].iterate(run)):
            state, result = _pair(self.call, state, item, number)
            yield result

    def spec(self) -> Any:
        source = self.sources[0]
        try:
            return self.call.spec((spec_of(self.initial), source.spec()))[1]
        except Exception:
            not_while_tracing()
            return spec_of(next(self.iterate(Run()), None))


def _pair(call: Call, state: Any, item: Any, number: int) -> Any:
    result = call((state, item), number)
    if not isinstance(result, tuple) or len(result) != 2:
        raise TypeError(
            explain(
                "The function of Dataset.scan returns a pair: the new state, and the "
                "element to give.",
                received={"result": result},
                fix="dataset.scan(0, lambda state, x: (state + x, state))",
            )
        )
    return result


class Unique(Stage):
    """`unique`: each element once."""

    name = "unique"

    def __init__(self, source: Stage) -> None:
        self.sources = (source,)

    def iterate(self, run: Run) -> Iterator[Any]:
        seen = set()
        for item in self.sources[0].iterate(run):
            key = tuple(_key(leaf) for leaf in nest.flatten(item))
            if key not in seen:
                seen.add(key)
                yield item

    def count(self) -> int:
        return UNKNOWN


def _key(leaf: Any) -> Any:
    if isinstance(leaf, np.ndarray):
        return leaf.shape, (
            tuple(leaf.flat) if leaf.dtype == object else leaf.tobytes()
        )
    return leaf


class FlatMap(Stage):
    """`flat_map`: the elements of a dataset made from each element."""

    name = "flat_map"

    def __init__(self, source: Stage, fn: Callable[..., Any]) -> None:
        self.sources = (source,)
        self.call = Call(fn, self.name, compiles=False)

    def iterate(self, run: Run) -> Iterator[Any]:
        for number, item in enumerate(self.sources[0].iterate(run)):
            yield from inner(self.call, item, number).iterate(run)

    def spec(self) -> Any:
        return inner_spec(self.call, self.sources[0])

    def count(self) -> int:
        return UNKNOWN


def inner(call: Call, item: Any, number: int) -> Stage:
    """The stage of the dataset that a function returned.

    Raises:
        TypeError: If it returned something else.
    """
    made = call(item, number)
    if not isinstance(made, Stage):
        raise TypeError(
            explain(
                f"The function of Dataset.{call.stage} must return a dataset.",
                received={"result": made},
                fix="tf.data.Dataset.from_tensor_slices(x)",
            )
        )
    return made


def inner_spec(call: Call, source: Stage) -> Any:
    """What the elements of the datasets that a function returns look like."""
    spec = result_spec(call, source)
    return spec.element_spec if isinstance(spec, DatasetSpec) else spec
