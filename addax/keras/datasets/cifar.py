"""The files of CIFAR-10 and CIFAR-100."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.keras import config
from addax.keras.datasets.files import fetch
from addax.keras.datasets.pickles import read_pickle


def read_batches(
    archive: str, folder: str, batches: list[str], label_key: str
) -> tuple[Any, Any]:
    """Images and labels of several files of an archive, one after the other.

    Args:
        archive: The archive's name at its origin.
        folder: The folder in it.
        batches: The files.
        label_key: The entry that holds the labels.

    Returns:
        Images `(n, 32, 32, 3)` (or channels first, as configured) and labels `(n, 1)`,
        `uint8`.

    Raises:
        ValueError: If a file is damaged.
    """
    unpacked = Path(fetch(archive, f"{folder}-target", extract=True)) / folder
    parts = [_read(unpacked / name, label_key) for name in batches]
    images = np.concatenate([x for x, _ in parts]).reshape(-1, 3, 32, 32)
    labels = np.concatenate([y for _, y in parts])
    if config.image_data_format() == "channels_last":
        images = images.transpose(0, 2, 3, 1)
    return images, labels.reshape(-1, 1).astype("uint8")


def _read(path: Path, label_key: str) -> tuple[Any, Any]:
    try:
        with open(path, "rb") as file:
            entries = read_pickle(file)
        return entries["data"], np.asarray(entries[label_key])
    except (pickle.UnpicklingError, KeyError, EOFError, OSError, TypeError) as error:
        raise ValueError(
            explain(
                "This is not a file of CIFAR.",
                received={"path": str(path)},
                why=str(error),
                fix=f"Remove {path.parent.parent} and run again to download it.",
            )
        ) from error
