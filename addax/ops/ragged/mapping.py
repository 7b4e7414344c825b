"""A function of the entries of ragged tensors, or with results that differ in length.

Entries differ in shape, so they are taken one by one, outside compiled programs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from addax._base.errors import explain
from addax.core import convert, tree
from addax.ops import create
from addax.ops import shape as shapes
from addax.ops.ragged.join import constant, stack
from addax.ops.ragged.spec import RaggedTensorSpec
from addax.ops.ragged.tensor import RaggedTensor


def involves_ragged(*structures: Any) -> bool:
    """Whether ragged tensors, or specs of them, are among the leaves."""
    kinds = (RaggedTensor, RaggedTensorSpec)
    return any(isinstance(x, kinds) for s in structures for x in tree.flatten(s))


def map_rows(fn: Callable[[Any], Any], elems: Any, wanted: Any) -> Any:
    """Applies `fn` to each entry along the first axis.

    Args:
        fn: A function of an entry.
        elems: A tensor, ragged or not, or a structure of tensors of one first size.
        wanted: Types and specs of what `fn` returns; `None` if they are those of its
            argument.

    Returns:
        The results: ragged where `wanted` says so, or where the argument is.

    Raises:
        ValueError: If the tensors' first sizes differ.
    """
    leaves, treedef = tree.flatten_with_treedef(elems)
    leaves = [convert(x) for x in leaves]
    counts = [int(x.shape[0]) for x in leaves]
    if len(set(counts)) > 1:
        raise ValueError(
            explain(
                "Tensors that are mapped together must have as many entries.",
                received={"entries": counts},
                fix="elems=(x, y) with x.shape[0] == y.shape[0]",
            )
        )
    rows = range(counts[0])
    results = [fn(tree.unflatten(treedef, [x[i] for x in leaves])) for i in rows]
    if wanted is None:
        wanted = tree.unflatten(treedef, [_kind(x) for x in leaves])
    kinds, form = tree.flatten_with_treedef(wanted)
    columns = [tree.flatten(result) for result in results]
    joined = [_joined([c[n] for c in columns], kind) for n, kind in enumerate(kinds)]
    return tree.unflatten(form, joined)


def _kind(x: Any) -> Any:
    if isinstance(x, RaggedTensor):
        return RaggedTensorSpec(x.shape[1:], x.dtype)
    return x.dtype


def _joined(results: Sequence[Any], kind: Any) -> Any:
    dtype = getattr(kind, "dtype", kind)
    made = [convert(x, dtype) for x in results]
    if not isinstance(kind, RaggedTensorSpec):
        return shapes.stack(made) if made else create.zeros((0,), dtype)
    if made:
        return stack(made)
    depth = 1 if kind.shape is None else max(len(kind.shape), 1)
    return constant([], dtype, depth)
