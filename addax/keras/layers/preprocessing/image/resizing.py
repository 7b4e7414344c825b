"""`Resizing`, `CenterCrop`, `RandomCrop`: images of one size."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.core import SeedGenerator
from addax.core.random import make_default_seed
from addax.keras.layers.preprocessing.image.base import (
    GeometricLayer,
    Transformation,
)
from addax.keras.layers.preprocessing.image.draws import Draws
from addax.keras.serialization import public
from addax.ops import boxes as _boxes
from addax.ops import image, image_crop, random
from addax.ops.image_axes import one_of, space_axes


def positive(**sizes: Any) -> None:
    """Checks sizes.

    Raises:
        ValueError: If one is no positive whole number.
    """
    for name, size in sizes.items():
        if isinstance(size, bool) or not isinstance(size, int) or size < 1:
            raise ValueError(
                explain(
                    f"`{name}` is a positive whole number.",
                    received={name: size},
                    fix=f"{name}=180",
                )
            )


class Sized(GeometricLayer):
    """The base of layers whose images have one height and width."""

    height: int
    width: int

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shape of the output for images of the given shape.

        Args:
            input_shape: One shape, or a dict with one for `"images"`.
        """
        if isinstance(input_shape, dict):
            return {**input_shape, "images": self._sized(input_shape["images"])}
        return self._sized(input_shape)

    def _sized(self, shape: Any) -> tuple[Any, ...]:
        sizes = list(shape)
        rows, columns = space_axes(len(sizes), self.data_format)
        sizes[rows], sizes[columns] = self.height, self.width
        return tuple(sizes)

    def _size(self, size: tuple[int, int]) -> tuple[int, int]:
        return self.height, self.width

    def _plan(
        self, kind: str, antialias: bool, aspect: str, fill_value: float
    ) -> image.Plan:
        size = (self.height, self.width)
        return image.Plan(size, kind, antialias, aspect, fill_value, self.data_format)

    def _resized(self, images: Any, plan: image.Plan) -> Any:
        return image.resize(
            images, plan.size, plan.kind, plan.antialias,
            plan.aspect == "crop", plan.aspect == "pad",
            fill_value=plan.fill_value, data_format=plan.data_format,
        )  # fmt: skip

    def _moved(self, boxes: Any, size: tuple[int, int], plan: image.Plan) -> Any:
        """Boxes as resizing by a plan moves the pixels."""
        top, left, height, width = plan.window(*size)
        scale = [self.width / width, self.height / height] * 2
        return _boxes.scale_boxes(_boxes.shift(boxes, -top, -left), scale)


