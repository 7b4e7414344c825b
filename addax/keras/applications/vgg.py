"""VGG: plain stacks of small convolutions."""

from __future__ import annotations

from typing import Any

from addax.keras.applications.backbone import Options, Recipe, predictions
from addax.keras.applications.functions import standard
from addax.keras.applications.imagenet_utils import (
    decode_predictions as decode_predictions,
)
from addax.keras.applications.imagenet_utils import preprocessing
from addax.keras.applications.weights import kernels
from addax.keras.layers import Conv2D, Dense, Flatten, MaxPooling2D

preprocess_input = preprocessing("caffe")

_CHANNELS = (64, 128, 256, 512, 512)


def _body(depths: tuple[int, ...]) -> Any:
    def body(x: Any, options: Options) -> Any:
        for block, (depth, filters) in enumerate(zip(depths, _CHANNELS, strict=True)):
            name = f"block{block + 1}"
            for i in range(1, depth + 1):
                x = Conv2D(
                    filters,
                    3,
                    padding="same",
                    activation="relu",
                    name=f"{name}_conv{i}",
                )(x)
            x = MaxPooling2D(2, strides=2, name=f"{name}_pool")(x)
        return x

    return body


def _head(x: Any, options: Options) -> Any:
    x = Flatten(name="flatten")(x)
    for name in ("fc1", "fc2"):
        x = Dense(4096, activation="relu", name=name)(x)
    return predictions(x, options)


def _make(title: str, depths: tuple[int, ...], *hashes: str) -> Any:
    name = title.lower()
    return standard(
        title,
        f"{title}: {sum(depths)} convolutions of (3, 3) and three dense layers.",
        "Simonyan and Zisserman 2015, https://arxiv.org/abs/1409.1556.",
        Recipe(_body(depths), kernels(name, name, *hashes), head=_head, pool=False),
    )


VGG16 = _make(
    "VGG16",
    (2, 2, 3, 3, 3),
    "64373286793e3c8b2b4e3219cbf3544b",
    "6d6bbae143d832006294945121d1f1fc",
)
VGG19 = _make(
    "VGG19",
    (2, 2, 4, 4, 4),
    "cbe5617147190e668d6c5d5026f83318",
    "253f8cb515780f3b799900260a226db6",
)
