import numpy as np
import pytest

from addax._base.errors import brief, explain


def test_the_three_parts_stand_on_their_own_lines():
    text = explain(
        "`units` must be a positive integer.",
        received={"units": -3, "name": "head"},
        why="It is the size of the output.",
        fix="Dense(units=64)",
    )
    assert text == (
        "`units` must be a positive integer. Received: units=-3, name='head'\n"
        "It is the size of the output.\n"
        "Fix: Dense(units=64)"
    )


def test_a_fact_alone_is_enough():
    assert explain("No data.") == "No data."


def test_several_fixes_are_numbered_and_code_keeps_its_shape():
    text = explain("Not built.", fix=["model.build(shape)", "with x:\n    y()", ""])
    assert text == (
        "Not built.\nFix, one of:\n  1. model.build(shape)\n  2. with x:\n         y()"
    )


def test_one_fix_in_a_list_is_not_numbered():
    assert explain("Not built.", fix=["model.build()"]).endswith("Fix: model.build()")


class UnknownRank:
    shape = object()
    dtype = "float32"

    def __repr__(self):
        raise AssertionError("the values of an array are never shown")


@pytest.mark.parametrize(
    "value, text",
    [
        (np.ones((2, 3), "int8"), "ndarray(shape=(2, 3), dtype=int8)"),
        (np.float32(1), "float32(shape=(), dtype=float32)"),
        (len, "len"),
        (None, "None"),
        ("two\nlines", r"'two\nlines'"),
        ([1, 2], "[1, 2]"),
    ],
)
def test_brief(value, text):
    assert brief(value) == text


def test_brief_does_not_need_a_known_rank():
    assert brief(UnknownRank()).startswith("UnknownRank(shape=<object")


@pytest.mark.parametrize(
    "value", ["x" * 10_000, list(range(10_000)), {i: "y" * 99 for i in range(99)}]
)
def test_brief_is_short(value):
    assert len(brief(value)) < 800
