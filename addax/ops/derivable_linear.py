"""Derivatives of a kernel's call: tangents, or turned, gradients (derivable.py)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp

from addax.core.primitive import Optional, bind
from addax.ops import mapped
from addax.ops.mapped import Axes

if TYPE_CHECKING:
    from addax.ops.derivable_call import Call


@dataclass(frozen=True)
class Linear:
    """Tangents of a kernel's results from those of operands, or the transpose.

    The arguments are the operands, what is kept, and what it is linear in: tangents of
    operands, or gradients of results.

    Attributes:
        call: The kernel's call.
        kept: How many arrays are kept.
        operands: The operands that tangents, or gradients, are of.
        results: The results that they are of.
        turned: Whether it is the transpose.
    """

    call: Call
    kept: int
    operands: tuple[int, ...]
    results: tuple[int, ...]
    turned: bool = False

    def _only(
        self, given: Sequence[int] | None = None, made: Sequence[int] | None = None
    ) -> Linear:
        """The same from some of what it is linear in, to some of the results."""
        operands, results = (made, given) if self.turned else (given, made)
        return replace(
            self,
            operands=_chosen(self.operands, operands),
            results=_chosen(self.results, results),
        )

    def _parts(self, args: Sequence[Any]) -> tuple[Any, Any, Any]:
        operands = self.call.tree.num_leaves
        constants = operands + self.kept
        return args[:operands], args[operands:constants], args[constants:]

    def shapes(self, *avals: Any) -> Sequence[Any]:
        operands, _, _ = self._parts(avals)
        if self.turned:
            return [operands[i] for i in self.operands]
        results, _ = self.call.split(operands)
        return [results[i] for i in self.results]

    def run(self, *args: Any) -> list[Any]:
        return self._run(args, self.call.rule.pull is not None)

    def _plain(self, *args: Any) -> list[Any]:
        """What `run` gives, by what JAX can derive by the operands."""
        return self._run(args, self.call.rule.formulation is None)

    def _run(self, args: Sequence[Any], pulls: bool) -> list[Any]:
        operands, kept, linear = self._parts(args)
        with self.call.surroundings():
            if not self.turned:
                return self._push(operands, linear)
            if pulls:
                return self._pull(operands, kept, linear)
            results, _ = self.call.split(operands)
            zeros = [jnp.zeros(s.shape, s.dtype) for s in results]
            some = [operands[i] for i in self.operands]
            back = jax.vjp(self._formula(operands), *some)[1]
            return list(back(tuple(_placed(self.results, linear, zeros))))

    def _push(self, leaves: Sequence[Any], tangents: Sequence[Any]) -> list[Any]:
        rule, tree = self.call.rule, self.call.tree
        if rule.push is None:
            some = [leaves[i] for i in self.operands]
            found = jax.jvp(self._formula(leaves), some, list(tangents))[1]
        else:
            given = _placed(self.operands, tangents, [None] * len(leaves))
            operands = tree.unflatten(leaves)
            found = rule.push(operands, tree.unflatten(given), *self.call.static)
        return [found[i] for i in self.results]

    def _pull(self, leaves: Any, kept: Any, gradients: Sequence[Any]) -> list[Any]:
        rule, tree = self.call.rule, self.call.tree
        assert rule.pull is not None
        results, _ = self.call.split(leaves)
        given = _placed(self.results, gradients, [None] * len(results))
        wanted = tree.unflatten([i in self.operands for i in range(len(leaves))])
        operands = tree.unflatten(leaves)
        found = rule.pull(operands, kept, given, wanted, *self.call.static)
        flat = tree.flatten_up_to(found)
        return [flat[i] for i in self.operands]

    def _formula(self, leaves: Sequence[Any]) -> Callable[..., tuple[Any, ...]]:
        """The formulation, as a function of the operands that are derived."""
        call = self.call

        def run(*some: Any) -> tuple[Any, ...]:
            assert call.rule.formulation is not None
            operands = call.tree.unflatten(_placed(self.operands, some, leaves))
            return tuple(call.rule.formulation(*operands, *call.static))

        return run

    def jvp(self, args: Sequence[Any], tangents: Optional) -> tuple[Any, Any]:
        made = bind(self, *args)
        found: list[Any] = [None] * len(made)
        operands, kept, linear = self._parts(tangents)
        constants = args[: len(operands) + len(kept)]
        moved = [i for i, t in enumerate(linear) if t is not None]
        if moved:
            some = [linear[i] for i in moved]
            found = bind(self._only(given=moved), *constants, *some)
        # What is kept follows from the operands, where its share is already.
        bent = [i for i, t in enumerate(operands) if t is not None]
        if bent:
            run = lambda *some: self._plain(*_placed(bent, some, args))
            some = [args[i] for i in bent]
            more = jax.jvp(run, some, [tangents[i] for i in bent])[1]
            pairs = zip(found, more, strict=True)
            found = [b if a is None else a + b for a, b in pairs]
        return made, found

    def transpose(self, gradients: Optional, args: Optional) -> Optional:
        operands, kept, linear = self._parts(args)
        given = [i for i, g in enumerate(gradients) if g is not None]
        asked = [i for i, a in enumerate(linear) if a is None]
        found: list[Any] = [None] * len(args)
        if not given or not asked:
            return found
        back = replace(self._only(asked, given), turned=not self.turned)
        made = bind(back, *operands, *kept, *(gradients[i] for i in given))
        first = len(operands) + len(kept)
        return _placed([first + i for i in asked], made, found)

    def batch(self, args: Sequence[Any], axes: Axes) -> tuple[Any, Axes]:
        return mapped.batch(self, args, axes)

    def rows(self, avals: Sequence[Any]) -> tuple[Axes, Axes] | None:
        rows = self.call.rule.rows
        if rows is None:
            return None
        axes = self.call.rows_of_operands(self._parts(avals)[0])
        of_operands = [axes[i] for i in self.operands]
        of_results = [rows.results for _ in self.results]
        ends = (of_results, of_operands) if self.turned else (of_operands, of_results)
        return [*axes, *rows.kept[: self.kept], *ends[0]], ends[1]


def _chosen(places: tuple[int, ...], some: Sequence[int] | None) -> tuple[int, ...]:
    return places if some is None else tuple(places[i] for i in some)


def _placed(
    places: Sequence[int], some: Sequence[Any], everything: Sequence[Any]
) -> list[Any]:
    """A list with some elements replaced."""
    found = list(everything)
    for i, each in zip(places, some, strict=True):
        found[i] = each
    return found
