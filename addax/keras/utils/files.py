"""`get_file`: a file from the cache, a mirror or the network."""

from __future__ import annotations

import os
import urllib.parse
import urllib.request
import warnings
from collections.abc import Sequence
from pathlib import Path

from addax._base.archives import extract as unpack
from addax._base.errors import explain
from addax._base.files import PathLike, atomic_directory
from addax._base.settings import Setting
from addax.keras.utils.download import download, reason
from addax.keras.utils.hashes import matches

MIRROR = Setting(
    "data_mirror",
    "",
    "A folder (or address) to take downloads from, by file name.",
)
_ARCHIVES = (".tar.gz", ".tar.bz2", ".tar.xz", ".tar.bz", ".tgz", ".tar", ".zip")


def get_file(
    fname: PathLike | None = None,
    origin: str | None = None,
    untar: bool = False,
    md5_hash: str | None = None,
    file_hash: str | None = None,
    cache_subdir: str = "datasets",
    hash_algorithm: str = "auto",
    extract: bool = False,
    archive_format: str | Sequence[str] | None = "auto",
    cache_dir: PathLike | None = None,
    force_download: bool = False,
) -> str:
    """Gives the path of a file, downloaded if it is not in the cache.

    The file goes to `~/.keras/datasets`; the environment variable `KERAS_HOME` names
    another folder for `~/.keras`. If `ADDAX_DATA_MIRROR` names a folder, a file of
    that name in it is used as it is; if an address, the file is downloaded from there.

    A cached file with another checksum than expected is downloaded again; if that
    cannot be done it is used, with a warning. A download that broke off goes on where
    it stopped, if there is a checksum to tell that the parts fit.

    Args:
        fname: The file's name in the cache; that of `origin` if not given. With
            `extract`, a name without an ending is the folder's name.
        origin: The address to download from.
        untar: An older name for `extract`.
        md5_hash: An older name for `file_hash`.
        file_hash: The expected checksum, SHA-256 or MD5 in hexadecimal.
        cache_subdir: The folder in the cache, or an absolute path.
        hash_algorithm: `"sha256"`, `"md5"`, or `"auto"` to tell from its length.
        extract: Whether to unpack the file, a tar or zip archive.
        archive_format: Kept for Keras's signature; the format is told from the file.
        cache_dir: The cache, instead of `~/.keras`.
        force_download: Whether to download even what is in the cache.

    Returns:
        The path of the file; with `extract`, of the folder it was unpacked to.

    Raises:
        ValueError: If no name or address is given, or the download has another
            checksum.
        OSError: If the file cannot be downloaded and is not in the cache.

    Example:

    >>> import pathlib, tempfile
    >>> from addax import keras
    >>> cache = pathlib.Path(tempfile.mkdtemp())
    >>> (cache / "datasets").mkdir()
    >>> _ = (cache / "datasets" / "a.txt").write_text("here already")
    >>> path = keras.utils.get_file(origin="https://example.com/a.txt", cache_dir=cache)
    >>> pathlib.Path(path).read_text()
    'here already'
    """
    name = _name(fname, origin)
    assert origin is not None
    file_hash, check = (file_hash, hash_algorithm) if file_hash else (md5_hash, "md5")
    folder = cache_folder(cache_dir) / cache_subdir
    if not (extract or untar):
        return str(_fetch(name, origin, folder, file_hash, check, force_download))
    stem = next((name.removesuffix(e) for e in _ARCHIVES if name.endswith(e)), None)
    target = folder / (name if stem is None else f"{stem}_extracted")
    if target.is_dir() and not force_download:
        return str(target)
    archive = name if stem is not None else f"{name}_archive"
    path = _fetch(archive, origin, folder, file_hash, check, force_download)
    folder.mkdir(parents=True, exist_ok=True)
    with atomic_directory(target) as unpacked:
        unpack(path, unpacked)
    return str(target)


def cache_folder(cache_dir: PathLike | None = None) -> Path:
    """The folder of cached files: `cache_dir`, `$KERAS_HOME` or `~/.keras`."""
    if cache_dir is not None:
        return Path(cache_dir).expanduser()
    home = os.environ.get("KERAS_HOME")
    return Path(home).expanduser() if home else Path.home() / ".keras"


def _name(fname: PathLike | None, origin: str | None) -> str:
    if not origin:
        raise ValueError(
            explain(
                "`origin` is the address to download from.",
                received={"origin": origin},
                fix='get_file(origin="https://example.com/data.zip")',
            )
        )
    name = os.fspath(fname) if fname else _last_part(origin)
    if not name:
        raise ValueError(
            explain(
                "The address ends without a file's name.",
                received={"origin": origin},
                fix=f'get_file("data.zip", origin={origin!r})',
            )
        )
    if name in (".", "..") or os.path.basename(name) != name:
        raise ValueError(
            explain(
                "`fname` is a name, not a path.",
                received={"fname": fname},
                fix=f"get_file({os.path.basename(name)!r}, ..., "
                f"cache_dir={os.path.dirname(name)!r})",
            )
        )
    return name


def _last_part(origin: str) -> str:
    return os.path.basename(urllib.parse.unquote(urllib.parse.urlsplit(origin).path))


def _fetch(
    name: str,
    origin: str,
    folder: Path,
    file_hash: str | None,
    algorithm: str,
    force: bool,
) -> Path:
    """The file from the mirror, the cache or the network, in this order."""
    mirror = MIRROR.get()
    if mirror and "://" not in mirror:
        for candidate in (_last_part(origin), name):
            if (Path(mirror).expanduser() / candidate).is_file():
                return Path(mirror).expanduser() / candidate
    elif mirror:
        origin = f"{mirror.rstrip('/')}/{_last_part(origin)}"
    target = folder / name
    present = target.is_file()
    good = present and (file_hash is None or matches(target, file_hash, algorithm))
    if good and not force:
        return target
    folder.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f"{target.name}.part") if present else target
    try:
        download(origin, fresh, resume=file_hash is not None)
    except OSError as error:
        if not present:
            raise OSError(_unreachable(target, origin, error)) from error
        warnings.warn(_used_all_the_same(target, origin, error, force), stacklevel=4)
        return target
    if file_hash is not None and not matches(fresh, file_hash, algorithm):
        fresh.unlink()
        raise ValueError(
            explain(
                f"The download of {name!r} has another checksum than expected.",
                received={"origin": origin, "file_hash": file_hash},
                why="It is damaged, or has been changed where it comes from.",
                fix=f"Try again later, or put a good copy at {target}",
            )
        )
    os.replace(fresh, target)
    return target


def _unreachable(target: Path, origin: str, error: OSError) -> str:
    return explain(
        f"The file {target.name!r} is not here and could not be downloaded.",
        received={"origin": origin},
        why=reason(error),
        fix=[
            f"Put the file at {target}",
            "Put it in a folder of your choice and name that folder:\n"
            f"export {MIRROR.env}=/path/to/folder    # with {_last_part(origin)} in it",
        ],
    )


def _used_all_the_same(target: Path, origin: str, error: OSError, force: bool) -> str:
    what = "was to be downloaded again" if force else "has an unexpected checksum"
    return (
        f"The file {target} {what}, and {origin} did not give another: "
        f"{reason(error)} It is used as it is. If you put it there yourself, "
        f"{MIRROR.env}={target.parent} says so and silences this."
    )
