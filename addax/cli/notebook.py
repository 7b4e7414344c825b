"""`addax run notebook.ipynb`: execute the cells, write the outputs into a copy."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from addax._base.errors import explain
from addax._base.files import atomic_path
from addax._base.lazy import optional_import
from addax.cli import console

# Installing what addax stands in for would cost 1.6 GB and change nothing.
_INSTALLS = re.compile(
    r"^\s*[!%]\s*(?:python3? -m )?pip3? install\b.*\b"
    r"(?:tensorflow|tf-nightly|keras)\b.*$",
    re.MULTILINE,
)


def run_notebook(path: Path) -> Path:
    """Execute a notebook with `tensorflow` and `keras` standing for addax.

    Args:
        path: The notebook. It is not changed.

    Returns:
        Where the copy with the outputs is: beside it, `<name>.run.ipynb`. It is
        written after an error in a cell, too.

    Raises:
        ImportError: Without the libraries that execute notebooks.
        SystemExit: With status 1 if a cell raised an error.
    """
    purpose = "Running a notebook"
    nbformat = optional_import("nbformat", extra="notebook", purpose=purpose)
    nbclient = optional_import("nbclient", extra="notebook", purpose=purpose)
    optional_import("ipykernel", extra="notebook", purpose=purpose)
    notebook = _read(nbformat, path)
    copy = path.with_name(f"{path.stem}.run.ipynb")
    client = nbclient.NotebookClient(
        notebook,
        timeout=None,
        kernel_name="python3",  # this interpreter, whatever the notebook was made with
        extra_arguments=["--ext=addax", "--log-level=ERROR"],
        resources={"metadata": {"path": str(path.parent)}},
    )
    cells = [(i, c) for i, c in enumerate(notebook.cells) if c.cell_type == "code"]
    failed = None
    console.title("run", f"{path}  ({len(cells)} cells)")
    try:
        with client.setup_kernel():
            for number, (index, cell) in enumerate(cells, 1):
                console.note(f"{number}/{len(cells)}  {_first_line(cell.source)}")
                failed = _execute(nbclient, client, cell, index)
                if failed:
                    break
    finally:
        with atomic_path(copy) as temporary:
            temporary.write_text(nbformat.writes(notebook), encoding="utf-8")
    console.rows([(str(copy), "the notebook with its outputs")])
    if failed:
        console.fail(failed)
        raise SystemExit(1)
    return copy


def _read(nbformat: Any, path: Path) -> Any:
    try:
        return nbformat.read(path, as_version=4)
    except Exception as error:  # nbformat's errors share no base
        raise ValueError(
            explain(
                "This is not a notebook that can be read.",
                received={"file": str(path)},
                why=str(error).partition("\n")[0],
                fix=f"jupyter nbconvert --to notebook --inplace {path}",
            )
        ) from error


def _execute(nbclient: Any, client: Any, cell: Any, index: int) -> str | None:
    """Runs a cell; what went wrong in it, if anything did."""
    source = cell.source
    cell.source = _INSTALLS.sub("pass  # not installed: addax stands in", source)
    try:
        client.execute_cell(cell, index)
    except nbclient.exceptions.CellExecutionError as error:
        return f"{error.ename}: {error.evalue}\nIn cell {index + 1}:\n{source}"
    finally:
        cell.source = source
    return None


def _first_line(source: str) -> str:
    line = next((x for x in source.splitlines() if x.strip()), "")
    return line if len(line) <= 60 else line[:57] + "..."
