"""`Tensor`: an immutable handle on one array, concrete or inside a trace."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar

import jax
import numpy as np

from addax._base.tracebacks import asked_by_ours
from addax.core import _jax, dtypes, scope
from addax.core.dtypes import DType
from addax.core.promise import Promise
from addax.core.shapes import TensorShape
from addax.core.strings import StringSpec

_PYTHON_NUMBERS = (bool, int, float, complex)


class TensorLike:
    """What tensors, variables and symbolic tensors share: operators, filled in by
    `addax.ops`, and the way to tell any of them from other values."""

    __slots__ = ()
    __array_priority__ = 100  # NumPy arrays leave `array + tensor` to us
    # Operations that the core itself needs; `addax.ops` and `op.py` fill it.
    _operations: ClassVar[dict[str, Callable[..., Any]]] = {}

    if TYPE_CHECKING:  # what `addax.ops.operators` installs, for those who check types

        @property
        def shape(self) -> TensorShape: ...
        @property
        def dtype(self) -> DType: ...
        @property
        def size(self) -> int: ...
        def __getitem__(self, key: Any) -> Tensor: ...
        def __neg__(self) -> Tensor: ...
        def __pos__(self) -> Tensor: ...
        def __abs__(self) -> Tensor: ...
        def __invert__(self) -> Tensor: ...
        def __add__(self, other: Any) -> Tensor: ...
        def __radd__(self, other: Any) -> Tensor: ...
        def __sub__(self, other: Any) -> Tensor: ...
        def __rsub__(self, other: Any) -> Tensor: ...
        def __mul__(self, other: Any) -> Tensor: ...
        def __rmul__(self, other: Any) -> Tensor: ...
        def __truediv__(self, other: Any) -> Tensor: ...
        def __rtruediv__(self, other: Any) -> Tensor: ...
        def __floordiv__(self, other: Any) -> Tensor: ...
        def __rfloordiv__(self, other: Any) -> Tensor: ...
        def __mod__(self, other: Any) -> Tensor: ...
        def __rmod__(self, other: Any) -> Tensor: ...
        def __pow__(self, other: Any) -> Tensor: ...
        def __rpow__(self, other: Any) -> Tensor: ...
        def __matmul__(self, other: Any) -> Tensor: ...
        def __rmatmul__(self, other: Any) -> Tensor: ...
        def __and__(self, other: Any) -> Tensor: ...
        def __rand__(self, other: Any) -> Tensor: ...
        def __or__(self, other: Any) -> Tensor: ...
        def __ror__(self, other: Any) -> Tensor: ...
        def __xor__(self, other: Any) -> Tensor: ...
        def __rxor__(self, other: Any) -> Tensor: ...
        def __lt__(self, other: Any) -> Tensor: ...
        def __le__(self, other: Any) -> Tensor: ...
        def __gt__(self, other: Any) -> Tensor: ...
        def __ge__(self, other: Any) -> Tensor: ...

    def __iter__(self) -> Iterator[Any]:
        shape = self.shape
        if not shape:
            raise TypeError("A scalar tensor cannot be iterated over.")
        if shape[0] is None:
            raise TypeError(
                "A tensor whose first size is unknown cannot be iterated over. "
                f"Received: shape={tuple(shape)}"
            )
        if scope.state.flow == "plain":
            raise scope.Undecided("A loop over a tensor is compiled as a loop.")
        for i in range(shape[0]):
            yield self[i]

    def __len__(self) -> int:
        shape = self.shape
        if not shape:
            raise TypeError("A scalar tensor has no length.")
        return shape[0]

    @property
    def ndim(self) -> int:
        """How many axes."""
        return len(self.shape)

    def get_shape(self) -> TensorShape:
        """The shape (TensorFlow's method form)."""
        return TensorShape(self.shape)

    def set_shape(self, shape: Any) -> None:
        """Checks the shape, for code that states what TensorFlow could not infer.

        Args:
            shape: The sizes, `None` where any will do; `None` for any shape.

        Raises:
            ValueError: If the tensor's shape is another.
        """
        if shape is not None:
            TensorShape(shape).assert_is_compatible_with(self.shape)


class CompositeTensor(TensorLike):
    """A tensor made of several, such as a ragged or a sparse one.

    An operation that meets one leaves the call to it.
    """

    __slots__ = ()

    def _dispatch(self, op: Any, args: tuple[Any, ...]) -> Any:
        """The result of operation `op` on `args`, `self` among them.

        Raises:
            TypeError: If the operation has no meaning for such tensors.
        """
        raise NotImplementedError

    def _dense(self) -> Tensor:
        """The dense tensor with the same elements.

        Raises:
            TypeError: If none has exactly them.
        """
        raise NotImplementedError

    @property
    def _value(self) -> Any:
        """What a dense tensor holds, for who asks without a look at the kind."""
        return self._dense()._value


class Tensor(TensorLike):
    """An immutable n-dimensional array.

    Behaves as TensorFlow's eager tensor; NumPy and JAX accept it where they accept
    arrays. Made by `tf.constant`, `keras.ops.convert_to_tensor` and every operation.
    """

    __slots__ = ("__weakref__", "_held", "_keras_mask", "_promise")

    def __init__(self, value: Any) -> None:
        self._held = value
        self._promise: Promise | None = None

    @classmethod
    def _later(cls, promise: Promise) -> Tensor:
        """A tensor whose value is computed when it is first read."""
        tensor = cls.__new__(cls)
        tensor._promise = promise
        return tensor

    def _again(self) -> Tensor:
        """Another tensor of the same value."""
        promise = self._promise
        return Tensor(self._held) if promise is None else Tensor._later(promise)

    @property
    def _value(self) -> Any:
        promise = self._promise
        if promise is not None:
            self._held, self._promise = promise.get(), None
        return self._held

    @_value.setter
    def _value(self, value: Any) -> None:
        self._held, self._promise = value, None

    @property
    def _known(self) -> Any:
        """What has the shape and the NumPy type, without computing the value."""
        return self._promise or self._held

    @property
    def shape(self) -> TensorShape:
        """The sizes of the axes."""
        return TensorShape((self._promise or self._held).shape)

    @property
    def dtype(self) -> DType:
        """The type of the elements."""
        return dtypes.of(self._promise or self._held)

    @property
    def size(self) -> int:
        """How many elements."""
        return int(np.prod(self._known.shape, dtype=np.int64))

    @property
    def device(self) -> str:
        """Where the array lives, as TensorFlow spells it."""
        if _to_come(self._value) or isinstance(self._value, np.ndarray):
            return "/job:localhost/replica:0/task:0/device:CPU:0"
        device = next(iter(self._value.devices()))
        kind = str(device.platform).upper()
        kind = "GPU" if kind in ("CUDA", "ROCM") else kind
        return f"/job:localhost/replica:0/task:0/device:{kind}:{device.id}"

    def numpy(self) -> Any:
        """The value as a NumPy array (a NumPy scalar if it has no axes).

        Raises:
            NotImplementedError: Inside a function that is being traced, where there
                is no value yet.
        """
        array = self._host("numpy()")
        if array.ndim:
            return array
        item = array[()]
        return item.encode() if isinstance(item, str) else item

    def _host(self, wanted: str) -> np.ndarray[Any, Any]:
        if _to_come(self._value):
            error = scope.NeedsValue if asked_by_ours() else NotImplementedError
            raise error(
                f"`{wanted}` was called on a tensor that has no value yet. "
                f"Received: {self!r}\n"
                "Inside a tf.function (or a compiled train_step or call) tensors stand "
                "for values that come when the compiled function runs.\n"
                "1. Print with tf.print(x), which runs each time.\n"
                "2. Return the tensor and convert it outside the function.\n"
                "3. To step through with real values: model.compile(..., "
                "run_eagerly=True) or tf.config.run_functions_eagerly(True)."
            )
        return np.asarray(self._value)

    def _decided(self, wanted: str) -> np.ndarray[Any, Any]:
        """`_host` for Python's own functions, which AutoGraph converts."""
        try:
            return self._host(wanted)
        except scope.NeedsValue:
            raise
        except NotImplementedError as error:
            raise scope.Undecided(*error.args) from None

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        array = self._host("numpy.asarray(x)")
        if dtype is not None and array.dtype != dtype:
            return array.astype(dtype)
        return array.copy() if copy else array

    def __jax_array__(self) -> Any:
        return self._value

    def __dlpack__(self, **kwargs: Any) -> Any:
        return self._value.__dlpack__(**kwargs)

    def __dlpack_device__(self) -> Any:
        return self._value.__dlpack_device__()

    def __bool__(self) -> bool:
        if self._value.size != 1:
            raise ValueError(
                "The truth of a tensor with more than one element is ambiguous. "
                f"Received: shape={tuple(self._value.shape)}\n"
                "Reduce it first: tf.reduce_any(x) or tf.reduce_all(x)."
            )
        if _to_come(self._value):
            error = scope.NeedsValue if asked_by_ours() else scope.Undecided
            raise error(
                f"A tensor that has no value yet cannot decide a Python `if` or "
                f"`while`. Received: {self!r}\n"
                "Inside a traced function the branch is taken once, while tracing, "
                "where AutoGraph does not convert it.\n"
                "1. Choose with tensors: tf.where(condition, a, b).\n"
                "2. Run as plain Python: model.compile(..., run_eagerly=True) or "
                "tf.config.run_functions_eagerly(True)."
            )
        return bool(self._value)

    def __int__(self) -> int:
        return int(self._decided("int(x)"))

    def __float__(self) -> float:
        return float(self._decided("float(x)"))

    def __complex__(self) -> complex:
        return complex(self._host("complex(x)"))

    def __index__(self) -> int:
        return self._decided("x as an index").__index__()

    def __format__(self, spec: str) -> str:
        known = str(self) if _to_come(self._value) else np.asarray(self._value)
        return format(known, spec)  # the value alone, as TensorFlow's eager tensors

    def item(self) -> Any:
        """The only element as a Python number."""
        return self._host("item()").item()

    def tolist(self) -> Any:
        """The elements as nested Python lists."""
        return self._host("tolist()").tolist()

    def ref(self) -> Reference:
        """A hashable stand-in, for keys of dictionaries and sets."""
        return Reference(self)

    __hash__ = None  # type: ignore[assignment]  # `==` compares elements

    def __repr__(self) -> str:
        head = f"shape={self.shape}, dtype={self.dtype.name}"
        if _to_come(self._value):
            return f"<tf.Tensor: {head}, value not known yet>"
        return f"<tf.Tensor: {head}, numpy={_numpy_repr(np.asarray(self._value))}>"

    def __str__(self) -> str:
        if _to_come(self._value):
            return f"Tensor(shape={self.shape}, dtype={self.dtype.name})"
        text = str(np.asarray(self._value))
        text = "\n" + text if "\n" in text else text
        return f"tf.Tensor({text}, shape={self.shape}, dtype={self.dtype.name})"

    def __reduce__(self) -> Any:
        return _rebuild, (np.asarray(self._value),)

    def __copy__(self) -> Tensor:
        return self

    def __deepcopy__(self, memo: Any) -> Tensor:
        return self


def _to_come(value: Any) -> bool:
    return _jax.is_tracer(value) or isinstance(value, StringSpec)


class Reference:
    """A hashable, comparable-by-identity reference to a tensor or variable."""

    __slots__ = ("_target",)

    def __init__(self, target: Any) -> None:
        self._target = target

    def deref(self) -> Any:
        """The tensor or variable referred to."""
        return self._target

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reference) and other._target is self._target

    def __hash__(self) -> int:
        return id(self._target)


