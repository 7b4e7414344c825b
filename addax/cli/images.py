"""Read a folder of images with one sub-folder per class."""

from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import track

from addax._base.errors import explain
from addax._base.lazy import optional_import
from addax.cli import console
from addax.cli.problem import Options, Part, Problem
from addax.cli.splits import VALIDATION_SHARE, split_in_three, split_off

_SUFFIXES = {
    *(".bmp", ".gif", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp")
}
_LARGEST_SIDE = 64
_SMALLEST_SIDE = 8
_SAMPLE = 200


def read_images(path: Path, options: Options) -> Problem:
    """Read a folder of images.

    Args:
        path: the folder: one sub-folder per class; or `train` and `test`, each with
            one sub-folder per class.
        options: what the user chose.

    Returns:
        The images as `uint8`, in three parts.

    Raises:
        ValueError: there are no images, only one class, or some cannot be read.
        ImportError: Pillow is not installed.
    """
    rng = np.random.default_rng(options.seed)
    split_already = (path / "train").is_dir() and (path / "test").is_dir()
    base = path / "train" if split_already else path
    classes = _classes(base)
    files, labels = _files(base, classes)
    count = len(files)
    if split_already:
        _check_same_classes(path, classes)
        more_files, more_labels = _files(path / "test", classes)
        files, labels = files + more_files, np.concatenate([labels, more_labels])
        test = np.arange(count, len(files))
        train, validation = split_off(labels, np.arange(count), VALIDATION_SHARE, rng)
    else:
        train, validation, test = split_in_three(labels, count, rng)
    _check_enough(path, train, validation, test)

    side, mode = _look(files, options.image_size, rng)
    x = _read_all(files, side, mode)
    notes = [f"Every image was resized to {side} x {side} pixels."]
    return Problem(
        about=f"{len(files):,} images of {len(classes)} classes in {path}",
        target="class",
        train=Part(x[train], labels[train]),
        validation=Part(x[validation], labels[validation]),
        test=Part(x[test], labels[test]),
        classes=tuple(classes),
        scale=1 / 255,
        notes=tuple(notes),
        preprocessing={"kind": "images", "size": [side, side], "mode": mode},
    )


def _classes(folder: Path) -> list[str]:
    found = sorted(
        each.name
        for each in folder.iterdir()
        if each.is_dir() and not each.name.startswith(".")
    )
    if not found:
        loose = sum(each.suffix.lower() in _SUFFIXES for each in folder.iterdir())
        raise ValueError(
            explain(
                f"{str(folder)!r} has no sub-folders.",
                received={"images_in_it": loose},
                why="The name of the sub-folder says which class an image shows.",
                fix=f"mkdir {folder}/cats {folder}/dogs, and move the images there.",
            )
        )
    if len(found) == 1:
        raise ValueError(
            explain(
                f"{str(folder)!r} has only one class, so there is nothing to learn.",
                received={"classes": found},
                fix="Add a sub-folder with images that show something else.",
            )
        )
    return found


def _files(folder: Path, classes: list[str]) -> tuple[list[Path], np.ndarray]:
    files: list[Path] = []
    labels: list[int] = []
    for label, name in enumerate(classes):
        own = sorted(
            each
            for each in (folder / name).rglob("*")
            if each.suffix.lower() in _SUFFIXES and not each.name.startswith(".")
        )
        if not own:
            raise ValueError(
                explain(
                    f"There is no image in {str(folder / name)!r}.",
                    received={"files": sum(1 for _ in (folder / name).iterdir())},
                    why=f"Images end in {', '.join(sorted(_SUFFIXES))}.",
                    fix="Add images of this class, or remove the sub-folder.",
                )
            )
        files += own
        labels += [label] * len(own)
    return files, np.asarray(labels, dtype="int32")


def _check_same_classes(path: Path, classes: list[str]) -> None:
    test_classes = _classes(path / "test")
    if test_classes != classes:
        raise ValueError(
            explain(
                f"{path}/train and {path}/test have different classes.",
                received={
                    "only_in_train": sorted(set(classes) - set(test_classes)),
                    "only_in_test": sorted(set(test_classes) - set(classes)),
                },
                fix="Give both the same sub-folders.",
            )
        )


def _check_enough(path: Path, *parts: np.ndarray) -> None:
    if min(map(len, parts)) == 0:
        raise ValueError(
            explain(
                f"{str(path)!r} has too few images to train, watch and test on.",
                received={"images": sum(map(len, parts))},
                fix="Add images: at least 3 a class, some hundreds to learn from.",
            )
        )


def _look(
    files: list[Path], size: int | None, rng: np.random.Generator
) -> tuple[int, str]:
    """Choose the size and the colours from a sample of the images."""
    some = rng.choice(len(files), min(len(files), _SAMPLE), replace=False)
    sides: list[int] = []
    modes: set[str] = set()
    for index in some:
        with _open(files[index]) as image:
            sides.append(min(image.size))
            modes.add(image.mode)
    side = size or int(np.clip(np.median(sides), _SMALLEST_SIDE, _LARGEST_SIDE))
    return side, "L" if modes <= {"1", "L"} else "RGB"


def _read_all(files: list[Path], side: int, mode: str) -> np.ndarray:
    x = np.empty((len(files), side, side, len(mode)), dtype="uint8")
    bad: list[Path] = []
    # Threads, for Pillow decodes and resizes without the interpreter's lock.
    with ThreadPoolExecutor() as pool:
        jobs = pool.map(_read, files, repeat(side), repeat(mode))
        for index, pixels in enumerate(_watch(jobs, len(files))):
            if pixels is None:
                bad.append(files[index])
            else:
                x[index] = pixels
    if bad:
        raise ValueError(_unreadable(bad))
    return x


def _watch(jobs: Any, total: int) -> Any:
    if not console.is_live():
        return jobs
    return track(
        jobs, "  reading images", total, console=console.console, transient=True
    )


def _read(path: Path, side: int, mode: str) -> np.ndarray | None:
    try:
        with _pillow().open(path) as image:
            image.draft(mode, (side, side))  # a JPEG can be decoded at half the size
            small = image.convert(mode).resize((side, side))
        return np.asarray(small).reshape(side, side, len(mode))
    except (OSError, SyntaxError, ValueError):  # Pillow raises all of these
        return None


def _open(path: Path) -> Any:
    try:
        return _pillow().open(path)
    except OSError:
        raise ValueError(_unreadable([path])) from None


def _pillow() -> Any:
    return optional_import("PIL.Image", extra="data", purpose="Reading images")


def _unreadable(bad: list[Path]) -> str:
    names = "\n".join(f"  {each}" for each in bad[:5])
    more = f"\n  and {len(bad) - 5:,} more" if len(bad) > 5 else ""
    return explain(
        f"{len(bad):,} image{'s' * (len(bad) > 1)} cannot be read:\n{names}{more}",
        why="Such a file is empty, cut short, or no image at all.",
        fix=f"rm '{bad[0]}'",
    )
