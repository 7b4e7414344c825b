"""`Variable`: a mutable cell that holds one array."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from addax._base.names import auto_name
from addax.core import _jax, dtypes, scope
from addax.core.dtypes import DType
from addax.core.lift import TRACED
from addax.core.op import cast, describe
from addax.core.shapes import TensorShape, standardize_shape
from addax.core.symbolic import SymbolicTensor
from addax.core.tensor import Reference, Tensor, TensorLike, convert


class StartsFromTrace(ValueError):
    """A variable's first value is one that a trace will compute only later."""


class Variable(TensorLike):
    """A value that changes: weights, optimizer slots, metric and generator state.

    Takes part in operations like a tensor. Changed by `assign`, `assign_add` and
    `assign_sub`; its shape and type stay.

    Args:
        initial_value: A value, or a function: `fn(shape, dtype=dtype)` if `shape` is
            given (a Keras initializer), `fn()` otherwise.
        shape: The shape, for an initializer. A bool here is taken for `trainable`,
            TensorFlow's second argument.
        dtype: The type; from the value, or `floatx()` for an initializer, if not given.
        trainable: Whether optimizers update it and tapes watch it by themselves.
        autocast: Whether a layer's compute type applies when it reads the variable.
        aggregation: Kept for Keras's signature.
        synchronization: Kept for TensorFlow's signature.
        name: Its name; the path is that of the layers around it, then the name.
        layout: Kept for Keras's signature.
        validate_shape: Kept for TensorFlow's signature.
        initializer: Keras's name for `initial_value`.

    Raises:
        ValueError: If no initial value is given, or an initializer without a shape.

    Example:

    >>> from addax.core import Variable
    >>> v = Variable([1.0, 2.0])
    >>> v.assign_add([0.5, 0.5]).numpy().tolist()
    [1.5, 2.5]
    """

    # Who is told of each new variable: checkpoints that are still being restored.
    _on_create: ClassVar[list[Callable[[Variable], None]]] = []

    def __init__(
        self,
        initial_value: Any = None,
        shape: Any = None,
        dtype: Any = None,
        trainable: bool = True,
        autocast: bool = True,
        aggregation: Any = "none",
        synchronization: Any = "auto",
        name: str | None = None,
        layout: Any = None,
        *,
        validate_shape: bool = True,
        initializer: Any = None,
    ) -> None:
        if isinstance(shape, bool):
            trainable, shape = shape, None
        value = initial_value if initial_value is not None else initializer
        if value is None:
            raise ValueError(
                "A variable needs an initial value. Received: initial_value=None\n"
                "Give a value, Variable([1.0, 2.0]), or an initializer with a shape, "
                "Variable(keras.initializers.GlorotUniform(), shape=(3, 2))."
            )
        name = name or auto_name("variable")
        self.name, self.path = name, scope.current_path(name)
        self.trainable = bool(trainable)
        self.autocast = autocast
        self.aggregation = aggregation
        self.synchronization = synchronization
        self.overwrite_with_gradient = False
        self.regularizer: Any = None
        self.constraint: Any = None
        if isinstance(value, Tensor) and _jax.is_tracer(value._value):
            raise StartsFromTrace(
                f"Variable {self.path!r} cannot start from a value inside a traced "
                f"function. Received: initial_value={value!r}\n"
                "A variable outlives the call that creates it, so its first value "
                "must not depend on that call's tensors.\n"
                "Create it from a constant (tf.zeros(shape)) and assign the tensor: "
                "v.assign(x)."
            )
        with scope.eagerly():
            self._handle = Tensor(self._first_value(value, shape, dtype))
        # Whether someone else may hold `_handle`, which donation would invalidate.
        self._exposed = True
        if scope.state.lift is not None:
            scope.state.lift.created(self)
        for tell in self._on_create:
            tell(self)

    def _first_value(self, value: Any, shape: Any, dtype: Any) -> Any:
        dtype = None if dtype is None else dtypes.as_dtype(dtype)
        if callable(value) and not isinstance(value, (TensorLike, jax.Array)):
            if shape is not None:
                known = standardize_shape(shape, allow_unknown=False)
                value = value(known, dtype=dtype or dtypes.floatx())
            else:
                value = value()
        array = convert(value, dtype)._value
        if isinstance(array, np.ndarray):
            return array
        if shape is not None and tuple(array.shape) != tuple(
            n if n is not None else m
            for n, m in zip(standardize_shape(shape), array.shape, strict=False)
        ):
            raise ValueError(
                f"Variable {self.path!r} was given a value of another shape. "
                f"Received: shape={tuple(shape)}, value of shape {tuple(array.shape)}"
            )
        with _jax.x64():
            return jnp.asarray(array)

    # Reading

    def _read(self) -> Tensor:
        """The current value as tapes and operations see it."""
        state = scope.state
        handle = self._handle if state.lift is None else state.lift.read(self)
        for tape in state.tapes:
            tape._read(self, handle)
        if state.lift is None:
            self._exposed = True
        target = state.autocast
        if target is None or not self.autocast or not handle.dtype.is_floating:
            return handle
        return cast(handle, target) if handle.dtype != target else handle

    @property
    def value(self) -> Tensor:
        """The current value as a tensor."""
        return self._read()

    def read_value(self) -> Tensor:
        """The current value as a tensor (TensorFlow's method form)."""
        return self._read()

    def numpy(self) -> Any:
        """The current value as a new NumPy array."""
        if scope.state.lift is not None:
            return self._read().numpy()
        return np.array(self._handle._value)[()]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        array = np.asarray(self.numpy())
        return array if dtype is None else array.astype(dtype)

    def __jax_array__(self) -> Any:
        return self._read()._value

    @property
    def shape(self) -> TensorShape:
        """The sizes of the axes."""
        return self._handle.shape

    @property
    def dtype(self) -> DType:
        """The type of the elements, as operations see it here."""
        dtype = self._handle.dtype
        target = scope.state.autocast
        casts = target is not None and self.autocast and dtype.is_floating
        return dtypes.as_dtype(target) if casts else dtype

    @property
    def size(self) -> int:
        """How many elements."""
        return self._handle.size

    @property
    def device(self) -> str:
        """Where the array lives."""
        return self._handle.device

    @property
    def handle(self) -> Variable:
        """The variable itself (TensorFlow's resource handle)."""
        return self

    # Changing

    def assign(
        self,
        value: Any,
        use_locking: bool = False,
        name: Any = None,
        read_value: bool = True,
    ) -> Variable:
        """Replaces the value.

        Args:
            value: A value of the variable's shape; numbers are converted to its type.
            use_locking: Kept for TensorFlow's signature.
            name: Kept for TensorFlow's signature.
            read_value: Kept for TensorFlow's signature.

        Returns:
            The variable, so that calls can be chained.

        Raises:
            ValueError: If the shape differs.
        """
        dtype = self._handle.dtype
        if isinstance(value, TensorLike):
            given = type(value) in (Tensor, SymbolicTensor)
            tensor: Any = value if given else value._read()  # type: ignore
            if tensor.dtype != dtype:
                tensor = cast(tensor, dtype)
        else:
            tensor = convert(value, dtype)
        shape = self._handle._known.shape
        if _sizes(tensor) != shape:
            raise ValueError(
                f"The value to assign has another shape than variable {self.path!r}. "
                f"Received: value={describe(tensor)}, variable of shape {tuple(shape)}"
            )
        lift = scope.state.lift
        if lift is not None:
            lift.write(self, tensor)
        else:
            if _jax.is_tracer(tensor._known):
                raise ValueError(TRACED.format(path=self.path, value=tensor))
            # A new handle: gradients stop at an assignment, as in TensorFlow. What was
            # a number or NumPy's has just been copied, and nobody else holds the copy.
            exposed = not isinstance(value, (np.ndarray, np.generic, int, float))
            self._handle, self._exposed = tensor._again(), exposed
        return self

    def assign_add(self, delta: Any, *args: Any, **kwargs: Any) -> Variable:
        """Adds `delta` in place."""
        return self.assign(_plain(self) + _like(delta, self))

    def assign_sub(self, delta: Any, *args: Any, **kwargs: Any) -> Variable:
        """Subtracts `delta` in place."""
        return self.assign(_plain(self) - _like(delta, self))

    def _take(self) -> Any:
        """The array, for a compiled program that will invalidate (donate) it."""
        array = self._handle._value
        if self._exposed:
            # Not `jnp.array(copy=True)`, a program that is compiled for each shape.
            array = jax.device_put(array, may_alias=False)
        return array

    def _put(self, array: Any) -> None:
        """Sets the array that a compiled program returned; nobody else holds it."""
        self._handle, self._exposed = Tensor(array), False

    def _put_later(self, handle: Tensor) -> None:
        """Sets a value that is put off; nobody else holds it."""
        self._handle, self._exposed = handle, False

    def ref(self) -> Reference:
        """A hashable stand-in, for keys of dictionaries and sets."""
        return Reference(self)

    __hash__ = object.__hash__

    def __bool__(self) -> bool:
        return bool(self._read())

    def __int__(self) -> int:
        return int(self._read())

    def __float__(self) -> float:
        return float(self._read())

    def __index__(self) -> int:
        return self._read().__index__()

    def __format__(self, spec: str) -> str:
        return format(self._read(), spec) if spec else str(self)

    def __repr__(self) -> str:
        text = repr(self._handle)[len("<tf.Tensor: ") :]
        return f"<Variable path={self.path}, {text}"

    def __deepcopy__(self, memo: dict[int, Any]) -> Variable:
        copy = Variable.__new__(type(self))
        memo[id(self)] = copy
        copy.__dict__.update(self.__dict__)
        copy._handle = Tensor(self._take()) if not self._exposed else self._handle
        copy._exposed = True
        self._exposed = True
        return copy


def _sizes(tensor: Any) -> tuple[int | None, ...]:
    return tensor._known.shape if type(tensor) is Tensor else tuple(tensor.shape)


def _plain(variable: Variable) -> Tensor:
    """The value in the variable's own type, whatever a layer computes in."""
    with scope.use(autocast=None):
        return variable._read()


def _like(value: Any, variable: Variable) -> Tensor:
    dtype = variable._handle.dtype
    if isinstance(value, (int, float)):  # counted up in each step: nothing to compile
        return convert(np.asarray(value).astype(dtype.as_numpy_dtype))
    tensor = convert(value) if not isinstance(value, TensorLike) else value
    return cast(tensor, dtype) if tensor.dtype != dtype else tensor  # type: ignore
