"""Read an `.npz` file with the arrays that `keras.datasets` gives."""

import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax._base.names import did_you_mean
from addax.cli.problem import Options, Part, Problem
from addax.cli.scaling import standardise
from addax.cli.splits import TEST_SHARE, VALIDATION_SHARE, split_off
from addax.cli.targets import Target, encode_target

_ARRAYS = ("x_train", "y_train", "x_test", "y_test")
_HOW_TO_MAKE = (
    "numpy.savez('data.npz', x_train=x_train, y_train=y_train, x_test=x_test, "
    "y_test=y_test)"
)


def read_arrays(path: Path, options: Options) -> Problem:
    """Read images or rows of numbers, with classes or numbers to predict.

    Args:
        path: the `.npz` file. Without `x_test` and `y_test`, a fifth of the rows is
            kept for the test.
        options: what the user chose.

    Returns:
        The data, in three parts.

    Raises:
        ValueError: arrays are missing, do not fit together, or hold what cannot be
            trained on.
    """
    arrays = _load(path)
    x, y = arrays["x_train"], arrays["y_train"]
    rng = np.random.default_rng(options.seed)
    count = len(x)
    if has_test := "x_test" in arrays:
        _check_alike(path, arrays)
        x = np.concatenate([x, arrays["x_test"]])
        y = np.concatenate([y, arrays["y_test"]])
    _check_values(path, x, y)

    target = encode_target(y, "y_train", options.task)
    _check_test_classes(path, target, count)
    labels = target.y if target.classes else None
    rows, test = np.arange(count), np.arange(count, len(x))
    if not has_test:
        rows, test = split_off(labels, rows, TEST_SHARE, rng)
    train, validation = split_off(labels, rows, VALIDATION_SHARE, rng)

    kind, x = _as_inputs(path, x)
    scale, offset = _scaling(x, train)
    shape = " x ".join(map(str, x.shape[1:]))
    return Problem(
        about=f"{len(x):,} {kind} of {shape} from {path.name}",
        target="class" if target.classes else "value",
        train=Part(x[train], target.y[train]),
        validation=Part(x[validation], target.y[validation]),
        test=Part(x[test], target.y[test]),
        classes=target.classes,
        scale=scale,
        offset=offset,
        notes=(target.reason,) if target.reason else (),
        preprocessing={"kind": "arrays", "shape": list(x.shape[1:])},
    )


def _load(path: Path) -> dict[str, np.ndarray]:
    if not zipfile.is_zipfile(path):
        raise ValueError(_not_npz(path, "An .npz file is a zip file of arrays."))
    try:
        with np.load(path, allow_pickle=False) as archive:
            found = list(archive.files)
            _check_names(path, found)
            return {n: _array(path, archive, n) for n in _ARRAYS if n in found}
    except zipfile.BadZipFile as error:
        raise ValueError(_not_npz(path, str(error))) from error


def _not_npz(path: Path, why: str) -> str:
    return explain(
        "This is not an .npz file, or it is cut short.",
        received={"path": str(path)},
        why=why,
        fix=_HOW_TO_MAKE,
    )


def _check_names(path: Path, found: list[str]) -> None:
    missing = [name for name in _ARRAYS[:2] if name not in found]
    if ("x_test" in found) != ("y_test" in found):
        missing.append("y_test" if "x_test" in found else "x_test")
    if missing:
        hints = [did_you_mean(name, found) for name in missing]
        raise ValueError(
            explain(
                f"{path.name} does not hold {' and '.join(missing)}.",
                received={"arrays": found},
                why=next((each for each in hints if each), ""),
                fix=_HOW_TO_MAKE,
            )
        )


def _array(path: Path, archive: Any, name: str) -> np.ndarray:
    try:
        return archive[name]
    except ValueError as error:  # NumPy refuses to unpickle
        raise ValueError(
            explain(
                f"{name} in {path.name} holds Python objects, not numbers.",
                received={"path": str(path)},
                why="Rows of different length are stored so, and reading them could "
                "run any code that the file holds.",
                fix="Pad the rows to one length: keras.utils.pad_sequences(rows)",
            )
        ) from error


