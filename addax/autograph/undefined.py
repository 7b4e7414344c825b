"""Names without a value, and how using one fails."""

from __future__ import annotations

from typing import Any, NoReturn

from addax._base.errors import explain

_OPERATORS = [
    "add", "radd", "iadd", "sub", "rsub", "isub", "mul", "rmul", "imul", "truediv",
    "rtruediv", "itruediv", "floordiv", "rfloordiv", "mod", "rmod", "pow", "rpow",
    "matmul", "rmatmul", "neg", "pos", "abs", "invert", "and", "rand", "or", "ror",
    "xor", "rxor", "lt", "le", "gt", "ge", "getitem", "setitem", "iter", "len", "bool",
    "call", "int", "float", "index", "contains", "enter", "exit",
]  # fmt: skip


class Undefined:
    """Stands for the value of a name that has none.

    Args:
        name: The name.
        why: Why it has none, and what to do, if it was lost rather than never given.
    """

    def __init__(self, name: str, why: str | None = None) -> None:
        self.__dict__.update(_name=name, _why=why)

    def fail(self) -> NoReturn:
        """Raises what Python raises for a name without a value."""
        name, why = self.__dict__["_name"], self.__dict__["_why"]
        if why is not None:
            raise ValueError(why)
        raise UnboundLocalError(
            f"cannot access local variable {name!r} where it is not associated with a "
            "value"
        )

    def __eq__(self, other: object) -> bool:
        return type(other) is Undefined and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash(self.__dict__["_name"])

    def __getattr__(self, attribute: str) -> Any:
        if attribute.startswith("_"):  # those who only look, such as isinstance
            raise AttributeError(attribute)
        self.fail()

    def __repr__(self) -> str:
        return f"<{self.__dict__['_name']} has no value>"


def _refuse(self: Undefined, *args: Any) -> NoReturn:
    self.fail()


for _each in _OPERATORS:
    setattr(Undefined, f"__{_each}__", _refuse)


def value(x: Any) -> Any:
    """`x`, unless it stands for a missing value."""
    if type(x) is Undefined:
        x.fail()
    return x


def defined(x: Any) -> bool:
    """Whether there is a value."""
    return type(x) is not Undefined


def one_sided(name: str, line: int, missing: str) -> Undefined:
    """A name that only one branch of an `if` sets."""
    return Undefined(
        name,
        explain(
            f"{name!r} is used after the `if` of line {line}, but it has a value only "
            f"in one of its branches, not in the {missing}.",
            why="A tensor decides that `if` when the compiled program runs, and both "
            "branches must leave a value behind.",
            fix=[
                f"Set it in both branches:\nif ...:\n    {name} = ...\nelse:\n    "
                f"{name} = ...",
                f"Give it a value before: {name} = ...",
            ],
        ),
    )


def different(name: str, line: int, a: str, b: str) -> Undefined:
    """A name to which the branches of an `if` give values that do not fit together."""
    return Undefined(
        name,
        explain(
            f"The branches of the `if` of line {line} give {name!r} values of "
            f"different kinds. Received: {name}={a} if true, {name}={b} otherwise",
            why="A tensor decides that `if` when the compiled program runs, which has "
            "one place for the value: one structure, shape and type.",
            fix=[
                f"Give both the same type: {name} = tf.cast({name}, tf.float32)",
                f"Give both the same shape: {name} = tf.zeros_like(...)",
            ],
        ),
    )


def inside_only(name: str, line: int) -> Undefined:
    """A name that only the body of a loop sets."""
    return Undefined(
        name,
        explain(
            f"{name!r} is used after the loop of line {line}, but it has a value only "
            "inside of it.",
            why="A tensor decides when the loop ends, and it may end before it begins.",
            fix=f"Give it a value of the same shape and type before the loop: "
            f"{name} = tf.zeros(...)",
        ),
    )
