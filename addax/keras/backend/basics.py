"""Arithmetic, shapes, variables: the functions of `keras.backend` on tensors."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from addax.core import SymbolicTensor, Tensor, Variable, cast, convert
from addax.keras.config import floatx
from addax.keras.layers import Input
from addax.keras.ops import basics
from addax.ops import create, indexing, linalg, math, nn, reduce, sort
from addax.ops import shape as shapes


def _named(fn: Callable[..., Any], **renamed: str) -> Callable[..., Any]:
    """The function with some parameters under other names: `new=old`."""
    signature = inspect.signature(fn)
    new = {old: name for name, old in renamed.items()}
    parameters = [
        p.replace(name=new.get(p.name, p.name)) for p in signature.parameters.values()
    ]

    @functools.wraps(fn)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return fn(*args, **{renamed.get(k, k): v for k, v in kwargs.items()})

    wrapper.__signature__ = signature.replace(parameters=parameters)  # type: ignore
    return wrapper


def _pair(fn: Callable[..., Any]) -> Callable[..., Any]:
    return _named(fn, x="x1", y="x2")


abs = math.absolute
cos = math.cos
elu = nn.elu
equal = _pair(math.equal)
exp = math.exp
greater = _pair(math.greater)
greater_equal = _pair(math.greater_equal)
less = _pair(math.less)
less_equal = _pair(math.less_equal)
log = math.log
maximum = _pair(math.maximum)
minimum = _pair(math.minimum)
not_equal = _pair(math.not_equal)
one_hot = _named(create.one_hot, indices="x")
permute_dimensions = _named(shapes.transpose, pattern="axes")
pow = _named(math.power, x="x1", a="x2")
reshape = _named(shapes.reshape, shape="newshape")
reverse = _named(shapes.flip, axes="axis")
round = math.round
shape = basics.shape
sigmoid = math.sigmoid
sign = math.sign
sin = math.sin
softmax = nn.softmax
softplus = nn.softplus
softsign = nn.softsign
sqrt = math.sqrt
square = math.square
squeeze = shapes.squeeze
stack = shapes.stack
stop_gradient = _named(math.stop_gradient, variables="variable")
tanh = math.tanh
tile = _named(shapes.tile, n="repeats")
transpose = shapes.transpose
all = reduce.all
any = reduce.any
logsumexp = reduce.logsumexp
max = reduce.max
mean = reduce.mean
min = reduce.min
prod = reduce.prod
std = reduce.std
sum = reduce.sum
var = reduce.var


def argmax(x: Any, axis: int = -1) -> Any:
    """Where the greatest element along an axis is."""
    return reduce.argmax(x, axis)


def argmin(x: Any, axis: int = -1) -> Any:
    """Where the least element along an axis is."""
    return reduce.argmin(x, axis)


def cumsum(x: Any, axis: int = 0) -> Any:
    """Running sums along an axis."""
    return reduce.cumsum(x, axis)


def cumprod(x: Any, axis: int = 0) -> Any:
    """Running products along an axis."""
    return reduce.cumprod(x, axis)


def expand_dims(x: Any, axis: int = -1) -> Any:
    """`x` with another axis of size 1."""
    return shapes.expand_dims(x, axis)


def dot(x: Any, y: Any) -> Any:
    """The product of matrices; of more axes, over the last of `x` and the second last
    of `y`."""
    return linalg.dot(x, y)


def batch_dot(x: Any, y: Any, axes: Any = None) -> Any:
    """The product of each sample of `x` with that of `y`, over one axis of each.

    Args:
        x: A tensor of at least two axes.
        y: A tensor of at least two axes.
        axes: The axes, one or two numbers; the last of `x` and the second last of `y`
            (of matrices its last) if not given.

    Example:

    >>> from addax.keras import backend as K
    >>> K.batch_dot(K.ones((4, 2, 3)), K.ones((4, 3, 5))).shape
    TensorShape([4, 2, 5])
    """
    x, y = convert(x), convert(y)
    if axes is None:
        axes = len(x.shape) - 1, 1 if len(y.shape) == 2 else len(y.shape) - 2
    first, second = axes if isinstance(axes, (list, tuple)) else (axes, axes)
    return linalg.batch_dot(x, y, (first % len(x.shape), second % len(y.shape)))


def arange(start: Any, stop: Any = None, step: Any = 1, dtype: Any = "int32") -> Any:
    """Numbers from `start` up to, but not including, `stop`; from 0 if it is alone."""
    return create.arange(start, stop, step, dtype)


def eye(size: Any, dtype: Any = None, name: Any = None) -> Variable:
    """A variable of ones on the diagonal; `size` is one number or two."""
    rows, columns = size if isinstance(size, (list, tuple)) else (size, size)
    return Variable(create.eye(rows, columns, dtype=dtype or floatx()), name=name)


def ones_like(x: Any, dtype: Any = None, name: Any = None) -> Any:
    """Ones of the shape of `x`."""
    return create.ones_like(x, dtype)


def zeros_like(x: Any, dtype: Any = None, name: Any = None) -> Any:
    """Zeros of the shape of `x`."""
    return create.zeros_like(x, dtype)


def cast_to_floatx(x: Any) -> Any:
    """`x` in the default floating type; arrays stay arrays."""
    if isinstance(x, (Tensor, SymbolicTensor, Variable)):
        return cast(x, floatx())
    return convert(x, floatx()).numpy()


def relu(
    x: Any, alpha: float = 0.0, max_value: float | None = None, threshold: float = 0.0
) -> Any:
    """`x` above the threshold, `alpha * (x - threshold)` below, at most `max_value`."""
    return nn.relu_general(x, alpha, max_value, threshold)


def hard_sigmoid(x: Any) -> Any:
    """`0.2 * x + 0.5` within 0 and 1, as Keras 2 had it; Keras 3 rises by 1 / 6."""
    return math.clip(math.add(math.multiply(x, 0.2), 0.5), 0.0, 1.0)


def in_top_k(predictions: Any, targets: Any, k: int) -> Any:
    """Whether each target is among the `k` best predictions."""
    return sort.in_top_k(targets, predictions, k)


def repeat(x: Any, n: int) -> Any:
    """`(samples, size)` as `(samples, n, size)`."""
    return shapes.repeat(shapes.expand_dims(x, 1), n, 1)


def repeat_elements(x: Any, rep: int, axis: int) -> Any:
    """Each entry along an axis `rep` times."""
    return shapes.repeat(x, rep, axis)


def switch(condition: Any, then_expression: Any, else_expression: Any) -> Any:
    """One of two tensors, or of what two functions return, by a condition.

    Args:
        condition: A boolean, or one for each entry of the first axes.
        then_expression: A tensor, or a function without arguments.
        else_expression: Such another.
    """
    chosen = [x() if callable(x) else x for x in (then_expression, else_expression)]
    condition, first = convert(condition, "bool"), convert(chosen[0])
    missing = len(first.shape) - len(condition.shape)
    if condition.shape and missing > 0:
        condition = shapes.reshape(condition, (*condition.shape, *(1,) * missing))
    return math.where(condition, first, chosen[1])


def moving_average_update(x: Variable, value: Any, momentum: float) -> Variable:
    """Moves a variable towards a value."""
    return x.assign(
        math.add(math.multiply(x, momentum), math.multiply(value, 1.0 - momentum))
    )


def gradients(loss: Any, variables: Any) -> Any:
    """Raises: gradients are those of a tape.

    Args:
        loss: A tensor.
        variables: Variables.

    Raises:
        RuntimeError: Always.
    """
    raise RuntimeError(
        "K.gradients needs the graphs of TensorFlow 1. Received: "
        f"loss={loss!r}\nA tape notes what is computed with it:\n"
        "with tf.GradientTape() as tape:\n    loss = ...\n"
        "gradients = tape.gradient(loss, variables)"
    )


def clip(x: Any, min_value: Any, max_value: Any) -> Tensor:
    """Limits each element to between two values."""
    return math.clip(x, min_value, max_value)


def concatenate(tensors: Any, axis: int = -1) -> Tensor:
    """Joins tensors along an axis, the last if not given."""
    return shapes.concatenate(tensors, axis)


def constant(value: Any, dtype: Any = None, shape: Any = None, name: Any = None) -> Any:
    """A tensor of a value, spread over `shape` if given."""
    return convert(value, dtype) if shape is None else create.full(shape, value, dtype)


def zeros(shape: Any, dtype: Any = None, name: Any = None) -> Variable:
    """A variable of zeros."""
    return Variable(create.zeros(shape, dtype), name=name)


def ones(shape: Any, dtype: Any = None, name: Any = None) -> Variable:
    """A variable of ones."""
    return Variable(create.ones(shape, dtype), name=name)


def variable(
    value: Any, dtype: Any = None, name: str | None = None, constraint: Any = None
) -> Variable:
    """A variable of a value."""
    made = Variable(value, dtype=dtype, name=name)
    made.constraint = constraint
    return made


def placeholder(
    shape: Any = None, ndim: int | None = None, dtype: Any = None, **_: Any
) -> Any:
    """A symbolic input; `shape` has the batch axis."""
    return Input(batch_shape=shape or (None,) * (ndim or 0), dtype=dtype)


def flatten(x: Any) -> Tensor:
    """All elements in one axis."""
    return shapes.reshape(x, (-1,))


def batch_flatten(x: Any) -> Tensor:
    """All elements of each sample in one axis."""
    return shapes.reshape(x, (x.shape[0], -1))


def int_shape(x: Any) -> tuple[int | None, ...]:
    """The shape as a tuple."""
    return tuple(x.shape)


def ndim(x: Any) -> int:
    """How many axes."""
    return len(x.shape)


def dtype(x: Any) -> str:
    """The type's name."""
    return x.dtype.name


