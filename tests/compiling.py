"""What XLA compiles, for tests that count it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import jax

_COMPILED = "/jax/core/compile/backend_compile_duration"


@contextmanager
def programs(part: str = "") -> Iterator[list[str]]:
    """The names of the programs that are compiled within the block, as they come.

    Taken from JAX's own events, which also come where the compiled program was kept
    on disk.

    Args:
        part: Only those whose names have this in them. `_split` are the programs of
            `fit` and `tf.function`; single operations have names of their own.
    """
    found: list[str] = []

    def listen(event: str, seconds: float, **about: Any) -> None:
        if event == _COMPILED and part in str(about.get("fun_name")):
            found.append(str(about.get("fun_name")))

    jax.monitoring.register_event_duration_secs_listener(listen)
    try:
        yield found
    finally:  # addax listens, too: this one only
        jax.monitoring.unregister_event_duration_listener(listen)
