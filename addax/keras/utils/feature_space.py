"""`FeatureSpace`: columns of a table prepared and encoded."""

from __future__ import annotations

from typing import Any, ClassVar

from addax._base.errors import explain
from addax.core import SymbolicTensor, cast
from addax.keras import layers
from addax.keras.layers.preprocessing.adapting import AdaptedLayer, as_tensor
from addax.keras.saving import save_model
from addax.keras.serialization import (
    deserialize_keras_object,
    public,
    serialize_keras_object,
)
from addax.keras.utils import features as kinds
from addax.keras.utils.features import Cross, Feature
from addax.ops import shape as shapes

_NO_ADAPT = (layers.Hashing, layers.Rescaling, kinds.TFDIdentity)


@public("keras.utils")
class FeatureSpace(layers.Layer):
    """Prepares and encodes the columns of a table, given as a dict.

    Args:
        features: What each column is: a kind by its name, such as
            `"float_normalized"`, or made by a method, such as
            `FeatureSpace.string_categorical(max_tokens=10)`.
        output_mode: `"concat"` for one vector a row, `"dict"` for a dict of columns.
        crosses: Columns to combine: tuples of names, or `FeatureSpace.cross(...)`.
        crossing_dim: How many bins a cross has.
        hashing_dim: How many bins `"string_hashed"` and `"integer_hashed"` have.
        num_discretization_bins: How many bins `"float_discretized"` has.
        name: A name.

    Raises:
        ValueError: If a kind of features or the mode does not exist.

    Example:

    >>> from addax import keras, tf
    >>> space = keras.utils.FeatureSpace(
    ...     features={"age": "float", "job": "string_categorical"})
    >>> data = {"age": [31.0, 58.0], "job": ["cook", "judge"]}
    >>> space.adapt(tf.data.Dataset.from_tensor_slices(data))
    >>> space(data).numpy().tolist()
    [[31.0, 0.0, 0.0, 1.0], [58.0, 0.0, 1.0, 0.0]]
    """

    cross = Cross
    feature = Feature
    float = staticmethod(kinds.float_)
    float_rescaled = staticmethod(kinds.float_rescaled)
    float_normalized = staticmethod(kinds.float_normalized)
    float_discretized = staticmethod(kinds.float_discretized)
    integer_categorical = staticmethod(kinds.integer_categorical)
    string_categorical = staticmethod(kinds.string_categorical)
    string_hashed = staticmethod(kinds.string_hashed)
    integer_hashed = staticmethod(kinds.integer_hashed)

    _untracked: ClassVar[frozenset[str]] = layers.Layer._untracked | {"features"}

    def __init__(
        self,
        features: dict[str, Any],
        output_mode: str = "concat",
        crosses: Any = None,
        crossing_dim: int = 32,
        hashing_dim: int = 32,
        num_discretization_bins: int = 32,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        if not features:
            raise ValueError(
                explain("There are no features.", received={"features": features})
            )
        if output_mode not in ("concat", "dict"):
            raise ValueError(
                explain(
                    "`output_mode` is 'concat' or 'dict'.",
                    received={"output_mode": output_mode},
                )
            )
        self.output_mode = output_mode
        self.crossing_dim = crossing_dim
        self.hashing_dim = hashing_dim
        self.num_discretization_bins = num_discretization_bins
        self.features = {
            key: kinds.standardized(key, value, hashing_dim, num_discretization_bins)
            for key, value in features.items()
        }
        self.crosses = [self._as_cross(each) for each in crosses or ()]
        self.preprocessors = {k: f.preprocessor for k, f in self.features.items()}
        self.crossers = {
            c.name: layers.HashedCrossing(c.crossing_dim, name=c.name)
            for c in self.crosses
        }
        self.one_hot_encoders: dict[str, Any] = {}
        self._is_adapted = not self._adaptable()
        self.inputs = {
            key: layers.Input(shape=(1,), dtype=feature.dtype, name=key)
            for key, feature in self.features.items()
        }
        self.encoded_features: Any = None

    def _as_cross(self, given: Any) -> Cross:
        cross = given if isinstance(given, Cross) else Cross(given, self.crossing_dim)
        unknown = [n for n in cross.feature_names if n not in self.features]
        if unknown:
            raise ValueError(
                explain(
                    "A cross names features that do not exist.",
                    received={"unknown": unknown, "features": list(self.features)},
                )
            )
        return cross

    # Learning

    def _adaptable(self) -> dict[str, AdaptedLayer]:
        """The layers that are to learn from data."""
        return {
            key: layer
            for key, layer in self.preprocessors.items()
            if isinstance(layer, AdaptedLayer)
            and not isinstance(layer, _NO_ADAPT)
            and getattr(layer, "input_mean", None) is None
            and getattr(layer, "input_bin_boundaries", None) is None
            and getattr(layer, "input_vocabulary", None) is None
        }

    def adapt(self, dataset: Any) -> None:
        """Has the layers learn from data.

        Args:
            dataset: A dataset of dicts of columns, in batches or row by row.
        """
        learning = self._adaptable()
        for layer in learning.values():
            layer.reset_state()
        for batch in [dataset] if isinstance(dataset, dict) else dataset:
            for key, layer in learning.items():
                layer.update_state(self._column(key, batch[key]))
        for layer in learning.values():
            layer.finalize_state()
        self._is_adapted = True

    # Calling

    def _column(self, key: str, value: Any) -> Any:
        """A column of raw values as a matrix with one column."""
        x = as_tensor(value)
        dtype = self.features[key].dtype
        if dtype != "string" and x.dtype != dtype:
            x = cast(x, dtype)
        if not len(x.shape):
            return shapes.reshape(x, (1, 1))
        return shapes.expand_dims(x, -1) if len(x.shape) == 1 else x

    def __call__(self, data: Any, *args: Any, **kwargs: Any) -> Any:
        missing = [key for key in self.features if key not in data]
        if missing:
            raise ValueError(
                explain(
                    "Columns are missing.",
                    received={"missing": missing, "data": list(data)},
                    why="Every feature needs its column.",
                )
            )
        given = {key: as_tensor(data[key]) for key in self.features}
        single = not any(len(x.shape) for x in given.values())
        columns = {key: self._column(key, x) for key, x in given.items()}
        outputs = super().__call__(columns, *args, **kwargs)
        if not single:
            return outputs
        if self.output_mode == "concat":
            return shapes.squeeze(outputs, 0)
        return {key: shapes.squeeze(x, 0) for key, x in outputs.items()}

    def call(self, data: Any) -> Any:
        """The encoded features of a batch of rows.

        Args:
            data: A dict of columns.
        """
        return self._encode(data)

    def _encode(self, data: dict[str, Any]) -> Any:
        self._require_adapted()
        found = {k: layer(data[k]) for k, layer in self.preprocessors.items()}
        modes = {k: f.output_mode for k, f in self.features.items()}
        for cross in self.crosses:
            parts = [found[name] for name in cross.feature_names]
            found[cross.name] = self.crossers[cross.name](parts)
            modes[cross.name] = cross.output_mode
        encoded = {k: self._encoded(k, x, modes[k]) for k, x in found.items()}
        if self.output_mode == "dict":
            return encoded
        whole = [k for k, mode in modes.items() if mode == "int"]
        if whole:
            raise ValueError(
                explain(
                    "Features that stay whole numbers cannot be put into one vector.",
                    received={"features": whole, "output_mode": "concat"},
                    fix=[
                        "FeatureSpace(..., output_mode='dict')",
                        "output_mode='one_hot' for these features",
                    ],
                )
            )
        order = sorted(self.features) + sorted(c.name for c in self.crosses)
        return shapes.concatenate([encoded[k] for k in order], -1)

    def _encoded(self, key: str, x: Any, mode: str) -> Any:
        if mode == "float":
            return cast(x, "float32")
        if mode == "int":
            return x
        encoder = self.one_hot_encoders.get(key)
        if encoder is None:
            layer = self.preprocessors.get(key)
            sizes = {c.name: c.crossing_dim for c in self.crosses}
            size = sizes[key] if layer is None else kinds.cardinality(layer)
            encoder = layers.CategoryEncoding(size, output_mode="multi_hot")
            self.one_hot_encoders[key] = encoder
        return encoder(x)

    def _require_adapted(self) -> None:
        if not self._is_adapted:
            raise ValueError(
                explain(
                    "The FeatureSpace has not seen data yet.",
                    received={"to adapt": list(self._adaptable())},
                    fix=f"{self.name}.adapt(dataset)",
                )
            )

    def get_inputs(self) -> dict[str, SymbolicTensor]:
        """Symbolic inputs for raw columns, by name.

        Raises:
            ValueError: If the layers have not learned from data yet.
        """
        self._require_adapted()
        return self.inputs

    def get_encoded_features(self) -> Any:
        """What becomes of `get_inputs()`: a symbolic vector, or a dict of columns.

        Raises:
            ValueError: If the layers have not learned from data yet.
        """
        if self.encoded_features is None:
            self.encoded_features = self._encode(self.inputs)
        return self.encoded_features

    # Saving

    def save(self, filepath: Any) -> None:
        """Saves the feature space; `keras.models.load_model` reads it."""
        save_model(self, filepath)

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> FeatureSpace:
        """Makes a feature space from what `get_config` returned."""
        config = dict(config)
        config["features"] = {
            key: deserialize_keras_object(feature)
            for key, feature in config["features"].items()
        }
        crosses = config.get("crosses") or []
        config["crosses"] = [deserialize_keras_object(cross) for cross in crosses]
        made = super().from_config(config)
        made._is_adapted = True
        return made

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, in serialisable form."""
        return {
            "features": {
                key: serialize_keras_object(f) for key, f in self.features.items()
            },
            "output_mode": self.output_mode,
            "crosses": [serialize_keras_object(cross) for cross in self.crosses],
            "crossing_dim": self.crossing_dim,
            "hashing_dim": self.hashing_dim,
            "num_discretization_bins": self.num_discretization_bins,
        }

    def get_build_config(self) -> dict[str, Any]:
        """The shapes that the layers were built for."""
        return {
            key: layer.get_build_config() or {} if layer.built else {}
            for key, layer in self.preprocessors.items()
        }

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Builds the layers for the shapes in `get_build_config()`'s result."""
        for key, layer in self.preprocessors.items():
            layer.build_from_config(config.get(key) or {})
        self.built = True
