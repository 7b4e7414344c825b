"""`tf.io`'s files and their contents: bytes, lines of CSV, serialized tensors."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import numpy as np

from addax._base.files import atomic_write
from addax.core import as_dtype, convert
from addax.core.host import host_op, same_shape
from addax.data.elements import HostArray
from addax.data.filesystem import matching, path_text
from addax.data.photos import file_contents
from addax.data.tables import Column, decode_rows
from addax.data.tensor_proto import decode_tensor, encode_tensor


def read_file(filename: Any, name: str | None = None) -> Any:
    """The contents of a file.

    Args:
        filename: The file's name.
        name: Kept for TensorFlow's signature.

    Returns:
        A string tensor.

    Raises:
        FileNotFoundError: If there is no such file.
    """
    return file_contents(str(filename) if isinstance(filename, Path) else filename)


def write_file(filename: Any, contents: Any, name: str | None = None) -> None:
    """Writes a string into a file, whose folder is made if it is not there."""
    path = Path(path_text(filename))
    path.parent.mkdir(parents=True, exist_ok=True)
    value = contents.numpy() if hasattr(contents, "numpy") else contents
    with atomic_write(path) as file:
        file.write(value.encode() if isinstance(value, str) else value)


def matching_files(pattern: Any, name: str | None = None) -> Any:
    """The names of the files that fit a pattern, in order."""
    names = [each.encode() for each in matching(pattern)]
    return convert(np.array(names, object))


def _raw_spec(
    contents: Any, dtype: str, little: bool, length: int | None
) -> tuple[Any, str]:
    size = None if length is None else length // max(1, as_dtype(dtype).size)
    return (*contents.shape, size), dtype


@host_op(_raw_spec)
def raw_numbers(
    contents: HostArray, dtype: str, little: bool, length: int | None
) -> HostArray:
    """Strings' bytes as numbers of a type."""
    kind = np.dtype(dtype).newbyteorder("<" if little else ">")
    items = contents.ravel().tolist()
    if length is not None:
        items = [item[:length].ljust(length, b"\0") for item in items]
    if len({len(item) for item in items}) > 1:
        raise ValueError("All strings must be of one length, or give fixed_length.")
    rows = [np.frombuffer(item, kind) for item in items]
    made = np.stack(rows) if rows else np.empty((0, 0), kind)
    return made.reshape((*contents.shape, -1)).astype(dtype)


def decode_raw(
    input_bytes: Any,
    out_type: Any,
    little_endian: bool = True,
    fixed_length: int | None = None,
    name: str | None = None,
) -> Any:
    """Strings' bytes as numbers.

    Args:
        input_bytes: A string tensor, whose strings are of one length.
        out_type: The numbers' type.
        little_endian: Whether the lowest byte of a number comes first.
        fixed_length: A length that strings are cut or padded to.
        name: Kept for TensorFlow's signature.

    Returns:
        A tensor with one axis more than `input_bytes`.

    Raises:
        ValueError: If strings differ in length.

    Example:

    >>> from addax import tf
    >>> tf.io.decode_raw(b"\\x01\\x00\\x02\\x00", tf.int16).numpy().tolist()
    [1, 2]
    """
    dtype = as_dtype(out_type).name
    return raw_numbers(input_bytes, dtype, bool(little_endian), fixed_length)


def _csv_spec(records: Any, defaults: tuple[Any, ...], *_: Any) -> Any:
    return [(records.shape, Column(default).dtype.name) for default in defaults]


@host_op(_csv_spec)
def csv_columns(
    records: HostArray,
    defaults: tuple[Any, ...],
    delimiter: str,
    quotes: bool,
    na_value: str,
    select: tuple[int, ...] | None,
) -> Any:
    """The columns of CSV lines."""
    return decode_rows(records, defaults, delimiter, quotes, na_value, select)


def decode_csv(
    records: Any,
    record_defaults: Any,
    field_delim: str = ",",
    use_quote_delim: bool = True,
    na_value: str = "",
    select_cols: Any = None,
    name: str | None = None,
) -> list[Any]:
    """The columns of CSV lines.

    Args:
        records: A string tensor of lines.
        record_defaults: For each column a type, if every line has a value, or a list
            of the value for empty fields.
        field_delim: What stands between fields.
        use_quote_delim: Whether quotes hold fields together.
        na_value: A text that stands for an empty field.
        select_cols: The columns to read, by number; all if not given.
        name: Kept for TensorFlow's signature.

    Returns:
        A tensor of the shape of `records` for each column.

    Raises:
        ValueError: If a line has too few or too many fields, or wrong ones.

    Example:

    >>> from addax import tf
    >>> a, b = tf.io.decode_csv(["1,x", ",y"], [[0], [""]])
    >>> a.numpy().tolist(), b.numpy().tolist()
    ([1, 0], [b'x', b'y'])
    """
    defaults = tuple(_static(default) for default in record_defaults)
    select = None if select_cols is None else tuple(int(i) for i in select_cols)
    columns = csv_columns(
        records, defaults, field_delim, use_quote_delim, na_value, select
    )
    return list(columns)


def _static(default: Any) -> Any:
    """A column's default as an attribute that can be compared and kept."""
    column = Column(default)
    return column.dtype if column.default is None else column.default


@host_op(lambda tensor: ((), "string"))
def tensor_bytes(tensor: HostArray) -> HostArray:
    """A tensor as a serialized TensorProto."""
    return encode_tensor(tensor)


def serialize_tensor(tensor: Any, name: str | None = None) -> Any:
    """A tensor as a string, in TensorFlow's format (`TensorProto`)."""
    return tensor_bytes(tensor)


def parse_tensor(serialized: Any, out_type: Any, name: str | None = None) -> Any:
    """The tensor that `serialize_tensor` made a string of.

    Args:
        serialized: The string.
        out_type: The tensor's type.
        name: Kept for TensorFlow's signature.

    Raises:
        ValueError: If it is of another type.
    """
    value = serialized.numpy() if hasattr(serialized, "numpy") else serialized
    array = decode_tensor(bytes(value))
    made = convert(array)
    if made.dtype != as_dtype(out_type):
        raise ValueError(
            "The serialized tensor is of another type. "
            f"Received: out_type={as_dtype(out_type).name}, it is {made.dtype.name}"
        )
    return made


@host_op(same_shape("string"))
def base64_text(strings: HostArray, pad: bool) -> HostArray:
    """Strings in web-safe base64."""
    encode = [base64.urlsafe_b64encode(s) for s in strings.flat]
    out = np.empty(strings.shape, object)
    out.flat = [s if pad else s.rstrip(b"=") for s in encode]
    return out


@host_op(same_shape("string"))
def base64_bytes(strings: HostArray) -> HostArray:
    """What strings in web-safe base64 stand for."""
    out = np.empty(strings.shape, object)
    out.flat = [
        base64.urlsafe_b64decode(s + b"=" * (-len(s) % 4)) for s in strings.flat
    ]
    return out


def encode_base64(input: Any, pad: bool = False, name: str | None = None) -> Any:
    """Strings in web-safe base64, with `=` at the end if `pad`."""
    return base64_text(input, pad)


def decode_base64(input: Any, name: str | None = None) -> Any:
    """What strings in web-safe base64 stand for."""
    return base64_bytes(input)
