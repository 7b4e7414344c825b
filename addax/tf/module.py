"""`tf.Module`: an object that finds the variables in its attributes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from addax._base.names import to_snake_case
from addax.core import Variable
from addax.core.scope import name_scope
from addax.tf.checkpoint.restore import offered


class Module:
    """A base class for objects that hold variables.

    Args:
        name: Its name; the class's in snake case if not given.

    Raises:
        ValueError: If `name` is not a Python identifier.

    Example:

    >>> from addax import tf
    >>> class Line(tf.Module):
    ...     def __init__(self):
    ...         super().__init__(name="line")
    ...         self.slope = tf.Variable(2.0)
    ...     def __call__(self, x):
    ...         return self.slope * x
    >>> len(Line().trainable_variables)
    1
    """

    def __init__(self, name: str | None = None) -> None:
        if name is not None and not name.isidentifier():
            raise ValueError(
                f"A module's name must be a Python identifier. Received: name={name!r}"
            )
        self._name = name or to_snake_case(type(self).__name__)

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        offered(self, value)

    def _checkpoint_children(self) -> dict[str, Any]:
        return dict(sorted(vars(self).items()))

    @property
    def name(self) -> str:
        """Its name."""
        return self._name

    @property
    def name_scope(self) -> Any:
        """A block in which variables' paths start with the module's name."""
        return name_scope(self.name)

    @classmethod
    def with_name_scope(cls, method: Callable[..., Any]) -> Callable[..., Any]:
        """Decorates a method so that it runs within `name_scope`."""

        def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
            with self.name_scope:
                return method(self, *args, **kwargs)

        return wrapper

    @property
    def variables(self) -> tuple[Variable, ...]:
        """The variables of the module and the modules in it."""
        found = _reach(self)
        return tuple(x for x in found if isinstance(x, Variable))

    @property
    def trainable_variables(self) -> tuple[Variable, ...]:
        """Those of `variables` that are trainable."""
        return tuple(v for v in self.variables if v.trainable)

    @property
    def non_trainable_variables(self) -> tuple[Variable, ...]:
        """Those of `variables` that are not trainable."""
        return tuple(v for v in self.variables if not v.trainable)

    @property
    def submodules(self) -> tuple[Any, ...]:
        """The modules in it, at every depth."""
        return tuple(x for x in _reach(self) if _is_module(x) and x is not self)


def _is_module(x: Any) -> bool:
    # Layers and models hold variables as modules do, without being a tf.Module.
    return isinstance(x, Module) or hasattr(x, "trainable_variables")


def _reach(root: Any) -> list[Any]:
    """Variables and modules that attributes lead to, each once, breadth first."""
    seen: dict[int, Any] = {}
    queue = [root]
    while queue:
        x = queue.pop(0)
        if isinstance(x, dict):
            queue += x.values()
        elif isinstance(x, (list, tuple)):
            queue += x
        elif id(x) not in seen and (isinstance(x, Variable) or _is_module(x)):
            seen[id(x)] = x
            queue += _parts(x)
    return list(seen.values())


def _parts(x: Any) -> Iterator[Any]:
    if isinstance(x, Module):
        yield from (value for _, value in sorted(vars(x).items()))
    elif not isinstance(x, Variable):
        yield x.variables
