"""Datasets of CSV files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax._base.names import did_you_mean
from addax.core import DType, TensorSpec, as_dtype
from addax.data.dataset import Dataset
from addax.data.elements import to_leaf
from addax.data.filesystem import matching
from addax.data.readers import Files
from addax.data.records import compression_name, open_compressed
from addax.data.stage import AUTOTUNE


class Column:
    """How the fields of one column are read.

    Args:
        default: A type, which every row must have a value for, or the value for
            empty fields.
    """

    def __init__(self, default: Any) -> None:
        self.default: Any = None
        if isinstance(default, (DType, type, np.dtype)):
            self.dtype = as_dtype(default)
            return
        leaf = to_leaf(
            default[0]
            if isinstance(default, (list, tuple)) and len(default)
            else default
        )
        if np.size(leaf) == 0:  # an empty tensor: only its type counts
            self.dtype = as_dtype(leaf.dtype)
            return
        leaf = leaf.ravel()[0] if isinstance(leaf, np.ndarray) else leaf
        self.dtype = as_dtype("string" if isinstance(leaf, bytes) else leaf.dtype)
        self.default = leaf

    def read(self, field: str, number: int, na_value: str) -> Any:
        """A field as a leaf.

        Raises:
            ValueError: If it is no value of the column's type.
        """
        if field == "" or field == na_value:
            if self.default is None:
                raise ValueError(
                    f"Field {number} is required but missing. Received: {field!r}"
                )
            return self.default
        if self.dtype == "string":
            return field.encode()
        try:
            if self.dtype.is_integer:
                return self.dtype.as_numpy_dtype(int(field))
            return self.dtype.as_numpy_dtype(float(field))
        except (ValueError, OverflowError):
            raise ValueError(
                f"Field {number} is no {self.dtype.name}. Received: {field!r}"
            ) from None


def read_rows(
    path: str, compression: str, delimiter: str, quotes: bool
) -> Iterator[list[str]]:
    """The rows of a CSV file, as lists of texts."""
    with open_compressed(path, compression) as file:
        text = io.TextIOWrapper(file, "utf-8", newline="")  # type: ignore[arg-type]
        quoting = csv.QUOTE_MINIMAL if quotes else csv.QUOTE_NONE
        yield from csv.reader(text, delimiter=delimiter, quoting=quoting)


class CsvDataset(Dataset):
    """The rows of CSV files, each a tuple of its fields.

    Args:
        filenames: A path, several, or a dataset of paths.
        record_defaults: For each column a type, if every row has a value, or the
            value for empty fields.
        compression_type: `""`, `"GZIP"` or `"ZLIB"`.
        buffer_size: Kept for TensorFlow's signature.
        header: Whether the first line of each file is left out.
        field_delim: What stands between fields.
        use_quote_delim: Whether quotes hold fields together.
        na_value: A text that stands for an empty field.
        select_cols: The columns to read, by number; all if not given.
        exclude_cols: The columns not to read.

    Example:

    >>> from pathlib import Path
    >>> from addax import tf
    >>> _ = Path("t.csv").write_text("a,b\\n1,x\\n2,\\n")
    >>> rows = tf.data.experimental.CsvDataset("t.csv", [tf.int32, "none"], header=True)
    >>> list(rows.as_numpy_iterator())
    [(np.int32(1), b'x'), (np.int32(2), b'none')]
    """

    def __init__(
        self,
        filenames: Any,
        record_defaults: Sequence[Any],
        compression_type: Any = None,
        buffer_size: int | None = None,
        header: bool = False,
        field_delim: str = ",",
        use_quote_delim: bool = True,
        na_value: str = "",
        select_cols: Any = None,
        exclude_cols: Any = None,
    ) -> None:
        columns = [Column(default) for default in record_defaults]
        compression = compression_name(compression_type)
        left_out = set(exclude_cols or ())

        def read(path: str) -> Iterator[Any]:
            rows = read_rows(path, compression, field_delim, use_quote_delim)
            for line, row in enumerate(rows):
                if (header and line == 0) or not row:
                    continue
                if select_cols is not None:
                    row = [row[i] for i in select_cols]
                elif left_out:
                    row = [f for i, f in enumerate(row) if i not in left_out]
                yield parse_row(row, columns, na_value, f"{path}, line {line + 1}")

        spec = tuple(TensorSpec((), column.dtype) for column in columns)
        super().__init__(Files(filenames, read, spec, name="csv"))


def parse_row(row: list[str], columns: list[Column], na_value: str, where: str) -> Any:
    """The fields of one row as leaves.

    Raises:
        ValueError: If there are too few or too many, or one is wrong; says where.
    """
    if len(row) != len(columns):
        raise ValueError(
            explain(
                f"A row must have one field for each column ({where}).",
                received={"fields": len(row), "record_defaults": len(columns)},
            )
        )
    try:
        return tuple(
            column.read(field, i, na_value)
            for i, (column, field) in enumerate(zip(columns, row, strict=True))
        )
    except ValueError as error:
        raise ValueError(f"{error}\nIn {where}.") from None


def make_csv_dataset(
    file_pattern: Any,
    batch_size: int,
    column_names: Sequence[str] | None = None,
    column_defaults: Sequence[Any] | None = None,
    label_name: str | None = None,
    select_columns: Sequence[Any] | None = None,
    field_delim: str = ",",
    use_quote_delim: bool = True,
    na_value: str = "",
    header: bool = True,
    num_epochs: int | None = None,
    shuffle: bool = True,
    shuffle_buffer_size: int = 10000,
    shuffle_seed: int | None = None,
    prefetch_buffer_size: int | None = None,
    num_parallel_reads: int | None = None,
    sloppy: bool = False,
    num_rows_for_inference: int | None = 100,
    compression_type: str | None = None,
    ignore_errors: bool = False,
    encoding: str = "utf-8",
) -> Dataset:
    """Batches of CSV files' rows: a dictionary of columns, and the label if named.

    Args:
        file_pattern: A pattern, a path or several.
        batch_size: How many rows go into one batch.
        column_names: The columns' names; from the first line if not given.
        column_defaults: Types or values for empty fields; from the first rows if not
            given.
        label_name: The column that becomes the label.
        select_columns: The columns to read, by name or number.
        field_delim: What stands between fields.
        use_quote_delim: Whether quotes hold fields together.
        na_value: A text that stands for an empty field.
        header: Whether the first line holds names.
        num_epochs: How many times to go through the rows; without an end if not given.
        shuffle: Whether to mix the rows.
        shuffle_buffer_size: How many rows are mixed with each other.
        shuffle_seed: A seed for the order.
        prefetch_buffer_size: How many batches to make ahead.
        num_parallel_reads: Kept for TensorFlow's signature.
        sloppy: Kept for TensorFlow's signature.
        num_rows_for_inference: How many rows to guess types from; all if `None`.
        compression_type: `""`, `"GZIP"` or `"ZLIB"`.
        ignore_errors: Whether rows that cannot be read are left out.
        encoding: Kept for TensorFlow's signature; files are read as UTF-8.

    Raises:
        FileNotFoundError: If no file fits the pattern.
        ValueError: If there is no column called `label_name`.
    """
    names = matching(file_pattern)
    if not names:
        raise FileNotFoundError(
            explain(
                "No file fits the pattern.", received={"file_pattern": file_pattern}
            )
        )
    compression = compression_name(compression_type)
    rows = lambda: read_rows(names[0], compression, field_delim, use_quote_delim)
    if column_names is None:
        if not header:
            raise ValueError("Give column_names for files without a header line.")
        column_names = next(rows())
    titles = list(column_names)
    chosen = _chosen(select_columns, titles)
    if label_name is not None and label_name not in [titles[i] for i in chosen]:
        raise ValueError(
            explain(
                "There is no column of the label's name.",
                received={"label_name": label_name, "columns": titles},
                fix=did_you_mean(label_name, titles),
            )
        )
    if column_defaults is None:
        columns = _guessed(rows(), header, chosen, na_value, num_rows_for_inference)
    else:
        columns = [Column(default) for default in column_defaults]

    def read(path: str) -> Iterator[Any]:
        lines = read_rows(path, compression, field_delim, use_quote_delim)
        for line, row in enumerate(lines):
            if (header and line == 0) or not row:
                continue
            where = f"{path}, line {line + 1}"
            try:
                if len(row) != len(titles):
                    raise ValueError(
                        f"{len(row)} fields came, not {len(titles)}. {where}"
                    )
                fields = parse_row([row[i] for i in chosen], columns, na_value, where)
            except ValueError:
                if ignore_errors:
                    continue
                raise
            element = dict(zip((titles[i] for i in chosen), fields, strict=True))
            yield element if label_name is None else (element, element.pop(label_name))

    spec: Any = {
        titles[i]: TensorSpec((), c.dtype) for i, c in zip(chosen, columns, strict=True)
    }
    if label_name is not None:
        spec = (spec, spec.pop(label_name))
    made: Any = Dataset(Files(names, read, spec, name="csv"))
    if shuffle:
        made = made.shuffle(shuffle_buffer_size, shuffle_seed)
    if num_epochs != 1:
        made = made.repeat(num_epochs)
    made = made.batch(batch_size, drop_remainder=num_epochs is None)
    return made.prefetch(
        AUTOTUNE if prefetch_buffer_size is None else prefetch_buffer_size
    )


def _chosen(select: Sequence[Any] | None, titles: list[str]) -> list[int]:
    if select is None:
        return list(range(len(titles)))
    for each in select:
        if isinstance(each, str) and each not in titles:
            raise ValueError(
                explain(
                    "There is no column of that name.",
                    received={"select_columns": each, "columns": titles},
                    fix=did_you_mean(each, titles),
                )
            )
    return sorted(titles.index(e) if isinstance(e, str) else int(e) for e in select)


def _guessed(
    rows: Iterator[list[str]],
    header: bool,
    chosen: list[int],
    na_value: str,
    most: int | None,
) -> list[Column]:
    """Columns of the narrowest types that hold the first rows' fields."""
    kinds = [0] * len(chosen)
    for line, row in enumerate(rows):
        if (header and line == 0) or not row:
            continue
        if most is not None and line > most:
            break
        for k, i in enumerate(chosen):
            if row[i] not in ("", na_value):
                kinds[k] = max(kinds[k], _kind(row[i]))
    empty = (np.int32(0), np.int64(0), np.float32(0), np.float64(0), b"")
    return [Column(empty[kind]) for kind in kinds]


