"""`MaxNumBoundingBoxes`: as many boxes for each image."""

from __future__ import annotations

from typing import Any

from addax.core import convert
from addax.keras.layers.preprocessing.image.base import ImageLayer
from addax.keras.layers.preprocessing.image.resizing import positive
from addax.keras.serialization import public
from addax.ops import shape


@public("keras.layers")
class MaxNumBoundingBoxes(ImageLayer):
    """Brings the boxes of each image to one number: fills up, or leaves out the last.

    Args:
        max_number: The number of boxes.
        fill_value: What boxes and labels are filled up with.
        **kwargs: `bounding_box_format`, `name`, `dtype`.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> boxes = {"boxes": np.zeros((1, 2, 4)), "labels": np.array([[5, 6]])}
    >>> data = {"images": np.zeros((1, 8, 8, 3)), "bounding_boxes": boxes}
    >>> found = keras.layers.MaxNumBoundingBoxes(3)(data)["bounding_boxes"]
    >>> found["labels"].numpy().tolist()
    [[5, 6, -1]]
    """

    always = True
    keeps_dtype = True

    def __init__(self, max_number: int, fill_value: int = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        positive(max_number=max_number)
        self.max_number = max_number
        self.fill_value = fill_value

    def transform_bounding_boxes(
        self, bounding_boxes: Any, transformation: Any, training: bool = True
    ) -> Any:
        """Fills the boxes up, or leaves out the last.

        Args:
            bounding_boxes: A dict of `"boxes"` and `"labels"`.
            transformation: From `get_random_transformation`.
            training: As in a call.

        Returns:
            Such a dict.
        """
        boxes, labels = (convert(bounding_boxes[k]) for k in ("boxes", "labels"))
        boxes = boxes[..., : self.max_number, :]
        labels = labels[..., : self.max_number]
        more = (0, self.max_number - labels.shape[-1])
        around = [(0, 0)] * (len(labels.shape) - 1)
        value = self.fill_value
        return {
            **bounding_boxes,
            "boxes": shape.pad(boxes, [*around, more, (0, 0)], constant_values=value),
            "labels": shape.pad(labels, [*around, more], constant_values=value),
        }
