"""Looking into checkpoints: `tf.train.load_checkpoint`, `tf.train.list_variables`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from addax.core import DType, as_dtype
from addax.tf.checkpoint.bundle import Bundle
from addax.tf.checkpoint.files import latest_checkpoint


class CheckpointReader:
    """The tensors of a checkpoint.

    Args:
        filename: The checkpoint's name.
    """

    def __init__(self, filename: str) -> None:
        self._bundle = Bundle(filename)

    def has_tensor(self, tensor_str: str) -> bool:
        """Whether there is a tensor of that name."""
        return tensor_str in self._bundle

    def get_tensor(self, tensor_str: str) -> Any:
        """A tensor's value, as a NumPy array.

        Raises:
            KeyError: If there is none of that name.
        """
        found = self._bundle[tensor_str]
        return found if found.ndim else found[()]

    def get_variable_to_shape_map(self) -> dict[str, list[int]]:
        """The shape of each tensor by its name."""
        return {name: self._bundle.shape(name) for name in self._bundle.names}

    def get_variable_to_dtype_map(self) -> dict[str, DType]:
        """The type of each tensor by its name."""
        return {name: as_dtype(self._bundle.dtype(name)) for name in self._bundle.names}


def load_checkpoint(ckpt_dir_or_file: str | os.PathLike[str]) -> CheckpointReader:
    """Opens a checkpoint, or the newest of a folder.

    Args:
        ckpt_dir_or_file: The checkpoint's name, or the folder's.

    Raises:
        FileNotFoundError: If there is none.

    Example:

    >>> import tempfile
    >>> from addax import tf
    >>> v = tf.Variable([1.0, 2.0])
    >>> path = tf.train.Checkpoint(v=v).save(tempfile.mkdtemp() + "/ckpt")
    >>> tf.train.load_checkpoint(path).get_tensor("v/.ATTRIBUTES/VARIABLE_VALUE")
    array([1., 2.], dtype=float32)
    """
    path = os.fspath(ckpt_dir_or_file)
    if Path(path).is_dir():
        path = latest_checkpoint(path) or os.path.join(path, "checkpoint")
    return CheckpointReader(path)


def list_variables(
    ckpt_dir_or_file: str | os.PathLike[str],
) -> list[tuple[str, list[int]]]:
    """The names and shapes of all tensors in a checkpoint.

    Args:
        ckpt_dir_or_file: The checkpoint's name, or that of a folder of them.
    """
    shapes = load_checkpoint(ckpt_dir_or_file).get_variable_to_shape_map()
    return sorted(shapes.items())


def load_variable(ckpt_dir_or_file: str | os.PathLike[str], name: str) -> Any:
    """A tensor of a checkpoint, as a NumPy array.

    Args:
        ckpt_dir_or_file: The checkpoint's name, or that of a folder of them.
        name: The tensor's name.
    """
    return load_checkpoint(ckpt_dir_or_file).get_tensor(name)
