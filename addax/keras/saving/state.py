"""The variables of a model to and from an HDF5 file, in the layout of Keras 3."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from addax._base.errors import explain
from addax.core import SeedGenerator
from addax.keras.saving.h5_store import (
    H5Group,
    Untrusted,
    file_size,
    find_group,
    write_array,
)
from addax.keras.saving.hdf5 import h5py
from addax.keras.saving.shards import ShardReader, ShardWriter
from addax.keras.saving.walk import walk


def write_state(
    root: Any, file: h5py.File | ShardWriter, *, include_optimizer: bool = True
) -> None:
    """Writes all variables of a model.

    Args:
        root: The model.
        file: An HDF5 file open for writing, or several as one.
        include_optimizer: Whether those of its optimizer belong to it.
    """
    for path, part in walk(root):
        if not include_optimizer and path.partition("/")[0] == "optimizer":
            continue
        group: Any = file.require_group(f"{path}/vars" if path else "vars")
        group.attrs["name"] = str(getattr(part, "name", path))
        for name, value in _arrays(part).items():
            write_array(group, name, value)


def stored_arrays(root: Any) -> dict[str, dict[str, Any]]:
    """The arrays that a file of a model holds, by the paths of its parts."""
    return {path: _arrays(part) for path, part in walk(root)}


def _arrays(part: Any) -> dict[str, Any]:
    store: dict[str, Any] = {}
    if isinstance(part, SeedGenerator):
        store["0"] = part.state.numpy()
    else:
        part.save_own_variables(store)
    return store


def read_state(
    root: Any,
    file: h5py.File | ShardReader,
    shown: str,
    *,
    skip_mismatch: bool = False,
) -> None:
    """Sets all variables of a model from a file; on an error they stay as they were.

    Args:
        root: The model.
        file: What `write_state`, or Keras, wrote; or several files as one.
        shown: What to call the file in messages.
        skip_mismatch: Whether to leave out, with a warning, what does not fit.

    Raises:
        ValueError: If something does not fit or is missing.
    """
    problems = []
    with unchanged_on_error(root):
        for path, part in walk(root):
            store = _store(file, f"{path}/vars" if path else "vars", shown)
            try:
                _load(root, part, store)
            except Untrusted:
                raise
            except (ValueError, KeyError, TypeError) as error:
                if part is not root and path == "optimizer":
                    warnings.warn(_optimizer_skipped(part, error), stacklevel=4)
                else:
                    problems.append((path, part, error))
        if problems and not skip_mismatch:
            raise ValueError(_does_not_fit(problems, shown))
    if problems:
        warnings.warn(_does_not_fit(problems, shown), stacklevel=4)


def _store(file: h5py.File | ShardReader, path: str, shown: str) -> Mapping[str, Any]:
    if isinstance(file, ShardReader):
        return file.store(path)
    return H5Group(find_group(file, path, shown), shown, file_size(file))


def _load(root: Any, part: Any, store: Mapping[str, Any]) -> None:
    if isinstance(part, SeedGenerator):
        # Keras does not keep the state of generators in its files.
        if "0" in store:
            part.state.assign(store["0"])
    elif part is getattr(root, "optimizer", None):
        if store:
            if not part.built and getattr(root, "built", False):
                part.build(root.trainable_variables)
            if len(store) != len(part.variables) and _never_used(part, store):
                return
            part.load_own_variables(store)
    elif store or getattr(part, "weights", None):
        part.load_own_variables(store)


def _never_used(optimizer: Any, store: Mapping[str, Any]) -> bool:
    """Whether a file is from before the first step, with nothing to go on with."""
    fresh = type(optimizer).from_config(optimizer.get_config())
    return len(store) <= len(fresh.variables)


@contextmanager
def unchanged_on_error(root: Any) -> Iterator[None]:
    """Sets all variables of a model back if the block raises an error."""
    # Values are immutable: keeping them costs nothing until they are replaced.
    optimizer = getattr(root, "optimizer", None)
    variables = [*getattr(root, "variables", ()), *getattr(optimizer, "variables", ())]
    before = [(variable, variable.read_value()) for variable in variables]
    try:
        yield
    except BaseException:
        for variable, value in before:
            variable.assign(value)
        raise


def _does_not_fit(problems: list[tuple[str, Any, Exception]], shown: str) -> str:
    lines = []
    for path, part, error in problems[:5]:
        name = getattr(part, "name", type(part).__name__)
        lines.append(f"- {name!r} ({path or 'the model itself'}): {error}")
    if len(problems) > 5:
        lines.append(f"- and {len(problems) - 5} more")
    count = "1 part" if len(problems) == 1 else f"{len(problems)} parts"
    return explain(
        f"The weights of {count} of the model do not fit the file.",
        received={"filepath": shown},
        why="\n".join(lines),
        fix=[
            "Load the file into the model that it was saved from.",
            "To take what fits: model.load_weights(path, skip_mismatch=True)",
        ],
    )


def _optimizer_skipped(optimizer: Any, error: Exception) -> str:
    return (
        f"The state of the optimizer {optimizer.name!r} was not loaded: {error}\n"
        "Training goes on with a fresh optimizer."
    )
