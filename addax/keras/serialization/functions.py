"""Lambdas: their byte code as text, in the form that Keras stores."""

from __future__ import annotations

import base64
import marshal
import types
from typing import Any

from addax._base.errors import explain
from addax.keras import config
from addax.keras.serialization.registry import in_safe_mode

_Code = tuple[str, tuple[Any, ...] | None, list[Any] | None]


def dump_function(fn: types.FunctionType) -> _Code:
    """A function's byte code (marshalled, base 64), its defaults and its closure."""
    code = base64.encodebytes(marshal.dumps(fn.__code__)).decode("ascii")
    closure = [cell.cell_contents for cell in fn.__closure__ or ()]
    return code, fn.__defaults__, closure or None


def load_function(code: _Code, name: str = "<lambda>") -> types.FunctionType:
    """The function that `dump_function` wrote, if code from files may run.

    Args:
        code: The code, defaults and closure.
        name: A name for the function.

    Raises:
        ValueError: In safe mode, or if another Python version wrote the code.
    """
    refuse_in_safe_mode("a lambda")
    text, defaults, closure = code
    try:
        compiled = marshal.loads(base64.decodebytes(text.encode("ascii")))
    except (ValueError, EOFError, TypeError, AttributeError) as error:
        raise ValueError(
            explain(
                "The byte code of a lambda cannot be read.",
                why=f"Another version of Python may have written it ({error}).",
                fix="Save the model again with a named, registered function.",
            )
        ) from error
    cells = tuple(types.CellType(value) for value in closure or ())
    # It sees no names but the built-in ones, as it did when it was moved here.
    scope = {"__builtins__": __builtins__}
    filled = None if defaults is None else tuple(defaults)
    return types.FunctionType(compiled, scope, name, filled, cells or None)


def refuse_in_safe_mode(what: str) -> None:
    """Raises unless the user allowed code from files to run.

    Args:
        what: What holds the code, for the message.

    Raises:
        ValueError: In safe mode.
    """
    safe = in_safe_mode()
    if safe is None:
        safe = True
    if safe and not config.is_unsafe_deserialization_enabled():
        raise ValueError(
            explain(
                f"The file holds {what}: Python code that would run on loading.",
                why="Code in a file from someone you do not trust can do harm, so it "
                "is refused unless you say otherwise.",
                fix=[
                    "If you trust the file: load_model(path, safe_mode=False)",
                    "For all files: keras.config.enable_unsafe_deserialization()",
                    "Save the model with a named function under "
                    "@keras.saving.register_keras_serializable() instead.",
                ],
            )
        )
