"""Small data of every kind, made by the tests."""

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from addax.cli.main import main


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty folder that is the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def addax(here, capsys):
    """Run a command in this process; give its status, output and error output."""

    def run(*words: object) -> tuple[int, str, str]:
        status = main([str(each) for each in words])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


@pytest.fixture
def photos(here):
    """Two classes of images, bright and dark, 20 each."""
    rng = np.random.default_rng(0)
    for name, low in [("dark", 0), ("light", 128)]:
        (here / "photos" / name).mkdir(parents=True)
        for index in range(20):
            pixels = rng.integers(low, low + 128, (12, 10, 3), dtype="uint8")
            Image.fromarray(pixels).save(here / "photos" / name / f"{index}.png")
    return here / "photos"


@pytest.fixture
def table(here):
    """A table with numbers, categories, gaps, and columns of no use."""
    rng = np.random.default_rng(0)
    lines = ["area,town,code,same,price,kind"]
    for index in range(60):
        area, town = rng.uniform(50, 200), rng.choice(["Ash", "Elm"])
        price = 1000 * area * (2 if town == "Ash" else 1)
        kind = "big" if area > 120 else "small"
        shown = "" if index % 20 == 3 else f"{area:.1f}"
        lines.append(f"{shown},{town},c{index},1,{price:.0f},{kind}")
    path = here / "houses.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def files(folder: Path) -> list[str]:
    """Every file below a folder, hidden ones too."""
    return sorted(
        os.path.relpath(os.path.join(parent, name), folder)
        for parent, _, names in os.walk(folder)
        for name in names
    )
