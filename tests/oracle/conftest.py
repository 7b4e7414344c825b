"""The real Keras, with which these tests compare, runs on JAX."""

import os
from pathlib import Path

import pytest

os.environ.setdefault("KERAS_BACKEND", "jax")


# Warnings of the real Keras, about its own code.
THEIRS = (
    # 3.15 converts its variables to NumPy in a way that NumPy 2 deprecates.
    "ignore:__array__ implementation doesn't accept:DeprecationWarning",
    # Its metrics ask for int64 where JAX has no 64-bit types.
    "ignore:Explicitly requested dtype int64:UserWarning",
)


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            for warning in THEIRS:
                item.add_marker(pytest.mark.filterwarnings(warning))
