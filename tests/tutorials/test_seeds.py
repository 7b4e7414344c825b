"""Code of tutorials, block by block in one namespace, as a reader would run it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.tutorials.shared import code_blocks, needs_shared, put_fashion_mnist

pytestmark = needs_shared


@pytest.fixture
def fashion_mnist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    put_fashion_mnist(tmp_path)


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
