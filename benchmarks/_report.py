"""Results as Markdown: a table for each part, and the whole of `RESULTS.md`."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks._cases import find
from benchmarks._peers import PEERS

Row = dict[str, Any]
BASE = "addax"


def ratios(row: Row, base: Row, of: str = "seconds") -> list[float]:
    """Times of `row` over those of `base`, round by round."""
    return [a / b for a, b in zip(row[of], base[of], strict=False)]


def spread(values: Sequence[float]) -> str:
    """The median, and the least and the greatest value."""
    middle = statistics.median(values)
    return f"{middle:.2f} ({min(values):.2f} - {max(values):.2f})"


def duration(seconds: float) -> str:
    """A time with three digits or so."""
    if seconds < 1e-3:
        return f"{seconds * 1e6:.0f} us"
    return f"{seconds * 1e3:.3g} ms" if seconds < 1 else f"{seconds:.2f} s"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table, its first column to the left, the others to the right."""
    lines = [
        "| " + " | ".join(head) + " |",
        "| --- |" + " ---: |" * (len(head) - 1),
        *("| " + " | ".join(row) + " |" for row in rows),
    ]
    return "\n".join(lines) + "\n"


def training_table(case: str, rows: Mapping[str, Row]) -> str:
    """A line a peer, its times over addax's within the round."""
    lines = []
    for name, row in rows.items():
        if row["error"] or not row["seconds"] or not rows[BASE]["seconds"]:
            lines.append([name, row["error"] or "not timed", *[""] * 6])
            continue
        losses = (f"{row[when]:.4f}" for when in ("before", "during", "after"))
        lines.append(
            [
                name,
                duration(statistics.median(row["seconds"])),
                spread(ratios(row, rows[BASE])),
                f"{statistics.median(ratios(row, rows[BASE], 'cpu')):.2f}",
                f"{row['first']:.1f} s",
                ", ".join(losses),
                f"{row['peak']:.0f}",
            ]
        )
    head = (
        "peer",
        "an epoch",
        "times addax (min - max)",
        "its processor time",
        "until the first epoch's end",
        "loss before, first epoch, last",
        "peak MB",
    )
    return f"#### {case}: {find(case).about}\n\n" + table(head, lines)


def peers_of(entries: Mapping[str, Any], inside: str = "rows") -> list[str]:
    """All peers that some entry has, in their usual order."""
    return [p for p in PEERS if any(p in entry[inside] for entry in entries.values())]


def training_summary(entries: Mapping[str, Any]) -> str:
    """A line a case: addax's time, and the others' times over it."""
    names = peers_of(entries)
    lines = []
    for case, entry in entries.items():
        rows = entry["rows"]
        base = rows[BASE]
        if not base["seconds"]:
            lines.append([f"{case}: {entry['about']}", base["error"] or ""])
            continue
        cells = [duration(statistics.median(base["seconds"]))]
        for name in names[1:]:
            row = rows.get(name)
            timed = row and row["seconds"] and not row["error"]
            cells.append(spread(ratios(row, base)) if timed else "")
        lines.append([f"{case}: {entry['about']}", *cells])
    return table(["case", "addax, an epoch", *names[1:]], lines)


def memory_table(entries: Mapping[str, Any]) -> str:
    """Peak resident megabytes of each process."""
    names = peers_of(entries)
    lines = [
        [
            case,
            *(
                f"{r['peak']:.0f}" if (r := rows.get(n, {})).get("peak") else ""
                for n in names
            ),
        ]
        for case, rows in ((c, e["rows"]) for c, e in entries.items())
    ]
    return table(["case", *names], lines)


def latency_table(found: Mapping[str, Mapping[str, Sequence[float]]]) -> str:
    """A line a call, each peer's median."""
    names = [n for n in PEERS if any(n in row for row in found.values())]
    lines = [
        [
            call,
            *(duration(statistics.median(row[n])) if row.get(n) else "" for n in names),
        ]
        for call, row in found.items()
    ]
    return table(["call", *names], lines)


_MARKS = ("import", "build", "first epoch", "wall")


def start_table(runs: Mapping[str, Mapping[str, Sequence[Row]]]) -> str:
    """A line a peer and run: seconds until each mark (median of the rounds)."""
    lines = []
    for peer, kinds in runs.items():
        for kind, each in kinds.items():
            if not each:
                continue
            cells = [
                f"{statistics.median(r[m] for r in each):.2f}"
                for m in (*_MARKS, "accuracy")
            ]
            firsts = runs[BASE][kind] if BASE in runs and runs[BASE][kind] else None
            times = ""
            if firsts:
                pairs = zip(each, firsts, strict=False)
                times = spread([a["wall"] / b["wall"] for a, b in pairs])
            lines.append([f"{peer}, {kind} run", *cells, times])
    head = (
        "script",
        "imported, s",
        "built",
        "first epoch",
        "the whole",
        "test accuracy",
        "times addax (min - max)",
    )
    return table(head, lines)


def growth_table(name: str, entry: Mapping[str, Any]) -> str:
    """A column for each value of the parameter, a line a peer."""
    head = [f"{name}: {entry['about']}", *map(str, entry["values"]), "exponent"]
    lines = [
        [peer, *map(duration, seconds), f"{entry['exponents'][peer]:.2f}"]
        for peer, seconds in entry["seconds"].items()
    ]
    return table(head, lines)
