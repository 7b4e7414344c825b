"""What the readers of data make and the training takes."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Options:
    """What the user chose; `None` means that the data decides.

    Args:
        out: the folder for the files.
        seed: of the split, the weights and the shuffling.
        epochs: at most so many.
        batch_size: rows in one step.
        target: the column of a table.
        task: `"classification"` or `"regression"`.
        image_size: pixels a side.
    """

    out: Path
    seed: int = 0
    epochs: int | None = None
    batch_size: int | None = None
    target: str | None = None
    task: str | None = None
    image_size: int | None = None


@dataclass(frozen=True)
class Part:
    """One part of the data: for training, validation or test.

    Args:
        x: the inputs, rows first.
        y: class numbers, or the numbers to predict.
    """

    x: np.ndarray
    y: np.ndarray

    def __len__(self) -> int:
        return len(self.y)


@dataclass(frozen=True)
class Problem:
    """Data that is ready to train on.

    Args:
        about: what it is, in a few words.
        target: what is predicted, for the labels of the plots.
        train: what the model learns from.
        validation: what training is watched on.
        test: what the report is about.
        classes: their names; empty for a regression.
        scale: inputs are multiplied by it, inside the model ...
        offset: ... and then this is added.
        notes: what was done to the data, for the user to read.
        preprocessing: how new data becomes inputs; saved beside the model.
    """

    about: str
    target: str
    train: Part
    validation: Part
    test: Part
    classes: tuple[str, ...] = ()
    scale: Any = 1.0
    offset: Any = 0.0
    notes: tuple[str, ...] = ()
    preprocessing: dict[str, Any] = field(default_factory=dict)

    @property
    def is_regression(self) -> bool:
        """Whether numbers are predicted, not classes."""
        return not self.classes

    @property
    def input_shape(self) -> tuple[int, ...]:
        """The shape of one input."""
        return self.train.x.shape[1:]

    @property
    def is_images(self) -> bool:
        """Whether the inputs are images: height, width, channels."""
        return len(self.input_shape) == 3
