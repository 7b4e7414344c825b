"""The file `checkpoint`, which says which checkpoint of a folder is the newest.

It is a `CheckpointState` of TensorFlow in protocol buffers' text form; paths within the
folder are kept relative, so that it can be moved.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from addax._base.files import atomic_write

_LINE = re.compile(r'^(\w+):\s*("(?:[^"\\]|\\.)*"|[-+.\deE]+)\s*$', re.MULTILINE)


@dataclass
class CheckpointState:
    """What a folder's `checkpoint` file says.

    Attributes:
        model_checkpoint_path: The newest checkpoint.
        all_model_checkpoint_paths: All that are kept, the oldest first.
        all_model_checkpoint_timestamps: When each was written, in seconds since 1970.
        last_preserved_timestamp: When one was last kept for good.
    """

    model_checkpoint_path: str = ""
    all_model_checkpoint_paths: list[str] = field(default_factory=list)
    all_model_checkpoint_timestamps: list[float] = field(default_factory=list)
    last_preserved_timestamp: float = 0.0


def record(
    folder: str,
    newest: str,
    paths: Sequence[str],
    times: Sequence[float] = (),
    preserved: float | None = None,
    name: str = "checkpoint",
) -> None:
    """Writes the file.

    Args:
        folder: The folder.
        newest: The newest checkpoint.
        paths: All of them, the oldest first.
        times: When each was written.
        preserved: When one was last kept for good.
        name: The file's name.
    """
    lines = [f"model_checkpoint_path: {_quoted(newest, folder)}"]
    lines += [f"all_model_checkpoint_paths: {_quoted(p, folder)}" for p in paths]
    lines += [f"all_model_checkpoint_timestamps: {t!r}" for t in times]
    if preserved is not None:
        lines.append(f"last_preserved_timestamp: {preserved!r}")
    with atomic_write(Path(folder) / name, "w") as file:
        file.write("\n".join(lines) + "\n")


def _quoted(path: str, folder: str) -> str:
    inside = Path(path).parent.resolve() == Path(folder).resolve()
    return json.dumps(Path(path).name if inside else str(Path(path).resolve()))


def get_checkpoint_state(
    checkpoint_dir: str | os.PathLike[str], latest_filename: str | None = None
) -> CheckpointState | None:
    """What a folder's `checkpoint` file says.

    Args:
        checkpoint_dir: The folder.
        latest_filename: The file's name, if it is not `checkpoint`.

    Returns:
        A `CheckpointState`, or `None` if there is no such file.
    """
    path = Path(checkpoint_dir) / (latest_filename or "checkpoint")
    if not path.is_file():
        return None
    state = CheckpointState()
    for name, raw in _LINE.findall(path.read_text(encoding="utf-8")):
        value = json.loads(raw)
        if isinstance(value, str):
            value = os.path.join(os.fspath(checkpoint_dir), value)
        held = getattr(state, name, None)
        if isinstance(held, list):
            held.append(value)
        elif held is not None:
            setattr(state, name, value)
    return state


def latest_checkpoint(
    checkpoint_dir: str | os.PathLike[str], latest_filename: str | None = None
) -> str | None:
    """The newest checkpoint of a folder, or `None`.

    Args:
        checkpoint_dir: The folder.
        latest_filename: The name of the file that says so, if it is not `checkpoint`.

    Returns:
        What `Checkpoint.restore` takes.

    Example:

    >>> import tempfile
    >>> from addax import tf
    >>> tf.train.latest_checkpoint(tempfile.mkdtemp()) is None
    True
    """
    state = get_checkpoint_state(checkpoint_dir, latest_filename)
    newest = state.model_checkpoint_path if state else ""
    return newest if newest and Path(f"{newest}.index").is_file() else None


def delete(prefix: str) -> None:
    """Removes a checkpoint's files."""
    path = Path(prefix)
    for each in [
        Path(f"{prefix}.index"),
        *path.parent.glob(f"{path.name}.data-?????-of-?????"),
    ]:
        each.unlink(missing_ok=True)


def as_mapping(state: CheckpointState) -> Mapping[str, float]:
    """The checkpoints of a state with the time of each (0 where it is not known)."""
    times = [*state.all_model_checkpoint_timestamps]
    times += [0.0] * (len(state.all_model_checkpoint_paths) - len(times))
    return dict(zip(state.all_model_checkpoint_paths, times, strict=False))
