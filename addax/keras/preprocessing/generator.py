"""`ImageDataGenerator`: images changed at random while a model trains."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.core import floatx
from addax.keras import config
from addax.keras.preprocessing import transforms
from addax.keras.preprocessing.dataframes import DataFrameIterator
from addax.keras.preprocessing.folders import DirectoryIterator
from addax.keras.preprocessing.iterators import NumpyArrayIterator
from addax.keras.utils.images import check_choice

Image = np.ndarray[Any, Any]
_TINY = 1e-6


class ImageDataGenerator:
    """Makes batches of images, changed at random and brought to a common scale.

    For new code, preprocessing layers (`keras.layers.RandomFlip`, ...) do the same as
    a part of the model.

    Args:
        featurewise_center: Whether to subtract the data's mean (see `fit`).
        samplewise_center: Whether to subtract each image's mean.
        featurewise_std_normalization: Whether to divide by the data's deviation.
        samplewise_std_normalization: Whether to divide by each image's deviation.
        zca_whitening: Whether to remove the correlations of pixels (see `fit`).
        zca_epsilon: What is added to variances for that.
        rotation_range: The largest angle, in degrees.
        width_shift_range: The largest shift: a fraction of the width, or pixels from
            1 on; or a list of shifts.
        height_shift_range: The same along the height.
        brightness_range: A pair of factors.
        shear_range: The largest angle of shearing, in degrees.
        zoom_range: A pair of factors, or how far they are from 1 at most.
        channel_shift_range: The largest number that is added to values.
        fill_mode: What lies outside: `"constant"`, `"nearest"`, `"reflect"`, `"wrap"`.
        cval: The value outside for `"constant"`.
        horizontal_flip: Whether half of the images are mirrored left to right.
        vertical_flip: Whether half of the images are mirrored upside down.
        rescale: A factor for all values, applied last of the changes.
        preprocessing_function: A function of each image.
        data_format: `"channels_last"` or `"channels_first"`.
        validation_split: The fraction that is kept for `subset="validation"`.
        interpolation_order: See `apply_affine_transform`.
        dtype: The images' type.

    Raises:
        ValueError: If an argument is out of its range.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> images = keras.preprocessing.image.ImageDataGenerator(
    ...     rescale=1 / 255, horizontal_flip=True, rotation_range=20)
    >>> x, y = next(images.flow(np.ones((6, 8, 8, 3)), np.arange(6), batch_size=4))
    >>> x.shape, y.shape
    ((4, 8, 8, 3), (4,))
    """

    def __init__(
        self,
        featurewise_center: bool = False,
        samplewise_center: bool = False,
        featurewise_std_normalization: bool = False,
        samplewise_std_normalization: bool = False,
        zca_whitening: bool = False,
        zca_epsilon: float = 1e-6,
        rotation_range: float = 0,
        width_shift_range: Any = 0.0,
        height_shift_range: Any = 0.0,
        brightness_range: Any = None,
        shear_range: float = 0.0,
        zoom_range: Any = 0.0,
        channel_shift_range: float = 0.0,
        fill_mode: str = "nearest",
        cval: float = 0.0,
        horizontal_flip: bool = False,
        vertical_flip: bool = False,
        rescale: float | None = None,
        preprocessing_function: Callable[[Image], Image] | None = None,
        data_format: str | None = None,
        validation_split: float = 0.0,
        interpolation_order: int = 1,
        dtype: Any = None,
    ) -> None:
        self.featurewise_std_normalization = featurewise_std_normalization
        self.samplewise_std_normalization = samplewise_std_normalization
        # Both need a mean to have been subtracted.
        self.featurewise_center = bool(
            featurewise_center or zca_whitening or featurewise_std_normalization
        )
        self.samplewise_center = bool(samplewise_center or samplewise_std_normalization)
        self.zca_whitening, self.zca_epsilon = zca_whitening, zca_epsilon
        self.rotation_range = rotation_range
        self.width_shift_range = width_shift_range
        self.height_shift_range = height_shift_range
        self.brightness_range = _pair(brightness_range, "brightness_range")
        self.shear_range = shear_range
        self.zoom_range = _zoom(zoom_range)
        self.channel_shift_range = channel_shift_range
        self.fill_mode = check_choice(fill_mode, transforms.FILL_MODES, "fill_mode")
        self.cval = cval
        self.horizontal_flip, self.vertical_flip = horizontal_flip, vertical_flip
        self.rescale = rescale
        self.preprocessing_function = preprocessing_function
        self.interpolation_order = interpolation_order
        self.dtype = dtype or floatx().name
        self.data_format = check_choice(
            data_format or config.image_data_format(),
            ("channels_first", "channels_last"),
            "data_format",
        )
        first = self.data_format == "channels_first"
        self.channel_axis = 1 if first else 3
        self.row_axis = 2 if first else 1
        self.col_axis = 3 if first else 2
        if validation_split and not 0 < validation_split < 1:
            raise ValueError(
                explain(
                    "`validation_split` is between 0 and 1.",
                    received={"validation_split": validation_split},
                )
            )
        self._validation_split = validation_split
        self.mean: Any = None
        self.std: Any = None
        self.zca_whitening_matrix: Any = None

    def flow(
        self,
        x: Any,
        y: Any = None,
        batch_size: int = 32,
        shuffle: bool = True,
        sample_weight: Any = None,
        seed: int | None = None,
        save_to_dir: str | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        ignore_class_split: bool = False,
        subset: str | None = None,
    ) -> NumpyArrayIterator:
        """Batches of changed images from an array; see `NumpyArrayIterator`."""
        return NumpyArrayIterator(
            x,
            y,
            self,
            batch_size=batch_size,
            shuffle=shuffle,
            sample_weight=sample_weight,
            seed=seed,
            data_format=self.data_format,
            save_to_dir=save_to_dir,
            save_prefix=save_prefix,
            save_format=save_format,
            ignore_class_split=ignore_class_split,
            subset=subset,
            dtype=self.dtype,
        )

    def flow_from_directory(
        self,
        directory: Any,
        target_size: tuple[int, int] = (256, 256),
        color_mode: str = "rgb",
        classes: Any = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        save_to_dir: str | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        follow_links: bool = False,
        subset: str | None = None,
        interpolation: str = "nearest",
        keep_aspect_ratio: bool = False,
    ) -> DirectoryIterator:
        """Batches of changed images from a folder; see `DirectoryIterator`."""
        return DirectoryIterator(
            directory,
            self,
            target_size=target_size,
            color_mode=color_mode,
            classes=classes,
            class_mode=class_mode,
            batch_size=batch_size,
            shuffle=shuffle,
            seed=seed,
            data_format=self.data_format,
            save_to_dir=save_to_dir,
            save_prefix=save_prefix,
            save_format=save_format,
            follow_links=follow_links,
            subset=subset,
            interpolation=interpolation,
            keep_aspect_ratio=keep_aspect_ratio,
            dtype=self.dtype,
        )

    def flow_from_dataframe(
        self,
        dataframe: Any,
        directory: str | None = None,
        x_col: str = "filename",
        y_col: Any = "class",
        weight_col: str | None = None,
        target_size: tuple[int, int] = (256, 256),
        color_mode: str = "rgb",
        classes: Any = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        save_to_dir: str | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        subset: str | None = None,
        interpolation: str = "nearest",
        validate_filenames: bool = True,
        **kwargs: Any,
    ) -> DataFrameIterator:
        """Batches of changed images that a table names; see `DataFrameIterator`."""
        return DataFrameIterator(
            dataframe,
            directory,
            self,
            x_col=x_col,
            y_col=y_col,
            weight_col=weight_col,
            target_size=target_size,
            color_mode=color_mode,
            classes=classes,
            class_mode=class_mode,
            data_format=self.data_format,
            batch_size=batch_size,
            shuffle=shuffle,
            seed=seed,
            save_to_dir=save_to_dir,
            save_prefix=save_prefix,
            save_format=save_format,
            subset=subset,
            interpolation=interpolation,
            validate_filenames=validate_filenames,
            dtype=self.dtype,
        )

    def standardize(self, x: Any) -> Image:
        """Brings an image (or a batch) to the common scale.

        Args:
            x: An array; it may be changed.

        Returns:
            The array on the common scale.
        """
        if self.preprocessing_function is not None:
            x = self.preprocessing_function(x)
        if self.rescale:
            x = x * self.rescale
        if self.samplewise_center:
            x = x - np.mean(x, keepdims=True)
        if self.samplewise_std_normalization:
            x = x / (np.std(x, keepdims=True) + _TINY)
        if self.featurewise_center and self._fitted(self.mean, "featurewise_center"):
            x = x - self.mean
        if self.featurewise_std_normalization and self._fitted(
            self.std, "featurewise_std_normalization"
        ):
            x = x / (self.std + _TINY)
        if self.zca_whitening and self._fitted(
            self.zca_whitening_matrix, "zca_whitening"
        ):
            flat = x.reshape(-1, int(np.prod(x.shape[-3:])))
            x = (flat @ self.zca_whitening_matrix).reshape(x.shape)
        return x

    def _fitted(self, learnt: Any, argument: str) -> bool:
        if learnt is None:
            warnings.warn(
                f"ImageDataGenerator({argument}=True) has not seen the data yet, and "
                "leaves images as they are. Call generator.fit(x) first.",
                stacklevel=4,
            )
        return learnt is not None

    def get_random_transform(
        self, img_shape: tuple[int, ...], seed: int | None = None
    ) -> dict[str, Any]:
        """Draws changes for an image.

        Args:
            img_shape: The image's shape.
            seed: A seed for the draws.

        Returns:
            The changes by name, for `apply_transform`.
        """
        if seed is not None:
            np.random.seed(seed)
        uniform = np.random.uniform
        turned = self.rotation_range
        theta = uniform(-turned, turned) if turned else 0
        tx = _shift(self.height_shift_range, img_shape[self.row_axis - 1])
        ty = _shift(self.width_shift_range, img_shape[self.col_axis - 1])
        slant = self.shear_range
        shear = uniform(-slant, slant) if slant else 0
        low, high = self.zoom_range
        zx, zy = (1, 1) if low == high == 1 else uniform(low, high, 2)
        horizontal = (np.random.random() < 0.5) * self.horizontal_flip
        vertical = (np.random.random() < 0.5) * self.vertical_flip
        shifted = self.channel_shift_range
        channels = uniform(-shifted, shifted) if shifted else None
        bright = self.brightness_range
        brightness = None if bright is None else uniform(bright[0], bright[1])
        return {
            "theta": theta,
            "tx": tx,
            "ty": ty,
            "shear": shear,
            "zx": zx,
            "zy": zy,
            "flip_horizontal": horizontal,
            "flip_vertical": vertical,
            "channel_shift_intensity": channels,
            "brightness": brightness,
        }

    def apply_transform(self, x: Image, transform_parameters: dict[str, Any]) -> Image:
        """Changes an image as told.

        Args:
            x: An array of three axes.
            transform_parameters: What `get_random_transform` returned, or some of
                the same names.

        Returns:
            The changed image.
        """
        told = transform_parameters
        moves = {
            name: told.get(name, 1 if name in ("zx", "zy") else 0)
            for name in ("theta", "tx", "ty", "shear", "zx", "zy")
        }
        rows, columns = self.row_axis - 1, self.col_axis - 1
        x = transforms.apply_affine_transform(
            x,
            **moves,
            row_axis=rows,
            col_axis=columns,
            channel_axis=self.channel_axis - 1,
            fill_mode=self.fill_mode,
            cval=self.cval,
            order=self.interpolation_order,
        )
        if told.get("channel_shift_intensity") is not None:
            x = transforms.apply_channel_shift(x, told["channel_shift_intensity"])
        if told.get("flip_horizontal"):
            x = np.flip(x, columns)
        if told.get("flip_vertical"):
            x = np.flip(x, rows)
        if told.get("brightness") is not None:
            x = transforms.apply_brightness_shift(x, told["brightness"], scale=False)
        return x

    def random_transform(self, x: Image, seed: int | None = None) -> Image:
        """Changes an image at random.

        Args:
            x: An array of three axes.
            seed: A seed for the draws.

        Returns:
            The changed image.
        """
        return self.apply_transform(x, self.get_random_transform(x.shape, seed))

    def _change(self, x: Image) -> Image:
        return self.standardize(self.random_transform(x))

    def fit(
        self, x: Any, augment: bool = False, rounds: int = 1, seed: int | None = None
    ) -> None:
        """Learns the data's mean, deviation and correlations, where they are needed.

        Args:
            x: Images, an array of four axes.
            augment: Whether to learn from changed images.
            rounds: How many times to change each image for that.
            seed: A seed for the changes.

        Raises:
            ValueError: If `x` is no batch of images.
        """
        x = np.array(x, self.dtype)
        if x.ndim != 4:
            raise ValueError(
                explain(
                    "fit takes images (n, rows, columns, channels).",
                    received={"x": x},
                )
            )
        if seed is not None:
            np.random.seed(seed)
        if augment:
            changed = [self.random_transform(each) for _ in range(rounds) for each in x]
            x = np.stack(changed).astype(self.dtype)
        axes = (0, self.row_axis, self.col_axis)
        if self.featurewise_center:
            self.mean = np.mean(x, axis=axes, keepdims=True)[0]
            x = x - self.mean
        if self.featurewise_std_normalization:
            self.std = np.std(x, axis=axes, keepdims=True)[0]
            x = x / (self.std + _TINY)
        if self.zca_whitening:
            flat = x.reshape(len(x), -1)
            vectors, values, _ = np.linalg.svd(flat.T @ flat / len(flat))
            scale = 1 / np.sqrt(values + self.zca_epsilon)
            self.zca_whitening_matrix = (vectors * scale) @ vectors.T


def _shift(limit: Any, size: int) -> Any:
    """A random shift in pixels: from a list, below a whole number of pixels, or up to
    a fraction of the size."""
    if not np.any(limit):
        return 0
    if isinstance(limit, (float, np.floating)):
        drawn = np.random.uniform(-limit, limit)
    else:
        drawn = np.random.choice(limit) * np.random.choice([-1, 1])
    return drawn * size if np.max(limit) < 1 else drawn


def _pair(value: Any, name: str) -> Any:
    if value is None:
        return None
    if np.shape(value) != (2,):
        raise ValueError(
            explain(f"`{name}` is a pair of numbers.", received={name: value})
        )
    return tuple(value)


def _zoom(value: Any) -> tuple[float, float]:
    if np.ndim(value) == 0:
        return 1 - value, 1 + value
    return _pair(value, "zoom_range")
