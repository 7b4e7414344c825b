"""`Promise`: what is known of a value that is still to be computed.

Operations under a gradient tape may wait for its gradients (`addax.core.forward`,
docs/design/0010-eager-steps.md). Their tensors hold promises, which are kept when
somebody reads a value.
"""

from __future__ import annotations

import threading
from typing import Any, Protocol

# Work may be asked for by another thread than the one that put it off.
KEEPING = threading.RLock()


class Work(Protocol):
    """Something put off."""

    def run(self, promise: Promise) -> None:
        """Keeps a promise, and others by the way."""
        ...


class Promise:
    """A value to come.

    Attributes:
        work: What computes it; `None` once it has.
        aval: Its shape and type, as JAX has them.
        slot: Its number among the values of the work.
        value: The value, once there is one.
    """

    __slots__ = ("__weakref__", "aval", "slot", "value", "work")

    def __init__(self, work: Work, aval: Any, slot: int) -> None:
        self.work: Work | None = work
        self.aval = aval
        self.slot = slot

    @property
    def shape(self) -> tuple[int, ...]:
        """The sizes of the axes."""
        return self.aval.shape

    @property
    def dtype(self) -> Any:
        """NumPy's type of the elements."""
        return self.aval.dtype

    def keep(self, value: Any) -> None:
        """Gives the value."""
        self.value, self.work = value, None

    def get(self) -> Any:
        """The value, computed now if it has to be."""
        if self.work is not None:
            with KEEPING:
                if self.work is not None:
                    self.work.run(self)
        return self.value
