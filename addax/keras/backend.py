"""`keras.backend` as Keras 2 had it: functions on tensors under their old names."""

from __future__ import annotations

from typing import Any

from addax.core import Tensor, Variable, convert
from addax.core import cast as cast
from addax.core.dtypes import result_type as result_type
from addax.core.random import SeedGenerator
from addax.keras.config import backend as backend
from addax.keras.config import epsilon as epsilon
from addax.keras.config import floatx as floatx
from addax.keras.config import image_data_format as image_data_format
from addax.keras.config import set_epsilon as set_epsilon
from addax.keras.config import set_floatx as set_floatx
from addax.keras.config import set_image_data_format as set_image_data_format
from addax.keras.layers import Input
from addax.keras.utils import clear_session as clear_session
from addax.ops import (
    create,
    crossentropy,
    indexing,
    linalg,
    math,
    nn,
    random,
    reduce,
    shape,
)

abs = math.absolute
batch_dot = linalg.matmul
cos = math.cos
dot = linalg.dot
elu = nn.elu
equal = math.equal
exp = math.exp
expand_dims = shape.expand_dims
greater = math.greater
greater_equal = math.greater_equal
hard_sigmoid = nn.hard_sigmoid
less = math.less
less_equal = math.less_equal
log = math.log
maximum = math.maximum
minimum = math.minimum
not_equal = math.not_equal
one_hot = create.one_hot
ones_like = create.ones_like
permute_dimensions = shape.transpose
pow = math.power
relu = nn.relu_general
reshape = shape.reshape
reverse = shape.flip
round = math.round
sigmoid = math.sigmoid
sign = math.sign
sin = math.sin
softmax = nn.softmax
softplus = nn.softplus
softsign = nn.softsign
sqrt = math.sqrt
square = math.square
squeeze = shape.squeeze
stack = shape.stack
stop_gradient = math.stop_gradient
switch = math.where
tanh = math.tanh
tile = shape.tile
transpose = shape.transpose
zeros_like = create.zeros_like
all = reduce.all
any = reduce.any
argmax = reduce.argmax
argmin = reduce.argmin
cumprod = reduce.cumprod
cumsum = reduce.cumsum
logsumexp = reduce.logsumexp
max = reduce.max
mean = reduce.mean
min = reduce.min
prod = reduce.prod
std = reduce.std
sum = reduce.sum
var = reduce.var
binary_crossentropy = crossentropy.binary_crossentropy
categorical_crossentropy = crossentropy.categorical_crossentropy
sparse_categorical_crossentropy = crossentropy.sparse_categorical_crossentropy


def clip(x: Any, min_value: Any, max_value: Any) -> Tensor:
    """Limits each element to between two values."""
    return math.clip(x, min_value, max_value)


def concatenate(tensors: Any, axis: int = -1) -> Tensor:
    """Joins tensors along an axis, the last if not given."""
    return shape.concatenate(tensors, axis)


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
    return shape.reshape(x, (-1,))


def batch_flatten(x: Any) -> Tensor:
    """All elements of each sample in one axis."""
    return shape.reshape(x, (x.shape[0], -1))


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


def random_normal(
    shape: Any,
    mean: float = 0.0,
    stddev: float = 1.0,
    dtype: Any = None,
    seed: Any = None,
) -> Tensor:
    """Normally distributed numbers."""
    return random.normal(shape, mean, stddev, dtype, seed)


def random_uniform(
    shape: Any,
    minval: float = 0.0,
    maxval: float = 1.0,
    dtype: Any = None,
    seed: Any = None,
) -> Tensor:
    """Evenly distributed numbers."""
    return random.uniform(shape, minval, maxval, dtype, seed)


def dropout(x: Any, level: float, noise_shape: Any = None, seed: Any = None) -> Tensor:
    """Sets a fraction of the elements to zero and scales the others up."""
    return random.dropout(x, level, noise_shape, seed or SeedGenerator())


def is_keras_tensor(x: Any) -> bool:
    """Whether `x` is symbolic."""
    return hasattr(x, "node")


def learning_phase() -> int:
    """0: the phase is an argument of calls now, `model(x, training=True)`."""
    return 0
