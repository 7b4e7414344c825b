"""Every private JAX name and every JAX version check; nothing else touches them."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any, ParamSpec, TypeVar

import jax
import numpy as np
from jax import ShapeDtypeStruct
from jax.core import ShapedArray, Tracer
from jax.extend import core as _extend_core

try:  # swap_local costs 0.08 us, the public context manager 1 us
    from jax._src.config import enable_x64 as _x64_state

    _swap_x64: Callable[[Any], Any] = _x64_state.swap_local
    _set_x64: Callable[[Any], Any] = _x64_state.set_local
except (ImportError, AttributeError):  # pragma: no cover - other JAX versions
    _swap_x64 = _set_x64 = None  # type: ignore[assignment]

try:  # where traces are entered and left
    from jax._src import core as _jax_core
except ImportError:  # pragma: no cover - other JAX versions
    _jax_core = None  # type: ignore[assignment]

try:  # what `jax.device_put` ends in: 4 us, and 23 on the way there
    from jax._src.lib import xla_client as _xla_client  # pyright: ignore

    _batched_put: Any = _xla_client.batched_device_put
except (ImportError, AttributeError):  # pragma: no cover - other JAX versions
    _batched_put = None

try:  # asking the abstract class takes four times as long
    from jax._src.array import ArrayImpl as _Array
except ImportError:  # pragma: no cover - other JAX versions
    _Array: Any = jax.Array

P = ParamSpec("P")
R = TypeVar("R")

UnexpectedTracerError = jax.errors.UnexpectedTracerError


class x64:
    """Gives JAX 64-bit types within a `with` block, on this thread only.

    addax enters it at each of its gates, so that `tf.int64` and `tf.float64` exist
    while a user's own JAX code outside keeps the process-wide setting
    (docs/design/0002-sixty-four-bits.md).
    """

    __slots__ = ("_previous",)

    if _swap_x64 is not None:

        def __enter__(self) -> None:
            self._previous = _swap_x64(True)

        def __exit__(self, *exc: object) -> None:
            _set_x64(self._previous)

    else:  # pragma: no cover - other JAX versions

        def __enter__(self) -> None:
            self._previous = jax.enable_x64(True)
            self._previous.__enter__()

        def __exit__(self, *exc: object) -> None:
            self._previous.__exit__(None, None, None)


def in_x64(fn: Callable[P, R]) -> Callable[P, R]:
    """Decorator form of `x64`."""

    @functools.wraps(fn)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        with x64():
            return fn(*args, **kwargs)

    return wrapper


class Expected:
    """A value that will never be: its shape and type (`addax.core.expected`).

    What asks for more fails, and is asked again in a trace.
    """

    __slots__ = ("dtype", "ndim", "shape", "size", "weak_type")

    def __init__(self, shape: Sequence[int], dtype: Any, weak_type: bool = False):
        self.shape = tuple(shape)
        self.dtype = np.dtype(dtype)
        self.weak_type = weak_type
        self.ndim = len(self.shape)
        self.size = math.prod(self.shape)

    def _refuse(self, *_: Any) -> Any:
        raise TypeError("It has no value, nor a trace that it is in.")

    __array__ = __jax_array__ = __bool__ = __len__ = __iter__ = __getitem__ = _refuse
    __index__ = __int__ = __float__ = __complex__ = __eq__ = __hash__ = _refuse


def is_tracer(value: object) -> bool:
    """Whether `value` stands for one that is known only later, if ever."""
    return isinstance(value, (Tracer, Expected))


def is_array(value: object) -> bool:
    """Whether `value` is an array of JAX's that has its values."""
    return isinstance(value, _Array) and not isinstance(value, Tracer)


def may_wait() -> bool:
    """Whether it makes no difference when operations run: not where JAX is to look for
    NaN after each, or while they are placed on another device than the usual."""
    config: Any = jax.config
    return config.jax_default_device is None and not config.jax_debug_nans


def put(array: np.ndarray[Any, Any]) -> jax.Array:
    """An array on the default device, which may share its memory from now on."""
    chosen: Any = jax.config.jax_default_device  # pyright: ignore
    plain = array.dtype.kind in "biufc" and array.dtype.isnative
    if _batched_put is None or not plain or not isinstance(chosen, _CHOICES):
        return jax.device_put(array)
    device, where = _placement(chosen)
    shape = ShapedArray(array.shape, array.dtype)
    return _batched_put(shape, where, [array], [device], False)


_CHOICES = (type(None), jax.Device)


@functools.lru_cache(maxsize=64)
def _placement(chosen: Any) -> tuple[Any, Any]:
    device = chosen or jax.local_devices()[0]
    return device, jax.sharding.SingleDeviceSharding(device)


def eval_eagerly() -> Any:
    """A context in which operations on concrete arrays run now, even inside a trace."""
    return jax.ensure_compile_time_eval()


