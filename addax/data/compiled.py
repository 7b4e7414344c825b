"""Operations of a graph as one compiled program, for an element or for a batch."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import jax
import numpy as np

from addax.core import Tensor, _jax, lift
from addax.data.calls import MOST_SHAPES, surroundings
from addax.data.elements import stack
from addax.data.graph import Graph, Step, fill
from addax.data.steps import HostStep

# What became of a shape: it is compiled when it comes the second time.
_ONCE, _NEVER = "seen once", "runs by NumPy"


class Compiled:
    """The part of a graph that has fixed shapes.

    Args:
        graph: The graph.
        steps: The part's operations.
        inputs: The slots of what it takes, with whether each is the same for all
            elements.
        outputs: The slots of what it gives.
    """

    def __init__(
        self,
        graph: Graph,
        steps: Sequence[Step],
        inputs: Sequence[tuple[int, bool]],
        outputs: Sequence[int],
    ) -> None:
        self._steps, self._inputs, self._outputs = steps, inputs, outputs
        self._size = len(graph.specs)
        self._host = [HostStep(step, graph.specs) for step in steps]
        self._seen: dict[Any, Any] = {}
        self._lock = threading.Lock()

    def one(self, arrays: Sequence[Any]) -> list[Any]:
        """The results for one element."""
        program = self._program(arrays, 0)
        if program is None:
            return self._by_numpy(arrays)
        with surroundings(), _jax.x64():
            return [np.asarray(x) for x in program(*arrays)]

    def _by_numpy(self, arrays: Sequence[Any]) -> list[Any]:
        values: list[Any] = [None] * self._size
        for (place, _), array in zip(self._inputs, arrays, strict=True):
            values[place] = array
        with surroundings():
            for step in self._host:
                step(values)
        return [values[place] for place in self._outputs]

    def many(self, columns: Sequence[Any], count: int, size: int) -> list[Any]:
        """The results for several elements, along a first axis.

        Args:
            columns: What they take, along a first axis, too, unless it is the same.
            count: How many elements there are.
            size: How many there usually are, the last time being fewer.
        """
        program = self._program(columns, size)
        if program is None:
            shared = [same for _, same in self._inputs]
            pairs = list(zip(columns, shared, strict=True))
            rows = [
                self._by_numpy([x if same else x[i] for x, same in pairs])
                for i in range(count)
            ]
            return [stack(list(column)) for column in zip(*rows, strict=True)]
        # One shape, one program: the last elements are followed by copies.
        filled = [
            x if same or len(x) == size else np.resize(x, (size, *x.shape[1:]))
            for x, (_, same) in zip(columns, self._inputs, strict=True)
        ]
        with surroundings(), _jax.x64():
            flat = program(*filled)
        return [np.asarray(x)[:count] for x in flat]

    def _program(self, arrays: Sequence[Any], size: int) -> Any:
        """The compiled program for such arrays, `None` if there is none (yet)."""
        shapes = tuple(
            (x.shape if same or not size else x.shape[1:], x.dtype.char)
            for x, (_, same) in zip(arrays, self._inputs, strict=True)
        )
        key = size, shapes
        found = self._seen.get(key)
        if found is None:
            with self._lock:
                many = len(self._seen) >= MOST_SHAPES
                self._seen.setdefault(key, _NEVER if many else _ONCE)
            return None
        if found is _ONCE:
            with self._lock:
                if self._seen[key] is _ONCE:
                    self._seen[key] = self._compile(shapes, size)
            found = self._seen[key]
        return None if found is _NEVER else found

    def _compile(self, shapes: Sequence[Any], size: int) -> Any:
        avals = [jax.ShapeDtypeStruct(s, np.dtype(kind)) for s, kind in shapes]

        def run(*tensors: Tensor) -> list[Any]:
            values = dict(
                zip([place for place, _ in self._inputs], tensors, strict=True)
            )
            for step in self._steps:
                out = step.op(*(fill(x, lambda s: values[s.number]) for x in step.args))
                outs = out if isinstance(out, tuple) else (out,)
                values.update(zip((s.number for s in step.outputs), outs, strict=True))
            return [values[place] for place in self._outputs]

        try:
            with surroundings():
                lifted = lift(run, avals)
        except Exception:  # an operation that needs values after all
            return _NEVER
        pure = lambda *args: lifted.pure((), (), args)[0]
        if size:
            axes = tuple(None if same else 0 for _, same in self._inputs)
            pure = jax.vmap(pure, axes, axis_size=size)
        return jax.jit(pure)
