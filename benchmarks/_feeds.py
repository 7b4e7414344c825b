"""The ways in which data reaches `fit`: arrays, a dataset, a generator, a folder."""

from __future__ import annotations

import importlib
import os
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import _data
from benchmarks._peers import HOME

IMAGES, SIDE = 640, 64


def _fit(model: Any, data: Any, **options: Any) -> Callable[[], float]:
    def epoch() -> float:
        history = model.fit(data, epochs=1, verbose=0, **options)
        return history.history["loss"][-1]

    return epoch


def dataset(keras: Any, model: Any, x: Any, y: Any, batch: int) -> Callable[[], float]:
    """`tf.data.Dataset`: shuffled, batched, prefetched."""
    tf = importlib.import_module("tensorflow")
    data = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(4096).batch(batch)
    return _fit(model, data.prefetch(tf.data.AUTOTUNE))


def mapped(keras: Any, model: Any, x: Any, y: Any, batch: int) -> Callable[[], float]:
    """The same, each row changed by a function of the user's."""
    tf = importlib.import_module("tensorflow")

    def change(row: Any, label: Any) -> Any:
        return tf.cast(row, tf.float32) / 255.0, label

    data = tf.data.Dataset.from_tensor_slices(((x * 255).astype("uint8"), y))
    data = data.map(change, tf.data.AUTOTUNE).shuffle(4096).batch(batch)
    return _fit(model, data.prefetch(tf.data.AUTOTUNE))


def generator(
    keras: Any, model: Any, x: Any, y: Any, batch: int
) -> Callable[[], float]:
    """A generator function of Python, batch by batch."""

    def batches() -> Iterator[Any]:
        order = np.random.permutation(len(x))
        for start in range(0, len(x), batch):
            rows = order[start : start + batch]
            yield x[rows], y[rows]

    def epoch() -> float:
        return _fit(model, batches(), steps_per_epoch=-(-len(x) // batch))()

    return epoch


def sequence(keras: Any, model: Any, x: Any, y: Any, batch: int) -> Callable[[], float]:
    """A `PyDataset`."""

    class Batches(keras.utils.PyDataset):
        def __len__(self) -> int:
            return -(-len(x) // batch)

        def __getitem__(self, index: int) -> Any:
            rows = slice(index * batch, (index + 1) * batch)
            return x[rows], y[rows]

    return _fit(model, Batches())


def folder(keras: Any, model: Any, x: Any, y: Any, batch: int) -> Callable[[], float]:
    """Pictures in a folder for each class."""
    data = keras.utils.image_dataset_from_directory(
        str(images()), image_size=(SIDE, SIDE), batch_size=batch, seed=0, verbose=False
    )
    return _fit(model, data.map(lambda x, y: (x / 255.0, y)))


def images() -> Path:
    """A folder of PNG files of two classes; made the first time."""
    path = HOME / f"images-{SIDE}"
    if path.exists():
        return path
    made = path.with_suffix(f".{os.getpid()}")
    x, y = _data.pictures(IMAGES, SIDE, SIDE, 3)
    for i, (image, label) in enumerate(zip(x, y % 2, strict=True)):
        target = made / f"class{label}" / f"{i:04d}.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(png((image * 255).astype("uint8")))
    made.rename(path)
    return path


def png(image: Any) -> bytes:
    """A picture `(height, width, 3)` of bytes as a PNG file."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    height, width, _ = image.shape
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = b"".join(b"\0" + row.tobytes() for row in image)
    parts = chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows, 6))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts) + chunk(b"IEND", b"")
