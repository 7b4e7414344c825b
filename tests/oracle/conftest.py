"""The real Keras, with which these tests compare, runs on JAX."""

import os
from pathlib import Path

import pytest

os.environ.setdefault("KERAS_BACKEND", "jax")


def pytest_collection_modifyitems(items):
    # Keras 3.15 converts its variables to NumPy in a way that NumPy 2 deprecates.
    theirs = pytest.mark.filterwarnings(
        "ignore:__array__ implementation doesn't accept:DeprecationWarning"
    )
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(theirs)
