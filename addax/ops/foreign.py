"""Functions written for JAX, as one operation each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import jax.tree_util as jtu

from addax.core import Array, Tensor, convert, op, scope
from addax.core.tensor import TensorLike


class Foreign:
    """A function of arrays in any structure, as one of a flat list of arrays.

    Args:
        fn: The function; it returns arrays in any structure.
    """

    def __init__(self, fn: Callable[..., Any]) -> None:
        self._fn = fn
        self._outputs: dict[Any, Any] = {}  # the structure returned, by that given

    def __call__(self, *args: Any) -> Any:
        """The function's results, as tensors.

        Args:
            *args: Its arguments: structures with tensors for arrays.
        """
        leaves, tree = jtu.tree_flatten(args, is_leaf=_is_tensor)
        outputs = _foreign(leaves, _Flat(self, tree))
        many = outputs if isinstance(outputs, tuple) else (outputs,)
        return jtu.tree_unflatten(self._outputs[tree], many)

    def run(self, tree: Any, leaves: Sequence[Array]) -> tuple[Array, ...]:
        """Calls the function, and notes what structure it returns."""
        args = jtu.tree_unflatten(tree, leaves)
        # A user's function sees the types that it would without addax
        with jax.enable_x64(False):
            outputs = self._fn(*args)
        leaves, self._outputs[tree] = jtu.tree_flatten(outputs)
        return tuple(jnp.asarray(x) for x in leaves)


class _Flat:
    """The part of a call that compiled code depends on; hashable."""

    def __init__(self, foreign: Foreign, tree: Any) -> None:
        self.foreign, self.tree = foreign, tree

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Flat) and (
            (self.foreign, self.tree) == (other.foreign, other.tree)
        )

    def __hash__(self) -> int:
        return hash((id(self.foreign), self.tree))


@op(name="foreign")
def _foreign(leaves: Sequence[Array], flat: Any) -> Any:
    return flat.foreign.run(flat.tree, leaves)


def _is_tensor(value: Any) -> bool:
    return isinstance(value, TensorLike)


def run_eagerly(fn: Callable[..., Any], *args: Any) -> Any:
    """Calls a function of arrays outside every trace: what it returns has values.

    Args:
        fn: The function.
        *args: Structures with tensors for arrays.

    Returns:
        What it returned, with tensors for arrays.
    """
    with scope.eagerly(), jax.enable_x64(False):
        given = jtu.tree_map(_array, args, is_leaf=_is_tensor)
        return jtu.tree_map(convert, fn(*given))


def _array(value: Any) -> Any:
    return value._value if isinstance(value, Tensor) else value


def flatten(structure: Any) -> tuple[list[Any], Any]:
    """The leaves of a structure as JAX sees it, and what holds them."""
    return jtu.tree_flatten(structure, is_leaf=_is_tensor)


def unflatten(tree: Any, leaves: Sequence[Any]) -> Any:
    """Undoes `flatten`."""
    return jtu.tree_unflatten(tree, leaves)
