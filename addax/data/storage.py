"""Stages that keep elements: in memory, in files, or a few ahead in a thread."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from addax._base.errors import explain
from addax._base.files import atomic_directory
from addax.data.calls import Call
from addax.data.codec import decode, encode, structure_from_json, structure_to_json
from addax.data.records import RecordWriter, compression_name, read_records
from addax.data.specs import DatasetSpec, spec_of
from addax.data.stage import AUTOTUNE, Choice, Run, Stage, whole
from addax.data.windows import Fixed
from addax.data.workers import prefetch

_AHEAD = 2  # what AUTOTUNE keeps ready
_MANIFEST = "addax_dataset.json"


class Prefetch(Stage):
    """`prefetch`: elements made ahead of time."""

    name = "prefetch"

    def __init__(self, source: Stage, buffer_size: Any) -> None:
        self.sources = (source,)
        if buffer_size is None:
            buffer_size = AUTOTUNE
        size = whole(buffer_size, "buffer_size", AUTOTUNE)
        self.depth = _AHEAD if size == AUTOTUNE else size

    def iterate(self, run: Run) -> Iterator[Any]:
        elements = self.sources[0].iterate(run)
        return prefetch(elements, self.depth) if self.depth else elements

    # Choosing among whole numbers needs no thread.

    def columns(self) -> Any:
        return self.sources[0].columns()

    def order(self, run: Run) -> Iterator[int]:
        return self.sources[0].order(run)


class Cache(Choice):
    """`cache`: the elements of the first whole pass, kept in memory."""

    name = "cache"
    keeps = True

    def __init__(self, source: Stage) -> None:
        self.sources = (source,)
        self._kept: dict[str, list[Any]] = {}
        self._lock = threading.Lock()

    def choose(self, items: Callable[[], Iterator[Any]], run: Run) -> Iterator[Any]:
        raise NotImplementedError  # elements and numbers of rows are kept apart

    def iterate(self, run: Run) -> Iterator[Any]:
        columns = self.columns()
        if columns is not None and columns.plain:  # one order for both
            return map(columns.row, self.order(run))
        return self._once("elements", lambda: self.sources[0].iterate(run))

    def order(self, run: Run) -> Iterator[int]:
        return self._once("order", lambda: self.sources[0].order(run))

    def _once(self, kind: str, items: Callable[[], Iterator[Any]]) -> Iterator[Any]:
        kept = self._kept.get(kind)
        if kept is not None:
            yield from kept
            return
        seen = []
        for item in items():
            seen.append(item)
            yield item
        with self._lock:
            self._kept.setdefault(kind, seen)


class FileCache(Stage):
    """`cache(filename)`: the elements of the first whole pass, kept in a file."""

    name = "cache"

    def __init__(self, source: Stage, path: str) -> None:
        self.sources = (source,)
        self.folder = Path(f"{path}.addax-cache")

    def iterate(self, run: Run) -> Iterator[Any]:
        if not (self.folder / _MANIFEST).exists():
            yield from _recorded(self.sources[0].iterate(run), self.folder, "", None)
        else:
            for shard in load(str(self.folder)):
                yield from shard.iterate(run)

    def count(self) -> int:
        return self.sources[0].count()


class Snapshot(FileCache):
    """`snapshot`: the elements of the first whole pass, kept in a folder."""

    name = "snapshot"

    def __init__(self, source: Stage, path: str, compression: Any, shard: Any) -> None:
        super().__init__(source, path)
        self.folder = Path(path) / "addax-snapshot"
        kind = None if compression in ("AUTO", "SNAPPY") else compression
        self.compression = compression_name(kind)
        self.shard = shard

    def iterate(self, run: Run) -> Iterator[Any]:
        if not (self.folder / _MANIFEST).exists():
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            yield from _recorded(
                self.sources[0].iterate(run), self.folder, self.compression, self.shard
            )
        else:
            yield from super().iterate(run)


def _recorded(
    items: Iterator[Any], folder: Path, compression: str, shard: Any
) -> Iterator[Any]:
    """Passes items on and writes them; the folder appears after the last one."""
    with (
        atomic_directory(folder) as place,
        contextlib.closing(_Writer(place, compression, shard)) as writer,
    ):
        for item in items:
            writer.add(item)
            yield item
        writer.finish()


class _Writer:
    """Writes elements into the shards of a folder."""

    def __init__(self, folder: Path, compression: str, shard: Any) -> None:
        self._folder, self._compression = folder, compression
        self._shard = None if shard is None else Call(shard, "save", compiles=False)
        self._files: dict[int, RecordWriter] = {}
        self._counts: dict[int, int] = {}
        self._structure: Any = None
        self._total = 0

    def add(self, element: Any) -> None:
        number = 0 if self._shard is None else int(self._shard(element, self._total))
        if number not in self._files:
            self._files[number] = self._open(number)
        if self._structure is None:
            self._structure = structure_to_json(element)
        self._files[number].write(encode(element))
        self._counts[number] = self._counts.get(number, 0) + 1
        self._total += 1

    def _open(self, number: int) -> RecordWriter:
        return RecordWriter(self._folder / f"{number:08d}.tfrecord", self._compression)

    def close(self) -> None:
        for file in self._files.values():
            file.close()

    def finish(self) -> None:
        if not self._files:
            self._files[0], self._counts[0] = self._open(0), 0
        manifest = {
            "format": 1,
            "compression": self._compression,
            "structure": self._structure,
            "shards": {f"{n:08d}.tfrecord": c for n, c in sorted(self._counts.items())},
        }
        (self._folder / _MANIFEST).write_text(json.dumps(manifest))


def save(stage: Stage, run: Run, path: str, compression: Any, shard_func: Any) -> None:
    """Writes the elements of a stage into a folder, replacing it when all are there."""
    target = Path(path)
    items = stage.iterate(run)
    for _ in _recorded(items, target, compression_name(compression), shard_func):
        pass


class Stored(Stage):
    """The elements of one shard of a folder."""

    name = "load"

    def __init__(self, path: Path, compression: str, structure: Any, n: int) -> None:
        self._path, self._compression = path, compression
        self._structure, self._count = structure, n

    def iterate(self, run: Run) -> Iterator[Any]:
        for record in read_records(str(self._path), self._compression):
            yield decode(record, self._structure)

    def spec(self) -> Any:
        return spec_of(next(self.iterate(Run()), None))

    def count(self) -> int:
        return self._count


def load(path: str) -> list[Stored]:
    """The shards of a folder that `save` wrote.

    Raises:
        FileNotFoundError: If it is none.
    """
    folder = Path(path)
    try:
        manifest = json.loads((folder / _MANIFEST).read_text())
    except FileNotFoundError:
        raise FileNotFoundError(
            explain(
                "There is no dataset that Dataset.save of addax wrote.",
                received={"path": path},
                why="TensorFlow's own saved datasets have another format, which addax "
                "does not read.",
                fix="dataset.save(path)",
            )
        ) from None
    structure = structure_from_json(manifest["structure"])
    return [
        Stored(folder / name, manifest["compression"], structure, n)
        for name, n in manifest["shards"].items()
    ]


def nested(shards: list[Any]) -> Any:
    """A dataset of datasets, for a `reader_func`."""
    spec = DatasetSpec(shards[0].spec())
    return Fixed(list(shards), lambda: spec).as_dataset()
