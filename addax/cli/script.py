"""`addax run`: a script that says `import tensorflow`, as it stands, on addax."""

from __future__ import annotations

import os
import runpy
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from addax._base.errors import explain
from addax._base.lazy import import_late
from addax._base.tracebacks import FILTERING, shorten
from addax.cli import console

# Python's own frames between this file and the script, which nobody wants to see.
_MACHINERY = ("<frozen runpy>", "<frozen importlib", __file__)


def run_script(script: Path, arguments: Sequence[str] = ()) -> None:
    """Run a script or a notebook with `tensorflow` and `keras` standing for addax.

    Args:
        script: A Python file, a folder or zip with a `__main__.py`, or a notebook
            (`.ipynb`; it is executed, and a copy with the outputs is written beside).
        arguments: What the script finds in `sys.argv[1:]`.

    Raises:
        FileNotFoundError: There is no such file.
        SystemExit: With the script's own exit status; 1 after an exception in it.
    """
    if not script.exists():
        raise FileNotFoundError(
            explain(
                "There is no such script.",
                received={"script": str(script)},
                why=f"It was looked for from {Path.cwd()}.",
                fix="addax run path/to/script.py --its-own options",
            )
        )
    if script.suffix == ".ipynb":
        notebook = import_late("addax.cli.notebook")
        notebook.run_notebook(script)
        return
    import_late("addax.as_tensorflow")
    sys.argv = [str(script), *arguments]
    if script.is_file():
        sys.path[0] = str(script.resolve().parent)
    try:
        runpy.run_path(str(script), run_name="__main__")
    except KeyboardInterrupt:
        console.fail(f"Stopped {script.name}.")
        raise SystemExit(130) from None
    except Exception as error:
        _show(error)
        raise SystemExit(1) from None
    finally:
        _close_pipes()


def _show(error: Exception) -> None:
    """The traceback that `python script.py` would print."""
    if FILTERING.get():
        shorten(error)
    shown = traceback.TracebackException.from_exception(error)
    for each in (shown, shown.__cause__, shown.__context__):
        if each is not None:
            kept = [f for f in each.stack if not f.filename.startswith(_MACHINERY)]
            each.stack = traceback.StackSummary.from_list(kept)
    print("".join(shown.format()), end="", file=sys.stderr)


def _close_pipes() -> None:
    """Flushes the output; a reader that is gone (`| head`) is no error."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
