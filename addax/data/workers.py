"""Threads that work ahead, and end when nobody wants their results any more."""

from __future__ import annotations

import collections
import queue
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any

# Handing an element to another thread and back takes about 50 us; calls shorter than
# this stay where they are unless a number of threads was asked for.
_WORTH_A_THREAD = 0.0003


def parallel_map(
    fn: Callable[[Any, int], Any],
    items: Iterator[Any],
    workers: int,
    ordered: bool,
    adaptive: bool,
    tried: int = 6,
) -> Iterator[Any]:
    """`fn(item, number)` for each item, several at a time.

    Args:
        fn: What to call.
        items: What to call it with.
        workers: How many threads.
        ordered: Whether results come in the order of the items.
        adaptive: Whether to use the threads only if calls take long enough.
        tried: How many calls to look at for that; the first third may compile.
    """
    numbered = enumerate(items)
    if adaptive:
        quick = 0.0
        for count, (number, item) in enumerate(numbered, 1):
            began = time.perf_counter()
            result = fn(item, number)
            if 3 * count > tried:
                quick = max(quick, time.perf_counter() - began)
            yield result
            if count == tried:
                break
        else:
            return
        if quick < _WORTH_A_THREAD:
            for number, item in numbered:
                yield fn(item, number)
            return
    pool = ThreadPoolExecutor(workers, "addax-map")
    try:
        submitted = (pool.submit(fn, item, number) for number, item in numbered)
        yield from (_in_order if ordered else _as_done)(submitted, 2 * workers)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _in_order(futures: Iterator[Future[Any]], ahead: int) -> Iterator[Any]:
    pending: collections.deque[Future[Any]] = collections.deque()
    while True:
        try:
            pending.append(next(futures))
        except StopIteration:
            break
        except Exception as error:  # the items' own: it comes after those before it
            pending.append(Future())
            pending[-1].set_exception(error)
            break
        if len(pending) >= ahead:
            yield pending.popleft().result()
    while pending:
        yield pending.popleft().result()


def _as_done(futures: Iterator[Future[Any]], ahead: int) -> Iterator[Any]:
    pending: set[Future[Any]] = set()
    for future in futures:
        pending.add(future)
        if len(pending) >= ahead:
            done, pending = wait(pending, return_when=FIRST_COMPLETED)
            for each in done:
                yield each.result()
    while pending:
        done, pending = wait(pending, return_when=FIRST_COMPLETED)
        for each in done:
            yield each.result()


_END = object()


class _Failure:
    def __init__(self, error: BaseException) -> None:
        self.error = error


def prefetch(items: Iterator[Any], depth: int) -> Iterator[Any]:
    """Takes items in a thread, up to `depth` ahead; errors arrive in their place."""
    ready: queue.Queue[Any] = queue.Queue(maxsize=depth)
    stopped = threading.Event()

    def put(item: Any) -> bool:
        while not stopped.is_set():
            try:
                ready.put(item, timeout=0.1)
                return True
            except queue.Full:
                continue
        return False

    def work() -> None:
        try:
            for item in items:
                if not put(item):
                    return
            put(_END)
        except BaseException as error:
            put(_Failure(error))
        finally:
            close = getattr(items, "close", None)
            if close is not None:
                close()

    thread = threading.Thread(target=work, daemon=True, name="addax-prefetch")
    thread.start()
    try:
        while (item := ready.get()) is not _END:
            if isinstance(item, _Failure):
                raise item.error
            yield item
    finally:
        stopped.set()
        while not ready.empty():  # a full queue would hold the thread for 0.1 s
            ready.get_nowait()
        thread.join(timeout=1.0)
