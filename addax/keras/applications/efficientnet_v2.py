"""EfficientNet V2: plain convolutions in the first stages, where they are quicker."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from addax.keras.applications.backbone import (
    CLASSES,
    Options,
    Recipe,
    assemble,
    channel_axis,
)
from addax.keras.applications.efficientnet import (
    DROP,
    Stage,
    add,
    classifier,
    conv,
    excite,
    silu,
    start,
)
from addax.keras.applications.efficientnet import norm as _norm
from addax.keras.applications.functions import described
from addax.keras.applications.imagenet_utils import DEVIATION, MEAN, preprocessing
from addax.keras.applications.imagenet_utils import (
    decode_predictions as decode_predictions,
)
from addax.keras.applications.weights import google
from addax.keras.initializers import Constant
from addax.keras.layers import DepthwiseConv2D, Normalization, Rescaling
from addax.keras.models import Model

preprocess_input = preprocessing("")


class _Kind(NamedTuple):
    """A network before it is scaled.

    Attributes:
        stages: Its stages.
        fused: How many of them have plain convolutions.
        first: The channels of the first convolution.
    """

    stages: tuple[Stage, ...]
    fused: int
    first: int


_B = _Kind(
    (
        Stage(1, 16, 3, 1, 1),
        Stage(2, 32, 3, 2, 4),
        Stage(2, 48, 3, 2, 4),
        Stage(3, 96, 3, 2, 4),
        Stage(5, 112, 3, 1, 6),
        Stage(8, 192, 3, 2, 6),
    ),
    3,
    32,
)
_S = _Kind(
    (
        Stage(2, 24, 3, 1, 1),
        Stage(4, 48, 3, 2, 4),
        Stage(4, 64, 3, 2, 4),
        Stage(6, 128, 3, 2, 4),
        Stage(9, 160, 3, 1, 6),
        Stage(15, 256, 3, 2, 6),
    ),
    3,
    24,
)
_M = _Kind(
    (
        Stage(3, 24, 3, 1, 1),
        Stage(5, 48, 3, 2, 4),
        Stage(5, 80, 3, 2, 4),
        Stage(7, 160, 3, 2, 4),
        Stage(14, 176, 3, 1, 6),
        Stage(18, 304, 3, 2, 6),
        Stage(5, 512, 3, 1, 6),
    ),
    3,
    24,
)
_L = _Kind(
    (
        Stage(4, 32, 3, 1, 1),
        Stage(7, 64, 3, 2, 4),
        Stage(7, 96, 3, 2, 4),
        Stage(10, 192, 3, 2, 4),
        Stage(19, 224, 3, 1, 6),
        Stage(25, 384, 3, 2, 6),
        Stage(7, 640, 3, 1, 6),
    ),
    3,
    32,
)


def norm(x: Any, name: str) -> Any:
    """Batch normalisation, with averages that move faster than in version 1."""
    return _norm(x, name, momentum=0.9)


def _fused(x: Any, stage: Stage, strides: int, name: str) -> Any:
    """Widen and convolve in one convolution; with nothing to widen, that is all."""
    if stage.widen == 1:
        x = conv(x, stage.filters, stage.size, f"{name}project_conv", strides)
        return silu(norm(x, f"{name}project_bn"), f"{name}project_activation")
    wide = x.shape[channel_axis()] * stage.widen
    x = conv(x, wide, stage.size, f"{name}expand_conv", strides)
    x = silu(norm(x, f"{name}expand_bn"), f"{name}expand_activation")
    x = conv(x, stage.filters, 1, f"{name}project_conv")
    return norm(x, f"{name}project_bn")


def _separate(x: Any, stage: Stage, strides: int, name: str) -> Any:
    channels = x.shape[channel_axis()]
    x = conv(x, channels * stage.widen, 1, f"{name}expand_conv")
    x = silu(norm(x, f"{name}expand_bn"), f"{name}expand_activation")
    x = DepthwiseConv2D(
        stage.size,
        strides=strides,
        padding="same",
        use_bias=False,
        depthwise_initializer=start(),
        name=f"{name}dwconv2",
    )(x)
    x = silu(norm(x, f"{name}bn"), f"{name}activation")
    x = excite(x, max(1, int(channels * 0.25)), name)
    return norm(conv(x, stage.filters, 1, f"{name}project_conv"), f"{name}project_bn")


def _rescaled(x: Any, as_images: bool) -> Any:
    if not as_images:
        return Rescaling(1.0 / 128.0, offset=-1)(x)
    x = Rescaling(1.0 / 255.0)(x)
    variance = [d**2 for d in DEVIATION]
    return Normalization(axis=channel_axis(), mean=list(MEAN), variance=variance)(x)


def _nearest(value: float) -> int:
    """The nearest multiple of 8."""
    return max(8, int(value + 4) // 8 * 8)


def _body(kind: _Kind, width: float, depth: float, rescale: bool) -> Any:
    # In proportion to the blocks before scaling, as the weights were trained.
    blocks = sum(stage.depth for stage in kind.stages)

    def body(x: Any, options: Options) -> Any:
        if rescale:
            x = _rescaled(x, kind is _B)
        x = conv(x, _nearest(kind.first * width), 3, "stem_conv", strides=2)
        x = silu(norm(x, "stem_bn"), "stem_activation")
        number = 0
        for i, stage in enumerate(kind.stages, 1):
            stage = stage._replace(filters=_nearest(stage.filters * width))
            block = _fused if i <= kind.fused else _separate
            for j in range(math.ceil(depth * stage.depth)):
                carried, strides = x, 1 if j else stage.strides
                name = f"block{i}{chr(ord('a') + j)}_"
                x = block(x, stage, strides, name)
                if strides == 1 and carried.shape[channel_axis()] == stage.filters:
                    x = add(x, carried, DROP * number / blocks, name)
                number += 1
        x = norm(conv(x, _nearest(1280 * width), 1, "top_conv"), "top_bn")
        return silu(x, "top_activation")

    return body


def _make(
    letter: str, kind: _Kind, width: float, depth: float, size: int, *hashes: str
) -> Any:
    title, model_name = f"EfficientNetV2{letter}", f"efficientnetv2-{letter.lower()}"

    def build(
        include_top: bool = True,
        weights: Any = "imagenet",
        input_tensor: Any = None,
        input_shape: Any = None,
        pooling: str | None = None,
        classes: int = CLASSES,
        classifier_activation: Any = "softmax",
        include_preprocessing: bool = True,
        name: str | None = model_name,
    ) -> Model:
        options = Options(
            include_top,
            weights,
            input_tensor,
            input_shape,
            pooling,
            classes,
            classifier_activation,
            name,
        )
        recipe = Recipe(
            _body(kind, width, depth, include_preprocessing),
            google("efficientnet_v2", model_name, *hashes),
            size=size,
            head=classifier(0.2, bias_initializer=Constant(0.0)),
        )
        return assemble(options, recipe)

    return described(
        build,
        title,
        f"EfficientNet V2 {letter}, for images of {size} by {size}.",
        "Tan and Le 2021, https://arxiv.org/abs/2104.00298.",
    )


EfficientNetV2B0, EfficientNetV2B1, EfficientNetV2B2, EfficientNetV2B3 = (
    _make(
        "B0", _B, 1.0, 1.0, 224,
        "21ecbf6da12460d5c40bb2f29ceb2188", "893217f2bb855e2983157299931e43ff",
    ),
    _make(
        "B1", _B, 1.0, 1.1, 240,
        "069f0534ff22adf035c89e2d9547a9dc", "0e80663031ca32d657f9caa404b6ec37",
    ),
    _make(
        "B2", _B, 1.1, 1.2, 260,
        "424e49f28180edbde1e94797771950a7", "1dfe2e7a5d45b6632553a8961ea609eb",
    ),
    _make(
        "B3", _B, 1.2, 1.4, 300,
        "1f1fc43bd98a6e4fd8fdfd551e02c7a0", "f6abf7b5849ac99a89b50dd3fd532856",
    ),
)  # fmt: skip
EfficientNetV2S, EfficientNetV2M, EfficientNetV2L = (
    _make(
        "S", _S, 1.0, 1.0, 384,
        "e1d88a8495beba45748fedd0cecbe016", "af0682fb74e8c54910f2d4393339c070",
    ),
    _make(
        "M", _M, 1.0, 1.0, 480,
        "a3bf6aa3276309f4fc6a34aa114c95cd", "1b8dc055df72dde80d614482840fe342",
    ),
    _make(
        "L", _L, 1.0, 1.0, 480,
        "27e6d408b53c7ebc868fefa357689935", "b0b66b5c863aef5b46e8608fe1711615",
    ),
)  # fmt: skip
