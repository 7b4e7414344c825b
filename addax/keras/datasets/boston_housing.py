"""Boston housing: prices of houses in the 1970s."""

from __future__ import annotations

from addax.keras.datasets.files import Arrays, fetch, read_npz, split


def load_data(
    path: str = "boston_housing.npz", test_split: float = 0.2, seed: int = 113
) -> Arrays:
    """Loads Boston housing: 506 areas with 13 features, and median prices.

    Prices are in thousands of dollars, of the 1970s. One of the features (`B`) was
    built on an assumption about race; `california_housing` is the better choice for
    anything but a study of that. By D. Harrison and D. Rubinfeld, "Hedonic prices and
    the demand for clean air", 1978.

    Args:
        path: The name to keep the file under in `~/.keras/datasets`, or the absolute
            path of a file that is there.
        test_split: Which part is for testing.
        seed: The seed of the shuffling.

    Returns:
        `(x_train, y_train), (x_test, y_test)`, `float64`.

    Raises:
        OSError: If the file cannot be downloaded; the message says where to put it.

    Example:

    ```python
    (x_train, y_train), (x_test, y_test) = keras.datasets.boston_housing.load_data()
    ```
    """
    x, y = read_npz(fetch("boston_housing.npz", path), ("x", "y"))
    return split(x, y, test_split, seed)
