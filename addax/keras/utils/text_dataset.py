"""`text_dataset_from_directory`: texts in folders named after classes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from addax.core import TensorSpec
from addax.keras.utils import directories
from addax.keras.utils.image_dataset import check_format


def text_dataset_from_directory(
    directory: Any,
    labels: Any = "inferred",
    label_mode: str | None = "int",
    class_names: Sequence[str] | None = None,
    batch_size: int | None = 32,
    max_length: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    follow_links: bool = False,
    format: str = "tf",
    verbose: bool = True,
) -> Any:
    """A dataset of the `.txt` files in a folder that has a folder for each class.

    Args:
        directory: The folder.
        labels: `"inferred"` from the folders' names, `None` for no labels, or a list
            of labels in the order of the files.
        label_mode: `"int"`, `"categorical"` (one-hot rows), `"binary"` (a 0 or 1 of
            two classes) or `None` for no labels.
        class_names: The folders' names, in the order of the labels; sorted if not
            given.
        batch_size: How many texts go into one batch; single ones if `None`.
        max_length: How many bytes of a text to keep; all if not given.
        shuffle: Whether each pass has another order; sorted by name otherwise.
        seed: A seed for the order, and for the split.
        validation_split: The fraction of the files that is kept for validation.
        subset: `"training"`, `"validation"`, or `"both"` for a pair of datasets.
        follow_links: Whether to go into linked folders.
        format: `"tf"`, for a `tf.data.Dataset`.
        verbose: Whether to print how many files there are.

    Returns:
        A `tf.data.Dataset` of strings, with their labels, which has attributes
        `class_names` and `file_paths`.

    Raises:
        ValueError: If arguments are wrong, or there are no texts.
        FileNotFoundError: If there is no such folder.
    """
    check_format(format)
    directories.check_arguments(
        labels, label_mode, class_names, shuffle, seed, validation_split, subset
    )

    def read(path: str) -> bytes:
        return Path(path).read_bytes()[:max_length]

    samples = directories.find_samples(
        directory, labels, (".txt",), class_names, follow_links, verbose
    )
    seed = int(np.random.randint(10**6)) if seed is None else seed
    samples = samples.shuffled(seed) if shuffle else samples
    make = lambda part: directories.make_dataset(
        part,
        read,
        TensorSpec((), "string"),
        label_mode=label_mode,
        batch_size=batch_size,
        shuffle=shuffle,
        seed=seed,
    )
    return directories.split_datasets(samples, make, subset, validation_split, verbose)
