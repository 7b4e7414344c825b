"""Small files, one subject each."""

import statistics

import pytest

from tests.architecture import checks, rows
from tests.architecture.source_tree import ROOT, SourceTree

LIMIT = 600
MEDIAN = 200


@pytest.fixture(scope="module")
def tree():
    return SourceTree(ROOT / "addax")


def test_no_module_is_too_long(tree):
    found = checks.too_long(tree, LIMIT, rows.LONG_TABLES)
    assert not found, "\n".join(["", *found])


def test_exemptions_are_still_needed(tree):
    assert {
        name
        for name in rows.LONG_TABLES
        if name not in tree.modules or tree.modules[name].lines <= LIMIT
    } == set()


def test_the_usual_module_is_short(tree):
    lengths = [each.lines for each in tree.modules.values() if not each.is_package]
    assert statistics.median(lengths) <= MEDIAN
