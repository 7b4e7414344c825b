"""The strengths that augmentations are given: a number, or a lower and upper bound."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain

Bounds = tuple[float, float]
Range = tuple[float, float]


def bounds(
    name: str, value: Any, least: float = 0.0, most: float = 1.0, *, both: bool = False
) -> Bounds:
    """A strength as its lower and upper bound.

    Args:
        name: The argument's name.
        value: A number or two.
        least: The least that a bound may be.
        most: The greatest.
        both: Whether one number stands for both signs rather than from `least` on.

    Raises:
        ValueError: If it is no number, or outside.
    """
    values = list(value) if isinstance(value, (list, tuple)) else [value]
    right = len(values) in (1, 2) and all(_is_number(v) for v in values)
    if len(values) == 1 and right:
        number = values[0]
        values = [-abs(number), abs(number)] if both else [min(least, number), number]
    low, high = sorted(values) if right else (least - 1, least)
    if not least <= low <= high <= most:
        raise ValueError(
            explain(
                f"`{name}` is a number, or a lower and an upper bound, "
                f"from {least} to {most}.",
                received={name: value},
                why="For each image a strength between the bounds is drawn.",
                fix=f"{name}=({max(least, 0)}, {most / 2})",
            )
        )
    return low, high


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def value_range(value: Any) -> list[Any]:
    """The least and the greatest value of a pixel, checked.

    Raises:
        ValueError: If it is not two numbers in ascending order.
    """
    values = list(value) if isinstance(value, (list, tuple)) else [value]
    if (
        len(values) != 2
        or not all(_is_number(v) for v in values)
        or values[0] >= values[1]
    ):
        raise ValueError(
            explain(
                "`value_range` is the least and the greatest value of a pixel.",
                received={"value_range": value},
                fix="value_range=(0, 1), or (0, 255)",
            )
        )
    return values


def share(name: str, value: Any) -> float:
    """One number from 0 to 1, checked.

    Raises:
        ValueError: If it is none.
    """
    if not _is_number(value) or not 0 <= value <= 1:
        raise ValueError(
            explain(
                f"`{name}` is a number from 0 to 1.",
                received={name: value},
                fix=f"{name}=0.5",
            )
        )
    return value
