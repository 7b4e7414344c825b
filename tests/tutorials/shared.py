"""Where the documents and data sets that tests may use lie, if they are there."""

from __future__ import annotations

import gzip
import os
import re
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

SHARED = Path(os.environ.get("ADDAX_SHARED", Path(__file__).parents[3] / "shared"))

needs_shared = pytest.mark.skipif(
    not (SHARED / "seeds").is_dir(),
    reason="needs the documents and data sets in ../shared (or $ADDAX_SHARED)",
)


def put_fashion_mnist(home: Path) -> None:
    """Puts 28x28 images where the loader of Fashion MNIST looks for its files.

    The clothes cannot be downloaded here; handwritten digits have the same form.

    Args:
        home: The Keras folder.
    """
    folder = home / "datasets" / "fashion-mnist"
    folder.mkdir(parents=True)
    with np.load(SHARED / "data" / "mnist.npz") as data:
        for part, name in (("train", "train"), ("test", "t10k")):
            for kind, form in (("x", "images-idx3"), ("y", "labels-idx1")):
                file = folder / f"{name}-{form}-ubyte.gz"
                file.write_bytes(_idx(data[f"{kind}_{part}"]))


def _idx(array: np.ndarray[Any, Any]) -> bytes:
    """The array in the format of the MNIST files, which Fashion MNIST shares."""
    head = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    return gzip.compress(head + array.tobytes(), compresslevel=1)


def code_blocks(name: str) -> list[str]:
    """The Python code blocks of a document, with `tensorflow` read as `addax.tf`."""
    text = (SHARED / "seeds" / name).read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, flags=re.S)
    return [re.sub(r"\btensorflow\b", "addax.tf", block) for block in blocks]
