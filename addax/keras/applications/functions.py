"""The public functions: their signature, their names, their documentation."""

from __future__ import annotations

import inspect
from typing import Any, Protocol

from addax.keras.applications.backbone import CLASSES, Options, Recipe, assemble
from addax.keras.models import Model


class Standard(Protocol):
    """The signature that most architectures have."""

    def __call__(
        self,
        include_top: bool = True,
        weights: Any = "imagenet",
        input_tensor: Any = None,
        input_shape: Any = None,
        pooling: str | None = None,
        classes: int = CLASSES,
        classifier_activation: Any = "softmax",
        name: str | None = None,
    ) -> Model: ...


def standard(
    title: str, about: str, source: str, recipe: Recipe, name: str | None = None
) -> Standard:
    """The public function of an architecture without arguments of its own.

    Args:
        title: The function's name.
        about: What it is, as one sentence.
        source: The paper.
        recipe: The architecture.
        name: The model's name if the user gives none.
    """

    def build(
        include_top: bool = True,
        weights: Any = "imagenet",
        input_tensor: Any = None,
        input_shape: Any = None,
        pooling: str | None = None,
        classes: int = CLASSES,
        classifier_activation: Any = "softmax",
        name: str | None = name or title.lower(),
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
        return assemble(options, recipe)

    build.__module__ = recipe.body.__module__
    return described(build, title, about, source)


_ARGUMENTS = {
    "include_top": "Whether the classifier at the end is part of the model.",
    "weights": '`"imagenet"` for weights trained on ImageNet, downloaded at the first\n'
    "use; `None` to start at random; or the path of a file of weights.",
    "input_tensor": "A symbolic tensor to use as images.",
    "input_shape": "The shape of an image, without the batch axis. With the classifier "
    "of\nImageNet it must be the default.",
    "pooling": "Without the classifier, what becomes of the features: `None` leaves "
    'them,\n`"avg"` and `"max"` take the mean and the maximum over the image.',
    "classes": "How many classes there are; with the classifier only.",
    "classifier_activation": "The activation of the last layer; `None` for logits.",
    "name": "The model's name.",
    "alpha": "A factor for the number of channels of each layer.",
    "depth_multiplier": "How many channels a depthwise convolution makes of each.",
    "dropout": "The rate of dropout before the classifier.",
    "dropout_rate": "The rate of dropout before the classifier.",
    "minimalistic": "Whether to leave out what is slow on some devices: squeeze and\n"
    "excitation, hard swish, kernels of (5, 5).",
    "include_preprocessing": "Whether the model rescales its inputs itself, which then "
    "are\nnumbers from 0 to 255.",
}


def described(build: Any, title: str, about: str, source: str) -> Any:
    """Gives a function of this package its name and its documentation.

    Args:
        build: The function.
        title: Its name.
        about: What it makes, as one sentence.
        source: The paper.
    """
    entries = [
        f"    {name}: {_ARGUMENTS[name]}".replace("\n", "\n        ")
        for name in inspect.signature(build).parameters
    ]
    build.__name__ = build.__qualname__ = title
    build.__doc__ = f"""{about}

Args:
{chr(10).join(entries)}

Returns:
    A `keras.Model`.

Raises:
    ValueError: If an argument does not fit the others.
    OSError: If weights cannot be downloaded; the message says where to put them.

Source: {source}

Example:

```python
base = keras.applications.{title}(include_top=False, pooling="avg")
base.trainable = False
model = keras.Sequential([base, keras.layers.Dense(5, activation="softmax")])
```
"""
    return build
