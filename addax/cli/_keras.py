"""Temporary: the real Keras until `addax.keras` is there."""

import os

os.environ.setdefault("KERAS_BACKEND", "jax")
import keras

__all__ = ["keras"]
