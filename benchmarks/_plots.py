"""Plots of the results, for `RESULTS.md` and the README."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib.ticker import FuncFormatter, NullFormatter

from benchmarks._report import BASE, duration, peers_of, ratios

mpl.use("Agg")

Parts = Mapping[str, Mapping[str, Any]]

NAMES = {
    "addax": "addax",
    "jax": "JAX by hand",
    "jax-plain": "JAX, plain",
    "torch": "PyTorch",
    "torch-compiled": "PyTorch, compiled",
    "keras-tensorflow": "Keras on TensorFlow",
    "keras-jax": "Keras on JAX",
    "keras-torch": "Keras on PyTorch",
}
# Muted and told apart also without colours' help: by order, marker and lightness.
COLOURS = {
    "addax": "#1b5e7a",
    "jax": "#9aa5ab",
    "jax-plain": "#c3ccd1",
    "torch": "#d9694a",
    "torch-compiled": "#a8432a",
    "keras-tensorflow": "#e2a13b",
    "keras-jax": "#7a9e63",
    "keras-torch": "#8d77a8",
}
MARKERS = dict(zip(NAMES, "o|1sPD^v", strict=True))
# What the README shows: one case of each kind.
SHOWN = ("mlp", "cnn", "resnet", "lstm", "transformer", "gan")
_STYLE = {
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#9aa5ab",
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.axisbelow": True,
    "xtick.color": "#444444",
    "ytick.color": "#444444",
    "text.color": "#222222",
    "grid.color": "#e6e9eb",
    "figure.dpi": 144,
    "figure.facecolor": "white",
    "legend.frameon": False,
}
_CLEAR = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
_TIMES = FuncFormatter(lambda v, _: f"{v:g}x")


def _timed(rows: Mapping[str, Any], peer: str) -> bool:
    row = rows.get(peer)
    return bool(row and row["seconds"] and not row["error"] and rows[BASE]["seconds"])


def _ratio(rows: Mapping[str, Any], peer: str) -> list[float]:
    return ratios(rows[peer], rows[BASE])


def readme(entries: Mapping[str, Any]) -> Any:
    """Bars for one case of each kind: a panel a case, a bar a peer."""
    timed = [c for c in entries if _timed(entries[c]["rows"], BASE)]
    cases = [c for c in SHOWN if c in timed] or timed[: len(SHOWN)]
    peers = [p for p in NAMES if p in peers_of({c: entries[c] for c in cases})]
    columns = min(3, len(cases))
    lines = -(-len(cases) // columns)
    figure, axes = plt.subplots(
        lines,
        columns,
        figsize=(3.1 * columns + 1, (0.26 * len(peers) + 0.6) * lines + 0.5),
        sharey=True,
        squeeze=False,
        layout="constrained",
    )
    for axis in axes.flat[len(cases) :]:
        axis.set_visible(False)
    for axis, case in zip(axes.flat, cases, strict=False):
        rows = entries[case]["rows"]
        found = {
            p: statistics.median(_ratio(rows, p)) for p in peers if _timed(rows, p)
        }
        limit = min(max(found.values()), 8.0) * 1.22
        for i, peer in enumerate(peers):
            if peer not in found:
                axis.text(0.02 * limit, i, "-", va="center", color="#9aa5ab")
                continue
            value = found[peer]
            axis.barh(i, min(value, limit * 0.9), 0.72, color=COLOURS[peer])
            if peer == BASE:
                took = statistics.median(rows[BASE]["seconds"])
                text = f"{duration(took)} an epoch"
            else:
                text = f"{value:.1f}x" if value < 9.95 else f"{value:.0f}x"
            inside = value > limit * 0.75
            if value > limit * 0.9:
                text += " \N{RIGHTWARDS ARROW}"  # the bar is cut off
            axis.text(
                min(value, limit * 0.9) + (-0.015 if inside else 0.015) * limit,
                i,
                text,
                va="center",
                ha="right" if inside else "left",
                bbox=None if inside else _CLEAR,
                color="white" if inside else "#222222",
            )
        axis.axvline(1, color=COLOURS[BASE], linewidth=0.8, alpha=0.5)
        axis.set_xlim(0, limit)
        axis.set_title(case)
        axis.set_xticks([])
        axis.spines["bottom"].set_visible(False)
        axis.set_yticks(range(len(peers)), [NAMES[p] for p in peers])
        axis.tick_params(axis="y", length=0)
    axes[0, 0].invert_yaxis()
    figure.suptitle(
        "Time of an epoch relative to addax (shorter is faster)",
        fontsize=11,
        x=0.01,
        ha="left",
    )
    return figure


def training(entries: Mapping[str, Any]) -> Any:
    """All cases: a line a case, a marker a peer, the range of its rounds."""
    cases = [c for c, e in entries.items() if _timed(e["rows"], BASE)]
    peers = [p for p in NAMES if p in peers_of(entries) and p != BASE]
    return _dots(
        cases,
        peers,
        lambda case, peer: (
            _ratio(entries[case]["rows"], peer)
            if _timed(entries[case]["rows"], peer)
            else []
        ),
        "Time of an epoch relative to addax (right of 1: slower than addax)",
    )


def memory(entries: Mapping[str, Any]) -> Any:
    """The most that each process held, relative to addax's."""

    def found(case: str, peer: str) -> list[float]:
        rows = entries[case]["rows"]
        if not rows.get(peer, {}).get("peak") or not rows[BASE].get("peak"):
            return []
        return [rows[peer]["peak"] / rows[BASE]["peak"]]

    peers = [p for p in NAMES if p in peers_of(entries) and p != BASE]
    text = "Peak memory relative to addax (right of 1: more than addax)"
    return _dots(list(entries), peers, found, text, scale="linear")


