"""Whatever is wrong: one readable message, status 1, and nothing written."""

import os
import re
import shutil
import subprocess
import sys

import numpy as np
import pytest

from addax.cli import main as cli_main
from addax.cli import run as cli_run
from tests.cli.conftest import files


@pytest.fixture
def refuse(addax, here):
    """Run a command that must fail; give the message, with its white space closed."""

    def run(*words: object) -> str:
        before = files(here)
        status, _, err = addax(*words)
        assert status == 1
        assert "Traceback" not in err
        assert err.startswith("error: ")
        assert files(here) == before
        return " ".join(err.split())

    return run


def test_what_is_not_there(refuse, here):
    message = refuse("train", "nowhere")
    assert message.startswith(
        "error: There is no such file or folder. Received: DATA='nowhere' "
        f"It was looked for in {here}"
    )


@pytest.mark.parametrize(
    "name, hint", [("a.zip", "unzip a.zip, then addax train a/"), ("a.txt", "a .csv")]
)
def test_a_kind_of_file_that_is_not_known(refuse, here, name, hint):
    (here / name).write_text("")
    assert hint in refuse("train", name)


def test_options_that_would_be_ignored(refuse, photos, table):
    assert "--target says nothing" in refuse("train", photos, "--target", "x")
    assert "--image-size says nothing" in refuse(
        "train", table, "--target", "price", "--image-size", 9
    )
    assert "images has classes" in refuse("train", photos, "--task", "regression")


# images


def test_an_empty_folder(refuse, here):
    (here / "photos").mkdir()
    message = refuse("train", "photos")
    assert "'photos' has no sub-folders. Received: images_in_it=0" in message
    assert "Fix: mkdir photos/cats photos/dogs" in message


def test_one_class(refuse, photos):
    shutil.rmtree(photos / "dark")
    assert "only one class, so there is nothing to learn" in refuse("train", photos)


def test_a_class_without_images(refuse, photos):
    (photos / "grey").mkdir()
    (photos / "grey" / "notes.txt").write_text("")
    message = refuse("train", photos)
    assert "There is no image in" in message
    assert "grey'. Received: files=1 Images end in .bmp, .gif" in message


def test_images_that_cannot_be_read_are_all_named(refuse, photos):
    (photos / "dark" / "0.png").write_bytes(b"")
    whole = (photos / "dark" / "1.png").read_bytes()
    (photos / "dark" / "1.png").write_bytes(whole[:200])
    message = refuse("train", photos)
    assert "image" in message
    assert "cannot be read" in message
    assert "0.png" in message
    assert "Fix: rm '" in message


def test_too_few_images(refuse, photos):
    for path in photos.rglob("*.png"):
        if path.stem not in ("0", "1"):
            path.unlink()
    assert "too few images to train, watch and test" in refuse("train", photos)


def test_parts_with_different_classes(refuse, here, photos):
    shutil.copytree(photos, here / "d" / "train")
    shutil.copytree(photos, here / "d" / "test")
    (here / "d/test/dark").rename(here / "d/test/dank")
    message = refuse("train", "d")
    assert "only_in_train=['dark'], only_in_test=['dank']" in message


# arrays


def arrays(**changes):
    rng = np.random.default_rng(0)
    data = {"x_train": rng.normal(size=(40, 3)), "y_train": np.arange(40) % 2} | changes
    np.savez("d.npz", **{name: a for name, a in data.items() if a is not None})
    return "d.npz"


def ragged():
    rows = np.empty(40, object)
    rows[:] = [[1] * (1 + i) for i in range(40)]
    return rows


@pytest.mark.parametrize(
    "changes, text",
    [
        (
            {"y_train": None, "Y_train": np.zeros(40)},
            r"does not hold y_train\. Received: .* Did you mean 'Y_train'\?",
        ),
        ({"x_test": np.zeros((5, 3))}, r"does not hold y_test"),
        ({"x_train": np.zeros((39, 3))}, r"different numbers of rows\. .*\(39, 3\)"),
        (
            {"x_test": np.zeros((5, 4)), "y_test": np.zeros(5)},
            r"x_train and x_test in d\.npz differ in shape\. .*\(40, 3\).*\(5, 4\)",
        ),
        (
            {"x_test": np.zeros((5, 3)), "y_test": np.zeros(4)},
            r"x_test and y_test in d\.npz have different numbers",
        ),
        ({"x_train": np.full((40, 3), np.nan)}, r"NaN or infinity.*rows=40, of=40"),
        ({"x_train": np.zeros((40, 3, 3, 9))}, r"neither images nor rows of numbers"),
        ({"x_train": np.full((40, 3), "a")}, r"does not hold numbers"),
        ({"x_train": ragged()}, r"holds Python objects.*pad_sequences"),
        ({"y_train": np.zeros(40, int)}, r"same in every row.*nothing to learn"),
        ({"y_train": np.zeros((40, 2))}, r"one number or class a row.*\(40, 2\)"),
        ({"x_train": np.zeros((4, 3)), "y_train": np.arange(4)}, r"too few rows.*=4"),
        (
            {"x_test": np.zeros((5, 3)), "y_test": np.full(5, 7)},
            r"classes that y_train has not\. Received: only_in_y_test=\['7'\]",
        ),
    ],
)
def test_arrays(refuse, changes, text):
    assert re.search(text, refuse("train", arrays(**changes)))


