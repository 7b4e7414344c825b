"""The `.keras` file: a zip of configuration, metadata, weights and assets."""

from __future__ import annotations

import io
import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from addax._base.archives import ArchiveLimits, open_zip, read_member
from addax._base.errors import explain
from addax._base.files import PathLike, atomic_directory, atomic_path
from addax._version import __version__
from addax.keras.saving.assets import load_assets, save_assets
from addax.keras.saving.h5_store import open_h5
from addax.keras.saving.hdf5 import h5py
from addax.keras.saving.state import read_state, write_state
from addax.keras.serialization import (
    deserialize_keras_object,
    serialize_keras_object,
    sharing,
)

METADATA, CONFIG, WEIGHTS = "metadata.json", "config.json", "model.weights.h5"
ASSETS = "assets"
# Keras packs nothing, others may; weights and text fold to a tenth, a bomb to a
# thousandth.
_LIMITS = ArchiveLimits(members=100_000, ratio=200)
# The version of Keras whose files these are.
KERAS_VERSION = "3.15.1"


def write_archive(model: Any, path: PathLike, include_optimizer: bool = True) -> None:
    """Writes a model as one `.keras` file, at once or not at all.

    Args:
        model: The model.
        path: Where to.
        include_optimizer: Whether the compile arguments and the optimizer's state
            belong to it.
    """
    texts = _texts(model, include_optimizer)
    with (
        atomic_path(path) as temporary,
        tempfile.TemporaryDirectory() as scratch,
        zipfile.ZipFile(temporary, "w") as archive,
    ):
        for name, text in texts.items():
            archive.writestr(name, text)
        with tempfile.TemporaryFile() as weights:
            with h5py.File(weights, "w") as file:
                write_state(model, file, include_optimizer=include_optimizer)
            weights.seek(0)
            with archive.open(WEIGHTS, "w", force_zip64=True) as member:
                shutil.copyfileobj(weights, member, 1 << 20)
        for asset in save_assets(model, Path(scratch)):
            name = asset.relative_to(scratch).as_posix()
            archive.write(asset, f"{ASSETS}/{name}")


def write_folder(model: Any, path: PathLike, include_optimizer: bool = True) -> None:
    """Writes a model as a folder with what a `.keras` file holds.

    Args:
        model: The model.
        path: The folder; its former content goes.
        include_optimizer: As for `write_archive`.
    """
    texts = _texts(model, include_optimizer)
    with atomic_directory(path) as folder:
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
        with h5py.File(folder / WEIGHTS, "w") as file:
            write_state(model, file, include_optimizer=include_optimizer)
        save_assets(model, folder / ASSETS)


def read_archive(
    path: PathLike, custom_objects: Any, compile: bool, safe_mode: bool
) -> Any:
    """Makes the model that a `.keras` file holds.

    Args:
        path: The file.
        custom_objects: Names and classes or functions that the model uses.
        compile: Whether to compile it as it was.
        safe_mode: Whether to refuse lambdas.

    Returns:
        The model.

    Raises:
        ValueError: If it is not such a file, or damaged.
    """
    shown = str(path)
    with open_zip(path, _LIMITS) as archive:
        names = set(archive.namelist())
        _require_members(names, shown)
        text = read_member(archive, CONFIG)
        model = _model(text, shown, custom_objects, compile, safe_mode)
        with open_h5(io.BytesIO(read_member(archive, WEIGHTS)), shown) as file:
            read_state(model, file, shown)
        with _unpacked_assets(archive, names) as folder:
            if folder is not None:
                load_assets(model, folder)
    return model


def read_folder(
    path: PathLike, custom_objects: Any, compile: bool, safe_mode: bool
) -> Any:
    """Makes the model that `write_folder` wrote; arguments as for `read_archive`."""
    folder, shown = Path(path), str(path)
    _require_members({each.name for each in folder.iterdir()}, shown)
    text = (folder / CONFIG).read_bytes()
    model = _model(text, shown, custom_objects, compile, safe_mode)
    with open_h5(folder / WEIGHTS, shown) as file:
        read_state(model, file, shown)
    load_assets(model, folder / ASSETS)
    return model


def _texts(model: Any, include_optimizer: bool) -> dict[str, str]:
    with sharing():
        config = serialize_keras_object(model)
    if not include_optimizer:
        config.pop("compile_config", None)
    metadata = {
        "keras_version": KERAS_VERSION,
        "addax_version": __version__,
        "date_saved": datetime.now().strftime("%Y-%m-%d@%H:%M:%S"),
    }
    return {METADATA: json.dumps(metadata), CONFIG: json.dumps(config)}


def _model(
    text: bytes, shown: str, custom_objects: Any, compile: bool, safe_mode: bool
) -> Any:
    try:
        config = json.loads(text)
    except ValueError as error:
        raise ValueError(
            explain(
                f"The configuration in {CONFIG!r} cannot be read.",
                received={"filepath": shown},
                why=str(error),
                fix="Save or download the model again.",
            )
        ) from error
    if not isinstance(config, dict) or "class_name" not in config:
        raise ValueError(
            explain(
                f"{CONFIG!r} does not describe a model.",
                received={"filepath": shown},
                fix='Save it with model.save("model.keras").',
            )
        )
    if not compile:
        config["compile_config"] = None
    with sharing():
        return deserialize_keras_object(config, custom_objects, safe_mode)


def _require_members(names: set[str], shown: str) -> None:
    missing = [name for name in (CONFIG, WEIGHTS) if name not in names]
    if missing:
        raise ValueError(
            explain(
                f"This is not a saved model: it holds no {' and no '.join(missing)}.",
                received={"filepath": shown},
                fix='Save one with model.save("model.keras").',
            )
        )


@contextmanager
def _unpacked_assets(
    archive: zipfile.ZipFile, names: set[str]
) -> Iterator[Path | None]:
    members = [n for n in names if n.startswith(f"{ASSETS}/") and not n.endswith("/")]
    if not members:
        yield None
        return
    # `open_zip` has made sure that no name leads outside.
    with tempfile.TemporaryDirectory() as scratch:
        for name in members:
            target = Path(scratch, name)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(read_member(archive, name))
        yield Path(scratch, ASSETS)
