"""`tf.debugging`: checks of values, inside traced functions each time they run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax._base.tracebacks import FILTERING
from addax.core import CompositeTensor, TensorLike, as_dtype, convert
from addax.core.device import stop_at_nan
from addax.core.emit import emit
from addax.ops import math
from addax.tf._advice import absent
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

        pair = convert(operand(x)), convert(operand(y))
        if all(isinstance(v, CompositeTensor) for v in pair):
            math.equal(*pair)  # raises if their rows do not go together
        emit(compare, list(map(_elements, pair)))

    check.__name__ = check.__qualname__ = f"assert_{name}"
    check.__doc__ = f"Raises `ValueError` unless x {words} y holds for every element."
    return check


def _elements(x: Any) -> Any:
    """The elements of a ragged or sparse tensor; others as they are."""
    return getattr(x, "flat_values", getattr(x, "values", x))


assert_equal = _comparison("equal", "==", np.equal)
assert_none_equal = _comparison("none_equal", "!=", np.not_equal)
assert_less = _comparison("less", "<", np.less)
assert_less_equal = _comparison("less_equal", "<=", np.less_equal)
assert_greater = _comparison("greater", ">", np.greater)
assert_greater_equal = _comparison("greater_equal", ">=", np.greater_equal)


def _sign(name: str, words: str, compare: Callable[..., None]) -> Callable[..., None]:
    def check(
        x: Any, message: str | None = None, summarize: Any = None,
        name: str | None = None,
    ) -> None:  # fmt: skip
        compare(x, 0, message)

    check.__name__ = check.__qualname__ = f"assert_{name}"
    check.__doc__ = f"Raises `ValueError` unless every element of x is {words}."
    return check


assert_positive = _sign("positive", "positive", assert_greater)
assert_negative = _sign("negative", "negative", assert_less)
assert_non_negative = _sign("non_negative", "0 or more", assert_greater_equal)
assert_non_positive = _sign("non_positive", "0 or less", assert_less_equal)


def Assert(
    condition: Any, data: Any = (), summarize: Any = None, name: str | None = None
) -> None:
    """Raises `ValueError` unless a condition holds, each time a program runs.

    Args:
        condition: A scalar boolean.
        data: Tensors to show.
        summarize: Kept for TensorFlow's signature.
        name: Kept for TensorFlow's signature.
    """
    shown = [convert(operand(x)) for x in data]

    def check(holds: Any, *arrays: Any) -> None:
        if not np.all(holds):
            received = {f"data[{i}]": a.tolist() for i, a in enumerate(arrays)}
            raise ValueError(explain("The assertion does not hold.", received=received))

    emit(check, [convert(operand(condition)), *shown])


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
    _require(len(operand(x).shape) == int(rank), x, message,
             f"The tensor must have {int(rank)} axes.")  # fmt: skip


def assert_rank_at_least(
    x: Any, rank: Any, message: str | None = None, name: str | None = None
) -> None:
    """Raises `ValueError` unless `x` has `rank` axes or more."""
    _require(len(operand(x).shape) >= int(rank), x, message,
             f"The tensor must have {int(rank)} axes or more.")  # fmt: skip


def assert_rank_in(
    x: Any, ranks: Any, message: str | None = None, name: str | None = None
) -> None:
    """Raises `ValueError` unless the number of `x`'s axes is one of `ranks`."""
    known = [int(r) for r in ranks]
    _require(len(operand(x).shape) in known, x, message,
             f"The number of the tensor's axes must be one of {known}.")  # fmt: skip


def assert_scalar(tensor: Any, name: str | None = None, message: Any = None) -> Any:
    """`tensor` itself; raises `ValueError` if it has axes."""
    _require(not operand(tensor).shape, tensor, message, "The tensor must be a scalar.")
    return tensor


def assert_type(
    tensor: Any, tf_type: Any, message: str | None = None, name: str | None = None
) -> None:
    """Raises `TypeError` unless the elements' type is `tf_type`."""
    if operand(tensor).dtype != tf_type:
        fact = message or f"The tensor must be of type {tf_type!r}."
        raise TypeError(explain(fact, received={"tensor": operand(tensor)}))


