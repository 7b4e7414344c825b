"""`RematScope`: which layers compute again for gradients what they could have kept."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax._base.names import did_you_mean
from addax.core import infer, tree
from addax.ops.remat import remat

_MODES = ("full", "activations", "larger_than", "list_of_layers", None)


class _Current(threading.local):
    scope: RematScope | None = None


_current = _Current()


class RematScope:
    """Layers made in a block compute their intermediate results again for gradients.

    That needs less memory and more time.

    Args:
        mode: `"full"`, every layer; `"activations"`, layers with an activation;
            `"larger_than"`, layers with larger outputs than the threshold;
            `"list_of_layers"`, those named; `None`, none.
        output_size_threshold: How many numbers an output may have, for `"larger_than"`.
        layer_names: The names, for `"list_of_layers"`.

    Raises:
        ValueError: If there is no such mode.

    Example:

    >>> from addax import keras
    >>> with keras.RematScope(mode="full"):
    ...     layer = keras.layers.Dense(8, activation="relu")
    """

    def __init__(
        self,
        mode: str | None = "full",
        output_size_threshold: int = 1024,
        layer_names: Sequence[str] | None = None,
    ) -> None:
        if mode not in _MODES:
            raise ValueError(
                explain(
                    f"`mode` is one of {', '.join(map(repr, _MODES))}.",
                    received={"mode": mode},
                    why=did_you_mean(str(mode), [m for m in _MODES if m]),
                )
            )
        self.mode = mode
        self.output_size_threshold = output_size_threshold
        self.layer_names = tuple(layer_names or ())
        self._before: RematScope | None = None

    def __enter__(self) -> RematScope:
        self._before, _current.scope = _current.scope, self
        return self

    def __exit__(self, *exc: object) -> None:
        _current.scope = self._before

    def applies(self, layer: Any, args: Any, kwargs: Any) -> bool:
        """Whether a layer's call with these arguments is to be computed again."""
        if self.mode == "list_of_layers":
            return layer.name in self.layer_names
        if self.mode == "activations":
            return hasattr(layer, "activation")
        if self.mode == "larger_than":
            outputs = tree.flatten(infer(layer.call, args, kwargs))
            sizes = [int(np.prod(x.shape)) for x in outputs if hasattr(x, "shape")]
            return max(sizes, default=0) > self.output_size_threshold
        return self.mode == "full"


def current_scope() -> RematScope | None:
    """The scope around, or `None`."""
    scope = _current.scope
    return None if scope is None or scope.mode is None else scope


def rematerialized(
    layer: Any, call: Callable[..., Any], scope: RematScope
) -> Callable[..., Any]:
    """A layer's `call`, computed again for gradients where the scope says so."""

    def run(*args: Any, **kwargs: Any) -> Any:
        again = scope.applies(layer, args, kwargs)
        return (remat(call) if again else call)(*args, **kwargs)

    return run
