"""MobileNet: depthwise separable convolutions."""

from __future__ import annotations

import warnings
from typing import Any

from addax._base.errors import explain
from addax.keras.applications.backbone import (
    CLASSES,
    Options,
    Recipe,
    assemble,
    channel_axis,
    channels_first,
)
from addax.keras.applications.functions import described
from addax.keras.applications.imagenet_utils import (
    decode_predictions as decode_predictions,
)
from addax.keras.applications.imagenet_utils import preprocessing
from addax.keras.applications.input_shape import find_input_shape
from addax.keras.applications.weights import google
from addax.keras.layers import (
    Activation,
    BatchNormalization,
    Conv2D,
    DepthwiseConv2D,
    Dropout,
    GlobalAveragePooling2D,
    ReLU,
    Reshape,
    ZeroPadding2D,
)
from addax.keras.models import Model

preprocess_input = preprocessing("tf")

# Filters and step of each block after the first convolution
_BLOCKS = (
    (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1), (512, 1),
    (512, 1), (512, 1), (512, 1), (1024, 2), (1024, 1),
)  # fmt: skip
_ALPHAS = {0.25: "2_5", 0.5: "5_0", 0.75: "7_5", 1.0: "1_0"}
_SIZES = (128, 160, 192, 224)


def _norm_relu(x: Any, name: str) -> Any:
    x = BatchNormalization(axis=channel_axis(-1), name=f"{name}_bn")(x)
    return ReLU(6.0, name=f"{name}_relu")(x)


def _block(x: Any, filters: int, strides: int, multiplier: int, number: int) -> Any:
    if strides > 1:
        x = ZeroPadding2D(((0, 1), (0, 1)), name=f"conv_pad_{number}")(x)
    name = f"conv_dw_{number}"
    x = DepthwiseConv2D(
        3,
        strides=strides,
        padding="valid" if strides > 1 else "same",
        depth_multiplier=multiplier,
        use_bias=False,
        name=name,
    )(x)
    x = _norm_relu(x, name)
    name = f"conv_pw_{number}"
    x = Conv2D(filters, 1, padding="same", use_bias=False, name=name)(x)
    return _norm_relu(x, name)


def _body(alpha: float, multiplier: int) -> Any:
    def body(x: Any, options: Options) -> Any:
        x = Conv2D(
            int(32 * alpha), 3, strides=2, padding="same", use_bias=False, name="conv1"
        )(x)
        x = _norm_relu(x, "conv1")
        for number, (filters, strides) in enumerate(_BLOCKS, 1):
            x = _block(x, int(filters * alpha), strides, multiplier, number)
        return x

    return body


def _head(dropout: float) -> Any:
    def head(x: Any, options: Options) -> Any:
        x = GlobalAveragePooling2D(keepdims=True)(x)
        x = Dropout(dropout, name="dropout")(x)
        x = Conv2D(options.classes, 1, padding="same", name="conv_preds")(x)
        x = Reshape((options.classes,), name="reshape_2")(x)
        return Activation(options.classifier_activation, name="predictions")(x)

    return head


def find_rows(
    input_shape: Any, include_top: bool, pretrained: bool, sizes: tuple[int, ...]
) -> tuple[int, int | None]:
    """The default size of images, and which one the weights are for.

    Args:
        input_shape: What the user gave, or `None`.
        include_top: Whether with the classifier.
        pretrained: Whether the weights are those of ImageNet.
        sizes: The sizes that there are weights for.

    Returns:
        Two sizes; the second is that of the model's name, too.
    """
    height, width = None, None
    if input_shape is not None and len(input_shape) == 3:
        height, width = input_shape[1:] if channels_first() else input_shape[:2]
    known = height == width and height in sizes
    size = height if known and height is not None else 224
    shape = find_input_shape(input_shape, size, 32, include_top, pretrained)
    rows = shape[1 if channels_first() else 0]
    if not pretrained or rows in sizes:
        return size, rows
    if rows is not None:
        warnings.warn(
            f"There are weights for images of {', '.join(map(str, sizes))} pixels, "
            f"high and wide. Received: input_shape={input_shape}. Those for "
            "224 are used; they work, if not as well as for their own size.",
            stacklevel=4,
        )
    return size, 224


def check_alpha(alpha: float, known: Any) -> None:
    """Refuses factors that there are no weights for.

    Args:
        alpha: The factor.
        known: Those that there are.

    Raises:
        ValueError: If it is none of them.
    """
    if alpha not in known:
        raise ValueError(
            explain(
                "There are weights of ImageNet for some values of `alpha` only: "
                f"{', '.join(map(str, known))}.",
                received={"alpha": alpha},
                fix="weights=None takes any.",
            )
        )


def _check_multiplier(depth_multiplier: int) -> None:
    if depth_multiplier != 1:
        raise ValueError(
            explain(
                "The weights of ImageNet are for a depth multiplier of 1.",
                received={"depth_multiplier": depth_multiplier},
                fix="weights=None takes any.",
            )
        )


def _mobilenet(
    input_shape: Any = None,
    alpha: float = 1.0,
    depth_multiplier: int = 1,
    dropout: float = 1e-3,
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
        _check_multiplier(depth_multiplier)
    size, rows = find_rows(input_shape, include_top, pretrained, _SIZES)
    options = Options(
        include_top,
        weights,
        input_tensor,
        input_shape,
        pooling,
        classes,
        classifier_activation,
        name or f"mobilenet_{alpha:.2f}_{rows}",
    )
    stem = f"mobilenet_{_ALPHAS.get(alpha)}_{rows}_tf"
    recipe = Recipe(
        _body(alpha, depth_multiplier),
        google("mobilenet", stem, without_top="_no_top"),
        size=size,
        head=_head(dropout),
        pool=False,
    )
    return assemble(options, recipe)


MobileNet = described(
    _mobilenet,
    "MobileNet",
    "MobileNet: small and quick for its accuracy, for phones.",
    "Howard et al. 2017, https://arxiv.org/abs/1704.04861.",
)
