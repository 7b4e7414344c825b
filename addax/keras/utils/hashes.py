"""Checksums of files."""

from __future__ import annotations

import hashlib
import os
from typing import Any

from addax._base.errors import explain

_LENGTHS = {32: "md5", 64: "sha256"}


def hash_file(path: str | os.PathLike[str], algorithm: str = "sha256") -> str:
    """The checksum of a file, in hexadecimal.

    Args:
        path: The file.
        algorithm: `"sha256"` or `"md5"`.
    """
    with open(path, "rb") as file:
        return hashlib.file_digest(file, algorithm).hexdigest()


def matches(
    path: str | os.PathLike[str], expected: str, algorithm: Any = "auto"
) -> bool:
    """Whether a file has the expected checksum.

    Args:
        path: The file.
        expected: The checksum in hexadecimal.
        algorithm: `"sha256"`, `"md5"`, or `"auto"` to tell from its length.

    Raises:
        ValueError: If it cannot be either.
    """
    kind = _LENGTHS.get(len(expected), "") if algorithm == "auto" else str(algorithm)
    if kind not in _LENGTHS.values():
        raise ValueError(
            explain(
                "A checksum is SHA-256 (64 characters) or MD5 (32).",
                received={"file_hash": expected, "hash_algorithm": algorithm},
                fix="`sha256sum FILE` prints it.",
            )
        )
    return hash_file(path, kind) == expected.lower()
