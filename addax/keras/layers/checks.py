"""Checks of layers' arguments."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain


def positive(name: str, value: Any) -> int:
    """A layer's size, checked.

    Raises:
        ValueError: If it is not a positive whole number.
    """
    try:
        number = value.__index__() if not isinstance(value, bool) else 0
    except (AttributeError, TypeError):
        number = int(value) if isinstance(value, float) and value == int(value) else 0
    if number < 1:
        raise ValueError(
            explain(
                f"`{name}` must be a positive whole number.", received={name: value}
            )
        )
    return number


def known(layer: Any, input_shape: Any, axis: int) -> int:
    """The size of an axis that weights depend on.

    Raises:
        ValueError: If it is not known.
    """
    size = input_shape[axis]
    if size is None:
        raise ValueError(
            explain(
                f"Layer {layer.name!r} needs to know the size of axis {axis} of its "
                "input.",
                received={"input_shape": tuple(input_shape)},
                why="Its weights have that size.",
                fix="Give it in the model's input, e.g. keras.Input(shape=(None, 64)).",
            )
        )
    return size


def not_supported(**arguments: Any) -> None:
    """Refuses arguments that Keras's constructor has and addax's gives no meaning to.

    Raises:
        NotImplementedError: If one is given.
    """
    given = {name: value for name, value in arguments.items() if value}
    if given:
        raise NotImplementedError(
            explain(
                f"addax does not support {', '.join(given)}.",
                received=given,
                fix="Leave it out.",
            )
        )
