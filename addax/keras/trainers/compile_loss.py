"""The losses that `compile` was given, for outputs of any structure."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax._base.names import did_you_mean
from addax.core import Tensor, tree
from addax.keras import losses
from addax.keras.metrics import Mean
from addax.ops import math


class CompileLoss:
    """Adds up the losses of a model's outputs.

    Args:
        loss: A loss (string, function or object), or a list or dict of them.
        loss_weights: A factor for each, likewise; 1 if not given.
        output_names: The names of the outputs, in order.
    """

    def __init__(self, loss: Any, loss_weights: Any, output_names: list[str]) -> None:
        self.loss = loss
        self.loss_weights = loss_weights
        self.output_names = output_names
        self._plan: list[tuple[Any, str, Any, float | None]] | None = None
        self.metrics: list[Mean] = []

    def _build(self, y_pred: Any) -> list[tuple[Any, str, Any, float | None]]:
        """Rows of (where in the outputs, name, loss, weight)."""
        paths = [path for path, _ in tree.flatten_with_path(y_pred)]
        names = output_names(y_pred, self.output_names)
        many = len(paths) > 1
        specs = per_output(self.loss, paths, names, "loss")
        weights = per_output(self.loss_weights, paths, names, "loss_weights")
        plan = []
        for path, name, spec, weight in zip(paths, names, specs, weights, strict=True):
            if spec is None:
                continue
            plan.append((path, name, _as_loss(spec), weight))
        if many and not self.metrics:
            self.metrics = [Mean(name=f"{row[1]}_loss") for row in plan]
        return plan

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """The weighted sum of all losses, or `None` if there are none."""
        if self._plan is None:
            self._plan = self._build(y_pred)
        total: Any = None
        for i, (path, name, loss, weight) in enumerate(self._plan):
            predicted = at(y_pred, path)
            expected = at(y_true, path, name, y_pred)
            if expected is None:
                raise ValueError(
                    explain(
                        "A loss needs targets to compare the outputs with.",
                        received={"y": None, "output": name},
                        fix=f"model.fit(x, y), or no loss for {name!r}",
                    )
                )
            weights = at(sample_weight, path, name, y_pred)
            value = loss(expected, predicted, sample_weight=weights)
            if self.metrics:
                self.metrics[i].update_state(value, sample_weight=samples_in(predicted))
            if weight is not None:
                value = math.multiply(value, weight)
            total = value if total is None else total + value
        return total


def _as_loss(spec: Any) -> Any:
    loss = losses.get(spec)
    if isinstance(loss, losses.Loss):
        return loss
    name = getattr(loss, "__name__", type(loss).__name__)
    return losses.LossFunctionWrapper(loss, name=name)


def samples_in(x: Any) -> int:
    """How many samples a batch has."""
    return x.shape[0] if x.shape else 1


def output_names(y_pred: Any, names: list[str]) -> list[str]:
    """A name for each output: dict keys, the layers' names, or `output_1`, ..."""
    if isinstance(y_pred, dict):
        return sorted(y_pred)
    n = len(tree.flatten(y_pred))
    return names if len(names) == n else [f"output_{i + 1}" for i in range(n)]


def per_output(spec: Any, paths: list[Any], names: list[str], what: str) -> list[Any]:
    """`spec` as one entry for each output.

    Raises:
        ValueError: If a list has another length or a dict names no output.
    """
    if spec is None:
        return [None] * len(paths)
    if isinstance(spec, dict):
        unknown = [k for k in spec if k not in names]
        if unknown:
            raise ValueError(
                explain(
                    f"{what} names an output that the model does not have.",
                    received={what: unknown[0]},
                    why=f"Its outputs are: {', '.join(map(repr, names))}.",
                    fix=did_you_mean(str(unknown[0]), names),
                )
            )
        return [spec.get(name) for name in names]
    if isinstance(spec, (list, tuple)) and (len(paths) > 1 or len(spec) == 1):
        if len(spec) != len(paths):
            raise ValueError(
                explain(
                    f"{what} needs one entry for each of the {len(paths)} outputs.",
                    received={what: spec},
                )
            )
        return list(spec)
    if isinstance(spec, (list, tuple)):
        raise ValueError(
            explain(
                f"The model has one output, but {what} has {len(spec)} entries.",
                received={what: spec},
            )
        )
    return [spec] * len(paths)


def at(structure: Any, path: Any, name: str = "", like: Any = None) -> Any:
    """The part of targets or weights that belongs to an output.

    Targets may be given in the outputs' structure, as a dict by output names, or as a
    list in the order of the outputs; one weight array serves all outputs.
    """
    if structure is None:
        return None
    if not path or isinstance(structure, Tensor):
        if not path and isinstance(structure, (list, tuple)) and len(structure) == 1:
            return structure[0]
        if not path and isinstance(structure, dict) and len(structure) == 1:
            return next(iter(structure.values()))
        return structure
    if isinstance(structure, dict) and name in structure:
        return structure[name]
    if isinstance(structure, (list, tuple)) and isinstance(like, dict):
        return structure[sorted(like).index(path[0])]
    for key in path:
        if isinstance(structure, dict) and key not in structure:
            return None
        structure = structure[key]
    return structure
