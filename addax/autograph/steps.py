"""What a compiled `for` runs over: things with a length whose entries have numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from addax.autograph.branches import needs_value, undecided
from addax.core import Tensor, convert, scope
from addax.ops import indexing, math


@dataclass(frozen=True)
class Steps:
    """A sequence whose length, or whose entries, come when the program runs.

    Attributes:
        count: How many entries: a number, or a tensor of type int32.
        at: The entry with a given number.
    """

    count: Any
    at: Callable[[Tensor], Any]

    def __iter__(self) -> Iterator[Any]:
        if undecided(self.count):
            raise scope.Undecided(
                "A range whose length is a tensor can only be looped over. "
                f"Received: {self.count!r}\n"
                "Write `for i in tf.range(n):` in a function whose source can be read."
            )
        return (self.at(convert(i, "int32")) for i in range(int(self.count)))

    def __len__(self) -> int:
        return int(self.count)

    def __repr__(self) -> str:
        return "<a range of unknown length>" if undecided(self.count) else "<a range>"

    def _settle(self) -> None:
        """Called where more than a loop takes it."""
        needs_value(self.count, "tf.range", "the length of its result")

    def _refuse(self, *args: Any) -> NoReturn:
        self._settle()
        raise TypeError("This can only be looped over. Write `for x in ...:`")

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _refuse
    __truediv__ = __rtruediv__ = __floordiv__ = __mod__ = __pow__ = __neg__ = _refuse
    __lt__ = __le__ = __gt__ = __ge__ = __getitem__ = __array__ = _refuse


def as_steps(x: Any) -> Steps | None:
    """A tensor's entries along its first axis, or steps as they are; else `None`."""
    if isinstance(x, Steps):
        return x
    if hasattr(x, "_read"):
        x = x._read()
    if isinstance(x, Tensor) and x.shape and x.dtype != "string":
        return Steps(int(x.shape[0]), lambda i: indexing.getitem(x, i))
    return None


def ranged(start: Any, limit: Any = None, delta: Any = 1, dtype: Any = None) -> Steps:
    """The numbers from `start` to `limit` (exclusive), any of which may be tensors."""
    if limit is None:
        start, limit = 0, start
    first = next((x for x in (start, limit, delta) if hasattr(x, "dtype")), None)
    dtype = dtype or ("int32" if first is None else first.dtype)
    low, high, by = (convert(x, dtype) for x in (start, limit, delta))
    # Python's division rounds down, so this rounds up, whatever the sign
    count = math.negative(math.floor_divide(math.subtract(low, high), by))
    return Steps(
        math.maximum(convert(count, "int32"), 0),
        lambda i: math.add(low, math.multiply(convert(i, dtype), by)),
    )


def enumerated(x: Any, start: int = 0) -> Any:
    """`enumerate(x)`."""
    if hasattr(x, "element_spec"):  # a data set
        return x.enumerate(start)
    steps = as_steps(x)
    if steps is None:
        return enumerate(x, start)
    return Steps(steps.count, lambda i: (math.add(i, start), steps.at(i)))


def zipped(*xs: Any, **options: Any) -> Any:
    """`zip(*xs)`; all must be tensors for a compiled loop."""
    steps = [as_steps(x) for x in xs]
    if not steps or any(s is None for s in steps):
        return zip(*xs, **options)  # noqa: B905
    count: Any = steps[0].count  # type: ignore[union-attr]
    for s in steps[1:]:
        known = not undecided(count) and not undecided(s.count)  # type: ignore
        pick = min if known else math.minimum
        count = pick(count, s.count)  # type: ignore[union-attr]
    return Steps(count, lambda i: tuple(s.at(i) for s in steps))  # type: ignore


def turned(x: Any) -> Any:
    """`reversed(x)`."""
    steps = as_steps(x)
    if steps is None:
        return reversed(x)
    last = math.subtract(convert(steps.count, "int32"), 1)
    return Steps(steps.count, lambda i: steps.at(math.subtract(last, i)))
