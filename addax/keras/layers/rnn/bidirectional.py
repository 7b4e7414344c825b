"""`Bidirectional`: a recurrent layer in both directions."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.keras.layers.layer import Layer
from addax.keras.serialization import (
    deserialize_keras_object,
    public,
    serialize_keras_object,
)
from addax.ops import math, shape

_MERGES = {
    "sum": math.add,
    "mul": math.multiply,
    "ave": lambda a, b: math.divide(math.add(a, b), 2),
    "concat": lambda a, b: shape.concatenate([a, b], -1),
    None: lambda a, b: [a, b],
}


@public("keras.layers")
class Bidirectional(Layer):
    """Runs a recurrent layer forwards, and another backwards, over a sequence.

    Args:
        layer: The recurrent layer; a new one is made from its configuration.
        merge_mode: How outputs are combined: `"concat"`, `"sum"`, `"mul"`, `"ave"`, or
            `None` for a list of both.
        weights: Weights to start from, as `get_weights()` gives them.
        backward_layer: The layer for the other direction, with `go_backwards=True`;
            made from `layer` if not given.
        **kwargs: `name`, `dtype`, `trainable`.

    Raises:
        ValueError: If `merge_mode` is not known, or the layers do not fit.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> layer = keras.layers.Bidirectional(keras.layers.LSTM(4))
    >>> layer(np.ones((2, 10, 8), "float32")).shape
    TensorShape([2, 8])
    """

    config_without = frozenset((*Layer.config_without, "weights"))

    def __init__(
        self,
        layer: Layer,
        merge_mode: str | None = "concat",
        weights: Any = None,
        backward_layer: Layer | None = None,
        **kwargs: Any,
    ) -> None:
        for each in (layer, backward_layer):
            if each is not None and not hasattr(each, "go_backwards"):
                raise ValueError(
                    explain(
                        "Bidirectional needs a recurrent layer.",
                        received={"layer": each},
                        why="It calls one with go_backwards=True.",
                        fix="Bidirectional(keras.layers.LSTM(64))",
                    )
                )
        if merge_mode not in _MERGES:
            raise ValueError(
                explain(
                    "`merge_mode` is 'sum', 'mul', 'ave', 'concat' or None.",
                    received={"merge_mode": merge_mode},
                )
            )
        kwargs.setdefault("dtype", layer.dtype_policy)
        super().__init__(**kwargs)
        self.forward_layer: Any = _copy(layer, "forward")
        if backward_layer is None:
            turned = {"go_backwards": not layer.go_backwards}  # type: ignore[attr-defined]
            self.backward_layer: Any = _copy(layer, "backward", **turned)
        else:
            self.backward_layer = backward_layer
        for name in ("return_sequences", "return_state", "stateful"):
            ours = getattr(self.forward_layer, name)
            theirs = getattr(self.backward_layer, name)
            if ours != theirs:
                raise ValueError(
                    explain(
                        f"Both layers must have the same {name!r}.",
                        received={"layer": ours, "backward_layer": theirs},
                    )
                )
        if self.forward_layer.go_backwards == self.backward_layer.go_backwards:
            raise ValueError(
                explain(
                    "The layers must run in different directions.",
                    received={"go_backwards": self.backward_layer.go_backwards},
                    fix="Give backward_layer=keras.layers.LSTM(64, go_backwards=True).",
                )
            )
        for each in (self.forward_layer, self.backward_layer):
            # Repeated outputs would mean something else in the other direction
            each.zero_output_for_mask = each.return_sequences
        self.merge_mode = merge_mode
        self.return_sequences = self.forward_layer.return_sequences
        self.return_state = self.forward_layer.return_state
        self.stateful = self.forward_layer.stateful
        self.input_spec = self.forward_layer.input_spec
        self.supports_masking = True
        self._first_weights = weights

    @property
    def layer(self) -> Any:
        """The layer that runs forwards."""
        return self.forward_layer

    def build(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, sequences_shape: Any, initial_state_shape: Any = None
    ) -> None:
        """Builds both layers."""
        for each in (self.forward_layer, self.backward_layer):
            if not each.built:
                each.build(sequences_shape)
                each.built = True
        if self._first_weights is not None:
            self.set_weights(self._first_weights)

    def call(
        self,
        sequences: Any,
        initial_state: Any = None,
        mask: Any = None,
        training: Any = None,
    ) -> Any:
        """The outputs of both directions, combined.

        Args:
            sequences: A tensor `(batch, steps, features)`.
            initial_state: The states to start with: first those of the forward layer.
            mask: Booleans `(batch, steps)`.
            training: Whether dropout applies.
        """
        half = None if initial_state is None else len(initial_state) // 2
        given: dict[str, Any] = {"mask": mask, "training": training}
        ahead = self.forward_layer(
            sequences,
            initial_state=initial_state and list(initial_state[:half]),
            **given,
        )
        back = self.backward_layer(
            sequences,
            initial_state=initial_state and list(initial_state[half:]),
            **given,
        )
        states: list[Any] = []
        if self.return_state:
            states = [*ahead[1:], *back[1:]]
            ahead, back = ahead[0], back[0]
        if self.return_sequences:
            back = shape.flip(back, 1)
        output = _MERGES[self.merge_mode](ahead, back)
        if not self.return_state:
            return output
        return (*output, *states) if self.merge_mode is None else (output, *states)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """The mask of the outputs of all steps."""
        mask = previous_mask if self.return_sequences else None
        mask = mask[0] if isinstance(mask, (list, tuple)) else mask
        outputs = [mask, mask] if self.merge_mode is None else mask
        if not self.return_state:
            return outputs
        count = 2 * len(self.forward_layer.state_sizes)
        outputs = outputs if isinstance(outputs, list) else [outputs]
        return [*outputs, *[None] * count]

    def reset_state(self) -> None:
        """Starts both layers again from zeros, if states are kept."""
        self.forward_layer.reset_state()
        self.backward_layer.reset_state()

    reset_states = reset_state

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Bidirectional:
        """Makes one from `get_config()`."""
        config = dict(config)
        for name in ("layer", "backward_layer"):
            if config.get(name) is not None:
                config[name] = deserialize_keras_object(config[name])
        return cls(**config)


def _copy(layer: Layer, side: str, **changes: Any) -> Layer:
    """A new layer like `layer`, named after its side."""
    described = serialize_keras_object(layer)
    config = described["config"] | changes
    config["name"] = f"{side}_{layer.name.removeprefix(f'{side}_')}"
    made = {**described, "config": config, "build_config": None}
    made.pop("shared_object_id", None)
    return deserialize_keras_object(made)
