"""California housing: prices of houses in 1990."""

from __future__ import annotations

from typing import Literal

from addax._base.errors import explain
from addax.keras.datasets.files import Arrays, fetch, read_npz, split

_SMALL = 600


def load_data(
    version: Literal["small", "large"] = "large",
    path: str = "california_housing.npz",
    test_split: float = 0.2,
    seed: int = 113,
) -> Arrays:
    """Loads California housing: 20,640 districts with 8 features, and median prices.

    The features: median income, house age, rooms and bedrooms per household,
    population, people per household, latitude, longitude. Prices are in dollars of
    1990. By R. Pace and R. Barry, "Sparse spatial autoregressions", 1997.

    Args:
        version: `"large"`, or `"small"` for 600 districts.
        path: The name to keep the file under in `~/.keras/datasets`, or the absolute
            path of a file that is there.
        test_split: Which part is for testing.
        seed: The seed of the shuffling.

    Returns:
        `(x_train, y_train), (x_test, y_test)`.

    Raises:
        ValueError: If `version` is neither.
        OSError: If the file cannot be downloaded; the message says where to put it.

    Example:

    ```python
    (x_train, y_train), (x_test, y_test) = (
        keras.datasets.california_housing.load_data())
    ```
    """
    if version not in ("small", "large"):
        raise ValueError(
            explain(
                "`version` is 'small' or 'large'.",
                received={"version": version},
                fix='keras.datasets.california_housing.load_data(version="small")',
            )
        )
    x, y = read_npz(fetch("california_housing.npz", path), ("x", "y"))
    if version == "small":
        x, y = x[:_SMALL], y[:_SMALL]
    return split(x, y, test_split, seed)
