"""The only way to import late: facades (PEP 562) and optional libraries.

Every other import stands at the top of its file; `tests/architecture` proves it.
"""

import importlib
import sys
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any

from addax._base.errors import explain
from addax._base.names import did_you_mean


def lazy_exports(
    package: str,
    names: Mapping[str, str] | None = None,
    *,
    of: Mapping[str, Sequence[str]] | None = None,
    modules: Sequence[str] = (),
    missing: Callable[[str, str], str] | None = None,
) -> tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]:
    """Make a package import its public names when they are first used.

    Args:
        package: the package's `__name__`.
        names: each public name and the module that defines it, absolute or relative
            to the package. `".core.dense:Dense2"` takes it from another attribute.
        of: modules, and the public names that are taken from each.
        modules: sub-modules that are public names themselves.
        missing: composes the message for a name that is not there, from the package's
            name and it.

    Returns:
        `__getattr__`, `__dir__` and `__all__` for the package.

    Example: in `shapes/__init__.py`,

    ```python
    from addax._base.lazy import lazy_exports

    __getattr__, __dir__, __all__ = lazy_exports(
        __name__, {"Square": ".quadrilaterals"}, modules=["solids"]
    )
    ```

    Then `shapes.Square` imports `shapes.quadrilaterals`, once.
    """
    table = {name: f".{name}:" for name in modules} | dict(names or {})
    table |= {name: module for module, all_ in (of or {}).items() for name in all_}
    public = sorted(table)

    def __getattr__(name: str) -> Any:
        target = table.get(name)
        if target is None:
            if missing is not None:
                raise AttributeError(missing(package, name))
            raise AttributeError(_no_attribute(package, name, __dir__()))
        module_name, colon, attribute = target.partition(":")
        module = importlib.import_module(module_name, package)
        value = (
            module if colon and not attribute else getattr(module, attribute or name)
        )
        # The next access finds it in the package and never comes here again.
        setattr(sys.modules[package], name, value)
        return value

    def __dir__() -> list[str]:
        return sorted({*vars(sys.modules[package]), *public})

    return __getattr__, __dir__, public


def import_late(module: str) -> Any:
    """Import a module whose name only this run tells, or whose import does something.

    Args:
        module: its full name.

    Returns:
        The module.

    Example:

    >>> import_late("math").pi > 3
    True
    """
    return importlib.import_module(module)


class Late(ModuleType):
    """Stands for a library until something in it is asked for.

    Args:
        name: the library's full name.

    Example:

    >>> Late("json").dumps([1])
    '[1]'
    """

    def __getattr__(self, name: str) -> Any:
        value = getattr(importlib.import_module(self.__name__), name)
        setattr(self, name, value)  # the next access never comes here
        return value


def optional_import(module: str, *, extra: str, purpose: str) -> Any:
    """Import a library that addax can do without.

    Args:
        module: the module, for example `"matplotlib.pyplot"`.
        extra: the extra of addax that installs it.
        purpose: what needs it, as the start of a sentence.

    Returns:
        The module. (Its type is `Any`, for a checker cannot know which one it is.)

    Raises:
        ImportError: the library is not installed; the message names the extra. A
            library that is installed but broken raises its own error.

    Example:

    >>> json = optional_import("json", extra="data", purpose="Reading a table")
    >>> json.dumps([1])
    '[1]'
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        missing = error.name or ""
        if module != missing and not module.startswith(missing + "."):
            raise
        library = module.partition(".")[0]
        raise ImportError(
            explain(
                f"{purpose} needs the library {library!r}, which is not installed.",
                fix=f'pip install "addax[{extra}]"',
            ),
            name=missing,
        ) from error


def _no_attribute(package: str, name: str, public: Sequence[str]) -> str:
    text = f"module {package!r} has no attribute {name!r}."
    # Dunder names are asked for by machinery, often, and mean nothing misspelt.
    guess = "" if name.startswith("__") else did_you_mean(name, public)
    return f"{text} {guess}".rstrip()
