"""`keras.config`: the few values that hold for a whole program."""

from __future__ import annotations

import sys
from typing import Any

from addax._base.errors import explain
from addax._base.settings import Setting
from addax._base.tracebacks import FILTERING
from addax.core import dtypes

_epsilon = Setting("epsilon", 1e-7, "The small number that keeps divisions finite.")
_image_data_format = Setting(
    "image_data_format",
    "channels_last",
    "Where images have their channels.",
    choices=("channels_last", "channels_first"),
)
_interactive_logging = Setting(
    "interactive_logging",
    True,
    "Print progress to standard output; otherwise to the log.",
)
_unsafe_deserialization = Setting(
    "unsafe_deserialization", False, "Let loaded models run Python code from the file."
)
_flash_attention = Setting(
    "flash_attention", True, "Let attention use a fused kernel where there is one."
)
_max_epochs = Setting("max_epochs", -1, "Never train for more epochs (-1: no limit).")
_max_steps = Setting(
    "max_steps_per_epoch", -1, "Never run more steps in an epoch (-1: no limit)."
)


def backend() -> str:
    """The name of what computes: always `"jax"`.

    Example:

    >>> from addax.keras import config
    >>> config.backend()
    'jax'
    """
    return "jax"


def set_backend(backend: str) -> None:
    """Accepts `"jax"`, the only backend that addax has.

    Args:
        backend: `"jax"`.

    Raises:
        ValueError: For any other.
    """
    if backend != "jax":
        raise ValueError(
            explain(
                "addax computes with JAX and has no other backend.",
                received={"backend": backend},
                fix='keras.config.set_backend("jax"), or leave the line out.',
            )
        )


def floatx() -> str:
    """The default type of weights and activations, as a string.

    Returns:
        `"float32"` unless `set_floatx` changed it.

    Example:

    >>> from addax.keras import config
    >>> config.floatx()
    'float32'
    """
    return dtypes.floatx().name


def set_floatx(value: Any) -> None:
    """Sets the default type of weights and activations.

    For half precision, `keras.mixed_precision.set_global_policy("mixed_bfloat16")`
    is the better way: it keeps the weights in `float32`.

    Args:
        value: `"bfloat16"`, `"float16"`, `"float32"` or `"float64"`.

    Raises:
        ValueError: For any other type.
    """
    dtypes.set_floatx(value)


def dtype_policy() -> Any:
    """The policy that layers take their types from if they are given none.

    Returns:
        A `keras.DTypePolicy`.

    Example:

    >>> from addax import keras
    >>> keras.config.dtype_policy().name
    'float32'
    """
    return _policies().dtype_policy()


def set_dtype_policy(policy: Any) -> None:
    """Sets the policy that layers take their types from if they are given none.

    Args:
        policy: A `keras.DTypePolicy`, or its name, such as `"mixed_bfloat16"`.
    """
    _policies().set_dtype_policy(policy)


def _policies() -> Any:
    # Policies stand above this module; the package hands them out when asked for.
    return sys.modules["addax.keras"].dtype_policies


def epsilon() -> float:
    """The small number that losses and layers add to keep divisions finite.

    Returns:
        `1e-7` unless `set_epsilon` changed it.
    """
    return _epsilon.get()


def set_epsilon(value: float) -> None:
    """Sets the number that `epsilon` returns.

    Args:
        value: A small positive number.
    """
    _epsilon.set(float(value))


def image_data_format() -> str:
    """Where images have their channels.

    Returns:
        `"channels_last"` (height, width, channels) or `"channels_first"`.
    """
    return _image_data_format.get()


def set_image_data_format(data_format: str) -> None:
    """Sets where layers expect images to have their channels.

    Args:
        data_format: `"channels_last"` or `"channels_first"`.

    Raises:
        ValueError: For any other string.
    """
    _image_data_format.set(str(data_format).lower())


def standardize_data_format(data_format: str | None) -> str:
    """A layer's `data_format` argument, checked; the default for `None`."""
    if data_format is None:
        return image_data_format()
    value = str(data_format).lower()
    if value not in _image_data_format.choices:
        raise ValueError(
            explain(
                "`data_format` is 'channels_last' or 'channels_first'.",
                received={"data_format": data_format},
            )
        )
    return value


def is_interactive_logging_enabled() -> bool:
    """Whether progress and messages are printed rather than logged."""
    return _interactive_logging.get()


def enable_interactive_logging() -> None:
    """Prints progress and messages to standard output (the default)."""
    _interactive_logging.set(True)


def disable_interactive_logging() -> None:
    """Sends messages to Python's `logging` (logger `"addax"`); shows no progress."""
    _interactive_logging.set(False)


def is_traceback_filtering_enabled() -> bool:
    """Whether tracebacks leave out addax's own frames."""
    return FILTERING.get()


def enable_traceback_filtering() -> None:
    """Leaves addax's own frames out of tracebacks (the default)."""
    FILTERING.set(True)


def disable_traceback_filtering() -> None:
    """Shows every frame in tracebacks."""
    FILTERING.set(False)


def is_unsafe_deserialization_enabled() -> bool:
    """Whether loaded models may run Python code that their file holds."""
    return _unsafe_deserialization.get()


def enable_unsafe_deserialization() -> None:
    """Lets every loaded model run the Python code (lambdas) that its file holds.

    Only for files from people you trust; `load_model(path, safe_mode=False)` says so
    for one file.
    """
    _unsafe_deserialization.set(True)


def is_flash_attention_enabled() -> bool:
    """Whether attention may use a fused kernel where there is one."""
    return _flash_attention.get()


def enable_flash_attention() -> None:
    """Lets attention use a fused kernel where there is one (the default)."""
    _flash_attention.set(True)


def disable_flash_attention() -> None:
    """Computes attention from plain operations."""
    _flash_attention.set(False)


def is_nnx_enabled() -> bool:
    """Whether Flax NNX holds the state: never, in addax."""
    return False


def max_epochs() -> int | None:
    """The limit on epochs that holds for every `fit`, or `None`."""
    return _limit(_max_epochs)


def set_max_epochs(max_epochs: int | None) -> None:
    """Limits every `fit` to a number of epochs, e.g. for a quick run of a script.

    Args:
        max_epochs: The limit; `None` lifts it.
    """
    _max_epochs.set(-1 if max_epochs is None else max_epochs)


def max_steps_per_epoch() -> int | None:
    """The limit on steps that holds for every epoch, or `None`."""
    return _limit(_max_steps)


def set_max_steps_per_epoch(max_steps_per_epoch: int | None) -> None:
    """Limits every epoch to a number of steps, e.g. for a quick run of a script.

    Args:
        max_steps_per_epoch: The limit; `None` lifts it.
    """
    _max_steps.set(-1 if max_steps_per_epoch is None else max_steps_per_epoch)


def _limit(setting: Setting[int]) -> int | None:
    return None if setting.get() < 0 else setting.get()
