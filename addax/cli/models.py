"""The default models: one for images, one for everything else."""

from typing import Any

from addax import keras
from addax.cli.problem import Problem

layers = keras.layers

# Halving goes on until the feature maps are this small.
_SMALLEST_SIDE = 4


def default_epochs(problem: Problem) -> int:
    """Choose how long to train; early stopping may end it sooner.

    Args:
        problem: the data.

    Returns:
        The number of epochs.
    """
    few = len(problem.train) < 20_000
    if problem.is_images:
        return 20 if few else 10
    return 100 if few else 30


def default_batch_size(problem: Problem) -> int:
    """Choose the rows of one step: small batches for small data.

    Args:
        problem: the data.

    Returns:
        The number of rows.
    """
    count = len(problem.train)
    return 16 if count < 500 else 32 if count < 20_000 else 128


def build_model(problem: Problem, steps: int) -> Any:
    """Build and compile the model for a problem.

    Inputs are scaled inside it, and so are the outputs of a regression: the model takes
    and gives numbers as the user knows them.

    Args:
        problem: the data.
        steps: how many there will be, for the learning rate to fall to zero over.

    Returns:
        A compiled `keras.Sequential`.
    """
    model = keras.Sequential(name="addax_images" if problem.is_images else "addax")
    model.add(keras.Input(shape=problem.input_shape, name="input"))
    model.add(layers.Rescaling(problem.scale, problem.offset, name="scale"))
    for layer in _image_body(problem) if problem.is_images else _dense_body():
        model.add(layer)
    if problem.is_regression:
        y = problem.train.y.astype("float64")
        mean, spread = y.mean(), y.std()
        model.add(layers.Dense(1))
        model.add(layers.Rescaling(float(spread), float(mean), name="unscale"))
    else:
        model.add(layers.Dense(len(problem.classes), activation="softmax"))
    model.compile(
        optimizer=keras.optimizers.Adam(
            keras.optimizers.schedules.CosineDecay(2e-3, decay_steps=steps)
        ),
        loss="mse" if problem.is_regression else "sparse_categorical_crossentropy",
        metrics=["mae" if problem.is_regression else "accuracy"],
    )
    return model


def _image_body(problem: Problem) -> list[Any]:
    """Convolutions that halve the image until little is left, then a dropout."""
    side = min(problem.input_shape[:2])
    body: list[Any] = []
    filters = 32
    while filters == 32 or (side > _SMALLEST_SIDE and filters < 512):
        body += [
            layers.Conv2D(min(filters, 128), 3, padding="same", activation="relu"),
            # Keras's default of 0.99 lags for epochs when an epoch has few steps.
            layers.BatchNormalization(momentum=0.9),
        ]
        # A very small image is looked at twice before it gets smaller.
        if side >= 2 and (filters > 32 or side >= 2 * _SMALLEST_SIDE + 1):
            body.append(layers.MaxPooling2D())
            side //= 2
        filters *= 2
    return [*body, layers.Flatten(), layers.Dropout(0.5)]


def _dense_body() -> list[Any]:
    return [
        layers.Dense(64, activation="relu"),
        layers.Dropout(0.1),
        layers.Dense(64, activation="relu"),
        layers.Dropout(0.1),
    ]
