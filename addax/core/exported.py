"""Lifted programs as bytes (StableHLO), to be run without the Python they came from.

An argument's unknown sizes stay open: the program is traced with symbols for them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import jax
from jax import export

from addax import native
from addax._base.errors import explain
from addax._base.lazy import optional_import
from addax.core import _jax
from addax.core.lift import Lifted, lift
from addax.core.op import Array, Op

# What errors say of unknown sizes: JAX's words, or our names for them
_NAMES_SIZE = re.compile(r"ymbolic dimension|\bn\d\b")


def open_avals(specs: Sequence[tuple[Sequence[int | None], str]]) -> list[Any]:
    """What stands for arguments of which some sizes are unknown.

    Args:
        specs: The shape (`None` where unknown) and type of each argument. Unknown sizes
            of the same axis are one unknown: that of the batch, most often.

    Returns:
        A `jax.ShapeDtypeStruct` for each.
    """
    scope = export.SymbolicScope()
    made = []
    for shape, dtype in specs:
        names = [f"n{i}" if n is None else str(n) for i, n in enumerate(shape)]
        # A comma, for one name alone must be a tuple too
        sizes = export.symbolic_shape(
            f"({','.join(names)},)" if names else "()", scope=scope
        )
        made.append(jax.ShapeDtypeStruct(sizes, dtype))
    return made


def lift_open(
    fn: Callable[..., Any], specs: Sequence[tuple[Sequence[int | None], str]]
) -> Lifted:
    """Traces a function of tensors with unknown sizes; see `open_avals`.

    Without native kernels: they take sizes as numbers, and the process that the
    program goes to may not have them.

    Raises:
        ValueError: If it computes with the unknown sizes themselves.
    """
    try:
        with _jax.x64(), native.USE.override(False):
            return lift(fn, open_avals(specs))
    except Exception as error:
        if not _NAMES_SIZE.search(str(error)):
            raise
        raise ValueError(
            explain(
                "A function that is saved for tensors of any size must not compute "
                "with the sizes, nor need them to be certain ones.",
                received={"signature": [tuple(shape) for shape, _ in specs]},
                why="The sizes marked None are known only when the program runs.",
                fix=[
                    "tf.reshape(x, [-1, n]), tf.zeros_like(x): no tf.shape(x).",
                    "Say the sizes in the signature: tf.TensorSpec([32, 10]).",
                ],
            )
        ) from error


def pack(lifted: Lifted) -> bytes:
    """A program as bytes. Its arguments are its variables' values, then its own."""
    optional_import("flatbuffers", extra="export", purpose="Saving a program")
    count = len(lifted.writes)

    def pure(xs: Sequence[Any]) -> Any:
        split = len(lifted.writes) + len(lifted.reads)
        results, new = lifted.pure(xs[:count], xs[count:split], xs[split:])
        return [*results, *new]

    held = [v._handle._value for v in (*lifted.writes, *lifted.reads)]
    avals = [jax.ShapeDtypeStruct(x.shape, x.dtype) for x in held]
    platforms = list(dict.fromkeys(["cpu", export.default_export_platform()]))
    with _jax.x64():
        made = export.export(jax.jit(pure), platforms=platforms)(
            [*avals, *lifted.avals]
        )
        try:
            return bytes(made.serialize(vjp_order=1))
        except Exception:  # not everything has a gradient
            return bytes(made.serialize())


def unpack(data: bytes, name: str) -> Op:
    """The program that `pack` wrote, as an operation on a list of tensors."""
    optional_import("flatbuffers", extra="export", purpose="Loading a program")
    with _jax.x64():
        program = export.deserialize(bytearray(data))
    platform = export.default_export_platform()
    if platform not in program.platforms:
        raise ValueError(
            explain(
                f"This program was saved for {', '.join(program.platforms)}.",
                received={"platform": platform},
                fix="with tf.device('CPU:0'): ...",
            )
        )

    def run(xs: Sequence[Array]) -> Any:
        return tuple(program.call(list(xs)))

    return Op(run, name=name)
