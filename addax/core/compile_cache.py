"""Compiled programs, kept on disk for the next process.

A script that trains a small CNN spends 2.8 s of processor time, of which 1.9 s is XLA
compiling what it compiled yesterday; with the programs on disk the second run takes
0.9 s. JAX finds the key (program, options, device, versions of JAX and XLA); this file
keeps the bytes. JAX's own store writes in place, where a process that is killed leaves
half a program, and takes a lock for each look-up once it is bounded.
"""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress
from pathlib import Path

from addax._base.settings import Setting
from addax.core import _jax

KEEP = Setting("compile_cache", True, "Keep compiled programs on disk.")
FOLDER = Setting(
    "compile_cache_dir", "", "Where compiled programs are kept (empty: user's cache)."
)
LIMIT_MB = Setting("compile_cache_mb", 256, "How much of the disk they may take.")

_SUFFIX = ".xla"


def folder() -> Path:
    """Where compiled programs are kept.

    Example:

    >>> with FOLDER.override("/tmp/mine"):
    ...     folder().as_posix()
    '/tmp/mine'
    """
    if FOLDER.get():
        return Path(FOLDER.get()).expanduser()
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA", "~/AppData/Local")
    elif sys.platform == "darwin":
        base = "~/Library/Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser() / "addax" / "compiled"


class Store:
    """A bounded folder of compiled programs that processes may share.

    A file is written beside and renamed, so that a reader finds all of it or nothing.
    What was not used for longest goes first. A folder that cannot be written is no
    error: then programs are compiled, as without it.

    Args:
        path: The folder; it is made when the first program is kept.
        limit: How many bytes it may hold.
    """

    def __init__(self, path: Path, limit: int) -> None:
        self._path = path
        self._limit = limit
        self._held: int | None = None  # bytes, once counted
        self._lock = threading.Lock()

    def get(self, key: str) -> bytes | None:
        """The program of `key`; `None` if it is not there."""
        file = self._path / (key + _SUFFIX)
        try:
            program = file.read_bytes()
            os.utime(file)  # used just now
        except OSError:
            return None
        return program or None

    def put(self, key: str, value: bytes) -> None:
        """Keeps a program."""
        file = self._path / (key + _SUFFIX)
        with suppress(OSError), self._lock:
            self._path.mkdir(parents=True, exist_ok=True, mode=0o700)
            if len(value) > self._limit:
                return
            # Not synced to the disk: a program lost in a power cut is compiled again.
            beside = file.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
            beside.write_bytes(value)
            beside.replace(file)
            if self._held is None:
                self._held = sum(f.stat().st_size for f in self._files())
            else:
                self._held += len(value)
            if self._held > self._limit:
                self._trim()

    def _files(self) -> list[Path]:
        return list(self._path.iterdir())  # with what killed processes left

    def _trim(self) -> None:
        """Removes what was used longest ago, to three quarters of the limit."""
        used = []
        for file in self._files():
            with suppress(OSError):  # another process removed it
                status = file.stat()
                used.append((status.st_mtime, status.st_size, file))
        held = sum(size for _, size, _ in used)
        for _, size, file in sorted(used):
            if held <= self._limit * 3 // 4:
                break
            file.unlink(missing_ok=True)
            held -= size
        self._held = held


def enable() -> None:
    """Lets JAX keep its compiled programs here, unless it was told another place."""
    if KEEP.get():
        _jax.keep_programs(Store(folder(), LIMIT_MB.get() * 2**20))
