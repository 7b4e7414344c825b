"""`tf.compat`: strings as TensorFlow's files have them, and the older version."""

from __future__ import annotations

import sys
from typing import Any

from addax._base.lazy import lazy_exports
from addax.tf._advice import why_absent

v2 = sys.modules["addax.tf"]  # the package around this one is there already


def as_bytes(bytes_or_text: Any, encoding: str = "utf-8") -> bytes:
    """Text as bytes; bytes stay."""
    if isinstance(bytes_or_text, str):
        return bytes_or_text.encode(encoding)
    if isinstance(bytes_or_text, (bytes, bytearray)):
        return bytes(bytes_or_text)
    raise TypeError(
        f"Text or bytes were expected. Received: bytes_or_text={bytes_or_text!r}"
    )


def as_text(bytes_or_text: Any, encoding: str = "utf-8") -> str:
    """Bytes as text; text stays."""
    if isinstance(bytes_or_text, str):
        return bytes_or_text
    return as_bytes(bytes_or_text).decode(encoding)


as_str = as_text


def as_str_any(value: Any, encoding: str = "utf-8") -> str:
    """Anything as text."""
    is_bytes = isinstance(value, bytes)
    return as_text(value, encoding) if is_bytes else str(value)


def path_to_str(path: Any) -> Any:
    """A path as text."""
    return path.__fspath__() if hasattr(path, "__fspath__") else path


def forward_compatible(year: int, month: int, day: int) -> bool:
    """Always true: addax has one version of its formats."""
    return True


__getattr__, __dir__, __all__ = lazy_exports(
    __name__, modules=["v1"], missing=why_absent
)
