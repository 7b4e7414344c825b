"""Ctrl-C that waits while arrays have no owner."""

from __future__ import annotations

import signal
import threading
from typing import Any


class uninterrupted:
    """Holds Ctrl-C back in a block; the second one is not held.

    A compiled program is given the arrays of the variables that it changes (donated).
    Until it has been called and the new ones are in their variables, an interrupt would
    leave variables without a value. Takes 3 us; in other threads, which Ctrl-C does not
    reach, nothing.
    """

    __slots__ = ("_before", "_came")

    def __enter__(self) -> None:
        self._came, self._before = False, None
        if threading.get_ident() == threading.main_thread().ident:
            self._before = signal.getsignal(signal.SIGINT)  # `None`: not Python's
            if self._before is not None:
                signal.signal(signal.SIGINT, self._note)

    def _note(self, *given: Any) -> None:
        if self._came and callable(self._before):
            self._before(*given)
        self._came = True

    def __exit__(self, *exc: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)
            if self._came:
                signal.raise_signal(signal.SIGINT)
