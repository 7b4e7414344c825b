"""Figures become tables, targets and plots; made-up ones here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks._report import duration
from benchmarks._results import Results
from benchmarks._targets import findings
from benchmarks._write import write


def _row(*seconds: float, peak: float = 400.0, error: str | None = None) -> Any:
    return {
        "before": 2.3,
        "during": 1.0,
        "after": 0.5,
        "error": error,
        "first": 3.0,
        "epoch": 2.0,
        "seconds": list(seconds),
        "cpu": list(seconds),
        "peak": peak,
    }


@pytest.fixture
def results(tmp_path: Path) -> Results:
    about = {
        "machine": {
            "processor": "P",
            "cores": 2,
            "memory_gb": 8,
            "system": "Linux x86_64",
        },
        "versions": {"python": "3.12.1"},
    }
    found = Results(tmp_path / "results.json", about)
    rows = {
        "addax": _row(1.0, 2.0, 1.0),
        "jax": _row(0.8, 2.0, 0.9),
        "torch": _row(3.0, 5.0, 4.0, peak=300.0),
        "keras-tensorflow": _row(6.0, 6.0, 6.0, peak=300.0),
        "keras-torch": _row(error="not timed: loss before 2.5, addax 2.3"),
    }
    found.put("training", "mlp", {"about": "an MLP", "rows": rows})
    calls = {"addax": [1e-4], "torch": [3e-5]}
    found.put("latency", "predict 1", {"seconds": calls})
    marks = {"import": 1.0, "build": 2.0, "first epoch": 3.0, "accuracy": 0.97}
    ours, second, theirs = ({**marks, "wall": w} for w in (4.0, 3.5, 16.0))
    runs = {
        "addax": {"first": [ours], "second": [second]},
        "keras-tensorflow": {"first": [theirs], "second": []},
    }
    found.put("start", "mnist", {"runs": runs, "epochs": 5})
    line = {
        "about": "depth",
        "values": [1, 10, 100],
        "seconds": {"addax": [0.3, 0.5, 3.0], "jax": [0.2, 0.4, 1.0]},
        "exponents": {"addax": 0.7, "jax": 0.5},
        "compiling": True,
    }
    found.put("growth", "compile", line)
    return found


def test_targets_say_what_is_missed(results: Results) -> None:
    found = {f.what: (round(f.measured, 3), f.met) for f in findings(results.parts)}
    assert found == {
        "mlp: the time of the fastest peer, torch": (0.333, True),
        "mlp: the time of hand-written JAX": (1.111, True),
        "mlp: the time of torch": (0.333, True),
        "mlp: the time of keras-tensorflow": (0.167, True),
        "mlp: the memory of Keras on TensorFlow": (1.333, False),
        "predict of one row": (0.1, True),
        "script, first run: Keras on TensorFlow's time": (0.25, True),
        "script, second run: the first one's time": (0.875, True),
        "compiling 100 layers: raw JAX's time": (3.0, False),
    }


def test_all_is_written(results: Results, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    written = write(results, tmp_path)
    assert all(path.stat().st_size for path in written)
    text = (tmp_path / "RESULTS.md").read_text()
    assert "| mlp: an MLP | 1.00 s | 0.90 (0.80 - 1.00) | 3.00 (2.50 - 4.00) |" in text
    assert "keras-torch | not timed: loss before 2.5, addax 2.3 |" in text
    assert "**missed**" in text
    assert {p.name for p in written} >= {"bench-readme.png", "bench-growth.png"}


def test_what_was_measured_before_stays(results: Results, tmp_path: Path) -> None:
    again = Results(tmp_path / "results.json", results.about)
    again.put("latency", "predict 1", {"seconds": {"addax": [2e-4]}})
    kept = json.loads((tmp_path / "results.json").read_text())
    assert kept["latency"]["predict 1"]["seconds"] == {"addax": [0.0002]}
    assert list(kept["training"]) == ["mlp"]


def test_durations_are_short() -> None:
    assert [duration(s) for s in (3e-5, 0.0123, 2.5)] == ["30 us", "12.3 ms", "2.50 s"]