def trace(fn: Callable[..., Any], avals: Sequence[ShapeDtypeStruct]) -> Any:
    """Traces `fn(*avals) -> flat list` to a closed jaxpr."""
    return jax.make_jaxpr(fn)(*avals)


def dce(closed: Any) -> Any:
    """Drops the equations of a closed jaxpr that no output and no effect needs.

    A replayed tape leaves its first forward pass dead; dropping it here is cheaper
    than letting XLA find it again in each lowering.
    """
    try:
        from jax._src.interpreters import partial_eval as pe

        jaxpr = getattr(closed, "jaxpr", closed)
        live, _ = pe.dce_jaxpr(jaxpr, [True] * len(jaxpr.outvars), instantiate=True)
        if live is jaxpr:
            return closed
        consts = closed.consts
        if len(live.constvars) != len(consts):
            kept = {id(v) for v in live.constvars}
            consts = [
                c for v, c in zip(jaxpr.constvars, consts, strict=True) if id(v) in kept
            ]
        return _extend_core.ClosedJaxpr(live, consts)  # pyright: ignore
    except (ImportError, AttributeError, TypeError, ValueError):  # pragma: no cover
        return closed


def select_inputs(closed: Any, order: Sequence[int]) -> Any | None:
    """The closed jaxpr with its inputs reordered, and those not named dropped.

    Inputs that are dropped must be unused. Answers `None` where this JAX keeps its
    jaxprs in another form; tracing again does the same, and takes as long as tracing.
    """
    try:
        jaxpr = getattr(closed, "jaxpr", closed)
        debug = jaxpr.debug_info.with_unknown_names()
        fewer = jaxpr.replace(invars=[jaxpr.invars[i] for i in order], debug_info=debug)
        if jaxpr is closed:
            return fewer
        return type(closed)(fewer, closed.consts)
    except (AttributeError, TypeError, AssertionError):  # pragma: no cover
        return None


def current_trace() -> Any:
    """The innermost trace, for `read_in`; `None` where this JAX has it elsewhere."""
    if not hasattr(_jax_core, "set_current_trace"):  # pragma: no cover
        return None
    return getattr(getattr(_jax_core, "trace_ctx", None), "trace", None)


def read_in(trace: Any, array: Any) -> Any:
    """A value that stands for `array` in `trace`, also within a trace inside it."""
    with _jax_core.set_current_trace(trace):  # pyright: ignore
        return jax.lax.copy_p.bind(array)  # pyright: ignore


def make_inputs(closed: Any, count: int) -> Any | None:
    """The closed jaxpr with its last results, values of `read_in`, as further inputs.

    What was read is then given instead. Answers `None` where this JAX keeps its jaxprs
    in another form.
    """
    try:
        jaxpr = getattr(closed, "jaxpr", closed)
        variables = jaxpr.outvars[-count:]
        moved = {id(v) for v in variables}
        eqns = [e for e in jaxpr.eqns if not {id(v) for v in e.outvars} & moved]
        if len(moved) != count or len(jaxpr.eqns) - len(eqns) != count:
            return None
        changed = jaxpr.replace(
            invars=[*jaxpr.invars, *variables],
            outvars=jaxpr.outvars[:-count],
            eqns=eqns,
            debug_info=jaxpr.debug_info.with_unknown_names(),
        )
        return changed if jaxpr is closed else type(closed)(changed, closed.consts)
    except (AttributeError, TypeError, AssertionError):  # pragma: no cover
        return None


def as_fun(closed: Any) -> Callable[..., list[Any]]:
    """The function that a closed jaxpr stands for: flat arrays in, flat list out."""
    return _extend_core.jaxpr_as_fun(closed)


def constants(closed: Any) -> list[Any]:
    """The values that a closed jaxpr closes over."""
    return list(closed.consts)


def with_constants(closed: Any, values: Sequence[Any]) -> Any:
    """The closed jaxpr closed over other values."""
    return closed.replace(consts=list(values))


def has_effects(closed: Any) -> bool:
    """Whether a closed jaxpr calls back to Python for more than a value."""
    return bool(closed.effects)


def trace_state() -> Any:
    """An object equal to itself exactly while the same JAX trace is innermost."""
    return _extend_core.get_opaque_trace_state()


def keep_programs(store: Any) -> None:
    """Gives JAX a store for compiled programs, if nobody has given it one.

    Args:
        store: An object with `get(key)`, `put(key, bytes)` and a `_path`.
    """
    if jax.config.jax_compilation_cache_dir is not None:  # pyright: ignore
        return
    try:
        from jax._src import compilation_cache

        if compilation_cache._cache is not None:
            return
        compilation_cache._cache = store
        compilation_cache._cache_initialized = True
    except (ImportError, AttributeError):  # pragma: no cover - other JAX versions
        return
    jax.config.update("jax_compilation_cache_dir", str(store._path))
    # What takes 10 ms to compile takes 1 ms to read.
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
