"""`MixUp` and `CutMix`: each image of a batch mixed with another one."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.core import cast, convert
from addax.keras.layers.preprocessing.image.base import ImageLayer, Transformation
from addax.keras.layers.preprocessing.image.draws import Draws
from addax.keras.layers.preprocessing.image.erasing import patches
from addax.keras.layers.preprocessing.image.factors import bounds
from addax.keras.serialization import public
from addax.ops import create, image_adjust, indexing, math, random, shape


class Mixing(ImageLayer):
    """The base of layers that mix the images of a batch, and their labels alike."""

    def get_random_transformation(
        self, data: Any, training: bool = True, seed: Any = None
    ) -> Transformation | None:
        """Whom each image is mixed with, and how much of it stays.

        Args:
            data: As in a call; nothing happens to a single image.
            training: Whether to mix.
            seed: A whole number, for the same result each time.

        Returns:
            A dict of tensors, or `None` for nothing.
        """
        images = data["images"] if isinstance(data, dict) else data
        if len(images.shape) < 4:
            return None
        return super().get_random_transformation(data, training, seed)

    def _draw(self, draws: Draws) -> Transformation:
        alpha = math.maximum(self._alpha(draws), 1e-3)
        weight = random.beta((draws.count,), alpha, alpha, seed=draws.seed())
        order = random.shuffle(
            create.arange(draws.count, dtype="int32"), 0, draws.seed()
        )
        return {"permutation_order": order, "mix_weight": weight}

    def _alpha(self, draws: Draws) -> Any:
        """Both parameters of the beta distribution that weights are drawn from."""
        raise NotImplementedError

    def transform_labels(
        self, labels: Any, transformation: Any, training: bool = True
    ) -> Any:
        """Mixes the labels as the images are mixed.

        Args:
            labels: A number or probabilities of classes for each image.
            transformation: From `get_random_transformation`.
            training: As in a call.

        Returns:
            Floating labels.
        """
        if transformation is None:
            return labels
        return self._mixed(_floating(labels), transformation)

    def _mixed(self, x: Any, transformation: Transformation) -> Any:
        order, weight = (transformation[k] for k in ("permutation_order", "mix_weight"))
        return image_adjust.mix(x, order, weight)


def _floating(x: Any) -> Any:
    x = convert(x)
    return x if x.dtype.is_floating else cast(x, "float32")


@public("keras.layers")
class MixUp(Mixing):
    """Blends each image of a batch with another one, labels too, while training.

    Of bounding boxes both images' are kept, masks are blended like labels.

    Args:
        alpha: How much they are blended: 0 hardly ever, 1 by any part as likely. The
            part is drawn from a beta distribution with this for both parameters.
        data_format: `"channels_last"` or `"channels_first"`.
        seed: A whole number that makes the draws reproducible.
        **kwargs: `bounding_box_format`, `name`, `dtype`, `input_shape`.

    Source: Zhang et al. 2017, https://arxiv.org/abs/1710.09412; with boxes
    Zhang et al. 2019, https://arxiv.org/abs/1902.04103.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> data = {"images": np.zeros((4, 8, 8, 3)), "labels": np.eye(4)}
    >>> mixed = keras.layers.MixUp(0.2, seed=0)(data, training=True)
    >>> mixed["labels"].numpy().sum(1).round(5).tolist()
    [1.0, 1.0, 1.0, 1.0]
    """

    def __init__(
        self,
        alpha: float = 0.2,
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        if alpha < 0:
            raise ValueError(
                explain(
                    "`alpha` is not negative.",
                    received={"alpha": alpha},
                    why="It is a parameter of the beta distribution.",
                    fix="MixUp(alpha=0.2)",
                )
            )
        self.alpha = alpha
        self._seeded(seed)

    def _alpha(self, draws: Draws) -> Any:
        return convert(self.alpha, "float32")

    def _images(self, images: Any, transformation: Transformation) -> Any:
        return self._mixed(images, transformation)

    def transform_bounding_boxes(
        self, bounding_boxes: Any, transformation: Any, training: bool = True
    ) -> Any:
        """Adds to the boxes of each image those of the one that is mixed in.

        Args:
            bounding_boxes: A dict of `"boxes"` and `"labels"`.
            transformation: From `get_random_transformation`.
            training: As in a call.

        Returns:
            Such a dict, of twice as many boxes.
        """
        if transformation is None:
            return bounding_boxes
        order = transformation["permutation_order"]
        both = {
            k: shape.concatenate([x, indexing.take(x, order, 0)], 1)
            for k, x in bounding_boxes.items()
            if k in ("boxes", "labels")
        }
        return {**bounding_boxes, **both}

    def transform_segmentation_masks(
        self, segmentation_masks: Any, transformation: Any, training: bool = True
    ) -> Any:
        """Blends the masks as the images are blended.

        Args:
            segmentation_masks: The masks, best one-hot.
            transformation: From `get_random_transformation`.
            training: As in a call.

        Returns:
            Floating masks.
        """
        if transformation is None:
            return segmentation_masks
        return self._mixed(_floating(segmentation_masks), transformation)


@public("keras.layers")
class CutMix(Mixing):
    """Pastes into each image of a batch a part of another one, while training.

    Labels are mixed by the parts' areas.

    Args:
        factor: How the area of the part varies: it is drawn from a beta distribution
            both of whose parameters are drawn from 0 to `factor`, or between two
            bounds.
        seed: A whole number that makes the draws reproducible.
        data_format: `"channels_last"` or `"channels_first"`.
        **kwargs: `name`, `dtype`, `input_shape`.

    Source: Yun et al. 2019, https://arxiv.org/abs/1905.04899.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> data = {"images": np.zeros((4, 8, 8, 3)), "labels": np.eye(4)}
    >>> mixed = keras.layers.CutMix(seed=0)(data, training=True)
    >>> mixed["labels"].numpy().sum(1).round(5).tolist()
    [1.0, 1.0, 1.0, 1.0]
    """

    def __init__(
        self,
        factor: Any = 1.0,
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.factor = bounds("factor", factor)
        self._seeded(seed)

    def _alpha(self, draws: Draws) -> Any:
        return draws.uniform(*self.factor)

    def _draw(self, draws: Draws) -> Transformation:
        drawn = super()._draw(draws)
        size = self._space({"input_shape": draws.shape})
        side = math.sqrt(1.0 - drawn["mix_weight"])
        return {**drawn, "batch_masks": patches(draws, side, side, size)}

    def _images(self, images: Any, transformation: Transformation) -> Any:
        return image_adjust.paste(
            images,
            transformation["permutation_order"],
            transformation["batch_masks"],
            self.data_format,
        )

    def transform_segmentation_masks(
        self, segmentation_masks: Any, transformation: Any, training: bool = True
    ) -> Any:
        """Pastes parts of masks as those of images are pasted.

        Args:
            segmentation_masks: The masks.
            transformation: From `get_random_transformation`.
            training: As in a call.

        Returns:
            The masks, of the same type.
        """
        if transformation is None:
            return segmentation_masks
        return self._images(convert(segmentation_masks), transformation)

    def transform_bounding_boxes(
        self, bounding_boxes: Any, transformation: Any, training: bool = True
    ) -> Any:
        """Raises: of a box that is partly covered nobody knows what is left.

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
                "CutMix does not know what its parts leave of bounding boxes.",
                fix="keras.layers.MixUp() keeps the boxes of both images.",
            )
        )
