"""Files from the network, whole or not at all."""

from __future__ import annotations

import urllib.error
import urllib.request
from pathlib import Path

from addax._base.files import atomic_path
from addax.keras.callbacks.messages import say
from addax.keras.callbacks.progbar import Progbar

_CHUNK = 1 << 18
# Seconds without an answer, or without a byte, after which we give up.
_PATIENCE = 30.0


def download(origin: str, target: Path) -> None:
    """Downloads a file, showing how far it is.

    Args:
        origin: Its address.
        target: Where to; there when it is complete, not before.

    Raises:
        OSError: If it cannot be reached, or the connection breaks.
    """
    request = urllib.request.Request(origin, headers={"User-Agent": "addax"})
    with (
        urllib.request.urlopen(request, timeout=_PATIENCE) as source,
        atomic_path(target) as temporary,
        open(temporary, "wb") as file,
    ):
        size = int(source.headers.get("Content-Length") or 0)
        say(f"Downloading {origin}")
        bar = Progbar(size or None, unit_name="byte")
        done = 0
        while chunk := source.read(_CHUNK):
            file.write(chunk)
            done += len(chunk)
            bar.update(done, finalize=False)
        if size and done < size:
            raise OSError(f"The connection broke after {done:,} of {size:,} bytes.")
        bar.update(done, finalize=True)


def reason(error: OSError) -> str:
    """Why a download failed, in a few words."""
    if isinstance(error, urllib.error.HTTPError):
        return f"The server answered {error.code} ({error.reason})."
    if isinstance(error, urllib.error.URLError):
        return f"It cannot be reached ({error.reason})."
    return str(error) or type(error).__name__
