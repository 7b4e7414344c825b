"""`Progbar`: one line that shows how far something is."""

from __future__ import annotations

import math
import os
import re
import shutil
import sys
import time
from collections.abc import Iterable
from typing import Any

import numpy as np

from addax.keras.callbacks.messages import say
from addax.keras.serialization import public

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_UNITS = ((1.0, 1, "s"), (1e-3, 1e3, "ms"), (0.0, 1e6, "us"))


@public("keras.utils")
class Progbar:
    """Shows progress: a live bar in a terminal or notebook, a line elsewhere.

    In a pipe or a file, where a line cannot be overwritten, only the finished line is
    written, without colours.

    Args:
        target: How many steps there will be; `None` if that is not known.
        width: How many characters the bar has.
        verbose: 0 nothing, 1 a bar, 2 one line at the end.
        interval: Seconds to wait at least before showing the next state.
        stateful_metrics: Names of values that are shown as they are; others are
            averaged over the steps.
        stateless_metrics: The other way round: names of values to average.
        unit_name: What a step is called.

    Example:

    >>> from addax import keras
    >>> bar = keras.utils.Progbar(3, verbose=2)
    >>> bar.update(3, [("loss", 0.25)])  # doctest: +ELLIPSIS
    3/3 - 0s - .../step - loss: 0.2500
    """

    def __init__(
        self,
        target: int | None,
        width: int = 20,
        verbose: int = 1,
        interval: float = 0.05,
        stateful_metrics: Iterable[str] | None = None,
        stateless_metrics: Iterable[str] | None = None,
        unit_name: str = "step",
    ) -> None:
        if stateful_metrics and stateless_metrics:
            raise ValueError(
                "Name the values to average or those not to, not both. Received: "
                f"stateful_metrics={list(stateful_metrics)}, "
                f"stateless_metrics={list(stateless_metrics)}\n"
                "Each list stands for what the other leaves out.\n"
                "Fix: Progbar(target, stateful_metrics=[...])"
            )
        self.target = target
        self.width = width
        self.verbose = verbose
        self.interval = interval
        self.unit_name = unit_name
        self.finalized = False
        self._stateful = None if stateful_metrics is None else set(stateful_metrics)
        self._stateless = None if stateless_metrics is None else set(stateless_metrics)
        self._values: dict[str, list[Any]] = {}
        self._seen = 0
        self._start = time.perf_counter()
        self._first: tuple[int, float] | None = None
        self._stepped_at = self._start
        self._shown_at = -math.inf
        self._shown_length = 0

    def due(self) -> bool:
        """Whether `update` would show anything now."""
        live = self.verbose == 1 and _can_overwrite()
        return live and time.perf_counter() - self._shown_at >= self.interval

    def add(self, n: int, values: Iterable[tuple[str, Any]] | None = None) -> None:
        """Goes on by some steps.

        Args:
            n: How many.
            values: As for `update`.
        """
        self.update(self._seen + n, values)

    def update(
        self,
        current: int,
        values: Iterable[tuple[str, Any]] | None = None,
        finalize: bool | None = None,
    ) -> None:
        """Goes on to a step and shows it, unless the last was shown just now.

        Args:
            current: The index of the step.
            values: Pairs of a name and a value to show.
            finalize: Whether this is the end; by default when `target` is reached.
        """
        if finalize is None:
            finalize = self.target is not None and current >= self.target
        now = time.perf_counter()
        for name, value in values or ():
            self._record(name, value, current - self._seen, finalize)
        if current != self._seen:
            self._seen, self._stepped_at = current, now
        if self._first is None and current > 0:
            self._first = current, now
        show = (self.verbose and finalize) or self.due()
        if show and not (self.verbose == 2 and self.target is None):
            self._show(now, finalize)
        self.finalized = self.finalized or finalize

    def _record(self, name: str, value: Any, steps: int, finalize: bool) -> None:
        averaged = (
            name in self._stateless
            if self._stateless is not None
            else name not in (self._stateful or ())
        )
        number = _number(value)
        if not averaged or finalize or not isinstance(number, float):
            self._values[name] = [number, 1]
            return
        kept = self._values.setdefault(name, [0.0, 0])
        # The first call may come at step 0; it still counts for something.
        steps = max(steps, 1)
        kept[0] += number * steps
        kept[1] += steps

    def _show(self, now: float, finalize: bool) -> None:
        self._shown_at = now
        if not _can_overwrite() or self.verbose == 2:
            say(self.line(now, finalize, plain=True))
            return
        line = self.line(now, finalize)
        columns = shutil.get_terminal_size().columns
        length = len(_ANSI.sub("", line))
        if not finalize and length >= columns:
            # A line that wraps cannot be overwritten: show what fits.
            line, length = _cut(line, columns - 1), columns - 1
        padding = " " * max(self._shown_length - length, 0)
        self._shown_length = length
        say(f"\r{line}{padding}", end="\n" if finalize else "")

    def line(self, now: float, finalize: bool, plain: bool = False) -> str:
        """The line for a moment.

        Args:
            now: The time, by `time.perf_counter`.
            finalize: Whether this is the end.
            plain: Whether to leave out the colours.
        """
        bold = str if plain else _bold
        elapsed, per_step = now - self._start, self._time_per_step()
        if self.target is None or finalize:
            clock = f"{elapsed:.0f}s"
        else:
            clock = _clock(per_step * (self.target - self._seen))
        numbers = [f"{k}: {_shown(v, n)}" for k, (v, n) in self._values.items()]
        speed = f"{_duration(per_step)}/{self.unit_name}"
        if self.verbose == 2:
            return " - ".join([f"{self._seen}/{self.target}", clock, speed, *numbers])
        if self.target is None:
            head = f"{self._seen:>7d}/Unknown"
        else:
            count = f"{self._seen:>{len(str(self.target))}d}/{self.target}"
            head = f"{bold(count)} {self._bar(plain)}"
        return " - ".join([f"{head} {bold(clock)} {speed}", *numbers])

    def _bar(self, plain: bool) -> str:
        done = self.width * self._seen // self.target if self.target else self.width
        done = min(done, self.width)
        full, rest = "━" * done, "━" * (self.width - done)
        if plain:
            return full + rest
        green = f"\x1b[32m{full}\x1b[0m" if full else ""
        return f"{green}\x1b[37m{rest}\x1b[0m"

    def _time_per_step(self) -> float:
        """Without the first steps, which compile, if there are others."""
        if self._first is not None and self._seen > self._first[0]:
            return (self._stepped_at - self._first[1]) / (self._seen - self._first[0])
        return (self._stepped_at - self._start) / max(self._seen, 1)


