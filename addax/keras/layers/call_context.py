"""What a call of nested layers shares: the training flag and its losses."""

from __future__ import annotations

import functools
import inspect
import threading
from collections.abc import Callable
from typing import Any


class CallContext:
    """One call from outside and the layer calls within it.

    Attributes:
        training: The flag that inner layers inherit.
        lossy: The layers that added losses in this call.
    """

    __slots__ = ("lossy", "training")

    def __init__(self, training: bool | None) -> None:
        self.training = training
        self.lossy: list[Any] = []


class _Current(threading.local):
    context: CallContext | None = None


current = _Current()


class CallSignature:
    """What a `call` method takes, read once per function."""

    def __init__(self, fn: Callable[..., Any]) -> None:
        self.signature = inspect.signature(fn)
        parameters = self.signature.parameters
        self.names = [
            n
            for n, p in parameters.items()
            if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
        ]
        # Arguments that the engine fills in and functional graphs leave out.
        self.optional = {n for n in self.names if n == "training" or n.endswith("mask")}
        self._plain = all(
            p.kind is p.POSITIONAL_OR_KEYWORD or p.kind is p.KEYWORD_ONLY
            for p in parameters.values()
        )
        self.takes_training = "training" in parameters
        self.takes_mask = "mask" in parameters
        # `query_mask` takes the mask of argument `query`.
        self.mask_of = {
            n: n.removesuffix("_mask")
            for n in self.names
            if n.endswith("_mask") and n.removesuffix("_mask") in self.names
        }
        self._quick = False
        self._needed: set[str] = set()
        default = parameters["training"].default if self.takes_training else None
        self.training_default = default if isinstance(default, bool) else None

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        """Arguments by name, in the order of the parameters."""
        if self._quick and len(args) == 1:  # the usual call; `inspect` takes 5 us
            first, *others = self.names
            found = {first: args[0]}
            for name in others:
                if name in kwargs:
                    found[name] = kwargs[name]
            if self._needed.issubset(found) and len(found) == len(kwargs) + 1:
                return found
        return dict(self.signature.bind(*args, **kwargs).arguments)

    def spread(
        self, arguments: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Arguments by name as (args, kwargs); the first one is positional."""
        if self._plain:
            names = list(arguments)[:1]
            rest = {k: v for k, v in arguments.items() if k not in names}
            return tuple(arguments[n] for n in names), rest
        bound = inspect.BoundArguments(self.signature, arguments)  # type: ignore
        return bound.args, bound.kwargs

    def apply(self, fn: Callable[..., Any], arguments: dict[str, Any]) -> Any:
        """Calls `fn`, of this signature, with arguments by name."""
        if self._plain:
            return fn(**arguments)
        args, kwargs = self.spread(arguments)
        return fn(*args, **kwargs)


@functools.lru_cache(maxsize=4096)
def call_signature(fn: Callable[..., Any]) -> CallSignature:
    """The `CallSignature` of a plain function (`self` is not among its names)."""
    made = CallSignature(fn)
    parameters = list(made.signature.parameters.values())[1:]
    made.signature = made.signature.replace(parameters=parameters)
    made.names = made.names[1:] if made.names[:1] == ["self"] else made.names
    made._quick = made._plain and made.names == [p.name for p in parameters] != []
    made._quick = made._quick and parameters[0].kind is not parameters[0].KEYWORD_ONLY
    made._needed = {p.name for p in parameters if p.default is p.empty}
    return made
