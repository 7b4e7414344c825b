"""What a `Function` becomes for one signature: compiled code, or plain Python."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import jax

from addax import native
from addax.core import scope, tree
from addax.core.lift import Lifted, is_array_like
from addax.core.op import describe
from addax.core.program import Program
from addax.core.spec import TensorSpec
from addax.core.symbolic import SymbolicTensor, infer
from addax.core.tensor import Tensor, convert


class Signature:
    """The arguments of a call: tensors by place, everything else by value.

    Attributes:
        name: The function's name.
        leaves: The arguments' leaves.
        treedef: What holds them: positional arguments and keyword arguments.
        where: Which leaves are tensors.
    """

    def __init__(
        self, name: str, python: inspect.Signature, leaves: list[Any], treedef: Any
    ) -> None:
        self.name, self.python = name, python
        self.leaves, self.treedef = leaves, treedef
        self.where = [i for i, x in enumerate(leaves) if varies(x)]
        self.specs = [_spec(leaves[i]) for i in self.where]

    def filled(self, tensors: Sequence[Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Arguments with other tensors in the tensors' places."""
        leaves = list(self.leaves)
        for i, x in zip(self.where, tensors, strict=True):
            leaves[i] = x
        return tree.unflatten(self.treedef, leaves)

    def structured(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Arguments with a `TensorSpec` for each tensor."""
        return self.filled(self.specs)

    def select(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Tensor]:
        """The tensors among the arguments of a call, checked.

        Raises:
            TypeError: If they do not fit.
        """
        given = self._given(args, kwargs)
        if len(given) != len(self.where):
            raise TypeError(
                f"{self.name}() was compiled for {len(self.where)} tensors. "
                f"Received: {len(given)}"
            )
        return [self._fit(x, s) for x, s in zip(given, self.specs, strict=True)]

    def _given(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Any]:
        """The values in the tensors' places."""
        try:
            bound = self.python.bind(*args, **kwargs)
        except TypeError:  # tensors alone, in their order
            return [x for x in tree.flatten((args, kwargs)) if not isinstance(x, str)]
        own_args, own_kwargs = self.structured()
        own = self.python.bind(*own_args, **own_kwargs)
        given: list[Any] = []
        for name, mine in own.arguments.items():
            if name not in bound.arguments:
                continue
            value = bound.arguments[name]
            if isinstance(mine, TensorSpec):
                given.append(value)  # perhaps a list that becomes one
                continue
            for x, y in zip(tree.flatten(mine), tree.flatten(value), strict=False):
                if isinstance(x, TensorSpec):
                    given.append(y)
                elif not (x is y or x == y):
                    raise TypeError(
                        f"{self.name}() was compiled for another value of {name!r}. "
                        f"Received: {name}={y!r} instead of {x!r}"
                    )
        return given

    def _fit(self, x: Any, spec: TensorSpec) -> Tensor:
        tensor = convert(x) if is_array_like(x) else convert(x, spec.dtype)
        if not spec.is_compatible_with(tensor):
            raise TypeError(
                f"{self.name}() was compiled for a tensor like {spec}. "
                f"Received: {describe(tensor)}"
            )
        return tensor

    def describe(self, outputs: Any) -> str:
        """Parameters and results, a line each."""
        args, kwargs = self.structured()
        bound = self.python.bind(*args, **kwargs)
        lines = ["Input Parameters:"]
        for name, value in bound.arguments.items():
            kind = self.python.parameters[name].kind.name
            lines.append(f"  {name} ({kind}): {_shown(value)}")
        return "\n".join([*lines, "Output Type:", f"  {_shown(outputs)}"])


def varies(x: Any) -> bool:
    """Whether an argument's leaf is a tensor rather than a part of the program."""
    if isinstance(x, (Tensor, TensorSpec)):
        return True
    return is_array_like(x) and not hasattr(x, "_read")


def _spec(x: Any) -> TensorSpec:
    return x if isinstance(x, TensorSpec) else TensorSpec(x.shape, x.dtype)


def _shown(value: Any) -> str:
    leaves = tree.flatten(value)
    alone = len(leaves) == 1 and leaves[0] is value
    if alone and not isinstance(value, TensorSpec) and value is not None:
        return f"Literal[{value!r}]"
    return repr(value)


class _Concrete:
    """What all concrete functions have: a signature, results, variables."""

    signature: Signature

    @property
    def name(self) -> str:
        """The function's name."""
        return self.signature.name

    @property
    def inputs(self) -> list[TensorSpec]:
        """Shape and type of each tensor argument."""
        return list(self.signature.specs)

    @property
    def structured_input_signature(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments, with a `TensorSpec` for each tensor."""
        return self.signature.structured()

    @property
    def structured_outputs(self) -> Any:
        """The result, with a `TensorSpec` for each tensor."""
        raise NotImplementedError

    @property
    def outputs(self) -> list[TensorSpec]:
        """Shape and type of each tensor of the result."""
        leaves = tree.flatten(self.structured_outputs)
        return [x for x in leaves if isinstance(x, TensorSpec)]

    @property
    def variables(self) -> tuple[Any, ...]:
        """The variables that the function uses."""
        raise NotImplementedError

    @property
    def trainable_variables(self) -> tuple[Any, ...]:
        """The trainable variables that the function uses."""
        return tuple(v for v in self.variables if v.trainable)

    def pretty_printed_signature(self, verbose: bool = True) -> str:
        """Parameters and results, a line each."""
        return self.signature.describe(self.structured_outputs)

    def __str__(self) -> str:
        return f"ConcreteFunction {self.pretty_printed_signature()}"


class ConcreteFunction(_Concrete):
    """A function compiled for one signature.

    Attributes:
        lifted: The pure program, for exporters and viewers.
    """

    def __init__(
        self,
        signature: Signature,
        lifted: Lifted,
        quiet: Callable[[], Lifted] | None = None,
    ) -> None:
        self.signature = signature  # keeps alive what is known by its id
        self.lifted = lifted
        self._quiet = quiet
        self._program = Program(lifted, quiet=quiet)

    def portable(self) -> Lifted:
        """The program for another process, which may not have the native kernels."""
        if self._quiet is None or not native.available():
            return self.lifted
        with native.USE.override(False):
            return self._quiet()

    @property
    def structured_outputs(self) -> Any:
        """The result, with a `TensorSpec` for each tensor."""
        specs = [Tensor(a) for a in self.lifted.out_avals]
        return tree.map_structure(
            lambda x: TensorSpec(x.shape, x.dtype) if isinstance(x, Tensor) else x,
            self.lifted.outputs(specs),
        )

    @property
    def variables(self) -> tuple[Any, ...]:
        """The variables that the function uses."""
        return (*self.lifted.writes, *self.lifted.reads)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._call(self.signature.select(args, kwargs))

    def run(self, leaves: list[Any]) -> Any:
        """Runs on the leaves of arguments that have the signature."""
        return self._call([leaves[i] for i in self.signature.where])

    def _call(self, tensors: list[Tensor]) -> Any:
        if scope.state.tapes:
            return self.lifted.outputs(self._program.recorded(tensors))
        return self.lifted.outputs(self._program(*(t._value for t in tensors)))


class OpenFunction(_Concrete):
    """A function for tensors of open shapes: compiled when a shape first comes.

    Args:
        signature: The signature, with unknown sizes.
        compiled: Gives the concrete function for the leaves of real arguments.
        python: The Python function.
    """

    def __init__(
        self,
        signature: Signature,
        compiled: Callable[[list[Any]], Any],
        python: Callable[..., Any],
    ) -> None:
        self.signature = signature
        self._compiled, self._python = compiled, python
        self._seen: dict[int, Any] = {}

    @property
    def structured_outputs(self) -> Any:
        """The result, with a `TensorSpec` for each tensor."""
        return _inferred(self._python, self.signature)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        leaves = list(self.signature.leaves)
        tensors = self.signature.select(args, kwargs)
        for i, x in zip(self.signature.where, tensors, strict=True):
            leaves[i] = x
        concrete = self._compiled(leaves)
        self._seen.update({id(v): v for v in getattr(concrete, "variables", ())})
        return concrete.run(leaves)


class PythonFunction(_Concrete):
    """A function that no program can hold: it loops over a data set, takes strings.

    It runs as plain Python; what it calls may be compiled.
    """

    def __init__(
        self, signature: Signature, python: Callable[..., Any], autograph: bool
    ) -> None:
        self.signature, self._python = signature, python
        self._flow = "hosted" if autograph else None

    @property
    def variables(self) -> tuple[Any, ...]:
        """None are known."""
        return ()

    @property
    def structured_outputs(self) -> Any:
        """The result, with a `TensorSpec` for each tensor."""
        return _inferred(self._python, self.signature)

    def pretty_printed_signature(self, verbose: bool = True) -> str:
        """Parameters, a line each; only running it can tell the result."""
        return self.signature.describe("what Python returns")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        args, kwargs = self.signature.filled(self.signature.select(args, kwargs))
        return self._call(args, kwargs)

    def run(self, leaves: list[Any]) -> Any:
        """Calls the Python function."""
        return self._call(*tree.unflatten(self.signature.treedef, leaves))

    def _call(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        with scope.flow(self._flow):
            return scope.converted(self._python)(*args, **kwargs)


def _inferred(python: Callable[..., Any], signature: Signature) -> Any:
    """What a function returns, found without running it on values.

    Where an argument may have any rank, nothing is said of the results' shapes.
    """
    ranked = all(s.shape is not None for s in signature.specs)
    symbols = [
        SymbolicTensor(() if s.shape is None else s.shape, s.dtype)
        for s in signature.specs
    ]
    args, kwargs = signature.filled(symbols)
    return tree.map_structure(
        lambda x: (
            TensorSpec(x.shape if ranked else None, x.dtype)
            if hasattr(x, "dtype")
            else x
        ),
        infer(python, args, kwargs),
    )


def is_text(x: Any) -> bool:
    """Whether an argument is a tensor of strings, or the spec of one."""
    return isinstance(x, (Tensor, TensorSpec)) and x.dtype == "string"


def is_open(x: Any) -> bool:
    """Whether an argument is a spec with sizes that are not known."""
    return isinstance(x, TensorSpec) and (x.shape is None or None in x.shape)


def example(x: Any) -> Any:
    """What a program is traced with in an argument's place."""
    if isinstance(x, TensorSpec):
        return jax.ShapeDtypeStruct(tuple(x.shape or ()), x.dtype.name)
    return convert(x)
