"""Bring inputs to mean 0 and spread 1, by numbers that are saved inside the model."""

import numpy as np


def standardise(
    x: np.ndarray, axes: tuple[int, ...]
) -> tuple[list[float], list[float]]:
    """Find the scale and the offset that standardise the last axis.

    Args:
        x: the training inputs.
        axes: those to take the mean over.

    Returns:
        Scale and offset for `keras.layers.Rescaling`, a number for each feature. A
        feature that never changes becomes 0.

    Example:

    >>> standardise(np.array([[1.0, 7.0], [3.0, 7.0]]), (0,))
    ([1.0, 1.0], [-2.0, -7.0])
    """
    mean = x.mean(axis=axes, dtype="float64")
    spread = x.std(axis=axes, dtype="float64")
    scale = 1 / np.where(spread > 1e-12 * np.maximum(np.abs(mean), 1e-300), spread, 1.0)
    return scale.tolist(), (-mean * scale).tolist()
