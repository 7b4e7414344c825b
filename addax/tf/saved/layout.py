"""What a saved model's folder holds, and how nested arguments are written down.

addax_saved_model.json   the objects: variables, containers, functions, signatures
functions/0.stablehlo    compiled programs, one for each function and signature
variables/variables.*    the values, a checkpoint
assets/                  files that belong to it
"""

from __future__ import annotations

import inspect
from typing import Any

from addax.core import tree

FILE = "addax_saved_model.json"
VERSION = 1


def describe(structure: Any, specs: dict[int, dict[str, Any]]) -> Any:
    """A nested structure in JSON; leaves are tensors (by number) or plain values.

    Args:
        structure: Lists, tuples and dicts of whole numbers, which are places.
        specs: What is at each place.
    """
    if isinstance(structure, dict):
        items = {str(k): describe(v, specs) for k, v in structure.items()}
        return {"dict": items}
    if isinstance(structure, (list, tuple)):
        kind = "tuple" if isinstance(structure, tuple) else "list"
        return {kind: [describe(x, specs) for x in structure]}
    return specs[structure]


def rebuild(written: Any, leaf: Any) -> Any:
    """The structure that `describe` wrote, with `leaf(spec)` at each leaf."""
    if "dict" in written:
        return {k: rebuild(v, leaf) for k, v in written["dict"].items()}
    for kind, make in (("list", list), ("tuple", tuple)):
        if kind in written:
            return make(rebuild(x, leaf) for x in written[kind])
    return leaf(written)


def leaves_of(written: Any) -> list[Any]:
    """The leaves of what `describe` wrote, in the order of flattened trees."""
    found: list[Any] = []

    def leaf(spec: Any) -> int:
        found.append(spec)
        return len(found) - 1

    return [found[i] for i in tree.flatten(rebuild(written, leaf))]


def parameters(signature: inspect.Signature) -> list[dict[str, Any]]:
    """A Python signature in JSON; defaults that cannot be written down are dropped."""
    found = []
    for p in signature.parameters.values():
        entry: dict[str, Any] = {"name": p.name, "kind": p.kind.name}
        if p.default is not p.empty and is_plain(p.default):
            entry["default"] = p.default
        found.append(entry)
    return found


def signature(written: list[dict[str, Any]]) -> inspect.Signature:
    """The signature that `parameters` wrote."""
    made = inspect.Parameter
    return inspect.Signature(
        [
            made(
                p["name"],
                getattr(made, p["kind"]),
                default=p.get("default", made.empty),
            )
            for p in written
        ]
    )


def is_plain(value: Any) -> bool:
    """Whether a value that is no tensor can be written down."""
    return value is None or isinstance(value, (bool, int, float, str))
