"""`image_dataset_from_directory`: images in folders named after classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.data import photos
from addax.keras import config
from addax.keras.utils import directories
from addax.keras.utils.images import COLORS, check_choice
from addax.ops import image as image_ops
from addax.ops.shape import transpose

ENDINGS = (".bmp", ".gif", ".jpeg", ".jpg", ".png")
_INTERPOLATIONS = (*image_ops.INTERPOLATIONS, "area", "gaussian", "mitchellcubic")
_CHANNELS = {"grayscale": 1, "rgb": 3, "rgba": 4}


def image_dataset_from_directory(
    directory: Any,
    labels: Any = "inferred",
    label_mode: str | None = "int",
    class_names: Sequence[str] | None = None,
    color_mode: str = "rgb",
    batch_size: int | None = 32,
    image_size: tuple[int, int] = (256, 256),
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    interpolation: str = "bilinear",
    follow_links: bool = False,
    crop_to_aspect_ratio: bool = False,
    pad_to_aspect_ratio: bool = False,
    data_format: str | None = None,
    format: str = "tf",
    verbose: bool = True,
    **kwargs: Any,
) -> Any:
    """A dataset of the images in a folder that has a folder for each class.

    Args:
        directory: The folder.
        labels: `"inferred"` from the folders' names, `None` for no labels, or a list
            of labels in the order of the files.
        label_mode: `"int"`, `"categorical"` (one-hot rows), `"binary"` (a 0 or 1 of
            two classes) or `None` for no labels.
        class_names: The folders' names, in the order of the labels; sorted if not
            given.
        color_mode: `"grayscale"`, `"rgb"` or `"rgba"`.
        batch_size: How many images go into one batch; single ones if `None`.
        image_size: The height and width that images are brought to.
        shuffle: Whether each pass has another order; sorted by name otherwise.
        seed: A seed for the order, and for the split.
        validation_split: The fraction of the files that is kept for validation.
        subset: `"training"`, `"validation"`, or `"both"` for a pair of datasets.
        interpolation: `"bilinear"`, `"nearest"`, `"bicubic"`, `"area"`, `"lanczos3"`,
            `"lanczos5"`, `"gaussian"` or `"mitchellcubic"`.
        follow_links: Whether to go into linked folders.
        crop_to_aspect_ratio: Whether to cut borders off instead of distorting.
        pad_to_aspect_ratio: Whether to add borders instead of distorting.
        data_format: `"channels_last"` or `"channels_first"`; Keras's setting if not
            given.
        format: `"tf"`, for a `tf.data.Dataset`.
        verbose: Whether to print how many files there are.
        **kwargs: `smart_resize`, the older name of `crop_to_aspect_ratio`.

    Returns:
        A `tf.data.Dataset` of float32 images from 0 to 255, with their labels, which
        has attributes `class_names` and `file_paths`.

    Raises:
        ValueError: If arguments are wrong, or there are no images.
        FileNotFoundError: If there is no such folder.

    Example:

    >>> import os
    >>> import numpy as np
    >>> from addax import keras
    >>> for name in ("cats", "dogs"):
    ...     os.makedirs(f"pets/{name}")
    ...     keras.utils.save_img(f"pets/{name}/1.png", np.zeros((8, 8, 3)))
    >>> pets = keras.utils.image_dataset_from_directory("pets", image_size=(4, 4))
    Found 2 files belonging to 2 classes.
    >>> pets.class_names
    ['cats', 'dogs']
    >>> next(iter(pets))[0].shape
    TensorShape([2, 4, 4, 3])
    """
    crop = bool(kwargs.pop("smart_resize", crop_to_aspect_ratio))
    if kwargs:
        raise TypeError(f"image_dataset_from_directory() has no {sorted(kwargs)}")
    check_format(format)
    directories.check_arguments(
        labels, label_mode, class_names, shuffle, seed, validation_split, subset
    )
    check_choice(color_mode, COLORS, "color_mode")
    check_choice(interpolation, _INTERPOLATIONS, "interpolation")
    aspect = "crop" if crop else "pad" if pad_to_aspect_ratio else ""
    if crop and pad_to_aspect_ratio:
        raise ValueError(
            explain(
                "An image is either cropped or padded to the aspect ratio.",
                received={"crop_to_aspect_ratio": True, "pad_to_aspect_ratio": True},
            )
        )
    first = (data_format or config.image_data_format()) == "channels_first"
    height, width = image_size
    size = int(height), int(width)
    channels = _CHANNELS[color_mode]

    def read(path: Any) -> Any:
        contents = photos.file_contents(path)
        made = photos.photo(contents, channels, size, interpolation, False, aspect)
        return transpose(made, (2, 0, 1)) if first else made

    samples = directories.find_samples(
        directory, labels, ENDINGS, class_names, follow_links, verbose
    )
    seed = int(np.random.randint(10**6)) if seed is None else seed
    samples = samples.shuffled(seed) if shuffle else samples
    make = lambda part: directories.make_dataset(
        part,
        read,
        None,
        label_mode=label_mode,
        batch_size=batch_size,
        shuffle=shuffle,
        seed=seed,
    )
    return directories.split_datasets(samples, make, subset, validation_split, verbose)


def check_format(format_: str) -> None:
    """Checks the kind of dataset that is asked for.

    Raises:
        ValueError: If it is not `"tf"`.
    """
    if format_ != "tf":
        raise ValueError(
            explain(
                "`format` is 'tf'.",
                received={"format": format_},
                why="addax makes tf.data.Dataset objects, which need no TensorFlow.",
            )
        )
