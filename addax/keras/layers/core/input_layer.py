"""`Input` and `InputLayer`: where a functional model begins."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.core import Node, SymbolicTensor, as_dtype
from addax.core.shapes import standardize_shape
from addax.keras.layers.input_spec import InputSpec
from addax.keras.layers.layer import Layer
from addax.keras.serialization import public


@public("keras.layers")
class InputLayer(Layer):
    """Holds a symbolic input as a layer, so that models can list and save it.

    Args:
        shape: Sizes without the batch axis, `None` where unknown.
        batch_size: The size of the batch axis; any if not given.
        dtype: The type of the elements; `floatx()` if not given.
        sparse: Kept for Keras's signature.
        ragged: Kept for Keras's signature.
        batch_shape: Sizes with the batch axis, instead of `shape` and `batch_size`.
        input_tensor: A symbolic tensor to hold instead of making one.
        optional: Whether `None` may be given.
        name: A name.
        **kwargs: `input_shape` and `batch_input_shape`, as in Keras 2.
    """

    def __init__(
        self,
        shape: Any = None,
        batch_size: int | None = None,
        dtype: Any = None,
        sparse: bool | None = None,
        ragged: bool | None = None,
        batch_shape: Any = None,
        input_tensor: SymbolicTensor | None = None,
        optional: bool = False,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name)
        shape = kwargs.pop("input_shape", shape)
        batch_shape = kwargs.pop("batch_input_shape", batch_shape)
        if kwargs:
            raise TypeError(
                explain("InputLayer has no such argument.", received=kwargs)
            )
        if shape is not None and batch_shape is not None:
            raise ValueError(
                explain(
                    "Give an input's shape once.",
                    received={"shape": shape, "batch_shape": batch_shape},
                    fix="keras.Input(shape=(28, 28)) leaves the batch size open.",
                )
            )
        if input_tensor is not None:
            batch_shape, dtype = tuple(input_tensor.shape), input_tensor.dtype
        if batch_shape is None:
            if shape is None:
                raise ValueError(
                    explain(
                        "An input needs a shape.",
                        received={"shape": None},
                        fix="keras.Input(shape=(28, 28)); () is one number a sample.",
                    )
                )
            batch_shape = (batch_size, *standardize_shape(shape))
        self.batch_shape = standardize_shape(batch_shape)
        self.batch_size = self.batch_shape[0] if self.batch_shape else None
        self._dtype = as_dtype(dtype) if dtype is not None else self.compute_dtype
        self.sparse = bool(sparse)
        self.ragged = bool(ragged)
        self.optional = optional
        tensor = input_tensor
        if tensor is None:
            tensor = SymbolicTensor(self.batch_shape, self._dtype, name=self.name)
        tensor.name = self.name
        self.input_spec = InputSpec(shape=self.batch_shape, optional=optional)
        self._inbound_nodes.append(Node(self, (), {}, tensor))
        self.built = True

    def call(self) -> None:  # type: ignore[override]
        """An input layer computes nothing."""
        raise NotImplementedError

    @property
    def dtype(self) -> Any:
        """The type of the elements."""
        return self._dtype

    @property
    def output(self) -> SymbolicTensor:
        """The symbolic input."""
        return self._inbound_nodes[0].outputs

    @property
    def input(self) -> SymbolicTensor:
        """The symbolic input."""
        return self.output

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, in serialisable form."""
        config = {
            "batch_shape": self.batch_shape,
            "dtype": as_dtype(self._dtype).name,
            "sparse": self.sparse,
            "ragged": self.ragged,
            "name": self.name,
        }
        if self.optional:
            config["optional"] = True
        return config

    def __repr__(self) -> str:
        return f"<InputLayer name={self.name}, shape={self.batch_shape}>"


@public("keras.layers")
def Input(
    shape: Any = None,
    batch_size: int | None = None,
    dtype: Any = None,
    sparse: bool | None = None,
    batch_shape: Any = None,
    name: str | None = None,
    tensor: SymbolicTensor | None = None,
    ragged: bool | None = None,
    optional: bool = False,
    **kwargs: Any,
) -> SymbolicTensor:
    """The symbolic input of a functional model.

    Args:
        shape: Sizes without the batch axis, `None` where unknown.
        batch_size: The size of the batch axis; any if not given.
        dtype: The type of the elements; `floatx()` if not given.
        sparse: Kept for Keras's signature.
        batch_shape: Sizes with the batch axis, instead of `shape`.
        name: A name.
        tensor: A symbolic tensor to use instead of making one.
        ragged: Kept for Keras's signature.
        optional: Whether `None` may be given.
        **kwargs: `batch_input_shape`, as in Keras 2.

    Returns:
        A symbolic tensor.

    Example:

    >>> from addax import keras
    >>> x = keras.Input(shape=(784,))
    >>> keras.Model(x, keras.layers.Dense(10)(x)).output_shape
    (None, 10)
    """
    layer = InputLayer(
        shape=shape,
        batch_size=batch_size,
        dtype=dtype,
        sparse=sparse,
        ragged=ragged,
        batch_shape=batch_shape,
        input_tensor=tensor,
        optional=optional,
        name=name,
        **kwargs,
    )
    return layer.output
