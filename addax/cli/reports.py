"""Say in numbers and text how well a model does on the test rows."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from addax._base.lazy import optional_import
from addax._version import __version__
from addax.cli.problem import Options, Problem


@dataclass(frozen=True)
class Report:
    """How well a model does.

    Args:
        text: the table.
        headline: the one number, in a sentence.
    """

    text: str
    headline: str


def evaluate(problem: Problem, model: Any, predicted: np.ndarray) -> Report:
    """Compare predictions with the truth on the test rows.

    Args:
        problem: the data.
        model: the trained model, whose `evaluate` gives the headline.
        predicted: what it predicted for the test rows.

    Returns:
        The report: precision, recall and F1 of each class, or the errors of a
        regression.
    """
    values = model.evaluate(problem.test.x, problem.test.y, verbose=0, return_dict=True)
    metrics: Any = optional_import(
        "sklearn.metrics", extra="quickstart", purpose="The report"
    )
    if problem.is_regression:
        return _of_regression(problem, metrics, predicted[:, 0], values)
    text = metrics.classification_report(
        problem.test.y,
        predicted.argmax(axis=-1),
        labels=range(len(problem.classes)),
        target_names=problem.classes,
        zero_division=0.0,
    )
    accuracy, count = values["accuracy"], len(problem.test)
    right = round(accuracy * count)
    headline = f"Test accuracy {accuracy:.1%} ({right:,} of {count:,} right)"
    return Report(text.rstrip(), headline)


def write_history(path: Path, history: dict[str, list[float]]) -> None:
    """Write the loss and the metrics of each epoch as a table.

    Args:
        path: the `.csv` file.
        history: `History.history`.
    """
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["epoch", *history])
        columns = [[float(v) for v in values] for values in history.values()]
        for epoch, row in enumerate(zip(*columns, strict=True), 1):
            writer.writerow([epoch, *row])


def write_report(
    path: Path,
    command: str,
    problem: Problem,
    options: Options,
    model: Any,
    report: Report,
) -> None:
    """Write what the command printed, without the progress.

    Args:
        path: the text file.
        command: as the user typed it.
        problem: the data.
        options: what the user chose.
        model: the trained model.
        report: how well it does.
    """
    summary = io.StringIO()
    model.summary(print_fn=lambda line, **_: summary.write(line + "\n"))
    lines = [
        f"{command} (addax {__version__}, seed {options.seed})",
        "",
        problem.about,
        *(f"- {each}" for each in problem.notes),
        f"- {len(problem.train):,} rows for training, {len(problem.validation):,} for "
        f"validation, {len(problem.test):,} for this report",
        "",
        summary.getvalue().rstrip(),
        "",
        report.text,
        "",
        report.headline,
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _of_regression(
    problem: Problem, metrics: Any, predicted: np.ndarray, values: dict[str, float]
) -> Report:
    truth = problem.test.y
    # A model is worth what it adds to always saying the same.
    constant = np.full_like(truth, problem.train.y.mean())
    lines = [f"{'':>26}  {'MAE':>10}  {'RMSE':>10}  {'R2':>7}"]
    for name, guess in [("the model", predicted), ("always the mean", constant)]:
        mae = metrics.mean_absolute_error(truth, guess)
        rmse = metrics.mean_squared_error(truth, guess) ** 0.5
        r2 = metrics.r2_score(truth, guess)
        lines.append(f"{name:>26}  {_number(mae):>10}  {_number(rmse):>10}  {r2:>7.3f}")
    headline = (
        f"Test error {_number(values['mae'])} on average (MAE), R2 "
        f"{metrics.r2_score(truth, predicted):.3f}"
    )
    return Report("\n".join(lines), headline)


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.4g}"
