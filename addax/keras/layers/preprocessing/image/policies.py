"""Augmentations chosen at random: `RandomColorJitter`, `RandAugment`, `AugMix`."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.core import cast, convert
from addax.keras.layers.preprocessing.image.affine import (
    RandomRotation,
    RandomShear,
    RandomTranslation,
)
from addax.keras.layers.preprocessing.image.base import (
    Adjusting,
    ImageLayer,
    Transformation,
)
from addax.keras.layers.preprocessing.image.blur import RandomSharpness
from addax.keras.layers.preprocessing.image.color import (
    RandomColorDegeneration,
    RandomHue,
    RandomSaturation,
)
from addax.keras.layers.preprocessing.image.draws import Draws
from addax.keras.layers.preprocessing.image.factors import bounds, value_range
from addax.keras.layers.preprocessing.image.histogram import (
    AutoContrast,
    Equalization,
)
from addax.keras.layers.preprocessing.image.light import (
    RandomBrightness,
    RandomContrast,
)
from addax.keras.layers.preprocessing.image.values import (
    RandomPosterization,
    Solarization,
)
from addax.keras.serialization import public
from addax.ops import control, create, image_adjust, math, random, reduce, shape

_range = value_range


class Policy(Adjusting):
    """The base of layers that apply other layers, each from a seed of its own.

    Attributes:
        steps: The names under which the layers are kept.
    """

    steps: tuple[str, ...]

    def _keep(self, **layers: ImageLayer) -> None:
        for name, layer in layers.items():
            setattr(self, name, layer)
        self.steps = tuple(layers)

    def _options(self) -> dict[str, Any]:
        """What the layers inside have in common with this one."""
        return {
            "data_format": self.data_format,
            "bounding_box_format": self.bounding_box_format,
            "dtype": self.dtype_policy,
        }

    def _layer(self, i: int) -> ImageLayer:
        return getattr(self, self.steps[i])

    def _step(self, i: int, seed: Any, transformation: Transformation) -> Any:
        """The transformation that a layer draws from a seed."""
        return self._layer(i).draw_for(transformation["input_shape"], seed)


def _seeds(draws: Draws, *size: int) -> Any:
    return random.randint((*size, 2), 0, 2**31 - 1, "uint32", draws.seed())


@public("keras.layers")
class RandomColorJitter(Policy):
    """Changes brightness, contrast, saturation and hue, in this order, in training.

    Args:
        value_range: The least and the greatest value of a pixel.
        brightness_factor: As for `RandomBrightness`; left alone if not given.
        contrast_factor: As for `RandomContrast`.
        saturation_factor: As for `RandomSaturation`.
        hue_factor: As for `RandomHue`.
        seed: A whole number that makes the draws reproducible.
        data_format: `"channels_last"` or `"channels_first"`.
        **kwargs: `name`, `dtype`, `input_shape`.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> layer = keras.layers.RandomColorJitter(brightness_factor=0.2, hue_factor=0.1)
    >>> layer(np.zeros((2, 8, 8, 3)), training=True).shape
    TensorShape([2, 8, 8, 3])
    """

    def __init__(
        self,
        value_range: Any = (0, 255),
        brightness_factor: Any = None,
        contrast_factor: Any = None,
        saturation_factor: Any = None,
        hue_factor: Any = None,
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.value_range = tuple(_range(value_range))
        self.brightness_factor = brightness_factor
        self.contrast_factor = contrast_factor
        self.saturation_factor = saturation_factor
        self.hue_factor = hue_factor
        self._seeded(seed)
        kinds = {
            "random_brightness": (RandomBrightness, brightness_factor),
            "random_contrast": (RandomContrast, contrast_factor),
            "random_saturation": (RandomSaturation, saturation_factor),
            "random_hue": (RandomHue, hue_factor),
        }
        given = {k: v for k, v in kinds.items() if v[1] is not None}
        same = {"value_range": value_range, "seed": seed, **self._options()}
        self._keep(**{k: kind(f, **same) for k, (kind, f) in given.items()})

    def _draw(self, draws: Draws) -> Transformation:
        return {"seeds": _seeds(draws, len(self.steps))} if self.steps else {}

    def _images(self, images: Any, transformation: Transformation) -> Any:
        for i in range(len(self.steps)):
            step = self._step(i, transformation["seeds"][i], transformation)
            images = self._layer(i).transform_images(images, step)
        return images


def _augmentations(
    factor: tuple[float, float], interpolation: str, value_range: Any, options: Any
) -> dict[str, ImageLayer]:
    """The augmentations that policies choose from, all of one strength."""
    moved = {"interpolation": interpolation, **options}
    valued = {"value_range": value_range, **options}
    return {
        "random_shear": RandomShear(factor, factor, **moved),
        "random_translation": RandomTranslation(factor, factor, **moved),
        "random_rotation": RandomRotation(factor, **moved),
        "solarization": Solarization(factor, factor, **valued),
        "random_posterization": RandomPosterization(
            max(int(8 * factor[1]), 1), **valued
        ),
        "auto_contrast": AutoContrast(**valued),
        "equalization": Equalization(**valued),
        "random_brightness": RandomBrightness(factor, **valued),
        "random_color_degeneration": RandomColorDegeneration(factor, **valued),
        "random_contrast": RandomContrast(factor, **valued),
        "random_sharpness": RandomSharpness(factor, **valued),
    }


_COLOURS = (
    "random_brightness",
    "random_color_degeneration",
    "random_contrast",
    "random_sharpness",
)


@public("keras.layers")
class RandAugment(Policy):
    """Applies a few of eleven augmentations, chosen for each batch, while training.

    Args:
        value_range: The least and the greatest value of a pixel.
        num_ops: How many are applied, one after the other.
        factor: How strongly: each augmentation takes it for its own.
        interpolation: `"bilinear"` or `"nearest"`.
        seed: A whole number that makes the draws reproducible.
        data_format: `"channels_last"` or `"channels_first"`.
        **kwargs: `bounding_box_format`, `name`, `dtype`, `input_shape`.

    Source: Cubuk et al. 2019, https://arxiv.org/abs/1909.13719.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> layer = keras.layers.RandAugment(seed=0)
    >>> layer(np.zeros((2, 8, 8, 3)), training=True).shape
    TensorShape([2, 8, 8, 3])
    """

    def __init__(
        self,
        value_range: Any = (0, 255),
        num_ops: int = 2,
        factor: Any = 0.5,
        interpolation: str = "bilinear",
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.value_range = tuple(_range(value_range))
        self.num_ops = _count("num_ops", num_ops)
        self.factor = bounds("factor", factor)
        self.interpolation = interpolation
        self._seeded(seed)
        self._keep(
            **_augmentations(self.factor, interpolation, value_range, self._options())
        )

    def _draw(self, draws: Draws) -> Transformation:
        size = (self.num_ops,)
        return {
            "layer_idxes": random.randint(size, 0, len(self.steps), seed=draws.seed()),
            "seeds": _seeds(draws, *size),
        }

    def _applied(self, kind: str, value: Any, transformation: Transformation) -> Any:
        """The value, transformed by the chosen layers' method of that name."""
        chosen, seeds = transformation["layer_idxes"], transformation["seeds"]

        def branch(i: int) -> Any:
            def run(value: Any, seed: Any) -> Any:
                step = self._step(i, seed, transformation)
                return getattr(self._layer(i), kind)(value, step)

            return run

        branches = [branch(i) for i in range(len(self.steps))]

        def body(k: Any, value: Any) -> Any:
            return control.switch(chosen[k], branches, value, seeds[k])

        return control.fori_loop(0, self.num_ops, body, value)

    def _images(self, images: Any, transformation: Transformation) -> Any:
        return self._applied("transform_images", images, transformation)

    def transform_segmentation_masks(
        self, segmentation_masks: Any, transformation: Any, training: bool = True
    ) -> Any:
        """Moves the masks as the chosen layers move the pixels.

        Args:
            segmentation_masks: A class for each pixel, with an axis for one channel.
            transformation: From `get_random_transformation`.
            training: As in a call.

        Returns:
            The masks, of the same type.
        """
        if transformation is None:
            return segmentation_masks
        masks = convert(segmentation_masks)
        return self._applied("transform_segmentation_masks", masks, transformation)

    def transform_bounding_boxes(
        self, bounding_boxes: Any, transformation: Any, training: bool = True
    ) -> Any:
        """Moves the boxes as the chosen layers move the pixels.

        Args:
            bounding_boxes: A dict of `"boxes"` and `"labels"`.
            transformation: From `get_random_transformation`.
            training: As in a call.

        Returns:
            Such a dict.
        """
        self.require_box_format()
        if transformation is None:
            return bounding_boxes
        pair = {
            "boxes": cast(bounding_boxes["boxes"], "float32"),
            "labels": convert(bounding_boxes["labels"]),
        }
        moved = self._applied("transform_bounding_boxes", pair, transformation)
        return {**bounding_boxes, **moved}


