"""`save_model` and `load_model`: which format, and whether it may be written."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from addax._base.errors import explain
from addax._base.files import PathLike
from addax.keras.saving import archive, legacy_h5, orbax
from addax.keras.saving.hdf5 import h5py

_LEGACY = (".h5", ".hdf5")


def save_model(
    model: Any,
    filepath: PathLike,
    overwrite: bool = True,
    zipped: bool | None = None,
    **kwargs: Any,
) -> None:
    """Saves a model: architecture, weights, compile arguments, optimizer state.

    The file appears when it is complete; a crash leaves the former one.

    Args:
        model: The model.
        filepath: Where to. `.keras` is the format of Keras 3; `.h5` that of older
            versions. A name without an ending becomes a folder.
        overwrite: Whether to replace a file that is there.
        zipped: Whether to write one file (the default) or a folder.
        **kwargs: `include_optimizer=False` leaves the optimizer and the compile
            arguments out; `save_format` of older versions.

    Raises:
        ValueError: If the ending stands for no format.
        FileExistsError: If the file is there and `overwrite` is false.

    Example:

    >>> import tempfile
    >>> from addax import keras
    >>> model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    >>> path = f"{tempfile.mkdtemp()}/model.keras"
    >>> keras.saving.save_model(model, path)
    >>> keras.saving.load_model(path).count_params()
    8
    """
    path = Path(filepath)
    save_format = kwargs.pop("save_format", None)
    include_optimizer = kwargs.pop("include_optimizer", True)
    if kwargs:
        raise TypeError(
            explain("`save_model` does not take these arguments.", received=kwargs)
        )
    check_overwrite(path, overwrite)
    if path.suffix in _LEGACY or (not path.suffix and save_format == "h5"):
        legacy_h5.save_model(model, path, include_optimizer)
    elif path.suffix not in (".keras", ""):
        raise ValueError(
            explain(
                f"The ending {path.suffix!r} stands for no format.",
                received={"filepath": str(filepath)},
                fix=[
                    f'model.save("{path.with_suffix(".keras")}")',
                    f'For serving: model.export("{path.with_suffix("")}")',
                ],
            )
        )
    elif zipped is False or not path.suffix:
        archive.write_folder(model, path, include_optimizer)
    else:
        archive.write_archive(model, path, include_optimizer)


def load_model(
    filepath: PathLike,
    custom_objects: Mapping[str, Any] | None = None,
    compile: bool = True,
    safe_mode: bool = True,
) -> Any:
    """Loads a model that `save_model`, or Keras, saved.

    Loading runs no code from the file: your own classes and functions are found by
    the names that they are registered under.

    Args:
        filepath: The file, or folder; also one of `OrbaxCheckpoint`.
        custom_objects: Names and classes or functions that the model uses.
        compile: Whether to compile the model as it was.
        safe_mode: Whether to refuse a file with lambdas, which are code.

    Returns:
        The model.

    Raises:
        FileNotFoundError: If the file is not there.
        ValueError: If it is not a model, damaged, or not safe.
        TypeError: If it uses a class or function that is not known here.

    Example:

    >>> from addax import keras
    >>> keras.saving.load_model("no_such_model.keras")
    Traceback (most recent call last):
    ...
    FileNotFoundError: There is no such file. Received: filepath='no_such_model.keras'
    """
    path = Path(filepath)
    arguments = custom_objects, compile, safe_mode
    if path.is_dir():
        _refuse_saved_model(path)
        if orbax.is_checkpoint(path):
            return orbax.load_checkpoint(path, *arguments)
        return archive.read_folder(path, *arguments)
    if not path.exists():
        raise FileNotFoundError(
            explain("There is no such file.", received={"filepath": str(filepath)})
        )
    if h5py.is_hdf5(path):
        return legacy_h5.load_model(path, *arguments)
    if zipfile.is_zipfile(path) or path.suffix == ".keras":
        return archive.read_archive(path, *arguments)
    raise ValueError(
        explain(
            "This file is not a saved model.",
            received={"filepath": str(filepath)},
            why="It is neither a `.keras` archive nor an HDF5 file.",
            fix='Save one with model.save("model.keras").',
        )
    )


def check_overwrite(path: Path, overwrite: bool) -> None:
    """Refuses to replace a file that is there, unless told to.

    Raises:
        FileExistsError: If the file is there and `overwrite` is false.
    """
    if not overwrite and os.path.exists(path):
        raise FileExistsError(
            explain(
                "The file is there already.",
                received={"filepath": str(path), "overwrite": overwrite},
                fix="Choose another name, or overwrite=True.",
            )
        )


def _refuse_saved_model(path: Path) -> None:
    if (path / "saved_model.pb").exists():
        raise ValueError(
            explain(
                "A SavedModel of TensorFlow cannot be loaded.",
                received={"filepath": str(path)},
                why="It holds a TensorFlow graph, not layers.",
                fix="Save the model where it was made, with "
                'model.save("model.keras"), and load that.',
            )
        )
