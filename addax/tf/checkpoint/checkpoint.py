"""`tf.train.Checkpoint`: saving and restoring objects that hold variables."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from addax._base.errors import explain
from addax.core import Variable
from addax.tf.checkpoint.bundle import Bundle, write_bundle
from addax.tf.checkpoint.files import latest_checkpoint, record
from addax.tf.checkpoint.graph import (
    GRAPH_KEY,
    children,
    encode,
    is_trackable,
    value_of,
    walk,
)
from addax.tf.checkpoint.restore import Restoration, offered


class CheckpointOptions:
    """How to write a checkpoint; accepted for TensorFlow's sake.

    Args:
        experimental_io_device: Kept for TensorFlow's signature.
        experimental_enable_async_checkpoint: Kept for TensorFlow's signature.
        experimental_write_callbacks: Functions called with the name after writing.
        enable_async: Kept for TensorFlow's signature.
        experimental_skip_slot_variables: Kept for TensorFlow's signature.
        experimental_sharding_callback: Kept for TensorFlow's signature.
    """

    def __init__(
        self,
        experimental_io_device: str | None = None,
        experimental_enable_async_checkpoint: bool = False,
        experimental_write_callbacks: Any = None,
        enable_async: bool = False,
        experimental_skip_slot_variables: bool = False,
        experimental_sharding_callback: Any = None,
    ) -> None:
        self.experimental_io_device = experimental_io_device
        self.experimental_enable_async_checkpoint = experimental_enable_async_checkpoint
        self.experimental_write_callbacks = experimental_write_callbacks
        self.enable_async = enable_async
        self.experimental_skip_slot_variables = experimental_skip_slot_variables
        self.experimental_sharding_callback = experimental_sharding_callback


class Status:
    """What came of restoring a checkpoint.

    Args:
        restoration: The checkpoint on its way; `None` if there was none.
        root: The object restored.
    """

    def __init__(self, restoration: Restoration | None, root: Any) -> None:
        self._restoration = restoration
        self._root = root

    def assert_consumed(self) -> Status:
        """Checks that every saved value has a variable, and every variable a value.

        Raises:
            AssertionError: If not, or if there was no checkpoint.
        """
        self.assert_existing_objects_matched()
        unused = self._restored().unused()
        self._none(unused, "These saved values belong to no object")
        return self

    def assert_existing_objects_matched(self) -> Status:
        """Checks that every variable there is now has a saved value.

        Raises:
            AssertionError: If not, or if there was no checkpoint.
        """
        missing = list(self._restored().without_value(self._root))
        self._none(missing, "The checkpoint has no value for")
        return self

    def assert_nontrivial_match(self) -> Status:
        """Checks that something was restored.

        Raises:
            AssertionError: If not.
        """
        if len(self._restored().matched) < 2:
            raise AssertionError(self._text("Nothing of the checkpoint was restored"))
        return self

    def expect_partial(self) -> Status:
        """Says that saved values may be left over."""
        return self

    def initialize_or_restore(self, session: Any = None) -> None:
        """Kept for TensorFlow's sake: it is done already."""

    run_restore_ops = initialize_or_restore

    def _restored(self) -> Restoration:
        if self._restoration is None:
            raise AssertionError(
                explain(
                    "No checkpoint was restored.",
                    received={"save_path": None},
                    why="tf.train.latest_checkpoint(folder) returns None where there "
                    "is none.",
                )
            )
        return self._restoration

    def _none(self, paths: list[str], fact: str) -> None:
        if paths:
            listed = ", ".join(map(repr, paths[:10]))
            more = f" and {len(paths) - 10} more" if len(paths) > 10 else ""
            raise AssertionError(self._text(f"{fact}: {listed}{more}."))

    def _text(self, fact: str) -> str:
        return explain(
            fact,
            received={"checkpoint": self._restored().bundle.prefix},
            why="Layers make their weights when first called, optimizers theirs when "
            "they first update; objects are matched by the names of the attributes "
            "that lead to them.",
            fix="checkpoint.restore(path).expect_partial()  # if that is intended",
        )


