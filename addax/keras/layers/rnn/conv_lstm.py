"""`ConvLSTM1D`, `ConvLSTM2D`, `ConvLSTM3D`: an LSTM whose products are convolutions."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.keras import config
from addax.keras.layers.checks import known
from addax.keras.layers.convolutional.base import padding_name
from addax.keras.layers.input_spec import InputSpec
from addax.keras.layers.rnn.arguments import SHARED, from_cell, given
from addax.keras.layers.rnn.lstm import LSTMCell
from addax.keras.layers.rnn.rnn import RNN
from addax.keras.serialization import public
from addax.ops import create, math, random, recurrent, shape
from addax.ops.conv import conv
from addax.ops.windows import spread

_ARGS = """
    Args:
        filters: How many channels come out.
        kernel_size: The kernels' sizes, or one number for all.
        strides: The steps of the kernel on the inputs.
        padding: `"valid"` or `"same"`, for the inputs; states keep their sizes.
        data_format: `"channels_last"` or `"channels_first"`.
        dilation_rate: How far the kernel's elements are apart on the inputs.
        activation: A function or its name, for what is remembered and what comes out.
        recurrent_activation: A function or its name, for the gates.
        use_bias: Whether to add a bias.
        kernel_initializer: How the kernel for the inputs starts.
        recurrent_initializer: How the kernel for the state starts.
        bias_initializer: How the bias starts.
        unit_forget_bias: Whether the bias of the forget gate starts at 1.
        kernel_regularizer: A penalty on the kernel for the inputs.
        recurrent_regularizer: A penalty on the kernel for the state.
        bias_regularizer: A penalty on the bias.
        activity_regularizer: A penalty on the outputs.
        kernel_constraint: Applied to the kernel for the inputs after each update.
        recurrent_constraint: Applied to the kernel for the state after each update.
        bias_constraint: Applied to the bias after each update.
        dropout: The part of the inputs to drop while training.
        recurrent_dropout: The part of the state to drop while training.
        seed: A whole number that makes the dropout reproducible.
        return_sequences: Whether to return the outputs of all steps.
        return_state: Whether to return the last states, too.
        go_backwards: Whether to start at the end; outputs are then in that order.
        stateful: Whether a batch goes on where the last one ended.
        **kwargs: `name`, `dtype`, `trainable`, `unroll`, `zero_output_for_mask`.

    Source: Shi et al. 2015, https://arxiv.org/abs/1506.04214.
    """


class ConvLSTMCell(LSTMCell):
    """One step of a `ConvLSTM`. It knows channels last only: the layer brings them so.

    Args:
        rank: The number of spatial axes.
        filters: How many channels come out.
        kernel_size: As for the layer, as are the rest.
        strides: The steps of the kernel on the inputs.
        padding: `"valid"` or `"same"`.
        dilation_rate: How far the kernel's elements are apart.
        **kwargs: The arguments of `LSTMCell`.
    """

    def __init__(
        self,
        rank: int,
        filters: int,
        kernel_size: Any,
        strides: Any,
        padding: str,
        dilation_rate: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(filters, **kwargs)
        self.filters = self.units
        self.kernel_size = spread(kernel_size, rank, "kernel_size")
        self.strides = spread(strides, rank, "strides")
        self.dilation_rate = spread(dilation_rate, rank, "dilation_rate")
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise ValueError(
                explain(
                    "A convolution has strides or dilation, not both.",
                    received={"strides": strides, "dilation_rate": dilation_rate},
                )
            )
        self.padding = padding_name(padding, ("valid", "same"))

    def build(self, input_shape: Any) -> None:
        """Creates both kernels and the bias."""
        channels, width = known(self, input_shape, -1), self.gates * self.units
        for name, stem, size in (
            ("kernel", "kernel", channels),
            ("recurrent_kernel", "recurrent", self.units),
        ):
            weight = self.add_weight(
                name=name,
                shape=(*self.kernel_size, size, width),
                initializer=getattr(self, f"{stem}_initializer"),
                regularizer=getattr(self, f"{stem}_regularizer"),
                constraint=getattr(self, f"{stem}_constraint"),
            )
            setattr(self, name, weight)
        if self.use_bias:
            self.bias = self.add_weight(
                name="bias",
                shape=self.bias_shape,
                initializer=self.start_bias,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )

    @property
    def scannable(self) -> bool:
        """No: a step is no matrix product."""
        return False

    def draw_dropout(self, inputs: Any, training: Any) -> tuple[Any, Any]:
        """What inputs and first state are multiplied with in all steps of a call."""

        def mask(rate: float, like: Any) -> Any:
            return random.dropout(
                create.ones_like(like), rate, seed=self.seed_generator
            )

        drop = inner = None
        if training and self.dropout:
            drop = mask(self.dropout, inputs)
        if training and self.recurrent_dropout:
            states = self.first_states(self.into(inputs))
            inner = mask(self.recurrent_dropout, states[0])
        return drop, inner

    def into(self, inputs: Any) -> Any:
        """The convolution of inputs."""
        outputs = conv(
            inputs,
            self.kernel,
            self.strides,
            self.padding,
            dilation_rate=self.dilation_rate,
        )
        return outputs if self.bias is None else math.add(outputs, self.bias)

    def first_states(self, outputs: Any) -> list[Any]:
        """Zeros for each state, of the sizes of an output of `into`."""
        return [create.zeros_like(outputs[..., : self.units]) for _ in range(2)]

    def step(self, x: Any, states: Any, drop: Any, bias: Any = None) -> Any:
        """The new states, given the convolution of the inputs."""
        state = states[0] if drop is None else math.multiply(states[0], drop)
        inner = conv(state, self.recurrent_kernel, 1, "same")
        return self.gate(x, inner, states)

    def call(self, inputs: Any, states: Any, training: Any = False) -> Any:
        """One step.

        Args:
            inputs: A tensor `(batch, *space, channels)`.
            states: The states.
            training: Whether dropout applies.

        Returns:
            The output, and the new states.
        """
        drop, inner_drop = self._drops or self.draw_dropout(inputs, training)
        inputs = inputs if drop is None else math.multiply(inputs, drop)
        new = self.step(self.into(inputs), states, inner_drop)
        return new[0], list(new)


_OF_CELL = (
    "filters", "kernel_size", "strides", "padding", "dilation_rate", *SHARED[1:],
    "recurrent_activation", "unit_forget_bias",
)  # fmt: skip


@from_cell(*_OF_CELL)
class ConvLSTM(RNN):
    """The base: all steps' inputs are convolved at once, then the states step by step.

    Inside, channels are last.
    """

    rank = 1
    config_without = frozenset((*RNN.config_without, "cell"))

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = 1,
        activation: Any = "tanh",
        recurrent_activation: Any = "sigmoid",
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
        unit_forget_bias: bool = True,
        kernel_regularizer: Any = None,
        recurrent_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        seed: int | None = None,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        **kwargs: Any,
    ) -> None:
        kwargs = given(locals(), "data_format")
        cell = ConvLSTMCell(
            self.rank,
            **{name: kwargs.pop(name) for name in _OF_CELL},
            dtype=kwargs.get("dtype"),
            trainable=kwargs.get("trainable", True),
            name="conv_lstm_cell",
        )
        super().__init__(cell, **kwargs)
        self.data_format = config.standardize_data_format(data_format)
        self.input_spec = InputSpec(ndim=self.rank + 3)

    def build(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, sequences_shape: Any, initial_state_shape: Any = None
    ) -> None:
        """Builds the cell, and the states' variables if they are to be kept."""
        if self.data_format == "channels_first":
            batch, steps, channels, *space = sequences_shape
            sequences_shape = (batch, steps, *space, channels)
        self.step_shape = (sequences_shape[0], *sequences_shape[2:])
        super().build(sequences_shape, initial_state_shape)

    def get_initial_state(self, batch_size: Any) -> list[Any]:
        """Zeros for each state, for inputs of the size that the layer was built for."""
        inputs = create.zeros((batch_size, *self.step_shape[1:]), self.compute_dtype)
        states = self.cell.first_states(self.cell.into(inputs))
        return [self._to_given(s) for s in states]

    def first_states(self, sequences: Any) -> list[Any]:
        """Zeros for each state, for these inputs."""
        states = self.cell.first_states(self.cell.into(self._to_last(sequences[:, 0])))
        return [self._to_given(s) for s in states]

    def run(
        self, sequences: Any, states: list[Any], mask: Any, training: Any
    ) -> tuple[Any, Any, list[Any]]:
        """The last output, all outputs, and the last states."""
        cell = self.cell
        xs = self._to_last(sequences, 2)
        drop, inner_drop = cell.draw_dropout(xs[:, 0], training)
        if drop is not None:
            xs = math.multiply(xs, shape.expand_dims(drop, 1))
        batch, steps = xs.shape[:2]
        ys = cell.into(shape.reshape(xs, (batch * steps, *xs.shape[2:])))
        ys = shape.reshape(ys, (batch, steps, *ys.shape[1:]))

        def step(x: Any, states: list[Any]) -> tuple[Any, list[Any]]:
            new = cell.step(x, states, inner_drop)
            return new[0], list(new)

        last, outputs, new = recurrent.run_cell(
            step,
            ys,
            [self._to_last(s) for s in states],
            mask=mask,
            unroll=self.unroll,
            backwards=self.go_backwards,
            zero_masked=self.zero_output_for_mask,
        )
        return (
            self._to_given(last),
            self._to_given(outputs, 2),
            [self._to_given(s) for s in new],
        )

    def _to_last(self, x: Any, axis: int = 1) -> Any:
        first = self.data_format == "channels_first"
        return shape.moveaxis(x, axis, -1) if first else x

    def _to_given(self, x: Any, axis: int = 1) -> Any:
        first = self.data_format == "channels_first"
        return shape.moveaxis(x, -1, axis) if first else x


@public("keras.layers")
class ConvLSTM1D(ConvLSTM):
    __doc__ = f"""A convolutional LSTM along sequences of rows.
{_ARGS}"""


@public("keras.layers")
class ConvLSTM2D(ConvLSTM):
    __doc__ = f"""A convolutional LSTM along sequences of images.
{_ARGS}
    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> layer = keras.layers.ConvLSTM2D(4, 3, padding="same")
    >>> layer(np.ones((2, 5, 8, 8, 3), "float32")).shape
    TensorShape([2, 8, 8, 4])
    """

    rank = 2


@public("keras.layers")
class ConvLSTM3D(ConvLSTM):
    __doc__ = f"""A convolutional LSTM along sequences of volumes.
{_ARGS}"""

    rank = 3
