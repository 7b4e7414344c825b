"""`when`: changes to variables that happen only if a condition holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jax import lax

from addax.core import scope
from addax.core.lift import lift
from addax.core.tensor import Tensor


def when(condition: Tensor, fn: Callable[[], Any]) -> None:
    """Calls `fn` for what it assigns to variables, if `condition` is true.

    Inside a trace the condition is looked at when the program runs, and the work of
    `fn` is not done where it is false. No gradients flow through it.

    Args:
        condition: A scalar boolean tensor.
        fn: A function without arguments; its result is not used.

    Example:

    >>> from addax.core import Variable, convert
    >>> from addax.core.branch import when
    >>> count = Variable(0)
    >>> when(convert(True), lambda: count.assign_add(1))
    >>> int(count)
    1
    """
    if scope.state.lift is None:
        if condition:
            fn()
        return

    def changes() -> None:
        fn()

    with scope.use(tapes=()):
        lifted = lift(changes, ())
        state = [v._read()._value for v in lifted.writes]
        reads = [v._read()._value for v in lifted.reads]
        new = lax.cond(
            condition._value,
            lambda state: lifted.pure(state, reads, ())[1],
            lambda state: state,
            state,
        )
        for variable, value in zip(lifted.writes, new, strict=True):
            variable.assign(Tensor(value))
