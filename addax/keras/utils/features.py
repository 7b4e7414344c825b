"""The features of a `FeatureSpace`, and crosses of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from addax._base.errors import explain
from addax._base.names import did_you_mean
from addax.keras import layers
from addax.keras.serialization import Configurable, public

# Where Keras keeps these classes, which its files name.
_MODULE = "keras.src.layers.preprocessing.feature_space"


@public(_MODULE)
class Feature(Configurable):
    """One feature: its type, the layer that prepares it, and how it is encoded.

    Args:
        dtype: The type of the raw values.
        preprocessor: The layer.
        output_mode: `"float"`, `"int"` or `"one_hot"`.
    """

    def __init__(self, dtype: str, preprocessor: Any, output_mode: str) -> None:
        if output_mode not in ("int", "one_hot", "float"):
            raise ValueError(
                explain(
                    "A feature's `output_mode` is 'float', 'int' or 'one_hot'.",
                    received={"output_mode": output_mode},
                )
            )
        self.dtype = dtype
        self.preprocessor = preprocessor
        self.output_mode = output_mode


@public(_MODULE)
class Cross(Configurable):
    """A feature made of several: the hash of their combination.

    Args:
        feature_names: The names of the features.
        crossing_dim: How many bins there are.
        output_mode: `"one_hot"` or `"int"`.
    """

    def __init__(
        self,
        feature_names: Sequence[str],
        crossing_dim: int,
        output_mode: str = "one_hot",
    ) -> None:
        if output_mode not in ("int", "one_hot"):
            raise ValueError(
                explain(
                    "A cross's `output_mode` is 'int' or 'one_hot'.",
                    received={"output_mode": output_mode},
                )
            )
        self.feature_names = tuple(feature_names)
        self.crossing_dim = crossing_dim
        self.output_mode = output_mode

    @property
    def name(self) -> str:
        """The names joined."""
        return "_X_".join(self.feature_names)


@public(_MODULE)
class TFDIdentity(layers.Layer):
    """The layer of features that need no preparation."""

    def call(self, x: Any) -> Any:
        """The inputs."""
        return x


def _layer_name(name: str | None, kind: str) -> str:
    return f"{name or kind}_preprocessor"


def float_(name: str | None = None) -> Feature:
    """Numbers as they are."""
    return Feature("float32", TFDIdentity(name=_layer_name(name, "float")), "float")


def float_rescaled(
    scale: float = 1.0, offset: float = 0.0, name: str | None = None
) -> Feature:
    """Numbers times `scale`, plus `offset`."""
    name = _layer_name(name, "float_rescaled")
    return Feature("float32", layers.Rescaling(scale, offset, name=name), "float")


def float_normalized(name: str | None = None) -> Feature:
    """Numbers brought to mean 0 and variance 1."""
    name = _layer_name(name, "float_normalized")
    return Feature("float32", layers.Normalization(axis=-1, name=name), "float")


def float_discretized(
    num_bins: int,
    bin_boundaries: Any = None,
    output_mode: str = "one_hot",
    name: str | None = None,
) -> Feature:
    """Numbers as the bins they lie in."""
    layer = layers.Discretization(
        num_bins=None if bin_boundaries is not None else num_bins,
        bin_boundaries=bin_boundaries,
        name=_layer_name(name, "float_discretized"),
    )
    return Feature("float32", layer, output_mode)


def integer_categorical(
    max_tokens: int | None = None,
    num_oov_indices: int = 1,
    output_mode: str = "one_hot",
    name: str | None = None,
) -> Feature:
    """Whole numbers that stand for categories."""
    layer = layers.IntegerLookup(
        max_tokens=max_tokens,
        num_oov_indices=num_oov_indices,
        name=_layer_name(name, "integer_categorical"),
    )
    return Feature("int32", layer, output_mode)


def string_categorical(
    max_tokens: int | None = None,
    num_oov_indices: int = 1,
    output_mode: str = "one_hot",
    name: str | None = None,
) -> Feature:
    """Strings that stand for categories."""
    layer = layers.StringLookup(
        max_tokens=max_tokens,
        num_oov_indices=num_oov_indices,
        name=_layer_name(name, "string_categorical"),
    )
    return Feature("string", layer, output_mode)


def string_hashed(
    num_bins: int, output_mode: str = "one_hot", name: str | None = None
) -> Feature:
    """Strings spread over bins by their hash."""
    name = _layer_name(name, "string_hashed")
    return Feature("string", layers.Hashing(num_bins, name=name), output_mode)


def integer_hashed(
    num_bins: int, output_mode: str = "one_hot", name: str | None = None
) -> Feature:
    """Whole numbers spread over bins by their hash."""
    name = _layer_name(name, "integer_hashed")
    return Feature("int32", layers.Hashing(num_bins, name=name), output_mode)


KINDS: dict[str, Callable[..., Feature]] = {
    "float": float_,
    "float_discretized": float_discretized,
    "float_normalized": float_normalized,
    "float_rescaled": float_rescaled,
    "integer_categorical": integer_categorical,
    "integer_hashed": integer_hashed,
    "string_categorical": string_categorical,
    "string_hashed": string_hashed,
}


def standardized(name: str, value: Any, hashing_dim: int, num_bins: int) -> Feature:
    """A feature from what the user gave for it: one, or the name of a kind.

    Raises:
        ValueError: If there is no such kind.
    """
    if isinstance(value, Feature):
        return value
    if value not in KINDS:
        raise ValueError(
            explain(
                f"Invalid feature type: there is no kind {value!r} of features.",
                received={name: value},
                why=f"There are: {', '.join(KINDS)}.",
                fix=did_you_mean(str(value), KINDS),
            )
        )
    sizes = {"hashed": hashing_dim, "discretized": num_bins}
    size = sizes.get(value.rpartition("_")[2])
    return KINDS[value](*([] if size is None else [size]), name=name)


def cardinality(preprocessor: Any) -> int:
    """How many categories a layer gives.

    Raises:
        ValueError: If that is not known of it.
    """
    if isinstance(preprocessor, layers.Discretization):
        fixed = preprocessor.num_bins is None
        return preprocessor.depth if fixed else preprocessor.num_bins or 1
    if isinstance(preprocessor, layers.Hashing):
        return preprocessor.num_bins
    if hasattr(preprocessor, "vocabulary_size"):
        return preprocessor.vocabulary_size()
    raise ValueError(
        explain(
            f"How many categories {type(preprocessor).__name__} gives is not known.",
            received={"preprocessor": preprocessor},
            fix="FeatureSpace.feature(..., output_mode='float')",
        )
    )
