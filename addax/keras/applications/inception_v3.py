"""Inception V3: parallel branches of factorised convolutions."""

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
    AveragePooling2D,
    BatchNormalization,
    Concatenate,
    Conv2D,
    MaxPooling2D,
)

preprocess_input = preprocessing("tf")

# Convolutions are written `(filters, kernel)` or `(filters, kernel, strides)`; those
# with a step are not padded. A branch is a row of them, one after the other.
Row = tuple[tuple[Any, ...], ...]


def conv(x: Any, filters: int, size: Any, strides: int = 1, padding: str = "") -> Any:
    """A convolution, batch normalisation without a scale, ReLU."""
    padding = padding or ("valid" if strides > 1 else "same")
    x = Conv2D(filters, size, strides=strides, padding=padding, use_bias=False)(x)
    x = BatchNormalization(axis=channel_axis(), scale=False)(x)
    return Activation("relu")(x)


def row(x: Any, convolutions: Row) -> Any:
    """Convolutions, one after the other."""
    for each in convolutions:
        x = conv(x, *each)
    return x


def concatenate(branches: list[Any], name: str | None = None) -> Any:
    """Branches side by side."""
    return Concatenate(axis=channel_axis(), name=name)(branches)


def averaged(x: Any, filters: int) -> Any:
    """A mean over each neighbourhood, and a convolution of (1, 1)."""
    x = AveragePooling2D(3, strides=1, padding="same")(x)
    return conv(x, filters, 1)


def stem(x: Any) -> Any:
    """The layers before the branches, which take an eighth of the size."""
    for filters, size, strides, padding in (
        (32, 3, 2, "valid"),
        (32, 3, 1, "valid"),
        (64, 3, 1, "same"),
    ):
        x = conv(x, filters, size, strides, padding)
    x = MaxPooling2D(3, strides=2)(x)
    x = conv(x, 80, 1, padding="valid")
    x = conv(x, 192, 3, padding="valid")
    return MaxPooling2D(3, strides=2)(x)


_SQUARE: tuple[Row, ...] = (
    ((64, 1),),
    ((48, 1), (64, 5)),
    ((64, 1), (96, 3), (96, 3)),
)


def _long(n: int) -> tuple[Row, ...]:
    """Branches with kernels of 7 by 1."""
    return (
        ((192, 1),),
        ((n, 1), (n, (1, 7)), (192, (7, 1))),
        ((n, 1), (n, (7, 1)), (n, (1, 7)), (n, (7, 1)), (192, (1, 7))),
    )


# The blocks: branches, and the filters after the average; without them, a maximum in
# steps of 2 is the last branch.
_BLOCKS: tuple[tuple[tuple[Row, ...], int | None], ...] = (
    (_SQUARE, 32),
    (_SQUARE, 64),
    (_SQUARE, 64),
    ((((384, 3, 2),), ((64, 1), (96, 3), (96, 3, 2))), None),
    (_long(128), 192),
    (_long(160), 192),
    (_long(160), 192),
    (_long(192), 192),
    (
        (
            ((192, 1), (320, 3, 2)),
            ((192, 1), (192, (1, 7)), (192, (7, 1)), (192, 3, 2)),
        ),
        None,
    ),
)


def _split(x: Any, name: str | None) -> Any:
    """A row and a column of 3, side by side."""
    return concatenate([conv(x, 384, (1, 3)), conv(x, 384, (3, 1))], name)


def _body(x: Any, options: Options) -> Any:
    x = stem(x)
    for number, (rows, filters) in enumerate(_BLOCKS):
        branches = [row(x, each) for each in rows]
        last = (
            MaxPooling2D(3, strides=2)(x) if filters is None else averaged(x, filters)
        )
        x = concatenate([*branches, last], f"mixed{number}")
    for number in range(2):
        one = conv(x, 320, 1)
        middle = _split(conv(x, 384, 1), f"mixed9_{number}")
        deep = _split(row(x, ((448, 1), (384, 3))), None)
        x = concatenate([one, middle, deep, averaged(x, 192)], f"mixed{9 + number}")
    return x


_FILES = kernels(
    "inception_v3",
    "inception_v3",
    "9a0d58056eeedaa3f26cb7ebd46da564",
    "bcbd6486424b2319ff4ef7d526e38f63",
)

InceptionV3 = standard(
    "InceptionV3",
    "Inception V3: parallel branches, large kernels in two steps.",
    "Szegedy et al. 2016, https://arxiv.org/abs/1512.00567.",
    Recipe(_body, _FILES, size=299, least=75, pool=False),
    name="inception_v3",
)
