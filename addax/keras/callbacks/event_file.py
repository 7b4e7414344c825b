"""Event files of TensorBoard, without TensorFlow.

A file is a sequence of TFRecords: length (8 bytes), masked CRC-32C of the length,
data, masked CRC-32C of the data. The data is an `Event` protocol buffer; of its fields
we write wall_time (1), step (2), file_version (3), summary (5), a summary being
values (1) of a tag (1) and a simple_value (2) or others, and graph_def (4):
`tensorboard/compat/proto`.
"""

from __future__ import annotations

import os
import socket
import struct
import time
from pathlib import Path
from typing import IO

from addax._base.protobuf import double, message, single, text, whole
from addax.data.checksum import masked_crc32c


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
        self._write(double(1, now) + text(3, "brain.Event:2"))
        self.flush()

    def scalar(self, tag: str, value: float, step: int) -> None:
        """Writes one value.

        Args:
            tag: The name of the curve.
            value: Its value.
            step: Its place on the axis.
        """
        self.summary(tag, single(2, value), step)

    def summary(
        self, tag: str, value: bytes, step: int, wall_time: float | None = None
    ) -> None:
        """Writes a value of any kind.

        Args:
            tag: The name it is shown under.
            value: The fields of `tensorboard.Summary.Value` after the tag.
            step: Its place on the axis.
            wall_time: When, in seconds since 1970; now if not given.
        """
        when = time.time() if wall_time is None else wall_time
        entry = message(1, text(1, tag) + value)
        self._write(double(1, when) + whole(2, step) + message(5, entry))

    def graph(self, definition: bytes) -> None:
        """Writes the graph of the run.

        Args:
            definition: A `tensorflow.GraphDef`.
        """
        self._write(double(1, time.time()) + message(4, definition))

    def flush(self) -> None:
        """Lets readers see what was written."""
        self._file.flush()

    def close(self) -> None:
        """Ends the file."""
        self._file.close()

    def _write(self, data: bytes) -> None:
        length = struct.pack("<Q", len(data))
        self._file.write(length + masked_crc32c(length) + data + masked_crc32c(data))
