"""Which shape of images a model takes."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.keras import config


def find_input_shape(
    given: Any, size: int, least: int, flat: bool, pretrained: bool
) -> tuple[int | None, ...]:
    """The shape of one image.

    Args:
        given: What the user gave, or `None`.
        size: The default height and width.
        least: The least height and width.
        flat: Whether the classifier needs a known size.
        pretrained: Whether the weights are those of ImageNet.

    Returns:
        Height, width and channels; channels first if Keras is set so.

    Raises:
        ValueError: If what the user gave does not fit.
    """
    first = config.image_data_format() == "channels_first"
    if given is not None:
        _check_rank(given)
        given = tuple(given)
    channels = 3 if given is None or pretrained else given[0 if first else -1]
    default = (channels, size, size) if first else (size, size, channels)
    if pretrained and flat and given not in (None, default):
        raise ValueError(
            explain(
                f"The classifier of ImageNet takes images of shape {default}.",
                received={"input_shape": given},
                fix=[
                    "include_top=False takes images of other sizes.",
                    "weights=None trains a classifier for this size from the start.",
                ],
            )
        )
    if given is None:
        nothing = (channels, None, None) if first else (None, None, channels)
        return default if flat else nothing
    _check_sizes(given, given[1:] if first else given[:-1], least, flat)
    if pretrained and given[0 if first else -1] != 3:
        raise ValueError(
            explain(
                "Weights of ImageNet are for images of three channels.",
                received={"input_shape": given},
                fix="keras.layers.Concatenate()([x, x, x]) makes three of one.",
            )
        )
    return given


def _check_rank(given: Any) -> None:
    if not isinstance(given, (tuple, list)) or len(given) != 3:
        raise ValueError(
            explain(
                "`input_shape` is height, width and channels, three whole numbers.",
                received={"input_shape": given},
                fix="input_shape=(224, 224, 3), without the batch axis.",
            )
        )


def _check_sizes(given: Any, sizes: Any, least: int, flat: bool) -> None:
    if any(n is not None and n < least for n in sizes):
        raise ValueError(
            explain(
                f"Images must be at least {least} high and wide.",
                received={"input_shape": given},
                why="The network halves their size again and again.",
                fix=f"keras.layers.Resizing({least}, {least}) enlarges them.",
            )
        )
    if flat and None in given:
        raise ValueError(
            explain(
                "With the classifier, the images need a known size.",
                received={"input_shape": given},
                fix='include_top=False, pooling="avg" takes images of any size.',
            )
        )