class Checkpoint:
    """Objects with variables, saved and restored together.

    Values are matched by the names of the attributes that lead to them, not by the
    variables' own names. What is not there yet (the weights of a layer that was never
    called, an optimizer's slots) is restored when it is made. The files are
    TensorFlow's: either reads the other's.

    Args:
        root: An object whose parts are saved without a name in front.
        **kwargs: Variables, modules, layers, models, optimizers, lists and dicts of
            them, or other checkpoints, each under its name.

    Raises:
        ValueError: If a value holds no variables.

    Example:

    >>> import tempfile
    >>> from addax import tf
    >>> folder = tempfile.mkdtemp()
    >>> v = tf.Variable(3.0)
    >>> path = tf.train.Checkpoint(v=v).save(f"{folder}/ckpt")
    >>> v.assign(0.0).numpy()
    np.float32(0.0)
    >>> status = tf.train.Checkpoint(v=v).restore(path).assert_consumed()
    >>> v.numpy()
    np.float32(3.0)
    """

    def __init__(self, root: Any = None, **kwargs: Any) -> None:
        for name, value in {"root": root, **kwargs}.items():
            empty = isinstance(value, (list, tuple, dict)) and not value
            if value is not None and not empty and not is_trackable(value):
                raise ValueError(
                    explain(
                        "A checkpoint keeps objects that hold variables.",
                        received={name: value},
                        fix=f"tf.train.Checkpoint({name}=tf.Variable({name}))",
                    )
                )
        self._root = root
        self._parts: dict[str, Any] = {}
        self._save_counter: Variable | None = None
        for name in sorted(kwargs):
            setattr(self, name, kwargs[name])

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if not name.startswith("_"):
            self._parts[name] = value
            offered(self, value)

    def __delattr__(self, name: str) -> None:
        super().__delattr__(name)
        self._parts.pop(name, None)

    def _checkpoint_children(self) -> dict[str, Any]:
        counted = self._save_counter is not None
        counter = {"save_counter": self._save_counter} if counted else {}
        inner = {} if self._root is None else dict(children(self._root))
        return {**inner, **self._parts, **counter}

    @property
    def save_counter(self) -> Variable:
        """How often `save` was called, a variable."""
        if self._save_counter is None:
            self._save_counter = Variable(
                0, dtype="int64", trainable=False, name="save_counter"
            )
        return self._save_counter

    def write(self, file_prefix: str, options: CheckpointOptions | None = None) -> str:
        """Writes a checkpoint, without counting it.

        Args:
            file_prefix: The common beginning of its files.
            options: Kept for TensorFlow's signature, but for its callbacks.

        Returns:
            `file_prefix`.
        """
        prefix = os.fspath(file_prefix)
        Path(prefix).parent.mkdir(parents=True, exist_ok=True)
        nodes, found = walk(self)
        tensors = {key: value_of(x) for key, x in found.items()}
        write_bundle(prefix, {**tensors, GRAPH_KEY: encode(nodes)})
        for tell in (options and options.experimental_write_callbacks) or ():
            tell(prefix)
        return prefix

    def save(self, file_prefix: str, options: CheckpointOptions | None = None) -> str:
        """Writes a checkpoint called `file_prefix` and a number.

        Args:
            file_prefix: The beginning of its name.
            options: As for `write`.

        Returns:
            The checkpoint's name, to give to `restore`.
        """
        prefix = os.fspath(file_prefix)
        self.save_counter.assign_add(1)
        path = self.write(f"{prefix}-{int(self.save_counter)}", options)
        record(str(Path(path).parent), path, [path])
        return path

    def read(self, save_path: str, options: CheckpointOptions | None = None) -> Status:
        """Restores what `write` wrote.

        Args:
            save_path: The name of the checkpoint.
            options: Kept for TensorFlow's signature.

        Returns:
            An object with `assert_consumed()` and `expect_partial()`.
        """
        return Status(Restoration(self, Bundle(os.fspath(save_path))), self)

    def restore(
        self, save_path: str | None, options: CheckpointOptions | None = None
    ) -> Status:
        """Restores what `save` wrote; variables that are made later, too.

        Args:
            save_path: The name that `save` returned, or a saved model's folder; for
                `None`, which `tf.train.latest_checkpoint` may give, nothing is done.
            options: Kept for TensorFlow's signature.

        Returns:
            An object with `assert_consumed()` and `expect_partial()`.

        Raises:
            FileNotFoundError: If there is no such checkpoint.
            ValueError: If a variable has another shape than its saved value.
        """
        if save_path is None:
            return Status(None, self)
        self._save_counter = self.save_counter  # which is restored, too
        path = os.fspath(save_path)
        if Path(path).is_dir():
            inside = Path(path, "variables", "variables")
            saved_model = Path(f"{inside}.index").is_file()
            path = str(inside) if saved_model else latest_checkpoint(path) or path
        return self.read(path, options)

    def sync(self) -> None:
        """Waits until everything is written: it always is."""
