"""What happens to gradients before an optimizer uses them: checks and clipping."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from typing import Any

from addax._base.errors import explain
from addax.core import Variable
from addax.ops import math, reduce


def pairs(grads_and_vars: Iterable[Any]) -> tuple[list[Any], list[Variable]]:
    """The gradients and the variables of `(gradient, variable)` pairs.

    Raises:
        ValueError: If they are no such pairs.
    """
    items = list(grads_and_vars)
    for item in items:
        if not isinstance(item, (tuple, list)) or len(item) != 2:
            raise ValueError(
                explain(
                    "apply_gradients takes pairs of a gradient and its variable.",
                    received={"grads_and_vars[0]": item},
                    fix=_ZIPPED,
                )
            )
        if isinstance(item[0], Variable) and not isinstance(item[1], Variable):
            raise ValueError(
                explain(
                    "Each pair is (gradient, variable), in this order.",
                    received={"grads_and_vars[0]": item},
                    fix=_ZIPPED,
                )
            )
    return [gradient for gradient, _ in items], [variable for _, variable in items]


_ZIPPED = "optimizer.apply_gradients(zip(gradients, model.trainable_variables))"


def present(
    gradients: Sequence[Any], variables: Sequence[Variable]
) -> tuple[list[Any], list[Variable]]:
    """The gradients that are not `None`, and their variables.

    Raises:
        ValueError: If there is none.
    """
    kept = [
        (gradient, variable)
        for gradient, variable in zip(gradients, variables, strict=True)
        if gradient is not None
    ]
    if len(kept) == len(gradients):
        return list(gradients), list(variables)
    missing = [v.path for g, v in zip(gradients, variables, strict=True) if g is None]
    if not kept:
        raise ValueError(
            explain(
                "No variable has a gradient.",
                received={"variables": missing},
                why="The loss does not depend on them, or the tape did not see how.",
                fix=[
                    "Compute the loss from the model's output inside the tape:\n"
                    "with tf.GradientTape() as tape:\n"
                    "    loss = loss_fn(y, model(x, training=True))",
                    "Keep to operations of addax between model and loss; a NumPy "
                    "function in between hides them.",
                ],
            )
        )
    warnings.warn(
        f"These variables have no gradient and are left as they are: "
        f"{', '.join(missing)}. The loss does not depend on them; if it should, it was "
        "computed outside the tape, or compile() was given no loss for an output.",
        stacklevel=4,
    )
    return [gradient for gradient, _ in kept], [variable for _, variable in kept]


def check_shapes(gradients: Sequence[Any], variables: Sequence[Variable]) -> None:
    """Raises `ValueError` unless each gradient has its variable's shape."""
    for gradient, variable in zip(gradients, variables, strict=True):
        if tuple(gradient.shape) != tuple(variable.shape):
            raise ValueError(
                explain(
                    f"The gradient for {variable.path!r} has another shape than the "
                    "variable.",
                    received={"gradient": gradient, "variable": variable},
                    why="Gradients and variables are matched by position.",
                    fix=_ZIPPED,
                )
            )


def clip_by_norm(gradient: Any, norm: float) -> Any:
    """`gradient`, shortened to length `norm` if it is longer."""
    length = math.sqrt(reduce.sum(math.square(gradient)))
    return gradient * norm / math.maximum(length, norm)


def clip_by_global_norm(gradients: Sequence[Any], norm: float) -> list[Any]:
    """All gradients, shortened by one factor so that together they have length `norm`.

    If a gradient is infinite or NaN, all become NaN.
    """
    length = math.sqrt(sum(reduce.sum(math.square(g)) for g in gradients))  # type: ignore[arg-type]
    factor = norm * math.minimum(1.0 / length, 1.0 / norm)
    factor = math.where(math.isfinite(length), factor, float("nan"))
    return [gradient * factor for gradient in gradients]
