"""Symbolic tensors and the graph that calls on them record (the functional API)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple

import jax

from addax.core import _jax, scope, tree
from addax.core.dtypes import DType, as_dtype
from addax.core.expected import abstract
from addax.core.lift import LiftScope
from addax.core.shapes import TensorShape, standardize_shape
from addax.core.strings import StringSpec, is_string
from addax.core.tensor import Tensor, TensorLike

# Unknown sizes are tried with two values; output sizes that differ are unknown too.
# 8! and 3 * 8! divide by whatever a reshape or a stride may ask for.
_FILLS = (40_320, 120_960)


class SymbolicTensor(TensorLike):
    """A tensor to come: a shape and a type, and the call that will make it.

    `keras.Input` returns one (`keras.KerasTensor` is this class); operations and layers
    called on it record a `Node` and return further ones.

    Args:
        shape: The sizes, `None` where unknown.
        dtype: The type of the elements.
        sparse: Kept for Keras's signature; only `False` is supported.
        ragged: Kept for Keras's signature; only `False` is supported.
        record_history: Kept for Keras's signature.
        name: A name for printing.
    """

    __slots__ = (
        "__weakref__", "_dtype", "_keras_mask", "_shape", "index", "name", "node",
        "ragged", "record_history", "sparse",
    )  # fmt: skip

    def __init__(
        self,
        shape: Any,
        dtype: Any = "float32",
        sparse: bool = False,
        ragged: bool = False,
        record_history: bool = True,
        name: str | None = None,
    ) -> None:
        self._shape = TensorShape(standardize_shape(shape))
        self._dtype = as_dtype(dtype)
        self.sparse = sparse
        self.ragged = ragged
        self.record_history = record_history
        self.name = name or "keras_tensor"
        self.node: Node | None = None
        self.index = 0

    @property
    def shape(self) -> TensorShape:
        """The sizes, `None` where unknown."""
        return self._shape

    @property
    def dtype(self) -> DType:
        """The type of the elements."""
        return self._dtype

    @property
    def _keras_history(self) -> KerasHistory:
        node = self.node
        if node is None:
            raise AttributeError("_keras_history")
        nodes = getattr(node.operation, "_inbound_nodes", [node])
        return KerasHistory(node.operation, nodes.index(node), self.index)

    def __repr__(self) -> str:
        return (
            f"<KerasTensor shape={tuple(self.shape)}, dtype={self.dtype.name}, "
            f"name={self.name}>"
        )

    __hash__ = object.__hash__

    def __bool__(self) -> bool:
        raise TypeError(_no_value("decide a Python `if` or `while`", self))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        raise ValueError(_no_value("become a NumPy array", self))

    def __jax_array__(self) -> Any:
        raise ValueError(_no_value("be given to a JAX function", self))

    def __float__(self) -> float:
        raise TypeError(_no_value("become a Python float", self))

    def __int__(self) -> int:
        raise TypeError(_no_value("become a Python int", self))

    def numpy(self) -> Any:
        """Raises: a symbolic tensor has no value."""
        raise ValueError(_no_value("become a NumPy array", self))


def _no_value(wanted: str, tensor: SymbolicTensor) -> str:
    return (
        f"A symbolic tensor cannot {wanted}. Received: {tensor!r}\n"
        "It comes from keras.Input or from a layer called on one, and describes a "
        "value that exists only when the model runs.\n"
        "1. Use operations that addax records: keras.ops.*, tf.* or layers.\n"
        "2. Put other code in a layer's call(), or in keras.layers.Lambda(function)."
    )


class KerasHistory(NamedTuple):
    """Where a symbolic tensor came from, as Keras addresses it."""

    operation: Any
    node_index: int
    tensor_index: int


class Node:
    """One call of an operation or layer on symbolic tensors.

    Attributes:
        operation: What was called; calling it again with real tensors runs the node.
        args: The positional arguments, symbolic tensors among them.
        kwargs: The keyword arguments.
        inputs: The symbolic tensors among the arguments, in order.
        outputs: What the call returned: symbolic tensors in some structure.
    """

    def __init__(
        self, operation: Any, args: Any, kwargs: dict[str, Any], outputs: Any
    ) -> None:
        self.operation = operation
        self.args = args
        self.kwargs = kwargs
        self.inputs: list[SymbolicTensor] = [
            x for x in tree.flatten((args, kwargs)) if isinstance(x, SymbolicTensor)
        ]
        self.outputs = outputs
        self.output_tensors: list[SymbolicTensor] = []
        for tensor in tree.flatten(outputs):
            if isinstance(tensor, SymbolicTensor):
                tensor.node, tensor.index = self, len(self.output_tensors)
                self.output_tensors.append(tensor)
        if scope.state.lift is not None:
            scope.state.lift.recorded(self)

    @property
    def input_tensors(self) -> list[SymbolicTensor]:
        """Keras's name for `inputs`."""
        return self.inputs

    @property
    def parent_nodes(self) -> list[Node]:
        """The nodes that made the inputs."""
        return [x.node for x in self.inputs if x.node is not None]

    @property
    def is_input(self) -> bool:
        """Whether the node makes a model's input rather than computing something."""
        return not self.inputs

    def run(self, values: dict[int, Any]) -> Any:
        """Calls the operation with `values[id(symbolic tensor)]` in their places."""

        def fill(x: Any) -> Any:
            return values[id(x)] if isinstance(x, SymbolicTensor) else x

        args, kwargs = tree.map_structure(fill, (self.args, self.kwargs))
        return self.operation(*args, **kwargs)


