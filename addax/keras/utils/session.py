"""Forgetting what a program has made so far."""

from __future__ import annotations

import gc

from addax._base.names import reset_names


def clear_session(free_memory: bool = True) -> None:
    """Starts the numbering of automatic names again, and frees memory.

    Models and layers are ordinary objects: memory of those that nothing refers to any
    more is free without this. A loop that makes many models may call it so that the
    names of layers do not count on.

    Args:
        free_memory: Whether to look for unused objects that refer to each other now.

    Example:

    >>> from addax import keras
    >>> keras.utils.clear_session()
    >>> keras.layers.Dense(1).name
    'dense'
    """
    reset_names()
    if free_memory:
        gc.collect()
