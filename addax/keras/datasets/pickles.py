"""Pickled arrays from data sets, read without letting them run code."""

from __future__ import annotations

import pickle
from typing import IO, Any

# What NumPy's arrays name. `numpy.core` became `numpy._core` in NumPy 2.
_ALLOWED = {
    ("numpy", "ndarray"),
    ("numpy", "dtype"),
    ("numpy._core.multiarray", "_reconstruct"),
    ("numpy._core.multiarray", "scalar"),
    ("_codecs", "encode"),
}


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        module = module.replace("numpy.core.", "numpy._core.")
        if (module, name) not in _ALLOWED:
            raise pickle.UnpicklingError(
                f"It names {module}.{name}, which could run code."
            )
        return super().find_class(module, name)


def read_pickle(file: IO[bytes]) -> Any:
    """What a pickle of lists, dictionaries, numbers, strings and arrays holds.

    Args:
        file: An open binary file; strings of Python 2 in it are read as Latin 1.

    Raises:
        pickle.UnpicklingError: If it holds anything else.
    """
    return _Unpickler(file, encoding="latin1").load()