def count_params(x: Any) -> int:
    """How many elements."""
    return x.size


def eval(x: Any) -> Any:
    """The value as a NumPy array."""
    return convert(x).numpy() if not isinstance(x, Variable) else x.numpy()


def get_value(x: Any) -> Any:
    """A variable's value as a NumPy array."""
    return eval(x)


def set_value(x: Variable, value: Any) -> None:
    """Sets a variable."""
    x.assign(value)


def batch_get_value(tensors: Any) -> list[Any]:
    """The values of several variables."""
    return [get_value(x) for x in tensors]


def batch_set_value(tuples: Any) -> None:
    """Sets several variables, given as pairs."""
    for x, value in tuples:
        x.assign(value)


def update(x: Variable, new_x: Any) -> Variable:
    """Sets a variable."""
    return x.assign(new_x)


def update_add(x: Variable, increment: Any) -> Variable:
    """Adds to a variable."""
    return x.assign_add(increment)


def update_sub(x: Variable, decrement: Any) -> Variable:
    """Subtracts from a variable."""
    return x.assign_sub(decrement)


def gather(reference: Any, indices: Any) -> Any:
    """Entries along the first axis."""
    return indexing.take(reference, indices, axis=0)


def l2_normalize(x: Any, axis: Any = None) -> Tensor:
    """`x` divided by its length along an axis."""
    size = math.sqrt(math.maximum(reduce.sum(math.square(x), axis, True), 1e-12))
    return math.divide(x, size)


def is_keras_tensor(x: Any) -> bool:
    """Whether `x` is symbolic."""
    return hasattr(x, "node")


def learning_phase() -> int:
    """0: the phase is an argument of calls now, `model(x, training=True)`."""
    return 0