def _dots(
    cases: Sequence[str],
    peers: Sequence[str],
    found: Callable[[str, str], list[float]],
    title: str,
    scale: str = "log",
) -> Any:
    figure, axis = plt.subplots(
        figsize=(8, 0.3 * len(cases) + 1.3), layout="constrained"
    )
    for peer in peers:
        for i, case in enumerate(cases):
            values = found(case, peer)
            if not values:
                continue
            axis.plot(
                [min(values), max(values)],
                [i, i],
                color=COLOURS[peer],
                alpha=0.3,
                linewidth=3,
                solid_capstyle="round",
            )
            axis.plot(
                statistics.median(values),
                i,
                MARKERS[peer],
                color=COLOURS[peer],
                markersize=9 if peer == "jax" else 6,
                markeredgewidth=2 if peer == "jax" else 0,
            )
    for peer in peers:  # for the legend
        axis.plot([], [], MARKERS[peer], color=COLOURS[peer], label=NAMES[peer])
    axis.axvline(1, color=COLOURS[BASE], linewidth=1.5)
    if scale == "log":
        axis.set_xscale("log")
        low, high = axis.get_xlim()
        ticks = [t for t in (0.2, 0.5, 1, 2, 5, 10, 20, 50, 100) if low <= t <= high]
        axis.set_xticks(ticks)
    else:
        axis.set_xlim(0)
    axis.xaxis.set_major_formatter(_TIMES)
    axis.xaxis.set_minor_formatter(NullFormatter())
    axis.minorticks_off()
    axis.grid(True)
    axis.set_yticks(range(len(cases)), cases)
    axis.tick_params(length=0)
    axis.invert_yaxis()
    axis.set_title(title)
    figure.legend(loc="outside lower center", ncols=min(len(peers), 5))
    return figure


def latency(entries: Mapping[str, Any]) -> Any:
    """A panel a call, a bar a peer."""
    figure, axes = plt.subplots(
        1, len(entries), figsize=(10, 2.1), layout="constrained", squeeze=False
    )
    peers = [p for p in NAMES if p in peers_of(entries, "seconds")]
    for axis, (call, entry) in zip(axes[0], entries.items(), strict=True):
        found = {p: statistics.median(s) for p, s in entry["seconds"].items() if s}
        _bars(axis, peers, found)
        axis.set_title(call)
        if axis is not axes[0, 0]:
            axis.set_yticks([])
    return figure


def _bars(axis: Any, peers: Sequence[str], seconds: Mapping[str, float]) -> None:
    limit = max(seconds.values()) * 1.35
    for i, peer in enumerate(peers):
        if peer in seconds:
            axis.barh(i, seconds[peer], 0.72, color=COLOURS[peer])
            text = duration(seconds[peer])
            axis.text(seconds[peer] + 0.015 * limit, i, text, va="center")
    axis.set_xlim(0, limit)
    axis.set_xticks([])
    axis.spines["bottom"].set_visible(False)
    axis.set_yticks(range(len(peers)), [NAMES[p] for p in peers])
    axis.tick_params(axis="y", length=0)
    axis.invert_yaxis()


