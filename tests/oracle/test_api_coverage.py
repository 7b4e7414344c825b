"""Every public name of Keras is there, or listed as absent with a reason."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tutorials.shared import SHARED
from tools.api_absences import ABSENCES
from tools.api_coverage import Space, compare, judge, read

API = SHARED / "api" / "keras_api.json"
needs_api = pytest.mark.skipif(
    not API.is_file(), reason="needs ../shared/api/keras_api.json (or $ADDAX_SHARED)"
)


@pytest.fixture(scope="module")
def spaces() -> list[Space]:
    return compare(read(API))


@needs_api
def test_nothing_is_absent_without_a_reason(spaces: list[Space]) -> None:
    assert judge(spaces)[0] == []


@needs_api
def test_nothing_listed_as_absent_is_there(spaces: list[Space]) -> None:
    assert judge(spaces)[1] == []


@needs_api
def test_the_list_is_read_whole(spaces: list[Space]) -> None:
    assert len(spaces) > 60
    assert sum(len(s.present) for s in spaces) > 1000


def test_the_table_gives_reasons() -> None:
    assert all(len(reason.split()) > 3 for reason in ABSENCES.values())


def _known(*params: str, kind: str = "function") -> dict[str, Any]:
    return {"kind": kind, "params": [[p, None] for p in params]}


def test_absent_names_and_parameters_are_found() -> None:
    names = {
        "Dense": _known("units", "no_such_argument", "*", "**kwargs", kind="class"),
        "NoSuchLayer": _known(kind="class"),
    }
    (space,) = compare({"keras.layers": names})
    assert space.present == ["Dense"]
    assert space.absent == ["NoSuchLayer"]
    assert space.lacking == {"Dense": ["no_such_argument"]}
    unexplained, stale = judge([space])
    assert unexplained == [
        "keras.layers.NoSuchLayer",
        "keras.layers.Dense(no_such_argument)",
    ]
    assert set(stale) == set(ABSENCES)  # nothing that they allow was looked for
