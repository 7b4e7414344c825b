"""CIFAR-10: small colour photographs of ten kinds of things."""

from __future__ import annotations

from addax.keras.datasets.cifar import read_batches
from addax.keras.datasets.files import Arrays


def load_data() -> Arrays:
    """Loads CIFAR-10: 50,000 small colour photographs, and 10,000 for testing.

    Images are 32 by 32 by 3 values from 0 to 255, labels numbers from 0 to 9 of shape
    `(n, 1)`, all `uint8`: airplane, automobile, bird, cat, deer, dog, frog, horse,
    ship, truck. By A. Krizhevsky, https://www.cs.toronto.edu/~kriz/cifar.html.

    Returns:
        `(x_train, y_train), (x_test, y_test)`.

    Raises:
        OSError: If the file cannot be downloaded; the message says where to put it.

    Example:

    ```python
    (x_train, y_train), (x_test, y_test) = keras.datasets.cifar10.load_data()
    ```
    """
    names = [f"data_batch_{i}" for i in range(1, 6)]
    where = "cifar-10-python.tar.gz", "cifar-10-batches-py"
    train = read_batches(*where, names, "labels")
    return train, read_batches(*where, ["test_batch"], "labels")
