"""A kernel's call, as JAX derives it (derivable.py)."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import jax

from addax import native
from addax.core.primitive import Optional, bind
from addax.ops import mapped
from addax.ops.derivable_linear import Linear
from addax.ops.mapped import Axes

if TYPE_CHECKING:
    from addax.ops.derivable import Derivable

Arrays = tuple[Any, ...]


@dataclass(frozen=True)
class Call:
    """A kernel's results, as `core.primitive.Rules`.

    Attributes:
        rule: What is called.
        static: What it is given besides arrays.
        tree: The structure of its operands.
        wide: Whether there are types of 64 bits where it was called.
        native: Whether kernels in C++ are wanted there.
        keeps: Whether what is kept follows the results.
    """

    rule: Derivable
    static: tuple[Any, ...]
    tree: Any
    wide: bool
    native: bool
    keeps: bool = False

    @contextlib.contextmanager
    def surroundings(self) -> Iterator[None]:
        """What held where it was called: programs are lowered elsewhere."""
        with jax.enable_x64(self.wide), native.USE.override(self.native):
            yield

    def run(self, *leaves: Any) -> list[Any]:
        results, kept = self._run(*leaves)
        return [*results, *kept]

    def _run(self, *leaves: Any) -> tuple[Arrays, Arrays]:
        operands = self.tree.unflatten(leaves)
        with self.surroundings():
            if self.keeps and self.rule.keep:
                results, kept = self.rule.keep(*operands, *self.static)
                return tuple(results), tuple(kept)
            return tuple(self.rule.kernel(*operands, *self.static)), ()

    @functools.lru_cache(1024)  # noqa: B019 - calls are values, not objects that live
    def _shapes(self, *given: Any) -> tuple[Arrays, Arrays]:
        like = [jax.ShapeDtypeStruct(*each) for each in given]
        return jax.eval_shape(self._run, *like)

    def split(self, leaves: Sequence[Any]) -> tuple[Arrays, Arrays]:
        """The shapes of the results, and those of what is kept."""
        return self._shapes(*((a.shape, a.dtype) for a in leaves))

    def shapes(self, *avals: Any) -> Sequence[Any]:
        results, kept = self.split(avals)
        return [*results, *kept]

    def jvp(self, args: Sequence[Any], tangents: Optional) -> tuple[Any, Any]:
        keeping = replace(self, keeps=self.rule.keep is not None)
        made = bind(keeping, *args)
        count = len(keeping.split(args)[0])
        kept = made[count:]
        moved = tuple(i for i, t in enumerate(tangents) if t is not None)
        linear = Linear(keeping, len(kept), moved, tuple(range(count)))
        found = bind(linear, *args, *kept, *(tangents[i] for i in moved))
        if not self.keeps:
            return made[:count], found
        return made, [*found, *(None for _ in kept)]

    def transpose(self, gradients: Optional, args: Optional) -> Optional:
        raise NotImplementedError(
            "A kernel is transposed by way of `jax.vjp`, not `jax.linear_transpose`."
        )

    def batch(self, args: Sequence[Any], axes: Axes) -> tuple[Any, Axes]:
        return mapped.batch(self, args, axes)

    def rows(self, avals: Sequence[Any]) -> tuple[Axes, Axes] | None:
        rows = self.rule.rows
        if rows is None:
            return None
        results = [rows.results] * len(self.split(avals)[0])
        kept = rows.kept if self.keeps else ()
        return self.rows_of_operands(avals), [*results, *kept]

    def rows_of_operands(self, avals: Sequence[Any]) -> Axes:
        """The axis of the rows in each operand, where there are some."""
        assert self.rule.rows is not None
        places = self.tree.unflatten(range(len(avals)))
        axes: list[Any] = []
        for each, axis in zip(places, self.rule.rows.operands, strict=True):
            axes += [axis] * len(jax.tree.leaves(each))
        counts = [
            None if axis is None else a.shape[axis]
            for a, axis in zip(avals, axes, strict=True)
        ]
        pairs = zip(axes, counts, strict=True)
        return [axis if count == counts[0] else None for axis, count in pairs]
