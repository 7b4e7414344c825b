"""`Pipeline`: what all datasets are, a stage and the options it runs with."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.data.options import Options
from addax.data.stage import Stage


class Pipeline:
    """A stage, and the options it runs with.

    Args:
        stage: What the elements are and how they come about.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._options = Options()

    def _with(self, stage: Stage) -> Any:
        following = made(stage)
        following._options = self._options
        return following


def made(stage: Stage) -> Any:
    """The dataset of a stage."""
    return stage.as_dataset()


def stage_of(dataset: Any) -> Stage:
    """The stage of a dataset.

    Raises:
        TypeError: If it is no dataset.
    """
    stage = getattr(dataset, "_stage", None)
    if not isinstance(stage, Stage):
        raise TypeError(
            explain(
                "A dataset was expected.",
                received={"dataset": dataset},
                fix="tf.data.Dataset.from_tensor_slices(x)",
            )
        )
    return stage
