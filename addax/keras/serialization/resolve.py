"""`resolve`: what stands behind `keras.losses.get("mse")` and its siblings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from addax._base.errors import explain
from addax._base.names import did_you_mean, to_snake_case
from addax.keras.serialization.decode import deserialize_keras_object
from addax.keras.serialization.registry import get_registered_object


def name_table(*objects: Any, **aliases: Any) -> dict[str, Any]:
    """The strings by which classes and functions are asked for.

    Args:
        *objects: Classes and functions; each is known by its name, in snake case too.
        **aliases: Further names.

    Returns:
        The table for `resolve`.

    Example:

    >>> from addax.keras.serialization import name_table
    >>> class GlorotUniform: ...
    >>> sorted(name_table(GlorotUniform, xavier=GlorotUniform))
    ['GlorotUniform', 'glorot_uniform', 'xavier']
    """
    table = {}
    for each in objects:
        table[each.__name__] = table[to_snake_case(each.__name__)] = each
    return table | aliases


def resolve(
    identifier: Any,
    table: Mapping[str, Any],
    kind: str,
    *,
    make: bool = True,
    accepts: Callable[[Any], bool] = callable,
) -> Any:
    """Finds what a user meant by a name, a configuration, a class or an object.

    Args:
        identifier: A name in `table` or of a registered object; a dictionary that
            `serialize_keras_object` returned (or an older one without `"module"`);
            a class; an object or function, returned as it is; or `None`.
        table: Names and classes or functions (see `name_table`).
        kind: What is asked for, for messages: `"loss"`, `"initializer"`.
        make: Whether a class is called to make an object.
        accepts: Whether any other object will do.

    Returns:
        The object or function; `None` for `None`.

    Raises:
        ValueError: If it is nothing of the kind; the message lists the names.

    Example:

    >>> from addax.keras.serialization import resolve
    >>> resolve("max", {"max": max, "min": min}, "reduction") is max
    True
    >>> resolve("mx", {"max": max, "min": min}, "reduction")
    Traceback (most recent call last):
    ...
    ValueError: 'mx' is not the name of a reduction. Received: reduction='mx'
    Did you mean 'max'? Valid names: 'max', 'min'.
    Fix: Pass one of these names, or the reduction itself.
    """
    if identifier is None:
        return None
    if isinstance(identifier, dict):
        found = _from_config(identifier, table, kind)
    elif isinstance(identifier, str):
        found = _by_name(identifier, table, kind)
    else:
        found = identifier
    if make and isinstance(found, type):
        found = found()
    if accepts(found) or hasattr(found, "get_config"):
        return found
    raise ValueError(
        explain(
            f"This is not {_article(kind)} {kind}, nor a name or configuration of one.",
            received={kind: identifier},
            fix=f"Pass a name ({_listed(table)}), an object or a function.",
        )
    )


def _from_config(config: dict[str, Any], table: Mapping[str, Any], kind: str) -> Any:
    if "class_name" not in config or "config" not in config:
        raise ValueError(
            explain(
                f"{_article(kind).capitalize()} {kind} is described by the keys "
                "'class_name' and 'config'.",
                received={kind: config},
                fix='{"class_name": ..., "config": {...}}',
            )
        )
    if "module" in config or config["class_name"] not in table:
        return deserialize_keras_object(config)
    found = _by_name(config["class_name"], table, kind)
    return found.from_config(config["config"])


def _article(noun: str) -> str:
    return "an" if noun[0] in "aeiou" else "a"


def _by_name(name: str, table: Mapping[str, Any], kind: str) -> Any:
    found = get_registered_object(name, module_objects=table)
    if found is None:
        guess = did_you_mean(name, table)
        raise ValueError(
            explain(
                f"{name!r} is not the name of {_article(kind)} {kind}.",
                received={kind: name},
                why=f"{guess} Valid names: {_listed(table)}.".strip(),
                fix=f"Pass one of these names, or the {kind} itself.",
            )
        )
    return found


def _listed(table: Mapping[str, Any]) -> str:
    """The names, one for each class or function: the first lower-case one."""
    shown: dict[int, str] = {}
    for name in sorted(table, key=lambda n: (not n.islower(), n)):
        shown.setdefault(id(table[name]), name)
    return ", ".join(map(repr, sorted(shown.values())))
