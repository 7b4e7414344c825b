"""ResNet V2: normalisation and ReLU before each convolution."""

from __future__ import annotations

from typing import Any

from addax.keras.applications.backbone import Options, Recipe
from addax.keras.applications.functions import Standard, standard
from addax.keras.applications.imagenet_utils import (
    decode_predictions as decode_predictions,
)
from addax.keras.applications.imagenet_utils import preprocessing
from addax.keras.applications.resnet import CHANNELS, DEPTHS, norm_relu, stem
from addax.keras.applications.weights import kernels
from addax.keras.layers import Add, Conv2D, MaxPooling2D, ZeroPadding2D

preprocess_input = preprocessing("tf")


def _block(x: Any, filters: int, strides: int, widen: bool, name: str) -> Any:
    before = norm_relu(x, f"{name}_preact")
    if widen:
        carried = Conv2D(4 * filters, 1, strides=strides, name=f"{name}_0_conv")(before)
    else:
        carried = MaxPooling2D(1, strides=strides)(x) if strides > 1 else x
    x = Conv2D(filters, 1, use_bias=False, name=f"{name}_1_conv")(before)
    x = norm_relu(x, f"{name}_1")
    x = ZeroPadding2D(1, name=f"{name}_2_pad")(x)
    x = Conv2D(filters, 3, strides=strides, use_bias=False, name=f"{name}_2_conv")(x)
    x = norm_relu(x, f"{name}_2")
    x = Conv2D(4 * filters, 1, name=f"{name}_3_conv")(x)
    return Add(name=f"{name}_out")([carried, x])


def _body(depth: int) -> Any:
    def body(x: Any, options: Options) -> Any:
        x = stem(x, normalized=False)
        depths = DEPTHS[depth]
        for stage, (blocks, filters) in enumerate(zip(depths, CHANNELS, strict=True)):
            last_stage = stage == len(depths) - 1
            for i in range(blocks):
                # The last block of a stage halves the size, not the first.
                strides = 2 if i == blocks - 1 and not last_stage else 1
                name = f"conv{stage + 2}_block{i + 1}"
                x = _block(x, filters, strides, not i, name)
        return norm_relu(x, "post")

    return body


def _make(depth: int, *hashes: str) -> Standard:
    name = f"resnet{depth}v2"
    return standard(
        f"ResNet{depth}V2",
        f"ResNet V2 with {depth} layers.",
        "He, Zhang, Ren and Sun 2016, https://arxiv.org/abs/1603.05027.",
        Recipe(_body(depth), kernels("resnet", name, *hashes)),
    )


ResNet50V2 = _make(
    50, "3ef43a0b657b3be2300d5770ece849e0", "fac2f116257151a9d068a22e544a4917"
)
ResNet101V2 = _make(
    101, "6343647c601c52e1368623803854d971", "c0ed64b8031c3730f411d2eb4eea35b5"
)
ResNet152V2 = _make(
    152, "a49b44d1979771252814e80f8ec446f9", "ed17cf2e0169df9d443503ef94b23b33"
)
