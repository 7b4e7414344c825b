"""`function`: `tf.function`, a lifted and compiled Python function."""

from __future__ import annotations

import contextlib
import functools
import inspect
import weakref
from collections.abc import Callable, Sequence
from typing import Any

import jax
import numpy as np

from addax._base.tracebacks import border
from addax.core import scope, tree
from addax.core.dtypes import DType, as_dtype
from addax.core.lift import Lifted, is_array_like, lift
from addax.core.op import describe
from addax.core.program import Program
from addax.core.shapes import TensorShape, standardize_shape
from addax.core.symbolic import any_symbolic
from addax.core.tensor import Tensor, convert


class TensorSpec:
    """A tensor's shape and type, for input signatures.

    Args:
        shape: The sizes, `None` for any; `None` alone for any shape.
        dtype: The type.
        name: A name for the argument.

    Example:

    >>> from addax import tf
    >>> tf.TensorSpec([None, 3], tf.float32)
    TensorSpec(shape=(None, 3), dtype=tf.float32, name=None)
    """

    def __init__(
        self, shape: Any = None, dtype: Any = "float32", name: str | None = None
    ) -> None:
        self.shape = None if shape is None else TensorShape(standardize_shape(shape))
        self.dtype: DType = as_dtype(dtype)
        self.name = name

    @classmethod
    def from_tensor(cls, tensor: Any, name: str | None = None) -> TensorSpec:
        """The spec that exactly `tensor` fits."""
        return cls(tensor.shape, tensor.dtype, name)

    def is_compatible_with(self, value: Any) -> bool:
        """Whether `value` (a tensor or spec) fits."""
        if self.dtype != value.dtype:
            return False
        return self.shape is None or self.shape.is_compatible_with(value.shape)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TensorSpec) and (
            (self.shape, self.dtype) == (other.shape, other.dtype)
        )

    def __hash__(self) -> int:
        return hash((self.shape, self.dtype))

    def __repr__(self) -> str:
        shape = None if self.shape is None else tuple(self.shape)
        return f"TensorSpec(shape={shape}, dtype={self.dtype!r}, name={self.name!r})"


class Settings:
    """Process-wide switches of `function`."""

    run_eagerly = False


