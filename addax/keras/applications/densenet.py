"""DenseNet: each layer sees the outputs of all before it."""

from __future__ import annotations

from typing import Any

from addax.keras.applications.backbone import Options, Recipe, channel_axis
from addax.keras.applications.functions import Standard, standard
from addax.keras.applications.imagenet_utils import (
    decode_predictions as decode_predictions,
)
from addax.keras.applications.imagenet_utils import preprocessing
from addax.keras.applications.resnet import norm, norm_relu
from addax.keras.applications.weights import kernels
from addax.keras.layers import (
    Activation,
    AveragePooling2D,
    Concatenate,
    Conv2D,
    MaxPooling2D,
    ZeroPadding2D,
)

preprocess_input = preprocessing("torch")

_GROWTH = 32


def _layer(x: Any, name: str) -> Any:
    new = norm_relu(x, f"{name}_0")
    new = Conv2D(4 * _GROWTH, 1, use_bias=False, name=f"{name}_1_conv")(new)
    new = norm_relu(new, f"{name}_1")
    new = Conv2D(_GROWTH, 3, padding="same", use_bias=False, name=f"{name}_2_conv")(new)
    return Concatenate(axis=channel_axis(), name=f"{name}_concat")([x, new])


def _transition(x: Any, name: str) -> Any:
    """Half the channels, half the size."""
    x = norm_relu(x, name)
    channels = x.shape[channel_axis()] // 2
    x = Conv2D(channels, 1, use_bias=False, name=f"{name}_conv")(x)
    return AveragePooling2D(2, strides=2, name=f"{name}_pool")(x)


def _body(depths: tuple[int, ...]) -> Any:
    def body(x: Any, options: Options) -> Any:
        x = ZeroPadding2D(3)(x)
        x = Conv2D(64, 7, strides=2, use_bias=False, name="conv1_conv")(x)
        x = norm_relu(x, "conv1")
        x = ZeroPadding2D(1)(x)
        x = MaxPooling2D(3, strides=2, name="pool1")(x)
        for stage, depth in enumerate(depths, 2):
            if stage > 2:
                x = _transition(x, f"pool{stage - 1}")
            for i in range(depth):
                x = _layer(x, f"conv{stage}_block{i + 1}")
        return Activation("relu", name="relu")(norm("bn")(x))

    return body


def _make(title: str, depths: tuple[int, ...], *hashes: str) -> Standard:
    return standard(
        title,
        f"DenseNet with {title[8:]} layers.",
        "Huang, Liu, van der Maaten and Weinberger 2017, "
        "https://arxiv.org/abs/1608.06993.",
        Recipe(_body(depths), kernels("densenet", title.lower(), *hashes)),
    )


DenseNet121 = _make(
    "DenseNet121",
    (6, 12, 24, 16),
    "9d60b8095a5708f2dcce2bca79d332c7",
    "30ee3e1110167f948a6b9946edeeb738",
)
DenseNet169 = _make(
    "DenseNet169",
    (6, 12, 32, 32),
    "d699b8f76981ab1b30698df4c175e90b",
    "b8c4d4c20dd625c148057b9ff1c1176b",
)
DenseNet201 = _make(
    "DenseNet201",
    (6, 12, 48, 32),
    "1ceb130c1ea1b78c3bf6114dbdfd8807",
    "c13680b51ded0fb44dff2d8f86ac8bb1",
)
