"""Event files of TensorBoard, scalars only, without TensorFlow.

A file is a sequence of TFRecords: length (8 bytes), masked CRC-32C of the length,
data, masked CRC-32C of the data. The data is an `Event` protocol buffer; of its fields
we write wall_time (1), step (2), file_version (3) and summary (5), a summary being
values (1) of a tag (1) and a simple_value (2): `tensorboard/compat/proto/event.proto`.
"""

from __future__ import annotations

import os
import socket
import struct
import time
from pathlib import Path
from typing import IO

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


class EventFile:
    """Writes scalars that TensorBoard reads.

    Args:
        folder: Where to; made if it is not there. TensorBoard shows it as a run.

    Example:

    >>> import tempfile
    >>> events = EventFile(tempfile.mkdtemp())
    >>> events.scalar("epoch_loss", 0.5, step=0)
    >>> events.close()
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        Path(folder).mkdir(parents=True, exist_ok=True)
        now = time.time()
        name = (
            f"events.out.tfevents.{int(now):010d}.{socket.gethostname()}.{os.getpid()}"
        )
        # Two runs of one process in one second must not share a file.
        self.path = Path(folder) / f"{name}.{time.monotonic_ns() % 10**9}.v2"
        self._file: IO[bytes] = open(self.path, "wb")  # noqa: SIM115  # until `close`
        self._write(_double(1, now) + _text(3, "brain.Event:2"))
        self.flush()

    def scalar(self, tag: str, value: float, step: int) -> None:
        """Writes one value.

        Args:
            tag: The name of the curve.
            value: Its value.
            step: Its place on the axis.
        """
        entry = _text(1, tag) + _key(2, _FIXED32) + struct.pack("<f", value)
        summary = _bytes(5, _bytes(1, entry))
        whole = _double(1, time.time()) + _key(2, _VARINT) + _varint(step) + summary
        self._write(whole)

    def flush(self) -> None:
        """Lets readers see what was written."""
        self._file.flush()

    def close(self) -> None:
        """Ends the file."""
        self._file.close()

    def _write(self, data: bytes) -> None:
        length = struct.pack("<Q", len(data))
        self._file.write(length + _masked(length) + data + _masked(data))


def _key(field: int, kind: int) -> bytes:
    return _varint(field << 3 | kind)


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _double(field: int, value: float) -> bytes:
    return _key(field, _FIXED64) + struct.pack("<d", value)


def _bytes(field: int, value: bytes) -> bytes:
    return _key(field, _BYTES) + _varint(len(value)) + value


def _text(field: int, value: str) -> bytes:
    return _bytes(field, value.encode())


def _table() -> list[int]:
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
        table.append(byte)
    return table


_CRC = _table()


def crc32c(data: bytes) -> int:
    """The Castagnoli checksum, by which TFRecords are guarded.

    Example:

    >>> hex(crc32c(b"123456789"))  # the check value of RFC 3720
    '0xe3069283'
    """
    crc = 0xFFFFFFFF
    for byte in data:
        crc = _CRC[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


def _masked(data: bytes) -> bytes:
    crc = crc32c(data)
    rotated = (crc >> 15 | crc << 17) & 0xFFFFFFFF
    return struct.pack("<I", (rotated + 0xA282EAD8) & 0xFFFFFFFF)
