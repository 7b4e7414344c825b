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

from addax._base.output import held_until, unheard
from addax._base.tracebacks import border
from addax.core import scope, tree
from addax.core.concrete import (
    ConcreteFunction,
    OpenFunction,
    PythonFunction,
    Signature,
    example,
    is_open,
    is_text,
    varies,
)
from addax.core.lift import Lifted, is_array_like, lift
from addax.core.op import describe
from addax.core.spec import TensorSpec
from addax.core.symbolic import any_symbolic
from addax.core.tensor import CompositeTensor, Tensor, convert
from addax.core.variable import StartsFromTrace


class Settings:
    """Process-wide switches of `function`."""

    run_eagerly = False


_BY_PLACE = {
    inspect.Parameter.POSITIONAL_ONLY,
    inspect.Parameter.POSITIONAL_OR_KEYWORD,
}


class Function:
    """A Python function that runs compiled; see `function`."""

    def __init__(
        self,
        python_function: Callable[..., Any],
        input_signature: Sequence[Any] | None = None,
        autograph: bool = True,
        features: Any = None,
    ) -> None:
        functools.update_wrapper(self, python_function)
        # A functools.partial or an object with __call__ has no name of its own.
        self.__name__ = getattr(python_function, "__name__", "function")
        self.python_function = python_function
        self.input_signature = input_signature
        self.autograph, self._features = autograph, features
        # Whether an earlier trace had to convert it; then later ones begin so.
        self._converts = features is not None and autograph
        self._signature = inspect.signature(python_function)
        kinds = [p.kind for p in self._signature.parameters.values()]
        # How many arguments it takes, where that alone says which is which; else -1.
        self._positional = len(kinds) if set(kinds) <= _BY_PLACE else -1
        self._programs: dict[Any, ConcreteFunction | PythonFunction] = {}
        self._bound: weakref.WeakKeyDictionary[Any, Function] = (
            weakref.WeakKeyDictionary()
        )
        self._started = False
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
            bound = Function(
                method, self.input_signature, self.autograph, self._features
            )
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
        try:
            concrete = self._concrete(leaves, treedef)
        except StartsFromTrace:
            if self._programs or self._started:
                raise
            # Variables that start from what the function computes (random numbers, most
            # often) are made by running it as Python, once.
            self._started = True
            result = self._python(*args, **kwargs)
            with unheard(), contextlib.suppress(Exception):
                self._concrete(leaves, treedef)  # what it can be saved for
            return result
        return concrete.run(leaves)

    def _python(self, *args: Any, **kwargs: Any) -> Any:
        """The Python function, converted where a trace needs that."""
        flow = scope.state.flow
        if flow is None:
            return self.python_function(*args, **kwargs)
        self._converts |= self.autograph and flow == "converted"
        with scope.flow(flow if self.autograph else "never", self._features):
            return scope.converted(self.python_function)(*args, **kwargs)

    def get_concrete_function(
        self, *args: Any, **kwargs: Any
    ) -> ConcreteFunction | OpenFunction | PythonFunction:
        """The compiled function for one signature.

        Args:
            *args: Arguments, or `tf.TensorSpec`s in the places of tensors. Where sizes
                are open (`None`), each shape is compiled when it first comes.
            **kwargs: Keyword arguments, likewise.
        """
        if not args and not kwargs and self.input_signature is not None:
            args = tuple(self.input_signature)
        leaves, treedef = self._arguments(args, kwargs)
        if any(map(is_open, leaves)):
            compiled = lambda actual: self._concrete(actual, treedef)
            return OpenFunction(self._sign(leaves, treedef), compiled, self._python)
        return self._concrete(leaves, treedef)

    def experimental_get_tracing_count(self) -> int:
        """How many signatures have been traced."""
        count = len(self._programs)
        return count if self.input_signature is None else min(count, 1)

    def pretty_printed_concrete_signatures(self, verbose: bool = True) -> str:
        """What has been compiled: parameters and results of each signature.

        Args:
            verbose: Kept for TensorFlow's signature.
        """
        concrete = self._programs.values()
        return "\n\n".join(c.pretty_printed_signature() for c in concrete)

    def _sign(self, leaves: list[Any], treedef: Any) -> Signature:
        return Signature(self.__name__, self._signature, leaves, treedef)

    def _arguments(self, args: Any, kwargs: Any) -> tuple[list[Any], Any]:
        if kwargs or len(args) != self._positional:
            bound = self._signature.bind(*args, **kwargs)
            if self.input_signature is None:
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

    def _concrete(
        self, leaves: list[Any], treedef: Any
    ) -> ConcreteFunction | PythonFunction:
        key = (treedef, tuple(_leaf_key(x) for x in leaves))
        concrete = self._programs.get(key)
        if concrete is None:
            concrete = self._trace(leaves, treedef)
            self._programs[key] = concrete
        return concrete

    def _trace(
        self, leaves: list[Any], treedef: Any
    ) -> ConcreteFunction | PythonFunction:
        signature = self._sign(leaves, treedef)
        first = not self._programs
        # No compiled program holds strings, or rows whose lengths it learns only then.
        if any(is_text(x) or isinstance(x, CompositeTensor) for x in leaves):
            return PythonFunction(signature, self.python_function, self.autograph)

        def body(*arrays: Any) -> Any:
            args, kwargs = signature.filled(arrays)
            return self._python(*args, **kwargs)

        examples = [example(leaves[i]) for i in signature.where]
        try:
            with (
                held_until(scope.NeedsPython),
                scope.flow("converted" if self._converts else None),
            ):
                lifted = lift(body, examples, self._variables.values())
        except scope.NeedsPython:
            return PythonFunction(signature, self.python_function, self.autograph)
        if lifted.created and not first:
            paths = ", ".join(repr(v.path) for v in lifted.created)
            raise ValueError(
                f"{self.__name__}() created variables in a later trace: {paths}.\n"
                "A tf.function may create variables only in its first call, so that "
                "every signature shares them.\n"
                "Create them outside the function, or behind `if self.v is None:`."
            )
        self._variables.update({id(v): v for v in (*lifted.writes, *lifted.reads)})

        def quiet() -> Lifted:
            with scope.quietly():
                return lift(body, examples, (*lifted.writes, *lifted.reads))

        return ConcreteFunction(signature, lifted, quiet)


