"""MobileNet V2: blocks that widen, convolve each channel, and narrow again."""

from __future__ import annotations

from typing import Any

from addax.keras.applications.backbone import (
    CLASSES,
    Options,
    Recipe,
    assemble,
    channel_axis,
    dense_head,
)
from addax.keras.applications.borders import divisible, same_padding
from addax.keras.applications.functions import described
from addax.keras.applications.imagenet_utils import (
    decode_predictions as decode_predictions,
)
from addax.keras.applications.imagenet_utils import preprocessing
from addax.keras.applications.mobilenet import check_alpha, find_rows
from addax.keras.applications.weights import KERNELS, google
from addax.keras.layers import (
    Add,
    BatchNormalization,
    Conv2D,
    DepthwiseConv2D,
    ReLU,
    ZeroPadding2D,
)
from addax.keras.models import Model

preprocess_input = preprocessing("tf")

# How many blocks, their filters, the step of the first, and how much they widen
_STAGES = (
    (1, 16, 1, 1), (2, 24, 2, 6), (3, 32, 2, 6), (4, 64, 2, 6), (3, 96, 1, 6),
    (3, 160, 2, 6), (1, 320, 1, 6),
)  # fmt: skip
_ALPHAS = (0.35, 0.5, 0.75, 1.0, 1.3, 1.4)
_SIZES = (96, 128, 160, 192, 224)


def _norm(x: Any, name: str) -> Any:
    return BatchNormalization(axis=channel_axis(-1), momentum=0.999, name=name)(x)


def _relu(x: Any, name: str) -> Any:
    return ReLU(6.0, name=name)(x)


def _block(x: Any, filters: int, strides: int, widen: int, number: int) -> Any:
    carried = x
    channels = x.shape[channel_axis()]
    name = f"block_{number}" if number else "expanded_conv"
    if number:
        x = Conv2D(
            widen * channels, 1, padding="same", use_bias=False, name=f"{name}_expand"
        )(x)
        x = _relu(_norm(x, f"{name}_expand_BN"), f"{name}_expand_relu")
    if strides > 1:
        x = ZeroPadding2D(same_padding(x, 3), name=f"{name}_pad")(x)
    x = DepthwiseConv2D(
        3,
        strides=strides,
        padding="valid" if strides > 1 else "same",
        use_bias=False,
        name=f"{name}_depthwise",
    )(x)
    x = _relu(_norm(x, f"{name}_depthwise_BN"), f"{name}_depthwise_relu")
    x = Conv2D(filters, 1, padding="same", use_bias=False, name=f"{name}_project")(x)
    x = _norm(x, f"{name}_project_BN")
    if channels == filters and strides == 1:
        x = Add(name=f"{name}_add")([carried, x])
    return x


def _body(alpha: float) -> Any:
    def body(x: Any, options: Options) -> Any:
        first = divisible(32 * alpha)
        x = Conv2D(first, 3, strides=2, padding="same", use_bias=False, name="Conv1")(x)
        x = _relu(_norm(x, "bn_Conv1"), "Conv1_relu")
        number = 0
        for depth, filters, strides, widen in _STAGES:
            for i in range(depth):
                step = 1 if i else strides
                x = _block(x, divisible(int(filters * alpha)), step, widen, number)
                number += 1
        last = divisible(1280 * alpha) if alpha > 1.0 else 1280
        x = Conv2D(last, 1, use_bias=False, name="Conv_1")(x)
        return _relu(_norm(x, "Conv_1_bn"), "out_relu")

    return body


def _mobilenet_v2(
    input_shape: Any = None,
    alpha: float = 1.0,
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    pooling: str | None = None,
    classes: int = CLASSES,
    classifier_activation: Any = "softmax",
    name: str | None = None,
) -> Model:
    pretrained = weights == "imagenet"
    if pretrained:
        check_alpha(alpha, _ALPHAS)
    size, rows = find_rows(input_shape, include_top, pretrained, _SIZES)
    options = Options(
        include_top,
        weights,
        input_tensor,
        input_shape,
        pooling,
        classes,
        classifier_activation,
        name or f"mobilenetv2_{alpha:.2f}_{rows}",
    )
    stem = f"mobilenet_v2{KERNELS}_{float(alpha)}_{rows}"
    recipe = Recipe(
        _body(alpha),
        google("mobilenet_v2", stem, without_top="_no_top"),
        size=size,
        head=dense_head(named=False),
        pool=False,
    )
    return assemble(options, recipe)


MobileNetV2 = described(
    _mobilenet_v2,
    "MobileNetV2",
    "MobileNet V2: inverted residual blocks with narrow ends.",
    "Sandler et al. 2018, https://arxiv.org/abs/1801.04381.",
)
