"""Names of files: patterns, and paths in whatever form they come."""

from __future__ import annotations

import glob
import os
from typing import Any

import numpy as np


def path_text(path: Any) -> str:
    """A path given as text, bytes, a tensor or an `os.PathLike`, as text."""
    if hasattr(path, "numpy"):
        path = path.numpy()
    if isinstance(path, np.ndarray):
        path = path.item()
    return os.path.expanduser(os.fsdecode(path))


def paths(names: Any) -> list[str]:
    """One path or several as a list of texts."""
    if hasattr(names, "numpy"):
        names = names.numpy()
    if isinstance(names, (str, bytes, os.PathLike)):
        return [path_text(names)]
    if isinstance(names, np.ndarray):
        return [path_text(each) for each in names.ravel().tolist()]
    return [path_text(each) for each in names]


def matching(patterns: Any) -> list[str]:
    """The files that fit a pattern, or one of several, in order."""
    found = {name for each in paths(patterns) for name in glob.glob(each)}
    return sorted(found)
