"""The main job, the same for every kind of data: train, look, save, load, compare."""

import json
import os
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from textwrap import indent
from typing import Any

import numpy as np

from addax import keras
from addax._base.errors import explain
from addax._base.files import atomic_files, check_writable
from addax.cli import console, plots, reports
from addax.cli.models import build_model, default_batch_size, default_epochs
from addax.cli.problem import Options, Problem
from addax.cli.progress import EpochBar

# What is written, and what it is.
_FILES = {
    "model.keras": "the model",
    "preprocessing.json": "how new data becomes its input",
    "training.png": "the learning curves",
    "confusion.png": "which classes were taken for which",
    "predictions.png": "predicted against true values",
    "report.txt": "everything above, as text",
    "history.csv": "loss and metrics of each epoch",
}


def run(
    command: str,
    problem: Problem,
    options: Options,
    next_steps: Callable[[Problem, str], str],
) -> None:
    """Train a model, evaluate it, and write everything to the folder of the options.

    Args:
        command: as the user typed it.
        problem: the data.
        options: what the user chose.
        next_steps: gives what to try next, from the problem and the folder.

    Raises:
        ValueError: the training went astray, or the saved model is not the trained
            one.
        OSError: the folder cannot be written to.
    """
    keras.utils.set_random_seed(options.seed)
    console.title(command, problem.about)
    for each in problem.notes:
        console.note(each)
    check_writable(options.out)  # before the training, not after it
    model, history, seconds = _train(problem, options)
    predicted = model.predict(problem.test.x, verbose=0)
    report = reports.evaluate(problem, model, predicted)
    console.step("Test")
    console.plain(report.text)
    console.plain(f"{report.headline}, trained in {seconds:.1f} s")

    with atomic_files(options.out) as folder:
        model.save(folder / "model.keras")
        difference = _difference(folder / "model.keras", problem, predicted)
        plots.draw_training(folder / "training.png", history, problem)
        plots.draw_predictions(folder, problem, predicted)
        reports.write_history(folder / "history.csv", history)
        reports.write_report(
            folder / "report.txt", command, problem, options, model, report
        )
        _write_preprocessing(folder / "preprocessing.json", problem)
        written = {each.name for each in folder.iterdir()}
    out = _shown(options.out)
    console.step(f"Written to {out}/")
    about = _FILES | {
        "model.keras": "the model; loaded again, it predicts the same (largest "
        f"difference {difference:.1g})"
    }
    console.rows([(name, text) for name, text in about.items() if name in written])
    console.step("Try next")
    console.plain(indent(next_steps(problem, out), "  "))


def _train(problem: Problem, options: Options) -> tuple[Any, dict, float]:
    epochs = options.epochs or default_epochs(problem)
    batch_size = options.batch_size or default_batch_size(problem)
    steps = -(-len(problem.train) // batch_size) * epochs
    model = build_model(problem, steps)
    console.step("Model")
    model.summary()
    console.step(
        f"Training on {len(problem.train):,} rows, watched on "
        f"{len(problem.validation):,}, to be tested on {len(problem.test):,}"
    )
    stopping = keras.callbacks.EarlyStopping(
        monitor="val_loss", patience=max(10, epochs // 5), restore_best_weights=True
    )
    # Long epochs deserve a bar each; many short ones share one.
    live, long_epochs = console.is_live(), problem.is_images
    one_bar = EpochBar(epochs) if live and not long_epochs else None
    start = time.perf_counter()
    with one_bar or nullcontext():
        history = model.fit(
            problem.train.x,
            problem.train.y,
            validation_data=(problem.validation.x, problem.validation.y),
            epochs=epochs,
            batch_size=batch_size,
            callbacks=[stopping, one_bar] if one_bar else [stopping],
            verbose=0 if one_bar else 1 if live else 2,
        ).history
    seconds = time.perf_counter() - start
    _check_finite(history)
    return model, history, seconds


def _check_finite(history: dict[str, list[float]]) -> None:
    bad = [i for i, loss in enumerate(history["loss"], 1) if not np.isfinite(loss)]
    if bad:
        raise ValueError(
            explain(
                f"The loss was no number any more in epoch {bad[0]}.",
                received={"loss": history["loss"][bad[0] - 1]},
                why="The training went astray, most often from extreme inputs.",
                fix="Look for very large numbers in the data.",
            )
        )


def _difference(path: Path, problem: Problem, predicted: np.ndarray) -> float:
    """Load the model and compare its predictions with those of the trained one."""
    again = keras.models.load_model(path).predict(problem.test.x, verbose=0)
    largest = float(np.abs(again - predicted).max())
    if largest > 1e-5 * max(1.0, float(np.abs(predicted).max())):
        raise ValueError(
            explain(
                "The saved model does not predict as the trained one.",
                received={"largest_difference": largest},
                why="This is a fault in addax, not in your data.",
                fix="Please report it, with the command you ran.",
            )
        )
    return largest


def _shown(folder: Path) -> str:
    """The folder as the user would type it."""
    relative = os.path.relpath(folder)
    return str(folder.resolve()) if relative.startswith("..") else relative


def _write_preprocessing(path: Path, problem: Problem) -> None:
    content = problem.preprocessing | {
        "target": problem.target,
        "classes": list(problem.classes),
    }
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
