"""The border between users' code and ours: tracebacks end where their code does."""

import functools
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType, TracebackType
from typing import ParamSpec, TypeVar

from addax._base.settings import Setting

P = ParamSpec("P")
R = TypeVar("R")

FILTERING = Setting(
    "traceback_filtering", True, "Leave addax's own frames out of tracebacks."
)
_OURS = (
    str(Path(__file__).parents[1]),
    f"{Path('site-packages') / 'jax'}",
    f"{Path('site-packages') / 'jaxlib'}",
)
_NUMPY = str(Path("site-packages") / "numpy")
# JAX attaches exceptions of its own to say that it shortened the traceback.
_NOTES = {"SimplifiedTraceback", "UnfilteredStackTrace"}


def border(fn: Callable[P, R]) -> Callable[P, R]:
    """Makes a public function raise with its caller's frames only.

    Errors say what was wrong; the frames between are for those who work on addax
    (`ADDAX_TRACEBACK_FILTERING=0` shows them).

    Args:
        fn: the function.

    Returns:
        The function, with shorter tracebacks.

    Example:

    >>> @border
    ... def half(x):
    ...     return x / 2
    >>> half(3)
    1.5
    """

    @functools.wraps(fn)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return fn(*args, **kwargs)
        except Exception as error:
            if FILTERING.get():
                shorten(error)
            raise

    return wrapper


def shorten(error: BaseException) -> None:
    """Drops our frames and JAX's from an exception and from its causes, in place."""
    seen: BaseException | None = error
    while seen is not None:
        seen.__traceback__ = _without_ours(seen.__traceback__)
        notes = getattr(seen, "__notes__", [])
        notes[:] = [n for n in notes if "JAX_TRACEBACK_FILTERING" not in n]
        cause = seen.__cause__
        if cause is not None and type(cause).__name__ in _NOTES:
            seen.__cause__ = cause = cause.__cause__
            seen.__suppress_context__ = True
        seen = cause


def asked_by_ours() -> bool:
    """Whether our own code called the method of a tensor that calls this.

    NumPy's functions ask on behalf of whoever calls them.
    """
    frame: FrameType | None = sys._getframe(1)
    asked = frame.f_code.co_filename if frame else ""
    while frame is not None:
        file = frame.f_code.co_filename
        if file != asked and _NUMPY not in file:
            return file.startswith(_OURS[0])
        frame = frame.f_back
    return False


def _without_ours(traceback: TracebackType | None) -> TracebackType | None:
    kept = []
    while traceback is not None:
        file = traceback.tb_frame.f_code.co_filename
        if not any(part in file for part in _OURS):
            kept.append(traceback)
        traceback = traceback.tb_next
    head: TracebackType | None = None
    for each in reversed(kept):
        head = TracebackType(head, each.tb_frame, each.tb_lasti, each.tb_lineno)
    return head
