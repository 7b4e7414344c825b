"""The compiled functions of an object, ready to be written."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from addax._base.errors import explain
from addax.core import Function, Lifted, Tensor, TensorSpec, tree
from addax.core.concrete import ConcreteFunction, OpenFunction, Signature
from addax.core.exported import lift_open
from addax.tf.saved.layout import describe, is_plain, parameters


@dataclass
class Traced:
    """A function, traced for one signature.

    Attributes:
        lifted: The pure program.
        parameters: Its Python signature in JSON.
        arguments: Its arguments in JSON, `[args, kwargs]` (see `layout.describe`).
        result: What it returns, likewise.
        names: The names of its tensor arguments.
    """

    lifted: Lifted
    parameters: list[dict[str, Any]]
    arguments: Any
    result: Any
    names: list[str]


def functions_of(x: Any) -> Iterator[tuple[str, Function]]:
    """The `tf.function`s among an object's methods and attributes, by name."""
    for name in dir(type(x)):
        if isinstance(inspect.getattr_static(type(x), name, None), Function):
            yield name, getattr(x, name)
    for name, value in getattr(x, "__dict__", {}).items():
        if isinstance(value, Function):
            yield name, value


def traces_of(function: Function) -> list[Traced]:
    """A function for its input signature, or for each signature it was called with."""
    if function.input_signature is not None:
        concrete: Any = function.get_concrete_function()
        return ranked(concrete)
    # Calls with values that cannot be written down are left out, as in TensorFlow.
    return [
        traced(c)
        for c in function._programs.values()
        if isinstance(c, ConcreteFunction) and _is_writable(c.signature)
    ]


_MOST_AXES = 4


def ranked(concrete: Any) -> list[Traced]:
    """A function of one signature; one for each rank if that is unknown.

    A program's arguments have a fixed number of axes. Arguments whose number is unknown
    are taken to have the same, up to `_MOST_AXES`, where the function allows it.
    """
    specs = concrete.signature.specs
    if all(spec.shape is not None for spec in specs):
        return [traced(concrete)]
    made, refused = [], None
    for rank in range(_MOST_AXES + 1):
        try:
            made.append(traced(_of_rank(concrete, rank)))
        except Exception as error:
            refused = error
    if not made and refused is not None:
        raise refused
    return made


def _of_rank(concrete: Any, rank: int) -> OpenFunction:
    signature = copy.copy(concrete.signature)
    signature.specs = [
        TensorSpec([None] * rank, s.dtype, s.name) if s.shape is None else s
        for s in signature.specs
    ]
    return OpenFunction(signature, concrete._compiled, concrete._python)


def _is_writable(signature: Signature) -> bool:
    where = set(signature.where)
    return all(is_plain(x) for i, x in enumerate(signature.leaves) if i not in where)


def traced(concrete: ConcreteFunction | OpenFunction) -> Traced:
    """A concrete function, its unknown sizes open.

    Args:
        concrete: A `ConcreteFunction`, or an `OpenFunction`.
    """
    signature = concrete.signature
    specs: dict[int, dict[str, Any]] = {
        i: {"value": x} for i, x in enumerate(signature.leaves)
    }
    names = _names(signature)
    for i, spec, name in zip(signature.where, signature.specs, names, strict=True):
        specs[i] = _spec(spec, name)
    if isinstance(concrete, ConcreteFunction):
        lifted = concrete.portable()
    else:
        python = concrete._python

        def body(*tensors: Any) -> Any:
            args, kwargs = signature.filled(tensors)
            return python(*args, **kwargs)

        sizes = [(specs[i]["shape"], specs[i]["dtype"]) for i in signature.where]
        lifted = lift_open(body, sizes)
    places = tree.unflatten(signature.treedef, range(len(signature.leaves)))
    own = parameters(signature.python)
    return Traced(lifted, own, describe(places, specs), _result(lifted), names)


def _spec(spec: TensorSpec, name: str) -> dict[str, Any]:
    assert spec.shape is not None
    sizes = [None if n is None else int(n) for n in spec.shape]
    return {"shape": sizes, "dtype": spec.dtype.name, "name": name}


def _names(signature: Signature) -> list[str]:
    """Names of tensor arguments: that of the spec, or the Python parameter's."""
    args, kwargs = signature.structured()
    names: list[str] = []
    for own, value in signature.python.bind(*args, **kwargs).arguments.items():
        for path, leaf in tree.flatten_with_path(value):
            if isinstance(leaf, TensorSpec):
                made = "_".join((own, *map(str, path)))
                names.append(leaf.name or made)
    return names


def _result(lifted: Lifted) -> Any:
    """What a program returns, in JSON."""
    shell = lifted.outputs([_Place(i) for i in range(len(lifted.out_avals))])
    leaves, treedef = tree.flatten_with_treedef(shell)
    specs: dict[int, dict[str, Any]] = {}
    for i, x in enumerate(leaves):
        if isinstance(x, Tensor) and isinstance(x._value, _Place):
            aval = lifted.out_avals[x._value.number]
            shape = [n if isinstance(n, int) else None for n in aval.shape]
            number = x._value.number
            specs[i] = {"output": number, "shape": shape, "dtype": str(aval.dtype)}
        elif is_plain(x):
            specs[i] = {"value": x}
        else:
            raise TypeError(
                explain(
                    "A saved function returns tensors, numbers and words, in lists, "
                    "tuples and dicts.",
                    received={"result": x},
                )
            )
    return describe(tree.unflatten(treedef, range(len(leaves))), specs)


class _Place:
    """Stands for a result of a program."""

    def __init__(self, number: int) -> None:
        self.number = number