def _check_alike(path: Path, arrays: dict[str, np.ndarray]) -> None:
    x, y = arrays["x_train"].shape[1:], arrays["y_train"].shape[1:]
    for one, name in [(x, "x"), (y, "y")]:
        test = arrays[f"{name}_test"]
        if test.shape[1:] != one:
            raise ValueError(
                explain(
                    f"{name}_train and {name}_test in {path.name} differ in shape.",
                    received={
                        f"{name}_train": arrays[f"{name}_train"],
                        f"{name}_test": test,
                    },
                    fix="Make the test rows as the training rows were made.",
                )
            )
    for part in ("train", "test"):
        if len(arrays[f"x_{part}"]) != len(arrays[f"y_{part}"]):
            raise ValueError(_different_lengths(path, arrays, part))


def _different_lengths(path: Path, arrays: dict[str, np.ndarray], part: str) -> str:
    names = (f"x_{part}", f"y_{part}")
    return explain(
        f"{names[0]} and {names[1]} in {path.name} have different numbers of rows.",
        received={name: arrays[name] for name in names},
        fix="Save one y for every x.",
    )


def _check_values(path: Path, x: np.ndarray, y: np.ndarray) -> None:
    if len(x) != len(y):
        arrays = {"x_train": x, "y_train": y}
        raise ValueError(_different_lengths(path, arrays, "train"))
    if len(x) < 10:
        raise ValueError(
            explain(
                f"{path.name} has too few rows to train, watch and test on.",
                received={"rows": len(x)},
                fix="Add rows: 10 at the very least, some hundreds to learn from.",
            )
        )
    for name, values in [("x", x), ("y", y)]:
        if values.dtype.kind == "f" and not np.isfinite(values).all():
            bad = ~np.isfinite(values).reshape(len(values), -1).all(axis=1)
            raise ValueError(
                explain(
                    f"The {name} arrays in {path.name} hold NaN or infinity.",
                    received={"rows": int(bad.sum()), "of": len(values)},
                    why="The loss of such a row is NaN, and after it every weight.",
                    fix=[
                        f"Leave the rows out: {name}[numpy.isfinite({name})...]",
                        f"Put numbers in their place: numpy.nan_to_num({name})",
                    ],
                )
            )


def _check_test_classes(path: Path, target: Target, count: int) -> None:
    if not target.classes or count == len(target.y):
        return
    strange = np.setdiff1d(target.y[count:], target.y[:count])
    if len(strange):
        raise ValueError(
            explain(
                f"y_test in {path.name} has classes that y_train has not.",
                received={"only_in_y_test": [target.classes[i] for i in strange[:10]]},
                why="A model cannot predict what it never saw.",
                fix="Mix the rows before you split them.",
            )
        )


def _as_inputs(path: Path, x: np.ndarray) -> tuple[str, np.ndarray]:
    """Name what the array holds, and give images a channel axis."""
    if x.dtype.kind not in "biuf":
        raise ValueError(
            explain(
                f"x_train in {path.name} does not hold numbers.",
                received={"x_train": x},
                fix="Turn texts into numbers first, or use a .csv.",
            )
        )
    if x.ndim == 2:
        return "rows", x
    if x.ndim == 3:
        return "images", x[..., np.newaxis]
    if x.ndim == 4 and x.shape[-1] in (1, 3, 4):
        return "images", x
    raise ValueError(
        explain(
            f"x_train in {path.name} is neither images nor rows of numbers.",
            received={"x_train": x},
            why="Images are (rows, height, width) or (rows, height, width, channels) "
            "with 1, 3 or 4 channels; anything else is (rows, numbers).",
            fix="x_train = x_train.reshape(len(x_train), -1)",
        )
    )


def _scaling(x: np.ndarray, train: np.ndarray) -> tuple[Any, Any]:
    if x.dtype == np.uint8 and x.ndim == 4:
        return 1 / 255, 0.0
    axes = (0, 1, 2) if x.ndim == 4 else (0,)
    return standardise(x[train], axes)
