"""`DirectoryIterator`: images in folders named after classes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.keras.preprocessing.iterators import FileIterator, Keeper, class_targets
from addax.keras.utils.images import check_choice

ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".ppm", ".tif", ".tiff")
CLASS_MODES = ("categorical", "binary", "sparse", "input", None)


class DirectoryIterator(FileIterator):
    """Batches of changed images from a folder with a folder for each class.

    Args:
        directory: The folder.
        image_data_generator: An `ImageDataGenerator`; `None` for images as they are.
        target_size: The height and width that images are brought to.
        color_mode: `"grayscale"`, `"rgb"` or `"rgba"`.
        classes: The folders' names, in the order of the classes; sorted if not given.
        class_mode: `"categorical"` (one-hot rows), `"binary"`, `"sparse"` (numbers),
            `"input"` (the images themselves) or `None` (no targets).
        batch_size: How many images go into one batch.
        shuffle: Whether each pass has another order.
        seed: A seed for orders and changes.
        data_format: `"channels_last"` or `"channels_first"`.
        save_to_dir: A folder to write changed images to.
        save_prefix: How their names start.
        save_format: Their format.
        follow_links: Whether to go into linked folders.
        subset: `"training"` or `"validation"`, of the generator's `validation_split`;
            the first files of each class are for validation.
        interpolation: See `keras.utils.load_img`.
        keep_aspect_ratio: See `keras.utils.load_img`.
        dtype: The images' type.

    Raises:
        ValueError: If an argument is none of the choices.
    """

    def __init__(
        self,
        directory: Any,
        image_data_generator: Any,
        target_size: tuple[int, int] = (256, 256),
        color_mode: str = "rgb",
        classes: Sequence[str] | None = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        data_format: str | None = None,
        save_to_dir: str | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        follow_links: bool = False,
        subset: str | None = None,
        interpolation: str = "nearest",
        keep_aspect_ratio: bool = False,
        dtype: Any = None,
    ) -> None:
        self.directory = os.path.expanduser(os.fspath(directory))
        self.class_mode = check_choice(class_mode, CLASS_MODES, "class_mode")
        if not os.path.isdir(self.directory):
            raise FileNotFoundError(
                explain("There is no such folder.", received={"directory": directory})
            )
        if classes is None:
            found = os.scandir(self.directory)
            classes = sorted(entry.name for entry in found if entry.is_dir())
        self.class_indices = {name: i for i, name in enumerate(classes)}
        self.num_classes = len(classes)
        fractions = split_range(image_data_generator, subset)
        self.filenames: list[str] = []
        numbers: list[int] = []
        for name, number in self.class_indices.items():
            files = list(_files(self.directory, name, follow_links))
            start, stop = (int(f * len(files)) for f in fractions)
            self.filenames += files[start:stop]
            numbers += [number] * (stop - start)
        self.classes = np.array(numbers, np.int32)
        self.filepaths = [os.path.join(self.directory, n) for n in self.filenames]
        self.samples = len(self.filenames)
        print(f"Found {self.samples} images belonging to {self.num_classes} classes.")
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
        """The number of each file's class."""
        return self.classes

    def _targets(self, index_array: Any) -> Any:
        mode = self.class_mode or ""
        return class_targets(self.classes[index_array], mode, self.num_classes)


def split_range(generator: Any, subset: str | None) -> tuple[float, float]:
    """Which fractions of the files a subset lies between.

    Raises:
        ValueError: If there is no such subset, or the generator splits nothing.
    """
    check_choice(subset, ("training", "validation", None), "subset")
    if subset is None:
        return 0.0, 1.0
    fraction = getattr(generator, "_validation_split", 0.0)
    if not fraction:
        raise ValueError(
            explain(
                "`subset` needs a generator that splits.",
                received={"subset": subset},
                fix="ImageDataGenerator(validation_split=0.2)",
            )
        )
    return (0.0, fraction) if subset == "validation" else (fraction, 1.0)


def _files(directory: str, name: str, follow_links: bool) -> Any:
    root = os.path.join(directory, name)
    for folder, _, names in sorted(os.walk(root, followlinks=follow_links)):
        for each in sorted(names):
            if each.lower().endswith(ENDINGS):
                inside = os.path.relpath(os.path.join(folder, each), root)
                yield os.path.join(name, inside)
