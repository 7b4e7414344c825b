"""`tf.Variable`: the variable of the core, with TensorFlow's signature and name."""

from __future__ import annotations

from typing import Any

from addax import core
from addax.core import TensorShape
from addax.tf.slices import Parts


class _AnyVariable(type):
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, core.Variable)


class Variable(Parts, core.Variable, metaclass=_AnyVariable):
    """A value that changes.

    Weights of Keras layers count as instances, too.

    Args:
        initial_value: A value, or a function without arguments that makes one.
        trainable: Whether optimizers update it and tapes watch it by themselves; true
            if not given.
        validate_shape: Kept for TensorFlow's signature.
        caching_device: Kept for TensorFlow's signature.
        name: Its name.
        variable_def: Kept for TensorFlow's signature.
        dtype: The type; from the value if not given.
        import_scope: Kept for TensorFlow's signature.
        constraint: A function that optimizers apply after each update.
        synchronization: Kept for TensorFlow's signature.
        aggregation: Kept for TensorFlow's signature.
        shape: The shape, which must be the value's; unknown sizes are not kept open.
        experimental_enable_variable_lifting: Kept for TensorFlow's signature.

    Raises:
        ValueError: If there is no initial value.

    Example:

    >>> from addax import tf
    >>> v = tf.Variable([1.0, 2.0], name="v")
    >>> v.assign_add([1.0, 1.0])
    <tf.Variable 'v:0' shape=(2,) dtype=float32, numpy=array([2., 3.], dtype=float32)>
    """

    def __init__(
        self,
        initial_value: Any = None,
        trainable: bool | None = None,
        validate_shape: bool = True,
        caching_device: Any = None,
        name: str | None = None,
        variable_def: Any = None,
        dtype: Any = None,
        import_scope: Any = None,
        constraint: Any = None,
        synchronization: Any = "auto",
        aggregation: Any = "none",
        shape: Any = None,
        experimental_enable_variable_lifting: bool = True,
    ) -> None:
        value = initial_value() if callable(initial_value) else initial_value
        super().__init__(
            value,
            dtype=dtype,
            trainable=trainable is not False,
            aggregation=aggregation,
            synchronization=synchronization,
            name=name,
        )
        self.constraint = constraint
        if shape is not None:
            TensorShape(shape).assert_is_compatible_with(self.shape)
        if name is None:  # TensorFlow's name for all of them
            self._shown = "Variable"

    @property
    def name(self) -> str:
        """The name as TensorFlow shows it, e.g. `"v:0"`."""
        return f"{getattr(self, '_shown', self.path)}:0"

    @name.setter
    def name(self, value: str) -> None:
        pass  # the path holds it

    def value(self) -> core.Tensor:  # type: ignore[override]  # TensorFlow's method
        """The current value as a tensor."""
        return self.read_value()

    def eval(self, session: Any = None) -> Any:
        """The current value as a NumPy array."""
        return self.numpy()

    def initialized_value(self) -> core.Tensor:
        """The current value as a tensor; variables always have one."""
        return self.read_value()

    def is_initialized(self, name: str | None = None) -> bool:
        """Always true: variables have a value from the start."""
        return True

    def set_shape(self, shape: Any) -> None:
        """Raises `ValueError` unless `shape` is compatible with the variable's."""
        TensorShape(shape).assert_is_compatible_with(self.shape)

    def __repr__(self) -> str:
        value = core.Tensor.__repr__(self._handle).partition("numpy=")[2]
        return (
            f"<tf.Variable {self.name!r} shape={self.shape} "
            f"dtype={self.dtype.name}, numpy={value}"
        )
