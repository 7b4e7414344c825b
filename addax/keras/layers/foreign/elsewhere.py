"""Layers that wrap what only another back end can run: they say so."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.keras.layers.layer import Layer
from addax.keras.serialization import public


@public("keras.layers")
class TorchModuleWrapper(Layer):
    """A PyTorch module as a layer: Keras has it with its PyTorch back end only.

    Args:
        module: The module.
        name: The layer's name.
        output_shape: The shape of its output.
        **kwargs: `dtype`, `trainable`.

    Raises:
        NotImplementedError: Always. The message says what to do.
    """

    def __init__(
        self,
        module: Any,
        name: str | None = None,
        output_shape: Any = None,
        **kwargs: Any,
    ) -> None:
        raise NotImplementedError(
            explain(
                "addax cannot run a PyTorch module.",
                received={"module": type(module).__name__},
                why="It computes with JAX, which cannot differentiate PyTorch's code.",
                fix=[
                    "Build the same layers, and copy the weights; those of a Linear:\n"
                    "dense.set_weights([m.weight.T.numpy(), m.bias.numpy()])",
                    "Write it for JAX: keras.layers.JaxLayer(call_fn, init_fn)",
                ],
            )
        )


@public("keras.layers")
class TFSMLayer(Layer):
    """A TensorFlow SavedModel as a layer: Keras has it with TensorFlow only.

    Args:
        filepath: The SavedModel's directory.
        call_endpoint: The signature to call.
        call_training_endpoint: The signature to call while training.
        trainable: Whether its weights are trained.
        name: The layer's name.
        dtype: The layer's type.

    Raises:
        NotImplementedError: Always. The message says what to do.
    """

    def __init__(
        self,
        filepath: Any,
        call_endpoint: str = "serve",
        call_training_endpoint: str | None = None,
        trainable: bool = True,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        raise NotImplementedError(
            explain(
                "addax cannot run a TensorFlow SavedModel.",
                received={"filepath": filepath},
                why="Its operations are TensorFlow's, which is not installed with "
                "addax.",
                fix="Save the model as a .keras or .h5 file where TensorFlow is, then "
                'keras.models.load_model("model.keras")',
            )
        )
