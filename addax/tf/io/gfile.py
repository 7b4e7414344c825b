"""`tf.io.gfile`: folders and files of this machine, by TensorFlow's names."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from addax._base.errors import explain
from addax.data.filesystem import matching, path_text


def exists(path: Any) -> bool:
    """Whether there is a file or folder of that name."""
    return os.path.exists(path_text(path))


def isdir(path: Any) -> bool:
    """Whether there is a folder of that name."""
    return os.path.isdir(path_text(path))


def listdir(path: Any) -> list[str]:
    """The names of what is in a folder, in order."""
    return sorted(os.listdir(path_text(path)))


def glob(pattern: Any) -> list[str]:
    """The files and folders that fit a pattern, or one of several."""
    return matching(pattern)


def join(path: Any, *paths: Any) -> str:
    """Parts of a path put together."""
    return os.path.join(path_text(path), *map(path_text, paths))


def makedirs(path: Any) -> None:
    """Makes a folder, and those around it; that it is there already is fine."""
    os.makedirs(path_text(path), exist_ok=True)


def mkdir(path: Any) -> None:
    """Makes a folder in a folder that is there."""
    os.mkdir(path_text(path))


def remove(path: Any) -> None:
    """Deletes a file."""
    os.remove(path_text(path))


def rmtree(path: Any) -> None:
    """Deletes a folder and all that is in it."""
    shutil.rmtree(path_text(path))


def copy(src: Any, dst: Any, overwrite: bool = False) -> None:
    """Copies a file.

    Raises:
        FileExistsError: If there is one at `dst` and `overwrite` is false.
    """
    shutil.copyfile(path_text(src), _free(dst, overwrite))


def rename(src: Any, dst: Any, overwrite: bool = False) -> None:
    """Renames or moves a file or folder.

    Raises:
        FileExistsError: If there is one at `dst` and `overwrite` is false.
    """
    os.replace(path_text(src), _free(dst, overwrite))


def _free(path: Any, overwrite: bool) -> str:
    text = path_text(path)
    if not overwrite and os.path.exists(text):
        raise FileExistsError(
            explain(
                "There is a file already.", received={"dst": text}, fix="overwrite=True"
            )
        )
    return text


def stat(path: Any) -> os.stat_result:
    """The size and times of a file."""
    return os.stat(path_text(path))


def walk(
    top: Any, topdown: bool = True, onerror: Any = None
) -> Iterator[tuple[str, list[str], list[str]]]:
    """The folders below a folder, each with the names of its folders and files."""
    return os.walk(path_text(top), topdown, onerror)


class GFile:
    """A file, opened when it is first read or written.

    Args:
        name: The file's name.
        mode: `"r"`, `"w"` or `"a"`, with `"b"` for bytes.

    Example:

    >>> from addax import tf
    >>> with tf.io.gfile.GFile("note.txt", "w") as file:
    ...     _ = file.write("one\\ntwo")
    >>> [line.strip() for line in tf.io.gfile.GFile("note.txt")]
    ['one', 'two']
    """

    def __init__(self, name: Any, mode: str = "r") -> None:
        self._file: IO[Any] | None = None
        self.name, self.mode = path_text(name), mode

    def _opened(self) -> IO[Any]:
        if self._file is None:
            encoding = None if "b" in self.mode else "utf-8"
            self._file = open(self.name, self.mode, encoding=encoding)  # noqa: SIM115
        return self._file

    def read(self, n: int = -1) -> Any:
        """The next `n` characters (or bytes); the rest for -1."""
        return self._opened().read(n)

    def readline(self) -> Any:
        """The next line."""
        return self._opened().readline()

    def readlines(self) -> list[Any]:
        """The lines that are left."""
        return self._opened().readlines()

    def write(self, file_content: Any) -> int:
        """Adds text (or bytes)."""
        return self._opened().write(file_content)

    def seek(self, offset: int = 0, whence: int = 0) -> int:
        """Goes to a place in the file."""
        return self._opened().seek(offset, whence)

    def tell(self) -> int:
        """The place in the file."""
        return self._opened().tell()

    def size(self) -> int:
        """How many bytes the file holds."""
        return Path(self.name).stat().st_size

    def flush(self) -> None:
        """Lets readers see what was written."""
        self._opened().flush()

    def close(self) -> None:
        """Ends the use of the file; a file that was never written to is made."""
        if self._file is None and "w" in self.mode:
            self._opened()
        if self._file is not None:
            self._file.close()
            self._file = None

    def __del__(self) -> None:
        if self._file is not None:
            self._file.close()

    def __iter__(self) -> Iterator[Any]:
        yield from self._opened()  # a generator, which keeps the file from being closed

    def __enter__(self) -> GFile:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()
