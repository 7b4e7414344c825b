"""`Optimizer`: what all optimizers share, from gradients to new weights."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Unpack

import numpy as np

from addax._base.errors import explain
from addax._base.names import auto_name, to_snake_case
from addax.core import (
    GradientTape,
    Program,
    Tensor,
    TensorLike,
    Variable,
    cast,
    convert,
    run_with,
    scope,
)
from addax.core import lift as lift_function
from addax.core.branch import when
from addax.core.function import Settings
from addax.core.stateless import stateless
from addax.keras.optimizers import gradients as grad
from addax.keras.optimizers import options as shared
from addax.keras.optimizers.options import LearningRate, Options, with_options
from addax.keras.optimizers.rate import LearningRateHolder
from addax.keras.optimizers.state import Exclusions
from addax.keras.serialization import Configurable, public
from addax.ops import math


@public("keras.optimizers", "keras.Optimizer")
class Optimizer(LearningRateHolder, Configurable):
    """Changes weights by their gradients. The base of all optimizers.

    To write your own, define `update_step(gradient, variable, learning_rate)`, and
    `build(variables)` if it keeps variables of its own.

    An update of all weights is one compiled program, also when `apply_gradients` is
    called eagerly.

    Args:
        learning_rate: A number, a `LearningRateSchedule`, or a function without
            arguments.
        weight_decay: If set, each update first takes this fraction, times the learning
            rate, off each weight.
        clipnorm: If set, each gradient is shortened to this length.
        clipvalue: If set, each element of a gradient is limited to between minus and
            plus this.
        global_clipnorm: If set, all gradients are shortened by one factor, so that
            together they have at most this length.
        use_ema: Whether to keep a moving average of each weight.
        ema_momentum: The share of the old average in the new one.
        ema_overwrite_frequency: After how many updates the weights are set to their
            averages; only at the end of training if `None`.
        loss_scale_factor: By what `scale_loss` multiplies the loss; gradients are
            divided by it.
        gradient_accumulation_steps: If set, this many calls make one update, with the
            mean of their gradients.
        name: A name; made from the class's name if not given.
        **kwargs: `lr` and `decay` of Keras 2.

    Raises:
        ValueError: If an argument is unknown or out of range.

    Example:

    >>> from addax import keras
    >>> class SignSGD(keras.optimizers.Optimizer):
    ...     def update_step(self, gradient, variable, learning_rate):
    ...         step = learning_rate * keras.ops.sign(gradient)
    ...         self.assign_sub(variable, step)
    >>> weight = keras.Variable([1.0, 1.0])
    >>> optimizer = SignSGD(learning_rate=0.25)
    >>> int(optimizer.apply_gradients([([3.0, -7.0], weight)]))
    1
    >>> weight.numpy().tolist()
    [0.75, 1.25]
    """

    config_always = frozenset({"name"})
    config_without = frozenset({"learning_rate"})

    weight_decay: float | None
    clipnorm: float | None
    clipvalue: float | None
    global_clipnorm: float | None
    use_ema: bool
    ema_momentum: float
    ema_overwrite_frequency: int | None
    loss_scale_factor: float | None
    gradient_accumulation_steps: int | None

    @with_options
    def __init__(self, learning_rate: LearningRate, **options: Unpack[Options]) -> None:
        super().__init__()
        # Compiled updates, by the weights they change and the gradients' types.
        self._programs = {}
        # While an update is made: what all its weights share.
        self._shared: dict[Any, Any] | None = None
        self._no_decay = Exclusions()
        learning_rate = shared.older_arguments(learning_rate, options)
        shared.keep(self, options)
        self.name = self.name or auto_name(to_snake_case(type(self).__name__))
        # int64 as in TensorFlow, where `step % tf.constant(5, tf.int64)` is written.
        self._iterations = self.add_variable((), dtype="int64", name="iteration")
        self._set_learning_rate(learning_rate)

    def __setattr__(self, name: str, value: Any) -> None:
        # A compiled update has hyperparameters such as `beta_1` in it as constants.
        if name in self.__dict__ and name[0] != "_":
            self._programs.clear()
        object.__setattr__(self, name, value)

    @property
    def iterations(self) -> Any:
        """How many updates were made: a variable (a tensor if gradients accumulate)."""
        if self.gradient_accumulation_steps:
            return math.floor_divide(self._iterations, self.gradient_accumulation_steps)
        return self._iterations

    # From gradients to new weights

    def build(self, variables: Sequence[Variable]) -> None:
        """Makes the optimizer's variables for the weights that it will train.

        Args:
            variables: The weights.
        """
        if self.use_ema:
            self._averages = self.add_optimizer_variables(variables, "average")
        if self.gradient_accumulation_steps:
            self._sums = self.add_optimizer_variables(variables, "gradient_accumulator")
        super().build(variables)

    def update_step(
        self, gradient: Tensor, variable: Variable, learning_rate: Tensor
    ) -> None:
        """Changes one weight; the optimizer's rule.

        Args:
            gradient: The gradient, of the weight's shape and type.
            variable: The weight.
            learning_rate: The current learning rate, of the weight's type.
        """
        name = type(self).__name__
        raise NotImplementedError(
            explain(
                f"{name} does not say how it changes a weight.",
                fix=f"class {name}(keras.optimizers.Optimizer):\n"
                "    def update_step(self, gradient, variable, learning_rate):\n"
                "        self.assign_sub(variable, learning_rate * gradient)",
            )
        )

    def apply_gradients(
        self,
        grads_and_vars: Iterable[tuple[Any, Variable]],
        name: str | None = None,
        skip_gradients_aggregation: bool = False,
    ) -> Any:
        """Changes weights by their gradients.

        Args:
            grads_and_vars: Pairs of a gradient and its weight. Weights whose gradient
                is `None` stay as they are.
            name: Kept for TensorFlow's signature.
            skip_gradients_aggregation: Kept for TensorFlow's signature.

        Returns:
            `iterations`.

        Raises:
            ValueError: If no weight has a gradient, or one was not there when the
                optimizer was built.

        Example:

        >>> from addax import keras
        >>> weight = keras.Variable([1.0, 2.0])
        >>> optimizer = keras.optimizers.SGD(learning_rate=0.5)
        >>> count = optimizer.apply_gradients(zip([[1.0, 1.0]], [weight]))
        >>> weight.numpy().tolist()
        [0.5, 1.5]
        """
        gradients, variables = grad.pairs(grads_and_vars)
        self.apply(gradients, variables)
        return self.iterations

    def apply(
        self,
        grads: Iterable[Any],
        trainable_variables: Sequence[Variable] | None = None,
    ) -> None:
        """Changes weights by their gradients, given as two lists.

        Args:
            grads: The gradients.
            trainable_variables: The weights; those of `build` if not given.

        Raises:
            ValueError: As for `apply_gradients`.
        """
        gradients = list(grads)
        if not gradients:
            return
        variables = self._targets(gradients, trainable_variables)
        gradients, variables = grad.present(gradients, variables)
        with scope.use(tapes=(), autocast=None):
            if scope.state.lift is not None or Settings.run_eagerly:
                self._step([convert(g) for g in gradients], variables)
            else:
                self._dispatch(gradients, variables)

    def minimize(
        self,
        loss: Any,
        var_list: Any,
        tape: GradientTape | None = None,
    ) -> Any:
        """Computes gradients of a loss and changes weights by them.

        Args:
            loss: A function without arguments that returns the loss; or the loss
                itself, with the tape that recorded it.
            var_list: The weights, or a function that returns them.
            tape: The tape, if `loss` is a tensor.

        Returns:
            `iterations`.
        """
        if callable(loss) and not isinstance(loss, TensorLike):
            with GradientTape() as tape:
                loss = loss()
        if tape is None:
            raise ValueError(
                explain(
                    "`minimize` needs to see how the loss is computed.",
                    received={"loss": loss, "tape": tape},
                    fix=[
                        "Pass a function: optimizer.minimize(lambda: loss_fn(y, "
                        "model(x)), model.trainable_variables)",
                        "Pass the tape: optimizer.minimize(loss, "
                        "model.trainable_variables, tape=tape)",
                    ],
                )
            )
        found: Any = var_list() if callable(var_list) else var_list
        variables: list[Variable] = list(found)
        gradients = tape.gradient(loss, variables)
        return self.apply_gradients(zip(gradients, variables, strict=True))

    def _targets(
        self, gradients: Sequence[Any], variables: Sequence[Variable] | None
    ) -> list[Variable]:
        """The weights that the gradients belong to, once they are known."""
        if variables is None:
            if not self.built:
                raise ValueError(
                    explain(
                        "The optimizer does not know which weights to change.",
                        received={"trainable_variables": None},
                        fix="optimizer.build(model.trainable_variables)",
                    )
                )
            variables = self._trainable_variables
        variables = list(variables)
        if len(gradients) != len(variables):
            raise ValueError(
                explain(
                    "There must be one gradient for each weight.",
                    received={"grads": len(gradients), "variables": len(variables)},
                )
            )
        if not self.built:
            with scope.use(tapes=(), autocast=None):
                self.build(variables)
        self._check_known(variables)
        return variables

    def _dispatch(self, gradients: list[Any], variables: list[Variable]) -> None:
        """One update as one compiled program."""
        arrays = [convert(g) for g in gradients]
        if self._rate_is_python:
            arrays.append(self._rate_now())
        key = (*map(id, variables), *(a.dtype for a in arrays))
        program = self._programs.get(key)
        if program is None:

            def update(*given: Tensor) -> None:
                split = len(variables)
                self._step(given[:split], variables, *given[split:])

            lifted = lift_function(update, arrays, [*variables, *self.variables])
            program = self._programs[key] = Program(lifted, keep=variables)
        run_with(program, arrays)

    def _step(
        self,
        gradients: Sequence[Tensor],
        variables: Sequence[Variable],
        rate: Tensor | None = None,
    ) -> None:
        """One call of `apply`, eagerly or within a trace."""
        grad.check_shapes(gradients, variables)
        targets = [*zip(gradients, variables, strict=True)]
        for gradient, variable in targets:
            if variable.overwrite_with_gradient:
                variable.assign(gradient)
        targets = [(g, v) for g, v in targets if not v.overwrite_with_gradient]
        variables = [v for _, v in targets]
        gradients = [cast(g, v._handle.dtype.name) for g, v in targets]
        if self.loss_scale_factor is not None:
            gradients = [g / self.loss_scale_factor for g in gradients]
        if variables:
            rate = self._rate_now() if rate is None else rate
            if self.gradient_accumulation_steps:
                self._accumulate(gradients, variables, rate)
            else:
                self._update(gradients, variables, rate)
            if self.use_ema:
                self._average()
            for variable in variables:
                if variable.constraint is not None:
                    variable.assign(variable.constraint(variable.read_value()))
        self._iterations.assign_add(1)

    def _update(
        self, gradients: Sequence[Tensor], variables: Sequence[Variable], rate: Tensor
    ) -> None:
        """One update of all weights."""
        gradients = self._clip(gradients)
        rates = {d: cast(rate, d) for d in {v._handle.dtype.name for v in variables}}
        for variable in variables:
            decay = self._decay_of(variable)
            if decay is not None and variable not in self._no_decay:
                weight: Any = variable.read_value()
                lost = weight * decay * rates[variable.dtype.name]
                variable.assign(weight - lost)
        self._shared = {"rate": rate}
        try:
            for gradient, variable in zip(gradients, variables, strict=True):
                self.update_step(gradient, variable, rates[variable.dtype.name])
        finally:
            self._shared = None

    def _decay_of(self, variable: Variable) -> float | None:
        """The weight decay of one weight."""
        return self.weight_decay

    def once(self, compute: Callable[[Any, Any], Any], variable: Variable) -> Any:
        """`compute(learning_rate, step)`, computed once for all weights of an update.

        Args:
            compute: A method of the optimizer; it is given the learning rate and the
                number of this update, from 1, both as floats of at least 32 bits.
            variable: The weight in work.

        Returns:
            The result, in the weight's type.
        """
        dtype = variable._handle.dtype.name
        wide = dtype if dtype == "float64" else "float32"
        memo: dict[Any, Any] | None = self._shared
        if memo is None:
            memo = {"rate": self._rate_now()}
        key = compute.__name__, wide
        if key not in memo:
            step: Any = cast(self.iterations, wide)
            memo[key] = compute(cast(memo["rate"], wide), step + 1.0)
        return cast(memo[key], dtype)

    def _clip(self, gradients: Sequence[Tensor]) -> Sequence[Tensor]:
        if self.clipnorm:
            return [grad.clip_by_norm(g, self.clipnorm) for g in gradients]
        if self.global_clipnorm:
            return grad.clip_by_global_norm(gradients, self.global_clipnorm)
        if self.clipvalue:
            limit = self.clipvalue
            return [math.clip(g, -limit, limit) for g in gradients]
        return gradients

    def _accumulate(
        self, gradients: Sequence[Tensor], variables: Sequence[Variable], rate: Tensor
    ) -> None:
        """Adds gradients up; updates with their mean at the last of the steps."""
        steps = self.gradient_accumulation_steps or 1
        sums = [self._sums[self._get_variable_index(v)] for v in variables]
        for total, gradient in zip(sums, gradients, strict=True):
            total.assign_add(gradient)

        def update() -> None:
            self._update([total / float(steps) for total in sums], variables, rate)
            for total in sums:
                total.assign(np.zeros(total.shape, total.dtype.name))

        calls: Any = self._iterations.read_value()
        when((calls + 1) % steps == 0, update)

    # Moving averages of the weights

    def _average(self) -> None:
        started = self.iterations != 0
        for variable, average in zip(
            self._trainable_variables, self._averages, strict=True
        ):
            momentum = cast(started, average.dtype.name) * self.ema_momentum
            average.assign(momentum * average + (1.0 - momentum) * variable)
        if self.ema_overwrite_frequency:
            due = (self.iterations + 1) % self.ema_overwrite_frequency == 0
            for variable, average in zip(
                self._trainable_variables, self._averages, strict=True
            ):
                variable.assign(math.where(due, average, variable))

    def finalize_variable_values(self, var_list: Sequence[Variable]) -> None:
        """Sets weights to their moving averages, at the end of training.

        Args:
            var_list: The weights. Without `use_ema` they stay as they are.
        """
        if self.use_ema:
            for variable in var_list:
                average = self._averages[self._get_variable_index(variable)]
                variable.assign(average.read_value())

    # The rest of Keras's interface

    def scale_loss(self, loss: Any) -> Any:
        """The loss times `loss_scale_factor`, if that is set.

        Args:
            loss: The loss.
        """
        factor = self.loss_scale_factor
        return loss if factor is None else loss * factor

    def exclude_from_weight_decay(
        self,
        var_list: Iterable[Variable] | None = None,
        var_names: Iterable[str] | None = None,
    ) -> None:
        """Has weight decay leave some weights alone.

        Args:
            var_list: The weights.
            var_names: Parts of names, as regular expressions: `["bias", "gamma"]`.
        """
        self._no_decay.add(var_list or (), var_names or ())
        self._programs.clear()

    def assign(self, variable: Variable, value: Any) -> None:
        """Sets a variable, in `update_step`."""
        variable.assign(value)

    def assign_add(self, variable: Variable, value: Any) -> None:
        """Adds to a variable, in `update_step`."""
        variable.assign_add(value)

    def assign_sub(self, variable: Variable, value: Any) -> None:
        """Subtracts from a variable, in `update_step`."""
        variable.assign_sub(value)

    def stateless_apply(
        self,
        optimizer_variables: Sequence[Any],
        grads: Sequence[Any],
        trainable_variables: Sequence[Any],
    ) -> tuple[list[Tensor], list[Tensor]]:
        """`apply` as a pure function, for loops of your own with JAX.

        Args:
            optimizer_variables: Values of `variables`.
            grads: The gradients.
            trainable_variables: Values of the weights that `build` was given.

        Returns:
            The new values of the weights, and of `variables`.
        """
        weights = self._trainable_variables
        _, new = stateless(
            self.apply,
            [*weights, *self.variables],
            [*trainable_variables, *optimizer_variables],
            grads,
            weights,
        )
        return new[: len(weights)], new[len(weights) :]

    def get_config(self) -> dict[str, Any]:
        """The arguments that make the optimizer again, as plain values."""
        return {**super().get_config(), "learning_rate": self._plain_rate()}
