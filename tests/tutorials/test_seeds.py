"""Code of tutorials, block by block in one namespace, as a reader would run it."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.tutorials.shared import SHARED, code_blocks, needs_shared

pytestmark = needs_shared


def _idx(array: np.ndarray[Any, Any]) -> bytes:
    """The array in the format of the MNIST files."""
    head = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    return gzip.compress(head + array.tobytes(), compresslevel=1)


@pytest.fixture
def fashion_mnist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts 28x28 images where the loader of Fashion MNIST looks for its files.

    The clothes cannot be downloaded here; handwritten digits have the same form.
    """
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    folder = tmp_path / "datasets" / "fashion-mnist"
    folder.mkdir(parents=True)
    with np.load(SHARED / "data" / "mnist.npz") as data:
        for part, name in (("train", "train"), ("test", "t10k")):
            images, labels = data[f"x_{part}"], data[f"y_{part}"]
            (folder / f"{name}-images-idx3-ubyte.gz").write_bytes(_idx(images))
            (folder / f"{name}-labels-idx1-ubyte.gz").write_bytes(_idx(labels))


def _run(name: str) -> dict[str, Any]:
    blocks = code_blocks(name)
    assert blocks
    namespace: dict[str, Any] = {"__name__": "tutorial"}
    for i, block in enumerate(blocks):
        exec(compile(block, f"{name}, block {i + 1}", "exec"), namespace)
    return namespace


def test_neural_networks_overview() -> None:
    model = _run("000_c55b60c7af900d44.txt")["model"]
    assert model.count_params() == 5 * 64 + 64 + 64 + 1


@pytest.mark.filterwarnings("ignore:.*hash:UserWarning")
def test_deep_learning_with_keras(
    fashion_mnist: None, capsys: pytest.CaptureFixture[str]
) -> None:
    names = _run("004_4ce2bf4b4af2b5ad.txt")
    assert names["predictions"].shape == (10_000, 10)
    assert names["test_acc"] > 0.95
    assert "Test Accuracy" in capsys.readouterr().out
