"""Files from the network, whole or not at all."""

from __future__ import annotations

import contextlib
import os
import urllib.error
import urllib.request
from pathlib import Path

from addax._base.files import atomic_path
from addax.keras.callbacks.messages import say
from addax.keras.callbacks.progbar import Progbar

_CHUNK = 1 << 18
# Seconds without an answer, or without a byte, after which we give up.
_PATIENCE = 30.0


def download(origin: str, target: Path, resume: bool = False) -> None:
    """Downloads a file, showing how far it is.

    Args:
        origin: Its address.
        target: Where to; there when it is complete, not before.
        resume: Whether to keep what came before the connection broke, in
            `<name>.partial`, and to go on from there the next time. For files with a
            checksum, which tells whether the parts are of one file.

    Raises:
        OSError: If it cannot be reached, or the connection breaks.
    """
    partial = target.with_name(f"{target.name}.partial")
    with atomic_path(target) as temporary:
        if resume:
            with contextlib.suppress(FileNotFoundError):
                os.replace(partial, temporary)  # so that no other process takes it too
        try:
            _receive(origin, temporary)
        except BaseException:
            if resume and temporary.stat().st_size:
                os.replace(temporary, partial)
            raise


def _receive(origin: str, path: Path) -> None:
    """Writes what `path` lacks; all of it if the server sends no parts."""
    done = path.stat().st_size
    headers = {"User-Agent": "addax"}
    if done:
        headers["Range"] = f"bytes={done}-"
    request = urllib.request.Request(origin, headers=headers)
    try:
        source = urllib.request.urlopen(request, timeout=_PATIENCE)
    except urllib.error.HTTPError as error:
        if not done or error.code != 416:
            raise
        path.write_bytes(b"")  # there is nothing after it: it is no part of this file
        _receive(origin, path)
        return
    with source:
        done = done if source.status == 206 else 0
        size = done + int(source.headers.get("Content-Length") or 0)
        say(f"Downloading {origin}" + (f", from byte {done:,} on" if done else ""))
        bar = Progbar(size if size > done else None, unit_name="byte")
        with open(path, "ab" if done else "wb") as file:
            while chunk := source.read(_CHUNK):
                file.write(chunk)
                done += len(chunk)
                bar.update(done, finalize=False)
        if done < size:
            raise OSError(f"The connection broke after {done:,} of {size:,} bytes.")
        bar.update(done, finalize=True)


def reason(error: OSError) -> str:
    """Why a download failed, in a few words."""
    if isinstance(error, urllib.error.HTTPError):
        return f"The server answered {error.code} ({error.reason})."
    if isinstance(error, urllib.error.URLError):
        return f"It cannot be reached ({error.reason})."
    return str(error) or type(error).__name__
