"""Blocks in which names, devices or variables are others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from addax._base.errors import explain
from addax._version import __version__
from addax.core import Variable, convert
from addax.core import device as _device
from addax.core import scope as _scope
from addax.core.lift import LiftScope


def version() -> str:
    """The version of addax."""
    return __version__


@contextmanager
def name_scope(name: str, **kwargs: Any) -> Iterator[str]:
    """Prefixes the paths of variables made in the block with `name/`.

    Args:
        name: The name.
        **kwargs: `override_parent`, a path to use in place of those around; `caller`
            and `deduplicate` are kept for Keras's signature.
    """
    parent = kwargs.pop("override_parent", None)
    unknown = set(kwargs) - {"caller", "deduplicate"}
    if unknown:
        raise TypeError(
            explain("`name_scope` has no such argument.", received=dict(kwargs))
        )
    if parent is None:
        with _scope.name_scope(name) as path:
            yield path
        return
    names = tuple(part for part in (*parent.split("/"), name) if part)
    with _scope.use_names(names):
        yield "/".join(names)


def device(device_name: Any) -> AbstractContextManager[None]:
    """Places tensors and variables made in the block on a device.

    Args:
        device_name: E.g. `"cpu:0"` or `"gpu:0"`.

    Raises:
        ValueError: If there is no such device.
    """
    return _device(device_name)


class StatelessScope:
    """A block in which variables have other values, and assignments stay.

    Args:
        state_mapping: Pairs of a variable and its value in the block.
        collect_losses: Kept for Keras's signature: losses that layers add in the block
            are theirs (`layer.losses`) within it.
        initialize_variables: Kept for Keras's signature.

    Raises:
        ValueError: If a value has not the shape of its variable.

    Example:

    >>> from addax import keras
    >>> v = keras.Variable(1.0)
    >>> with keras.StatelessScope([(v, 5.0)]) as scope:
    ...     _ = v.assign_add(1.0)
    >>> float(scope.get_current_value(v)), float(v)
    (6.0, 1.0)
    """

    def __init__(
        self,
        state_mapping: Sequence[tuple[Variable, Any]] | None = None,
        collect_losses: bool = False,
        initialize_variables: bool = True,
    ) -> None:
        self.collect_losses = collect_losses
        self.initialize_variables = initialize_variables
        self.losses: list[Any] = []
        self.state_mapping: dict[int, Any] = {}
        self._variables, self._values = [], []
        for variable, value in state_mapping or ():
            if not isinstance(variable, Variable):
                raise ValueError(
                    explain(
                        "`state_mapping` has pairs of a variable and a value.",
                        received={"state_mapping": (variable, value)},
                    )
                )
            tensor = convert(value, variable._handle.dtype)
            if tuple(tensor.shape) != tuple(variable.shape):
                raise ValueError(
                    explain(
                        f"Variable {variable.path!r} has shape "
                        f"{tuple(variable.shape)}.",
                        received={"value": tensor},
                    )
                )
            self._variables.append(variable)
            self._values.append(tensor._value)
            self.state_mapping[id(variable)] = tensor

    def __enter__(self) -> StatelessScope:
        self._lift = LiftScope(self._variables, self._values)
        self._block = _scope.use(lift=self._lift)
        self._block.__enter__()
        return self

    def __exit__(self, *exc: Any) -> None:
        self._block.__exit__(*exc)

    def get_current_value(self, variable: Variable) -> Any:
        """What a variable was given or assigned in the block; `None` if neither.

        Args:
            variable: The variable.
        """
        known = id(variable) in self.state_mapping or id(variable) in self._lift.written
        return self._lift.values[id(variable)] if known else None


class SymbolicScope:
    """A block that Keras marks as symbolic; here symbolic tensors know themselves."""

    def __enter__(self) -> SymbolicScope:
        return self

    def __exit__(self, *exc: object) -> None:
        pass
