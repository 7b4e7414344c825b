"""`tf.compat.v1`: what TensorFlow 1's names do no harm."""

from __future__ import annotations

import logging as _python_logging
from types import SimpleNamespace
from typing import Any

from addax._base.errors import explain
from addax.tf import version as _version
from addax.tf._advice import absent
from addax.tf.drawing import set_seed

VERSION = _version.VERSION
set_random_seed = set_seed
_LOGGER = _python_logging.getLogger("tensorflow")


def _graphs(name: str) -> Any:
    def function(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError(
            explain(
                f"tf.compat.v1.{name}() asks for TensorFlow 1's graphs and sessions.",
                why="addax runs operations as they are called, as TensorFlow 2 does.",
                fix="@tf.function  # compiles a Python function",
            )
        )

    function.__name__ = function.__qualname__ = name
    function.__doc__ = "Raises `RuntimeError`: there are no graphs and sessions."
    return function


def _already(*args: Any, **kwargs: Any) -> None:
    """Nothing to do: it is so already."""


disable_eager_execution = _graphs("disable_eager_execution")
disable_v2_behavior = _graphs("disable_v2_behavior")
enable_eager_execution = enable_v2_behavior = enable_resource_variables = _already
enable_v2_tensorshape = enable_tensor_equality = reset_default_graph = _already


def executing_eagerly_outside_functions() -> bool:
    """Always true."""
    return True


def _set_verbosity(level: Any) -> None:
    """Sets how much is logged."""
    _LOGGER.setLevel(level)


logging = SimpleNamespace(
    DEBUG=_python_logging.DEBUG,
    ERROR=_python_logging.ERROR,
    FATAL=_python_logging.CRITICAL,
    INFO=_python_logging.INFO,
    WARN=_python_logging.WARNING,
    debug=_LOGGER.debug,
    error=_LOGGER.error,
    get_verbosity=_LOGGER.getEffectiveLevel,
    info=_LOGGER.info,
    set_verbosity=_set_verbosity,
    warn=_LOGGER.warning,
    warning=_LOGGER.warning,
)

__getattr__ = absent(__name__)
