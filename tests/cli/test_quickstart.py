"""The main job, in full: it takes some seconds, and is what everybody runs first."""

import csv
import re

import numpy as np
import pytest
from PIL import Image

from addax.cli.quickstart import digits
from tests.cli.conftest import files


def test_quickstart(addax, here):
    status, out, err = addax("quickstart")
    assert (status, err) == (0, "")

    accuracy = float(re.search(r"Test accuracy ([\d.]+)%", out)[1])
    assert accuracy >= 98
    for text in [
        "1,797 handwritten digits",
        "Conv2D",
        "Total params",
        "precision    recall",
        "predicts the same (largest difference 0)",
        "Written to addax-quickstart/",
        "addax train photos/",
    ]:
        assert text in out

    folder = here / "addax-quickstart"
    assert files(folder) == [
        "confusion.png",
        "history.csv",
        "model.keras",
        "preprocessing.json",
        "report.txt",
        "training.png",
    ]
    for name in ("confusion.png", "training.png"):
        with Image.open(folder / name) as image:
            assert min(image.size) >= 500
            assert len(np.unique(np.asarray(image.convert("L")))) > 50
    report = (folder / "report.txt").read_text()
    assert f"Test accuracy {accuracy}%" in report
    assert "Conv2D" in report
    with open(folder / "history.csv", newline="") as file:
        history = list(csv.DictReader(file))
    assert [row["epoch"] for row in history] == [
        str(each) for each in range(1, len(history) + 1)
    ]
    assert float(history[-1]["accuracy"]) > 0.95
    assert {"loss", "val_loss", "val_accuracy"} <= history[0].keys()


def test_the_digits_are_split_by_class_and_seed():
    one, again, other = digits(0), digits(0), digits(1)
    assert np.array_equal(one.test.x, again.test.x)
    assert not np.array_equal(one.test.x, other.test.x)
    assert len(one.train) // 5 + len(one.validation) + len(one.test) == 1797
    assert np.bincount(one.test.y).min() >= 30


def test_no_digit_is_in_two_parts():
    problem = digits(0)
    own = problem.train.x[: len(problem.train) // 5]  # without the moved ones
    parts = [own, problem.validation.x, problem.test.x]
    seen = {image.tobytes() for part in parts for image in part}
    assert len(seen) == 1797


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_any_seed_will_do(addax, seed):
    _, out, _ = addax("quickstart", "--seed", seed)
    assert float(re.search(r"Test accuracy ([\d.]+)%", out)[1]) >= 98
