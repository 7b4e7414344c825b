"""What `tests/oracle/test_summary.py` cannot compare: mistakes, colours, ranges."""

import io
import sys

import pytest

from addax import keras


@pytest.fixture
def model():
    return keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(3, name="one"),
            keras.layers.Dense(3, name="two"),
            keras.layers.Dense(3, name="three"),
        ]
    )


def lines(model, **options):
    found = []
    model.summary(print_fn=found.append, **options)
    (text,) = found
    return text.splitlines()


@pytest.mark.parametrize(
    "layer_range, names",
    [
        (("two", "three"), ["two", "three"]),
        (("one", "one"), ["one"]),
        (("t.*", "t.*"), ["two", "three"]),
    ],
)
def test_layer_range(model, layer_range, names):
    shown = [
        line for line in lines(model, layer_range=layer_range) if "(Dense)" in line
    ]
    assert [line.split()[1] for line in shown] == names


@pytest.mark.parametrize(
    "options, text",
    [
        ({"layer_range": ("one",)}, "the names of the first and the last"),
        ({"layer_range": ("three", "one")}, "They are, in order: one, two, three"),
        ({"layer_range": ("x", "y")}, "fits no layers"),
        ({"positions": [0.5, 1.0]}, "where each of 3 columns ends"),
    ],
)
def test_mistakes(model, options, text):
    with pytest.raises(ValueError, match=text):
        lines(model, **options)


def test_wide_tables_are_not_cut(model, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    assert len(lines(model, line_length=150)[1]) == 150


def test_colours_in_a_terminal(model, monkeypatch):
    stream = io.StringIO()
    stream.isatty = lambda: True
    monkeypatch.setattr(sys, "stdout", stream)
    model.summary()
    assert (
        "\x1b[1m Total params:\x1b[0m \x1b[32m39 (156.00 B)\x1b[0m" in stream.getvalue()
    )


def test_no_colours_in_a_pipe(model, capsys):
    model.summary()
    assert "\x1b" not in capsys.readouterr().out