def assert_integer(x: Any, message: str | None = None, name: str | None = None) -> None:
    """Raises `TypeError` unless the elements are whole numbers."""
    if not operand(x).dtype.is_integer:
        fact = message or "The tensor must hold whole numbers."
        raise TypeError(explain(fact, received={"x": operand(x)}))


def is_numeric_tensor(tensor: Any) -> bool:
    """Whether `tensor` is a tensor of numbers."""
    dtype = getattr(tensor, "dtype", None)
    return isinstance(tensor, TensorLike) and not (dtype == "bool" or dtype == "string")


def assert_shapes(
    shapes: Any, data: Any = None, summarize: Any = None, message: str | None = None,
    name: str | None = None,
) -> None:  # fmt: skip
    """Raises `ValueError` unless tensors have the shapes given with them.

    Args:
        shapes: Pairs of a tensor and its shape, or a dict. A shape's entries are sizes,
            `None` for any, or names: equal names stand for equal sizes.
        data: Kept for TensorFlow's signature.
        summarize: Kept for TensorFlow's signature.
        message: What to say.
        name: Kept for TensorFlow's signature.
    """
    sizes: dict[Any, int] = {}
    for x, wanted in shapes.items() if isinstance(shapes, dict) else shapes:
        given = tuple(operand(x).shape)
        wanted = tuple(wanted) if isinstance(wanted, (tuple, list, str)) else (wanted,)
        fits = len(given) == len(wanted) and all(
            w is None or g == (sizes.setdefault(w, g) if isinstance(w, str) else w)
            for g, w in zip(given, wanted, strict=True)
        )
        _require(fits, x, message, f"The tensor must have the shape {wanted}.")


def _require(holds: bool, x: Any, message: str | None, fact: str) -> None:
    if not holds:
        raise ValueError(explain(message or fact, received={"x": operand(x)}))


def check_numerics(tensor: Any, message: str, name: str | None = None) -> Any:
    """`tensor` itself; raises `ValueError` if it holds NaN or infinity."""

    def check(array: Any) -> None:
        bad = [w for w, f in (("Inf", np.isinf), ("NaN", np.isnan)) if f(array).any()]
        if bad:
            fact = f"{message} : Tensor had {' and '.join(bad)} values"
            raise ValueError(explain(fact, received={"tensor": array}))

    made = operand(tensor)
    emit(check, [_elements(convert(made))])
    return made


assert_all_finite = check_numerics


def set_log_device_placement(enabled: bool) -> None:
    """Accepted for TensorFlow's sake: XLA places everything on one device."""


def get_log_device_placement() -> bool:
    """Whether placements are logged: they are not."""
    return False


def assert_same_float_dtype(tensors: Any = None, dtype: Any = None) -> Any:
    """The floating type that all tensors have (`dtype`, if given).

    Raises:
        ValueError: If they have not one floating type.
    """
    kinds = [operand(t).dtype for t in tensors or ()]
    kinds += [] if dtype is None else [as_dtype(dtype)]
    if len({k.name for k in kinds}) > 1 or any(not k.is_floating for k in kinds):
        names = [k.name for k in kinds]
        raise ValueError(
            explain("One floating type was expected.", received={"dtypes": names})
        )
    return kinds[0] if kinds else as_dtype("float32")


def assert_proper_iterable(values: Any) -> None:
    """Raises `TypeError` unless `values` is a list of things, not one thing."""
    if isinstance(values, (str, bytes, np.ndarray, TensorLike)):
        raise TypeError(
            explain("A list or tuple was expected.", received={"values": values})
        )
    iter(values)


def enable_check_numerics(
    stack_height_limit: int = 30, path_length_limit: int = 50
) -> None:
    """Stops at the first operation whose result has NaN, even in compiled code."""
    stop_at_nan(True)


def disable_check_numerics() -> None:
    """Undoes `enable_check_numerics`."""
    stop_at_nan(False)


def enable_traceback_filtering() -> None:
    """Leaves out addax's own frames of tracebacks (as they are by default)."""
    FILTERING.set(True)


def disable_traceback_filtering() -> None:
    """Shows addax's own frames of tracebacks."""
    FILTERING.set(False)


def is_traceback_filtering_enabled() -> bool:
    """Whether addax's own frames are left out of tracebacks."""
    return FILTERING.get()


__getattr__ = absent(__name__)
