"""Inception-ResNet V2: Inception's branches, added to what was carried around them."""

from __future__ import annotations

from typing import Any

from addax.keras.applications.backbone import Options, Recipe, channel_axis
from addax.keras.applications.functions import standard
from addax.keras.applications.imagenet_utils import (
    decode_predictions as decode_predictions,
)
from addax.keras.applications.imagenet_utils import preprocessing
from addax.keras.applications.inception_v3 import (
    Row,
    averaged,
    concatenate,
    row,
    stem,
)
from addax.keras.applications.weights import kernels
from addax.keras.layers import (
    Activation,
    BatchNormalization,
    Conv2D,
    Layer,
    MaxPooling2D,
)
from addax.keras.serialization import public
from addax.ops import math

preprocess_input = preprocessing("tf")


@public("keras.src.applications.inception_resnet_v2")
class CustomScaleLayer(Layer):
    """The first input plus `scale` times the second; the name is that of Keras's files.

    Args:
        scale: The factor.
        **kwargs: `name`, `dtype`, `trainable`.
    """

    def __init__(self, scale: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.scale = scale

    def call(self, inputs: Any) -> Any:
        """The sum."""
        carried, new = inputs
        return math.add(carried, math.multiply(new, self.scale))


# The three kinds of residual blocks: how many, their factor, their branches
_KINDS: dict[str, tuple[int, float, tuple[Row, ...]]] = {
    "block35": (
        10,
        0.17,
        (((32, 1),), ((32, 1), (32, 3)), ((32, 1), (48, 3), (64, 3))),
    ),
    "block17": (
        20,
        0.1,
        (((192, 1),), ((128, 1), (160, (1, 7)), (192, (7, 1)))),
    ),
    "block8": (
        10,
        0.2,
        (((192, 1),), ((192, 1), (224, (1, 3)), (256, (3, 1)))),
    ),
}
_FIRST: tuple[Row, ...] = (
    ((96, 1),),
    ((48, 1), (64, 5)),
    ((64, 1), (96, 3), (96, 3)),
)
_HALVING: dict[str, tuple[Row, ...]] = {
    "mixed_6a": (((384, 3, 2),), ((256, 1), (256, 3), (384, 3, 2))),
    "mixed_7a": (
        ((256, 1), (384, 3, 2)),
        ((256, 1), (288, 3, 2)),
        ((256, 1), (288, 3), (320, 3, 2)),
    ),
}


def _residual(
    x: Any, rows: tuple[Row, ...], scale: float, relu: bool, name: str
) -> Any:
    mixed = concatenate([row(x, each) for each in rows], f"{name}_mixed")
    channels = x.shape[channel_axis()]
    new = Conv2D(channels, 1, padding="same", name=f"{name}_conv")(mixed)
    x = CustomScaleLayer(scale)([x, new])
    return Activation("relu", name=f"{name}_ac")(x) if relu else x


def _residuals(x: Any, kind: str) -> Any:
    count, scale, rows = _KINDS[kind]
    for i in range(1, count + 1):
        end = kind == "block8" and i == count  # the very last keeps its sign and size
        x = _residual(x, rows, 1.0 if end else scale, not end, f"{kind}_{i}")
    return x


def _halve(x: Any, name: str) -> Any:
    branches = [row(x, each) for each in _HALVING[name]]
    return concatenate([*branches, MaxPooling2D(3, strides=2)(x)], name)


def _body(x: Any, options: Options) -> Any:
    x = stem(x)
    branches = [row(x, each) for each in _FIRST]
    x = concatenate([*branches, averaged(x, 64)], "mixed_5b")
    x = _halve(_residuals(x, "block35"), "mixed_6a")
    x = _halve(_residuals(x, "block17"), "mixed_7a")
    x = _residuals(x, "block8")
    x = Conv2D(1536, 1, padding="same", use_bias=False, name="conv_7b")(x)
    x = BatchNormalization(axis=channel_axis(), scale=False, name="conv_7b_bn")(x)
    return Activation("relu", name="conv_7b_ac")(x)


_FILES = kernels(
    "inception_resnet_v2",
    "inception_resnet_v2",
    "e693bd0210a403b3192acc6073ad2e96",
    "d19885ff4a710c122648d3b5c3b684e4",
)

InceptionResNetV2 = standard(
    "InceptionResNetV2",
    "Inception-ResNet V2: Inception's branches in residual blocks.",
    "Szegedy, Ioffe, Vanhoucke and Alemi 2017, https://arxiv.org/abs/1602.07261.",
    Recipe(_body, _FILES, size=299, least=75, pool=False),
    name="inception_resnet_v2",
)
