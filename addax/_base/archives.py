"""Reading zip and tar files that strangers made.

An archive can name paths outside the folder it is unpacked into, hold links that lead
there, or unfold to more than the disk holds. Everything is checked before the first
byte is written, and the sizes once more while reading, for headers can lie.
"""

import os
import stat
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from addax._base.errors import explain
from addax._base.files import PathLike

_CHUNK = 1 << 20


@dataclass(frozen=True)
class ArchiveLimits:
    """How much an archive may hold.

    Args:
        members: how many files and folders.
        total_bytes: how much they unfold to, together.
        ratio: how many times larger than its packed form a file of more than a
            megabyte may be. Plain text packs to a tenth, zeros to a thousandth.

    Example:

    >>> ArchiveLimits(members=10).members
    10
    """

    members: int = 1_000_000
    total_bytes: int = 64 * 2**30
    ratio: float = 2_000.0


DEFAULT_LIMITS = ArchiveLimits()


@contextmanager
def open_zip(
    source: PathLike | IO[bytes], limits: ArchiveLimits = DEFAULT_LIMITS
) -> Iterator[zipfile.ZipFile]:
    """Open a zip file after looking at every name and size in it.

    Args:
        source: the path, or an open binary file.
        limits: how much it may hold.

    Yields:
        The open archive. Read from it with `read_member`.

    Raises:
        ValueError: it is not a zip file, or not one to trust.
        OSError: it cannot be read.

    Example:

    >>> import io
    >>> file = io.BytesIO()
    >>> with zipfile.ZipFile(file, "w") as archive:
    ...     archive.writestr("config.json", "{}")
    >>> with open_zip(file) as archive:
    ...     read_member(archive, "config.json")
    b'{}'
    """
    shown = str(source) if isinstance(source, str | os.PathLike) else "the file"
    try:
        archive = zipfile.ZipFile(source)
    except zipfile.BadZipFile as error:
        raise ValueError(
            explain(
                "This is not a zip file, or it is cut short.",
                received={"path": shown},
                why=str(error),
                fix="Save or download it again.",
            )
        ) from error
    with archive:
        _check_zip(archive, shown, limits)
        yield archive


def read_member(
    archive: zipfile.ZipFile, name: str, limits: ArchiveLimits = DEFAULT_LIMITS
) -> bytes:
    """Read one file of a zip into memory, not trusting the size it declares.

    Args:
        archive: from `open_zip`.
        name: of the member.
        limits: `total_bytes` bounds what is read.

    Returns:
        The bytes.

    Raises:
        KeyError: there is no such member.
        ValueError: it is longer than it says, or damaged.
    """
    declared = min(archive.getinfo(name).file_size, limits.total_bytes)
    try:
        with archive.open(name) as file:
            content = file.read(declared + 1)
    except zipfile.BadZipFile as error:
        raise ValueError(_damaged(str(archive.filename), name, error)) from error
    if len(content) > declared:
        raise ValueError(_lie(str(archive.filename), name, declared))
    return content


def extract(
    path: PathLike, folder: PathLike, limits: ArchiveLimits = DEFAULT_LIMITS
) -> list[Path]:
    """Unpack a zip or tar file.

    Links and devices are refused, owners and set-user bits ignored.

    Args:
        path: the archive; what it is, is told from its content.
        folder: where to; made if it is not there.
        limits: how much it may hold.

    Returns:
        The files written.

    Raises:
        ValueError: it is neither a zip nor a tar file, or not one to trust. Nothing
            was written then, unless a size in its header was a lie.
        OSError: it cannot be read, or the folder not written.
    """
    folder = Path(os.path.realpath(folder))
    if zipfile.is_zipfile(path):
        with open_zip(path, limits) as archive:
            return [
                _write(archive.open(each), folder, each.filename, each.file_size, path)
                for each in archive.infolist()
                if not each.is_dir()
            ]
    try:
        with tarfile.open(path) as archive:
            members = _checked_tar(archive, str(path), limits)
            return [
                _write(content, folder, each.name, each.size, path)
                for each in members
                if (content := archive.extractfile(each)) is not None
            ]
    except tarfile.TarError as error:
        raise ValueError(
            explain(
                "This is neither a zip nor a tar file, or it is cut short.",
                received={"path": str(path)},
                why=str(error),
                fix="Download it again.",
            )
        ) from error