class Function:
    """A Python function that runs compiled; see `function`."""

    def __init__(
        self,
        python_function: Callable[..., Any],
        input_signature: Sequence[Any] | None = None,
        autograph: bool = True,
    ) -> None:
        functools.update_wrapper(self, python_function)
        # A functools.partial or an object with __call__ has no name of its own.
        self.__name__ = getattr(python_function, "__name__", "function")
        self.python_function = python_function
        self.input_signature = input_signature
        self.autograph = autograph
        self._signature = inspect.signature(python_function)
        self._programs: dict[Any, ConcreteFunction] = {}
        self._bound: weakref.WeakKeyDictionary[Any, Function] = (
            weakref.WeakKeyDictionary()
        )
        # Variables seen by earlier traces; naming them spares the next its first pass.
        self._variables: dict[int, Any] = {}

    def __get__(self, instance: Any, owner: Any = None) -> Function:
        if instance is None:
            return self
        try:
            bound = self._bound.get(instance)
        except TypeError:  # an instance that cannot be hashed or weakly referenced
            bound = None
        if bound is None:
            method = self.python_function.__get__(instance, owner)
            bound = Function(method, self.input_signature, self.autograph)
            with contextlib.suppress(TypeError):
                self._bound[instance] = bound
        return bound

    @border
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if (
            scope.state.lift is not None
            or Settings.run_eagerly
            or any_symbolic(args, kwargs)
        ):
            # Within another trace, the outer program takes the body in.
            return self._python(*args, **kwargs)
        leaves, treedef = self._arguments(args, kwargs)
        return self._concrete(leaves, treedef)._run(leaves)

    def _python(self, *args: Any, **kwargs: Any) -> Any:
        """The Python function, converted where a trace needs that."""
        if self.autograph or scope.state.flow is None:
            return scope.converted(self.python_function)(*args, **kwargs)
        with scope.flow("never"):
            return self.python_function(*args, **kwargs)

    def get_concrete_function(self, *args: Any, **kwargs: Any) -> ConcreteFunction:
        """The compiled function for one signature.

        Args:
            *args: Arguments, or `tf.TensorSpec`s in the places of tensors.
            **kwargs: Keyword arguments, likewise.
        """
        if not args and not kwargs and self.input_signature is not None:
            args = tuple(self.input_signature)
        leaves, treedef = self._arguments(args, kwargs)
        return self._concrete(leaves, treedef)

    def experimental_get_tracing_count(self) -> int:
        """How many signatures have been traced."""
        return len(self._programs)

    def _arguments(self, args: Any, kwargs: Any) -> tuple[list[Any], Any]:
        if kwargs or self.input_signature is None:
            bound = self._signature.bind(*args, **kwargs)
            bound.apply_defaults()
            args, kwargs = bound.args, bound.kwargs
        if self.input_signature is not None:
            args = self._fit(args)
        leaves, treedef = tree.flatten_with_treedef((tuple(args), dict(kwargs)))
        return [x if type(x) is Tensor else _argument(x) for x in leaves], treedef

    def _fit(self, args: Sequence[Any]) -> tuple[Any, ...]:
        specs = self.input_signature or ()
        if len(args) != len(specs):
            raise TypeError(
                f"{self.__name__}() has an input_signature of {len(specs)} tensors. "
                f"Received: {len(args)} arguments"
            )

        def check(spec: Any, value: Any) -> Any:
            if isinstance(value, TensorSpec):
                return value
            tensor = (
                convert(value) if is_array_like(value) else convert(value, spec.dtype)
            )
            if not spec.is_compatible_with(tensor):
                raise TypeError(
                    f"{self.__name__}() was given a tensor that its input_signature "
                    f"does not allow. Received: {describe(tensor)}\n"
                    f"Expected: {spec}"
                )
            return tensor

        return tuple(
            tree.map_structure(check, spec, value)
            if tree.is_nested(spec)
            else check(spec, value)
            for spec, value in zip(specs, args, strict=True)
        )

    def _concrete(self, leaves: list[Any], treedef: Any) -> ConcreteFunction:
        key = (treedef, tuple(_leaf_key(x) for x in leaves))
        concrete = self._programs.get(key)
        if concrete is None:
            concrete = self._trace(leaves, treedef)
            self._programs[key] = concrete
        return concrete

    def _trace(self, leaves: list[Any], treedef: Any) -> ConcreteFunction:
        where = [i for i, x in enumerate(leaves) if _varies(x)]
        first = not self._programs

        def body(*arrays: Any) -> Any:
            filled = list(leaves)
            for i, value in zip(where, arrays, strict=True):
                filled[i] = value
            args, kwargs = tree.unflatten(treedef, filled)
            return self._python(*args, **kwargs)

        examples = [
            x if isinstance(x, Tensor) else _example(x, self.__name__)
            for x in (leaves[i] for i in where)
        ]
        lifted = lift(body, examples, self._variables.values())
        if lifted.created and not first:
            paths = ", ".join(repr(v.path) for v in lifted.created)
            raise ValueError(
                f"{self.__name__}() created variables in a later trace: {paths}.\n"
                "A tf.function may create variables only in its first call, so that "
                "every signature shares them.\n"
                "Create them outside the function, or behind `if self.v is None:`."
            )
        self._variables.update({id(v): v for v in (*lifted.writes, *lifted.reads)})
        static = [x for i, x in enumerate(leaves) if i not in where]
        return ConcreteFunction(self, lifted, where, static)


class ConcreteFunction:
    """A function compiled for one signature.

    Attributes:
        lifted: The pure program, for exporters and viewers.
    """

    def __init__(
        self, function: Function, lifted: Lifted, where: list[int], static: list[Any]
    ) -> None:
        self.lifted = lifted
        self.name = function.__name__
        self._function = function
        self._where = where
        self._static = static  # kept alive: some are known by their id
        self._program = Program(lifted)

    @property
    def inputs(self) -> list[TensorSpec]:
        """Shape and type of each tensor argument."""
        return [TensorSpec(a.shape, a.dtype) for a in self.lifted.avals]

    @property
    def variables(self) -> tuple[Any, ...]:
        """The variables that the function uses."""
        return (*self.lifted.writes, *self.lifted.reads)

    @property
    def trainable_variables(self) -> tuple[Any, ...]:
        """The trainable variables that the function uses."""
        return tuple(v for v in self.variables if v.trainable)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self._function.input_signature is not None:
            leaves, _ = self._function._arguments(args, kwargs)
            given = [leaves[i] for i in self._where]
        else:
            given = [x for x in tree.flatten((args, kwargs)) if not isinstance(x, str)]
        if len(given) != len(self._where):
            raise TypeError(
                f"{self.name}() was compiled for {len(self._where)} tensors. "
                f"Received: {len(given)}"
            )
        tensors = []
        for x, spec in zip(given, self.inputs, strict=True):
            tensor = convert(x) if is_array_like(x) else convert(x, spec.dtype)
            if not spec.is_compatible_with(tensor):
                raise TypeError(
                    f"{self.name}() was compiled for a tensor like {spec}. "
                    f"Received: {describe(tensor)}"
                )
            tensors.append(tensor)
        return self._call(tensors)

    def _run(self, leaves: list[Any]) -> Any:
        return self._call([leaves[i] for i in self._where])

    def _call(self, tensors: list[Tensor]) -> Any:
        if scope.state.tapes:
            flat = self._program.recorded(tensors)
            return (
                self.lifted.outputs([t._value for t in flat])
                if not flat
                else (_rewrap(self.lifted, flat))
            )
        return self.lifted.outputs(self._program(*(t._value for t in tensors)))


