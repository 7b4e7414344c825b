"""Calls of a user's function on elements: eagerly on the host, or compiled.

TensorFlow traces the function of a `map` once. Here it runs eagerly at first; when
elements keep coming in one shape it is compiled as a whole, so that an element costs
one call instead of one for each operation. Photos of many sizes never compile.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

import jax

from addax._base.errors import explain
from addax.core import Function, Tensor, infer, scope
from addax.core.function import Settings
from addax.data import nest
from addax.data.elements import to_element, to_tensors
from addax.data.specs import spec_of_result, symbols
from addax.ops.on_host import on_host

# A shape is compiled when it comes the second time, unless there were many by then.
MOST_SHAPES = 4
_INNER = 100  # how often a shape comes first, in a dataset made within a function


class Call:
    """A user's function, to be run on elements.

    Args:
        fn: The function; the parts of a tuple are its arguments.
        stage: The method it was given to, for messages.
        compiles: Whether it may be compiled.
    """

    def __init__(
        self, fn: Callable[..., Any], stage: str, compiles: bool = True
    ) -> None:
        if not callable(fn):
            raise TypeError(
                explain(
                    f"Dataset.{stage} takes a function.",
                    received={"function": fn},
                    fix=f"dataset.{stage}(lambda x: ...)",
                )
            )
        self.fn = fn
        self.stage = stage
        self._compiles = compiles
        # A dataset made for each element (in `flat_map`, most often) has few elements
        # of its own, and a function that is new each time.
        self._patience = _INNER if within_a_call() else 1
        self._seen: dict[Any, int] = {}
        self._compiled: Any = fn
        self._lock = threading.Lock()
        self._form: Any = None

    def __call__(self, element: Any, number: int) -> Any:
        """The function's result for the element of that number, as an element.

        Raises:
            Exception: The function's own, of the same class where it can be made
                from a text, saying which element it was.
        """
        try:
            with surroundings():
                return to_element(self._run(to_tensors(element)))
        except Exception as error:
            raise located(error, self.stage, self.fn, number) from error

    def spec(self, spec: Any) -> Any:
        """What results look like for elements that look like `spec`.

        Raises:
            Exception: If only running the function can tell.
        """
        # Not `scope.eagerly()`: under it, the arrays that stand for images of unknown
        # sizes would be computed.
        with scope.use(tapes=()):
            symbolic = _arguments(symbols(spec))
            made = spec_of_result(infer(self.fn, symbolic))
            if "{" in nest.outline(made):
                made = nest.map_leaves(
                    lambda _, leaf: leaf, self._seen_form(symbolic), made
                )
        return made

    def _seen_form(self, arguments: tuple[Any, ...]) -> Any:
        """The result's structure, dictionaries in the order that the function gives."""
        forms = []

        def noted(*args: Any) -> Any:
            forms.append(self.fn(*args))
            return forms[-1]

        infer(noted, arguments)
        return forms[-1]

    def _run(self, element: Any) -> Any:
        arguments = _arguments(element)
        if not self._compiles or Settings.run_eagerly:
            return self.fn(*arguments)
        key = _signature(element)
        if key is None:
            return self.fn(*arguments)
        seen = self._seen.get(key, 0)
        if seen < self._patience or len(self._seen) > MOST_SHAPES:
            self._seen[key] = seen + 1
            result = self.fn(*arguments)
            self._form = nest.map_leaves(lambda _: None, result)
            return result
        if seen == self._patience:
            with self._lock:
                try:
                    if not isinstance(self._compiled, Function):
                        self._compiled = Function(self.fn)
                    result = self._in_form(self._compiled(*arguments))
                    self._seen[key] = seen + 1
                    return result
                except Exception:
                    # It needs values, as Python code does; or it is simply wrong, and
                    # then running it eagerly says so in its own words.
                    self._compiles = False
            return self.fn(*arguments)
        return self._in_form(self._compiled(*arguments))

    def _in_form(self, result: Any) -> Any:
        """JAX sorts dictionaries; elements keep the order that the function gave."""
        return nest.map_leaves(lambda _, leaf: leaf, self._form, result)


class HostCall(Call):
    """A function of our own, to be run on elements as they are on the host."""

    def __call__(self, element: Any, number: int) -> Any:
        try:
            return self.fn(*_arguments(element))
        except Exception as error:
            raise located(error, self.stage, self.fn, number) from error


def _arguments(element: Any) -> tuple[Any, ...]:
    return tuple(element) if isinstance(element, tuple) else (element,)


def _signature(element: Any) -> Any:
    """What compiled code would be made for; `None` if it cannot be."""
    parts = []
    for leaf in nest.flatten(element):
        if not isinstance(leaf, Tensor) or leaf._value.dtype == object:
            return None
        parts.append((leaf._value.shape, leaf._value.dtype))
    return tuple(parts)


def within_a_call() -> bool:
    """Whether this runs in a user's function, on an element or while it is traced."""
    return scope.state.kernels is not None or scope.state.lift is not None


def surroundings() -> contextlib.AbstractContextManager[None]:
    """Outside every trace and tape, on the processor rather than an accelerator."""
    state = scope.state
    if state.lift is None and not state.tapes and jax.default_backend() == "cpu":
        return on_host()  # for each element, so that 10 us count
    return _elsewhere()


@contextlib.contextmanager
def _elsewhere() -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        if scope.state.lift is not None or scope.state.tapes:
            stack.enter_context(scope.eagerly())
        stack.enter_context(on_host())
        if jax.default_backend() != "cpu":
            stack.enter_context(jax.default_device(jax.devices("cpu")[0]))
        yield


def located(
    error: Exception, stage: str, fn: Callable[..., Any], number: int
) -> Exception:
    """The error of a user's function, with the stage and the element it came from."""
    name = getattr(fn, "__qualname__", type(fn).__qualname__)
    code = getattr(fn, "__code__", None)
    where = "" if code is None else f" ({code.co_filename}:{code.co_firstlineno})"
    text = (
        f"Dataset.{stage} failed on element {number}, in `{name}`{where}.\n"
        f"{type(error).__name__}: {error}"
    )
    kind = type(error)
    # A StopIteration would end a generator silently.
    if not issubclass(kind, (StopIteration, StopAsyncIteration, OSError)):
        with contextlib.suppress(Exception):
            made = kind(text)
            if str(made) == text or issubclass(kind, KeyError):
                return made
    return FileNotFoundError(text) if kind is FileNotFoundError else RuntimeError(text)
