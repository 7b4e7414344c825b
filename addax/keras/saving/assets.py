"""Files that layers keep beside their weights, such as vocabularies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from addax.keras.saving.walk import walk


def save_assets(root: Any, folder: Path) -> list[Path]:
    """Has every part with a `save_assets(dir_path)` method write its files.

    Args:
        root: The model.
        folder: Where to; each part gets a folder of its own in it.

    Returns:
        The files written.
    """
    for path, part in walk(root):
        save = getattr(part, "save_assets", None)
        if save is not None:
            inner = folder / path
            inner.mkdir(parents=True, exist_ok=True)
            save(str(inner))
    return sorted(each for each in folder.rglob("*") if each.is_file())


def load_assets(root: Any, folder: Path) -> None:
    """Has every part with a `load_assets(dir_path)` method read its files.

    Args:
        root: The model.
        folder: What `save_assets` filled.
    """
    for path, part in walk(root):
        load = getattr(part, "load_assets", None)
        if load is not None and (folder / path).is_dir():
            load(str(folder / path))
