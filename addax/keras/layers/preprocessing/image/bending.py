"""`RandomPerspective` and `RandomElasticTransform`: bent images."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.keras.layers.preprocessing.image.base import (
    GeometricLayer,
    Transformation,
)
from addax.keras.layers.preprocessing.image.draws import Draws
from addax.keras.layers.preprocessing.image.factors import bounds, share, value_range
from addax.keras.serialization import public
from addax.ops import boxes as _boxes
from addax.ops import image_adjust, image_warp
from addax.ops.image_axes import one_of

_range = value_range


@public("keras.layers")
class RandomPerspective(GeometricLayer):
    """Moves the corners of some images, all pixels with them, while training.

    Args:
        factor: With which probability: it is drawn for each image, from 0 to `factor`
            or between two bounds; `(1, 1)` for always.
        scale: How far corners move at most: at 1 by half of the height and width.
        interpolation: `"bilinear"` or `"nearest"`.
        fill_value: The value outside.
        seed: A whole number that makes the draws reproducible.
        data_format: `"channels_last"` or `"channels_first"`.
        **kwargs: `bounding_box_format`, `name`, `dtype`, `input_shape`.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> layer = keras.layers.RandomPerspective((1, 1), scale=0.3, seed=0)
    >>> layer(np.zeros((2, 8, 8, 3)), training=True).shape
    TensorShape([2, 8, 8, 3])
    """

    def __init__(
        self,
        factor: Any = 1.0,
        scale: float = 1.0,
        interpolation: str = "bilinear",
        fill_value: float = 0.0,
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.factor = bounds("factor", factor)
        self.scale = share("scale", scale)
        self.interpolation = one_of(
            "interpolation", interpolation, image_warp.INTERPOLATIONS
        )
        self.fill_value = fill_value
        self._seeded(seed)

    def _draw(self, draws: Draws) -> Transformation:
        rows, columns = self._space({"input_shape": draws.shape})
        where = draws.applied(self.factor)
        moves = draws.uniform(-0.5 * self.scale, 0.5 * self.scale, 4, 2)
        start = image_warp.frame(rows, columns, draws.count)
        # Each corner by parts of its own coordinates, as in Keras: the first one stays
        return {
            "apply_perspective": where,
            "start_points": start,
            "end_points": start + start * moves,
        }

    def _images(
        self, images: Any, transformation: Transformation, nearest: bool = False
    ) -> Any:
        moved = image_warp.perspective_transform(
            images,
            transformation["start_points"],
            transformation["end_points"],
            "nearest" if nearest else self.interpolation,
            self.fill_value,
            self.data_format,
        )
        return image_adjust.choose(transformation["apply_perspective"], moved, images)

    def _boxes(self, boxes: Any, transformation: Transformation) -> Any:
        return _boxes.bend_boxes(
            boxes,
            transformation["start_points"],
            transformation["end_points"],
            transformation["apply_perspective"],
        )


@public("keras.layers")
class RandomElasticTransform(GeometricLayer):
    """Bends some images by a smooth random field, while training.

    Args:
        factor: With which probability: it is drawn for each image, from 0 to `factor`
            or between two bounds; `(1, 1)` for always.
        scale: How strongly: drawn for a batch, from 0 to `scale` or between two bounds.
            At 1 pixels move by about 3 % of the image's longer side.
        interpolation: `"bilinear"` or `"nearest"`.
        fill_mode: What fills the border; see `RandomRotation`.
        fill_value: What `"constant"` fills with.
        value_range: The least and the greatest value of a pixel.
        seed: A whole number that makes the draws reproducible.
        data_format: `"channels_last"` or `"channels_first"`.
        **kwargs: `name`, `dtype`, `input_shape`.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> layer = keras.layers.RandomElasticTransform((1, 1), seed=0)
    >>> layer(np.zeros((2, 8, 8, 3)), training=True).shape
    TensorShape([2, 8, 8, 3])
    """

    def __init__(
        self,
        factor: Any = 1.0,
        scale: Any = 1.0,
        interpolation: str = "bilinear",
        fill_mode: str = "reflect",
        fill_value: float = 0.0,
        value_range: Any = (0, 255),
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.factor = bounds("factor", factor)
        self.scale = bounds("scale", scale)
        self.interpolation = one_of(
            "interpolation", interpolation, image_warp.INTERPOLATIONS
        )
        self.fill_mode = one_of("fill_mode", fill_mode, image_warp.FILLS)
        self.fill_value = fill_value
        self.value_range = tuple(_range(value_range))
        self._seeded(seed)

    def get_elastic_transform_params(
        self, height: int, width: int, factor: Any
    ) -> tuple[Any, Any]:
        """How far pixels move and how smooth the field is, for images of a size.

        Args:
            height: The images' height.
            width: The images' width.
            factor: The strength, from 0 to 1.

        Returns:
            `alpha` and `sigma` for `keras.ops.image.elastic_transform`.
        """
        return max(height, width) * 0.1 * factor, min(height, width) * 0.05 * factor

    def _draw(self, draws: Draws) -> Transformation:
        return {
            "apply_transform": draws.applied(self.factor),
            "distortion_factor": draws.uniform(*self.scale)[0],
            "seed": draws.seed(),
        }

    def _images(
        self, images: Any, transformation: Transformation, nearest: bool = False
    ) -> Any:
        size = self._space(transformation)
        strength = transformation["distortion_factor"]
        alpha, sigma = self.get_elastic_transform_params(*size, strength)
        most = self.get_elastic_transform_params(*size, self.scale[1])[1]
        moved = image_warp.bend(
            transformation["seed"],
            images,
            alpha,
            sigma,
            image_warp.reach(most),
            "nearest" if nearest else self.interpolation,
            self.fill_mode,
            self.fill_value,
            self.data_format,
        )
        return image_adjust.choose(transformation["apply_transform"], moved, images)

    def transform_bounding_boxes(
        self, bounding_boxes: Any, transformation: Any, training: bool = True
    ) -> Any:
        """Raises: a bent box is no box.

        Args:
            bounding_boxes: A dict of `"boxes"` and `"labels"`.
            transformation: From `get_random_transformation`.
            training: As in a call.

        Raises:
            NotImplementedError: If the layer is training.
        """
        if transformation is None:
            return bounding_boxes
        raise NotImplementedError(
            explain(
                "RandomElasticTransform does not know where bounding boxes go.",
                why="It moves each pixel by itself.",
                fix="keras.layers.RandomPerspective() moves boxes too.",
            )
        )
