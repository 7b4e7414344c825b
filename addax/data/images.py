"""Images in files: bytes to arrays of pixels and back, by Pillow."""

from __future__ import annotations

import functools
import io
from collections.abc import Callable
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax._base.lazy import optional_import

FORMATS = ("BMP", "GIF", "JPEG", "PNG")
_MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}
_CHANNELS = {"1": 1, "L": 1, "LA": 2, "RGB": 3, "RGBA": 4}


def pillow() -> Any:
    """The library `PIL.Image`.

    Raises:
        ImportError: If Pillow is not installed.
    """
    return optional_import("PIL.Image", extra="data", purpose="Reading images")


def open_image(data: bytes) -> Any:
    """A Pillow image of the bytes of a file; its pixels are not read yet.

    Raises:
        ValueError: If it is no image of a known format.
    """
    library = pillow()
    try:
        return library.open(io.BytesIO(data))
    except library.UnidentifiedImageError:
        raise ValueError(
            explain(
                "These bytes are no image of a known format.",
                received={"contents": data[:16]},
                why="JPEG, PNG, GIF and BMP files can be decoded.",
                fix="tf.io.read_file(path)  # the contents, not the name, of a file",
            )
        ) from None


def decode(
    data: bytes,
    channels: int = 0,
    wide: bool = False,
    animated: bool = True,
    scratch: Callable[[int], np.ndarray[Any, Any]] = lambda count: np.empty(
        count, "u1"
    ),
) -> np.ndarray[Any, Any]:
    """The pixels of an image file.

    Args:
        data: The file's contents.
        channels: 1 for gray, 2 with transparency, 3 for colours, 4 with transparency;
            0 for what the file has. The camera's orientation is not applied.
        wide: Whether 16 bits a channel are wanted, instead of 8.
        animated: Whether several frames come along a first axis.
        scratch: Memory of so many bytes, in which the result may lie.

    Returns:
        An array `(height, width, channels)`, with a first axis of frames for GIF.

    Raises:
        ValueError: If it is no image, or cannot have so many channels.
    """
    if not wide and data.startswith(b"\xff\xd8\xff") and _turbo() is not None:
        made = _jpeg(data, channels, scratch)
        if made is not None:
            return made
    image = open_image(data)
    if image.format == "GIF" and animated:
        return _frames(image)
    return _pixels(image, channels, wide)


@functools.cache
def _turbo() -> Any:
    """The library `simplejpeg`, if it is there; it is only quicker than Pillow."""
    try:
        return optional_import("simplejpeg", extra="data", purpose="Decoding quickly")
    except ImportError:
        return None


def _jpeg(data: bytes, channels: int, scratch: Any) -> np.ndarray[Any, Any] | None:
    """The pixels of a JPEG file, by the same library as Pillow's, without its detours:
    0.17 ms instead of 0.24 for a photo of 240 x 192. `None` for files that Pillow
    knows more of: damaged ones, or such for printing."""
    try:
        height, width, colours, _ = _turbo().decode_jpeg_header(data)
        own = {"Gray": 1, "YCbCr": 3, "RGB": 3}.get(colours)
        if own is None or (own == 3 and channels == 1):
            return None
        count = channels or own
        kind = "GRAY" if count == 1 else "RGB"
        buffer = scratch(height * width * count)
        return _turbo().decode_jpeg(data, kind, buffer=buffer)
    except ValueError:
        return None


def _frames(image: Any) -> np.ndarray[Any, Any]:
    frames = []
    for i in range(getattr(image, "n_frames", 1)):
        image.seek(i)
        frames.append(np.asarray(image.convert("RGB")))
    return np.stack(frames)


def _pixels(image: Any, channels: int, wide: bool) -> np.ndarray[Any, Any]:
    if image.mode.startswith("I;16"):
        deep = np.asarray(image).astype(np.uint16)[..., None]
        if channels in (0, 1):
            return deep if wide else (deep >> 8).astype(np.uint8)
        image = pillow().fromarray((deep[..., 0] >> 8).astype(np.uint8))
    mode = _MODES.get(channels) or _own_mode(image)
    if image.mode != mode:
        image = image.convert(mode)
    # np.asarray(image) takes 120 us for 240 x 192 pixels, this 40.
    array = np.frombuffer(image.tobytes(), np.uint8)
    array = array.reshape(image.height, image.width, -1)
    return array.astype(np.uint16) * 257 if wide else array


def _own_mode(image: Any) -> str:
    """The mode that keeps what the file has, palettes resolved."""
    if image.mode == "P":
        return "RGBA" if "transparency" in image.info else "RGB"
    channels = _CHANNELS.get(image.mode, 3)  # CMYK and YCbCr become RGB
    return _MODES[channels]


def check_channels(channels: Any, allowed: tuple[int, ...]) -> int:
    """A number of channels that a decoder can give.

    Raises:
        ValueError: If it cannot.
    """
    if channels not in allowed:
        raise ValueError(
            explain(
                f"`channels` is one of {', '.join(map(str, allowed))}.",
                received={"channels": channels},
                why="0 stands for as many as the file has.",
            )
        )
    return int(channels)


def encode(pixels: np.ndarray[Any, Any], file_format: str, **options: Any) -> bytes:
    """An image file of an array `(height, width, channels)`.

    Raises:
        ValueError: If the array is no image that the format can hold.
    """
    channels = pixels.shape[-1] if pixels.ndim == 3 else 0
    most = 3 if file_format in ("JPEG", "BMP") else 4
    if channels not in range(1, most + 1) or (channels == 2 and most == 3):
        raise ValueError(
            explain(
                f"A {file_format} image is an array (height, width, channels).",
                received={"image": pixels},
                why="Gray images have 1 channel, colours 3"
                + (", and transparency adds one." if most == 4 else "."),
                fix="image[..., tf.newaxis]  # for gray images without a channel axis",
            )
        )
    flat = pixels[..., 0] if channels == 1 else pixels
    if flat.dtype == np.uint16 and channels != 1:
        flat = (flat >> 8).astype(np.uint8)
    out = io.BytesIO()
    pillow().fromarray(np.ascontiguousarray(flat)).save(out, file_format, **options)
    return out.getvalue()