def any_symbolic(*structures: Any) -> bool:
    """Whether a symbolic tensor is among the leaves."""
    for x in structures:
        if type(x) is Tensor or x is None:
            continue
        if type(x) is dict:
            if any_symbolic(*x.values()):
                return True
        elif any(isinstance(leaf, SymbolicTensor) for leaf in tree.flatten(x)):
            return True
    return False


def infer(
    fn: Callable[..., Any], args: Any, kwargs: dict[str, Any] | None = None
) -> Any:
    """What `fn(*args, **kwargs)` would return, found without computing anything.

    Args:
        fn: A function of tensors.
        args: Its positional arguments; symbolic tensors stand for unknown values.
        kwargs: Its keyword arguments.

    Returns:
        The structure that `fn` returns, with a `SymbolicTensor` for each tensor.
    """
    return scope.attempt(lambda: _infer(scope.converted(fn), tuple(args), kwargs or {}))


def _infer(
    fn: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    leaves, treedef = tree.flatten_with_treedef((args, kwargs))
    where = [i for i, x in enumerate(leaves) if isinstance(x, SymbolicTensor)]
    texts = {i for i in where if leaves[i].dtype == "string"}
    unknown = bool(texts) or any(None in leaves[i].shape for i in where)
    result: list[Any] = []

    def run(arrays: dict[int, Any], fill: int, foresees: bool) -> list[Any]:
        """The values of the tensors that `fn` returns."""
        filled = [Tensor(arrays[i]) if i in arrays else x for i, x in enumerate(leaves)]
        inner_args, inner_kwargs = tree.unflatten(treedef, filled)
        with scope.use(lift=LiftScope.discarding(fill, foresees), tapes=()):
            out = fn(*inner_args, **inner_kwargs)
        result[:] = tree.flatten_with_treedef(out)
        return [x._value for x in result[0] if isinstance(x, Tensor)]

    def given(fill: int) -> dict[int, jax.ShapeDtypeStruct]:
        return {
            i: jax.ShapeDtypeStruct(
                tuple(fill if n is None else n for n in leaves[i].shape),
                leaves[i].dtype.name,
            )
            for i in where
            if i not in texts
        }

    def foresee(fill: int) -> list[Any]:
        arrays = {i: _jax.Expected(x.shape, x.dtype) for i, x in given(fill).items()}
        return run(arrays, fill, True)

    def trace(fill: int) -> list[Any]:
        avals = given(fill)
        strings: dict[int, Any] = {}  # JAX cannot return them
        stands = {
            i: StringSpec([fill if n is None else n for n in leaves[i].shape])
            for i in texts
        }

        def traced(*arrays: Any) -> list[Any]:
            named = dict(zip(avals, arrays, strict=True))
            values = run({**stands, **named}, fill, False)
            strings.update((i, x) for i, x in enumerate(values) if is_string(x))
            return [x for i, x in enumerate(values) if i not in strings]

        try:
            outs = abstract(traced, list(avals.values()))
        except Exception as error:
            # Messages speak of unknown sizes as the user does.
            if unknown and error.args and isinstance(error.args[0], str):
                text = error.args[0].replace(str(fill), "None")
                error.args = (text, *error.args[1:])
            raise
        for i, x in sorted(strings.items()):
            outs.insert(i, x)
        return outs

    def both(look: Callable[[int], list[Any]]) -> Any:
        first = look(_FILLS[0])
        second = look(_FILLS[1]) if unknown else first
        specs = iter(
            SymbolicTensor(
                [a if a == b else None for a, b in zip(x.shape, y.shape, strict=True)],
                x.dtype,
            )
            for x, y in zip(first, second, strict=True)
        )
        out_leaves, out_tree = result
        return tree.unflatten(
            out_tree, [next(specs) if isinstance(x, Tensor) else x for x in out_leaves]
        )

    if not texts:
        with suppress(Exception):  # what it does not know, or is an error: traced
            return both(foresee)
    return both(trace)
