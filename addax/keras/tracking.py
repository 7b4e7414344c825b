"""What a layer owns: variables, layers, metrics and generators among its attributes.

Nothing is registered when attributes are set; the attributes are walked when asked
for, so lists that grow later and attributes that are replaced are always right.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

from addax.core import SeedGenerator, Variable

_CONTAINERS = (list, tuple, dict, set)
_NOTHING, _ITEM, _CONTAINER = range(3)


class _Verdicts(dict[type, int]):
    """What to do with a value, by its type, since attributes are walked so often."""

    def __init__(self, kinds: tuple[type, ...]) -> None:
        self._kinds = kinds

    def __missing__(self, kind: type) -> int:
        if issubclass(kind, self._kinds):
            verdict = _ITEM
        else:
            verdict = _CONTAINER if issubclass(kind, _CONTAINERS) else _NOTHING
        self[kind] = verdict
        return verdict


_verdicts = functools.lru_cache(maxsize=None)(_Verdicts)


def tracked(owner: Any, kinds: tuple[type, ...]) -> list[tuple[str, Any]]:
    """Pairs of attribute name and object of the given kinds, in attribute order.

    Lists, tuples, sets and dicts among the attributes are searched too; an object that
    is found twice is given once.
    """
    skip = owner._untracked
    verdicts = _verdicts(kinds)
    seen: set[int] = {id(owner)}
    found: list[tuple[str, Any]] = []
    for name, value in list(vars(owner).items()):
        verdict = verdicts[type(value)]
        if verdict == _NOTHING or name in skip:
            continue
        for item in (value,) if verdict == _ITEM else _search(value, verdicts):
            if id(item) not in seen:
                seen.add(id(item))
                found.append((name, item))
    return found


def search(value: Any, kinds: tuple[type, ...]) -> Iterator[Any]:
    """Objects of the given kinds: the value itself, or those in a container."""
    return _search(value, _verdicts(kinds))


def _search(value: Any, verdicts: _Verdicts) -> Iterator[Any]:
    verdict = verdicts[type(value)]
    if verdict == _ITEM:
        yield value
    elif verdict == _CONTAINER:
        for item in value.values() if isinstance(value, dict) else value:
            if verdicts[type(item)] != _NOTHING:
                yield from _search(item, verdicts)


def own_variables(owner: Any) -> list[Variable]:
    """Variables that the layer holds itself, those of `add_weight` first."""
    found = {id(v): v for v in owner._added_weights}
    for _, variable in tracked(owner, (Variable,)):
        found.setdefault(id(variable), variable)
    return list(found.values())


def own_generators(owner: Any) -> list[SeedGenerator]:
    """Seed generators that the layer holds itself."""
    return [generator for _, generator in tracked(owner, (SeedGenerator,))]
