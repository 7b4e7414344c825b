"""EfficientNet: one network, grown in width, depth and image size at once."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from addax.keras.applications.backbone import (
    Options,
    Recipe,
    channel_axis,
    channels_first,
    dense_head,
)
from addax.keras.applications.borders import divisible, same_padding
from addax.keras.applications.functions import Standard, standard
from addax.keras.applications.imagenet_utils import DEVIATION, preprocessing
from addax.keras.applications.imagenet_utils import (
    decode_predictions as decode_predictions,
)
from addax.keras.applications.weights import Files
from addax.keras.initializers import VarianceScaling
from addax.keras.layers import (
    Activation,
    Add,
    BatchNormalization,
    Conv2D,
    DepthwiseConv2D,
    Dropout,
    GlobalAveragePooling2D,
    Multiply,
    Normalization,
    Rescaling,
    Reshape,
    ZeroPadding2D,
)

preprocess_input = preprocessing("")

# The share of blocks that are dropped at the end of the network; less before it
DROP = 0.2


class Stage(NamedTuple):
    """Blocks of one size: the first changes step and filters, the others repeat.

    Attributes:
        depth: How many.
        filters: The channels after each.
        size: The kernel's height and width.
        strides: The step of the first.
        widen: How many times the channels the middle of a block has.
    """

    depth: int
    filters: int
    size: int
    strides: int
    widen: int


_STAGES = (
    Stage(1, 16, 3, 1, 1),
    Stage(2, 24, 3, 2, 6),
    Stage(2, 40, 5, 2, 6),
    Stage(3, 80, 3, 2, 6),
    Stage(3, 112, 5, 1, 6),
    Stage(4, 192, 5, 2, 6),
    Stage(1, 320, 3, 1, 6),
)


def start() -> VarianceScaling:
    """How the kernels of convolutions start."""
    return VarianceScaling(2.0, mode="fan_out", distribution="truncated_normal")


def classifier(dropout: float, **dense: Any) -> Any:
    """The head, with the kernel that EfficientNet starts it with.

    Args:
        dropout: The rate of its dropout.
        **dense: Further arguments of the dense layer.
    """
    kernel = VarianceScaling(1.0 / 3.0, mode="fan_out", distribution="uniform")
    return dense_head(dropout=dropout, kernel_initializer=kernel, **dense)


def conv(
    x: Any, filters: int, size: int, name: str, strides: int = 1, **more: Any
) -> Any:
    """A convolution without a bias, `"same"` unless `more` says otherwise."""
    arguments = {"padding": "same", "use_bias": False, **more}
    return Conv2D(
        filters,
        size,
        strides=strides,
        kernel_initializer=start(),
        name=name,
        **arguments,
    )(x)


def norm(x: Any, name: str, **more: Any) -> Any:
    """Batch normalisation."""
    return BatchNormalization(axis=channel_axis(), name=name, **more)(x)


def silu(x: Any, name: str) -> Any:
    """The activation of all of these networks."""
    return Activation("silu", name=name)(x)


def excite(x: Any, fewer: int, name: str) -> Any:
    """Weighs the channels by what the whole image shows.

    Args:
        x: Features.
        fewer: How many numbers the image is summed up in.
        name: The start of the layers' names.
    """
    channels = x.shape[channel_axis()]
    weights = GlobalAveragePooling2D(name=f"{name}se_squeeze")(x)
    shape = (channels, 1, 1) if channels_first() else (1, 1, channels)
    weights = Reshape(shape, name=f"{name}se_reshape")(weights)
    for filters, activation, step in (
        (fewer, "silu", "reduce"),
        (channels, "sigmoid", "expand"),
    ):
        weights = conv(
            weights,
            filters,
            1,
            f"{name}se_{step}",
            activation=activation,
            use_bias=True,
        )
    return Multiply(name=f"{name}se_excite")([x, weights])


def add(x: Any, carried: Any, drop: float, name: str) -> Any:
    """What was carried around the block is added, where the shapes are alike."""
    if drop > 0:
        x = Dropout(drop, noise_shape=(None, 1, 1, 1), name=f"{name}drop")(x)
    return Add(name=f"{name}add")([x, carried])


def _block(x: Any, stage: Stage, strides: int, drop: float, name: str) -> Any:
    carried, channels = x, x.shape[channel_axis()]
    if stage.widen != 1:
        x = conv(x, channels * stage.widen, 1, f"{name}expand_conv")
        x = silu(norm(x, f"{name}expand_bn"), f"{name}expand_activation")
    if strides == 2:
        around = same_padding(x, stage.size)
        x = ZeroPadding2D(around, name=f"{name}dwconv_pad")(x)
    x = DepthwiseConv2D(
        stage.size,
        strides=strides,
        padding="valid" if strides == 2 else "same",
        use_bias=False,
        depthwise_initializer=start(),
        name=f"{name}dwconv",
    )(x)
    x = silu(norm(x, f"{name}bn"), f"{name}activation")
    x = excite(x, max(1, int(channels * 0.25)), name)
    x = norm(conv(x, stage.filters, 1, f"{name}project_conv"), f"{name}project_bn")
    if strides == 1 and channels == stage.filters:
        x = add(x, carried, drop, name)
    return x


def _body(width: float, depth: float) -> Any:
    stages = [
        s._replace(
            depth=math.ceil(depth * s.depth), filters=divisible(s.filters * width)
        )
        for s in _STAGES
    ]
    blocks = sum(s.depth for s in stages)

    def body(x: Any, options: Options) -> Any:
        x = Rescaling(1.0 / 255.0)(x)
        x = Normalization(axis=channel_axis())(x)
        if options.pretrained:
            # The weights were trained by a program that divided by the deviation
            # where Keras divides by its root; this factor makes up for it.
            x = Rescaling([1.0 / math.sqrt(d) for d in DEVIATION])(x)
        x = ZeroPadding2D(same_padding(x, 3), name="stem_conv_pad")(x)
        x = conv(x, divisible(32 * width), 3, "stem_conv", strides=2, padding="valid")
        x = silu(norm(x, "stem_bn"), "stem_activation")
        number = 0
        for i, stage in enumerate(stages, 1):
            for j in range(stage.depth):
                strides = 1 if j else stage.strides
                name = f"block{i}{chr(ord('a') + j)}_"
                x = _block(x, stage, strides, DROP * number / blocks, name)
                number += 1
        x = norm(conv(x, divisible(1280 * width), 1, "top_conv"), "top_bn")
        return silu(x, "top_activation")

    return body


def _make(
    number: int, width: float, depth: float, size: int, dropout: float, *hashes: str
) -> Standard:
    title = f"EfficientNetB{number}"
    name = title.lower()
    files = Files("keras-applications/", name, (hashes[0], hashes[1]))
    return standard(
        title,
        f"EfficientNet B{number}, for images of {size} by {size}.",
        "Tan and Le 2019, https://arxiv.org/abs/1905.11946.",
        Recipe(_body(width, depth), files, size=size, head=classifier(dropout)),
    )


EfficientNetB0, EfficientNetB1, EfficientNetB2, EfficientNetB3 = (
    _make(
        0, 1.0, 1.0, 224, 0.2,
        "902e53a9f72be733fc0bcb005b3ebbac", "50bc09e76180e00e4465e1a485ddc09d",
    ),
    _make(
        1, 1.0, 1.1, 240, 0.2,
        "1d254153d4ab51201f1646940f018540", "74c4e6b3e1f6a1eea24c589628592432",
    ),
    _make(
        2, 1.1, 1.2, 260, 0.3,
        "b15cce36ff4dcbd00b6dd88e7857a6ad", "111f8e2ac8aa800a7a99e3239f7bfb39",
    ),
    _make(
        3, 1.2, 1.4, 300, 0.3,
        "ffd1fdc53d0ce67064dc6a9c7960ede0", "af6d107764bb5b1abb91932881670226",
    ),
)  # fmt: skip
EfficientNetB4, EfficientNetB5, EfficientNetB6, EfficientNetB7 = (
    _make(
        4, 1.4, 1.8, 380, 0.4,
        "18c95ad55216b8f92d7e70b3a046e2fc", "ebc24e6d6c33eaebbd558eafbeedf1ba",
    ),
    _make(
        5, 1.6, 2.2, 456, 0.4,
        "ace28f2a6363774853a83a0b21b9421a", "38879255a25d3c92d5e44e04ae6cec6f",
    ),
    _make(
        6, 1.8, 2.6, 528, 0.5,
        "165f6e37dce68623721b423839de8be5", "9ecce42647a20130c1f39a5d4cb75743",
    ),
    _make(
        7, 2.0, 3.1, 600, 0.5,
        "8c03f828fec3ef71311cd463b6759d99", "cbcfe4450ddf6f3ad90b1b398090fe4a",
    ),
)  # fmt: skip
