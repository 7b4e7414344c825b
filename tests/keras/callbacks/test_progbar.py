"""The progress bar: what it shows in a terminal, a notebook and a pipe."""

import io
import os
import re
import sys

import numpy as np
import pytest

from addax import keras
from addax.keras.callbacks import progbar as module
from addax.keras.callbacks.messages import say
from addax.keras.callbacks.progbar import Progbar


class Terminal(io.StringIO):
    def isatty(self):
        return True


class Clock:
    def __init__(self):
        self.now = 0.0

    def perf_counter(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(module.time, "perf_counter", clock.perf_counter)
    return clock


@pytest.fixture
def open_terminal(monkeypatch):
    """Opens a terminal; to be called in the test, for pytest redirects output too."""

    def open_it(columns=120, kind="xterm"):
        stream = Terminal()
        monkeypatch.setattr(sys, "stdout", stream)
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setenv("TERM", kind)
        return stream

    return open_it


def plain(text):
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def test_terminal_overwrites_one_line(clock, open_terminal):
    terminal = open_terminal()
    bar = Progbar(200, stateless_metrics=())
    for step in (1, 41, 200):
        clock.now += 1
        bar.update(step, [("loss", 1 / step), ("tiny", 1e-5)])
    lines = plain(terminal.getvalue()).split("\r")
    assert lines[0] == ""
    empty, full = "━" * 20, "━" * 20
    assert lines[1].rstrip() == (
        f"  1/200 {empty} 3:19 1s/step - loss: 1.0000 - tiny: 1.0000e-05"
    )
    assert "41/200" in lines[2]
    assert "3s 25ms/step - loss: 0.0244" in lines[2]
    assert lines[3] == (
        f"200/200 {full} 3s 10ms/step - loss: 0.0050 - tiny: 1.0000e-05\n"
    )


def test_bar_is_green_as_far_as_it_got(clock, open_terminal):
    terminal = open_terminal()
    clock.now = 1
    Progbar(4).update(1)
    assert "\x1b[32m━━━━━\x1b[0m\x1b[37m━━━━━━━━━━━━━━━\x1b[0m" in terminal.getvalue()


def test_shorter_lines_wipe_longer_ones(clock, open_terminal):
    terminal = open_terminal()
    bar = Progbar(2, stateless_metrics=())
    clock.now = 1
    bar.update(1, [("loss", 123456.0)])
    clock.now = 2
    bar.update(2, [("loss", 1.0)])
    first, second = plain(terminal.getvalue()).split("\r")[1:]
    assert len(second.rstrip("\n")) >= len(first)


def test_long_lines_are_cut_until_the_end(clock, open_terminal):
    terminal = open_terminal(columns=60)
    bar = Progbar(2, stateless_metrics=())
    many = [(f"metric_number_{i}", 1.0) for i in range(4)]
    clock.now = 1
    bar.update(1, many)
    clock.now = 2
    bar.update(2, many)
    live, final = plain(terminal.getvalue()).split("\r")[1:]
    assert len(live) == 59
    assert "metric_number_3: 1.0000" in final


def test_not_more_often_than_the_interval(clock, open_terminal):
    terminal = open_terminal()
    bar = Progbar(1000, interval=0.1)
    for step in range(1, 1001):
        clock.now += 0.001
        bar.update(step)
    assert 10 <= terminal.getvalue().count("\r") <= 12


def test_pipe_gets_one_line(clock, capsys):
    bar = Progbar(10)
    for step in range(1, 11):
        clock.now += 1
        bar.update(step, [("loss", 0.5)])
    bar_text = "━" * 20
    assert capsys.readouterr().out == f"10/10 {bar_text} 10s 1s/step - loss: 0.5000\n"


def test_dumb_terminal_is_a_pipe(clock, open_terminal):
    terminal = open_terminal(kind="dumb")
    clock.now = 1
    bar = Progbar(2)
    bar.update(1)
    bar.update(2)
    assert terminal.getvalue().count("\n") == 1
    assert "\x1b" not in terminal.getvalue()


def test_verbose_2(clock, capsys):
    bar = Progbar(2, verbose=2, stateless_metrics=())
    bar.update(1, [("loss", 3.0)])
    clock.now = 2.5
    bar.update(2, [("loss", 1.0)])
    assert capsys.readouterr().out == "2/2 - 2s - 2s/step - loss: 1.0000\n"


def test_silent(capsys):
    Progbar(2, verbose=0).update(2)
    assert capsys.readouterr().out == ""


def test_unknown_number_of_steps(clock, open_terminal):
    terminal = open_terminal()
    bar = Progbar(None)
    clock.now = 3
    bar.update(3, [("a", 1.0)])
    assert plain(terminal.getvalue()) == "\r      3/Unknown 3s 1s/step - a: 1.0000"


def test_averages(clock, open_terminal):
    terminal = open_terminal()
    bar = Progbar(100, stateful_metrics=["last"])
    bar.add(1, [("last", 1.0), ("mean", 1.0)])
    bar.add(1, [("last", 2.0), ("mean", [1.0, 3.0])])
    bar.add(2, [("last", 3.0), ("mean", 3.0)])
    clock.now = 1
    bar.update(5)
    assert plain(terminal.getvalue()).endswith("last: 3.0000 - mean: 2.2500")


@pytest.mark.parametrize(
    "seconds, shown",
    [
        (2e-6, "2us"),
        (5e-4, "500us"),
        (0.0123, "12ms"),
        (1.0, "1s"),
        (90.0, "90s"),
    ],
)
def test_durations(seconds, shown):
    assert module._duration(seconds) == shown


@pytest.mark.parametrize(
    "seconds, shown",
    [(0, "0s"), (60, "60s"), (61, "1:01"), (3600, "60:00"), (3661, "1:01:01")],
)
def test_clock(seconds, shown):
    assert module._clock(seconds) == shown


def test_both_lists_of_metrics_are_refused():
    with pytest.raises(ValueError, match="not both"):
        Progbar(1, stateful_metrics=["a"], stateless_metrics=["b"])


def test_values_that_are_no_numbers(clock, capsys):
    Progbar(1).update(1, [("name", "text"), ("none", None), ("np", np.float32(2))])
    assert "name: text - none: None - np: 2.0000" in capsys.readouterr().out


def test_log_instead_of_output(caplog, capsys):
    keras.config.disable_interactive_logging()
    try:
        with caplog.at_level("INFO", "addax"):
            say("\nhello")
    finally:
        keras.config.enable_interactive_logging()
    assert capsys.readouterr().out == ""
    assert caplog.messages == ["hello"]


def test_console_without_unicode(monkeypatch):
    raw = io.BytesIO()
    monkeypatch.setattr(
        sys, "stdout", io.TextIOWrapper(raw, "ascii", write_through=True)
    )
    Progbar(1, stateless_metrics=()).update(1, [("loss", 1.0)])
    assert b"loss: 1.0000" in raw.getvalue()


def test_notebook_is_live(clock, monkeypatch):
    stream_class = type(
        "OutStream", (io.StringIO,), {"__module__": "ipykernel.iostream"}
    )
    stream = stream_class()
    monkeypatch.setitem(sys.modules, "ipykernel", os)
    monkeypatch.setattr(sys, "stdout", stream)
    clock.now = 1
    Progbar(2).update(1)
    assert stream.getvalue().startswith("\r")
