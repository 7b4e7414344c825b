"""The metrics that `compile` was given, for outputs of any structure."""

from __future__ import annotations

from typing import Any

from addax.core import Variable, tree
from addax.keras import metrics as metrics_module
from addax.keras.trainers.compile_loss import at, output_names


class CompileMetrics:
    """Updates the metrics of a model's outputs.

    Args:
        metrics: Metrics (strings, functions or objects) in a list, or a dict or list of
            lists, by output.
        weighted_metrics: Likewise, for metrics that take the sample weights.
        names: The names of the outputs, in order.
    """

    name = "compile_metrics"

    def __init__(self, metrics: Any, weighted_metrics: Any, names: list[str]) -> None:
        self._given = (metrics, False), (weighted_metrics, True)
        self._outputs = names
        self._plan: list[tuple[Any, str, Any, bool, str]] | None = None
        self._shown: list[str] = []

    def __repr__(self) -> str:
        return f"<CompileMetrics name={self.name}>"

    @property
    def built(self) -> bool:
        """Whether the metrics are known: strings depend on the outputs' shapes."""
        return self._plan is not None

    @property
    def metrics(self) -> list[Any]:
        """The metric objects; empty before the first update."""
        return [row[2] for row in self._plan or ()]

    @property
    def variables(self) -> list[Variable]:
        """The state of all metrics."""
        return [v for m in self.metrics for v in m.variables]

    @property
    def names(self) -> list[str]:
        """The names under which `result` gives the values."""
        return self._shown or list(self.result())

    def build(self, y_true: Any, y_pred: Any) -> None:
        """Makes the metrics for targets and outputs of these shapes."""
        paths = [path for path, _ in tree.flatten_with_path(y_pred)]
        names = output_names(y_pred, self._outputs)
        many = len(paths) > 1
        plan = []
        for spec, weighted in self._given:
            rows = _per_output(spec, names, many)
            for path, name, specs in zip(paths, names, rows, strict=True):
                for one in specs:
                    expected = at(y_true, path, name, y_pred)
                    metric = metrics_module.for_output(one, expected, at(y_pred, path))
                    shown = f"{name}_{metric.name}" if many else metric.name
                    plan.append((path, name, metric, weighted, shown))
        self._plan = plan

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Takes a batch into account."""
        if self._plan is None:
            self.build(y_true, y_pred)
        for path, name, metric, weighted, _ in self._plan or ():
            expected = at(y_true, path, name, y_pred)
            if expected is None:
                continue
            weights = at(sample_weight, path, name, y_pred) if weighted else None
            metric.update_state(expected, at(y_pred, path), sample_weight=weights)

    def result(self) -> dict[str, Any]:
        """The value of each metric by its name."""
        values: dict[str, Any] = {}
        for _, _, metric, _, shown in self._plan or ():
            result = metric.result()
            if isinstance(result, dict):
                values.update(result)
            else:
                # Two metrics of one name are both shown, as Keras numbers them.
                name, number = shown, 1
                while name in values:
                    name, number = f"{shown}_{number}", number + 1
                values[name] = result
        self._shown = list(values)
        return values

    def reset_state(self) -> None:
        """Starts all metrics again."""
        for metric in self.metrics:
            metric.reset_state()


def _per_output(spec: Any, names: list[str], many: bool) -> list[list[Any]]:
    if spec is None:
        return [[] for _ in names]
    if isinstance(spec, dict):
        return [_as_list(spec.get(name)) for name in names]
    if not isinstance(spec, (list, tuple)):
        spec = [spec]
    if many and len(spec) == len(names):
        return [_as_list(one) for one in spec]
    if many and any(isinstance(one, (list, tuple)) for one in spec):
        return [_as_list(one) for one in spec]
    if len(spec) == 1 and isinstance(spec[0], (list, tuple)):
        spec = spec[0]
    if many:
        return [list(spec) if i == 0 else [] for i in range(len(names))]
    return [list(spec)]


def _as_list(spec: Any) -> list[Any]:
    if spec is None:
        return []
    return list(spec) if isinstance(spec, (list, tuple)) else [spec]
