"""Fashion-MNIST: pieces of clothing."""

from __future__ import annotations

import gzip
from typing import Any

import numpy as np

from addax.keras.datasets.files import Arrays, fetch


def load_data() -> Arrays:
    """Loads Fashion-MNIST: 60,000 images of clothing, and 10,000 for testing.

    Images are 28 by 28 grey values from 0 to 255, labels numbers from 0 to 9, all
    `uint8`: T-shirt/top, trouser, pullover, dress, coat, sandal, shirt, sneaker, bag,
    ankle boot. By Zalando SE, https://github.com/zalandoresearch/fashion-mnist.

    Returns:
        `(x_train, y_train), (x_test, y_test)`.

    Raises:
        OSError: If a file cannot be downloaded; the message says where to put it.

    Example:

    ```python
    (x_train, y_train), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
    ```
    """
    return _part("train"), _part("t10k")


def _part(name: str) -> tuple[Any, Any]:
    labels = _read(f"{name}-labels-idx1-ubyte.gz", header=8)
    images = _read(f"{name}-images-idx3-ubyte.gz", header=16)
    return images.reshape(len(labels), 28, 28), labels


def _read(name: str, header: int) -> np.ndarray[Any, Any]:
    """Bytes after the header of an IDX file (magic number and sizes)."""
    path = fetch(name, cache_subdir="datasets/fashion-mnist")
    with gzip.open(path) as file:
        return np.frombuffer(file.read(), np.uint8, offset=header)
