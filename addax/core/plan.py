"""`Plan`: how operations that a tape noted become one program with their gradients."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from addax.core.tape_program import Pull, TapeKey

# The program takes longer to compile than these many steps run without it.
_RUNS_BEFORE = 8
_MOST_PLANS = 512
# How many different steps may begin with one plan: what reads values here and there
# would have each compiled.
_MOST_STEPS = 16


@dataclass(frozen=True)
class Gradients:
    """A part of a step: gradients, then all values on the way to the targets."""

    pull: Pull

    def trace(self, values: list[Any]) -> list[Any]:
        """The results for leaves, within a trace."""
        gradients, made = self.pull.run(values, keep=True)
        outs = [s for _, _, slots in self.pull.key.instructions for s in slots]
        return [*gradients, *(made[s] for s in outs)]


@dataclass
class Plan:
    """The program for what was noted, and where to find its values.

    Attributes:
        part: The program.
        order: Slots of the leaves, in the order in which it takes them.
        values: The slots that operations fill, each with its place in the results.
        n_sources: How many distinct sources there are; they are the first leaves, and
            their gradients the first results.
        used: For each source how many of its versions the targets depend on.
        positions: Where those versions' gradients are.
        left: How many more steps may begin with it.
    """

    part: Gradients
    order: tuple[int, ...]
    values: dict[int, int]
    n_sources: int
    used: list[int]
    positions: list[int]
    left: int = _MOST_STEPS


_plans: dict[Any, int | Plan | None] = {}


def plan_of(nodes: Any, targets: Any, versions: Any, forms: Any) -> Plan | None:
    """The plan for what was noted, once such has been seen often enough.

    Args:
        nodes: For each operation what it is, where its operands come from and the slots
            of its results.
        targets: The targets' slots.
        versions: For each source the slots of the tensors that stand for it.
        forms: Shapes and types of the leaves.

    Returns:
        The plan; `None` if there cannot be one, or not yet.
    """
    key = nodes, targets, versions, forms
    found = _plans.get(key, 0)
    if isinstance(found, int):
        if len(_plans) >= _MOST_PLANS:
            _plans.clear()
        enough = found == _RUNS_BEFORE
        _plans[key] = _plan(nodes, targets, versions) if enough else found + 1
        return None
    return found if found is not None and found.left else None


def _plan(
    nodes: tuple[Any, ...], targets: tuple[int, ...], versions: tuple[Any, ...]
) -> Plan | None:
    needed = set(targets)
    for op, template, outs in reversed(nodes):
        if op.differentiable and needed.intersection(outs):
            needed.update(inputs(template))
    results = [s for _, _, outs in nodes for s in outs]
    made = frozenset(results)
    connected = [s for group in versions for s in group if s in needed]
    sources = list(dict.fromkeys(connected))
    if not sources or made.intersection(sources):
        return None  # no gradient, or one by a value that is still to be computed
    others = (s for _, template, _ in nodes for s in inputs(template) if s not in made)
    order = tuple(dict.fromkeys((*sources, *others)))
    number = {s: i for i, s in enumerate((*order, *results))}
    key = TapeKey(
        instructions=tuple(
            (op, tuple(_renumbered(e, number) for e in template), _all(outs, number))
            for op, template, outs in nodes
        ),
        n_sources=len(sources),
        perturbed=frozenset(),
        targets=_all(targets, number),
        n_leaves=len(order),
    )
    return Plan(
        Gradients(Pull(key, 0)),
        order,
        {s: i for i, s in enumerate(results, len(sources))},
        len(sources),
        [sum(s in needed for s in group) for group in versions],
        [sources.index(s) for s in connected],
    )


def inputs(template: tuple[Any, ...]) -> Iterable[int]:
    """The slots that an operation's operands come from."""
    for entry in template:
        if entry[0] == "one":
            yield entry[1]
        elif entry[0] == "many":
            yield from entry[1]


def _all(slots: Iterable[int], number: dict[int, int]) -> tuple[int, ...]:
    return tuple([number[s] for s in slots])


def _renumbered(entry: tuple[Any, ...], number: dict[int, int]) -> tuple[Any, ...]:
    if entry[0] == "one":
        return "one", number[entry[1]]
    return ("many", _all(entry[1], number)) if entry[0] == "many" else entry
