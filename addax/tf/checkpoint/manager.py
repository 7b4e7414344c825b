"""`tf.train.CheckpointManager`: keeps the newest few checkpoints of a folder."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from typing import Any

from addax._base.errors import explain
from addax.tf.checkpoint.checkpoint import Checkpoint, CheckpointOptions
from addax.tf.checkpoint.files import as_mapping, delete, get_checkpoint_state, record


class CheckpointManager:
    """Writes numbered checkpoints into a folder and removes old ones.

    Args:
        checkpoint: What is saved.
        directory: The folder.
        max_to_keep: How many to keep; all if `None`.
        keep_checkpoint_every_n_hours: Keeps one for good each so many hours.
        checkpoint_name: The beginning of their names.
        step_counter: A variable that counts steps, for `checkpoint_interval`.
        checkpoint_interval: `save(check_interval=True)` does nothing until so many
            steps have passed since the last.
        init_fn: Called by `restore_or_initialize` where there is no checkpoint.
        last_checkpoint_step: The step of the last checkpoint.

    Raises:
        ValueError: If `max_to_keep` is no positive number.

    Example:

    >>> import tempfile
    >>> from addax import tf
    >>> checkpoint = tf.train.Checkpoint(step=tf.Variable(1))
    >>> folder = tempfile.mkdtemp()
    >>> manager = tf.train.CheckpointManager(checkpoint, folder, max_to_keep=2)
    >>> names = [manager.save() for _ in range(3)]
    >>> [name[-6:] for name in manager.checkpoints]
    ['ckpt-2', 'ckpt-3']
    """

    def __init__(
        self,
        checkpoint: Checkpoint,
        directory: str | os.PathLike[str],
        max_to_keep: int | None,
        keep_checkpoint_every_n_hours: float | None = None,
        checkpoint_name: str = "ckpt",
        step_counter: Any = None,
        checkpoint_interval: int | None = None,
        init_fn: Callable[[], object] | None = None,
        last_checkpoint_step: int | None = None,
    ) -> None:
        if max_to_keep is not None and max_to_keep < 1:
            raise ValueError(
                explain(
                    "`max_to_keep` is a positive number, or None to keep all.",
                    received={"max_to_keep": max_to_keep},
                )
            )
        if checkpoint_interval is not None and step_counter is None:
            raise ValueError(
                "`checkpoint_interval` counts steps and needs a `step_counter`. "
                f"Received: checkpoint_interval={checkpoint_interval}"
            )
        self._checkpoint = checkpoint
        self._directory = os.fspath(directory)
        self._max_to_keep = max_to_keep
        self._hours = keep_checkpoint_every_n_hours
        self._name = checkpoint_name
        self._step_counter = step_counter
        self._interval = checkpoint_interval
        self._init_fn = init_fn
        self._last_step = last_checkpoint_step
        self._latest: str | None = None
        self._times: dict[str, float] = {}
        self._preserved = time.time()
        self._recover()

    def _recover(self) -> None:
        """Goes on with what an earlier manager left in the folder."""
        state = get_checkpoint_state(self._directory)
        if state is None:
            return
        self._latest = state.model_checkpoint_path or None
        self._times = dict(as_mapping(state))
        self._preserved = state.last_preserved_timestamp or self._preserved

    @property
    def directory(self) -> str:
        """The folder."""
        return self._directory

    @property
    def checkpoint(self) -> Checkpoint:
        """What is saved."""
        return self._checkpoint

    @property
    def checkpoint_interval(self) -> int | None:
        """How many steps lie between two checkpoints at least."""
        return self._interval

    @property
    def latest_checkpoint(self) -> str | None:
        """The newest checkpoint, or `None`."""
        return self._latest

    @property
    def checkpoints(self) -> list[str]:
        """The checkpoints that may still be removed, the oldest first."""
        return list(self._times)

    def save(
        self,
        checkpoint_number: Any = None,
        check_interval: bool = True,
        options: CheckpointOptions | None = None,
    ) -> str | None:
        """Writes a checkpoint and removes what is too old.

        Args:
            checkpoint_number: Its number; the next if not given.
            check_interval: Whether to respect `checkpoint_interval`.
            options: As for `Checkpoint.write`.

        Returns:
            Its name, or `None` if too few steps have passed.
        """
        if self._interval is not None and check_interval and not self._is_due():
            return None
        prefix = os.path.join(self._directory, self._name)
        if checkpoint_number is None:
            path = self._checkpoint.save(prefix, options)
        else:
            path = self._checkpoint.write(f"{prefix}-{int(checkpoint_number)}", options)
        self._latest = path
        self._times.pop(path, None)
        self._times[path] = time.time()
        old = self._sweep()
        times = list(self._times.values())
        record(self._directory, path, list(self._times), times, self._preserved)
        for each in old:
            delete(each)
        return path

    def _is_due(self) -> bool:
        now = int(self._step_counter)
        if self._last_step is not None and now - self._last_step < (
            self._interval or 0
        ):
            return False
        self._last_step = now
        return True

    def _sweep(self) -> list[str]:
        """Takes out the oldest; returns those to remove."""
        old: list[str] = []
        while self._max_to_keep and len(self._times) > self._max_to_keep:
            path, when = next(iter(self._times.items()))
            del self._times[path]
            if self._hours and when - self._preserved > self._hours * 3600:
                self._preserved = when
            else:
                old.append(path)
        return old

    def restore_or_initialize(self) -> str | None:
        """Restores the newest checkpoint; without one, calls `init_fn`.

        Returns:
            The checkpoint's name, or `None` if there was none.
        """
        if self._latest is not None:
            self._checkpoint.restore(self._latest)
            number = re.search(r"-(\d+)$", self._latest)
            if self._step_counter is not None and number:
                self._last_step = int(self._step_counter)
            return self._latest
        if self._init_fn is not None:
            self._init_fn()
        return None
