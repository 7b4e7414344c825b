"""Rotated, shifted, zoomed and sheared images: one affine map for each."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.keras.layers.preprocessing.image.base import (
    GeometricLayer,
    Transformation,
)
from addax.keras.layers.preprocessing.image.draws import Draws
from addax.keras.layers.preprocessing.image.factors import bounds
from addax.keras.serialization import public
from addax.ops import boxes as _boxes
from addax.ops import image_adjust, image_affine, image_warp, math, shape
from addax.ops.image_axes import one_of

FILL_MODES = ("reflect", "wrap", "constant", "nearest")


class AffineLayer(GeometricLayer):
    """The base of layers that move each image by an affine map.

    A subclass says in `_matrix` where each new pixel is read: eight numbers for each
    image, as for `keras.ops.image.affine_transform`. Boxes move by the inverse.
    """

    def _set_warp(
        self, fill_mode: str, interpolation: str, fill_value: float, seed: int | None
    ) -> None:
        self.fill_mode = one_of("fill_mode", fill_mode, FILL_MODES)
        self.interpolation = one_of(
            "interpolation", interpolation, image_warp.INTERPOLATIONS
        )
        self.fill_value = fill_value
        self._seeded(seed)

    def _matrix(self, transformation: Transformation) -> Any:
        raise NotImplementedError

    def _images(
        self, images: Any, transformation: Transformation, nearest: bool = False
    ) -> Any:
        return image_warp.affine_transform(
            images,
            self._matrix(transformation),
            "nearest" if nearest else self.interpolation,
            self.fill_mode,
            self.fill_value,
            self.data_format,
        )

    def _boxes(self, boxes: Any, transformation: Transformation) -> Any:
        return _boxes.warp_boxes(boxes, self._matrix(transformation))


@public("keras.layers")
class RandomRotation(AffineLayer):
    """Turns each image by a random angle around its middle, while training.

    Args:
        factor: A part of the full circle, for angles from `-factor` to `factor`; or the
            lower and upper bound. Positive ones turn counter-clockwise.
        fill_mode: What fills the corners: `"reflect"` (`d c b a | a b c d | d c b a`),
            `"wrap"` (`a b c d | a b c d | a b c d`), `"constant"` or `"nearest"`
            (`a a a a | a b c d | d d d d`).
        interpolation: `"bilinear"` or `"nearest"`.
        seed: A whole number that makes the draws reproducible.
        fill_value: What `"constant"` fills with.
        data_format: `"channels_last"` or `"channels_first"`.
        **kwargs: `bounding_box_format`, `name`, `dtype`, `input_shape`.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> quarter = keras.layers.RandomRotation((0.25, 0.25))
    >>> image = np.arange(4.0).reshape(2, 2, 1)
    >>> quarter(image, training=True).numpy()[..., 0].round(3).tolist()
    [[1.0, 3.0], [0.0, 2.0]]
    """

    def __init__(
        self,
        factor: Any,
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: int | None = None,
        fill_value: float = 0.0,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.factor = bounds("factor", factor, -1.0, both=True)
        self._set_warp(fill_mode, interpolation, fill_value, seed)

    def _draw(self, draws: Draws) -> Transformation:
        low, high = self.factor
        return {"angle": draws.uniform(low * 360.0, high * 360.0)}

    def _matrix(self, transformation: Transformation) -> Any:
        size = self._space(transformation)
        return image_affine.rotation(transformation["angle"], *size)


@public("keras.layers")
class RandomTranslation(AffineLayer):
    """Moves each image by random parts of its height and width, while training.

    Args:
        height_factor: A part of the height, for moves from `-height_factor` to
            `height_factor`; or the lower and upper bound. Positive ones move down.
        width_factor: Likewise, of the width; positive ones move to the right.
        fill_mode: What fills the border; see `RandomRotation`.
        interpolation: `"bilinear"` or `"nearest"`.
        seed: A whole number that makes the draws reproducible.
        fill_value: What `"constant"` fills with.
        data_format: `"channels_last"` or `"channels_first"`.
        **kwargs: `bounding_box_format`, `name`, `dtype`, `input_shape`.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> down = keras.layers.RandomTranslation((0.5, 0.5), 0.0, fill_mode="constant")
    >>> down(np.ones((2, 1, 1)), training=True).numpy().ravel().tolist()
    [0.0, 1.0]
    """

    def __init__(
        self,
        height_factor: Any,
        width_factor: Any,
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: int | None = None,
        fill_value: float = 0.0,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.height_factor = height_factor
        self.width_factor = width_factor
        self._height = bounds("height_factor", height_factor, -1.0, both=True)
        self._width = bounds("width_factor", width_factor, -1.0, both=True)
        self._set_warp(fill_mode, interpolation, fill_value, seed)

    def _draw(self, draws: Draws) -> Transformation:
        down, across = draws.uniform(*self._height), draws.uniform(*self._width)
        rows, columns = self._space({"input_shape": draws.shape})
        pixels = [math.multiply(across, columns), math.multiply(down, rows)]
        return {"translations": shape.stack(pixels, -1)}

    def _matrix(self, transformation: Transformation) -> Any:
        return image_affine.translation(transformation["translations"])


@public("keras.layers")
class RandomZoom(AffineLayer):
    """Makes each image larger or smaller, its middle in place, while training.

    Args:
        height_factor: By how much, from `-height_factor` to `height_factor`; or the
            lower and upper bound. Positive ones zoom out: 0.2 shows 20 % more.
        width_factor: Likewise for the width; as for the height if not given, so that
            proportions stay.
        fill_mode: What fills the border; see `RandomRotation`.
        interpolation: `"bilinear"` or `"nearest"`.
        seed: A whole number that makes the draws reproducible.
        fill_value: What `"constant"` fills with.
        data_format: `"channels_last"` or `"channels_first"`.
        **kwargs: `bounding_box_format`, `name`, `dtype`, `input_shape`.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> zoom = keras.layers.RandomZoom(0.1, seed=0)
    >>> zoom(np.zeros((2, 8, 8, 3)), training=True).shape
    TensorShape([2, 8, 8, 3])
    """

    def __init__(
        self,
        height_factor: Any,
        width_factor: Any = None,
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: int | None = None,
        fill_value: float = 0.0,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.height_factor = height_factor
        self.width_factor = width_factor
        self._height = _zoom("height_factor", height_factor)
        self._width = (
            None if width_factor is None else _zoom("width_factor", width_factor)
        )
        self._set_warp(fill_mode, interpolation, fill_value, seed)

    def _draw(self, draws: Draws) -> Transformation:
        down = draws.uniform(*self._height, 1) + 1.0
        across = down if self._width is None else draws.uniform(*self._width, 1) + 1.0
        return {"height_zoom": down, "width_zoom": across}

    def _matrix(self, transformation: Transformation) -> Any:
        zooms = [transformation[k] for k in ("height_zoom", "width_zoom")]
        return image_affine.zoom(*zooms, *self._space(transformation))


def _zoom(name: str, value: Any) -> tuple[float, float]:
    low, high = bounds(name, value, -1.0, both=True)
    if low == -1.0:
        raise ValueError(
            explain(
                f"`{name}` is greater than -1.",
                received={name: value},
                why="Zooming in by 100 % would show a single point.",
                fix=f"{name}=(-0.5, 0.5)",
            )
        )
    return low, high


@public("keras.layers")
class RandomShear(AffineLayer):
    """Slants each image along both axes, while training.

    Args:
        x_factor: How far rows move against each other, as a part of their distance: up
            to that, or from a lower to an upper bound. To the left or to the right.
        y_factor: Likewise for columns, up or down.
        interpolation: `"bilinear"` or `"nearest"`.
        fill_mode: What fills the border; see `RandomRotation`.
        fill_value: What `"constant"` fills with.
        data_format: `"channels_last"` or `"channels_first"`.
        seed: A whole number that makes the draws reproducible.
        **kwargs: `bounding_box_format`, `name`, `dtype`, `input_shape`.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> shear = keras.layers.RandomShear(0.2, 0.1, seed=0)
    >>> shear(np.zeros((2, 8, 8, 3)), training=True).shape
    TensorShape([2, 8, 8, 3])
    """

    def __init__(
        self,
        x_factor: Any = 0.0,
        y_factor: Any = 0.0,
        interpolation: str = "bilinear",
        fill_mode: str = "reflect",
        fill_value: float = 0.0,
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.x_factor = _slant("x_factor", x_factor)
        self.y_factor = _slant("y_factor", y_factor)
        self._set_warp(fill_mode, interpolation, fill_value, seed)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, in serialisable form."""
        sides = {"x_factor": self.x_factor, "y_factor": self.y_factor}
        single = {k: high for k, (low, high) in sides.items() if low == -high}
        return {**super().get_config(), **single}

    def _draw(self, draws: Draws) -> Transformation:
        # One sign for both, as in Keras: an image leans to one side
        lean = draws.chance(0.5)
        slants = [draws.uniform(*self.x_factor), draws.uniform(*self.y_factor)]
        leaning = [image_adjust.choose_sign(lean, s) for s in slants]
        return {"shear_factor": shape.stack(leaning, -1)}

    def _matrix(self, transformation: Transformation) -> Any:
        return image_affine.shear(transformation["shear_factor"])


def _slant(name: str, value: Any) -> tuple[float, float]:
    """Bounds from 0 to 1; a single number stands for both sides."""
    if isinstance(value, (list, tuple)) and len(value) == 2 and value[0] == -value[1]:
        value = value[1]  # as Keras writes it, and does not read it
    low, high = bounds(name, value)
    return (low, high) if isinstance(value, (list, tuple)) else (-high, high)
