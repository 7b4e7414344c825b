"""Compares the names of addax with those of Keras, name space by name space.

    python -m tools.api_coverage ../shared/api/keras_api.json [--all]

The file lists every public name of a Keras release with its parameters, and the names
of `tf.keras.backend` that Keras 2 had besides. Absences that are meant are in
`tools/api_absences.py`, each with its reason.
"""

from __future__ import annotations

import argparse
import inspect
import json
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

from addax import keras
from tools.api_absences import ABSENCES


class Space(NamedTuple):
    """What addax has of one name space of Keras."""

    name: str
    present: list[str]
    absent: list[str]
    lacking: dict[str, list[str]]  # parameters that are absent, by name


def read(path: Path) -> dict[str, dict[str, Any]]:
    """The names of each name space, with what is known of them."""
    content = json.loads(path.read_text())
    older = content.get("tf_keras_extra", {})
    extra = {name.removeprefix("tf."): names for name, names in older.items()}
    spaces = dict(content["namespaces"])
    for name, names in extra.items():
        if name.startswith("keras"):
            spaces[name] = {**spaces.get(name, {}), **names}
    return spaces


def compare(spaces: dict[str, dict[str, Any]]) -> list[Space]:
    """Looks every name up in addax."""
    return [_compare(name, names) for name, names in sorted(spaces.items())]


def _compare(name: str, names: dict[str, Any]) -> Space:
    place = _find(name.split(".")[1:])
    space = Space(name, [], [], {})
    for each, known in sorted(names.items()):
        found = getattr(place, each, None)
        if found is None:
            space.absent.append(each)
            continue
        space.present.append(each)
        lacking = _lacking(found, known)
        if lacking:
            space.lacking[each] = lacking
    return space


def _find(parts: list[str]) -> Any:
    place: Any = keras
    for part in parts:
        place = getattr(place, part, None)
    return place


def _lacking(found: Any, known: dict[str, Any]) -> list[str]:
    """The parameters that Keras's has and addax's does not take."""
    if known["kind"] not in ("class", "function"):
        return []
    try:
        parameters = inspect.signature(found).parameters.values()
    except (TypeError, ValueError):  # no signature to be had
        return []
    names = {p.name for p in parameters}
    kinds = {p.kind for p in parameters}

    def has(wanted: str) -> bool:
        if wanted.startswith("*"):
            return inspect.Parameter.VAR_POSITIONAL in kinds
        return wanted in names

    # `*` alone is a mark, and `**kwargs` no parameter but whatever else is given
    wanted = [name for name, _ in known.get("params", []) if name != "*"]
    return [name for name in wanted if not name.startswith("**") and not has(name)]


def differences(spaces: list[Space]) -> Iterator[str]:
    """Every absence: `keras.ops.foo`, or `keras.ops.bar(parameter)`."""
    for space in spaces:
        for name in space.absent:
            yield f"{space.name}.{name}"
        for name, lacking in space.lacking.items():
            yield from (f"{space.name}.{name}({each})" for each in lacking)


def judge(spaces: list[Space]) -> tuple[list[str], list[str]]:
    """Absences that no row allows, and rows that allow nothing any more."""
    found = list(differences(spaces))
    used = {row for row in ABSENCES for each in found if fnmatchcase(each, row)}
    free = [d for d in found if not any(fnmatchcase(d, row) for row in ABSENCES)]
    return free, [row for row in ABSENCES if row not in used]


def main() -> int:
    """Prints the comparison; 1 if an absence has no reason or a reason no absence."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--all", action="store_true", help="name what is present too")
    options = parser.parse_args()
    spaces = compare(read(options.path))
    for space in spaces:
        total = len(space.present) + len(space.absent)
        print(f"{space.name}: {len(space.present)} of {total}")
        if options.all:
            print("  present:", " ".join(space.present))
        if space.absent:
            print("  absent:", " ".join(space.absent))
        for name, lacking in space.lacking.items():
            print(f"  {name} does not take:", " ".join(lacking))
    unexplained, stale = judge(spaces)
    for each in unexplained:
        print(f"absent without a reason: {each}")
    for row in stale:
        print(f"listed as absent, but there: {row}")
    return bool(unexplained or stale)


if __name__ == "__main__":
    raise SystemExit(main())
