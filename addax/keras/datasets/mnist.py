"""MNIST: handwritten digits."""

from __future__ import annotations

from addax.keras.datasets.files import Arrays, fetch, read_npz


def load_data(path: str = "mnist.npz") -> Arrays:
    """Loads MNIST: 60,000 images of handwritten digits, and 10,000 for testing.

    Images are 28 by 28 grey values from 0 to 255, labels digits from 0 to 9, all
    `uint8`. By Y. LeCun, C. Cortes and C. Burges, http://yann.lecun.com/exdb/mnist.

    Args:
        path: The name to keep the file under in `~/.keras/datasets`, or the absolute
            path of a file that is there.

    Returns:
        `(x_train, y_train), (x_test, y_test)`.

    Raises:
        OSError: If the file cannot be downloaded; the message says where to put it.

    Example:

    ```python
    (x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
    x_train, x_test = x_train / 255.0, x_test / 255.0
    ```
    """
    names = ("x_train", "y_train", "x_test", "y_test")
    x_train, y_train, x_test, y_test = read_npz(fetch("mnist.npz", path), names)
    return (x_train, y_train), (x_test, y_test)
