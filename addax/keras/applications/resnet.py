"""ResNet: bottleneck blocks around which their inputs are carried."""

from __future__ import annotations

from typing import Any

from addax.keras.applications.backbone import Options, Recipe, channel_axis
from addax.keras.applications.functions import Standard, standard
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
    ZeroPadding2D,
)

preprocess_input = preprocessing("caffe")

# Blocks in each of the four stages; the channels within a block; the first step.
DEPTHS = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}
CHANNELS = (64, 128, 256, 512)


def norm(name: str) -> BatchNormalization:
    """Batch normalisation with the constants of ResNet."""
    return BatchNormalization(axis=channel_axis(), epsilon=1.001e-5, name=name)


def norm_relu(x: Any, name: str) -> Any:
    """`norm` and a ReLU, named `..._bn` and `..._relu`."""
    return Activation("relu", name=f"{name}_relu")(norm(f"{name}_bn")(x))


def stem(x: Any, normalized: bool) -> Any:
    """The layers before the first stage, which take a quarter of the size.

    Args:
        x: The images.
        normalized: Whether batch normalisation and a ReLU follow the convolution.
    """
    x = ZeroPadding2D(3, name="conv1_pad")(x)
    x = Conv2D(64, 7, strides=2, name="conv1_conv")(x)
    if normalized:
        x = norm_relu(x, "conv1")
    x = ZeroPadding2D(1, name="pool1_pad")(x)
    return MaxPooling2D(3, strides=2, name="pool1_pool")(x)


def _block(x: Any, filters: int, strides: int, widen: bool, name: str) -> Any:
    carried = x
    if widen:
        carried = Conv2D(4 * filters, 1, strides=strides, name=f"{name}_0_conv")(x)
        carried = norm(f"{name}_0_bn")(carried)
    x = Conv2D(filters, 1, strides=strides, name=f"{name}_1_conv")(x)
    x = norm_relu(x, f"{name}_1")
    x = Conv2D(filters, 3, padding="same", name=f"{name}_2_conv")(x)
    x = norm_relu(x, f"{name}_2")
    x = Conv2D(4 * filters, 1, name=f"{name}_3_conv")(x)
    x = norm(f"{name}_3_bn")(x)
    x = Add(name=f"{name}_add")([carried, x])
    return Activation("relu", name=f"{name}_out")(x)


def _body(depth: int) -> Any:
    def body(x: Any, options: Options) -> Any:
        x = stem(x, normalized=True)
        for stage, (blocks, filters) in enumerate(
            zip(DEPTHS[depth], CHANNELS, strict=True)
        ):
            for i in range(blocks):
                strides = 2 if stage and not i else 1
                name = f"conv{stage + 2}_block{i + 1}"
                x = _block(x, filters, strides, not i, name)
        return x

    return body


def _make(depth: int, *hashes: str) -> Standard:
    name = f"resnet{depth}"
    return standard(
        f"ResNet{depth}",
        f"ResNet with {depth} layers.",
        "He, Zhang, Ren and Sun 2015, https://arxiv.org/abs/1512.03385.",
        Recipe(_body(depth), kernels("resnet", name, *hashes)),
    )


ResNet50 = _make(
    50, "2cb95161c43110f7111970584f804107", "4d473c1dd8becc155b73f8504c6f6626"
)
ResNet101 = _make(
    101, "f1aeb4b969a6efcfb50fad2f0c20cfc5", "88cf7a10940856eca736dc7b7e228a21"
)
ResNet152 = _make(
    152, "100835be76be38e30d865e96f2aaae62", "ee4c566cf9a93f14d82f913c2dc6dd0c"
)
