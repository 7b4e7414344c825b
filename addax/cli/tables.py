"""Read a `.csv`: numbers and categories in, numbers out."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax._base.files import PathLike
from addax._base.lazy import optional_import
from addax._base.names import did_you_mean
from addax.cli.columns import encode, fit_columns
from addax.cli.problem import Options, Part, Problem
from addax.cli.scaling import standardise
from addax.cli.splits import split_in_three
from addax.cli.targets import encode_target

_FEWEST_ROWS = 10
_DELIMITERS = ",;\t|"


def read_table(path: Path, options: Options) -> Problem:
    """Read a table whose columns are numbers or categories.

    Args:
        path: the `.csv` file, with a first line of names.
        options: what the user chose; `target` is needed.

    Returns:
        The rows as numbers, in three parts.

    Raises:
        ValueError: the file is no table, or there is nothing to learn from it.
        ImportError: pandas is not installed.
    """
    frame = _read(path)
    name = _target_name(path, frame, options.target)
    notes: list[str] = []
    missing = frame[name].isna()
    if missing.any():
        notes.append(f"{missing.sum():,} rows were left out: they have no {name!r}.")
        frame = frame[~missing]
    _check_enough(path, frame)

    target = encode_target(frame[name].to_numpy(), name, options.task)
    if target.reason:
        notes.append(target.reason)
    rng = np.random.default_rng(options.seed)
    labels = target.y if target.classes else None
    train, validation, test = split_in_three(labels, len(frame), rng)

    inputs = frame.drop(columns=name)
    columns, more = fit_columns(inputs, train)
    notes += more
    if not columns:
        raise ValueError(
            explain(
                f"No column of {path.name} can be learnt from.",
                received={"columns": list(inputs.columns)},
                why=" ".join(more),
                fix="Add columns of numbers, or of categories that repeat.",
            )
        )
    x = encode(inputs, columns)
    # Only numbers have a mean worth removing; categories are 0 and 1 already.
    scale, offset = standardise(x[train], (0,))
    is_number = np.concatenate([[not c.get("values")] * _width(c) for c in columns])
    return Problem(
        about=f"{len(frame):,} rows of {len(columns)} columns in {path.name}, "
        f"to predict {name!r}",
        target=name,
        train=Part(x[train], target.y[train]),
        validation=Part(x[validation], target.y[validation]),
        test=Part(x[test], target.y[test]),
        classes=target.classes,
        scale=np.where(is_number, scale, 1.0).tolist(),
        offset=np.where(is_number, offset, 0.0).tolist(),
        notes=tuple(notes),
        preprocessing={"kind": "table", "columns": columns},
    )


def read_inputs(path: PathLike, preprocessing: PathLike) -> np.ndarray:
    """Read new rows for a model that `addax train` made from a table.

    Args:
        path: a `.csv` file with the same columns; the target may be missing.
        preprocessing: the `preprocessing.json` beside the model.

    Returns:
        The inputs for `model.predict`.

    Raises:
        ValueError: a column is missing.

    Example:

    ```python
    model = keras.models.load_model("addax-train/houses/model.keras")
    x = read_inputs("new.csv", "addax-train/houses/preprocessing.json")
    model.predict(x)
    ```
    """
    columns = json.loads(Path(preprocessing).read_text(encoding="utf-8"))["columns"]
    frame = _read(Path(path))
    missing = [c["name"] for c in columns if c["name"] not in frame.columns]
    if missing:
        raise ValueError(
            explain(
                f"{Path(path).name} lacks columns that the model was trained on.",
                received={"missing": missing, "columns": list(frame.columns)},
                fix="Add them; an empty cell counts as a missing value.",
            )
        )
    return encode(frame, columns)


def _width(column: dict[str, Any]) -> int:
    return len(column.get("values", [None]))


def _read(path: Path) -> Any:
    pandas: Any = optional_import("pandas", extra="data", purpose="Reading a .csv")
    try:
        with open(path, encoding="utf-8-sig") as file:
            first_line = file.readline()
        # Spreadsheets of half the world write `;`, and many programs tabs.
        delimiter = max(_DELIMITERS, key=first_line.count)
        return pandas.read_csv(path, sep=delimiter, skipinitialspace=True)
    except (pandas.errors.ParserError, pandas.errors.EmptyDataError) as error:
        why = str(error)
    except UnicodeDecodeError as error:
        why = f"It is not in UTF-8: {error.reason} at byte {error.start:,}."
    raise ValueError(
        explain(
            f"{path.name} cannot be read as a table.",
            received={"path": str(path)},
            why=why,
            fix="Save it as .csv, in UTF-8, with the names of the columns in line 1.",
        )
    )


def _target_name(path: Path, frame: Any, target: str | None) -> str:
    names = [str(each) for each in frame.columns]
    if target is None:
        raise ValueError(
            explain(
                f"Which column of {path.name} should be predicted?",
                received={"columns": names},
                fix=f"addax train {path} --target {names[-1]}",
            )
        )
    if target not in names:
        raise ValueError(
            explain(
                f"{path.name} has no column {target!r}.",
                received={"columns": names},
                why=did_you_mean(target, names),
                fix=f"addax train {path} --target COLUMN",
            )
        )
    return target


def _check_enough(path: Path, frame: Any) -> None:
    if len(frame) < _FEWEST_ROWS:
        raise ValueError(
            explain(
                f"{path.name} has too few rows to train, watch and test on.",
                received={"rows": len(frame)},
                fix="Add rows: 10 at the very least, some hundreds to learn from.",
            )
        )
