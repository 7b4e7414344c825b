"""`@host_op`: operations that run in Python on NumPy arrays, such as those on strings.

They are operations like any other to users and graphs: symbolic tensors record them,
and a trace absorbs them. What a trace cannot do is run them on strings that are known
only later, as no compiled program holds strings.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from addax._base.errors import explain
from addax._base.tracebacks import border
from addax.core import _jax, scope, tree
from addax.core.dtypes import as_dtype
from addax.core.op import OPS, Op, describe, freeze
from addax.core.strings import StringSpec, is_string
from addax.core.symbolic import any_symbolic
from addax.core.tensor import CompositeTensor, Tensor, as_array, convert

# A result to come: its shape (`None` where only running can tell) and type.
Spec = tuple[Sequence[int | None], str]


class HostOp(Op):
    """A function on NumPy arrays (strings: object arrays of bytes) as an operation.

    Args:
        fn: The function; parameters annotated `Array` take tensors, others are static.
        spec: What comes out, from the same arguments, of which those that are tensors
            have only `shape` and `dtype`: a `(shape, dtype)` pair, or a list of them
            where the function returns several arrays. A `None` size depends on the
            values.
        name: The name in graphs and errors.
    """

    def __init__(
        self,
        fn: Callable[..., Any],
        spec: Callable[..., Spec | list[Spec]],
        name: str | None = None,
    ) -> None:
        super().__init__(fn, name=name, differentiable=False, compile=False)
        self.spec = spec
        self.elementwise = isinstance(spec, _SameShape)

    @border
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if kwargs or len(args) != len(self._names):
            args = self._bind(args, kwargs)
        if any_symbolic([args[i] for i in self._tensors]):
            return self._record(args)
        handles = list(args)
        for i in self._tensors:
            for x in args[i] if i in self._many else (args[i],):
                if isinstance(x, CompositeTensor):
                    return x._dispatch(self, args)
            if args[i] is not None:
                many = i in self._many
                handles[i] = [convert(x) for x in args[i]] if many else convert(args[i])
        for i in self._static:
            handles[i] = freeze(handles[i])
        raw = [_unwrap(x) for x in handles]
        flat = [y for x in raw for y in (x if isinstance(x, list) else [x])]
        try:
            if any(isinstance(x, StringSpec) for x in flat):
                out = self._foresee(raw)
            elif any(_jax.is_tracer(x) for x in flat):
                out = self._call_back(raw, handles)
            else:
                out = self.fn(*[_to_numpy(x) for x in raw])
        except Exception as error:
            explained = self._explain(error, handles)
            if explained is error:
                raise
            raise explained from error
        if isinstance(out, (tuple, list)):
            return tuple(_wrap(x) for x in out)
        return _wrap(out)

    def _explain(self, error: Exception, handles: list[Any]) -> Exception:
        # A message of our own says it all already.
        return error if "Received: " in str(error) else super()._explain(error, handles)

    def _specs(self, raw: list[Any]) -> tuple[list[Spec], bool]:
        specs = self.spec(*raw)
        return (specs, True) if isinstance(specs, list) else ([specs], False)

    def _foresee(self, raw: list[Any]) -> Any:
        """What stands for the results while shapes are being worked out."""
        specs, many = self._specs(raw)
        unknown = getattr(scope.state.lift, "unknown_size", 1)
        outs: list[Any] = []
        for shape, dtype in specs:
            sizes = tuple(unknown if n is None else n for n in shape)
            text = dtype == "string"
            outs.append(StringSpec(sizes) if text else jnp.zeros(sizes, dtype))
        return outs if many else outs[0]

    def _call_back(self, raw: list[Any], handles: list[Any]) -> Any:
        """Inside a trace: compiled code calls the function with the numbers."""
        specs, many = self._specs(raw)
        leaves, treedef = tree.flatten_with_treedef(raw)  # lists of tensors, too
        if any(d == "string" or None in s for s, d in specs) or any(
            is_string(x) for x in leaves
        ):
            given = ", ".join(describe(x) for x in handles)
            error = TypeError(
                explain(
                    f"`{self.name}` cannot run inside a compiled function here.",
                    received={"arguments": given},
                    why="Strings, and results whose size depends on values, exist "
                    "only on the host, outside compiled code.",
                    fix="# do it while the data is prepared:\n"
                    "dataset = dataset.map(prepare)\n"
                    "# or run the function as plain Python:\n"
                    "tf.config.run_functions_eagerly(True)",
                )
            )
            error._addax = True  # type: ignore[attr-defined]  # explained already
            raise error
        shapes = [jax.ShapeDtypeStruct(tuple(s), np.dtype(d)) for s, d in specs]  # type: ignore[arg-type]
        places = [i for i, x in enumerate(leaves) if _jax.is_tracer(x)]

        def run(*arrays: Any) -> Any:
            filled = list(leaves)
            for i, array in zip(places, arrays, strict=True):
                filled[i] = np.asarray(array)
            outs = self.fn(*tree.unflatten(treedef, filled))
            outs = outs if many else [outs]
            return [np.asarray(o, s.dtype) for o, s in zip(outs, shapes, strict=True)]

        outs = jax.pure_callback(
            run, shapes, *[leaves[i] for i in places], vmap_method="sequential"
        )
        return outs if many else outs[0]


def host_op(spec: Callable[..., Spec | list[Spec]], name: str | None = None) -> Any:
    """Makes a function on NumPy arrays an operation on tensors (see `HostOp`).

    Example:

    >>> import numpy as np
    >>> from addax.core import Array
    >>> from addax.core.host import host_op, same_shape
    >>> @host_op(same_shape("int32"))
    ... def count_bytes(x: Array) -> Array:
    ...     return np.reshape([len(s) for s in x.flat], x.shape)
    >>> count_bytes(["a", "bcd"]).numpy().tolist()
    [1, 3]
    """

    def make(fn: Callable[..., Any]) -> HostOp:
        made = HostOp(fn, spec, name)
        OPS.setdefault(made.name, made)
        return made

    return make


class _SameShape:
    def __init__(self, dtype: str) -> None:
        self.dtype = as_dtype(dtype).name

    def __call__(self, x: Any, *_: Any) -> Spec:
        return x.shape, self.dtype


def same_shape(dtype: str) -> Callable[..., Spec]:
    """The spec of an elementwise operation: the first argument's shape, and `dtype`."""
    return _SameShape(dtype)


def _unwrap(x: Any) -> Any:
    if isinstance(x, list):
        return [_unwrap(y) for y in x]
    return x._value if isinstance(x, Tensor) else x


def _to_numpy(x: Any) -> Any:
    if isinstance(x, list):
        return [_to_numpy(y) for y in x]
    return np.asarray(x) if isinstance(x, jax.Array) else x


def _wrap(x: Any) -> Tensor:
    return Tensor(x if isinstance(x, StringSpec) else as_array(x))
