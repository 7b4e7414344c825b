"""`tf.saved_model`: objects with their compiled functions, saved in a folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from addax.tf._advice import absent
from addax.tf.saved import layout
from addax.tf.saved.load import load as load
from addax.tf.saved.save import save as save

DEFAULT_SERVING_SIGNATURE_DEF_KEY = "serving_default"
PREDICT_METHOD_NAME = "tensorflow/serving/predict"
SERVING = "serve"
TRAINING = "train"
GPU, TPU = "gpu", "tpu"
SAVED_MODEL_SCHEMA_VERSION = 1
ASSETS_DIRECTORY, DEBUG_DIRECTORY = "assets", "debug"
SAVED_MODEL_FILENAME_PB = "saved_model.pb"
PREDICT_INPUTS, PREDICT_OUTPUTS = "inputs", "outputs"
VARIABLES_DIRECTORY = "variables"
VARIABLES_FILENAME = "variables"


class _Options:
    def __init__(self, **settings: Any) -> None:
        vars(self).update(settings)


class SaveOptions(_Options):
    """How to save a model; accepted for TensorFlow's sake, nothing depends on it.

    Args:
        **settings: `namespace_whitelist`, `experimental_io_device`, and others.
    """


class LoadOptions(_Options):
    """How to load a model; accepted for TensorFlow's sake, nothing depends on it.

    Args:
        **settings: `experimental_io_device`, and others.
    """


class Asset:
    """A file that belongs to a saved model.

    Args:
        path: Where it is.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.asset_path = os.fspath(path)


def contains_saved_model(export_dir: str | os.PathLike[str]) -> bool:
    """Whether there is a saved model in a folder."""
    folder = Path(export_dir)
    return any((folder / n).is_file() for n in (layout.FILE, "saved_model.pb"))


__getattr__ = absent(__name__)
