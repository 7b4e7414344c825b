"""The changelog and the version agree."""

import re

from tests.architecture.source_tree import ROOT


def test_the_top_entry_is_the_version():
    version = re.search(
        r'__version__ = "(.+)"', (ROOT / "addax" / "_version.py").read_text()
    )
    entries = re.findall(
        r"^## \[(.+?)\] - (.+)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE
    )
    assert version
    assert entries[0][0] == version[1]


def test_entries_have_a_date_but_for_the_top_one():
    dates = re.findall(
        r"^## \[.+?\] - (.+)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE
    )
    assert re.fullmatch(r"unreleased|\d{4}-\d\d-\d\d", dates[0])
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", each) for each in dates[1:])
