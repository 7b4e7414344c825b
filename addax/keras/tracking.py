"""What a layer owns: variables, layers, metrics and generators among its attributes.

Nothing is registered when attributes are set; the attributes are walked when asked
for, so lists that grow later and attributes that are replaced are always right.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from addax.core import SeedGenerator, Variable

_PLAIN = frozenset(
    (int, float, bool, str, bytes, type(None), complex, type, range, slice)
)
_CONTAINERS = (list, tuple, dict, set)


def tracked(owner: Any, kinds: tuple[type, ...]) -> Iterator[tuple[str, Any]]:
    """Pairs of attribute name and object of the given kinds, in attribute order.

    Lists, tuples, sets and dicts among the attributes are searched too; an object that
    is found twice is given once.
    """
    skip = owner._untracked
    seen: set[int] = set()
    for name, value in list(vars(owner).items()):
        if type(value) in _PLAIN or name in skip:
            continue
        for item in search(value, kinds):
            if id(item) not in seen and item is not owner:
                seen.add(id(item))
                yield name, item


def search(value: Any, kinds: tuple[type, ...]) -> Iterator[Any]:
    """Objects of the given kinds: the value itself, or those in a container."""
    if isinstance(value, kinds):
        yield value
    elif isinstance(value, _CONTAINERS):
        items = value.values() if isinstance(value, dict) else value
        for item in items:
            if type(item) not in _PLAIN:
                yield from search(item, kinds)


def own_variables(owner: Any) -> Iterator[Variable]:
    """Variables that the layer holds itself, those of `add_weight` first."""
    seen: set[int] = set()
    for variable in owner._added_weights:
        seen.add(id(variable))
        yield variable
    for _, variable in tracked(owner, (Variable,)):
        if id(variable) not in seen:
            yield variable


def own_generators(owner: Any) -> Iterator[SeedGenerator]:
    """Seed generators that the layer holds itself."""
    for _, generator in tracked(owner, (SeedGenerator,)):
        yield generator