def _numpy_repr(array: np.ndarray[Any, Any]) -> str:
    if not array.ndim:
        item = array[()]
        if array.dtype == object:
            return repr(item.encode() if isinstance(item, str) else item)
        return str(item)
    text = repr(array)
    return "\n" + text if "\n" in text else text


def _rebuild(array: np.ndarray[Any, Any]) -> Tensor:
    return Tensor(as_array(array))


jax.tree_util.register_pytree_node(
    Tensor, lambda t: ((t._value,), None), lambda _, children: Tensor(children[0])
)


@_jax.in_x64
def as_array(value: Any, dtype: DType | str | None = None) -> Any:
    """The `jax.Array` (or, for strings, NumPy array) that `value` stands for.

    Python floats become `floatx()`, Python integers `int32` (`int64` where they do not
    fit), as in TensorFlow; arrays keep their type.

    Args:
        value: A number, a nested list or an array.
        dtype: The type to give it.

    Raises:
        TypeError: If it is no tensor, e.g. `None`.
        ValueError: If nested lists are ragged.
    """
    if isinstance(value, jax.Array):
        return value if dtype is None or value.dtype == dtype else value.astype(dtype)
    if type(value) in _PYTHON_NUMBERS:
        dtype = dtype or dtypes.python_scalar_dtype(value)
        if dtype == "string":
            raise _not_a_tensor(value)
        return _constant(np.asarray(value, dtype))
    if isinstance(value, (list, tuple, range)):
        return _from_sequence(value, dtype)
    if isinstance(value, (str, bytes)) or dtype == "string":
        return _strings(value)
    if value is None:
        raise _not_a_tensor(value)
    try:
        array = np.asarray(value)
    except Exception as error:
        raise _not_a_tensor(value) from error
    if array.dtype.kind in "OSUT":
        if array.dtype.kind == "O" and not all(
            isinstance(item, (str, bytes)) for item in array.flat
        ):
            raise _not_a_tensor(value)
        return _strings(array)
    return _constant(array if dtype is None else array.astype(dtype))


