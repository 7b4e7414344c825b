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
        epochs=options.epochs,
        batch_size=options.batch_size,
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
    return Problem(
        about="1,797 handwritten digits of 8 x 8 pixels, from scikit-learn",
        target="digit",
        train=train,
        validation=validation,
        test=test,
        classes=tuple(map(str, range(10))),
        scale=1 / 16,  # the pixels hold 0 to 16
        preprocessing={"kind": "images", "size": [8, 8], "channels": 1},
    )


def _next_steps(problem: Problem, out: str) -> str:
    return (
        "addax train photos/                       your own images\n"
        "addax train table.csv --target COLUMN     your own table\n"
        "\n"
        "from addax import keras                   this model, in Python\n"
        f'model = keras.models.load_model("{out}/model.keras")'
    )
