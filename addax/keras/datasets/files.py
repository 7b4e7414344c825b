"""Where the data sets come from, and how their files are read."""

from __future__ import annotations

import io
import os
import pickle
from collections.abc import Sequence
from typing import Any

import numpy as np

from addax._base.archives import open_zip, read_member
from addax._base.errors import explain
from addax.keras.datasets.pickles import read_pickle
from addax.keras.utils.files import get_file

Arrays = tuple[tuple[Any, Any], tuple[Any, Any]]
"""`(x_train, y_train), (x_test, y_test)`."""

_GOOGLE = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
_TORONTO = "https://www.cs.toronto.edu/~kriz/"

# Each file's address and checksum. The two word indices have MD5 sums, as Keras does;
# the files of Fashion-MNIST have none there.
_SOURCES: dict[str, tuple[str, str | None]] = {
    "mnist.npz": (
        _GOOGLE,
        "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
    ),
    "imdb.npz": (
        _GOOGLE,
        "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f",
    ),
    "imdb_word_index.json": (_GOOGLE, "bfafd718b763782e994055a2d397834f"),
    "reuters.npz": (
        _GOOGLE,
        "d6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916",
    ),
    "reuters_word_index.json": (_GOOGLE, "4d44cc38712099c9e383dc6e5f11a921"),
    "boston_housing.npz": (
        _GOOGLE,
        "f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5",
    ),
    "california_housing.npz": (
        _GOOGLE,
        "1a2e3a52e0398de6463aebe6f4a8da34fb21fbb6b934cf88c3425e766f2a1a6f",
    ),
    "cifar-10-python.tar.gz": (
        _TORONTO,
        "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
    ),
    "cifar-100-python.tar.gz": (
        _TORONTO,
        "85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7",
    ),
    "train-labels-idx1-ubyte.gz": (_GOOGLE, None),
    "train-images-idx3-ubyte.gz": (_GOOGLE, None),
    "t10k-labels-idx1-ubyte.gz": (_GOOGLE, None),
    "t10k-images-idx3-ubyte.gz": (_GOOGLE, None),
}


def fetch(source: str, path: str | None = None, **options: Any) -> str:
    """The path of a data set's file, downloaded if it is not here.

    Args:
        source: The file's name at its origin.
        path: The name to keep it under, or the absolute path of a file of the user's.
        **options: For `get_file`.
    """
    if path is not None and os.path.isabs(path) and os.path.exists(path):
        return path
    address, checksum = _SOURCES[source]
    return get_file(path or source, address + source, file_hash=checksum, **options)


def read_npz(path: str, names: Sequence[str]) -> list[Any]:
    """Arrays of an `.npz` file; those of lists too, but nothing that runs code.

    Args:
        path: The file.
        names: The arrays to read.

    Raises:
        ValueError: If it is no such file, or lacks an array.
    """
    try:
        with open_zip(path) as archive:
            return [_read_npy(read_member(archive, f"{name}.npy")) for name in names]
    except (KeyError, ValueError, OSError, EOFError, pickle.UnpicklingError) as error:
        raise ValueError(
            explain(
                f"The file does not hold the arrays {', '.join(names)}.",
                received={"path": path},
                why=str(error).strip('"'),
                fix=f"Remove {path} and run again to download it.",
            )
        ) from error


def _read_npy(content: bytes) -> np.ndarray[Any, Any]:
    file = io.BytesIO(content)
    version = np.lib.format.read_magic(file)
    read_header = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }.get(version)
    if read_header is None:
        raise ValueError(f"It has version {version} of NumPy's format.")
    _, _, dtype = read_header(file)
    if dtype.hasobject:
        return read_pickle(file)
    return np.load(io.BytesIO(content), allow_pickle=False)


def split(x: Any, y: Any, test_split: float, seed: int) -> Arrays:
    """Shuffles samples and divides them, as Keras does for the same seed.

    Args:
        x: Inputs.
        y: Targets.
        test_split: Which part is for testing.
        seed: The seed of the shuffling.

    Raises:
        ValueError: If `test_split` is not between 0 and 1.
    """
    if not 0 <= test_split < 1:
        raise ValueError(
            explain(
                "`test_split` is a part of the data, from 0 to 1.",
                received={"test_split": test_split},
                fix="load_data(test_split=0.2)",
            )
        )
    order = np.arange(len(x))
    np.random.RandomState(seed).shuffle(order)
    x, y = x[order], y[order]
    count = int(len(x) * (1 - test_split))
    return (x[:count], y[:count]), (x[count:], y[count:])
