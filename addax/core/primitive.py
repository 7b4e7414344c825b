"""A JAX primitive whose rules are the methods of its one parameter."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any, Protocol

import jax
from jax.core import ShapedArray
from jax.extend.core import Primitive
from jax.interpreters import ad, batching, mlir

Optional = Sequence[Any]  # arrays, with `None` for what is zero or asked for


class Rules(Protocol):
    """What JAX asks of an operation; equal ones must be equal and hashable."""

    def run(self, *args: Any) -> list[Any]:
        """The results, by operations that JAX knows."""
        ...

    def shapes(self, *avals: Any) -> Sequence[Any]:
        """The shapes and types of the results, by those of the arguments."""
        ...

    def jvp(self, args: Sequence[Any], tangents: Optional) -> tuple[Any, Any]:
        """The results and their tangents; `None` where there is no tangent."""
        ...

    def transpose(self, gradients: Optional, args: Optional) -> Optional:
        """The gradients of the arguments that are `None`, where it is linear in them.

        Args:
            gradients: Those of the results, `None` for zero.
            args: The other arguments.
        """
        ...

    def batch(self, args: Sequence[Any], axes: Optional) -> tuple[Any, Any]:
        """The results under `vmap`, and the axis of each that is mapped.

        Args:
            args: The arguments.
            axes: The axis of each that is mapped, `None` where none is.
        """
        ...


def bind(of: Rules, *args: Any) -> list[Any]:
    """Runs an operation, or notes it in the trace in progress."""
    return _primitive.bind(*args, of=of)


_primitive: Any = Primitive("addax")
_primitive.multiple_results = True


@functools.partial(jax.jit, static_argnums=0)
def _run(of: Rules, *args: Any) -> list[Any]:
    return of.run(*args)


def _impl(*args: Any, of: Rules) -> list[Any]:
    return _run(of, *args)


def _abstract(*avals: Any, of: Rules) -> list[Any]:
    return [ShapedArray(s.shape, s.dtype) for s in of.shapes(*avals)]


def _jvp(args: Any, tangents: Any, of: Rules) -> tuple[Any, Any]:
    given = [None if isinstance(t, ad.Zero) else t for t in tangents]
    made, found = of.jvp(args, given)
    pairs = zip(made, found, strict=True)
    return made, [_zero(y) if t is None else t for y, t in pairs]


def _zero(y: Any) -> Any:
    return ad.Zero(jax.typeof(y).to_tangent_aval())


def _transpose(gradients: Any, *args: Any, of: Rules) -> list[Any]:
    given = [None if isinstance(g, ad.Zero) else g for g in gradients]
    known = [None if ad.is_undefined_primal(a) else a for a in args]
    found = of.transpose(given, known)
    return [
        ad.Zero(a.aval) if g is None and ad.is_undefined_primal(a) else g
        for a, g in zip(args, found, strict=True)
    ]


def _batch(args: Any, axes: Any, of: Rules) -> tuple[Any, Any]:
    return of.batch(args, axes)


def _lower(*args: Any, of: Rules) -> list[Any]:
    return of.run(*args)


_primitive.def_impl(_impl)
_primitive.def_abstract_eval(_abstract)
ad.primitive_jvps[_primitive] = _jvp
ad.primitive_transposes[_primitive] = _transpose
batching.primitive_batchers[_primitive] = _batch
mlir.register_lowering(_primitive, mlir.lower_fun(_lower, multiple_results=True))
