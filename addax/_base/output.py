"""What a function prints while it is traced, shown once however often it is traced.

A trace may turn out to be in vain, and the function is traced again. `held_until`
holds back what the thread prints meanwhile, and forgets it with the attempt.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class _Pages(threading.local):
    """What this thread has printed and not shown, block in block: (stream, text)."""

    def __init__(self) -> None:
        self.held: list[list[tuple[Any, str]]] = []

    def show(self) -> None:
        """Writes everything that is held."""
        for page in self.held:
            for stream, text in page:
                stream.write(text)
            page.clear()


_pages = _Pages()
_lock = threading.Lock()
_holding = 0


class _Stream:
    """Stands for `sys.stdout` while a thread holds something back."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        if not _pages.held:
            return self.stream.write(text)
        _pages.held[-1].append((self.stream, text))
        return len(text)

    def flush(self) -> None:
        # A debugger flushes before it asks; what it has said must be seen.
        _pages.show()
        self.stream.flush()

    def __getattr__(self, name: str) -> Any:
        _pages.show()  # whoever looks past us writes past us, too
        return getattr(self.stream, name)


@contextmanager
def held_until(*in_vain: type[BaseException]) -> Iterator[None]:
    """Holds what this thread prints in the block until the block ends.

    Args:
        *in_vain: Exceptions that show the block to be in vain: what it printed is
            forgotten. In all other cases it is written when the block ends.
    """
    page: list[tuple[Any, str]] = []
    _begin()
    _pages.held.append(page)
    try:
        yield
    except in_vain:
        page.clear()
        raise
    finally:
        _pages.held.pop()
        _end()
        if _pages.held:
            _pages.held[-1].extend(page)
        else:
            for stream, text in page:
                stream.write(text)


@contextmanager
def unheard() -> Iterator[None]:
    """Forgets what this thread prints in the block: it has been printed before."""
    with held_until():
        yield
        _pages.held[-1].clear()


def _begin() -> None:
    global _holding
    with _lock:
        _holding += 1
        if not isinstance(sys.stdout, _Stream) and sys.stdout is not None:
            sys.stdout = _Stream(sys.stdout)


def _end() -> None:
    global _holding
    with _lock:
        _holding -= 1
        if not _holding and isinstance(sys.stdout, _Stream):
            sys.stdout = sys.stdout.stream
