"""What every optimizer's constructor takes besides its own arguments."""

from __future__ import annotations

import functools
import inspect
import warnings
from collections.abc import Callable
from typing import Any, ParamSpec, TypedDict

from addax._base.errors import explain
from addax._base.names import did_you_mean
from addax.keras.optimizers.schedules import InverseTimeDecay, LearningRateSchedule

P = ParamSpec("P")
LearningRate = float | LearningRateSchedule | Callable[[], Any]


class Options(TypedDict, total=False):
    """The shared arguments, for type checkers; `Optimizer` says what they mean."""

    weight_decay: float | None
    clipnorm: float | None
    clipvalue: float | None
    global_clipnorm: float | None
    use_ema: bool
    ema_momentum: float
    ema_overwrite_frequency: int | None
    loss_scale_factor: float | None
    gradient_accumulation_steps: int | None
    name: str | None
    lr: float  # of Keras 2, as is `decay`
    decay: float


DEFAULTS: dict[str, Any] = {
    "weight_decay": None,
    "clipnorm": None,
    "clipvalue": None,
    "global_clipnorm": None,
    "use_ema": False,
    "ema_momentum": 0.99,
    "ema_overwrite_frequency": None,
    "loss_scale_factor": None,
    "gradient_accumulation_steps": None,
    "name": None,
}


def with_options(init: Callable[P, None]) -> Callable[P, None]:
    """Completes a constructor `(self, <own arguments>, **options: Unpack[Options])`.

    The shared arguments follow its own ones, by position too and in the signature, as
    in Keras; keyword-only arguments of its own come last.
    """
    _, *own, rest = inspect.signature(init).parameters.values()
    named = {p.name for p in own}
    middle = inspect.Parameter.POSITIONAL_OR_KEYWORD
    shared = [
        inspect.Parameter(name, middle, default=value)
        for name, value in DEFAULTS.items()
        if name not in named
    ]
    first = [p for p in own if p.kind is middle]
    last = [p.replace(kind=middle) for p in own if p.kind is not middle]
    order = [*first, *shared, *last]

    @functools.wraps(init)
    def wrapper(self: Any, *args: Any, **kwargs: Any) -> None:
        if len(args) > len(order):
            raise TypeError(
                f"{type(self).__name__} takes {len(order)} arguments. "
                f"Received: {len(args)}"
            )
        by_name = {p.name: value for p, value in zip(order, args, strict=False)}
        init(self, **by_name, **kwargs)  # type: ignore[call-arg]

    head = inspect.Parameter("self", middle)
    rest = rest.replace(name="kwargs")
    wrapper.__signature__ = inspect.Signature([head, *order, rest])  # type: ignore[attr-defined]
    return wrapper  # type: ignore[return-value]


def keep(optimizer: Any, options: Options) -> None:
    """Makes the shared arguments attributes, once they are checked.

    Raises:
        ValueError: If one is unknown or out of range, or two exclude each other.
    """
    values: dict[str, Any] = {**DEFAULTS, **options}
    kind = type(optimizer).__name__
    known = inspect.signature(type(optimizer)).parameters
    for name in values:
        if name not in DEFAULTS:
            raise ValueError(
                explain(
                    f"{kind} has no argument {name!r}.",
                    received={name: values[name]},
                    why=did_you_mean(name, known),
                )
            )
    clips = ("clipnorm", "clipvalue", "global_clipnorm")
    if sum(values[name] is not None for name in clips) > 1:
        raise ValueError(
            explain(
                "Gradients can be clipped in one way only.",
                received={name: values[name] for name in clips},
                fix=f"Give one of them: {kind}(global_clipnorm=1.0)",
            )
        )
    momentum, steps = values["ema_momentum"], values["gradient_accumulation_steps"]
    if values["use_ema"] and not 0 <= momentum <= 1:
        raise ValueError(
            explain(
                "`ema_momentum` must lie between 0 and 1.",
                received={"ema_momentum": momentum},
                why="It is the share of the old average in the new one.",
            )
        )
    if steps is not None and steps < 2:
        raise ValueError(
            explain(
                "`gradient_accumulation_steps` must be at least 2.",
                received={"gradient_accumulation_steps": steps},
                why="It is the number of batches whose gradients make one update.",
                fix=f"{kind}(gradient_accumulation_steps=None) updates every time.",
            )
        )
    for name, value in values.items():
        setattr(optimizer, name, value)


def older_arguments(learning_rate: Any, options: Any) -> Any:
    """Takes `lr` and `decay`, of Keras 2, out of `options`.

    Returns:
        The learning rate that they ask for. `decay` divides it by
        `1 + decay * iterations`, as it did.
    """
    if "lr" in options:
        _advise("lr", "It is called learning_rate now.")
        learning_rate = options.pop("lr")
    decay = options.pop("decay", None)
    if decay:
        _advise("decay", "Better give a schedule as learning_rate.")
        learning_rate = InverseTimeDecay(learning_rate, 1, decay)
    return learning_rate


def _advise(name: str, advice: str) -> None:
    warnings.warn(
        f"The optimizer's argument `{name}` is that of Keras 2; it still works. "
        f"{advice}",
        DeprecationWarning,
        stacklevel=7,
    )
