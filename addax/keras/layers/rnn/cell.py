"""What cells share: weights, dropout, states."""

from __future__ import annotations

from typing import Any

from addax.core import SeedGenerator
from addax.keras import activations, constraints, initializers, regularizers
from addax.keras.layers.checks import known, positive
from addax.keras.layers.layer import Layer
from addax.keras.layers.regularization.dropout import part
from addax.keras.serialization import public_address
from addax.ops import create, linalg, math, random, shape


class Cell(Layer):
    """The base of cells: one step of a recurrent layer.

    A step multiplies what comes in and the first state with a matrix each, and leaves
    the rest, which is elementwise, to `gate`.
    """

    gates = 1
    n_states = 1

    def __init__(
        self,
        units: int,
        activation: Any,
        use_bias: bool,
        kernel_initializer: Any,
        recurrent_initializer: Any,
        bias_initializer: Any,
        kernel_regularizer: Any,
        recurrent_regularizer: Any,
        bias_regularizer: Any,
        kernel_constraint: Any,
        recurrent_constraint: Any,
        bias_constraint: Any,
        dropout: float,
        recurrent_dropout: float,
        seed: int | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.units = positive("units", units)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.recurrent_initializer = initializers.get(recurrent_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.recurrent_regularizer = regularizers.get(recurrent_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.recurrent_constraint = constraints.get(recurrent_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self.dropout = part("dropout", dropout or 0.0)
        self.recurrent_dropout = part("recurrent_dropout", recurrent_dropout or 0.0)
        self.seed = seed
        self.seed_generator = SeedGenerator(seed)
        self.state_size: Any = (
            [self.units] * self.n_states if self.n_states > 1 else self.units
        )
        self.output_size = self.units
        self.bias: Any = None
        self._drops: tuple[Any, Any] | None = None

    def build(self, input_shape: Any) -> None:
        """Creates both matrices and the bias."""
        features, width = known(self, input_shape, -1), self.gates * self.units
        self.kernel = self.add_weight(
            name="kernel",
            shape=(features, width),
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self.recurrent_kernel = self.add_weight(
            name="recurrent_kernel",
            shape=(self.units, width),
            initializer=self.recurrent_initializer,
            regularizer=self.recurrent_regularizer,
            constraint=self.recurrent_constraint,
        )
        if self.use_bias:
            self.bias = self.add_weight(
                name="bias",
                shape=self.bias_shape,
                initializer=self.start_bias,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )

    @property
    def bias_shape(self) -> tuple[int, ...]:
        """The bias's shape."""
        return (self.gates * self.units,)

    @property
    def start_bias(self) -> Any:
        """How the bias starts."""
        return self.bias_initializer

    @property
    def biases(self) -> tuple[Any, Any]:
        """What is added to the inputs' product, and to the state's."""
        return self.bias, None

    @property
    def gate(self) -> Any:
        """What follows the products: `gate(x, inner, states) -> states`."""
        raise NotImplementedError

    @property
    def scannable(self) -> bool:
        """Whether all steps can be one operation: activations must be without state."""
        functions = [self.activation, getattr(self, "recurrent_activation", None)]
        return all(f is None or public_address(f) is not None for f in functions)

    def get_initial_state(self, batch_size: Any = None) -> list[Any]:
        """Zeros for each state."""
        shape = (batch_size, self.units)
        return [create.zeros(shape, self.compute_dtype) for _ in range(self.n_states)]

    def draw_dropout(self, inputs: Any, training: Any) -> tuple[Any, Any]:
        """What inputs and first state are multiplied with in all steps of a call."""

        def mask(rate: float, size: int) -> Any:
            if not training or not rate:
                return None
            ones = create.ones((inputs.shape[0], size), self.compute_dtype)
            return random.dropout(ones, rate, seed=self.seed_generator)

        return (
            mask(self.dropout, inputs.shape[-1]),
            mask(self.recurrent_dropout, self.units),
        )

    def hold_dropout(self, inputs: Any, training: Any) -> Any:
        """Draws the dropout for all steps of a call; returns what ends it."""
        self._drops = self.draw_dropout(inputs, training)
        return self.release_dropout

    def release_dropout(self) -> None:
        """From now on each step draws its own dropout."""
        self._drops = None

    def call(self, inputs: Any, states: Any, training: Any = False) -> Any:
        """One step.

        Args:
            inputs: A tensor `(batch, features)`.
            states: The states.
            training: Whether dropout applies.

        Returns:
            The output, and the new states.
        """
        states = tuple(states) if isinstance(states, (list, tuple)) else (states,)
        drop, inner_drop = self._drops or self.draw_dropout(inputs, training)
        x = linalg.matmul(_times(inputs, drop), self.kernel)
        bias, inner_bias = self.biases
        x = x if bias is None else math.add(x, bias)
        new = self.step(x, states, inner_drop, inner_bias)
        return new[0], list(new)

    def step(self, x: Any, states: Any, drop: Any, bias: Any) -> Any:
        """The new states, given the product of the inputs."""
        inner = linalg.matmul(_times(states[0], drop), self.recurrent_kernel)
        inner = inner if bias is None else math.add(inner, bias)
        return self.gate(x, inner, states)


def _times(x: Any, mask: Any) -> Any:
    return x if mask is None else math.multiply(x, mask)


def parts(x: Any, count: int) -> list[Any]:
    """A tensor cut into equal parts along its last axis."""
    # The gradient of a split is one concatenation, that of slices a sum of padded
    # parts: 16.5 against 18 ms a step of an LSTM(64) on 64 x 100 (one CPU core).
    return shape.split(x, count, -1)
