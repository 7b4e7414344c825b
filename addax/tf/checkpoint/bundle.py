"""Named tensors in TensorFlow's checkpoint files (a "tensor bundle").

`prefix.index` is a table (`table.py`) from names to where each tensor lies in
`prefix.data-00000-of-00001`; the empty name has the header. The messages are
`BundleHeaderProto` and `BundleEntryProto` of
`tensorflow/core/protobuf/tensor_bundle.proto`.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax._base.files import atomic_write
from addax._base.names import did_you_mean
from addax._base.protobuf import collect, fixed32, message, read_varint, varint, whole
from addax.core.dtypes import DTYPES, as_dtype
from addax.data.checksum import crc32c, mask
from addax.tf.checkpoint.table import read_table, write_table

_BY_NUMBER = {d.as_datatype_enum: name for name, d in DTYPES.items()}


def write_bundle(prefix: str, tensors: Mapping[str, Any]) -> None:
    """Writes a checkpoint's two files.

    Args:
        prefix: Their common beginning.
        tensors: NumPy arrays by name; those of strings hold bytes objects.
    """
    data, version = bytearray(), message(3, whole(1, 1))
    entries = {b"": whole(1, 1) + version}
    for name, value in sorted(tensors.items()):
        array = np.asarray(value)
        dtype = as_dtype(array.dtype)
        raw, crc = _strings(array) if dtype == "string" else _numbers(array)
        sizes = b"".join(message(2, whole(1, n)) for n in array.shape)
        entries[name.encode()] = (
            whole(1, dtype.as_datatype_enum)
            + message(2, sizes)
            + (whole(4, len(data)) if data else b"")
            + whole(5, len(raw))
            + fixed32(6, crc)
        )
        data += raw
    with atomic_write(_data_path(prefix, 0, 1)) as file:
        file.write(data)
    with atomic_write(f"{prefix}.index") as file:
        file.write(write_table(entries))


def _numbers(array: np.ndarray) -> tuple[bytes, int]:
    raw = np.ascontiguousarray(array).tobytes()
    return raw, mask(crc32c(raw))


def _strings(array: np.ndarray) -> tuple[bytes, int]:
    """The lengths as varints, their checksum, then the strings themselves.

    Checksums take a length as 4 bytes (8 from 4 GiB up).
    """
    texts = [bytes(x) for x in array.flat]
    lengths = [struct.pack("<I" if len(t) < 2**32 else "<Q", len(t)) for t in texts]
    crc = crc32c(b"".join(lengths))
    guard = struct.pack("<I", mask(crc))
    joined = b"".join(texts)
    crc = crc32c(joined, crc32c(guard, crc))
    return b"".join(varint(len(t)) for t in texts) + guard + joined, mask(crc)


def _data_path(prefix: str, shard: int, shards: int) -> str:
    return f"{prefix}.data-{shard:05d}-of-{shards:05d}"


class Bundle:
    """A checkpoint's tensors, each read when it is asked for.

    Args:
        prefix: The common beginning of its files.

    Raises:
        FileNotFoundError: If there is no such checkpoint.
        ValueError: If the index is damaged.
    """

    def __init__(self, prefix: str) -> None:
        self.prefix = str(prefix)
        index = Path(f"{self.prefix}.index")
        if not index.is_file():
            raise FileNotFoundError(_not_there(self.prefix))
        table = read_table(index.read_bytes(), index)
        header = collect(table.pop(b"", b""))
        self._shards = int(header.get(1, [1])[0])
        self._entries = {key.decode(): collect(v) for key, v in table.items()}

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    @property
    def names(self) -> list[str]:
        """The names of the tensors, sorted."""
        return sorted(self._entries)

    def shape(self, name: str) -> list[int]:
        """The shape of a tensor."""
        proto = collect(_bytes(self._entry(name), 2))
        return [int(collect(d).get(1, [0])[0]) for d in proto.get(2, [])]  # type: ignore

    def dtype(self, name: str) -> str:
        """The name of a tensor's type."""
        return _BY_NUMBER[_int(self._entry(name), 1)]

    def __getitem__(self, name: str) -> np.ndarray:
        entry, shape, dtype = self._entry(name), self.shape(name), self.dtype(name)
        if 7 in entry:
            raise ValueError(
                explain(
                    f"The tensor {name!r} is stored in slices, of a partitioned "
                    "variable, which addax does not join.",
                    received={"checkpoint": self.prefix},
                )
            )
        raw = self._raw(name, entry)
        if dtype == "string":
            return _read_strings(raw, shape)
        if mask(crc32c(raw)) != struct.unpack("<I", _bytes(entry, 6))[0]:
            raise ValueError(
                explain(
                    f"The tensor {name!r} is damaged: its checksum does not hold.",
                    received={"checkpoint": self.prefix},
                )
            )
        return np.frombuffer(raw, np.dtype(dtype)).reshape(shape).copy()

    def _raw(self, name: str, entry: dict[int, list[Any]]) -> bytes:
        path = _data_path(self.prefix, _int(entry, 3), self._shards)
        size = _int(entry, 5)
        with open(path, "rb") as file:
            file.seek(_int(entry, 4))
            raw = file.read(size)
        if len(raw) < size:
            raise ValueError(
                explain(
                    f"The file ends before the tensor {name!r} does.",
                    received={"path": path},
                )
            )
        return raw

    def _entry(self, name: str) -> dict[int, list[Any]]:
        entry = self._entries.get(name)
        if entry is None:
            guess = did_you_mean(name, self._entries)
            raise KeyError(
                explain(
                    f"The checkpoint has no tensor of that name. {guess}".rstrip(),
                    received={"name": name, "checkpoint": self.prefix},
                    fix="tf.train.list_variables(path)  # lists all names",
                )
            )
        return entry


def _read_strings(raw: bytes, shape: list[int]) -> np.ndarray:
    lengths, at = [], 0
    for _ in range(int(np.prod(shape, dtype=np.int64))):
        length, at = read_varint(raw, at)
        lengths.append(length)
    at += 4  # the checksum of the lengths
    out = np.empty(len(lengths), object)
    for i, length in enumerate(lengths):
        out[i] = raw[at : at + length]
        at += length
    return out.reshape(shape)


def _int(entry: dict[int, list[Any]], field: int) -> int:
    return int(entry.get(field, [0])[0])


def _bytes(entry: dict[int, list[Any]], field: int) -> bytes:
    return entry.get(field, [b""])[0]


def _not_there(prefix: str) -> str:
    folder = Path(prefix).parent
    have = sorted(p.name[: -len(".index")] for p in folder.glob("*.index"))
    return explain(
        "There is no checkpoint of that name.",
        received={"path": prefix},
        why=f"{str(folder)!r} has {', '.join(map(repr, have)) or 'none'}.",
        fix=f"tf.train.latest_checkpoint({str(folder)!r})",
    )