def _kind(field: str) -> int:
    """0 to 4 for int32, int64, float32, float64 and string, as TensorFlow guesses."""
    try:
        number = int(field)
        return 0 if -(2**31) <= number < 2**31 else 1 if abs(number) < 2**63 else 3
    except ValueError:
        pass
    try:
        number = float(field)
    except ValueError:
        return 4
    return 2 if abs(number) <= float(np.finfo(np.float32).max) else 3


def decode_rows(
    records: np.ndarray[Any, Any],
    record_defaults: Sequence[Any],
    field_delim: str,
    use_quote_delim: bool,
    na_value: str,
    select_cols: Sequence[int] | None,
) -> list[Any]:
    """The columns of CSV lines, each an array of the lines' shape."""
    columns = [Column(default) for default in record_defaults]
    quoting = csv.QUOTE_MINIMAL if use_quote_delim else csv.QUOTE_NONE
    parsed = []
    for number, line in enumerate(records.ravel().tolist()):
        text = [line.decode()]
        row = next(csv.reader(text, delimiter=field_delim, quoting=quoting), [""])
        if select_cols is not None:
            row = [row[i] for i in select_cols]
        parsed.append(parse_row(row, columns, na_value, f"record {number}"))
    made = []
    for k, column in enumerate(columns):
        array = np.empty(len(parsed), column.dtype.as_numpy_dtype)
        array[:] = [fields[k] for fields in parsed]
        made.append(array.reshape(records.shape))
    return made
