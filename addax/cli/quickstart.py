"""`addax quickstart`: the main job on real data that needs no download."""

import argparse
from typing import Any

import numpy as np

from addax._base.lazy import optional_import
from addax.cli.problem import Options, Part, Problem
from addax.cli.run import run
from addax.cli.splits import split_in_three


def run_quickstart(options: argparse.Namespace) -> None:
    """Train, evaluate, draw, save and reload a network for handwritten digits.

    Args:
        options: of the command line.
    """
    choices = Options(
        out=options.out,
        seed=options.seed,
        epochs=options.epochs or 8,
        batch_size=options.batch_size or 64,
    )
    run("addax quickstart", digits(choices.seed), choices, _next_steps)


def digits(seed: int) -> Problem:
    """Read the 1,797 handwritten digits that ship with scikit-learn.

    Args:
        seed: of the split.

    Returns:
        The digits, in three parts.

    Raises:
        ImportError: scikit-learn is not installed.
    """
    datasets: Any = optional_import(
        "sklearn.datasets", extra="quickstart", purpose="addax quickstart"
    )
    bunch = datasets.load_digits()
    images = bunch.images.astype("uint8")[..., np.newaxis]
    labels = bunch.target.astype("int32")
    rng = np.random.default_rng(seed)
    train, validation, test = (
        Part(images[rows], labels[rows])
        for rows in split_in_three(labels, len(labels), rng)
    )
    train = Part(moved_by_one(train.x), np.tile(train.y, 5))
    return Problem(
        about="1,797 handwritten digits of 8 x 8 pixels, from scikit-learn",
        target="digit",
        train=train,
        validation=validation,
        test=test,
        classes=tuple(map(str, range(10))),
        scale=1 / 16,  # the pixels hold 0 to 16
        notes=("Each digit to train on is shown five times: moved by a pixel, too.",),
        preprocessing={"kind": "images", "size": [8, 8], "channels": 1},
    )


def moved_by_one(images: np.ndarray) -> np.ndarray:
    """Add copies of images, moved by one pixel to each side: a digit stays itself.

    Args:
        images: of the shape (images, height, width, channels).

    Returns:
        The images, then all of them moved down, up, right and left.

    Example:

    >>> moved_by_one(np.array([[[[1], [2]]]]))[:, 0, :, 0].tolist()
    [[1, 2], [0, 0], [0, 0], [0, 1], [2, 0]]
    """
    padded = np.pad(images, [(0, 0), (1, 1), (1, 1), (0, 0)])
    height, width = images.shape[1:3]
    corners = [(1, 1), (0, 1), (2, 1), (1, 0), (1, 2)]
    return np.concatenate(
        [padded[:, y : y + height, x : x + width] for y, x in corners]
    )


def _next_steps(problem: Problem, out: str) -> str:
    return (
        "addax train photos/                       your own images\n"
        "addax train table.csv --target COLUMN     your own table\n"
        "\n"
        "from addax import keras                   this model, in Python\n"
        f'model = keras.models.load_model("{out}/model.keras")'
    )
