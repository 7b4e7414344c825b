"""What all layers on images share: what they take, when they act, what they move.

A layer draws a *transformation* for a batch once and applies it to all that comes with
the images:

    transformation = layer.get_random_transformation(data, training=True)
    images = layer.transform_images(images, transformation)
    boxes = layer.transform_bounding_boxes(boxes, transformation)

A subclass says what to draw (`_draw`) and what to do with a batch or a single image
(`_images`). `None` stands for "do nothing": the layer is not training.
"""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.core import SeedGenerator, convert
from addax.keras import config
from addax.keras.layers.layer import Layer
from addax.keras.layers.preprocessing.image.draws import Draws
from addax.ops import boxes as _boxes
from addax.ops.image_axes import check_images, recast, space_axes

Transformation = dict[str, Any]


class ImageLayer(Layer):
    """The base of layers on images.

    Args:
        bounding_box_format: How bounding boxes are written, such as `"xyxy"`.
        data_format: `"channels_last"` or `"channels_first"`.
        **kwargs: `name`, `dtype`, `input_shape`.
    """

    always = False  # acts whether training or not
    keeps_dtype = False  # whole numbers stay whole
    seed: int | None = None

    def __init__(
        self,
        *,
        bounding_box_format: str | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.bounding_box_format = (
            None
            if bounding_box_format is None
            else _boxes.box_format(bounding_box_format)
        )
        self.data_format = config.standardize_data_format(data_format)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, in serialisable form."""
        found = super().get_config()
        if self.bounding_box_format is None:
            del found["bounding_box_format"]
        return found

    def _seeded(self, seed: int | None) -> None:
        self.seed = seed
        self.generator = SeedGenerator(seed)

    # What a call does

    def call(self, data: Any, training: bool = True) -> Any:
        """The images, transformed.

        Args:
            data: Images, one or a batch; or a dict of `"images"` and, as far as there
                are any, `"labels"`, `"bounding_boxes"` (a dict of `"boxes"` and
                `"labels"`) and `"segmentation_masks"`.
            training: Whether to augment.

        Returns:
            What was given, transformed.
        """
        transformation = self.get_random_transformation(data, training=training)
        if not isinstance(data, dict):
            return self.transform_images(data, transformation, training)
        kinds = {
            "images": self.transform_images,
            "labels": self.transform_labels,
            "bounding_boxes": self.transform_bounding_boxes,
            "segmentation_masks": self.transform_segmentation_masks,
        }
        return {
            name: kinds[name](value, transformation, training)
            if name in kinds
            else value
            for name, value in data.items()
        }

    def get_random_transformation(
        self, data: Any, training: bool = True, seed: Any = None
    ) -> Transformation | None:
        """What to do with a batch, drawn at random.

        Args:
            data: As in a call.
            training: Whether to augment.
            seed: A whole number, for the same result each time; the layer's own
                generator if not given.

        Returns:
            A dict of tensors, or `None` for nothing.
        """
        if not (training or self.always):
            return None
        images = data["images"] if isinstance(data, dict) else data
        return self.draw_for(tuple(images.shape), seed)

    def draw_for(self, shape: tuple[Any, ...], seed: Any = None) -> Transformation:
        """What to do with images of a shape, drawn at random.

        Args:
            shape: The images' shape.
            seed: A whole number, a tensor of two `uint32`s, or the layer's own
                generator if not given.

        Returns:
            A dict of tensors, and the shape.
        """
        generator = getattr(self, "generator", None)
        drawn: Transformation = {}
        if generator is not None:
            drawn = self._draw(Draws(shape, generator if seed is None else seed))
        return {**drawn, "input_shape": shape}

    def transform_images(
        self, images: Any, transformation: Any, training: bool = True
    ) -> Any:
        """Applies a transformation to one image or a batch.

        Args:
            images: The images.
            transformation: From `get_random_transformation`.
            training: As in a call.

        Returns:
            Images of the layer's compute type.
        """
        images = convert(images)
        check_images(images)
        if not self.keeps_dtype:
            images = recast(images, self.compute_dtype)
        return (
            images if transformation is None else self._images(images, transformation)
        )

    def transform_labels(
        self, labels: Any, transformation: Any, training: bool = True
    ) -> Any:
        """Applies a transformation to the labels: most leave them alone.

        Args:
            labels: The labels.
            transformation: From `get_random_transformation`.
            training: As in a call.

        Returns:
            The labels.
        """
        return labels

    def transform_bounding_boxes(
        self, bounding_boxes: Any, transformation: Any, training: bool = True
    ) -> Any:
        """Applies a transformation to the boxes: left alone unless pixels move.

        Args:
            bounding_boxes: A dict of `"boxes"`, a tensor `(..., boxes, 4)`, and
                `"labels"`, a tensor `(..., boxes)`; -1 labels what is no box.
            transformation: From `get_random_transformation`.
            training: As in a call.

        Returns:
            Such a dict.
        """
        return bounding_boxes

    def transform_segmentation_masks(
        self, segmentation_masks: Any, transformation: Any, training: bool = True
    ) -> Any:
        """Applies a transformation to the masks: left alone unless pixels move.

        Args:
            segmentation_masks: A class for each pixel, with an axis for one channel.
            transformation: From `get_random_transformation`.
            training: As in a call.

        Returns:
            The masks, of the same type.
        """
        return segmentation_masks

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shape of the output for images of the given shape: the same.

        Args:
            input_shape: One shape, or a dict with one for `"images"` and more.
        """
        return input_shape

    def require_box_format(self) -> str:
        """How bounding boxes are written.

        Raises:
            ValueError: If the layer was not told.
        """
        if self.bounding_box_format is None:
            raise ValueError(
                explain(
                    f"{type(self).__name__} moves bounding boxes and must know how "
                    "they are written.",
                    received={"bounding_box_format": None},
                    fix=f'{type(self).__name__}(..., bounding_box_format="xyxy")',
                )
            )
        return self.bounding_box_format

    # What subclasses say

    def _draw(self, draws: Draws) -> Transformation:
        return {}

    def _images(self, images: Any, transformation: Transformation) -> Any:
        return images

    def _space(self, transformation: Transformation) -> tuple[int, int]:
        """The height and width of the images that a transformation was drawn for."""
        shape = transformation["input_shape"]
        rows, columns = space_axes(len(shape), self.data_format)
        return shape[rows], shape[columns]


class GeometricLayer(ImageLayer):
    """The base of layers that move pixels, and boxes and masks with them.

    `_images` takes `nearest=True` for masks. `_boxes` gets corners `xyxy` and returns
    others, which are then cut off at the border of the new images; boxes that nothing
    is left of get the label -1.
    """

    def transform_bounding_boxes(
        self, bounding_boxes: Any, transformation: Any, training: bool = True
    ) -> Any:
        """Moves the boxes with the pixels.

        Args:
            bounding_boxes: A dict of `"boxes"`, a tensor `(..., boxes, 4)`, and
                `"labels"`, a tensor `(..., boxes)`; -1 labels what is no box.
            transformation: From `get_random_transformation`.
            training: As in a call.

        Returns:
            Such a dict.

        Raises:
            ValueError: If the layer was not told how boxes are written.
        """
        form = self.require_box_format()
        if transformation is None:
            return bounding_boxes
        size = self._space(transformation)
        boxes, labels = bounding_boxes["boxes"], bounding_boxes["labels"]
        single = len(boxes.shape) == 2
        corners = _boxes.convert_format(boxes, form, "xyxy", *size)
        moved = self._boxes(corners[None] if single else corners, transformation)
        found = _boxes.clip_to_image_size(
            {"boxes": moved[0] if single else moved, "labels": labels},
            *self._size(size),
        )
        boxes = _boxes.convert_format(found["boxes"], "xyxy", form, *self._size(size))
        return {**bounding_boxes, "boxes": boxes, "labels": found["labels"]}

    def transform_segmentation_masks(
        self, segmentation_masks: Any, transformation: Any, training: bool = True
    ) -> Any:
        """Moves the masks with the pixels; classes are not mixed.

        Args:
            segmentation_masks: A class for each pixel, with an axis for one channel.
            transformation: From `get_random_transformation`.
            training: As in a call.

        Returns:
            The masks, of the same type.
        """
        masks = convert(segmentation_masks)
        if transformation is None:
            return masks
        return self._images(masks, transformation, nearest=True)

    def _images(
        self, images: Any, transformation: Transformation, nearest: bool = False
    ) -> Any:
        raise NotImplementedError

    def _boxes(self, boxes: Any, transformation: Transformation) -> Any:
        raise NotImplementedError

    def _size(self, size: tuple[int, int]) -> tuple[int, int]:
        """The height and width of the new images."""
        return size


class Adjusting(ImageLayer):
    """The base of layers that change the values of pixels, within a range."""

    value_range: Any = (0, 255)

    @property
    def _range(self) -> tuple[float, float]:
        low, high = self.value_range
        return float(low), float(high)
