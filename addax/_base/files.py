"""Writing files and folders so that a crash never leaves half of one.

What is written goes to a temporary neighbour of the target (the same file system, so
that a rename is enough), is flushed to the disk, and takes the target's place in one
step. On any failure, Ctrl-C included, the neighbour is removed and the target is as it
was.
"""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from addax._base.errors import explain

PathLike = str | os.PathLike[str]


@contextmanager
def atomic_path(path: PathLike) -> Iterator[Path]:
    """Give the path of a temporary file that replaces `path` when the block ends.

    For libraries that want a file name. The temporary name keeps the suffix, which
    some of them look at.

    Args:
        path: the file to write. A symbolic link is followed, not replaced.

    Yields:
        The path to write to.

    Raises:
        FileNotFoundError: the folder of `path` is not there.
        PermissionError: it does not allow writing.
        IsADirectoryError: `path` is a folder.

    Example:

    >>> import tempfile
    >>> folder = tempfile.mkdtemp()
    >>> with atomic_path(f"{folder}/notes.txt") as temporary:
    ...     _ = temporary.write_text("done")
    >>> Path(folder, "notes.txt").read_text()
    'done'
    """
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise IsADirectoryError(
            explain(
                "A file cannot take the place of a folder.",
                received={"path": str(path)},
                fix="Name a file inside it, or another path.",
            )
        )
    _check_parent(target, path)
    handle, name = tempfile.mkstemp(
        dir=target.parent, prefix=f".{target.stem}.", suffix=target.suffix
    )
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        os.chmod(temporary, _file_mode(target))
        _flush(temporary)
        os.replace(temporary, target)
        _flush(target.parent)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


@contextmanager
def atomic_write(path: PathLike, mode: str = "wb") -> Iterator[IO[Any]]:
    """Open a file for writing; it appears under its name when the block ends.

    Args:
        path: the file to write.
        mode: `"wb"` for bytes, `"w"` for text (UTF-8, no newline translation).

    Yields:
        The open file.

    Raises:
        ValueError: another mode.
        OSError: as `atomic_path`.

    Example:

    >>> import tempfile
    >>> folder = tempfile.mkdtemp()
    >>> with atomic_write(f"{folder}/notes.txt", "w") as file:
    ...     _ = file.write("done")
    >>> Path(folder, "notes.txt").read_text()
    'done'
    """
    if mode not in ("wb", "w"):
        raise ValueError(explain("`mode` is 'wb' or 'w'.", received={"mode": mode}))
    text: dict[str, Any] = {"encoding": "utf-8", "newline": ""} if mode == "w" else {}
    with atomic_path(path) as temporary, open(temporary, mode, **text) as file:
        yield file


@contextmanager
def atomic_directory(path: PathLike) -> Iterator[Path]:
    """Give a temporary folder that replaces `path` when the block ends.

    A file system cannot swap two folders in one step, so between two renames `path`
    is missing for an instant; if the second rename fails, the first is undone.

    Args:
        path: the folder to write. Its former content goes, as a whole.

    Yields:
        The path of the empty folder to fill.

    Raises:
        FileNotFoundError: the parent folder is not there.
        PermissionError: it does not allow writing.
        NotADirectoryError: `path` is a file.

    Example:

    >>> import tempfile
    >>> parent = tempfile.mkdtemp()
    >>> with atomic_directory(f"{parent}/model") as folder:
    ...     _ = (folder / "weights.bin").write_bytes(b"1")
    >>> [each.name for each in Path(parent, "model").iterdir()]
    ['weights.bin']
    """
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_dir():
        raise NotADirectoryError(
            explain(
                "A folder cannot take the place of a file.",
                received={"path": str(path)},
                fix="Name another path, or remove the file.",
            )
        )
    _check_parent(target, path)
    scratch = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    fresh, former = scratch / "new", scratch / "old"
    try:
        fresh.mkdir()
        yield fresh
        for each in fresh.rglob("*"):
            if each.is_file():
                _flush(each)
        if target.exists():
            os.replace(target, former)
        try:
            os.replace(fresh, target)
        except BaseException:
            if former.exists():
                os.replace(former, target)
            raise
        _flush(target.parent)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


@contextmanager
def atomic_files(folder: PathLike) -> Iterator[Path]:
    """Give a temporary folder whose files move into `folder` when the block ends.

    Files of the same name are replaced, others stay: for the results of a run, in a
    folder where the user may keep more. Nothing is moved until all are written.

    Args:
        folder: where the files go; made, with its parents, if it is not there.

    Yields:
        The path of the empty folder to fill. Folders inside it are not moved.

    Raises:
        PermissionError: the folder does not allow writing.
        NotADirectoryError: it, or a parent, is a file.

    Example:

    >>> import tempfile
    >>> parent = tempfile.mkdtemp()
    >>> with atomic_files(f"{parent}/results") as temporary:
    ...     _ = (temporary / "report.txt").write_text("good")
    >>> Path(parent, "results", "report.txt").read_text()
    'good'
    """
    target = Path(os.path.realpath(folder))
    # The temporary folder stands beside the nearest folder that exists, for a failed
    # run must not leave an empty `folder` behind.
    base = check_writable(folder)
    scratch = Path(tempfile.mkdtemp(dir=base, prefix=".addax-"))
    try:
        yield scratch
        finished = [each for each in scratch.iterdir() if each.is_file()]
        for each in finished:
            _flush(each)
        target.mkdir(parents=True, exist_ok=True)
        for each in finished:
            os.replace(each, target / each.name)
        _flush(target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def check_writable(folder: PathLike) -> Path:
    """Check that files can be put into a folder, before work is spent on them.

    Args:
        folder: one that exists, or that can be made.

    Returns:
        The folder itself, or the nearest parent that exists.

    Raises:
        PermissionError: it does not allow writing.
        NotADirectoryError: it, or a parent, is a file.

    Example:

    >>> import tempfile
    >>> parent = tempfile.mkdtemp()
    >>> check_writable(f"{parent}/not/there/yet") == Path(parent).resolve()
    True
    """
    target = Path(os.path.realpath(folder))
    base = next(each for each in (target, *target.parents) if each.exists())
    if not base.is_dir():
        raise NotADirectoryError(
            explain(
                f"{str(base)!r} is a file.",
                received={"folder": str(folder)},
                why="A folder is wanted, for there are several files to write.",
                fix="Name another folder.",
            )
        )
    _check_parent(base / "x", folder)
    return base


def _check_parent(target: Path, path: PathLike) -> None:
    parent = target.parent
    if not parent.is_dir():
        raise FileNotFoundError(
            explain(
                f"The folder {str(parent)!r} is not there.",
                received={"path": str(path)},
                fix=f"os.makedirs({str(parent)!r}, exist_ok=True)",
            )
        )
    if not os.access(parent, os.W_OK | os.X_OK):
        raise PermissionError(
            explain(
                f"The folder {str(parent)!r} does not allow writing.",
                received={"path": str(path)},
                fix="Name a path in a folder of your own.",
            )
        )


def _file_mode(target: Path) -> int:
    """Keep the mode of a file that is replaced; give a new one the usual mode."""
    with suppress(FileNotFoundError):
        return stat.S_IMODE(target.stat().st_mode)
    umask = os.umask(0)  # the only way to read it is to set it
    os.umask(umask)
    return 0o666 & ~umask


def _flush(path: Path) -> None:
    """Push a file or a folder's list of names to the disk."""
    # Windows cannot open a folder, and a few network file systems cannot flush one.
    with suppress(OSError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
