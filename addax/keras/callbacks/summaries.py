"""What TensorBoard shows besides curves, as the bytes that its event files hold.

Each function gives the fields of a `tensorboard.Summary.Value` after the tag: a tensor
(8) and metadata (9) that name the plugin which shows it. The schemas are
`tensorboard/compat/proto/{summary,tensor}.proto` and `plugins/*/plugin_data.proto`.
"""

from __future__ import annotations

import struct
import zlib
from typing import Any

import numpy as np

from addax._base.protobuf import message, text, whole

_DOUBLE, _STRING = 2, 7  # of tensorboard's DataType
_TENSORS, _BLOBS = 2, 3  # of its DataClass


def histogram(values: Any, buckets: int = 30) -> bytes:
    """How often values occur.

    Args:
        values: An array; what is not finite is left out.
        buckets: How many ranges of values are counted.
    """
    flat = np.asarray(values, "float64").ravel()
    flat = flat[np.isfinite(flat)]
    counts, edges = np.histogram(flat, buckets if flat.size else 1)
    table = np.stack([edges[:-1], edges[1:], counts], 1)
    return _tensor(table) + _plugin("histograms", _TENSORS)


def image(pixels: Any) -> bytes:
    """Images.

    Args:
        pixels: `(images, height, width, channels)`: bytes, or numbers from 0 to 1.
    """
    pixels = np.asarray(pixels)
    if pixels.dtype != np.uint8:
        pixels = np.clip(np.nan_to_num(pixels) * 255.0 + 0.5, 0, 255).astype(np.uint8)
    height, width = pixels.shape[1:3]
    parts = [str(width).encode(), str(height).encode(), *map(png, pixels)]
    return _strings(parts, (len(parts),)) + _plugin("images", _BLOBS)


def words(content: str) -> bytes:
    """Text, in Markdown.

    Args:
        content: The text.
    """
    return _strings([content.encode()], ()) + _plugin("text", _TENSORS)


def keras_model(description: str) -> bytes:
    """The layers of a model.

    Args:
        description: What `model.to_json()` returns.
    """
    content = _strings([description.encode()], ())
    return content + _plugin("graph_keras_model", _BLOBS, b"1")


def graph(nodes: list[tuple[str, str, list[str]]]) -> bytes:
    """A graph, as a `tensorflow.GraphDef`.

    Args:
        nodes: Name, operation and the names of the inputs of each node; slashes in
            names make groups.
    """
    parts = []
    for name, operation, inputs in nodes:
        fields = text(1, name) + text(2, operation)
        parts.append(message(1, fields + b"".join(text(3, each) for each in inputs)))
    return b"".join(parts) + message(4, whole(1, 1))  # versions {producer: 1}


def png(pixels: Any) -> bytes:
    """A PNG file.

    Args:
        pixels: `(height, width, channels)` of bytes; 1 channel is grey, 2 with
            opacity, 3 colours, 4 with opacity.
    """
    height, width, channels = pixels.shape
    kind = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    rows = np.zeros((height, width * channels + 1), np.uint8)  # filter 0 before each
    rows[:, 1:] = np.ascontiguousarray(pixels).reshape(height, -1)
    header = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    chunks = (
        (b"IHDR", header),
        (b"IDAT", zlib.compress(rows.tobytes())),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data
        + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )  # fmt: skip


def _tensor(table: np.ndarray[Any, Any]) -> bytes:
    content = message(4, np.ascontiguousarray(table, "<f8").tobytes())
    return message(8, whole(1, _DOUBLE) + _shape(table.shape) + content)


def _strings(parts: list[bytes], shape: tuple[int, ...]) -> bytes:
    content = b"".join(message(8, each) for each in parts)
    return message(8, whole(1, _STRING) + _shape(shape) + content)


def _shape(shape: tuple[int, ...]) -> bytes:
    return message(2, b"".join(message(2, whole(1, size)) for size in shape))


def _plugin(name: str, kind: int, content: bytes = b"") -> bytes:
    data = text(1, name) + (message(2, content) if content else b"")
    return message(9, message(1, data) + whole(4, kind))
