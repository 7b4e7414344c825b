"""`RESULTS.md` and its plots, made of what `results.json` holds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks import _plots
from benchmarks._report import (
    growth_table,
    latency_table,
    memory_table,
    start_table,
    training_summary,
    training_table,
)
from benchmarks._results import FOLDER, Results
from benchmarks._targets import targets_table

IMAGES = FOLDER.parent / "docs" / "images"
HEAD = """\
# Results

Written by `{command}`; change nothing here, but `notes.md`. Peers run in processes of
their own and take turns, an epoch each, round after round; a ratio is the median of the
rounds' (least - greatest). Machines differ, and shared ones are noisy: ratios count,
absolute times are for orientation. Before a case is timed, every peer has been given
the same weights, and its loss before training and in the first epoch agrees with
addax's. `jax` is JAX written by hand (`_raw_models.py`, `_raw_jax.py`): an epoch as one
`lax.scan`, with addax's own kernels where XLA has no fast one. It is the ceiling.
"""


def write(results: Results, out: Path | None = None, suffix: str = "") -> list[Path]:
    """Writes the tables and the plots; what was written.

    Args:
        results: The figures.
        out: A folder for both; else they go to their places in the repository.
        suffix: "-gpu", for a suite of its own.
    """
    drawn = _plots.draw(results.parts, out or IMAGES, suffix)
    path = (out or FOLDER) / f"RESULTS{suffix.upper()}.md"
    path.write_text(_text(results, drawn, suffix))
    return [path, *drawn.values()]


def _text(results: Results, drawn: Mapping[str, Path], suffix: str) -> str:
    command = "make bench-gpu" if suffix else "make bench"
    parts = [HEAD.format(command=command), _machines(results.parts)]

    def picture(name: str, text: str) -> str:
        found = drawn.get(name)
        return f"![{text}]({_link(found)})\n" if found else ""

    training = results.of("training")
    if training:
        parts += [
            "## Training: times addax's epoch\n",
            picture("training", "Time of an epoch, relative to addax"),
            training_summary(training),
            "## Targets\n",
            targets_table(results.parts),
            "## Memory: the most that a process held, MB\n",
            picture("memory", "Peak memory of each case"),
            memory_table(training),
        ]
    if results.of("latency"):
        found = {c: e["seconds"] for c, e in results.of("latency").items()}
        parts += [
            "## Latency\n",
            "MLP 784-128-64-10; `predict` of 10,000 rows in batches of 32, for PyTorch "
            "and raw JAX at once.\n",
            picture("latency", "Time of a prediction"),
            latency_table(found),
        ]
    for entry in results.of("start").values():
        parts += [
            "## Start: the MNIST example as a script\n",
            "Seconds from the script's first line, the whole by the clock outside.\n",
            picture("start", "Wall time of the MNIST script"),
            start_table(entry["runs"]),
        ]
    if results.of("inputs"):
        parts += [
            "## Input: times addax's epoch\n",
            training_summary(results.of("inputs")),
        ]
    if results.of("growth"):
        parts += [
            "## Growth: time a step\n",
            picture("growth", "Time a step against sizes"),
            *(growth_table(n, e) for n, e in results.of("growth").items()),
        ]
    parts += _notes(suffix)
    if training:
        parts += ["## Training, case by case\n"]
        parts += [training_table(c, e["rows"]) for c, e in training.items()]
    return "\n".join(p for p in parts if p)


def _link(image: Path) -> str:
    return f"../docs/images/{image.name}" if image.parent == IMAGES else image.name


def _notes(suffix: str) -> list[str]:
    notes = FOLDER / f"notes{suffix}.md"
    return [notes.read_text()] if notes.exists() else []


def _machines(parts: Mapping[str, Mapping[str, Any]]) -> str:
    """The machines, with the dates and the versions of what was measured there."""
    days: dict[str, list[str]] = {}
    versions: dict[str, dict[str, set[str]]] = {}
    for entry in (e for entries in parts.values() for e in entries.values()):
        m = entry["machine"]
        gpu = f", {m['gpu']}" if "gpu" in m else ""
        place = (
            f"{m['processor']}, {m['cores']} cores, {m['memory_gb']} GB{gpu}, "
            f"{m['system']}"
        )
        days.setdefault(place, []).append(entry["when"])
        for name, version in entry["versions"].items():
            seen = versions.setdefault(place, {}).setdefault(name, set())
            seen.add(version)
    lines = []
    for place, when in days.items():
        span = " to ".join(sorted({min(when), max(when)}))
        names = (f"{n} {' and '.join(sorted(v))}" for n, v in versions[place].items())
        lines.append(f"{span}: {place}; {', '.join(names)}.\n")
    return "\n".join(lines)
