"""Draw the learning curves and what the model gets right and wrong."""

from pathlib import Path
from typing import Any

import numpy as np

from addax._base.lazy import optional_import
from addax.cli.problem import Problem

_TRAINING, _VALIDATION, _INK, _FAINT = "#8a9bb0", "#0b6e99", "#22303c", "#d8dee4"
_STYLE = {
    "axes.edgecolor": _FAINT,
    "axes.grid": True,
    "axes.labelcolor": _INK,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": _INK,
    "axes.titlelocation": "left",
    "axes.titlepad": 12,
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "figure.constrained_layout.use": True,
    "font.size": 10,
    "grid.color": "#eef1f4",
    "legend.frameon": False,
    "savefig.dpi": 150,
    "xtick.color": _INK,
    "ytick.color": _INK,
}
_MOST_NUMBERED_CLASSES = 20
_MOST_NAMED_CLASSES = 40


def draw_training(
    path: Path, history: dict[str, list[float]], problem: Problem
) -> None:
    """Draw the loss and the metric over the epochs, in training and validation.

    Args:
        path: the `.png` file.
        history: `History.history`.
        problem: the data.
    """
    names = {"loss": "Loss"} | (
        {"mae": "Mean absolute error"}
        if problem.is_regression
        else {"accuracy": "Accuracy"}
    )
    best = int(np.argmin(history["val_loss"]))
    epochs = np.arange(1, len(history["loss"]) + 1)
    with _matplotlib().rc_context(_STYLE):
        figure = _figure((10, 4))
        for axes, (key, label) in zip(
            figure.subplots(1, 2), names.items(), strict=True
        ):
            marker = "o" if len(epochs) == 1 else None
            for series, name, colour in [
                (history[key], "training", _TRAINING),
                (history[f"val_{key}"], "validation", _VALIDATION),
            ]:
                axes.plot(epochs, series, label=name, color=colour, lw=2, marker=marker)
            value = history[f"val_{key}"][best]
            axes.plot(
                best + 1,
                value,
                "o",
                label="the weights kept",
                color=_VALIDATION,
                ms=7,
                mec="w",
                zorder=5,
                clip_on=False,  # whole, where the loss is nearly 0
            )
            axes.annotate(
                _percent(value) if key == "accuracy" else _number(value),
                (best + 1, value),
                xytext=(4, -16 if key == "accuracy" else 10),
                textcoords="offset points",
                ha="right",
                color=_VALIDATION,
                fontweight="bold",
                bbox={"facecolor": "white", "alpha": 0.8, "lw": 0, "pad": 1},
            )
            axes.set(title=label, xlabel="epoch")
            if key == "accuracy":
                axes.set_ylim(top=1.0 + 0.03 * (1.0 - axes.get_ylim()[0]))
                axes.yaxis.set_major_formatter(_percent)
            else:
                axes.set_ylim(bottom=0.0)
                axes.yaxis.set_major_formatter(_number)
            axes.xaxis.get_major_locator().set_params(integer=True)
        figure.axes[0].legend()
        figure.savefig(path)


def draw_predictions(folder: Path, problem: Problem, predicted: np.ndarray) -> None:
    """Draw the confusion matrix, or the predicted against the true numbers.

    Args:
        folder: where `confusion.png` or `predictions.png` goes.
        problem: the data.
        predicted: what the model predicted for the test rows.
    """
    with _matplotlib().rc_context(_STYLE):
        if problem.is_regression:
            figure = _scatter(problem, predicted[:, 0])
            figure.savefig(folder / "predictions.png")
        else:
            figure = _confusion(problem, predicted.argmax(axis=-1))
            figure.savefig(folder / "confusion.png")


def _confusion(problem: Problem, predicted: np.ndarray) -> Any:
    count = len(problem.classes)
    matrix = np.zeros((count, count), dtype=int)
    np.add.at(matrix, (problem.test.y, predicted), 1)
    shares = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    # Mistakes are few where a model is good; the root keeps them visible.
    mistakes = np.sqrt(shares * ~np.eye(count, dtype=bool))

    side = float(np.clip(2.2 + 0.45 * count, 4.0, 11.0))
    figure = _figure((side + 0.4, side))
    axes = figure.subplots()
    for values, where, colours in [
        (shares, np.eye(count, dtype=bool), "Blues"),
        (mistakes, (mistakes > 0), "Oranges"),
    ]:
        shown = np.ma.masked_where(~where, values)
        axes.imshow(shown, cmap=colours, vmin=0, vmax=1)
    axes.set(
        title="Right (blue) and mistaken (orange)",
        xlabel=f"predicted {problem.target}",
        ylabel=f"true {problem.target}",
    )
    axes.set(xlim=(-0.5, count - 0.5), ylim=(count - 0.5, -0.5))
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    _rule_cells(axes, count)
    if count <= _MOST_NAMED_CLASSES:
        long = max(map(len, problem.classes)) > 3
        axes.set_xticks(
            range(count),
            problem.classes,
            rotation=45 if long else 0,
            ha="right" if long else "center",
        )
        axes.set_yticks(range(count), problem.classes)
    if count <= _MOST_NUMBERED_CLASSES:
        for row, column in zip(*np.nonzero(matrix), strict=True):
            axes.text(
                column,
                row,
                f"{matrix[row, column]:,}",
                ha="center",
                va="center",
                fontsize=9,
                color="white" if shares[row, column] > 0.5 else _INK,
            )
    return figure


def _rule_cells(axes: Any, count: int) -> None:
    """Draw lines between the cells, not through their middles."""
    axes.grid(False)
    axes.set_xticks(np.arange(0.5, count), minor=True)
    axes.set_yticks(np.arange(0.5, count), minor=True)
    axes.grid(which="minor")
    axes.tick_params(which="minor", length=0)


def _scatter(problem: Problem, predicted: np.ndarray) -> Any:
    truth = problem.test.y
    figure = _figure((5.6, 5.2))
    axes = figure.subplots()
    low, high = min(truth.min(), predicted.min()), max(truth.max(), predicted.max())
    axes.plot([low, high], [low, high], color=_TRAINING, lw=1.5, zorder=1)
    # Many points become a cloud whose density shows.
    alpha = float(np.clip(40 / len(truth) ** 0.5, 0.1, 0.8))
    axes.scatter(truth, predicted, s=16, color=_VALIDATION, alpha=alpha, lw=0, zorder=2)
    axes.set(
        title="Predicted against true",
        xlabel=f"true {problem.target}",
        ylabel=f"predicted {problem.target}",
        aspect="equal",
    )
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(_number)
        axis.get_major_locator().set_params(nbins=6)
    return figure


def _matplotlib() -> Any:
    return optional_import("matplotlib", extra="plot", purpose="Drawing the curves")


def _figure(size: tuple[float, float]) -> Any:
    # A figure of its own needs no window, and leaves no state behind as pyplot does.
    module = optional_import(
        "matplotlib.figure", extra="plot", purpose="Drawing the curves"
    )
    return module.Figure(figsize=size)


def _percent(share: float, _: Any = None) -> str:
    percent = round(share * 100, 6)
    return f"{percent:.0f}%" if percent == round(percent) else f"{percent:.1f}%"


def _number(value: float, _: Any = None) -> str:
    if abs(value) >= 1e7:
        return f"{value:.3g}".replace("e+0", "e").replace("e+", "e")
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
