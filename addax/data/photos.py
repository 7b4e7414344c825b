"""Files with images to pixels, as operations: read, decoded, brought to one size."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

from addax.core.host import host_op
from addax.data import images
from addax.data.elements import HostArray
from addax.data.filesystem import path_text
from addax.ops.image import resize_array


@host_op(lambda filename: ((), "string"))
def file_contents(filename: HostArray) -> HostArray:
    """The contents of the file of that name."""
    # A third of the time of pathlib's way.
    with open(path_text(filename), "rb", buffering=0) as file:
        return file.read()


def _open(contents: Any, channels: int, *_: Any) -> Any:
    return (None, None, channels or None), "uint8"


@host_op(_open)
def decode_pixels(contents: HostArray, channels: int) -> HostArray:
    """An image file's pixels, 8 bits a channel."""
    return images.decode(contents.item(), channels, animated=False)


@host_op(_open)
def decode_all(contents: HostArray, channels: int) -> HostArray:
    """An image file's pixels; with a further first axis those of a GIF file's frames,
    which no specification can foresee."""
    return images.decode(contents.item(), channels)


class _Scratch(threading.local):
    pixels = np.empty(0, np.uint8)


_scratch = _Scratch()


@host_op(lambda contents, channels, size, *_: ((*size, channels or None), "float32"))
def photo(
    contents: HostArray,
    channels: int,
    size: tuple[int, int],
    kind: str,
    antialias: bool,
    aspect: str = "",
) -> HostArray:
    """`decode_pixels` and `resample` at once."""
    return photo_into(contents, channels, size, kind, antialias, aspect, None)


def photo_into(
    contents: HostArray,
    channels: int,
    size: tuple[int, int],
    kind: str,
    antialias: bool,
    aspect: str,
    out: np.ndarray[Any, Any] | None,
) -> np.ndarray[Any, Any]:
    """What `photo` gives, in `out` if that is given.

    The pixels of the file's own size live in memory that each thread uses again
    (see `memory`).
    """
    pixels = images.decode(contents.item(), channels, animated=False, scratch=_pixels)
    return resize_array(pixels, size, kind, aspect, antialias, out)


def _pixels(count: int) -> np.ndarray[Any, Any]:
    if _scratch.pixels.size < count:
        _scratch.pixels = np.empty(count, np.uint8)
    return _scratch.pixels
