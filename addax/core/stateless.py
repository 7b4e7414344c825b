"""`stateless`: runs a function of variables on values given from outside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from addax._base.errors import explain
from addax.core import scope
from addax.core.lift import LiftScope
from addax.core.tensor import Tensor, convert
from addax.core.variable import Variable


def stateless(
    fn: Callable[..., Any],
    variables: Sequence[Variable],
    values: Sequence[Any],
    *args: Any,
    **kwargs: Any,
) -> tuple[Any, list[Tensor]]:
    """Calls `fn` as if `variables` held `values`; the variables keep what they hold.

    Args:
        fn: A function that reads and assigns variables.
        variables: The variables that it uses.
        values: A value for each of them.
        *args: Arguments of `fn`.
        **kwargs: Arguments of `fn`.

    Returns:
        What `fn` returned, and the variables' values afterwards.

    Raises:
        ValueError: If there is not a value for each variable.

    Example:

    >>> from addax.core import Variable
    >>> from addax.core.stateless import stateless
    >>> count = Variable(0)
    >>> _, (new,) = stateless(count.assign_add, [count], [5], 1)
    >>> int(new), int(count)
    (6, 0)
    """
    if len(variables) != len(values):
        raise ValueError(
            explain(
                "There must be one value for each variable.",
                received={"values": len(values), "variables": len(variables)},
                why="The variables are: " + ", ".join(v.path for v in variables),
            )
        )
    given = [
        convert(value, variable._handle.dtype)._value
        for variable, value in zip(variables, values, strict=True)
    ]
    inside = LiftScope(variables, given)
    with scope.use(lift=inside, tapes=()):
        result = fn(*args, **kwargs)
    return result, [inside.values[id(v)] for v in variables]