def _rewrap(lifted: Lifted, flat: list[Tensor]) -> Any:
    """The result's structure around tensors that tapes already know."""
    positions = iter(flat)
    shell = lifted.outputs([t._value for t in flat])
    return tree.map_structure(
        lambda x: next(positions) if isinstance(x, Tensor) else x, shell
    )


def _argument(x: Any) -> Any:
    return convert(x) if isinstance(x, (np.ndarray, np.generic, jax.Array)) else x


def _varies(x: Any) -> bool:
    return isinstance(x, TensorSpec) or (is_array_like(x) and not hasattr(x, "_read"))


def _example(x: Any, name: str) -> Any:
    if not isinstance(x, TensorSpec):
        return convert(x)
    if x.shape is None or None in x.shape:
        raise ValueError(
            f"{name}() cannot be compiled for an open shape. Received: {x}\n"
            "Each shape is compiled by itself, when it first comes.\n"
            "Give the sizes: "
            f"{name}.get_concrete_function(tf.TensorSpec([32, 10], tf.float32))."
        )
    return jax.ShapeDtypeStruct(tuple(x.shape), x.dtype.name)


def _leaf_key(x: Any) -> Any:
    if isinstance(x, Tensor):
        if type(x._value) is np.ndarray and x.dtype == "string":
            return ("strings", x._value.shape, tuple(x._value.flat))
        return (x._value.shape, x._value.dtype)
    if isinstance(x, TensorSpec):
        return (None if x.shape is None else tuple(x.shape), np.dtype(x.dtype.name))
    if _varies(x):
        return (tuple(x.shape), np.dtype(x.dtype))
    if hasattr(x, "_read"):
        return ("variable", id(x))
    try:
        hash(x)
    except TypeError:
        return ("object", id(x))
    return (type(x), x)


def function(
    func: Callable[..., Any] | None = None,
    input_signature: Sequence[Any] | None = None,
    autograph: bool = True,
    jit_compile: bool | None = None,
    reduce_retracing: bool = False,
    experimental_implements: Any = None,
    experimental_autograph_options: Any = None,
    experimental_attributes: Any = None,
    experimental_relax_shapes: bool | None = None,
    experimental_compile: bool | None = None,
    experimental_follow_type_hints: bool | None = None,
) -> Any:
    """Compiles a Python function of tensors (TensorFlow's `tf.function`).

    The function is traced once for each new signature (shapes and types of tensors,
    values of other arguments) and runs compiled from then on. Variables that it reads
    and assigns are carried in and out.

    Args:
        func: The function; without it a decorator is returned.
        input_signature: `TensorSpec`s that arguments must fit.
        autograph: Kept for TensorFlow's signature.
        jit_compile: Kept for TensorFlow's signature; everything is compiled.
        reduce_retracing: Kept for TensorFlow's signature.
        experimental_implements: Kept for TensorFlow's signature.
        experimental_autograph_options: Kept for TensorFlow's signature.
        experimental_attributes: Kept for TensorFlow's signature.
        experimental_relax_shapes: Kept for TensorFlow's signature.
        experimental_compile: Kept for TensorFlow's signature.
        experimental_follow_type_hints: Kept for TensorFlow's signature.

    Returns:
        A `Function`, called like `func`.

    Example:

    >>> from addax import tf
    >>> @tf.function
    ... def power(x, n):
    ...     return x**n
    >>> float(power(tf.constant(3.0), 2))
    9.0
    """
    if func is None:
        return lambda f: Function(f, input_signature, autograph)
    return Function(func, input_signature, autograph)
