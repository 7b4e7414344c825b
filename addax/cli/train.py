"""`addax train`: the main job on the user's own data."""

import argparse
from collections.abc import Callable
from pathlib import Path

from addax._base.errors import explain
from addax.cli.arrays import read_arrays
from addax.cli.images import read_images
from addax.cli.problem import Options, Problem
from addax.cli.run import run
from addax.cli.tables import read_table

_READERS = {".npz": read_arrays, ".csv": read_table}


def run_train(options: argparse.Namespace) -> None:
    """Train, evaluate, draw, save and reload a model for the user's data.

    Args:
        options: of the command line.

    Raises:
        ValueError: the data is not of a kind that is understood.
        FileNotFoundError: it is not there.
    """
    path: Path = options.data
    reader = _reader(path)
    _check_options(path, options)
    choices = Options(
        out=options.out or Path("addax-train") / path.resolve().stem,
        seed=options.seed,
        epochs=options.epochs,
        batch_size=options.batch_size,
        target=options.target,
        task=options.task,
        image_size=options.image_size,
    )
    run(f"addax train {path}", reader(path, choices), choices, _next_steps)


def _reader(path: Path) -> Callable[[Path, Options], Problem]:
    if not path.exists():
        raise FileNotFoundError(
            explain(
                "There is no such file or folder.",
                received={"DATA": str(path)},
                why=f"It was looked for in {Path.cwd()}.",
                fix="Check the spelling, or give the whole path.",
            )
        )
    if path.is_dir():
        return read_images
    if path.suffix.lower() not in _READERS:
        raise ValueError(
            explain(
                f"What to do with a {path.suffix or 'nameless'} file is not known.",
                received={"DATA": str(path)},
                why="DATA is a folder with one sub-folder of images per class, an .npz "
                "with x_train and y_train, or a .csv.",
                fix=f"unzip {path.name}, then addax train {path.stem}/"
                if path.suffix == ".zip"
                else "Save it in one of these forms.",
            )
        )
    return _READERS[path.suffix.lower()]


def _check_options(path: Path, options: argparse.Namespace) -> None:
    """Refuse an option that would be ignored: the user expects something of it."""
    is_table = path.suffix.lower() == ".csv" and not path.is_dir()
    for name, given, fits in [
        ("--target", options.target, is_table),
        ("--image-size", options.image_size, path.is_dir()),
    ]:
        if given is not None and not fits:
            raise ValueError(
                explain(
                    f"{name} says nothing about this kind of data.",
                    received={name: given, "DATA": str(path)},
                    fix=f"Leave {name} out.",
                )
            )
    if options.task == "regression" and path.is_dir():
        raise ValueError(
            explain(
                "A folder of images has classes, so its task is a classification.",
                received={"--task": options.task},
                fix="Leave --task out, or save images and numbers in an .npz.",
            )
        )


def _next_steps(problem: Problem, out: str) -> str:
    """Code that predicts for new data."""
    how = problem.preprocessing
    if how["kind"] == "images":
        imports = "import numpy\nfrom PIL import Image"
        width, height = how["size"]
        image = f'Image.open("new.jpg").convert("{how["mode"]}")'
        x = f"numpy.array({image}.resize(({width}, {height})))"
        x += "[None, :, :, None]" if how["mode"] == "L" else "[None]"
    elif how["kind"] == "table":
        imports = "from addax.cli.tables import read_inputs"
        x = f'read_inputs("new.csv", "{out}/preprocessing.json")'
    else:
        imports, x = "", "x_new"
    lines = [
        "from addax import keras",
        imports,
        f'model = keras.models.load_model("{out}/model.keras")',
        f"model.predict({x})",
    ]
    return "\n".join(each for each in lines if each)
