"""Kernels in C++ for what XLA does slowly on a CPU (docs/design/0009).

They are built with the package where a C++ compiler is found. Where they are absent, or
the setting `native` says no, XLA's formulations are used, which are also what the tests
compare with.
"""

from __future__ import annotations

import ctypes
import functools
import hashlib
from collections.abc import Sequence
from typing import Any

import jax

from addax._base.settings import Setting
from addax.native import build

USE = Setting("native", True, "Use the kernels in C++, where they were built.")


class _Handler(ctypes.Structure):
    """An entry of the list of handlers (src/handler.h)."""


_Handler._fields_ = [
    ("name", ctypes.c_char_p),
    ("call", ctypes.c_void_p),
    ("next", ctypes.POINTER(_Handler)),
]


@functools.cache
def library() -> ctypes.CDLL | None:
    """The library for this processor, its handlers made known to XLA; `None` if absent.

    A target's name has the library's digest, so that a program kept on disk never
    meets a kernel other than the one it was compiled with.
    """
    level = build.level()
    path = build.library(level) if level else None
    if path is None or not path.exists():
        return None
    try:
        loaded = ctypes.CDLL(str(path))
        # XLA takes handlers for earlier versions of its interface. One for a later
        # version is an error when XLA starts, which leaves JAX without a CPU.
        ours, spoken = loaded.addax_interface(), build.interface()
        if ours > spoken or ours // 1000 != spoken // 1000:
            return None
        _register(loaded, hashlib.sha256(path.read_bytes()).hexdigest()[:12])
    except Exception:  # built for another libc, or from other sources
        return None
    return loaded


_targets: dict[str, str] = {}


def _register(loaded: ctypes.CDLL, digest: str) -> None:
    first = loaded.addax_handlers
    first.restype = ctypes.POINTER(_Handler)
    entry = first()
    while entry:
        handler = entry.contents
        name = handler.name.decode()
        target = f"addax.{name}.{digest}"
        capsule = jax.ffi.pycapsule(ctypes.c_void_p(handler.call))
        jax.ffi.register_ffi_target(target, capsule, platform="cpu")
        _targets[name] = target
        entry = handler.next


def available(*names: str) -> bool:
    """Whether the kernels are there and wanted.

    Args:
        *names: Those that matter; a library that was built from older sources may not
            have them.

    Example:

    >>> from addax import native
    >>> with native.USE.override(False):
    ...     native.available()
    False
    """
    return USE.get() and library() is not None and _targets.keys() >= {*names}


def call(
    name: str,
    results: Any,
    *arrays: Any,
    vmap_method: str = "sequential",
    **attributes: Any,
) -> Any:
    """Calls a kernel inside a program for the CPU.

    Args:
        name: The handler's name in C++.
        results: A `jax.ShapeDtypeStruct`, or a sequence of them.
        arrays: The operands, in the order of the handler's arguments.
        vmap_method: As in `jax.ffi.ffi_call`: how `vmap` goes on, one by one unless a
            kernel takes leading axes.
        attributes: NumPy scalars or arrays: their dtypes must be those of the handler's
            attributes.

    Returns:
        An array, or a list of them.

    Raises:
        KeyError: There is no such kernel; ask `available` first.
    """
    library()
    many = isinstance(results, Sequence)
    made = jax.ffi.ffi_call(_targets[name], results, vmap_method=vmap_method)(
        *arrays, **attributes
    )
    return list(made) if many else made
