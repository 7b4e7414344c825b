"""Device placement: names as TensorFlow and Keras spell them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import jax

_NAME = re.compile(
    r"^(?:/job:\w+)?(?:/replica:\d+)?(?:/task:\d+)?/?(?:device:)?"
    r"(?P<kind>[A-Za-z]+)(?::(?P<index>\d+))?$"
)


def find_device(name: str) -> Any:
    """The device called `name`, e.g. `"CPU:0"`, `"/device:GPU:1"`, `"gpu"`.

    Raises:
        ValueError: If there is no such device.
    """
    match = _NAME.match(name)
    try:
        if match is None:
            raise IndexError
        return jax.devices(match["kind"].lower())[int(match["index"] or 0)]
    except (RuntimeError, IndexError):
        have = ", ".join(list_devices())
        raise ValueError(
            f"There is no such device. Received: device={name!r}\n"
            f"This machine has: {have}"
        ) from None


def list_devices(kind: str | None = None) -> list[str]:
    """Names of the devices, e.g. `["CPU:0"]`; of one kind if `kind` is given."""
    names = [
        f"{'GPU' if d.platform in ('cuda', 'rocm', 'gpu') else d.platform.upper()}"
        f":{d.id}"
        for d in jax.devices()
    ]
    if not any(n.startswith("CPU") for n in names):
        names.append("CPU:0")
    return [n for n in names if kind is None or n.startswith(kind.upper())]


@contextmanager
def device(name: str | Any) -> Iterator[None]:
    """Places tensors and variables made in the block on a device.

    Args:
        name: E.g. `"CPU:0"` or `"/device:GPU:0"`.

    Raises:
        ValueError: If there is no such device.
    """
    found = find_device(name) if isinstance(name, str) else name
    with jax.default_device(found):
        yield


def stop_at_nan(on: bool) -> None:
    """Whether operations whose result has NaN raise `FloatingPointError`."""
    jax.config.update("jax_debug_nans", on)
    jax.clear_caches()  # what is compiled already would not look


def start_profile(folder: str) -> None:
    """Starts to record what runs when, for TensorBoard's profiler."""
    jax.profiler.start_trace(folder)


def stop_profile() -> None:
    """Ends the recording and writes it."""
    jax.profiler.stop_trace()


def allow_tf32(allowed: bool) -> None:
    """Whether a GPU may round what it multiplies in float32 to 10 bits (TF32).

    It does, unless told otherwise, as in TensorFlow; a product is then up to eight
    times as fast, and right to three digits.
    """
    jax.config.update("jax_default_matmul_precision", None if allowed else "float32")


def tf32_allowed() -> bool:
    """Whether products may be rounded so."""
    chosen: Any = jax.config.jax_default_matmul_precision  # pyright: ignore
    return chosen not in ("float32", "highest")
