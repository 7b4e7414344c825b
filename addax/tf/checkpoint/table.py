"""The sorted table of keys and values in which a checkpoint's index is kept.

It is LevelDB's: blocks of entries, each entry leaving out what its key shares with the
one before, then an index block and a footer; every block is followed by its
compression (0, none) and a masked CRC-32C
(https://github.com/google/leveldb/blob/main/doc/table_format.md).
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator, Mapping

from addax._base.errors import explain
from addax._base.protobuf import read_varint, varint
from addax.data.checksum import masked_crc32c

_MAGIC = 0xDB4775248B80FB57
_FOOTER = 48
_RESTART = 16  # entries: each so many, a key is written whole


def write_table(entries: Mapping[bytes, bytes]) -> bytes:
    """A table with one block of data.

    Args:
        entries: The values by key, in any order.
    """
    items = sorted(entries.items())
    out = bytearray()
    handles = [_place(out, _block(items))]
    meta = _place(out, _block([]))
    last = items[-1][0] if items else b""
    index = _place(out, _block([(last, handle) for handle in handles]))
    footer = (meta + index).ljust(_FOOTER - 8, b"\0")
    return bytes(out) + footer + struct.pack("<Q", _MAGIC)


def read_table(data: bytes, path: str | os.PathLike[str]) -> dict[bytes, bytes]:
    """The values of a table by key.

    Args:
        data: The table.
        path: Where it came from, for messages.

    Raises:
        ValueError: If it is no table, or damaged.
    """
    if len(data) < _FOOTER or struct.unpack("<Q", data[-8:])[0] != _MAGIC:
        raise ValueError(_damaged(path, "It is no index of a checkpoint."))
    footer = data[-_FOOTER:]
    _, at = _handle(footer, 0)
    index, _ = _handle(footer, at)
    found: dict[bytes, bytes] = {}
    for _, handle in _entries(_content(data, index, path)):
        place, _ = _handle(handle, 0)
        found.update(_entries(_content(data, place, path)))
    return found


def _place(out: bytearray, block: bytes) -> bytes:
    """Adds a block; returns its handle: where it is and how long."""
    handle = varint(len(out)) + varint(len(block))
    block += b"\0"
    out += block + masked_crc32c(block)
    return handle


def _block(items: list[tuple[bytes, bytes]]) -> bytes:
    out, restarts, before = bytearray(), [0], b""
    for i, (key, value) in enumerate(items):
        shared = 0
        if i % _RESTART:
            shared = _common(key, before)
        elif i:
            restarts.append(len(out))
        out += varint(shared) + varint(len(key) - shared) + varint(len(value))
        out += key[shared:] + value
        before = key
    return bytes(out) + struct.pack(f"<{len(restarts) + 1}I", *restarts, len(restarts))


def _common(a: bytes, b: bytes) -> int:
    pairs = enumerate(zip(a, b, strict=False))
    return next((i for i, (x, y) in pairs if x != y), min(len(a), len(b)))


def _handle(data: bytes, at: int) -> tuple[tuple[int, int], int]:
    offset, at = read_varint(data, at)
    size, at = read_varint(data, at)
    return (offset, size), at


def _content(data: bytes, place: tuple[int, int], path: object) -> bytes:
    offset, size = place
    block = data[offset : offset + size + 1]
    crc = data[offset + size + 1 : offset + size + 5]
    if masked_crc32c(block) != crc:
        raise ValueError(_damaged(path, "A checksum does not hold."))
    if block[-1:] != b"\0":
        raise ValueError(_damaged(path, "Its blocks are compressed."))
    return block[:-1]


def _entries(block: bytes) -> Iterator[tuple[bytes, bytes]]:
    (restarts,) = struct.unpack("<I", block[-4:])
    end, at, before = len(block) - 4 * (restarts + 1), 0, b""
    while at < end:
        shared, at = read_varint(block, at)
        rest, at = read_varint(block, at)
        size, at = read_varint(block, at)
        before = before[:shared] + block[at : at + rest]
        at += rest
        yield before, block[at : at + size]
        at += size


def _damaged(path: object, why: str) -> str:
    return explain(
        "This file cannot be read as a checkpoint.",
        received={"path": str(path)},
        why=why,
        fix="tf.train.latest_checkpoint(folder)  # the newest one that is whole",
    )
