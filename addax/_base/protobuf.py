"""The wire format of protocol buffers: fields, without schemas.

A message is a sequence of fields, each a key (number and kind) and a value: a varint
(0), 8 bytes (1), a length and so many bytes (2) or 4 bytes (5); see
https://protobuf.dev/programming-guides/encoding. Whoever writes or reads a message
names its fields by their numbers, and says where those are written down.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5


def varint(number: int) -> bytes:
    """A whole number in groups of seven bits; negative ones as 64-bit two's complement.

    Example:

    >>> varint(300).hex()
    'ac02'
    """
    number &= (1 << 64) - 1
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def read_varint(data: bytes, at: int) -> tuple[int, int]:
    """The (unsigned) number that starts at `at`, and where the next thing starts."""
    number = shift = 0
    while True:
        byte = data[at]
        number |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return number, at


def signed(number: int) -> int:
    """A varint that was read, as the signed 64-bit number that was written."""
    return number - (1 << 64) if number >> 63 else number


def key(field: int, kind: int) -> bytes:
    """What stands before a field's value."""
    return varint(field << 3 | kind)


def whole(field: int, value: int) -> bytes:
    """A field that holds a whole number, boolean or enum."""
    return key(field, VARINT) + varint(int(value))


def double(field: int, value: float) -> bytes:
    """A field that holds a 64-bit floating number."""
    return key(field, FIXED64) + struct.pack("<d", value)


def single(field: int, value: float) -> bytes:
    """A field that holds a 32-bit floating number."""
    return key(field, FIXED32) + struct.pack("<f", value)


def fixed32(field: int, value: int) -> bytes:
    """A field that holds an unsigned number in 4 bytes."""
    return key(field, FIXED32) + struct.pack("<I", value)


def message(field: int, value: bytes) -> bytes:
    """A field that holds bytes, or another message."""
    return key(field, BYTES) + varint(len(value)) + value


def text(field: int, value: str) -> bytes:
    """A field that holds text."""
    return message(field, value.encode())


def fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """The fields of a message in order: numbers as `int`, everything else as bytes.

    Args:
        data: The message.

    Yields:
        Pairs of a field's number and its value.

    Raises:
        ValueError: If the bytes are no message.

    Example:

    >>> list(fields(whole(1, 5) + text(2, "five")))
    [(1, 5), (2, b'five')]
    """
    at = 0
    try:
        while at < len(data):
            tag, at = read_varint(data, at)
            kind = tag & 7
            if kind == VARINT:
                value, at = read_varint(data, at)
                yield tag >> 3, value
                continue
            if kind == BYTES:
                size, at = read_varint(data, at)
            else:
                size = {FIXED64: 8, FIXED32: 4}[kind]
            if at + size > len(data):
                raise IndexError
            yield tag >> 3, data[at : at + size]
            at += size
    except (IndexError, KeyError) as error:
        raise ValueError(
            "These bytes are no protocol buffer message, or were cut off."
        ) from error


def collect(data: bytes) -> dict[int, list[int | bytes]]:
    """The values of a message by field number, in order."""
    found: dict[int, list[int | bytes]] = {}
    for number, value in fields(data):
        found.setdefault(number, []).append(value)
    return found
