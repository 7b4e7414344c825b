"""TFRecord files: a length, its checksum, the data, its checksum, and so on."""

from __future__ import annotations

import contextlib
import gzip
import io
import os
import struct
import zlib
from collections.abc import Iterator
from typing import IO, Any

from addax._base.errors import explain
from addax._base.names import did_you_mean
from addax.data.checksum import masked_crc32c

COMPRESSIONS = ("", "GZIP", "ZLIB")


def compression_name(kind: Any) -> str:
    """The name of a compression, checked; `""` for none.

    Raises:
        ValueError: If there is none of that name.
    """
    name = "" if kind is None else getattr(kind, "decode", lambda: str(kind))()
    if name not in COMPRESSIONS:
        raise ValueError(
            explain(
                "`compression_type` is '' (none), 'GZIP' or 'ZLIB'.",
                received={"compression_type": kind},
                fix=did_you_mean(name, COMPRESSIONS),
            )
        )
    return name


@contextlib.contextmanager
def open_compressed(path: str, compression: str) -> Iterator[IO[bytes]]:
    """Opens a file for reading, decompressing it on the way."""
    with open(path, "rb") as file:
        if compression == "GZIP":
            with gzip.GzipFile(fileobj=file) as inside:
                yield inside  # type: ignore[misc]
        elif compression == "ZLIB":
            yield io.BytesIO(zlib.decompress(file.read()))
        else:
            yield file


def read_records(path: str, compression: str = "") -> Iterator[bytes]:
    """The records of a file.

    Raises:
        OSError: If the file is damaged (`tf.errors.DataLossError`); says where.
    """
    with open_compressed(path, compression) as file:
        number = 0
        while head := file.read(12):
            length = struct.unpack("<Q", head[:8])[0] if len(head) == 12 else 0
            if len(head) < 12 or head[8:] != masked_crc32c(head[:8]):
                raise _damaged(path, number, compression)
            data = file.read(length)
            check = file.read(4)
            if len(data) < length or check != masked_crc32c(data):
                raise _damaged(path, number, compression)
            yield data
            number += 1


def _damaged(path: str, number: int, compression: str) -> OSError:
    fix = "download or write the file again"
    if number == 0:
        with open(path, "rb") as file:
            gzipped = file.read(2) == b"\x1f\x8b"
        if gzipped and not compression:
            fix = f"tf.data.TFRecordDataset({path!r}, compression_type='GZIP')"
    return OSError(
        explain(
            "A TFRecord file is damaged, or no TFRecord file.",
            received={"path": path, "record": number},
            why="The checksum of the record does not match.",
            fix=fix,
        )
    )


class RecordOptions:
    """How a TFRecord file is written.

    Args:
        compression_type: `""`, `"GZIP"` or `"ZLIB"`.
        flush_mode: Kept for TensorFlow's signature, as are the further ones.
        input_buffer_size: Kept for TensorFlow's signature.
        output_buffer_size: Kept for TensorFlow's signature.
        window_bits: Kept for TensorFlow's signature.
        compression_level: From 0 (fast) to 9 (small).
        compression_method: Kept for TensorFlow's signature.
        mem_level: Kept for TensorFlow's signature.
        compression_strategy: Kept for TensorFlow's signature.
    """

    def __init__(
        self,
        compression_type: Any = None,
        flush_mode: Any = None,
        input_buffer_size: int | None = None,
        output_buffer_size: int | None = None,
        window_bits: int | None = None,
        compression_level: int | None = None,
        compression_method: Any = None,
        mem_level: int | None = None,
        compression_strategy: Any = None,
    ) -> None:
        self.compression_type = compression_name(compression_type)
        self.compression_level = compression_level


class RecordWriter:
    """Writes a TFRecord file.

    Args:
        path: The file.
        options: A compression, by name or as `tf.io.TFRecordOptions`.

    Example:

    >>> with RecordWriter("data.tfrecord") as writer:
    ...     writer.write(b"first")
    ...     writer.write(b"second")
    >>> list(read_records("data.tfrecord"))
    [b'first', b'second']
    """

    def __init__(self, path: Any, options: Any = None) -> None:
        kind = compression_name(getattr(options, "compression_type", options))
        self._level = getattr(options, "compression_level", None)
        self._deflate: Any = None
        self._file: IO[bytes] = open(os.fsdecode(path), "wb")  # noqa: SIM115
        if kind:
            level = -1 if self._level is None else self._level
            bits = 31 if kind == "GZIP" else 15
            self._deflate = zlib.compressobj(level, zlib.DEFLATED, bits)

    def write(self, record: Any) -> None:
        """Adds a record, given as bytes (or a string tensor)."""
        data = record.numpy() if hasattr(record, "numpy") else record
        data = data.encode() if isinstance(data, str) else bytes(data)
        length = struct.pack("<Q", len(data))
        whole = length + masked_crc32c(length) + data + masked_crc32c(data)
        self._file.write(self._deflate.compress(whole) if self._deflate else whole)

    def flush(self) -> None:
        """Lets readers see what was written."""
        self._file.flush()

    def close(self) -> None:
        """Ends the file."""
        if self._file.closed:
            return
        if self._deflate:
            self._file.write(self._deflate.flush())
        self._file.close()

    def __enter__(self) -> RecordWriter:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()