def _constant(array: np.ndarray[Any, Any]) -> Any:
    if scope.state.lift is None:
        # Where operations run by NumPy, a copy to the device would only take time.
        return _placed(array) if scope.state.kernels is None else array
    if not array.ndim:
        return array  # becomes a literal of the program
    with _jax.eval_eagerly():  # known inside a trace, too: see `fold.py`
        return _placed(array)


def _placed(array: np.ndarray[Any, Any]) -> Any:
    """A copy on the device; without the first one its owner might write to it."""
    return _jax.put(np.array(array))


def _strings(value: Any) -> np.ndarray[Any, Any]:
    array = np.asarray(value, object)
    encode = [v.encode() if isinstance(v, str) else bytes(v) for v in array.flat]
    out = np.empty(array.shape, object)
    out[...] = np.array(encode, object).reshape(array.shape) if encode else out
    return out


def _from_sequence(value: Any, dtype: DType | str | None) -> Any:
    leaves = list(_leaves(value))
    if dtype is None and leaves and all(type(v) in _PYTHON_NUMBERS for v in leaves):
        kinds = {type(v) for v in leaves}
        widest = max(kinds, key=_PYTHON_NUMBERS.index)
        if widest is int:
            dtype = dtypes.python_scalar_dtype(max(leaves, key=abs))
        else:
            dtype = dtypes.python_scalar_dtype(widest(0))
    elif dtype is None and not leaves:
        dtype = dtypes.floatx()
    # NumPy's own type for bytes would drop NULs at their ends.
    text = any(isinstance(v, bytes) for v in leaves)
    try:
        array = np.asarray(value, object if text else None)
    except ValueError as error:
        raise ValueError(
            "A tensor needs nested lists of equal lengths. "
            f"Received: {_short(value)}\n{error}\n"
            "Pad the shorter rows (keras.utils.pad_sequences) or keep them as a list."
        ) from error
    if array.dtype.kind in "OSUT" or dtype == "string":
        if any(v is None or not isinstance(v, (str, bytes)) for v in leaves):
            raise _not_a_tensor(value)
        return _strings(array)
    return _constant(array if dtype is None else array.astype(dtype))


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, (list, tuple, range)):
        for item in value:
            yield from _leaves(item)
    else:
        yield value


