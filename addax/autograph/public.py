"""What users call of AutoGraph: `tf.autograph`."""

from __future__ import annotations

import ast
import functools
import inspect
from collections.abc import Callable
from typing import Any

from addax._base.errors import explain
from addax.autograph import loops, source
from addax.autograph.conversion import OFF, converted, tree_of
from addax.core import scope

Fn = Callable[..., Any]


def convert(fn: Any) -> Any:
    """A function with its control flow converted, for whoever traces it.

    Args:
        fn: A function, method, lambda or callable object.

    Returns:
        A function that behaves as `fn` does on known values, and makes compiled
        branches and loops where tensors without value yet decide. `fn` itself if it is
        not a user's Python function.

    Example:

    >>> from addax.autograph import convert
    >>> convert(abs)
    <built-in function abs>
    """
    inner = converted(fn)
    if inner is fn:
        return fn

    @functools.wraps(inner)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        with scope.flow("converted"):
            return inner(*args, **kwargs)

    return wrapper


def do_not_convert(func: Fn | None = None) -> Any:
    """Keeps a function, and those that it calls, as they were written.

    Args:
        func: The function; without it a decorator is returned.

    Returns:
        The function, which runs as plain Python while it is traced.

    Example:

    >>> from addax import tf
    >>> @tf.autograph.experimental.do_not_convert
    ... def half(x):
    ...     return x / 2
    >>> half(3)
    1.5
    """
    if func is None:
        return do_not_convert

    @functools.wraps(func)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        with scope.flow("never" if scope.state.flow else None):
            return func(*args, **kwargs)

    setattr(wrapper, OFF, True)
    return wrapper


def to_code(
    entity: Any, recursive: bool = True, experimental_optional_features: Any = None
) -> str:
    """The text of a function as AutoGraph converts it.

    Args:
        entity: A function, method or `tf.function`.
        recursive: Kept for TensorFlow's signature.
        experimental_optional_features: Kept for TensorFlow's signature.

    Returns:
        Python code, in which `ag__` is `addax.autograph.runtime`.

    Raises:
        ValueError: If the function's source cannot be read.
    """
    fn = inspect.unwrap(getattr(entity, "python_function", entity))
    fn = getattr(fn, "__func__", fn)
    try:
        node = tree_of(fn)
    except (source.NoSource, AttributeError) as error:
        raise ValueError(
            explain(
                "AutoGraph needs the text of a Python function.",
                received={"entity": entity},
                why=str(error),
                fix="Write the function in a file or a notebook's cell.",
            )
        ) from None
    return ast.unparse(ast.fix_missing_locations(node)) + "\n"


def set_loop_options(
    parallel_iterations: Any = None,
    swap_memory: Any = None,
    maximum_iterations: Any = None,
    shape_invariants: Any = None,
) -> None:
    """Says how the compiled loop whose body calls this is to run.

    Args:
        parallel_iterations: Kept for TensorFlow's signature.
        swap_memory: Kept for TensorFlow's signature.
        maximum_iterations: The loop ends after so many iterations.
        shape_invariants: Pairs of a tensor and a shape that is partly unknown. No
            compiled program has such a tensor: where its shape does change, the
            `tf.function` runs as plain Python.
    """
    given = {
        "maximum_iterations": maximum_iterations,
        "shape_invariants": shape_invariants,
    }
    if loops.options:
        loops.options[-1].update({k: v for k, v in given.items() if v is not None})


def set_verbosity(level: int, alsologtostdout: bool = False) -> None:
    """Accepted for TensorFlow's sake: errors say what there is to say.

    Args:
        level: How much to log.
        alsologtostdout: Whether to print it, too.
    """


def trace(*args: Any) -> None:
    """Prints, once for each time that the code is traced.

    Args:
        *args: What to print.
    """
    print(*args)
