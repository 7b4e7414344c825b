"""What all architectures share: arguments, the input, the classifier, the weights."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from typing import Any, NamedTuple

from addax._base import heap
from addax._base.errors import explain
from addax._base.names import did_you_mean
from addax.core import SymbolicTensor
from addax.keras import activations, config
from addax.keras.applications.input_shape import find_input_shape
from addax.keras.applications.weights import Files, fetch
from addax.keras.layers import (
    Dense,
    Dropout,
    GlobalAveragePooling2D,
    GlobalMaxPooling2D,
    Input,
)
from addax.keras.models import Model
from addax.keras.utils.data import get_source_inputs

CLASSES = 1000


class Options(NamedTuple):
    """The arguments that every architecture takes."""

    include_top: bool
    weights: Any
    input_tensor: Any
    input_shape: Any
    pooling: str | None
    classes: int
    classifier_activation: Any
    name: str | None

    @property
    def pretrained(self) -> bool:
        """Whether the weights are those of ImageNet, from the network."""
        return self.weights == "imagenet"


class Recipe(NamedTuple):
    """How to make a model from options.

    Attributes:
        body: The layers from the images to the features.
        files: Where the weights of ImageNet are.
        size: Height and width of the images that those were trained with.
        least: The least height and width.
        head: The layers from the features to the classes.
        tail: Those that end a model without classes, if there is more than a pool.
        pool: What global pooling layers are called: `avg_pool`, `max_pool`, or as
            layers without a name are.
        flat: Whether the classifier needs images of a known size.
    """

    body: Callable[[Any, Options], Any]
    files: Files | None = None
    size: int = 224
    least: int = 32
    head: Callable[[Any, Options], Any] | None = None
    tail: Callable[[Any, Options], Any] | None = None
    pool: bool = True
    flat: bool = True


def assemble(options: Options, recipe: Recipe) -> Any:
    """Makes the model, with its weights.

    Args:
        options: What the user asked for.
        recipe: The architecture.

    Raises:
        ValueError: If an argument does not fit.
        OSError: If the weights are not here and cannot be downloaded.
    """
    options = _checked(options)
    images = _images(options, recipe)
    path = options.weights
    if options.pretrained:  # first: without the file there is nothing to wait for
        assert recipe.files is not None
        path = fetch(recipe.files, options.include_top)
    x = recipe.body(images, options)
    if options.include_top:
        x = (recipe.head or dense_head())(x, options)
    elif recipe.tail is not None:
        x = recipe.tail(x, options)
    else:
        x = pooled(x, options.pooling, recipe.pool)
    inputs = images
    if options.input_tensor is not None:
        found = get_source_inputs(options.input_tensor)
        inputs = found[0] if len(found) == 1 else found
    model = Model(inputs, x, name=options.name)
    if path is not None:
        model.load_weights(path)
    gc.collect()
    heap.give_back()  # what stays takes a third of what building it took
    return model


def _checked(options: Options) -> Options:
    weights = options.weights
    if not (weights in (None, "imagenet") or _is_file(weights)):
        raise ValueError(
            explain(
                "`weights` is None, 'imagenet' or the path of a file.",
                received={"weights": weights},
                why=did_you_mean(str(weights), ["imagenet"])
                or "There is no file at this path.",
                fix='weights=None starts at random, weights="imagenet" downloads.',
            )
        )
    if not options.include_top or weights is None:
        return options
    if options.pretrained and options.classes != CLASSES:
        raise ValueError(
            explain(
                f"The classifier trained on ImageNet has {CLASSES} classes.",
                received={"classes": options.classes},
                fix=[
                    "include_top=False, and a classifier of your own:\n"
                    f"keras.layers.Dense({options.classes})(base.output)",
                    "weights=None trains all of it from the start.",
                ],
            )
        )
    activation = activations.get(options.classifier_activation)
    if activation not in (activations.softmax, activations.linear):
        raise ValueError(
            explain(
                "A classifier with pretrained weights ends in softmax or in logits.",
                received={"classifier_activation": options.classifier_activation},
                fix='classifier_activation="softmax", or None for logits.',
            )
        )
    return options


def _is_file(weights: Any) -> bool:
    return isinstance(weights, (str, os.PathLike)) and os.path.exists(weights)


def _images(options: Options, recipe: Recipe) -> Any:
    shape = find_input_shape(
        options.input_shape,
        size=recipe.size,
        least=recipe.least,
        flat=recipe.flat and options.include_top,
        pretrained=options.pretrained,
    )
    tensor = options.input_tensor
    if tensor is None:
        return Input(shape=shape)
    if isinstance(tensor, SymbolicTensor):
        return tensor
    return Input(tensor=tensor, shape=shape)


# The ends of the networks


def pooled(x: Any, pooling: str | None, named: bool = True) -> Any:
    """The features as they are, or their means or maxima over the image.

    Args:
        x: Features.
        pooling: `"avg"`, `"max"`; everything else leaves them as they are, as in Keras.
        named: Whether the layer is called `avg_pool` or `max_pool`.
    """
    if pooling == "avg":
        return GlobalAveragePooling2D(name="avg_pool" if named else None)(x)
    if pooling == "max":
        return GlobalMaxPooling2D(name="max_pool" if named else None)(x)
    return x


def dense_head(
    named: bool = True, dropout: float = 0.0, **dense: Any
) -> Callable[[Any, Options], Any]:
    """Means over the image and one dense layer, `predictions`.

    Args:
        named: Whether the pooling layer is called `avg_pool`.
        dropout: The rate of a dropout layer in between.
        **dense: Further arguments of the dense layer.
    """

    def head(x: Any, options: Options) -> Any:
        x = pooled(x, "avg", named)
        if dropout:
            x = Dropout(dropout, name="top_dropout")(x)
        return predictions(x, options, **dense)

    return head


def predictions(x: Any, options: Options, **dense: Any) -> Any:
    """The dense layer of the classes.

    Args:
        x: Features, one row for each image.
        options: What the user asked for.
        **dense: Further arguments of the layer.
    """
    return Dense(
        options.classes,
        activation=options.classifier_activation,
        name="predictions",
        **dense,
    )(x)


def channels_first() -> bool:
    """Whether images have their channels before height and width."""
    return config.image_data_format() == "channels_first"


def channel_axis(last: int = 3) -> int:
    """The axis of the channels: 1, or `last` where they come last."""
    return 1 if channels_first() else last
