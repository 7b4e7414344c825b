"""Python functions called from compiled programs, with values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import numpy as np
from jax.experimental import io_callback

from addax._base.errors import explain
from addax.core import Array, Op, Tensor, TensorSpec, convert, scope
from addax.core.emit import guarded


def call_back(
    run: Callable[..., list[Tensor]],
    args: Sequence[Tensor],
    specs: Sequence[TensorSpec],
    name: str,
) -> list[Tensor]:
    """Has the compiled program call `run(*tensors)`, once each time it runs.

    Args:
        run: A function of tensors that have values.
        args: Its arguments.
        specs: Shape and type of each result.
        name: The public function, for messages.

    Returns:
        The results. No gradients flow through them.

    Raises:
        NeedsPython: If a result's shape is not known.
    """
    if any(s.shape is None or None in s.shape for s in specs):
        raise scope.NeedsPython(
            f"`{name}` inside a compiled function needs the shapes of its results.",
            f"Say them: {name}(func, inp, Tout=tf.TensorSpec(shape, dtype)).",
        )
    kinds = [jax.ShapeDtypeStruct(tuple(s.shape or ()), s.dtype.name) for s in specs]

    def host(*arrays: Any) -> list[Any]:
        with scope.eagerly():
            outs = run(*(convert(np.asarray(a)) for a in arrays))
        found = [np.asarray(x._value) for x in outs]
        for x, kind in zip(found, kinds, strict=True):
            if x.shape != kind.shape:
                raise ValueError(
                    explain(
                        f"The function given to {name} returned another shape than "
                        "Tout says.",
                        received={"returned": x.shape, "Tout": kind.shape},
                    )
                )
        return found

    blank = [np.zeros(k.shape, k.dtype) for k in kinds]

    def kernel(xs: Sequence[Array]) -> Any:
        still = [jax.lax.stop_gradient(x) for x in xs]
        return tuple(io_callback(guarded(host, blank), kinds, *still))

    return list(Op(kernel, name=name, compile=False, differentiable=False)(list(args)))
