"""`tf.debugging`: checks of values, inside traced functions each time they run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.core import convert
from addax.core.emit import emit
from addax.tf._rules import operand


def _comparison(name: str, words: str, holds: Any) -> Callable[..., None]:
    def check(
        x: Any, y: Any, message: str | None = None, summarize: Any = None,
        name: str | None = None,
    ) -> None:  # fmt: skip
        def compare(a: Any, b: Any) -> None:
            if not np.all(holds(a, b)):
                raise ValueError(
                    explain(message or f"x {words} y does not hold everywhere.",
                            received={"x": a.tolist(), "y": b.tolist()})
                )  # fmt: skip

        emit(compare, [convert(operand(x)), convert(operand(y))])

    check.__name__ = check.__qualname__ = f"assert_{name}"
    check.__doc__ = f"Raises `ValueError` unless x {words} y holds for every element."
    return check


assert_equal = _comparison("equal", "==", np.equal)
assert_none_equal = _comparison("none_equal", "!=", np.not_equal)
assert_less = _comparison("less", "<", np.less)
assert_less_equal = _comparison("less_equal", "<=", np.less_equal)
assert_greater = _comparison("greater", ">", np.greater)
assert_greater_equal = _comparison("greater_equal", ">=", np.greater_equal)


def assert_near(
    x: Any,
    y: Any,
    rtol: Any = None,
    atol: Any = None,
    message: str | None = None,
    summarize: Any = None,
    name: str | None = None,
) -> None:
    """Raises `ValueError` unless `|x - y| <= atol + rtol * |y|` everywhere."""
    epsilon = 10 * float(np.finfo(operand(x).dtype.as_numpy_dtype).eps)
    near = _comparison(
        "near",
        "near",
        lambda a, b: np.isclose(
            a, b, epsilon if rtol is None else rtol, epsilon if atol is None else atol
        ),
    )
    near(x, y, message)


def assert_rank(
    x: Any, rank: Any, message: str | None = None, name: str | None = None
) -> None:
    """Raises `ValueError` unless `x` has `rank` axes."""
    x = operand(x)
    if len(x.shape) != int(rank):
        fact = message or f"The tensor must have {int(rank)} axes."
        raise ValueError(explain(fact, received={"x": x}))


def check_numerics(tensor: Any, message: str, name: str | None = None) -> Any:
    """`tensor` itself; raises `ValueError` if it holds NaN or infinity."""

    def check(array: Any) -> None:
        bad = [w for w, f in (("Inf", np.isinf), ("NaN", np.isnan)) if f(array).any()]
        if bad:
            fact = f"{message} : Tensor had {' and '.join(bad)} values"
            raise ValueError(explain(fact, received={"tensor": array}))

    made = operand(tensor)
    emit(check, [convert(made)])
    return made


assert_all_finite = check_numerics


def set_log_device_placement(enabled: bool) -> None:
    """Accepted for TensorFlow's sake: XLA places everything on one device."""