def _not_a_tensor(value: Any) -> TypeError:
    if hasattr(value, "_settle"):  # a range that a loop would take
        value._settle()
    return TypeError(
        f"This value cannot become a tensor. Received: {_short(value)} "
        f"(of type {type(value).__name__})\n"
        "A tensor holds numbers, booleans or strings, in nested lists of equal "
        "lengths or an array."
    )


def _short(value: Any, limit: int = 120) -> str:
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 3] + "..."


def convert(value: Any, dtype: Any = None) -> Tensor:
    """`value` as a `Tensor`; a tensor of the right type is returned as it is.

    A variable is read, a tensor cast and tensors in a list are stacked by operations
    that tapes and graphs see. (A symbolic tensor stays one.)
    """
    if isinstance(value, TensorLike):
        read = getattr(value, "_read", None)
        tensor: Any = value if read is None else read()
        if dtype is None or tensor.dtype == dtype:
            return tensor
        return TensorLike._operations["cast"](tensor, dtypes.as_dtype(dtype).name)
    if isinstance(value, (list, tuple)) and any(
        isinstance(x, (TensorLike, jax.Array)) for x in _leaves(value)
    ):
        stacked = TensorLike._operations["stack"](value)
        return stacked if dtype is None else convert(stacked, dtype)
    return Tensor(as_array(value, None if dtype is None else dtypes.as_dtype(dtype)))
