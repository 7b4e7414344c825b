"""`DataFrameIterator`: images and targets that a table names."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax._base.names import did_you_mean
from addax.core import floatx
from addax.keras.preprocessing.folders import ENDINGS, split_range
from addax.keras.preprocessing.iterators import FileIterator, Keeper, class_targets
from addax.keras.utils.images import check_choice

CLASS_MODES = (
    "binary", "categorical", "input", "multi_output", "raw", "sparse", None
)  # fmt: skip


class DataFrameIterator(FileIterator):
    """Batches of changed images from files that a pandas table names.

    Args:
        dataframe: The table.
        directory: The folder that names are relative to.
        image_data_generator: An `ImageDataGenerator`; `None` for images as they are.
        x_col: The column of files' names.
        y_col: The column of targets, or several.
        weight_col: The column of weights.
        target_size: The height and width that images are brought to.
        color_mode: `"grayscale"`, `"rgb"` or `"rgba"`.
        classes: The classes' names, in order; sorted if not given.
        class_mode: `"categorical"` (one-hot rows; several classes as lists),
            `"binary"`, `"sparse"` (numbers), `"raw"` (the column as it is),
            `"multi_output"` (a list of columns), `"input"` or `None`.
        batch_size: How many images go into one batch.
        shuffle: Whether each pass has another order.
        seed: A seed for orders and changes.
        data_format: `"channels_last"` or `"channels_first"`.
        save_to_dir: A folder to write changed images to.
        save_prefix: How their names start.
        save_format: Their format.
        subset: `"training"` or `"validation"`, of the generator's `validation_split`;
            the first rows are for validation.
        interpolation: See `keras.utils.load_img`.
        keep_aspect_ratio: See `keras.utils.load_img`.
        dtype: The images' type.
        validate_filenames: Whether rows without an image file are left out.

    Raises:
        ValueError: If a column is missing, or of a type that does not fit.
    """

    def __init__(
        self,
        dataframe: Any,
        directory: str | None = None,
        image_data_generator: Any = None,
        x_col: str = "filename",
        y_col: Any = "class",
        weight_col: str | None = None,
        target_size: tuple[int, int] = (256, 256),
        color_mode: str = "rgb",
        classes: Sequence[str] | None = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        data_format: str | None = "channels_last",
        save_to_dir: str | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        subset: str | None = None,
        interpolation: str = "nearest",
        keep_aspect_ratio: bool = False,
        dtype: Any = "float32",
        validate_filenames: bool = True,
    ) -> None:
        self.class_mode = check_choice(class_mode, CLASS_MODES, "class_mode")
        self.directory = directory or ""
        table = dataframe.copy()
        targets = [y_col] if isinstance(y_col, str) else list(y_col)
        needed = [x_col] if class_mode in (None, "input") else [x_col, *targets]
        _check_columns(table, [*needed, *([weight_col] if weight_col else [])])
        if validate_filenames:
            table = _with_images(table, x_col, self.directory)
        named = class_mode in ("binary", "categorical", "sparse")
        if named:
            table, self.class_indices = _classes(table, targets[0], classes)
            self.num_classes = len(self.class_indices)
        start, stop = (
            int(f * len(table)) for f in split_range(image_data_generator, subset)
        )
        table = table.iloc[start:stop]
        self.filenames = table[x_col].tolist()
        self.filepaths = [os.path.join(self.directory, n) for n in self.filenames]
        self.samples = len(self.filenames)
        self._weights = table[weight_col].to_numpy() if weight_col else None
        if named:
            self.classes = [_numbers(v, self.class_indices) for v in table[targets[0]]]
        elif class_mode == "multi_output":
            self._columns = [np.stack(list(table[c])) for c in targets]
        elif class_mode == "raw":
            self._column = table[targets[0] if isinstance(y_col, str) else targets]
        kind = "validated" if validate_filenames else "non-validated"
        names = f" belonging to {self.num_classes} classes" if named else ""
        print(f"Found {self.samples} {kind} image filenames{names}.")
        super().__init__(
            image_data_generator,
            target_size,
            color_mode,
            data_format,
            interpolation,
            keep_aspect_ratio,
            lambda where: Keeper(save_to_dir, save_prefix, save_format, where),
            dtype,
            n=self.samples,
            batch_size=batch_size,
            shuffle=shuffle,
            seed=seed,
        )

    @property
    def labels(self) -> Any:
        """The targets of all files."""
        if self.class_mode == "multi_output":
            return self._columns
        return self._column.to_numpy() if self.class_mode == "raw" else self.classes

    @property
    def sample_weight(self) -> Any:
        return self._weights

    def _targets(self, index_array: Any) -> Any:
        if self.class_mode == "multi_output":
            return [column[index_array] for column in self._columns]
        if self.class_mode == "raw":
            return self._column.to_numpy()[index_array]
        picked = [self.classes[i] for i in index_array]
        if self.class_mode == "categorical":
            rows = np.zeros((len(picked), self.num_classes), floatx().name)
            for row, numbers in zip(rows, picked, strict=True):
                row[numbers] = 1
            return rows
        return class_targets(picked, self.class_mode or "", self.num_classes)


def _check_columns(table: Any, names: list[str]) -> None:
    for name in names:
        if name not in table.columns:
            columns = [str(c) for c in table.columns]
            raise ValueError(
                explain(
                    "The table has no column of that name.",
                    received={"column": name, "columns": columns},
                    fix=did_you_mean(str(name), columns),
                )
            )


def _with_images(table: Any, x_col: str, directory: str) -> Any:
    """The rows whose files are there, and images by their names' endings."""
    there = [
        str(name).lower().endswith((*ENDINGS, ".gif"))
        and os.path.isfile(os.path.join(directory, str(name)))
        for name in table[x_col]
    ]
    if not all(there):
        warnings.warn(
            f"{there.count(False)} of the files that column {x_col!r} names are no "
            "images, or not there; their rows are left out.",
            stacklevel=3,
        )
    return table[there]


def _classes(table: Any, y_col: str, classes: Any) -> tuple[Any, dict[str, int]]:
    """The rows whose classes count, and the classes' numbers."""

    def names(value: Any) -> list[Any]:
        return list(value) if isinstance(value, (list, tuple)) else [value]

    values = table[y_col]
    if not all(isinstance(n, str) for value in values for n in names(value)):
        raise ValueError(
            explain(
                f"Column {y_col!r} must hold classes' names.",
                received={"dtype": str(values.dtype)},
                fix=[
                    f"dataframe[{y_col!r}] = dataframe[{y_col!r}].astype(str)",
                    "class_mode='raw'  # numbers as they are",
                ],
            )
        )
    if classes is None:
        classes = sorted({n for value in values for n in names(value)})
    else:
        kept = [[n for n in names(v) if n in set(classes)] for v in values]
        keep = [bool(each) for each in kept]
        table = table[keep]
    return table, {name: i for i, name in enumerate(classes)}


def _numbers(value: Any, indices: dict[str, int]) -> Any:
    if isinstance(value, (list, tuple)):
        return [indices[name] for name in value if name in indices]
    return indices[value]
