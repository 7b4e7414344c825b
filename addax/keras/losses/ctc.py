"""CTC loss, for sequences of labels whose timing is not known."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.core import cast
from addax.keras.losses.elementwise import Shown
from addax.keras.losses.loss import LossFunctionWrapper
from addax.keras.losses.values import tensor
from addax.keras.serialization import public
from addax.ops import create, math, reduce
from addax.ops.ctc import ctc_loss


@public("keras.losses")
def ctc(y_true: Any, y_pred: Any) -> Any:
    """Minus the log-probability of label sequences, over all their timings.

    Source: Graves et al. 2006, https://doi.org/10.1145/1143844.1143891.

    Args:
        y_true: Class numbers from 1, of shape `(batch, max_labels)`, with 0 after the
            last label.
        y_pred: Logits, of shape `(batch, time, classes)`; class 0 is "no label".

    Returns:
        Values of shape `(batch,)`.

    Raises:
        ValueError: If the shapes are others.
    """
    y_true, y_pred = tensor(y_true), tensor(y_pred)
    if len(y_true.shape) != 2 or len(y_pred.shape) != 3:
        raise ValueError(
            explain(
                "ctc takes labels of shape (batch, max_labels) and logits of shape "
                "(batch, time, classes).",
                received={"y_true": Shown(y_true), "y_pred": Shown(y_pred)},
            )
        )
    labels = reduce.sum(cast(math.not_equal(y_true, 0), "int32"), axis=-1)
    steps = create.full_like(labels, y_pred.shape[1])
    return ctc_loss(y_true, y_pred, labels, steps, 0)


@public("keras.losses")
class CTC(LossFunctionWrapper):
    """For sequences of labels whose timing is not known (see `ctc`).

    Args:
        reduction: As for `Loss`.
        name: A name.
        dtype: As for `Loss`.
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "ctc",
        dtype: Any = None,
    ) -> None:
        super().__init__(ctc, reduction, name, dtype)
