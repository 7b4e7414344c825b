"""Hashes of strings that TensorFlow's models rely on: fixed for ever, on every machine.

`fingerprint64` is FarmHash's (https://github.com/google/farmhash, `farmhashna`),
`siphash64` is SipHash-2-4 (Aumasson and Bernstein 2012,
https://cr.yp.to/siphash/siphash-20120918.pdf), `combine64` joins two fingerprints as
MurmurHash's finish does.

Strings of one length are hashed together: as the rows of a matrix of bytes, which
NumPy reads eight at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Words = Any  # uint64 arrays, one element a string; sums and products wrap around

_K0 = np.uint64(0xC3A5C85C97CB3127)
_K1 = np.uint64(0xB492B66FBE98F273)
_K2 = np.uint64(0x9AE16A3B2F90404F)
_MURMUR = np.uint64(0xC6A4A7935BD1E995)
_SHIFT = np.uint64(47)


def _rotate(x: Words, right: int) -> Words:
    return (x >> np.uint64(right)) | (x << np.uint64(64 - right))


def _shift_mix(x: Words) -> Words:
    return x ^ (x >> _SHIFT)


def _mix(u: Words, v: Words, by: Words) -> Words:
    a = _shift_mix((u ^ v) * by)
    return _shift_mix((v ^ a) * by) * by


class _Rows:
    """Strings of one length, read as little-endian words at any offset."""

    def __init__(self, rows: Sequence[bytes], length: int) -> None:
        self.count, self.length = len(rows), length
        self.bytes = np.frombuffer(b"".join(rows), np.uint8).reshape(len(rows), length)

    def __getitem__(self, at: int) -> Words:
        return self._read(at, 8, "<u8")

    def half(self, at: int) -> Words:
        """Four bytes as a number."""
        return self._read(at, 4, "<u4").astype(np.uint64)

    def byte(self, at: int) -> Words:
        """One byte as a number."""
        return self.bytes[:, at].astype(np.uint64)

    def _read(self, at: int, size: int, dtype: str) -> Words:
        at = at if at >= 0 else self.length + at
        return np.ascontiguousarray(self.bytes[:, at : at + size]).view(dtype)[:, 0]


def _farm_up_to_16(s: _Rows, n: int) -> Words:
    by = _K2 + np.uint64(2 * n)
    if n >= 8:
        a, b = s[0] + _K2, s[-8]
        return _mix(_rotate(b, 37) * by + a, (_rotate(a, 25) + b) * by, by)
    if n >= 4:
        return _mix(np.uint64(n) + (s.half(0) << np.uint64(3)), s.half(-4), by)
    if n == 0:
        return np.full(s.count, _K2)
    y = s.byte(0) + (s.byte(n // 2) << np.uint64(8))
    z = np.uint64(n) + (s.byte(n - 1) << np.uint64(2))
    return _shift_mix(y * _K2 ^ z * _K0) * _K2


def _farm_up_to_32(s: _Rows, n: int) -> Words:
    by = _K2 + np.uint64(2 * n)
    a, b, c, d = s[0] * _K1, s[8], s[-8] * by, s[-16] * _K2
    return _mix(
        _rotate(a + b, 43) + _rotate(c, 30) + d, a + _rotate(b + _K2, 18) + c, by
    )


def _farm_up_to_64(s: _Rows, n: int) -> Words:
    by = _K2 + np.uint64(2 * n)
    a, b, c, d = s[0] * _K2, s[8], s[-8] * by, s[-16] * _K2
    y = _rotate(a + b, 43) + _rotate(c, 30) + d
    z = _mix(y, a + _rotate(b + _K2, 18) + c, by)
    e, f = s[16] * by, s[24]
    g, h = (y + s[-32]) * by, (z + s[-24]) * by
    return _mix(_rotate(e + f, 43) + _rotate(g, 30) + h, e + _rotate(f + a, 18) + g, by)


def _weak(s: _Rows, at: int, a: Words, b: Words) -> tuple[Words, Words]:
    a = a + s[at]
    b = _rotate(b + a + s[at + 24], 21)
    c = a
    a = a + s[at + 8] + s[at + 16]
    return a + s[at + 24], b + _rotate(a, 44) + c


def _farm_long(s: _Rows, n: int) -> Words:
    zero = np.zeros(s.count, np.uint64)
    x = (zero + np.uint64(81)) * _K2 + s[0]
    y = (zero + np.uint64(81)) * _K1 + np.uint64(113)
    z = _shift_mix(y * _K2 + np.uint64(113)) * _K2
    v, w = (zero, zero), (zero, zero)

    def block(at: int, by: Words, nine: bool) -> None:
        nonlocal x, y, z, v, w
        x = _rotate(x + y + v[0] + s[at + 8], 37) * by
        y = _rotate(y + v[1] + s[at + 48], 42) * by
        x = x ^ (w[1] * np.uint64(9) if nine else w[1])
        y = y + (v[0] * np.uint64(9) if nine else v[0]) + s[at + 40]
        z = _rotate(z + w[0], 33) * by
        v, w = (
            _weak(s, at, v[1] * by, x + w[0]),
            _weak(s, at + 32, z + w[1], y + s[at + 16]),
        )
        x, z = z, x

    for at in range(0, (n - 1) // 64 * 64, 64):
        block(at, _K1, nine=False)
    by = _K1 + ((z & np.uint64(0xFF)) << np.uint64(1))
    w = w[0] + np.uint64((n - 1) & 63), w[1]
    v = v[0] + w[0], v[1]
    w = w[0] + v[0], w[1]
    block(n - 64, by, nine=True)
    return _mix(
        _mix(v[0], w[0], by) + _shift_mix(y) * _K0 + z, _mix(v[1], w[1], by) + x, by
    )


_FARM = ((16, _farm_up_to_16), (32, _farm_up_to_32), (64, _farm_up_to_64))


def _farm(s: _Rows) -> Words:
    fn = next((f for limit, f in _FARM if s.length <= limit), _farm_long)
    return fn(s, s.length)


def _sip(s: _Rows, key: tuple[int, int]) -> Words:
    k0, k1 = (np.full(s.count, k & (2**64 - 1), np.uint64) for k in key)
    a, b = k0 ^ np.uint64(0x736F6D6570736575), k1 ^ np.uint64(0x646F72616E646F6D)
    c, d = k0 ^ np.uint64(0x6C7967656E657261), k1 ^ np.uint64(0x7465646279746573)

    def rounds(count: int) -> None:
        nonlocal a, b, c, d
        for _ in range(count):
            a, c = a + b, c + d
            b, d = _rotate(b, 51) ^ a, _rotate(d, 48) ^ c
            a = _rotate(a, 32)
            a, c = a + d, c + b
            b, d = _rotate(b, 47) ^ c, _rotate(d, 43) ^ a
            c = _rotate(c, 32)

    whole = s.length // 8
    words = [s[8 * i] for i in range(whole)]
    last = np.zeros((s.count, 8), np.uint8)
    last[:, : s.length % 8] = s.bytes[:, 8 * whole :]
    last[:, 7] = s.length % 256
    for word in (*words, last.view("<u8")[:, 0]):
        d = d ^ word
        rounds(2)
        a = a ^ word
    c = c ^ np.uint64(0xFF)
    rounds(4)
    return a ^ b ^ c ^ d


def _by_length(strings: Any, fn: Callable[[_Rows], Words]) -> Words:
    array = np.asarray(strings, object)
    flat = array.ravel().tolist()
    lengths = np.fromiter(map(len, flat), np.int64, len(flat))
    out = np.empty(len(flat), np.uint64)
    for length in np.unique(lengths).tolist():
        where = np.flatnonzero(lengths == length)
        rows = _Rows([flat[i] for i in where.tolist()], length)
        out[where] = fn(rows)
    return out.reshape(array.shape)


def fingerprint64(strings: Any) -> Words:
    """FarmHash's 64-bit fingerprint of each string of an array of bytes.

    >>> hex(int(fingerprint64(np.array([b"abc"], object))[0]))
    '0x24a5b3a074e7f369'
    """
    return _by_length(strings, _farm)


def siphash64(strings: Any, key: tuple[int, int]) -> Words:
    """SipHash-2-4 of each string, under a key of two 64-bit numbers."""
    return _by_length(strings, lambda rows: _sip(rows, key))


def combine64(first: Words, second: Words) -> Words:
    """A fingerprint of two fingerprints, as TensorFlow's crosses join them."""
    mixed = (first ^ _MURMUR) ^ _shift_mix(second * _MURMUR) * _MURMUR
    mixed = _shift_mix(mixed * _MURMUR) * _MURMUR
    return _shift_mix(mixed)


def murmur64(strings: Any) -> Words:
    """MurmurHash64A of each string, with the seed of TensorFlow's older hash."""
    return _by_length(strings, _murmur)


def _murmur(s: _Rows) -> Words:
    found = np.full(s.count, np.uint64(0xDECAFCAFFE)) ^ (
        np.full(s.count, np.uint64(s.length)) * _MURMUR
    )
    whole = s.length // 8 * 8
    for at in range(0, whole, 8):
        found = (found ^ _shift_mix(s[at] * _MURMUR) * _MURMUR) * _MURMUR
    if s.length > whole:
        for i in range(whole, s.length):
            found = found ^ (s.byte(i) << np.uint64(8 * (i - whole)))
        found = found * _MURMUR
    return _shift_mix(_shift_mix(found) * _MURMUR)
