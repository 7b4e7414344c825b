"""Iterators over datasets, which know where they are."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from addax._base.files import atomic_write
from addax.core.scope import host_only
from addax.data.options import Options
from addax.data.stage import Run, Stage


class DatasetIterator:
    """The elements of one pass over a dataset, as `iter(dataset)` gives them.

    It can say where it is (`get_state`), and another iterator over the same pipeline
    can go there (`set_state`): it takes up the same random numbers and passes over the
    elements that were given already.

    Args:
        stage: The pipeline's last stage.
        options: The pipeline's options.
        present: What makes of an element what the iterator gives.
    """

    def __init__(
        self, stage: Stage, options: Options, present: Callable[[Any], Any]
    ) -> None:
        self._stage, self._options, self._present = stage, options, present
        self._random = [r.state() for r in stage.random_states()]
        self._begin(0)

    def _begin(self, count: int) -> None:
        for random, state in zip(
            self._stage.random_states(), self._random, strict=True
        ):
            random.restore(state)
        self._elements = self._stage.iterate(Run(self._options))
        for _ in range(count):
            next(self._elements, None)
        self._count = count

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        host_only(
            "A compiled function takes the next element of a data set.",
            "Take it outside, and give it to the function: f(next(iterator)).",
        )
        element = next(self._elements)
        self._count += 1
        return self._present(element)

    def next(self) -> Any:
        """The next element; `StopIteration` at the end."""
        return next(self)

    def get_next(self) -> Any:
        """The next element.

        Raises:
            IndexError: At the end (`tf.errors.OutOfRangeError`).
        """
        try:
            return next(self)
        except StopIteration:
            raise IndexError(
                "End of sequence: the dataset has no more elements."
            ) from None

    @property
    def element_spec(self) -> Any:
        """What the elements look like."""
        return self._stage.spec()

    def get_state(self) -> dict[str, Any]:
        """Where the iterator is, as numbers that JSON can hold."""
        return {"count": self._count, "random": self._random}

    def set_state(self, state: dict[str, Any]) -> None:
        """Goes to where another iterator over the same pipeline was.

        Args:
            state: What its `get_state()` gave.
        """
        self._random = [list(each) for each in state["random"]]
        self._begin(int(state["count"]))

    def save(self, path: Any) -> str:
        """Writes `get_state()` to a file.

        Args:
            path: The file.
        """
        with atomic_write(path, "w") as file:
            json.dump(self.get_state(), file)
        return str(path)

    def restore(self, path: Any) -> None:
        """Reads what `save` wrote and goes there.

        Args:
            path: The file.
        """
        self.set_state(json.loads(Path(path).read_text()))