@public("keras.layers")
class Resizing(Sized):
    """Brings images to another height and width, while training or not.

    Args:
        height: The new height.
        width: The new width.
        interpolation: `"bilinear"`, `"nearest"`, `"bicubic"`, `"lanczos3"` or
            `"lanczos5"`.
        crop_to_aspect_ratio: Whether to keep the proportions by taking the largest part
            from the middle that has those of the new size.
        pad_to_aspect_ratio: Whether to keep the proportions by padding evenly.
        fill_mode: `"constant"`.
        fill_value: What is padded with.
        antialias: Whether to smooth when making images smaller.
        data_format: `"channels_last"` or `"channels_first"`.
        **kwargs: `bounding_box_format`, `name`, `dtype`, `input_shape`.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> layer = keras.layers.Resizing(32, 32, crop_to_aspect_ratio=True)
    >>> layer(np.zeros((40, 60, 3), "uint8")).shape
    TensorShape([32, 32, 3])
    """

    always = True
    keeps_dtype = True

    def __init__(
        self,
        height: int,
        width: int,
        interpolation: str = "bilinear",
        crop_to_aspect_ratio: bool = False,
        pad_to_aspect_ratio: bool = False,
        fill_mode: str = "constant",
        fill_value: float = 0.0,
        antialias: bool = False,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        positive(height=height, width=width)
        if crop_to_aspect_ratio and pad_to_aspect_ratio:
            raise ValueError(
                explain(
                    "Proportions are kept by cropping or by padding, not by both.",
                    received={
                        "crop_to_aspect_ratio": True,
                        "pad_to_aspect_ratio": True,
                    },
                    fix=f"Resizing({height}, {width}, crop_to_aspect_ratio=True)",
                )
            )
        self.height = height
        self.width = width
        self.interpolation = image.interpolation(interpolation)
        self.crop_to_aspect_ratio = crop_to_aspect_ratio
        self.pad_to_aspect_ratio = pad_to_aspect_ratio
        self.fill_mode = one_of("fill_mode", fill_mode, ("constant",))
        self.fill_value = fill_value
        self.antialias = antialias

    @property
    def plan(self) -> image.Plan:
        """How images of one size become those of the other."""
        aspect = (
            "crop"
            if self.crop_to_aspect_ratio
            else "pad"
            if self.pad_to_aspect_ratio
            else ""
        )
        return self._plan(
            self.interpolation, self.antialias, aspect, float(self.fill_value)
        )

    def _images(
        self, images: Any, transformation: Transformation, nearest: bool = False
    ) -> Any:
        plan = self.plan._replace(kind="nearest") if nearest else self.plan
        return self._resized(images, plan)

    def _boxes(self, boxes: Any, transformation: Transformation) -> Any:
        return self._moved(boxes, self._space(transformation), self.plan)


class Cropping(Sized):
    """The base of layers that cut out a window, and resize what is too small."""

    def _cuts(self, transformation: Transformation) -> bool:
        """Whether a window is cut out, rather than the image resized."""
        height, width = self._space(transformation)
        return height >= self.height and width >= self.width

    def _whole(self, nearest: bool = False) -> image.Plan:
        return self._plan("nearest" if nearest else "bilinear", False, "crop", 0.0)

    def _corner(self, transformation: Transformation) -> tuple[Any, Any]:
        """The first row and column of the window, whole numbers or tensors."""
        height, width = self._space(transformation)
        return (height - self.height) // 2, (width - self.width) // 2

    def _images(
        self, images: Any, transformation: Transformation, nearest: bool = False
    ) -> Any:
        if not self._cuts(transformation):
            return self._resized(images, self._whole(nearest))
        top, left = self._corner(transformation)
        return image_crop.cut(
            images, top, left, self.height, self.width, self.data_format
        )

    def _boxes(self, boxes: Any, transformation: Transformation) -> Any:
        if not self._cuts(transformation):
            return self._moved(boxes, self._space(transformation), self._whole())
        top, left = self._corner(transformation)
        return _boxes.shift(boxes, -top, -left)


@public("keras.layers")
class CenterCrop(Cropping):
    """Cuts out the middle of images, while training or not.

    Of an image that is smaller it takes the largest part of the right proportions, and
    enlarges that.

    Args:
        height: The height of the part.
        width: The width of the part.
        data_format: `"channels_last"` or `"channels_first"`.
        **kwargs: `bounding_box_format`, `name`, `dtype`, `input_shape`.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> image = np.arange(9.0).reshape(3, 3, 1)
    >>> keras.layers.CenterCrop(1, 1)(image).numpy().tolist()
    [[[4.0]]]
    """

    always = True

    def __init__(
        self, height: int, width: int, data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        positive(height=height, width=width)
        self.height = height
        self.width = width


@public("keras.layers")
class RandomCrop(Cropping):
    """Cuts out a part at a random place, the same for a whole batch.

    When not training, and of images that are smaller, it takes the largest part from
    the middle that has the right proportions, resized. (Keras 3.15 returns images
    uncropped when not training, against its documentation.)

    Args:
        height: The height of the part.
        width: The width of the part.
        seed: A whole number that makes the places reproducible.
        data_format: `"channels_last"` or `"channels_first"`.
        name: A name.
        **kwargs: `bounding_box_format`, `dtype`, `input_shape`.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> crop = keras.layers.RandomCrop(24, 24, seed=1)
    >>> crop(np.zeros((2, 32, 32, 3)), training=True).shape
    TensorShape([2, 24, 24, 3])
    """

    def __init__(
        self,
        height: int,
        width: int,
        seed: int | None = None,
        data_format: str | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, name=name, **kwargs)
        positive(height=height, width=width)
        self.height = height
        self.width = width
        self.seed = make_default_seed() if seed is None else seed
        self.generator = SeedGenerator(self.seed)

    def get_random_transformation(
        self, data: Any, training: bool = True, seed: Any = None
    ) -> Transformation | None:
        """The place of the window; without one, images are resized.

        Args:
            data: As in a call.
            training: Whether to cut at a random place.
            seed: A whole number, for the same result each time.

        Returns:
            A dict of `"top"` and `"left"`, scalars, and `"input_shape"`.
        """
        if training:
            return super().get_random_transformation(data, training, seed)
        images = data["images"] if isinstance(data, dict) else data
        return {"input_shape": tuple(images.shape)}

    def _draw(self, draws: Draws) -> Transformation:
        height, width = self._space({"input_shape": draws.shape})
        if height < self.height or width < self.width:
            return {}
        return {
            "top": random.randint((), 0, height - self.height + 1, seed=draws.seed()),
            "left": random.randint((), 0, width - self.width + 1, seed=draws.seed()),
        }

    def _cuts(self, transformation: Transformation) -> bool:
        return "top" in transformation

    def _corner(self, transformation: Transformation) -> tuple[Any, Any]:
        return transformation["top"], transformation["left"]
