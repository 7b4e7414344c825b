"""Putting a checkpoint's values into objects, those that are yet to come included.

The saved graph of objects and the live one are walked side by side. Where a saved
object has a part that the live one lacks (a layer that is not built yet), it stays
open. While there are open objects, a new variable waits: when its value is first
looked at, its owner holds it, and the open objects are walked again.
"""

from __future__ import annotations

import functools
import json
import weakref
from collections.abc import Iterator
from typing import Any

from addax._base.errors import explain
from addax.core import Variable
from addax.core.scope import eagerly
from addax.tf.checkpoint.bundle import Bundle
from addax.tf.checkpoint.graph import (
    GRAPH_KEY,
    STATE,
    VALUE,
    children,
    decode,
    has_state,
    is_trackable,
    walk,
)

_pending: list[Restoration] = []


class Restoration:
    """One checkpoint on its way into the objects under `root`.

    Args:
        root: The object that was saved, or one of its make.
        bundle: The checkpoint.

    Raises:
        ValueError: If the checkpoint holds no objects, or a shape differs.
    """

    def __init__(self, root: Any, bundle: Bundle) -> None:
        if GRAPH_KEY not in bundle:
            raise ValueError(
                explain(
                    "This checkpoint holds tensors by name, but no objects.",
                    received={"path": bundle.prefix},
                    why="Programs of TensorFlow 1 wrote such checkpoints.",
                    fix="reader = tf.train.load_checkpoint(path)\n"
                    "variable.assign(reader.get_tensor(name))",
                )
            )
        self.bundle = bundle
        self.nodes = decode(bundle[GRAPH_KEY])
        self.matched: dict[int, Any] = {}  # number of a saved object: the live one
        self._assigned: dict[int, weakref.ref[Any]] = {}
        self._open: dict[int, Any] = {}
        self._match([(0, root, root)])
        if self._open:
            _pending.append(self)

    @property
    def open(self) -> bool:
        """Whether saved objects are left that may still come."""
        return bool(self._open)

    def again(self) -> None:
        """Walks the open objects again."""
        found = {n: ref() for n, ref in self._open.items()}
        self._open.clear()
        live = [(n, x, x) for n, x in found.items() if x is not None]
        self._match(live)
        if not self._open and self in _pending:
            _pending.remove(self)

    def _match(self, queue: list[tuple[int, Any, Any]]) -> None:
        """Matches pairs of saved and live objects, each with one that can be kept."""
        seen: set[tuple[int, int]] = set()
        for number, x, keeper in queue:  # which grows while it is walked
            if (number, id(x)) in seen:
                continue
            seen.add((number, id(x)))
            keeper = x if _weak(x) else keeper
            self.matched.setdefault(number, _reference(x))
            root = getattr(x, "_root", None)
            if number == 0 and root is not None:  # it may outlive the checkpoint
                queue.append((0, root, root))
            node = self.nodes[number]
            if isinstance(x, Variable):
                self._assign(x, node)
                continue
            if has_state(x):
                self._go(x, node)
                continue
            have: dict[str, Any] = {}
            for name, child in children(x):
                have.setdefault(name, child)
            for name, child_number in node.children.items():
                child = _named(have, name)
                if child is not None:
                    queue.append((child_number, child, keeper))
                elif self._holds_values(child_number) and _weak(keeper):
                    at = number if keeper is x else self._number_of(keeper)
                    self._open[at] = weakref.ref(keeper)

    def _number_of(self, x: Any) -> int:
        return next((n for n, ref in self.matched.items() if ref() is x), 0)

    def _holds_values(self, number: int) -> bool:
        if number in self.matched:
            return False
        queue, seen = [number], {number}
        for each in queue:
            if self.nodes[each].keys and each not in self.matched:
                return True
            for child in self.nodes[each].children.values():
                if child not in seen:
                    seen.add(child)
                    queue.append(child)
        return False

    def _assign(self, variable: Variable, node: Any) -> None:
        done = self._assigned.get(id(variable))
        if (done is not None and done() is variable) or VALUE not in node.keys:
            return
        value = self.bundle[node.keys[VALUE]]
        self._assigned[id(variable)] = weakref.ref(variable)
        if tuple(value.shape) != tuple(variable.shape):
            raise ValueError(
                explain(
                    "A variable has another shape than the value saved for it.",
                    received={
                        "variable": variable.path,
                        "shape": tuple(variable.shape),
                        "saved": tuple(value.shape),
                    },
                    why=f"It is {node.path!r} in the checkpoint "
                    f"{self.bundle.prefix!r}.",
                )
            )
        with eagerly():
            settle(variable)
            variable.assign(value)

    def _go(self, iterator: Any, node: Any) -> None:
        if STATE in node.keys and id(iterator) not in self._assigned:
            self._assigned[id(iterator)] = _reference(iterator)
            iterator.set_state(json.loads(self.bundle[node.keys[STATE]].item()))

    def unused(self) -> list[str]:
        """The paths of saved values that no live variable took."""
        return [
            node.path
            for number, node in enumerate(self.nodes)
            if node.keys and number not in self.matched
        ]

    def without_value(self, root: Any) -> Iterator[str]:
        """The paths of live variables for which nothing was saved."""
        for node, variable in _variables(root):
            done = self._assigned.get(id(variable))
            generator = node.path.endswith(("seed_generator/state", "save_counter"))
            if (done is None or done() is not variable) and not generator:
                yield node.path


def _variables(root: Any) -> Iterator[tuple[Any, Variable]]:
    nodes, found = walk(root)
    for node in nodes:
        if VALUE in node.keys:
            yield node, found[node.keys[VALUE]]


def _named(have: dict[str, Any], name: str) -> Any:
    """A child by its name, or by that without (or with) an underscore in front."""
    other = name[1:] if name.startswith("_") else f"_{name}"
    return have.get(name, have.get(other))


def _weak(x: Any) -> bool:
    return type(x).__weakrefoffset__ != 0


def _reference(x: Any) -> Any:
    return weakref.ref(x) if _weak(x) else lambda: None


# Variables that come later


def revisit() -> None:
    """Tries to go on with every checkpoint that is not wholly restored yet."""
    for restoration in list(_pending):
        restoration.again()


def _wait(variable: Variable) -> None:
    if _pending:
        variable.__class__ = _make_waiting(type(variable))


def settle(variable: Variable) -> None:
    """Ends the waiting of a new variable."""
    usual = getattr(type(variable), "_usual", None)
    if usual is not None:
        variable.__class__ = usual


@functools.cache
def _make_waiting(cls: type) -> type:
    """A class of variables that look for their saved value when they are first used."""

    def first(name: str) -> Any:
        def method(self: Any, *args: Any, **kwargs: Any) -> Any:
            settle(self)
            with eagerly():
                revisit()
            return getattr(self, name)(*args, **kwargs)

        return method

    used = ("_read", "_take", "_put", "numpy", "assign", "__deepcopy__", "__repr__")
    body = {name: first(name) for name in used}
    return type(cls)(cls.__name__, (cls,), {**body, "_usual": cls})


Variable._on_create.append(_wait)


def offered(owner: Any, value: Any) -> None:
    """Says that `owner` was given a part that may have been saved."""
    if _pending and is_trackable(value):
        revisit()