def _check_zip(archive: zipfile.ZipFile, shown: str, limits: ArchiveLimits) -> None:
    entries = archive.infolist()
    _check_total(shown, len(entries), sum(e.file_size for e in entries), limits)
    for each in entries:
        _check_name(shown, each.filename)
        if stat.S_ISLNK(each.external_attr >> 16):
            raise ValueError(_untrusted(shown, each.filename, "is a symbolic link"))
        ratio = each.file_size / max(each.compress_size, 1)
        if each.file_size > 2**20 and ratio > limits.ratio:
            what = f"unfolds to {ratio:,.0f} times its packed size"
            raise ValueError(_untrusted(shown, each.filename, what))


def _checked_tar(
    archive: tarfile.TarFile, shown: str, limits: ArchiveLimits
) -> list[tarfile.TarInfo]:
    members: list[tarfile.TarInfo] = []
    total = 0
    # One by one: `getmembers` would read all of a bomb before we could stop.
    for each in archive:
        members.append(each)
        total += each.size
        _check_total(shown, len(members), total, limits)
        _check_name(shown, each.name)
        if not (each.isfile() or each.isdir()):
            what = "is a link" if each.islnk() or each.issym() else "is a device"
            raise ValueError(_untrusted(shown, each.name, what))
    return members


def _check_total(shown: str, members: int, size: int, limits: ArchiveLimits) -> None:
    if members > limits.members or size > limits.total_bytes:
        raise ValueError(
            explain(
                "The archive holds more than is allowed.",
                received={"path": shown, "members": members, "bytes": size},
                why=f"At most {limits.members:,} members and {limits.total_bytes:,} "
                "bytes are: a small file can unfold to fill a disk.",
                fix="If you trust it, unpack it yourself.",
            )
        )


def _check_name(shown: str, name: str) -> None:
    # Windows takes both separators, and `C:` for the start of an absolute path.
    parts = PurePosixPath(name.replace("\\", "/"))
    if parts.is_absolute() or ".." in parts.parts or ":" in (parts.parts or ("",))[0]:
        raise ValueError(_untrusted(shown, name, "leads outside the folder"))
    if "\0" in name:
        raise ValueError(_untrusted(shown, name, "has a zero byte in its name"))


def _write(
    content: IO[bytes], folder: Path, name: str, size: int, path: PathLike
) -> Path:
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    left = size
    try:
        with content, open(target, "wb") as file:
            while chunk := content.read(min(_CHUNK, left + 1)):
                left -= len(chunk)
                if left < 0:
                    raise ValueError(_lie(str(path), name, size))
                file.write(chunk)
    except (zipfile.BadZipFile, tarfile.TarError) as error:
        raise ValueError(_damaged(str(path), name, error)) from error
    return target


def _untrusted(shown: str, name: str, what: str) -> str:
    return explain(
        f"The archive is not safe to open: {name!r} {what}.",
        received={"path": shown},
        why="No data set or model needs that; it is how an archive does harm.",
        fix="Ask whoever made it for a clean one.",
    )


def _damaged(shown: str, name: str, error: Exception) -> str:
    return explain(
        f"{name!r} is damaged inside the archive.",
        received={"path": shown},
        why=str(error),
        fix="Save or download it again.",
    )


def _lie(shown: str, name: str, declared: int) -> str:
    return explain(
        f"{name!r} is longer than the {declared:,} bytes that the archive declares.",
        received={"path": shown},
        why="An archive that lies about sizes is damaged or made to do harm.",
        fix="Download it again, from its maker.",
    )
