"""The names that guides and notebooks use, by `usage.txt`: there, tested, or explained.

The file counts in how many notebooks of TensorFlow's guides and tutorials, and of a
textbook, each name occurs.
"""

import json
import re
from pathlib import Path

import pytest

from addax import tf
from addax.tf._advice import advice
from tests.tutorials.shared import SHARED

HERE = Path(__file__).parent
USAGE = {
    name: int(count)
    for count, name in (
        line.split() for line in (HERE / "usage.txt").read_text().splitlines()
    )
}
DOC = (HERE.parents[1] / "docs" / "tensorflow.md").read_text()
LEFT_OUT = re.findall(r"^\| `(tf\.[^`]+)` \|", DOC, re.MULTILINE)
# TensorFlow has given these up itself.
GIVEN_UP = ("tf.estimator",)


def find(name):
    found = tf
    for part in name.split(".")[1:]:
        found = getattr(found, part)
    return found


def covers(row, name):
    if row.endswith("*"):
        return name.startswith(row[:-1])
    return name == row or name.startswith(f"{row}.")


def is_there(name):
    try:
        find(name)
    except AttributeError:
        return False
    return True


ABSENT = [name for name in USAGE if not is_there(name)]


def test_what_is_absent_is_in_the_docs_with_a_reason():
    assert [n for n in ABSENT if not any(covers(r, n) for r in LEFT_OUT)] == []


def test_the_docs_list_nothing_that_is_there():
    stale = [r for r in LEFT_OUT if not any(covers(r, n) for n in ABSENT)]
    assert stale == []
    assert sum(map(any, ((covers(r, n) for r in LEFT_OUT) for n in USAGE))) == len(
        ABSENT
    )


def test_the_docs_count_right():
    assert f"Of the {len(USAGE)} names" in DOC
    assert f"{len(USAGE) - len(ABSENT)} are there" in DOC


@pytest.mark.parametrize("row", LEFT_OUT)
def test_errors_say_what_to_use_instead(row):
    name = row.rstrip("*")
    example = next(n for n in ABSENT if covers(row, n))
    with pytest.raises(AttributeError, match=re.escape(advice(name)[:40])):
        find(example)


def test_what_several_notebooks_use_is_there_and_tested():
    often = [n for n, c in USAGE.items() if c >= 2]
    wanted = [n for n in often if not any(covers(g, n) for g in GIVEN_UP)]
    assert [n for n in wanted if not is_there(n)] == []
    text = "\n".join(p.read_text() for p in HERE.parent.rglob("*.py"))
    words = set(re.findall(r"\w+", text))
    assert [n for n in wanted if n.rpartition(".")[2] not in words] == []


def test_the_list_is_that_of_the_count():
    path = SHARED / "api" / "tf_usage.json"
    if not path.is_file():
        pytest.skip("the counted notebooks are not here")
    counted = json.loads(path.read_text())
    names = {
        name: entry["notebooks"]
        for name, entry in counted.items()
        if name.startswith("tf.") and not name.startswith("tf.keras")
    }
    assert names == USAGE
