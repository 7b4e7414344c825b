"""How functions of targets and predictions receive them, and refuse what cannot fit."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.core import TensorLike
from addax.core.op import describe
from addax.keras.losses.values import broadcasts, same_rank, tensor


def pair(y_true: Any, y_pred: Any, name: str) -> tuple[Any, Any]:
    """Targets and predictions as tensors of one type and rank.

    Raises:
        ValueError: If their shapes cannot be compared element by element.
    """
    y_pred = tensor(y_pred)
    y_true, y_pred = same_rank(tensor(y_true, y_pred.dtype), y_pred)
    if not broadcasts(y_true.shape, y_pred.shape):
        raise ValueError(
            explain(
                f"{name} compares y_true and y_pred element by element, and their "
                "shapes do not fit.",
                received={"y_true": Shown(y_true), "y_pred": Shown(y_pred)},
                why=_last_sizes(y_true, y_pred),
                fix=_fixes(y_true, y_pred),
            )
        )
    return y_true, y_pred


def _last_sizes(y_true: Any, y_pred: Any) -> str:
    if len(y_true.shape) != len(y_pred.shape):
        return "They have different numbers of axes."
    for axis, (a, b) in enumerate(zip(y_true.shape, y_pred.shape, strict=True)):
        if a != b and 1 not in (a, b):
            return f"Axis {axis} has size {a} in y_true and {b} in y_pred."
    return ""


def _fixes(y_true: Any, y_pred: Any) -> list[str]:
    units = y_true.shape[-1] if len(y_true.shape) > 1 else 1
    return [
        f"Let the model's last layer make what the targets hold: Dense({units}).",
        f"Give targets of the predictions' shape, {tuple(y_pred.shape)}.",
    ]


class Shown:
    """Shows a tensor by shape and type in a message."""

    def __init__(self, value: TensorLike) -> None:
        self._text = describe(value)

    def __repr__(self) -> str:
        return self._text
