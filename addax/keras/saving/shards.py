"""Weights in several files: `name.weights.json` says which array is in which.

The parts are weights files themselves, `name_00000.weights.h5` and so on, each with the
groups of which it holds arrays. The layout is that of Keras 3.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax._base.files import atomic_write
from addax.keras.saving.h5_store import H5Group, file_size, find_group, open_h5
from addax.keras.saving.hdf5 import h5py

_GIGABYTE = 2**30
JSON, H5 = ".weights.json", ".weights.h5"


class ShardWriter:
    """A weights file to write to, cut into parts; used in a `with` block.

    Args:
        path: The `.weights.json` file.
        max_shard_size: The most that a part holds, in gigabytes.
    """

    def __init__(self, path: Path, max_shard_size: float) -> None:
        self._path = path
        self._stem = path.name.removesuffix(JSON)
        self._limit = max_shard_size * _GIGABYTE
        self._parts: list[tuple[Path, h5py.File]] = []
        self._used = self._total = 0.0
        self._map: dict[str, list[str]] = {}

    def __enter__(self) -> ShardWriter:
        self._add_part()
        return self

    def _add_part(self) -> None:
        name = f"{self._stem}_{len(self._parts):05}{H5}"
        # Under another name until all are there.
        temporary = self._path.with_name(f".{name}.part")
        self._parts.append((temporary, h5py.File(temporary, "w")))
        self._used = 0.0

    def require_group(self, path: str) -> _ShardedGroup:
        """The group at a path, whose arrays go where there is room."""
        return _ShardedGroup(self, path)

    def room_for(self, name: str, path: str, array: Any) -> h5py.Group:
        """The group, in the part that an array is to go to."""
        size = np.asarray(array).nbytes
        if size > self._limit:
            raise ValueError(
                explain(
                    f"An array is larger than a part may be: {name!r} of {path!r}.",
                    received={"max_shard_size": self._limit / _GIGABYTE},
                    why=f"It takes {size / _GIGABYTE:.6f} gigabytes, and arrays are "
                    "not cut.",
                    fix=f"save_weights(..., max_shard_size={size / _GIGABYTE + 1:.0f})",
                )
            )
        if self._used and self._used + size > self._limit:
            self._add_part()
        self._used += size
        self._total += size
        temporary, file = self._parts[-1]
        part = temporary.name.removeprefix(".").removesuffix(".part")
        parts = self._map.setdefault(f"/{path}", [])
        if part not in parts:
            parts.append(part)
        return file.require_group(path)

    def here(self, path: str) -> h5py.Group:
        """The group in the part that is being written."""
        return self._parts[-1][1].require_group(path)

    def __exit__(self, kind: Any, *error: Any) -> None:
        for temporary, file in self._parts:
            file.close()
            if kind is not None:
                temporary.unlink(missing_ok=True)
        if kind is not None:
            return
        for temporary, _ in self._parts:
            name = temporary.name.removeprefix(".").removesuffix(".part")
            os.replace(temporary, self._path.with_name(name))
        index = {"metadata": {"total_size": self._total}, "weight_map": self._map}
        with atomic_write(self._path, "w") as file:
            json.dump(index, file, indent=4)


class _ShardedGroup:
    """What `write_array` needs of a group."""

    def __init__(self, writer: ShardWriter, path: str) -> None:
        self._writer, self._path = writer, path
        self._last: Any = None

    @property
    def attrs(self) -> Any:
        return self._writer.here(self._path).attrs

    def create_dataset(self, name: str, data: Any, dtype: Any = None) -> Any:
        group = self._writer.room_for(name, self._path, data)
        self._last = group.create_dataset(name, data=data, dtype=dtype)
        return self._last

    def __getitem__(self, name: str) -> Any:
        return self._last


class ShardReader:
    """Weights from several files; used in a `with` block.

    Args:
        path: The `.weights.json` file.

    Raises:
        ValueError: If it is damaged, or names files elsewhere.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            index = json.loads(path.read_text(encoding="utf-8"))["weight_map"]
            # Keras writes a list, or a name alone.
            self._map = {
                key: [parts] if isinstance(parts, str) else list(parts)
                for key, parts in index.items()
            }
            names = {name for parts in self._map.values() for name in parts}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(
                explain(
                    "This file does not say where the weights are.",
                    received={"filepath": str(path)},
                    why=f"It has no readable `weight_map` ({error!r}).",
                    fix="Save or copy it again, with its parts.",
                )
            ) from error
        for name in names:
            if not isinstance(name, str) or os.path.basename(name) != name:
                raise ValueError(
                    explain(
                        "The file is not safe to load: it names a part elsewhere.",
                        received={"filepath": str(path), "part": name},
                        why="The parts of weights lie beside each other.",
                        fix="Ask whoever made it for a clean one.",
                    )
                )
        self._files: dict[str, h5py.File] = {}
        self._stack = ExitStack()

    def __enter__(self) -> ShardReader:
        return self

    def __exit__(self, *error: Any) -> None:
        self._stack.close()

    def store(self, path: str) -> Mapping[str, Any]:
        """The arrays of a group, from all parts that hold some."""
        parts = self._map.get(f"/{path}", ())
        return _Joined([self._group(name, path) for name in parts])

    def _group(self, name: str, path: str) -> H5Group:
        shown = str(self._path.with_name(name))
        if name not in self._files:
            try:
                opened = self._stack.enter_context(open_h5(shown, shown))
            except FileNotFoundError:
                raise FileNotFoundError(
                    explain(
                        "A part of the weights is missing.",
                        received={"filepath": str(self._path), "part": name},
                        why="They were saved as several files.",
                        fix=f"Copy all of {self._path.name.removesuffix(JSON)}_*{H5} "
                        "beside it.",
                    )
                ) from None
            self._files[name] = opened
        file = self._files[name]
        return H5Group(find_group(file, path, shown), shown, file_size(file))


class _Joined(Mapping[str, Any]):
    """Several groups as one."""

    def __init__(self, groups: list[H5Group]) -> None:
        self._groups = groups

    def __iter__(self) -> Iterator[str]:
        return (name for group in self._groups for name in group)

    def __len__(self) -> int:
        return sum(map(len, self._groups))

    def __getitem__(self, name: str) -> Any:
        for group in self._groups:
            if name in iter(group):
                return group[name]
        raise KeyError(name)
