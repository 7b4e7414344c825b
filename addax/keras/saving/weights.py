"""`save_weights` and `load_weights`: the variables of a model alone."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

from addax._base.archives import open_zip, read_member
from addax._base.errors import explain
from addax._base.files import PathLike, atomic_path
from addax.keras.saving import archive, legacy_h5
from addax.keras.saving.h5_store import open_h5
from addax.keras.saving.hdf5 import h5py
from addax.keras.saving.models import check_overwrite
from addax.keras.saving.shards import H5, JSON, ShardReader, ShardWriter
from addax.keras.saving.state import read_state, write_state


def save_weights(
    model: Any,
    filepath: PathLike,
    overwrite: bool = True,
    max_shard_size: float | None = None,
    **kwargs: Any,
) -> None:
    """Saves the weights of a model, with the optimizer's state if it is compiled.

    Args:
        model: The model.
        filepath: Where to; ends with `.weights.h5`. A name with `.h5` alone gets the
            layout of older versions.
        overwrite: Whether to replace a file that is there.
        max_shard_size: Gigabytes of the largest file to write: there are then several,
            and `.weights.json`, which is loaded, says what is where.
        **kwargs: `save_format` of older versions is not looked at.

    Raises:
        ValueError: If the name ends otherwise.
        FileExistsError: If the file is there and `overwrite` is false.

    Example:

    >>> import tempfile
    >>> from addax import keras
    >>> model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    >>> path = f"{tempfile.mkdtemp()}/model.weights.h5"
    >>> keras.saving.save_weights(model, path)
    >>> keras.saving.load_weights(model, path)
    """
    path = Path(filepath)
    kwargs.pop("save_format", None)
    if kwargs:
        raise TypeError(
            explain("`save_weights` does not take these arguments.", received=kwargs)
        )
    if max_shard_size is not None:
        path = Path(f"{str(path).removesuffix(H5).removesuffix(JSON)}{JSON}")
        check_overwrite(path, overwrite)
        with ShardWriter(path, max_shard_size) as shards:
            write_state(model, shards)
        return
    check_overwrite(path, overwrite)
    if path.name.endswith(H5):
        with atomic_path(path) as temporary, h5py.File(temporary, "w") as file:
            write_state(model, file)
    elif path.suffix in (".h5", ".hdf5"):
        with atomic_path(path) as temporary, h5py.File(temporary, "w") as file:
            legacy_h5.write_weights(file, model)
    else:
        raise ValueError(
            explain(
                "The name of a weights file ends with `.weights.h5`.",
                received={"filepath": str(filepath)},
                fix=f'model.save_weights("{path.with_suffix("")}.weights.h5")',
            )
        )


def load_weights(
    model: Any, filepath: PathLike, skip_mismatch: bool = False, **kwargs: Any
) -> None:
    """Loads weights into a model; on an error the model stays as it was.

    Args:
        model: The model, built.
        filepath: What `save_weights` or `save` wrote, here or in Keras.
        skip_mismatch: Whether to leave out, with a warning, what does not fit.
        **kwargs: `by_name`, for `.h5` files of older versions: whether layers are
            matched by their names rather than their order.

    Raises:
        FileNotFoundError: If the file is not there.
        ValueError: If it holds no weights, is damaged, or does not fit.
    """
    path, shown = Path(filepath), str(filepath)
    if path.name.endswith(H5) and not path.exists():
        # Written in parts, and asked for by the name that was given then.
        parts = Path(f"{shown.removesuffix(H5)}{JSON}")
        path = parts if parts.exists() else path
    by_name = kwargs.pop("by_name", False)
    if kwargs:
        raise TypeError(
            explain("`load_weights` does not take these arguments.", received=kwargs)
        )
    if not path.exists():
        raise FileNotFoundError(
            explain("There is no such file.", received={"filepath": shown})
        )
    if path.name.endswith(JSON):
        with ShardReader(path) as shards:
            read_state(model, shards, shown, skip_mismatch=skip_mismatch)
        return
    if zipfile.is_zipfile(path) and path.suffix != ".h5":
        with open_zip(path) as members:
            content = io.BytesIO(read_member(members, archive.WEIGHTS))
        with open_h5(content, shown) as file:
            read_state(model, file, shown, skip_mismatch=skip_mismatch)
        return
    with open_h5(path, shown) as file:
        if legacy_h5.is_legacy(file):
            legacy_h5.read_weights(file, model, shown, skip_mismatch, by_name)
        elif by_name:
            raise ValueError(
                explain(
                    "Only files of older versions are matched by name.",
                    received={"filepath": shown, "by_name": by_name},
                    fix="load_weights(path, skip_mismatch=True)",
                )
            )
        else:
            read_state(model, file, shown, skip_mismatch=skip_mismatch)
