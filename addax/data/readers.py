"""Datasets of what is in files: lines, records of one length, TFRecords."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from addax.core import TensorSpec
from addax.data.dataset import Dataset
from addax.data.filesystem import paths
from addax.data.records import compression_name, open_compressed, read_records
from addax.data.stage import UNKNOWN, Run, Stage, whole
from addax.data.windows import Fixed
from addax.data.workers import prefetch


class Files(Stage):
    """What a function reads from one file after the other.

    Args:
        names: The files: a path, several, or a dataset of paths.
        read: The elements of the file of that path.
        spec: What the elements look like.
        parallel: Whether the next file is opened while one is read.
        name: The dataset's name, for messages.
    """

    def __init__(
        self,
        names: Any,
        read: Callable[[str], Iterator[Any]],
        spec: Any,
        parallel: Any = None,
        name: str = "Files",
    ) -> None:
        stage = getattr(names, "_stage", None)
        if stage is None:
            listed = [name.encode() for name in paths(names)]
            stage = Fixed(listed, lambda: TensorSpec((), "string"))
        self.sources = (stage,)
        self.read, self._spec, self.name = read, spec, name
        self.parallel = parallel is not None

    def iterate(self, run: Run) -> Iterator[Any]:
        for path in self.sources[0].iterate(run):
            for name in paths(path):
                elements = self.read(name)
                yield from prefetch(elements, 64) if self.parallel else elements

    def spec(self) -> Any:
        return self._spec

    def count(self) -> int:
        return UNKNOWN


_STRING = TensorSpec((), "string")


class TextLineDataset(Dataset):
    """The lines of text files, without their ends.

    Args:
        filenames: A path, several, or a dataset of paths.
        compression_type: `""`, `"GZIP"` or `"ZLIB"`.
        buffer_size: Kept for TensorFlow's signature.
        num_parallel_reads: If given, files are read in a thread.
        name: Kept for TensorFlow's signature.

    Example:

    >>> from pathlib import Path
    >>> from addax import tf
    >>> _ = Path("poem.txt").write_text("one\\ntwo\\n")
    >>> list(tf.data.TextLineDataset("poem.txt").as_numpy_iterator())
    [b'one', b'two']
    """

    def __init__(
        self,
        filenames: Any,
        compression_type: Any = None,
        buffer_size: int | None = None,
        num_parallel_reads: int | None = None,
        name: str | None = None,
    ) -> None:
        compression = compression_name(compression_type)

        def read(path: str) -> Iterator[bytes]:
            with open_compressed(path, compression) as file:
                for line in file:
                    yield line.rstrip(b"\n").removesuffix(b"\r")

        name = "text_line"
        super().__init__(Files(filenames, read, _STRING, num_parallel_reads, name))


class TFRecordDataset(Dataset):
    """The records of TFRecord files.

    Args:
        filenames: A path, several, or a dataset of paths.
        compression_type: `""`, `"GZIP"` or `"ZLIB"`.
        buffer_size: Kept for TensorFlow's signature.
        num_parallel_reads: If given, files are read in a thread.
        name: Kept for TensorFlow's signature.
    """

    def __init__(
        self,
        filenames: Any,
        compression_type: Any = None,
        buffer_size: int | None = None,
        num_parallel_reads: int | None = None,
        name: str | None = None,
    ) -> None:
        compression = compression_name(compression_type)
        read = lambda path: read_records(path, compression)
        name = "tf_record"
        super().__init__(Files(filenames, read, _STRING, num_parallel_reads, name))


class FixedLengthRecordDataset(Dataset):
    """Pieces of files, all of one length.

    Args:
        filenames: A path, several, or a dataset of paths.
        record_bytes: The length of a piece.
        header_bytes: How many bytes to leave out at the start of each file.
        footer_bytes: How many to leave out at its end.
        buffer_size: Kept for TensorFlow's signature.
        compression_type: `""`, `"GZIP"` or `"ZLIB"`.
        num_parallel_reads: If given, files are read in a thread.
        name: Kept for TensorFlow's signature.
    """

    def __init__(
        self,
        filenames: Any,
        record_bytes: Any,
        header_bytes: Any = None,
        footer_bytes: Any = None,
        buffer_size: int | None = None,
        compression_type: Any = None,
        num_parallel_reads: int | None = None,
        name: str | None = None,
    ) -> None:
        compression = compression_name(compression_type)
        size = whole(record_bytes, "record_bytes", 1)
        head, foot = int(header_bytes or 0), int(footer_bytes or 0)

        def read(path: str) -> Iterator[bytes]:
            with open_compressed(path, compression) as file:
                data = file.read()
            body = data[head : len(data) - foot]
            if len(body) % size:
                raise ValueError(
                    f"The file {path!r} does not hold a whole number of records. "
                    f"Received: record_bytes={size}, bytes between header and footer: "
                    f"{len(body)}"
                )
            for start in range(0, len(body), size):
                yield body[start : start + size]

        name = "fixed_length_record"
        super().__init__(Files(filenames, read, _STRING, num_parallel_reads, name))
