"""`docs/coverage.md` names each capability once, and only files that exist."""

import re

import pytest

from tests.architecture.source_tree import ROOT

CAPABILITIES = 287
DOCUMENT = ROOT / "docs" / "coverage.md"


@pytest.fixture(scope="module")
def rows():
    """The number, the title and the place in each row."""
    found = re.findall(
        r"^\| (\d+) \| (.+?) \| (.*?) \|$", DOCUMENT.read_text(), re.MULTILINE
    )
    return [(int(number), title, where) for number, title, where in found]


def test_each_number_is_there_once_in_order(rows):
    assert [number for number, _, _ in rows] == list(range(1, CAPABILITIES + 1))


def test_each_row_says_where_or_not_yet(rows):
    vague = [
        number
        for number, _, where in rows
        if where != "not yet" and not re.search(r"`[^`]+`", where)
    ]
    assert vague == []


def test_each_path_exists(rows):
    """A place is a path in back-quotes, followed by `::name` for one test of a file."""
    missing = [
        (number, place)
        for number, _, where in rows
        for place in re.findall(r"`([^`]+)`", where)
        if not (ROOT / place.partition("::")[0]).exists()
    ]
    assert missing == []


def test_a_named_test_is_in_its_file(rows):
    missing = [
        (number, path, name)
        for number, _, where in rows
        for path, name in re.findall(r"`([^`:]+)::(\w+)`", where)
        if not re.search(rf"\b{name}\b", (ROOT / path).read_text())
    ]
    assert missing == []


def test_titles_differ(rows):
    titles = [title for _, title, _ in rows]
    assert {each for each in titles if titles.count(each) > 1} == set()
