"""What goes into models trained on ImageNet, and what comes out."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax._base.names import did_you_mean
from addax.core import TensorLike, as_dtype, cast, convert
from addax.keras import config
from addax.keras.utils.files import get_file
from addax.ops import math, shape

_INDEX = (
    "imagenet_class_index.json",
    "https://storage.googleapis.com/download.tensorflow.org/data/",
    "c2c37ea517e94d9795004a39431a14cb",
)

# Of the images of ImageNet, from 0 to 1, red first: means and deviations.
MEAN = (0.485, 0.456, 0.406)
DEVIATION = (0.229, 0.224, 0.225)

# For each mode: a divisor, then what is subtracted, then another divisor; and whether
# the channels change their order to blue, green, red. The means of "caffe" are those
# of the first networks that were published.
_MODES: dict[str, tuple[float, Any, Any, bool]] = {
    "tf": (127.5, (1.0, 1.0, 1.0), None, False),
    "torch": (255.0, MEAN, DEVIATION, False),
    "caffe": (1.0, (103.939, 116.779, 123.68), None, True),
}


def preprocess_input(
    x: Any, data_format: str | None = None, mode: str = "caffe"
) -> Any:
    """Brings images to the form that a network was trained with.

    Args:
        x: Images, red first, numbers from 0 to 255: an array, a tensor or a symbolic
            tensor. What is given is never written over.
        data_format: `"channels_last"` or `"channels_first"`; as set in
            `keras.config` if not given.
        mode: `"tf"` gives numbers from -1 to 1; `"torch"` numbers from 0 to 1, then
            mean 0 and deviation 1 by the statistics of ImageNet; `"caffe"` puts blue
            first and subtracts the means of ImageNet.

    Returns:
        The images in floating numbers; an array for an array.

    Raises:
        ValueError: If `mode` or `data_format` is none of these.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> images = np.full((1, 2, 2, 3), 255, "uint8")
    >>> keras.applications.imagenet_utils.preprocess_input(images, mode="tf").max()
    np.float32(1.0)
    """
    if mode not in _MODES:
        raise ValueError(
            explain(
                "`mode` is 'caffe', 'tf' or 'torch'.",
                received={"mode": mode},
                fix=did_you_mean(str(mode), _MODES),
            )
        )
    return _preprocess(x, data_format, mode)


def _preprocess(x: Any, data_format: str | None, mode: str) -> Any:
    divisor, offset, deviation, blue_first = _MODES[mode]
    first = _channels_first(data_format)
    if not isinstance(x, TensorLike):
        x = np.asarray(x)
        x = x if np.issubdtype(x.dtype, np.floating) else x.astype(config.floatx())
    elif not as_dtype(x.dtype).is_floating:
        x = cast(x, config.floatx())
    axis = -3 if first else -1
    if blue_first:
        x = shape.flip(x, axis) if isinstance(x, TensorLike) else np.flip(x, axis)
    x = _divide(x, divisor)
    x = _by_channel(x, offset, first, "subtract")
    return x if deviation is None else _by_channel(x, deviation, first, "divide")


def _divide(x: Any, divisor: float) -> Any:
    if isinstance(x, TensorLike):
        return math.divide(x, divisor)
    return x / np.asarray(divisor, x.dtype)


def _by_channel(x: Any, values: Any, first: bool, what: str) -> Any:
    row = np.asarray(values, as_dtype(x.dtype).name)
    row = row.reshape(-1, 1, 1) if first else row
    if isinstance(x, TensorLike):
        return getattr(math, what)(x, convert(row))
    return getattr(np, what)(x, row)


def _channels_first(data_format: str | None) -> bool:
    valid = ("channels_last", "channels_first")
    data_format = data_format or config.image_data_format()
    if data_format not in valid:
        raise ValueError(
            explain(
                "`data_format` is 'channels_last' or 'channels_first'.",
                received={"data_format": data_format},
                fix=did_you_mean(str(data_format), valid),
            )
        )
    return data_format == "channels_first"


def decode_predictions(preds: Any, top: int = 5) -> list[list[tuple[str, str, Any]]]:
    """Names the most likely classes of ImageNet for each image.

    The names are in a small file that is downloaded at the first use.

    Args:
        preds: What a classifier for ImageNet predicted: `(images, 1000)`.
        top: How many classes to name for each image.

    Returns:
        For each image, `(WordNet's number, name, score)` of the best classes.

    Raises:
        ValueError: If `preds` has another shape.
        OSError: If the names cannot be downloaded; the message says where to put them.

    Example:

    ```python
    model = keras.applications.MobileNetV2()
    scores = model.predict(keras.applications.mobilenet_v2.preprocess_input(images))
    keras.applications.mobilenet_v2.decode_predictions(scores, top=3)[0]
    # [('n02504458', 'African_elephant', 0.82), ('n01871265', 'tusker', 0.09), ...]
    ```
    """
    scores = np.asarray(preds)
    if scores.ndim != 2 or scores.shape[1] != 1000:
        raise ValueError(
            explain(
                "Only predictions of the 1000 classes of ImageNet have these names.",
                received={"preds": preds},
                fix="for a model of your own: class_names[scores.argmax()]",
            )
        )
    names = _class_names()
    found = []
    for row in scores:
        best = row.argsort()[-top:][::-1]
        found.append([(*names[str(i)], row[i]) for i in best])
    return found


@functools.cache
def _class_names() -> dict[str, tuple[str, str]]:
    name, folder, checksum = _INDEX
    path = get_file(name, folder + name, file_hash=checksum, cache_subdir="models")
    with open(path, encoding="utf-8") as file:
        return {number: tuple(entry) for number, entry in json.load(file).items()}


# What each family has under these names


def preprocessing(mode: str) -> Callable[..., Any]:
    """The `preprocess_input` of a family of networks.

    Args:
        mode: What it does, as for `preprocess_input`; `""` for nothing.
    """

    def preprocess_input(x: Any, data_format: str | None = None) -> Any:
        return _preprocess(x, data_format, mode) if mode else x

    preprocess_input.__doc__ = f"""Brings images to the form that the network takes.

{_WHAT[mode]}

Args:
    x: Images, red first, numbers from 0 to 255: an array, a tensor or a symbolic
        tensor. What is given is never written over.
    data_format: `"channels_last"` or `"channels_first"`; as set in `keras.config` if
        not given.

Returns:
    The images in floating numbers.

Raises:
    ValueError: If `data_format` is neither of these.
"""
    return preprocess_input


_WHAT = {
    "": "Nothing is changed: the model has a layer for it.",
    "tf": "The result has numbers from -1 to 1.",
    "torch": "The result has mean 0 and deviation 1 by the statistics of ImageNet.",
    "caffe": "The result has blue first, and the means of ImageNet subtracted.",
}