def _count(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(
            explain(
                f"`{name}` is a positive whole number.",
                received={name: value},
                fix=f"{name}=2",
            )
        )
    return value


@public("keras.layers")
class AugMix(Policy):
    """Mixes each image with chains of augmentations of itself, while training.

    Boxes and masks are left alone, as the image itself stays the greater part.

    Args:
        value_range: The least and the greatest value of a pixel.
        num_chains: How many chains are mixed.
        chain_depth: How long each is at most; its length is drawn from 1 on.
        factor: How strongly: each augmentation takes it for its own.
        alpha: Both parameters of the beta distribution that the part of the chains is
            drawn from, and of the Dirichlet distribution of their weights.
        all_ops: Whether brightness, contrast, colours and sharpness change too.
        interpolation: `"bilinear"` or `"nearest"`.
        seed: A whole number that makes the draws reproducible.
        data_format: `"channels_last"` or `"channels_first"`.
        **kwargs: `name`, `dtype`, `input_shape`.

    Source: Hendrycks et al. 2019, https://arxiv.org/abs/1912.02781.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> layer = keras.layers.AugMix(seed=0)
    >>> layer(np.zeros((2, 8, 8, 3)), training=True).shape
    TensorShape([2, 8, 8, 3])
    """

    def __init__(
        self,
        value_range: Any = (0, 255),
        num_chains: int = 3,
        chain_depth: int = 3,
        factor: Any = 0.3,
        alpha: float = 1.0,
        all_ops: bool = True,
        interpolation: str = "bilinear",
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.value_range = tuple(_range(value_range))
        self.num_chains = _count("num_chains", num_chains)
        self.chain_depth = _count("chain_depth", chain_depth)
        self.factor = bounds("factor", factor)
        self.alpha = alpha
        self.all_ops = all_ops
        self.interpolation = interpolation
        self._seeded(seed)
        layers = _augmentations(
            self.factor, interpolation, value_range, self._options()
        )
        kept = {k: v for k, v in layers.items() if all_ops or k not in _COLOURS}
        self._keep(**kept)

    def _draw(self, draws: Draws) -> Transformation:
        chains, size = self.num_chains, self.num_chains * self.chain_depth
        parts = random.gamma((chains,), self.alpha, seed=draws.seed())
        return {
            "chain_mixing_weights": parts / reduce.sum(parts),
            "weight_sample": random.beta((), self.alpha, self.alpha, seed=draws.seed()),
            "depths": random.randint(
                (chains,), 1, self.chain_depth + 1, seed=draws.seed()
            ),
            "layer_idxes": random.randint(
                (size,), 0, len(self.steps), seed=draws.seed()
            ),
            "seeds": _seeds(draws, size),
        }

    def _images(self, images: Any, transformation: Transformation) -> Any:
        t = transformation

        def branch(i: int) -> Any:
            def run(value: Any, seed: Any) -> Any:
                return self._layer(i).transform_images(value, self._step(i, seed, t))

            return run

        branches = [lambda value, seed: value, *map(branch, range(len(self.steps)))]
        weights = cast(t["chain_mixing_weights"], images.dtype)

        def body(k: Any, state: Any) -> Any:
            current, mixed = state
            chain, place = k // self.chain_depth, k % self.chain_depth
            current = _where(math.equal(place, 0), images, current)
            acts = math.less(place, t["depths"][chain])
            index = (t["layer_idxes"][k] + 1) * cast(acts, "int32")
            current = control.switch(index, branches, current, t["seeds"][k])
            ends = cast(math.equal(place, self.chain_depth - 1), images.dtype)
            return current, mixed + current * (weights[chain] * ends)

        start = (images, create.zeros_like(images))
        steps = self.num_chains * self.chain_depth
        mixed = control.fori_loop(0, steps, body, start)[1]
        stays = cast(t["weight_sample"], images.dtype)
        return images * stays + mixed * (1.0 - stays)


def _where(condition: Any, x: Any, y: Any) -> Any:
    return image_adjust.choose(shape.reshape(condition, (1,)), x, y)