_SHADES = (("import", 1.0), ("build", 0.8), ("first epoch", 0.55), ("wall", 0.3))


def start(entries: Mapping[str, Any]) -> Any:
    """The script's wall time, its parts in shades."""
    runs = entries["mnist"]["runs"]
    bars = [(p, k, each) for p, ks in runs.items() for k, each in ks.items() if each]
    figure, axis = plt.subplots(
        figsize=(8, 0.32 * len(bars) + 1.1), layout="constrained"
    )
    for i, (peer, _, each) in enumerate(bars):
        before = 0.0
        for mark, shade in _SHADES:
            until = statistics.median(r[mark] for r in each)
            axis.barh(
                i,
                until - before,
                0.72,
                left=before,
                color=COLOURS[peer],
                alpha=shade,
                linewidth=0,
            )
            before = until
        axis.text(before * 1.01, i, f" {before:.1f} s", va="center")
    names = [NAMES[p] + (f", {k} run" if p == BASE else "") for p, k, _ in bars]
    axis.set_yticks(range(len(bars)), names)
    axis.tick_params(axis="y", length=0)
    axis.margins(x=0.08)
    axis.set_xlabel("seconds")
    axis.invert_yaxis()
    axis.set_title("MNIST script: import, build, first epoch, the rest (paler)")
    return figure


def growth(entries: Mapping[str, Any]) -> Any:
    """A panel a parameter, both axes logarithmic, the fitted power in the legend."""
    columns = min(3, len(entries))
    lines = -(-len(entries) // columns)
    figure, axes = plt.subplots(
        lines,
        columns,
        figsize=(3.6 * columns, 2.7 * lines),
        layout="constrained",
        squeeze=False,
    )
    for axis in axes.flat[len(entries) :]:
        axis.set_visible(False)
    for axis, (name, entry) in zip(axes.flat, entries.items(), strict=False):
        for peer, seconds in entry["seconds"].items():
            power = f" (n^{entry['exponents'][peer]:.2f})"
            axis.plot(
                entry["values"],
                seconds,
                "o-" if peer == BASE else "s--",
                color=COLOURS[peer],
                markersize=4,
                linewidth=1.5,
                label=NAMES[peer] + ("" if entry["compiling"] else power),
            )
        if entry["compiling"]:
            axis.set_ylim(0)
        else:
            axis.set_xscale("log")
            axis.set_yscale("log")
        axis.yaxis.set_major_formatter(FuncFormatter(lambda v, _: _short(v)))
        axis.yaxis.set_minor_formatter(NullFormatter())
        axis.xaxis.set_minor_formatter(NullFormatter())
        axis.set_xticks(entry["values"], [f"{v:,}" for v in entry["values"]])
        axis.minorticks_off()
        axis.grid(True)
        axis.set_title(name if entry["compiling"] else f"a step, by {name}")
        axis.set_xlabel(entry["about"], color="#666666")
        axis.legend(fontsize=8)
    return figure


def _short(seconds: float) -> str:
    """A time on an axis."""
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size or seconds == 0:
            return f"{seconds / size:g} {unit}"
    return f"{seconds * 1e6:g} us"


_DRAWN: dict[str, tuple[str, Callable[[Mapping[str, Any]], Any]]] = {
    "readme": ("training", readme),
    "training": ("training", training),
    "memory": ("training", memory),
    "latency": ("latency", latency),
    "start": ("start", start),
    "growth": ("growth", growth),
}


def draw(parts: Parts, folder: Path, suffix: str = "") -> dict[str, Path]:
    """Draws what there are figures for; the files by the plots' names."""
    drawn: dict[str, Path] = {}
    with plt.rc_context(_STYLE):
        for name, (part, make) in _DRAWN.items():
            if not parts.get(part):
                continue
            figure = make(parts[part])
            drawn[name] = folder / f"bench-{name}{suffix}.png"
            figure.savefig(drawn[name])
            plt.close(figure)
    return drawn
