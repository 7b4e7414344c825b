"""`@op`: the one gate through which every operation passes."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

import jax
import numpy as np

from addax._base.names import auto_name
from addax._base.tracebacks import FILTERING, border
from addax.core import _jax, dtypes, scope, strings
from addax.core.expected import Spec, outcome
from addax.core.fold import FOLDED, known
from addax.core.forward import learn
from addax.core.lift import ESCAPED
from addax.core.symbolic import Node, SymbolicTensor, any_symbolic, infer
from addax.core.tensor import CompositeTensor, Tensor, TensorLike, convert

Array = jax.Array

_NUMBERS = frozenset((bool, int, float, complex))
_NUMPY_NUMBERS = (np.number, np.bool_)
_PLAIN = frozenset((bool, int, float, str, type(None), dtypes.DType))
_WHOLE = frozenset(
    np.dtype(name) for name, d in dtypes.DTYPES.items() if d.is_bool or d.is_integer
)
_MISSING = inspect.Parameter.empty
OPS: dict[str, Op] = {}


class Op:
    """A pure function on arrays, callable with tensors of every kind.

    Parameters annotated `Array` (also `Array | None`, `Sequence[Array]`) take tensors;
    the others are static attributes. What a call does depends on its arguments:

    * a `SymbolicTensor` among them: shape and type are inferred, a node is recorded;
    * otherwise they are converted (Python numbers take the other operands' type), the
      function runs (compiled, unless a trace is in progress, which then absorbs it),
      the result is wrapped, and the active tapes are told.

    Attributes:
        name: The name in graphs and errors.
        fn: The function on arrays.
        differentiable: Whether gradients flow through it; TensorFlow answers `None`
            behind operations where they do not.
    """

    def __init__(
        self,
        fn: Callable[..., Any],
        *,
        name: str | None = None,
        promote: bool | tuple[str, ...] = False,
        floating: bool = False,
        differentiable: bool = True,
        compile: bool = True,
        waits: bool | None = None,
        spec: Callable[..., Spec] | None = None,
    ) -> None:
        self.fn = fn
        self.name = name or fn.__name__.strip("_")
        self._unifies = bool(promote or floating)
        self.floating = floating
        self.differentiable = differentiable
        self.compile = compile
        self.spec = spec
        self.__name__ = self.name
        self.__doc__ = fn.__doc__
        self.__module__ = fn.__module__
        self.__qualname__ = getattr(fn, "__qualname__", self.name)
        self.__wrapped__ = fn
        self.__signature__ = signature = inspect.signature(fn)
        parameters = list(signature.parameters.values())
        self._names = tuple(p.name for p in parameters)
        self._index = {name: i for i, name in enumerate(self._names)}
        self._defaults = tuple(p.default for p in parameters)
        notes = [str(p.annotation) for p in parameters]
        self._tensors = tuple(i for i, a in enumerate(notes) if "Array" in a)
        self._many = frozenset(i for i in self._tensors if "Sequence" in notes[i])
        self._static = tuple(
            i for i in range(len(parameters)) if i not in self._tensors
        )
        self._promoted = tuple(
            i
            for i in self._tensors
            if not isinstance(promote, tuple) or self._names[i] in promote
        )
        self._compiled = jax.jit(fn, static_argnums=self._static)
        self._moves_strings = self.name in strings.TAKEN
        # Under a tape it may wait, once its results for such operands are known.
        self._waits = compile if waits is None else waits
        self._outlines: dict[Any, Any] = {}

    def __repr__(self) -> str:
        return f"<op {self.name}{self.__signature__}>"

    @border
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if kwargs or len(args) != len(self._names):
            args = self._bind(args, kwargs)
        handles = list(args)
        for i in self._tensors:
            x = args[i]
            kind = type(x)
            if kind is Tensor or x is None or kind in _NUMBERS:
                continue
            if i in self._many:
                if any_symbolic(x):
                    return self._record(args)
                for v in x:
                    if isinstance(v, CompositeTensor):
                        return v._dispatch(self, args)
                handles[i] = [_handle(v) for v in x]
            elif isinstance(x, SymbolicTensor):
                return self._record(args)
            elif isinstance(x, CompositeTensor):
                return x._dispatch(self, args)
            else:
                handles[i] = x = _handle(x)
                if isinstance(x, SymbolicTensor):  # a list with some in it
                    return self._record(tuple(handles))
        for i in self._static:
            if type(handles[i]) not in _PLAIN:
                handles[i] = freeze(handles[i])
        if self._unifies:
            self._unify(handles)
        for i in self._tensors:
            if type(handles[i]) in _NUMBERS:
                handles[i] = _scalar(handles[i])
        state = scope.state
        key = outline = None
        if state.work is not None and self._waits:
            key = state.work.key(handles)
            outline = self._outlines.get(key)
            if outline is not None and state.work.open:
                outs = state.work.put_off(self, handles, outline)
                return outs if outline.several else outs[0]
        raw = [x._value if type(x) is Tensor else x for x in handles]
        for i in self._many:
            if raw[i] is not None:
                raw[i] = [x._value if type(x) is Tensor else x for x in raw[i]]
        if self._moves_strings and strings.any_string(raw):
            return self._on_strings(raw, handles)
        try:
            with _jax.x64():
                if state.lift is None and self.compile:
                    out = NotImplemented
                    if state.kernels is not None:
                        out = self._on_host(state.kernels, raw)
                    if out is NotImplemented:
                        out = self._compiled(*raw)
                elif self.name in FOLDED and known(raw):
                    with _jax.eval_eagerly():
                        out = self._compiled(*raw)
                elif state.lift is not None and state.lift.foresees:
                    out = outcome(self, raw)
                else:
                    out = self.fn(*raw)
        except Exception as error:
            if strings.any_string(raw):  # the other operations explain
                return self._on_strings(raw, handles)
            explained = self._explain(error, handles)
            if explained is error:
                raise
            raise explained from (None if FILTERING.get() else error)
        if key is not None and outline is None:
            learn(self._outlines, key, out)
        if isinstance(out, (tuple, list)):
            outs: Any = tuple(Tensor(x) for x in out)
            if state.tapes and self.differentiable:
                for tape in state.tapes:
                    tape._record(self, handles, outs)
            return outs
        result = Tensor(out)
        if state.tapes and self.differentiable:
            for tape in state.tapes:
                tape._record(self, handles, (result,))
        return result

    def _bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
        if len(args) > len(self._names):
            raise TypeError(
                f"{self.name}() takes at most {len(self._names)} arguments "
                f"({', '.join(self._names)}). Received: {len(args)}"
            )
        values = [*args, *self._defaults[len(args) :]]
        for name, value in kwargs.items():
            i = self._index.get(name)
            if i is None:
                raise TypeError(
                    f"{self.name}() has no argument {name!r}. "
                    f"It takes: {', '.join(self._names)}"
                )
            if i < len(args):
                raise TypeError(f"{self.name}() got {name!r} twice")
            values[i] = value
        if _MISSING in [v for v in values if isinstance(v, type)]:
            missing = [
                n for n, v in zip(self._names, values, strict=True) if v is _MISSING
            ]
            raise TypeError(f"{self.name}() needs {', '.join(missing)}")
        return tuple(values)

    def _unify(self, handles: list[Any]) -> None:
        """Brings the operands to one type by Keras's rules, in place."""
        first, alike = None, True
        slots: list[Any] = []
        for i in self._promoted:
            x = handles[i]
            if x is None:
                continue
            if i in self._many:
                slots += [(x, j, v) for j, v in enumerate(x)]
            else:
                slots.append((handles, i, x))
        for _, _, x in slots:
            dtype = x._known.dtype if type(x) is Tensor else None
            first = first or dtype
            alike = alike and dtype is not None and dtype == first
        if alike and not (self.floating and first in _WHOLE):
            return
        target = dtypes.result_type(
            *(
                x._known.dtype
                if type(x) is Tensor
                else type(x)
                if type(x) in _NUMBERS
                else x.dtype
                for _, _, x in slots
            ),
            *((float,) if self.floating else ()),
        )
        for holder, i, x in slots:
            if type(x) is not Tensor:
                holder[i] = np.asarray(x, target)
            elif x._known.dtype != target:
                holder[i] = cast(x, target)

    def _record(self, args: tuple[Any, ...]) -> Any:
        call = OpCall(self)
        outputs = infer(self, args)
        Node(call, args, {}, outputs)
        return outputs

    def _on_host(self, kernels: dict[str, Any], raw: list[Any]) -> Any:
        """The result by NumPy, where there is a way and all operands are numbers."""
        kernel = kernels.get(self.name)
        if kernel is None or strings.any_string(raw):
            return NotImplemented
        arrays = [
            [np.asarray(y) for y in x]
            if i in self._many
            else np.asarray(x)
            if i in self._tensors and x is not None
            else x
            for i, x in enumerate(raw)
        ]
        out = kernel(*arrays)
        return out if out is NotImplemented else np.asarray(out)

    def _on_strings(self, raw: list[Any], handles: list[Any]) -> Any:
        try:
            with _jax.x64():
                out = strings.run(self.name, self.fn, raw)
        except Exception as error:
            raise self._explain(error, handles) from None
        return tuple(map(Tensor, out)) if isinstance(out, list) else Tensor(out)

    def _explain(self, error: Exception, handles: list[Any]) -> Exception:
        if isinstance(error, _jax.UnexpectedTracerError):
            return ValueError(ESCAPED.format(where=f"in `{self.name}`"))
        kind = next((k for k in _KINDS if isinstance(error, k)), None)
        if kind is None or getattr(error, "_addax", False):
            return error
        given = ", ".join(
            f"{n}={describe(x)}" for n, x in zip(self._names, handles, strict=True)
        )
        reason = str(error).strip().split("\n")[0]
        if kind is TypeError and _SHAPES.search(reason):
            kind = ValueError  # JAX has a TypeError for some shapes that do not fit
        explained = kind(
            f"`{self.name}` cannot take these arguments. Received: {given}\n{reason}"
        )
        explained._addax = True  # type: ignore[attr-defined]  # explained once only
        return explained


# What a wrong argument raises. JAX's own subclasses cannot be made from a text.
_KINDS = (ValueError, IndexError, ZeroDivisionError, TypeError)
_SHAPES = re.compile("shape|dimension|rank")


class OpCall:
    """One symbolic call of an op: what a functional graph shows as its operation."""

    def __init__(self, op: Op) -> None:
        self.op = op
        self.name = auto_name(op.name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.op(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<OpCall {self.name} of {self.op.name}>"


def _handle(x: Any) -> Any:
    """A tensor operand as a `Tensor`; numbers are left for promotion.

    NumPy's numbers stay NumPy's: compiled code takes one in 2 us, a conversion to a
    `jax.Array` costs 15.
    """
    kind = type(x)
    if kind is Tensor or kind in _NUMBERS:
        return x
    if isinstance(x, _NUMPY_NUMBERS):
        return np.asarray(x)
    if isinstance(x, TensorLike):
        return x._read()  # type: ignore[attr-defined]
    return convert(x)


def _scalar(x: Any) -> np.ndarray[Any, Any]:
    return np.asarray(x, dtypes.python_scalar_dtype(x))


def freeze(value: Any) -> Any:
    """A static attribute in hashable form: lists to tuples, scalars to Python's."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if isinstance(value, (list, tuple)):
        return tuple(freeze(v) for v in value)
    if isinstance(value, dict):
        return tuple(sorted((k, freeze(v)) for k, v in value.items()))
    if isinstance(value, (np.generic, np.ndarray, TensorLike)):
        array = np.asarray(value)
        return array.item() if not array.ndim else tuple(freeze(v) for v in array)
    return value


def describe(value: Any) -> str:
    """A short form of an argument for messages: tensors by shape and type."""
    if isinstance(value, TensorLike) or hasattr(value, "dtype"):
        dtype = dtypes.as_dtype(value.dtype).name
        return f"Tensor(shape={tuple(value.shape)}, dtype={dtype})"
    if isinstance(value, (list, tuple)) and any(hasattr(v, "dtype") for v in value):
        return "[" + ", ".join(describe(v) for v in value) + "]"
    return repr(value)


def op(fn: Callable[..., Any] | None = None, /, **options: Any) -> Any:
    """Makes a function on arrays an operation on tensors (see `Op`).

    Args:
        fn: The function. Parameters annotated `Array` take tensors, others are static.
        **options: `name`; `promote=True` (or names of parameters) brings operands to a
            common type first; `floating=True` to a common floating type (`floatx()` for
            whole numbers); `differentiable=False` stops gradients; `compile=False` runs
            eager calls uncompiled (for functions that call back into Python);
            `waits=True` lets one that does not wait under a tape like the others;
            `spec` tells the result's shape and type from the same arguments, of which
            those that are tensors have `shape` and `dtype` (`None`: it cannot): then
            symbolic calls need not look at the function.

    Example:

    >>> import jax.numpy as jnp
    >>> from addax.core import Array, op
    >>> @op
    ... def double_it(x: Array, times: int = 1) -> Array:
    ...     return x * 2**times
    >>> double_it([1.0, 2.0], times=2).numpy().tolist()
    [4.0, 8.0]
    """
    if fn is None:
        return lambda f: op(f, **options)
    made = Op(fn, **options)
    OPS.setdefault(made.name, made)
    return made


@op(spec=lambda x, dtype: (x.shape, dtype))
def cast(x: Array, dtype: str) -> Array:
    """Converts the elements of `x` to `dtype`."""
    return jax.lax.convert_element_type(x, np.dtype(dtype))


TensorLike._operations["cast"] = cast