def _can_overwrite() -> bool:
    """Whether `\\r` brings back the start of the line here."""
    stream = sys.stdout
    if getattr(stream, "isatty", lambda: False)():
        return os.environ.get("TERM") != "dumb"
    # Jupyter and Colab replace standard output by a stream of theirs.
    return "ipykernel" in sys.modules and "ipykernel" in type(stream).__module__


def _number(value: Any) -> Any:
    if value is None:
        return None
    try:
        return float(np.mean(np.asarray(value, dtype=np.float64)))
    except (TypeError, ValueError):
        return value


def _shown(total: Any, count: int) -> str:
    if not isinstance(total, float):
        return str(total)
    mean = total / count if count else total
    return f"{mean:.4f}" if abs(mean) > 1e-3 or mean == 0 else f"{mean:.4e}"


def _clock(seconds: float) -> str:
    seconds = int(seconds)
    if seconds > 3600:
        return f"{seconds // 3600}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"
    if seconds > 60:
        return f"{seconds // 60}:{seconds % 60:02d}"
    return f"{seconds}s"


def _duration(seconds: float) -> str:
    factor, unit = next(
        (f, u) for least, f, u in _UNITS if seconds >= least or not least
    )
    return f"{seconds * factor:.0f}{unit}"


def _bold(text: str) -> str:
    return f"\x1b[1m{text}\x1b[0m"


def _cut(line: str, columns: int) -> str:
    """The first visible characters of a line that holds colours."""
    shown, position = 0, 0
    while shown < columns and position < len(line):
        colour = _ANSI.match(line, position)
        if colour:
            position = colour.end()
        else:
            shown, position = shown + 1, position + 1
    return line[:position]
