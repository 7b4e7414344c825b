"""What the layers of the convolution family share, whatever their rank and kind."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.keras import activations, config, constraints, initializers, regularizers
from addax.keras.layers.checks import known, positive
from addax.keras.layers.input_spec import InputSpec
from addax.keras.layers.layer import Layer
from addax.ops import math, shape
from addax.ops.windows import spread


class Convolution(Layer):
    """The base: geometry, activation, bias.

    Subclasses name their kernels in `kernels`: for each `name` there are the
    constructor's arguments `name_initializer`, `name_regularizer` and
    `name_constraint`, and attributes of the same names.
    """

    config_without = frozenset((*Layer.config_without, "starts", "penalties", "limits"))
    rank = 1
    kernels: tuple[str, ...] = ("kernel",)

    def __init__(
        self,
        kernel_size: Any,
        strides: Any,
        padding: str,
        data_format: str | None,
        dilation_rate: Any,
        activation: Any,
        use_bias: bool,
        starts: dict[str, Any],
        penalties: dict[str, Any],
        limits: dict[str, Any],
        activity_regularizer: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self.kernel_size = spread(kernel_size, self.rank, "kernel_size")
        self.strides = spread(strides, self.rank, "strides")
        self.dilation_rate = spread(dilation_rate, self.rank, "dilation_rate")
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise ValueError(
                explain(
                    "A convolution has strides or dilation, not both.",
                    received={
                        "strides": self.strides,
                        "dilation_rate": self.dilation_rate,
                    },
                )
            )
        valid = ("valid", "same", "causal") if self.rank == 1 else ("valid", "same")
        self.padding = padding_name(padding, valid)
        self.data_format = config.standardize_data_format(data_format)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        for name in (*self.kernels, "bias"):
            setattr(self, f"{name}_initializer", initializers.get(starts[name]))
            setattr(self, f"{name}_regularizer", regularizers.get(penalties[name]))
            setattr(self, f"{name}_constraint", constraints.get(limits[name]))
        self.input_spec = InputSpec(min_ndim=self.rank + 2)
        self.bias: Any = None

    @property
    def channel_axis(self) -> int:
        """The axis of the channels."""
        return 1 if self.data_format == "channels_first" else -1

    def channels(self, input_shape: Any) -> int:
        """How many channels come in; from now on no other number may."""
        count = known(self, input_shape, self.channel_axis)
        self.input_spec = InputSpec(
            min_ndim=self.rank + 2, axes={self.channel_axis: count}
        )
        return count

    def add_kernel(self, name: str, size: tuple[int, ...], stem: str = "") -> Any:
        """Creates a weight as the constructor's arguments for it say.

        Args:
            name: The weight's name.
            size: Its shape.
            stem: What the names of the arguments begin with, if not with the name.
        """
        stem = stem or name
        return self.add_weight(
            name=name,
            shape=size,
            initializer=getattr(self, f"{stem}_initializer"),
            regularizer=getattr(self, f"{stem}_regularizer"),
            constraint=getattr(self, f"{stem}_constraint"),
        )

    def add_bias(self, size: int) -> None:
        """Creates the bias, if there is to be one."""
        if self.use_bias:
            self.bias = self.add_kernel("bias", (size,))

    def finish(self, outputs: Any) -> Any:
        """Adds the bias and applies the activation."""
        if self.bias is not None:
            bias = self.bias
            if self.data_format == "channels_first":
                bias = shape.reshape(bias, (1, -1, *(1,) * self.rank))
            outputs = math.add(outputs, bias)
        return self.activation(outputs)

    def with_batch(self, inputs: Any) -> Any:
        """The inputs with one batch axis: several in front are put into one."""
        extra = len(inputs.shape) - self.rank - 2
        if not extra:
            return inputs
        return shape.reshape(inputs, (-1, *inputs.shape[extra + 1 :]))

    def restore_batch(self, outputs: Any, inputs: Any) -> Any:
        """Undoes `with_batch`."""
        extra = len(inputs.shape) - self.rank - 2
        if not extra:
            return outputs
        return shape.reshape(outputs, (*inputs.shape[: extra + 1], *outputs.shape[1:]))


def padding_name(padding: str, valid: tuple[str, ...]) -> str:
    """The name of a padding in small letters, checked.

    Raises:
        ValueError: If it is not among the valid ones.
    """
    if str(padding).lower() not in valid:
        raise ValueError(
            explain(
                f"`padding` is one of {', '.join(map(repr, valid))}.",
                received={"padding": padding},
            )
        )
    return padding.lower()


class Filters(Convolution):
    """The base of layers with a number of filters and one kernel."""

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = 1,
        groups: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            kernel_size,
            strides,
            padding,
            data_format,
            dilation_rate,
            activation,
            use_bias,
            {"kernel": kernel_initializer, "bias": bias_initializer},
            {"kernel": kernel_regularizer, "bias": bias_regularizer},
            {"kernel": kernel_constraint, "bias": bias_constraint},
            activity_regularizer,
            **kwargs,
        )
        self.filters = positive("filters", filters)
        self.groups = positive("groups", groups)
        if self.filters % self.groups:
            raise ValueError(
                explain(
                    "The filters must divide evenly into the groups.",
                    received={"filters": filters, "groups": groups},
                )
            )
