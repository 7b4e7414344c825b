"""Methods of metrics as single compiled programs."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

from addax.core import Program, Tensor, any_symbolic, convert, lift, run_with, scope
from addax.core.function import Settings

M = TypeVar("M", bound=Callable[..., Any])


def one_dispatch(method: M) -> M:
    """Makes a method of values run as one compiled program when it is called eagerly.

    Its parameters take tensors, arrays, nested lists or `None`; masks that layers
    attached to tensors are carried in. Inside a trace the method is inlined.
    """
    _, *parameters = inspect.signature(method).parameters.values()
    names = tuple(p.name for p in parameters)
    defaults = {p.name: p.default for p in parameters}

    @functools.wraps(method)
    def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
        if scope.state.lift is not None or Settings.run_eagerly:
            return method(self, *args, **kwargs)
        if len(args) > len(names) or not kwargs.keys() <= defaults.keys():
            return method(self, *args, **kwargs)  # which raises Python's TypeError
        given = {**defaults, **dict(zip(names, args, strict=False)), **kwargs}
        missing = any(v is inspect.Parameter.empty for v in given.values())
        if missing or any_symbolic(given):
            return method(self, *args, **kwargs)
        arrays: dict[str, Tensor] = {}
        for name, value in given.items():
            if value is not None:
                arrays[name] = convert(value)
                mask = getattr(value, "_keras_mask", None)
                if mask is not None:
                    arrays[f"mask of {name}"] = convert(mask)
        key = (
            method,
            *((name, x.shape, x.dtype) for name, x in arrays.items()),
        )
        program = self._programs.get(key)
        with scope.use(tapes=(), autocast=None):
            if program is None:
                body = functools.partial(_call, method, self, tuple(arrays))
                lifted = lift(body, list(arrays.values()), self.variables)
                # Metrics are small, and read all the time: nothing is donated.
                program = Program(lifted, donate=False)
                self._programs[key] = program
            return program.lifted.outputs(run_with(program, list(arrays.values())))

    return wrapper  # type: ignore[return-value]


def _call(method: Any, metric: Any, names: tuple[str, ...], *values: Tensor) -> Any:
    arguments = dict(zip(names, values, strict=True))
    for name in names:
        if name.startswith("mask of "):
            tensor = Tensor(arguments[name[8:]]._value)
            tensor._keras_mask = arguments.pop(name)
            arguments[name[8:]] = tensor
    return method(metric, **arguments)
