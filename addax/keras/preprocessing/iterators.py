"""Batches of images, one after the other or by their index."""

from __future__ import annotations

import os
from collections.abc import Callable
from collections.abc import Iterator as PythonIterator
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.core import floatx
from addax.keras import config
from addax.keras.utils.images import array_to_img, check_choice, img_to_array, load_img
from addax.keras.utils.numerical import to_categorical
from addax.keras.utils.py_dataset import PyDataset


class Iterator(PyDataset):
    """Batches of samples in some order, without an end.

    Args:
        n: How many samples there are.
        batch_size: How many go into one batch.
        shuffle: Whether each pass has another order.
        seed: A seed for the orders.
        **kwargs: Options of `PyDataset`.
    """

    def __init__(
        self, n: int, batch_size: int, shuffle: bool, seed: int | None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.n, self.batch_size = n, batch_size
        self.shuffle, self.seed = shuffle, seed
        self.batch_index = 0
        self.total_batches_seen = 0
        self.index_array: Any = None  # made when it is first needed
        self.index_generator = self._flow_index()

    def _order(self) -> None:
        rows = np.arange(self.n)
        self.index_array = np.random.permutation(self.n) if self.shuffle else rows

    def _reseed(self) -> None:
        if self.seed is not None:
            np.random.seed((self.seed + self.total_batches_seen) % 2**32)

    def __len__(self) -> int:
        return -(-self.n // self.batch_size)

    def __getitem__(self, index: int) -> Any:
        if index >= len(self):
            raise IndexError(f"There are {len(self)} batches. Received: index={index}")
        self._reseed()
        self.total_batches_seen += 1
        if self.index_array is None:
            self._order()
        order: Any = self.index_array
        start = self.batch_size * index
        rows = order[start : start + self.batch_size]
        return self._get_batches_of_transformed_samples(rows)

    def on_epoch_end(self) -> None:
        """Puts the samples in a new order."""
        self._order()

    def reset(self) -> None:
        """Starts again from the first batch."""
        self.batch_index = 0

    def _flow_index(self) -> PythonIterator[Any]:
        self.reset()
        while True:
            self._reseed()
            if self.batch_index == 0:
                self._order()
            start = (self.batch_index * self.batch_size) % self.n
            self.batch_index = (
                self.batch_index + 1 if self.n > start + self.batch_size else 0
            )
            self.total_batches_seen += 1
            yield self.index_array[start : start + self.batch_size]

    def __iter__(self) -> Iterator:
        return self

    def __next__(self) -> Any:
        return self._get_batches_of_transformed_samples(next(self.index_generator))

    next = __next__

    def _get_batches_of_transformed_samples(self, index_array: Any) -> Any:
        """The batch of the samples of these numbers."""
        raise NotImplementedError


class Keeper:
    """Writes changed images into a folder, for looking at them.

    Args:
        folder: Where to; nowhere if `None`.
        prefix: How their names start.
        kind: Their format.
        data_format: Where their channels are.
    """

    def __init__(
        self, folder: str | None, prefix: str, kind: str, data_format: str
    ) -> None:
        self.folder, self.prefix, self.kind = folder, prefix, kind
        self.data_format = data_format

    def keep(self, batch: Any, index_array: Any) -> None:
        """Writes a batch."""
        if not self.folder:
            return
        for image, number in zip(batch, index_array, strict=True):
            picture = array_to_img(image, self.data_format, scale=True)
            tag = np.random.randint(10**7)
            name = f"{self.prefix}_{number}_{tag}.{self.kind}"
            picture.save(os.path.join(self.folder, name))


class NumpyArrayIterator(Iterator):
    """Batches of changed images from an array.

    Args:
        x: Images, an array of four axes; or a pair of that and further inputs.
        y: Targets.
        image_data_generator: An `ImageDataGenerator`.
        batch_size: How many images go into one batch.
        shuffle: Whether each pass has another order.
        sample_weight: Weights of the images.
        seed: A seed for orders and changes.
        data_format: `"channels_last"` or `"channels_first"`.
        save_to_dir: A folder to write changed images to.
        save_prefix: How their names start.
        save_format: Their format.
        subset: `"training"` or `"validation"`, of the generator's
            `validation_split`; the validation part comes first.
        ignore_class_split: Whether the two parts may have different classes.
        dtype: The images' type.

    Raises:
        ValueError: If arrays do not fit each other.
    """

    def __init__(
        self,
        x: Any,
        y: Any,
        image_data_generator: Any,
        batch_size: int = 32,
        shuffle: bool = False,
        sample_weight: Any = None,
        seed: int | None = None,
        data_format: str | None = None,
        save_to_dir: str | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        subset: str | None = None,
        ignore_class_split: bool = False,
        dtype: Any = None,
    ) -> None:
        data_format = data_format or config.image_data_format()
        self.dtype = dtype or floatx().name
        images, further = x if isinstance(x, (tuple, list)) else (x, [])
        further = list(further) if isinstance(further, (list, tuple)) else [further]
        parts = [np.asarray(images), *map(np.asarray, further)]
        parts += [None if a is None else np.asarray(a) for a in (y, sample_weight)]
        counts = {len(part) for part in parts if part is not None}
        if len(counts) != 1 or parts[0].ndim != 4:
            raise ValueError(
                explain(
                    "flow takes images (n, rows, columns, channels), and as many "
                    "targets and weights.",
                    received={
                        "shapes": [None if p is None else p.shape for p in parts]
                    },
                )
            )
        if subset is not None:
            parts = _subset(
                parts,
                subset,
                image_data_generator._validation_split,
                ignore_class_split,
            )
        images, *more, y, sample_weight = parts
        self.x = images.astype(self.dtype, copy=False)
        self.x_misc, self.y, self.sample_weight = more, y, sample_weight
        self.image_data_generator = image_data_generator
        self._keeper = Keeper(save_to_dir, save_prefix, save_format, data_format)
        super().__init__(len(self.x), batch_size, shuffle, seed)

    def _get_batches_of_transformed_samples(self, index_array: Any) -> Any:
        change = self.image_data_generator._change
        batch = np.stack([change(self.x[i].astype(self.dtype)) for i in index_array])
        batch = batch.astype(self.dtype, copy=False)
        self._keeper.keep(batch, index_array)
        further = [part[index_array] for part in self.x_misc]
        first = [batch, *further] if further else batch
        if self.y is None:
            return first
        if self.sample_weight is None:
            return first, self.y[index_array]
        return first, self.y[index_array], self.sample_weight[index_array]


def _subset(parts: list[Any], subset: str, fraction: float, mixed: bool) -> list[Any]:
    check_choice(subset, ("training", "validation"), "subset")
    at = int(len(parts[0]) * fraction)
    y = parts[-2]
    if (
        y is not None
        and not mixed
        and not np.array_equal(np.unique(y[:at]), np.unique(y[at:]))
    ):
        raise ValueError(
            explain(
                "The training and validation parts have different classes.",
                received={"validation_split": fraction},
                why="The validation part is the first one, and the data is in order.",
                fix=[
                    "shuffle x and y together first",
                    "flow(..., ignore_class_split=True)",
                ],
            )
        )
    where = slice(None, at) if subset == "validation" else slice(at, None)
    return [None if part is None else part[where] for part in parts]


class FileIterator(Iterator):
    """Batches of changed images from files; subclasses know which files and targets.

    Args:
        image_data_generator: An `ImageDataGenerator`; `None` for images as they are.
        target_size: The height and width that images are brought to.
        color_mode: `"grayscale"`, `"rgb"` or `"rgba"`.
        data_format: `"channels_last"` or `"channels_first"`.
        interpolation: See `keras.utils.load_img`.
        keep_aspect_ratio: See `keras.utils.load_img`.
        keeper: What writes changed images into a folder.
        dtype: The images' type.
        **kwargs: Arguments of `Iterator`.
    """

    filepaths: list[str]
    class_mode: str | None

    def __init__(
        self,
        image_data_generator: Any,
        target_size: tuple[int, int],
        color_mode: str,
        data_format: str | None,
        interpolation: str,
        keep_aspect_ratio: bool,
        keeper: Callable[[str], Keeper],
        dtype: Any,
        **kwargs: Any,
    ) -> None:
        check_choice(color_mode, ("grayscale", "rgb", "rgba"), "color_mode")
        self.image_data_generator = image_data_generator
        self.target_size = tuple(target_size)
        self.color_mode = color_mode
        self.data_format = data_format or config.image_data_format()
        self.interpolation = interpolation
        self.keep_aspect_ratio = keep_aspect_ratio
        self.dtype = dtype or floatx().name
        channels = {"grayscale": 1, "rgb": 3, "rgba": 4}[color_mode]
        first = self.data_format == "channels_first"
        size = self.target_size
        self.image_shape = (channels, *size) if first else (*size, channels)
        self._keeper = keeper(self.data_format)
        super().__init__(**kwargs)

    def _image(self, path: str) -> Any:
        picture = load_img(
            path,
            color_mode=self.color_mode,
            target_size=self.target_size,  # type: ignore[arg-type]
            interpolation=self.interpolation,
            keep_aspect_ratio=self.keep_aspect_ratio,
        )
        image = img_to_array(picture, self.data_format, self.dtype)
        generator = self.image_data_generator
        return image if generator is None else generator._change(image)

    def _get_batches_of_transformed_samples(self, index_array: Any) -> Any:
        batch = np.stack([self._image(self.filepaths[i]) for i in index_array])
        batch = batch.astype(self.dtype, copy=False)
        self._keeper.keep(batch, index_array)
        if self.class_mode is None:
            return batch
        targets = (
            batch.copy() if self.class_mode == "input" else self._targets(index_array)
        )
        weights = self.sample_weight
        return (
            (batch, targets)
            if weights is None
            else (batch, targets, weights[index_array])
        )

    @property
    def sample_weight(self) -> Any:
        """Weights of the images, or `None`."""
        return None

    def _targets(self, index_array: Any) -> Any:
        raise NotImplementedError


def class_targets(labels: Any, class_mode: str, classes: int) -> Any:
    """Class numbers in the form that `class_mode` names."""
    numbers = np.asarray(labels)
    if class_mode == "categorical":
        return to_categorical(numbers, classes).astype(floatx().name)
    return numbers.astype(floatx().name)