def _argument(x: Any) -> Any:
    if isinstance(x, (np.ndarray, np.generic)) and x.dtype.kind in _NUMERIC:
        # Compiled code takes a NumPy array in 2 us, where a tensor of it takes 30. The
        # copy is for callers that write into theirs before the code has read it.
        return Tensor(np.array(x))
    return convert(x) if isinstance(x, (np.ndarray, np.generic, jax.Array)) else x


_NUMERIC = "biufc"


def _leaf_key(x: Any) -> Any:
    if isinstance(x, Tensor):
        if type(x._value) is np.ndarray and x.dtype == "string":
            return ("strings", x._value.shape)
        return (x._value.shape, x._value.dtype)
    if isinstance(x, TensorSpec):
        shape = None if x.shape is None else tuple(x.shape)
        return ("strings", shape) if is_text(x) else (shape, np.dtype(x.dtype.name))
    if isinstance(x, CompositeTensor):
        return (type(x), x.dtype)
    if varies(x):
        return (tuple(x.shape), np.dtype(x.dtype))
    if hasattr(x, "_read"):
        return ("variable", id(x))
    tracing = getattr(x, "__tf_tracing_type__", None)
    if tracing is not None:
        return ("type", tracing(None))
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
        autograph: Whether Python's `if`, `while` and `for` over tensors become part of
            the program (`tf.autograph`).
        jit_compile: Kept for TensorFlow's signature; everything is compiled.
        reduce_retracing: Kept for TensorFlow's signature.
        experimental_implements: Kept for TensorFlow's signature.
        experimental_autograph_options: What to convert beyond the usual, of
            `tf.autograph.experimental.Feature`.
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
        return lambda f: Function(
            f, input_signature, autograph, experimental_autograph_options
        )
    return Function(func, input_signature, autograph, experimental_autograph_options)
