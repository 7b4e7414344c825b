"""Batches by index, made ahead of time by threads or processes, in order."""

from __future__ import annotations

import itertools
import multiprocessing
import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any

import numpy as np

from addax._base.errors import explain


class IndexedSource:
    """What `fit` asks of a `PyDataset`: passes over its batches, and the hooks.

    Args:
        dataset: Something with `__getitem__(index)` and `__len__()`.
        shuffle: Whether each pass visits the batches in another order.
        workers: Instead of the data set's own.
        use_multiprocessing: Instead of the data set's own.
        max_queue_size: Instead of the data set's own.
    """

    def __init__(
        self,
        dataset: Any,
        shuffle: bool = False,
        workers: int | None = None,
        use_multiprocessing: bool | None = None,
        max_queue_size: int | None = None,
    ) -> None:
        def own(given: Any, name: str, default: Any) -> Any:
            return getattr(dataset, name, default) if given is None else given

        self._dataset = dataset
        self._shuffle = shuffle
        self._workers = own(workers, "workers", 1) or 0
        self._processes = bool(own(use_multiprocessing, "use_multiprocessing", False))
        self._ahead = max(own(max_queue_size, "max_queue_size", 10), 1)
        self._pool: Executor | None = None
        self._pickled = b""

    @property
    def batches(self) -> int | None:
        """The number of batches of a pass; `None` if it has no end."""
        if hasattr(type(self._dataset), "num_batches"):
            return self._dataset.num_batches
        return len(self._dataset)

    def __call__(self) -> Iterator[Any]:
        """The batches of one pass, whose order is drawn now."""
        self._hook("on_epoch_begin")
        count = self.batches
        order: Iterable[int]
        if count is None:
            order = itertools.count()
        elif self._shuffle:
            order = map(int, np.random.permutation(count))
        else:
            order = range(count)
        if self._workers > 1 or self._processes:
            return self._from_pool(iter(order))
        return map(self._one, order)

    def end(self) -> None:
        """Calls the data set's hook at the end of an epoch."""
        self._hook("on_epoch_end")

    def _hook(self, name: str) -> None:
        hook = getattr(self._dataset, name, None)
        if hook is not None:
            hook()

    def _one(self, index: int) -> Any:
        return self._named(lambda: self._dataset[index], index)

    def _named(self, make: Callable[[], Any], index: int) -> Any:
        try:
            return make()
        except Exception as error:
            name = type(self._dataset).__name__
            error.add_note(f"This happened in batch {index} of {name}.")
            raise

    def _from_pool(self, order: Iterator[int]) -> Iterator[Any]:
        pool, submit = self._open_pool()
        waiting: deque[tuple[int, Any]] = deque()
        try:
            for index in order:
                waiting.append((index, submit(index)))
                if len(waiting) >= self._ahead:
                    done, future = waiting.popleft()
                    yield self._named(future.result, done)
            while waiting:
                done, future = waiting.popleft()
                yield self._named(future.result, done)
        finally:
            for _, future in waiting:
                future.cancel()
            if isinstance(pool, ThreadPoolExecutor):
                pool.shutdown(wait=False)

    def _open_pool(self) -> tuple[Executor, Callable[[int], Any]]:
        if not self._processes:
            pool: Executor = ThreadPoolExecutor(self._workers, "addax-batches")
            return pool, lambda index: pool.submit(self._dataset.__getitem__, index)
        pickled = self._pickle()
        if self._pool is None or pickled != self._pickled:
            # The data set changed (in `on_epoch_end`): processes have copies.
            self.close()
            self._pickled = pickled
            self._pool = ProcessPoolExecutor(
                max(self._workers, 1),
                # A fork would copy the locks of JAX's threads in whatever state.
                multiprocessing.get_context("spawn"),
                _receive,
                (pickled,),
            )
        pool = self._pool
        return pool, lambda index: pool.submit(_make, index)

    def _pickle(self) -> bytes:
        try:
            return pickle.dumps(self._dataset)
        except (pickle.PicklingError, TypeError, AttributeError) as error:
            name = type(self._dataset).__name__
            raise ValueError(
                explain(
                    f"{name} cannot be sent to other processes.",
                    received={"use_multiprocessing": True},
                    why=str(error),
                    fix=[
                        f"Use threads: {name}(..., workers=4)",
                        "Define the class in a module, and open files in "
                        "__getitem__ rather than keeping them.",
                    ],
                )
            ) from error

    def close(self) -> None:
        """Ends the processes."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None

    __del__ = close


# In a process: the data set that it makes batches of.
_received: dict[str, Any] = {}


def _receive(pickled: bytes) -> None:
    _received["dataset"] = pickle.loads(pickled)


def _make(index: int) -> Any:
    return _received["dataset"][index]
