"""`Runner`: a step function compiled for each kind of chunk, and the one loop."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Any

import jax
import numpy as np

from addax.autograph import converted
from addax.core import Lifted, Program, Tensor, _jax, lift, loop, tree
from addax.keras.layers.preprocessing.widths import rounded
from addax.keras.trainers.feeds import Chunk, rebuild

# A dispatch lasts about this long: ten a second keep the progress bar alive and leave
# the loop's own Python (about 0.3 ms a dispatch) unnoticed.
_DISPATCH_SECONDS = 0.1
# Results of all steps are gathered for at most this many steps a dispatch.
COLLECT = 64


class Pace:
    """How many steps to run at once, learnt from how long earlier ones took.

    It is kept with the compiled steps: calls of `fit` and `predict` on little data
    would otherwise spend themselves on finding out.
    """

    def __init__(self) -> None:
        self._steps: dict[Any, int] = {}

    def steps(self, key: Any, most: int) -> int:
        """The number for the next dispatch of a kind, at most `most`."""
        return min(self._steps.get(key, 1), most)

    def took(self, key: Any, steps: int, seconds: float) -> None:
        """Notes a dispatch; the first of its kind compiled and tells nothing."""
        if key not in self._steps:
            self._steps[key] = 1
            return
        wanted = steps * _DISPATCH_SECONDS / max(seconds, 1e-6)
        self._steps[key] = int(min(max(wanted, 1), 8 * steps))


class Runner:
    """Runs a step function over chunks of batches.

    Args:
        step: `step(data)`, which returns a structure of tensors.
        variables: `variables(data)`, those that it is expected to use for data of these
            shapes.
        collect: Whether the results of all steps are wanted, or the last step's.
        eager: Whether to run the Python code for each batch instead of compiling it.
        masked: Whether the model leaves padding out of account.
    """

    def __init__(
        self,
        step: Callable[[Any], Any],
        variables: Callable[[Any], list[Any]],
        *,
        collect: bool = False,
        eager: bool = False,
        masked: bool = False,
    ) -> None:
        self._step = step
        self._variables = variables
        self._collect = collect
        self._eager = eager
        self._masked = masked
        self.pace = Pace()
        self.lengths: set[int] = set()  # of the arrays that were fed
        self._lifted: dict[Any, Lifted] = {}
        self._loops: dict[Any, Program] = {}

    def lifted(self, chunk: Chunk) -> Lifted:
        """The step for batches like the chunk's, as a pure program."""
        key = (chunk.treedef, tuple((a.shape, a.dtype) for a in chunk.example))
        found = self._lifted.get(key)
        if found is None:

            def body(*flat: Any) -> Any:
                return converted(self._step)(rebuild(chunk.treedef, flat))

            expected = self._variables(rebuild(chunk.treedef, chunk.example))
            found = lift(body, chunk.example, expected)
            self._lifted[key] = found
        return found

    @property
    def written(self) -> list[Any]:
        """The variables that the steps traced so far change."""
        lifted = self._lifted.values()
        return list({id(v): v for each in lifted for v in each.writes}.values())

    def run(self, chunk: Chunk, start: int, steps: int) -> Any:
        """Runs `steps` batches from batch `start` on.

        Returns:
            The last step's result, or with `collect` all results along a new axis.
        """
        if self._eager:
            return self._run_eagerly(chunk, start, steps)
        if chunk.has_strings:
            # What is masked may be wider: losses and metrics do not see it.
            wider = self._masked and not self._collect
            with rounded() if wider else contextlib.nullcontext():
                return self._run_eagerly(chunk, start, steps)
        program = self._loop(chunk)
        flat = program(np.int32(start), np.int32(steps), *chunk.data)
        if self._collect:
            flat = [np.asarray(a)[:steps] for a in flat]
        return program.lifted.outputs(flat)

    def prepare(self, chunk: Chunk) -> None:
        """Starts compiling for chunks of this kind, beside what runs meanwhile."""
        if self._eager or chunk.has_strings or self._key(chunk) in self._loops:
            return
        program = self._loop(chunk)
        step = jax.ShapeDtypeStruct((), np.int32)
        avals = [jax.ShapeDtypeStruct(a.shape, a.dtype) for a in chunk.data]
        program.compile_ahead(step, step, *avals)

    def _loop(self, chunk: Chunk) -> Program:
        key = self._key(chunk)
        program = self._loops.get(key)
        if program is None:
            program = loop(self.lifted(chunk), chunk.fetch, collect=key[1])
            self._loops[key] = program
        return program

    def _key(self, chunk: Chunk) -> tuple[Any, int]:
        if not self._collect:
            return chunk.key, 0
        # A power of two, so that the chunks of one kind make a handful of programs.
        return chunk.key, min(COLLECT, 1 << (chunk.steps - 1).bit_length())

    def run_one(self, chunk: Chunk) -> Any:
        """Runs the batch that is all of a chunk, without the loop around it."""
        if self._eager or chunk.has_strings:
            return self._step(rebuild(chunk.treedef, [Tensor(a) for a in chunk.data]))
        program = self._loops.get(chunk.key)
        if program is None:
            program = self._loops[chunk.key] = Program(self.lifted(chunk))
        return program.lifted.outputs(program(*chunk.data))

    def _run_eagerly(self, chunk: Chunk, start: int, steps: int) -> Any:
        results = []
        for i in range(start, start + steps):
            with _jax.x64():
                flat = [Tensor(a) for a in chunk.fetch(np.int32(i), *chunk.data)]
            results.append(self._step(rebuild(chunk.treedef, flat)))
        if not self._collect:
            return results[-1]
        return tree.map_structure(
            lambda *xs: Tensor(np.stack([np.asarray(x) for x in xs])), *results
        )


def steps_of(
    runner: Runner,
    chunks: Iterator[Chunk],
    before: Callable[[int], Any],
    skip: int = 0,
    most: int | None = None,
) -> Iterator[tuple[int, Any]]:
    """The one loop: (steps done, result) after each dispatch.

    `before` is called ahead of each dispatch, with the index of its first step. The
    first `skip` batches are left out. No dispatch has more than `most` steps.
    """
    first = skip
    for chunk in chunks:
        done = min(skip, chunk.steps)
        skip -= done
        while done < chunk.steps:
            left = chunk.steps - done
            steps = runner.pace.steps(chunk.key, min(left, most or left))
            before(first)
            first += steps
            began = time.perf_counter()
            result = runner.run(chunk, done, steps)
            tensors = [x for x in tree.flatten(result) if isinstance(x, Tensor)]
            # Also where a step gives nothing: the data may be the caller's own memory.
            awaited = tensors or [v._handle for v in runner.written]
            jax.block_until_ready([x._value for x in awaited])
            runner.pace.took(chunk.key, steps, time.perf_counter() - began)
            done += steps
            yield steps, result
