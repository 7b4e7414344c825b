"""Xception: separable convolutions with carried inputs."""

from __future__ import annotations

from typing import Any

from addax.keras.applications.backbone import Options, Recipe, channel_axis
from addax.keras.applications.functions import standard
from addax.keras.applications.imagenet_utils import (
    decode_predictions as decode_predictions,
)
from addax.keras.applications.imagenet_utils import preprocessing
from addax.keras.applications.weights import kernels
from addax.keras.layers import (
    Activation,
    Add,
    BatchNormalization,
    Conv2D,
    MaxPooling2D,
    SeparableConv2D,
)

preprocess_input = preprocessing("tf")


def _norm(name: str | None = None) -> BatchNormalization:
    return BatchNormalization(axis=channel_axis(-1), name=name)


def _separable(x: Any, filters: int, name: str) -> Any:
    x = SeparableConv2D(filters, 3, padding="same", use_bias=False, name=name)(x)
    return _norm(f"{name}_bn")(x)


def _relu(x: Any, name: str) -> Any:
    return Activation("relu", name=f"{name}_act")(x)


def _halving(x: Any, filters: tuple[int, int], name: str, relu_first: bool) -> Any:
    """Two separable convolutions and a pool; the input carried by a convolution."""
    carried = Conv2D(filters[1], 1, strides=2, padding="same", use_bias=False)(x)
    carried = _norm()(carried)
    for i, channels in enumerate(filters, 1):
        if i > 1 or relu_first:
            x = _relu(x, f"{name}_sepconv{i}")
        x = _separable(x, channels, f"{name}_sepconv{i}")
    x = MaxPooling2D(3, strides=2, padding="same", name=f"{name}_pool")(x)
    return Add()([x, carried])


def _body(x: Any, options: Options) -> Any:
    for i, (filters, strides) in enumerate(((32, 2), (64, 1)), 1):
        name = f"block1_conv{i}"
        x = Conv2D(filters, 3, strides=strides, use_bias=False, name=name)(x)
        x = _relu(_norm(f"{name}_bn")(x), name)
    for block, filters in ((2, 128), (3, 256), (4, 728)):
        x = _halving(x, (filters, filters), f"block{block}", block > 2)
    for block in range(5, 13):
        carried = x
        for i in (1, 2, 3):
            name = f"block{block}_sepconv{i}"
            x = _separable(_relu(x, name), 728, name)
        x = Add()([x, carried])
    x = _halving(x, (728, 1024), "block13", True)
    for i, filters in ((1, 1536), (2, 2048)):
        name = f"block14_sepconv{i}"
        x = _relu(_separable(x, filters, name), name)
    return x


_FILES = kernels(
    "xception",
    "xception",
    "0a58e3b7378bc2990ea3b43d5981f1f6",
    "b0042744bf5b25fce3cb969f33bebb97",
)


Xception = standard(
    "Xception",
    "Xception: Inception taken to the limit, each channel by itself.",
    "Chollet 2017, https://arxiv.org/abs/1610.02357.",
    Recipe(_body, _FILES, size=299, least=71, pool=False),
)
