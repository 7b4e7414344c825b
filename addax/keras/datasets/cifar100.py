"""CIFAR-100: small colour photographs of a hundred kinds of things."""

from __future__ import annotations

from typing import Literal

from addax._base.errors import explain
from addax.keras.datasets.cifar import read_batches
from addax.keras.datasets.files import Arrays


def load_data(label_mode: Literal["fine", "coarse"] = "fine") -> Arrays:
    """Loads CIFAR-100: 50,000 small colour photographs, and 10,000 for testing.

    Images are 32 by 32 by 3 values from 0 to 255, labels numbers of shape `(n, 1)`,
    all `uint8`. By A. Krizhevsky, https://www.cs.toronto.edu/~kriz/cifar.html.

    Args:
        label_mode: `"fine"` for labels of 100 classes, `"coarse"` for those of 20
            groups.

    Returns:
        `(x_train, y_train), (x_test, y_test)`.

    Raises:
        ValueError: If `label_mode` is neither.
        OSError: If the file cannot be downloaded; the message says where to put it.

    Example:

    ```python
    (x_train, y_train), (x_test, y_test) = keras.datasets.cifar100.load_data()
    ```
    """
    if label_mode not in ("fine", "coarse"):
        raise ValueError(
            explain(
                "`label_mode` is 'fine' or 'coarse'.",
                received={"label_mode": label_mode},
                fix='keras.datasets.cifar100.load_data(label_mode="fine")',
            )
        )
    where = "cifar-100-python.tar.gz", "cifar-100-python"
    key = f"{label_mode}_labels"
    return read_batches(*where, ["train"], key), read_batches(*where, ["test"], key)
