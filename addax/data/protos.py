"""`tf.train.Example` and what it is made of: records with named values.

The messages and their field numbers are those of TensorFlow's `example.proto` and
`feature.proto`. Their classes are made from one table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

import numpy as np

from addax._base.errors import explain
from addax._base.protobuf import fields, message, read_varint, signed, varint
from addax._base.protobuf import text as text_field


class Message:
    """A protocol buffer message; subclasses say what its fields are."""

    def SerializeToString(self) -> bytes:
        """The message as bytes."""
        raise NotImplementedError

    def MergeFromString(self, serialized: bytes) -> int:
        """Adds what bytes hold to the message."""
        raise NotImplementedError

    def ParseFromString(self, serialized: Any) -> int:
        """Replaces the message by what bytes hold."""
        self.__init__()
        return self.MergeFromString(_as_bytes(serialized))

    @classmethod
    def FromString(cls, serialized: Any) -> Any:
        """The message that bytes hold."""
        made = cls()
        made.MergeFromString(_as_bytes(serialized))
        return made

    def CopyFrom(self, other: Any) -> None:
        """Replaces the message by a copy of another."""
        self.ParseFromString(other.SerializeToString())

    def ByteSize(self) -> int:
        """How many bytes the message takes."""
        return len(self.SerializeToString())

    def __eq__(self, other: object) -> bool:
        return (
            type(other) is type(self)
            and other.SerializeToString() == self.SerializeToString()
        )

    __hash__ = None  # type: ignore[assignment]

    def _lines(self) -> Iterator[str]:
        raise NotImplementedError

    def __repr__(self) -> str:
        return "".join(f"{line}\n" for line in self._lines())


def _as_bytes(value: Any) -> bytes:
    return bytes(value.numpy() if hasattr(value, "numpy") else value)


class _Values(Message):
    """A list of values of one kind."""

    def __init__(self, value: Iterable[Any] = ()) -> None:
        self.value = [self._check(each) for each in value]

    def _check(self, value: Any) -> Any:
        raise NotImplementedError

    def _lines(self) -> Iterator[str]:
        for each in self.value:
            yield f"value: {self._show(each)}"

    def _show(self, value: Any) -> str:
        return str(value)


class BytesList(_Values):
    """A list of byte strings."""

    def _check(self, value: Any) -> bytes:
        if isinstance(value, (bytes, bytearray, np.bytes_)):
            return bytes(value)
        raise TypeError(
            explain(
                "A BytesList holds bytes.",
                received={"value": value},
                fix=[
                    "tf.train.BytesList(value=[text.encode()])",
                    "tf.train.BytesList(value=[tensor.numpy()])",
                ],
            )
        )

    def SerializeToString(self) -> bytes:
        return b"".join(message(1, self._check(each)) for each in self.value)

    def MergeFromString(self, serialized: bytes) -> int:
        self.value += [v for n, v in fields(serialized) if n == 1]
        return len(serialized)

    def _show(self, value: Any) -> str:
        return '"' + repr(value)[2:-1].replace('"', '\\"') + '"'


class FloatList(_Values):
    """A list of 32-bit floating numbers."""

    def _check(self, value: Any) -> float:
        return float(np.float32(value))

    def SerializeToString(self) -> bytes:
        packed = np.asarray(self.value, "<f4").tobytes()
        return message(1, packed) if self.value else b""

    def MergeFromString(self, serialized: bytes) -> int:
        for number, value in fields(serialized):
            if number == 1:  # packed, or one by one
                self.value += np.frombuffer(value, "<f4").tolist()  # type: ignore[arg-type]
        return len(serialized)


class Int64List(_Values):
    """A list of 64-bit whole numbers."""

    def _check(self, value: Any) -> int:
        if isinstance(value, (float, np.floating)):
            raise TypeError(
                explain("An Int64List holds whole numbers.", received={"value": value})
            )
        return int(value)

    def SerializeToString(self) -> bytes:
        packed = b"".join(map(varint, self.value))
        return message(1, packed) if self.value else b""

    def MergeFromString(self, serialized: bytes) -> int:
        for number, value in fields(serialized):
            if number != 1:
                continue
            if isinstance(value, int):
                self.value.append(signed(value))
            else:
                self.value += varints(value)
        return len(serialized)


def varints(data: bytes) -> list[int]:
    """The signed numbers that follow each other in packed form."""
    found, at = [], 0
    while at < len(data):
        number, at = read_varint(data, at)
        found.append(signed(number))
    return found


class Feature(Message):
    """A list of values of one of three kinds.

    Args:
        bytes_list: A `BytesList`.
        float_list: A `FloatList`.
        int64_list: An `Int64List`.
    """

    _KINDS: ClassVar[dict[str, tuple[int, type[_Values]]]] = {
        "bytes_list": (1, BytesList),
        "float_list": (2, FloatList),
        "int64_list": (3, Int64List),
    }

    def __init__(
        self,
        bytes_list: BytesList | None = None,
        float_list: FloatList | None = None,
        int64_list: Int64List | None = None,
    ) -> None:
        given = {
            "bytes_list": bytes_list,
            "float_list": float_list,
            "int64_list": int64_list,
        }
        self._lists: dict[str, Any] = {k: v for k, v in given.items() if v is not None}

    def __getattr__(self, name: str) -> Any:
        if name not in Feature._KINDS:
            raise AttributeError(f"Feature has no field {name!r}")
        # A list that was only looked at is empty, and does not count as set.
        return self._lists.setdefault(name, Feature._KINDS[name][1]())

    def WhichOneof(self, group: str = "kind") -> str | None:
        """The name of the list that is set."""
        filled = [name for name, values in self._lists.items() if values.value]
        return next(iter(filled or self._lists), None)

    def HasField(self, name: str) -> bool:
        """Whether the list of that name is the one that is set."""
        return self.WhichOneof() == name

    def SerializeToString(self) -> bytes:
        name = self.WhichOneof()
        if name is None:
            return b""
        return message(self._KINDS[name][0], self._lists[name].SerializeToString())

    def MergeFromString(self, serialized: bytes) -> int:
        names = {number: name for name, (number, _) in self._KINDS.items()}
        for number, value in fields(serialized):
            if number in names:
                getattr(self, names[number]).MergeFromString(value)
        return len(serialized)

    def _lines(self) -> Iterator[str]:
        name = self.WhichOneof()
        if name is not None:
            yield from _block(name, self._lists[name])


def _block(name: str, inner: Any) -> Iterator[str]:
    yield f"{name} {{"
    yield from (f"  {line}" for line in inner._lines())
    yield "}"


class _Map(dict[str, Any]):
    """Messages by name; asking for a new name makes an empty one."""

    def __init__(self, kind: type[Message], given: Any = None) -> None:
        super().__init__(given or {})
        self._kind = kind

    def __missing__(self, name: str) -> Any:
        made = self[name] = self._kind()
        return made

    def encode(self) -> bytes:
        return b"".join(
            message(1, text_field(1, name) + message(2, each.SerializeToString()))
            for name, each in self.items()
        )

    def merge(self, serialized: bytes) -> None:
        for number, entry in fields(serialized):
            if number == 1:
                parts = dict(fields(entry))  # type: ignore[arg-type]
                name = bytes(parts.get(1, b"")).decode()
                self[name] = self._kind.FromString(parts.get(2, b""))

    def lines(self, field: str) -> Iterator[str]:
        for name in sorted(self):
            yield f"{field} {{"
            yield f'  key: "{name}"'
            yield from (f"  {line}" for line in _block("value", self[name]))
            yield "}"


class Features(Message):
    """Features by name.

    Args:
        feature: A dictionary of `Feature`s.
    """

    def __init__(self, feature: Any = None) -> None:
        self.feature = _Map(Feature, feature)

    def SerializeToString(self) -> bytes:
        return self.feature.encode()

    def MergeFromString(self, serialized: bytes) -> int:
        self.feature.merge(serialized)
        return len(serialized)

    def _lines(self) -> Iterator[str]:
        return self.feature.lines("feature")


class FeatureList(Message):
    """Features of the steps of a sequence.

    Args:
        feature: A list of `Feature`s.
    """

    def __init__(self, feature: Iterable[Feature] = ()) -> None:
        self.feature = list(feature)

    def SerializeToString(self) -> bytes:
        return b"".join(message(1, each.SerializeToString()) for each in self.feature)

    def MergeFromString(self, serialized: bytes) -> int:
        for number, value in fields(serialized):
            if number == 1:
                self.feature.append(Feature.FromString(value))
        return len(serialized)

    def _lines(self) -> Iterator[str]:
        for each in self.feature:
            yield from _block("feature", each)


class FeatureLists(Message):
    """Lists of features by name.

    Args:
        feature_list: A dictionary of `FeatureList`s.
    """

    def __init__(self, feature_list: Any = None) -> None:
        self.feature_list = _Map(FeatureList, feature_list)

    def SerializeToString(self) -> bytes:
        return self.feature_list.encode()

    def MergeFromString(self, serialized: bytes) -> int:
        self.feature_list.merge(serialized)
        return len(serialized)

    def _lines(self) -> Iterator[str]:
        return self.feature_list.lines("feature_list")


class _Record(Message):
    """A message whose fields are messages, numbered from 1."""

    _FIELDS: ClassVar[tuple[tuple[str, type[Message]], ...]] = ()

    def SerializeToString(self) -> bytes:
        parts = [getattr(self, name).SerializeToString() for name, _ in self._FIELDS]
        return b"".join(message(i, p) for i, p in enumerate(parts, 1) if p)

    def MergeFromString(self, serialized: bytes) -> int:
        for number, value in fields(serialized):
            if number <= len(self._FIELDS):
                name = self._FIELDS[number - 1][0]
                getattr(self, name).MergeFromString(value)
        return len(serialized)

    def _lines(self) -> Iterator[str]:
        for name, _ in self._FIELDS:
            if getattr(self, name).SerializeToString():
                yield from _block(name, getattr(self, name))


class Example(_Record):
    """A record of named lists of values, as TFRecord files usually hold.

    Args:
        features: A `Features`.

    Example:

    >>> from addax import tf
    >>> label = tf.train.Feature(int64_list=tf.train.Int64List(value=[3]))
    >>> example = tf.train.Example(features=tf.train.Features(feature={"y": label}))
    >>> data = example.SerializeToString()
    >>> tf.train.Example.FromString(data).features.feature["y"].int64_list.value
    [3]
    """

    _FIELDS = (("features", Features),)

    def __init__(self, features: Features | None = None) -> None:
        self.features = Features() if features is None else features


class SequenceExample(_Record):
    """A record of named lists of values, and of sequences of such lists.

    Args:
        context: A `Features`.
        feature_lists: A `FeatureLists`.
    """

    _FIELDS = (("context", Features), ("feature_lists", FeatureLists))

    def __init__(
        self,
        context: Features | None = None,
        feature_lists: FeatureLists | None = None,
    ) -> None:
        self.context = Features() if context is None else context
        self.feature_lists = FeatureLists() if feature_lists is None else feature_lists
