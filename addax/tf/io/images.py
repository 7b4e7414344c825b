"""`tf.io`'s images: files' contents to tensors of pixels and back."""

from __future__ import annotations

from typing import Any

import numpy as np

from addax.core import as_dtype, cast
from addax.core.host import host_op
from addax.data import images
from addax.data.elements import HostArray
from addax.data.photos import decode_all, decode_pixels


@host_op(lambda contents, channels: ((None, None, channels or None), "uint16"))
def decode_wide_pixels(contents: HostArray, channels: int) -> HostArray:
    """An image file's pixels, 16 bits a channel."""
    return images.decode(contents.item(), channels, wide=True, animated=False)


@host_op(lambda contents: ((None, None, None, 3), "uint8"))
def decode_frames(contents: HostArray) -> HostArray:
    """The frames of an animated image."""
    return images.decode(contents.item())


@host_op(lambda contents: ((3,), "int32"))
def jpeg_shape(contents: HostArray) -> HostArray:
    """The height, width and number of channels of a JPEG image."""
    found = images.open_image(contents.item())
    return np.array([found.height, found.width, len(found.getbands())], np.int32)


@host_op(lambda contents: ((), "bool"))
def starts_as_jpeg(contents: HostArray) -> HostArray:
    """Whether a file's contents start as those of a JPEG image do."""
    return np.asarray(contents.item().startswith(b"\xff\xd8\xff"))


@host_op(lambda image, *_: ((), "string"))
def encode_pixels(image: HostArray, kind: str, options: tuple[Any, ...]) -> HostArray:
    """An image file of pixels."""
    return images.encode(np.asarray(image), kind, **dict(options))


def decode_jpeg(
    contents: Any,
    channels: int = 0,
    ratio: int = 1,
    fancy_upscaling: bool = True,
    try_recover_truncated: bool = False,
    acceptable_fraction: float = 1,
    dct_method: str = "",
    name: str | None = None,
) -> Any:
    """The pixels of a JPEG file.

    Args:
        contents: The file's contents, a string.
        channels: 1 for gray, 3 for colours, 0 for what the file has.
        ratio: How many times smaller: 1, 2, 4 or 8.
        fancy_upscaling: Kept for TensorFlow's signature, as are the further ones.
        try_recover_truncated: Kept for TensorFlow's signature.
        acceptable_fraction: Kept for TensorFlow's signature.
        dct_method: Kept for TensorFlow's signature.
        name: Kept for TensorFlow's signature.

    Returns:
        A `uint8` tensor `(height, width, channels)`.

    Raises:
        ValueError: If it is no image.
    """
    decoded = decode_pixels(contents, images.check_channels(channels, (0, 1, 3)))
    return decoded[::ratio, ::ratio] if ratio != 1 else decoded


def decode_png(
    contents: Any, channels: int = 0, dtype: Any = "uint8", name: str | None = None
) -> Any:
    """The pixels of a PNG file.

    Args:
        contents: The file's contents, a string.
        channels: 1 for gray, 2 with transparency, 3 for colours, 4 with transparency,
            0 for what the file has.
        dtype: `uint8` or `uint16`.
        name: Kept for TensorFlow's signature.

    Returns:
        A tensor `(height, width, channels)`.
    """
    decode = decode_wide_pixels if as_dtype(dtype) == "uint16" else decode_pixels
    return decode(contents, images.check_channels(channels, (0, 1, 2, 3, 4)))


def decode_bmp(contents: Any, channels: int = 0, name: str | None = None) -> Any:
    """The pixels of a BMP file, a `uint8` tensor `(height, width, channels)`."""
    return decode_pixels(contents, images.check_channels(channels, (0, 1, 3, 4)))


def decode_webp(contents: Any, channels: int = 0, name: str | None = None) -> Any:
    """The pixels of a WebP file, a `uint8` tensor `(height, width, channels)`."""
    return decode_pixels(contents, images.check_channels(channels, (0, 3, 4)))


def decode_gif(contents: Any, name: str | None = None) -> Any:
    """The frames of a GIF file, a `uint8` tensor `(frames, height, width, 3)`."""
    return decode_frames(contents)


def decode_image(
    contents: Any,
    channels: int | None = None,
    dtype: Any = "uint8",
    name: str | None = None,
    expand_animations: bool = True,
) -> Any:
    """The pixels of a BMP, GIF, JPEG or PNG file.

    Args:
        contents: The file's contents, a string.
        channels: How many channels; what the file has if not given.
        dtype: The type of the result; floats are between 0 and 1.
        name: Kept for TensorFlow's signature.
        expand_animations: Whether GIF files give frames along a first axis.

    Returns:
        A tensor `(height, width, channels)`, or one of frames.
    """
    target = as_dtype(dtype)
    count = images.check_channels(channels or 0, (0, 1, 2, 3, 4))
    if target == "uint16":
        return decode_wide_pixels(contents, count)
    decode = decode_all if expand_animations else decode_pixels
    decoded = decode(contents, count)
    return cast(decoded, target.name) / 255 if target.is_floating else decoded


def decode_and_crop_jpeg(
    contents: Any, crop_window: Any, channels: int = 0, **kwargs: Any
) -> Any:
    """A part of a JPEG file's pixels: `crop_window` is (y, x, height, width)."""
    y, x, height, width = (int(n) for n in crop_window)
    return decode_jpeg(contents, channels, **kwargs)[y : y + height, x : x + width]


def extract_jpeg_shape(
    contents: Any, output_type: Any = "int32", name: str | None = None
) -> Any:
    """The height, width and number of channels of a JPEG file."""
    return cast(jpeg_shape(contents), as_dtype(output_type).name)


def is_jpeg(contents: Any, name: str | None = None) -> Any:
    """Whether a file's contents start as those of a JPEG image do."""
    return starts_as_jpeg(contents)


def encode_jpeg(
    image: Any,
    format: str = "",
    quality: int = 95,
    progressive: bool = False,
    optimize_size: bool = False,
    chroma_downsampling: bool = True,
    density_unit: str = "in",
    x_density: int = 300,
    y_density: int = 300,
    xmp_metadata: str = "",
    name: str | None = None,
) -> Any:
    """A JPEG file of pixels.

    Args:
        image: A `uint8` tensor `(height, width, channels)`.
        format: Kept for TensorFlow's signature; the channels tell.
        quality: From 0 to 100.
        progressive: Whether a coarse image comes first.
        optimize_size: Whether to take more time for a smaller file.
        chroma_downsampling: Whether colours are kept at half the resolution.
        density_unit: The unit of the densities, `"in"` or `"cm"`.
        x_density: Pixels per unit.
        y_density: Pixels per unit.
        xmp_metadata: Kept for TensorFlow's signature.
        name: Kept for TensorFlow's signature.

    Returns:
        A string: the file's contents.
    """
    inch = 1 if density_unit == "in" else 2.54
    options = (
        ("dpi", (round(x_density * inch), round(y_density * inch))),
        ("optimize", optimize_size),
        ("progressive", progressive),
        ("quality", quality),
        ("subsampling", 2 if chroma_downsampling else 0),
    )
    return encode_pixels(image, "JPEG", options)


def encode_png(image: Any, compression: int = -1, name: str | None = None) -> Any:
    """A PNG file of pixels.

    Args:
        image: A `uint8` tensor `(height, width, channels)`, or `uint16` with one.
        compression: From 0 (fast) to 9 (small); -1 for a middle way.
        name: Kept for TensorFlow's signature.

    Returns:
        A string: the file's contents.
    """
    level = 6 if compression == -1 else compression
    return encode_pixels(image, "PNG", (("compress_level", level),))
