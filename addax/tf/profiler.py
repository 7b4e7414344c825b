"""`tf.profiler`: recordings of what runs when, for TensorBoard."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from addax.core.device import start_profile, stop_profile
from addax.tf._advice import Names, absent


def _start(logdir: str | os.PathLike[str], options: Any = None) -> None:
    """Starts a recording."""
    start_profile(os.fspath(logdir))


def _stop(save: bool = True) -> None:
    """Ends the recording and writes it."""
    stop_profile()


@contextlib.contextmanager
def _profile(logdir: str | os.PathLike[str], options: Any = None) -> Iterator[None]:
    _start(logdir, options)
    try:
        yield
    finally:
        _stop()


experimental = Names(
    "tf.profiler.experimental",
    Profile=_profile,
    ProfilerOptions=SimpleNamespace,
    Trace=lambda name, **metadata: contextlib.nullcontext(),
    start=_start,
    stop=_stop,
)
__getattr__ = absent(__name__)
