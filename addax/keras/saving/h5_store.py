"""Arrays in groups of an HDF5 file, read without trusting the file.

An HDF5 file can point into other files (external links, external and virtual storage)
and declare arrays far larger than itself. No weights file needs any of that, so it is
refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any

import ml_dtypes
import numpy as np

from addax._base.errors import explain
from addax._base.files import PathLike
from addax.keras.saving.hdf5 import h5py

# NumPy has no such types; HDF5 keeps the bytes, and an attribute says what they are.
_NAMED = {"bfloat16", "float8_e4m3fn", "float8_e5m2"}
# How many times larger than its file an array may be. Keras's files are not packed.
_LARGEST = 1000


@contextmanager
def open_h5(source: PathLike | IO[bytes], shown: str) -> Iterator[h5py.File]:
    """Opens an HDF5 file for reading.

    Args:
        source: Its path, or an open binary file.
        shown: What to call it in messages.

    Yields:
        The file.

    Raises:
        FileNotFoundError: If it is not there.
        ValueError: If it is no HDF5 file, or damaged.
    """
    try:
        file = h5py.File(source, "r")
    except FileNotFoundError:
        raise
    except OSError as error:
        raise ValueError(
            explain(
                "This is not an HDF5 file, or it is cut short.",
                received={"filepath": shown},
                why=str(error),
                fix="Save or download it again.",
            )
        ) from error
    with file:
        yield file


class Untrusted(ValueError):
    """A file made to do harm: never a matter of what fits."""


class H5Group(Mapping[str, Any]):
    """The arrays of one group, read when asked for.

    Args:
        group: The group; `None` for one that the file lacks.
        shown: What to call the file in messages.
        size: The file's size in bytes.
    """

    def __init__(self, group: h5py.Group | None, shown: str, size: int) -> None:
        self._group = group
        self._shown = shown
        self._size = size

    def __iter__(self) -> Iterator[str]:
        return iter(() if self._group is None else self._group.keys())

    def __len__(self) -> int:
        return 0 if self._group is None else len(self._group)

    def __getitem__(self, name: str) -> Any:
        if self._group is None or name not in self._group:
            raise KeyError(name)
        dataset = _hard(self._group, name, self._shown)
        if not isinstance(dataset, h5py.Dataset):
            raise KeyError(name)
        self._check(dataset)
        try:
            value = dataset[()]
        except (OSError, RuntimeError) as error:
            raise _damaged(self._shown, dataset.name, str(error)) from error
        stored_as = dataset.attrs.get("dtype")
        if stored_as in _NAMED:
            value = np.asarray(value).view(getattr(ml_dtypes, stored_as))
        return value

    def _check(self, dataset: h5py.Dataset) -> None:
        if dataset.external or dataset.is_virtual:
            raise _untrusted(self._shown, dataset.name, "takes its values elsewhere")
        if dataset.nbytes > 2**20 and dataset.nbytes > _LARGEST * self._size:
            what = f"unfolds to {dataset.nbytes:,} bytes"
            raise _untrusted(self._shown, dataset.name, what)


def find_group(file: h5py.Group, path: str, shown: str) -> h5py.Group | None:
    """The group at a path in a file or group, or `None`; links are refused."""
    group: Any = file
    for name in path.split("/"):
        if not isinstance(group, h5py.Group) or name not in group:
            return None
        group = _hard(group, name, shown)
    return group if isinstance(group, h5py.Group) else None


def file_size(file: h5py.File) -> int:
    """The size of an open file in bytes."""
    return int(file.id.get_filesize())


def write_array(group: h5py.Group, name: str, value: Any) -> None:
    """Writes one array of a store.

    Args:
        group: Where to.
        name: Its name.
        value: An array, a number, or strings.
    """
    array = np.asarray(value)
    if array.dtype.name in _NAMED:
        group.create_dataset(name, data=array.view(f"V{array.dtype.itemsize}"))
        group[name].attrs["dtype"] = array.dtype.name
    elif array.dtype.kind in "OU":
        group.create_dataset(name, data=array.astype(object), dtype=h5py.string_dtype())
    else:
        group.create_dataset(name, data=array)


def _hard(group: h5py.Group, name: str, shown: str) -> Any:
    if not isinstance(group.get(name, getlink=True), h5py.HardLink):
        raise _untrusted(shown, f"{group.name}/{name}", "is a link")
    return group[name]


def _untrusted(shown: str, name: Any, what: str) -> Untrusted:
    return Untrusted(
        explain(
            f"The file is not safe to load: {name!r} {what}.",
            received={"filepath": shown},
            why="No weights need that; it is how a file does harm.",
            fix="Ask whoever made it for a clean one.",
        )
    )


def _damaged(shown: str, name: Any, reason: str) -> ValueError:
    return ValueError(
        explain(
            f"The array {name!r} cannot be read.",
            received={"filepath": shown},
            why=reason,
            fix="Save or download the file again.",
        )
    )