def test_texts_are_no_regression(refuse):
    name = arrays(y_train=np.array(["a", "b"] * 20))
    message = refuse("train", name, "--task", "regression")
    assert "predicts numbers, and 'y_train' holds others" in message


def test_a_file_that_is_no_npz(refuse, here):
    (here / "d.npz").write_bytes(b"not a zip")
    assert "not an .npz file, or it is cut short" in refuse("train", "d.npz")
    good = arrays()
    (here / "d.npz").write_bytes((here / good).read_bytes()[:-40])
    assert "not an .npz file, or it is cut short" in refuse("train", "d.npz")


# tables


def test_a_table_without_a_target(refuse, table):
    message = refuse("train", table)
    assert "Which column of houses.csv should be predicted?" in message
    assert "'price', 'kind'" in message
    assert "houses.csv --target kind" in message


def test_a_target_that_is_not_there(refuse, table):
    message = refuse("train", table, "--target", "prize")
    assert "houses.csv has no column 'prize'" in message
    assert "Did you mean 'price'?" in message


@pytest.mark.parametrize(
    "content, text",
    [
        (b"", "cannot be read as a table. .* No columns"),
        (b"a,b\n1,2\n3,4,5,6\n", "cannot be read as a table. .* line 3"),
        (b"a,price\n\xff,1\n", "It is not in UTF-8: invalid start byte at byte"),
        (b"a,price\n1,2\n", "too few rows .* rows=1"),
        (b"a,price\n" + b"1,2\n" * 20, "'price' is the same in every row"),
        (
            b"a,price\n" + b"".join(b"1,%d\n" % i for i in range(30)),
            "No column of t.csv can be learnt from. .* 'a' was left out: it never",
        ),
    ],
)
def test_tables(refuse, here, content, text):
    (here / "t.csv").write_bytes(content)
    assert re.search(text, refuse("train", "t.csv", "--target", "price"))


# the folder for the results, and failures on the way


def test_a_folder_that_forbids_writing(refuse, here, table, monkeypatch):
    real = os.access
    monkeypatch.setattr(os, "access", lambda p, m: m == os.F_OK and real(p, m))
    message = refuse("train", table, "--target", "kind", "--out", "out")
    assert "does not allow writing. Received: path='out'" in message


def test_a_file_where_the_folder_should_be(refuse, here, table):
    (here / "out").write_text("")
    message = refuse("train", table, "--target", "kind", "--out", "out")
    assert "out' is a file." in message


def test_a_failure_in_the_end_leaves_nothing(refuse, here, table, monkeypatch):
    def fail(*_):
        raise OSError("No space left on device")

    monkeypatch.setattr(cli_run.plots, "draw_predictions", fail)
    message = refuse("train", table, "--target", "kind", "--epochs", 1)
    assert message == "error: No space left on device"
    assert not (here / "addax-train").exists()


def test_a_loss_that_is_no_number(refuse, here):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(40, 3)).astype("float32")
    np.savez("d.npz", x_train=x, y_train=x[:, 0] * np.float32(1e30))
    message = refuse("train", "d.npz", "--task", "regression", "--epochs", 2)
    assert "The loss was no number any more in epoch 1." in message


def test_a_fault_of_our_own_says_how_to_see_more(refuse, monkeypatch, table):
    def fault(*_):
        raise ZeroDivisionError("oops")

    monkeypatch.setattr(cli_main.cli, "run_train", fault)
    message = refuse("train", table)
    assert message.startswith("error: ZeroDivisionError: oops This may be a fault")
    assert "ADDAX_DEBUG=1 addax" in message


def test_debug_shows_the_traceback(here):
    with (
        cli_main.debug.override(True),
        pytest.raises(FileNotFoundError, match="no such file"),
    ):
        cli_main.main(["train", "nowhere"])


def test_ctrl_c(addax, here, monkeypatch, table):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli_run.plots, "draw_training", interrupt)
    status, _, err = addax("train", table, "--target", "kind", "--epochs", 1)
    assert (status, err) == (130, "error: Stopped. Nothing was written.\n")
    assert files(here) == ["houses.csv"]


def test_the_process_exits_with_the_status_and_no_traceback(here):
    result = subprocess.run(
        [sys.executable, "-m", "addax.cli.main", "train", "nowhere"],
        capture_output=True,
        text=True,
    )
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.startswith("error: There is no such file or folder.")
    assert "Traceback" not in result.stderr
