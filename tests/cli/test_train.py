"""`addax train` on every kind of data."""

import json

import numpy as np
import pytest

from addax import keras
from addax.cli.tables import read_inputs
from tests.cli.conftest import files

COMMON = ["history.csv", "model.keras", "preprocessing.json", "report.txt"]
OF_CLASSES = sorted([*COMMON, "training.png", "confusion.png"])
OF_NUMBERS = sorted([*COMMON, "training.png", "predictions.png"])


def test_images(addax, here, photos):
    status, out, err = addax("train", photos, "--epochs", 8)
    assert (status, err) == (0, "")
    assert "40 images of 2 classes" in out
    assert "resized to 10 x 10 pixels" in out
    assert "Test accuracy 100.0%" in out
    assert "Written to addax-train/photos/" in out
    assert files(here / "addax-train" / "photos") == OF_CLASSES

    how = json.loads((here / "addax-train/photos/preprocessing.json").read_text())
    assert how["classes"] == ["dark", "light"]
    assert (how["size"], how["mode"]) == ([10, 10], "RGB")
    model = keras.models.load_model(here / "addax-train/photos/model.keras")
    bright = np.full((1, 10, 10, 3), 200, "uint8")
    assert model.predict(bright, verbose=0).argmax() == 1


def test_images_that_are_split_already(addax, here, photos):
    (here / "data").mkdir()
    for part in ("train", "test"):
        (here / "data" / part).mkdir()
        for name in ("dark", "light"):
            (here / "data" / part / name).mkdir()
    for path in photos.rglob("*.png"):
        part = "test" if path.stem.endswith("0") else "train"
        path.rename(here / "data" / part / path.parent.name / path.name)
    status, out, _ = addax("train", "data", "--epochs", 1)
    assert status == 0
    assert "to be tested on 4" in out


def test_a_size_for_images(addax, photos):
    _, out, _ = addax("train", photos, "--epochs", 1, "--image-size", 16)
    assert "16 x 16 pixels" in out
    assert "(None, 16, 16, 32)" in out


def test_arrays_of_images_with_labels_in_columns(addax, here):
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, (120, 1))
    x = (rng.integers(0, 100, (120, 8, 8)) + 100 * y[..., None]).astype("uint8")
    np.savez("d.npz", x_train=x[:100], y_train=y[:100], x_test=x[100:], y_test=y[100:])
    status, out, _ = addax("train", "d.npz", "--epochs", 6)
    assert status == 0
    assert "120 images of 8 x 8 x 1" in out
    assert "to be tested on 20" in out
    assert "Test accuracy 100.0%" in out
    assert files(here / "addax-train" / "d") == OF_CLASSES


def test_arrays_of_numbers_for_a_regression_without_a_test_part(addax, here):
    rng = np.random.default_rng(0)
    x = rng.normal(50, 10, (200, 3))
    np.savez("d.npz", x_train=x, y_train=x @ [1.0, 2.0, -1.0] + 1000)
    status, out, _ = addax("train", "d.npz", "--out", "results", "--epochs", 60)
    assert status == 0
    assert "to be tested on 40" in out
    assert float(out.split("R2 ")[1][:5]) > 0.9
    assert files(here / "results") == OF_NUMBERS


def test_one_hot_labels(addax, here):
    rng = np.random.default_rng(0)
    y = np.eye(3)[np.arange(90) % 3]
    np.savez("d.npz", x_train=rng.normal(y * 5, 1), y_train=y)
    _, out, _ = addax("train", "d.npz", "--epochs", 20)
    assert "Test accuracy 100.0%" in out


def test_a_table_for_a_regression(addax, here, table):
    status, out, err = addax("train", table, "--target", "price", "--epochs", 60)
    assert (status, err) == (0, "")
    for text in [
        "60 rows of 3 columns in houses.csv, to predict 'price'",
        "3 missing values in 'area' were filled with the median",
        "'code' was left out: ",
        "'same' was left out: it never changes.",
        "always the mean",
    ]:
        assert text in out
    assert files(here / "addax-train" / "houses") == OF_NUMBERS


def test_a_table_for_a_classification(addax, here, table):
    status, out, _ = addax("train", table, "--target", "kind", "--epochs", 60)
    assert status == 0
    assert "accuracy" in out
    assert files(here / "addax-train" / "houses") == OF_CLASSES

    new = here / "new.csv"
    new.write_text("town;area;code;same;price\nAsh;190;x;1;380000\nOak;;x;1;1\n")
    folder = here / "addax-train" / "houses"
    x = read_inputs(new, folder / "preprocessing.json")
    model = keras.models.load_model(folder / "model.keras")
    assert model.predict(x, verbose=0).argmax(axis=1)[0] == 0  # big
    new.write_text("area\n1\n")
    with pytest.raises(ValueError, match=r"new.csv lacks columns .* missing=\['town"):
        read_inputs(new, folder / "preprocessing.json")


def test_the_same_seed_gives_the_same_result(addax, here, table):
    for out in ("one", "two"):
        addax("train", table, "--target", "kind", "--epochs", 3, "--out", out)
    assert (here / "one/history.csv").read_text() == (
        here / "two/history.csv"
    ).read_text()
    addax("train", table, "--target", "kind", "--epochs", 3, "--out", "3", "--seed", 1)
    assert (here / "one/history.csv").read_text() != (
        here / "3/history.csv"
    ).read_text()


def test_other_files_in_the_folder_stay(addax, here, table):
    (here / "out").mkdir()
    (here / "out" / "mine.txt").write_text("mine")
    addax("train", table, "--target", "kind", "--epochs", 1, "--out", "out")
    assert files(here / "out") == sorted([*OF_CLASSES, "mine.txt"])
