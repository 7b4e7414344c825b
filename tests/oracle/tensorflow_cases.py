"""Cases whose results TensorFlow itself wrote down: `tensorflow_results.json`.

TensorFlow is no dependency of the tests. Where it is installed, in an environment of
its own, this file run as a script writes the results anew:

    python -m tests.oracle.tensorflow_cases
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tests.oracle.tensorflow_tensor_cases import TENSOR_CASES

RESULTS = Path(__file__).with_name("tensorflow_results.json")
CASES: dict[str, Callable[[Any, Any], Any]] = {  # of (tf, keras)
    name: lambda tf, keras, fn=fn: fn(tf) for name, fn in TENSOR_CASES.items()
}

TEXTS = ["The quick  brown-fox, jumps! ", "\tÜber ß don't <br/> 1.5\n", ""]
AB = {"vocabulary": ["a", "b"]}
WORDS = [["a", "a", "c"], ["b", "a", "z"]]


def case(name: str) -> Callable[[Any], Any]:
    """Adds a case to the table."""
    return lambda fn: CASES.setdefault(name, fn)


def adapted(layer: Any, data: Any, inputs: Any = None) -> Any:
    """A layer's vocabulary after `adapt`, and what it makes of inputs."""
    layer.adapt(data)
    found = layer.get_vocabulary() if hasattr(layer, "get_vocabulary") else []
    return [list(map(str, found)), layer(data if inputs is None else inputs)]


def limits(layer: Any) -> Any:
    """What a `Discretization` learns; bins of elements on a limit may differ."""
    layer.adapt(np.sin(np.arange(300.0)))
    return np.asarray(layer.bin_boundaries)


def _layers() -> None:
    text_options = {
        "plain": {},
        "as it is": {"standardize": None},
        "lower": {"standardize": "lower"},
        "strip": {"standardize": "strip_punctuation"},
        "whole": {"split": None},
        "characters": {"split": "character"},
        "bigrams": {"ngrams": 2},
        "1 and 3": {"ngrams": (1, 3)},
        "multi-hot": {"output_mode": "multi_hot"},
        "count": {"output_mode": "count", "ngrams": 2},
        "tf-idf": {"output_mode": "tf_idf", "max_tokens": 6, "pad_to_max_tokens": True},
        "ragged": {"ragged": True},
        "length": {"output_sequence_length": 3},
        "few": {"max_tokens": 5},
    }
    for name, kwargs in text_options.items():
        CASES[f"TextVectorization {name}"] = lambda tf, keras, kwargs=kwargs: adapted(
            keras.layers.TextVectorization(**kwargs), TEXTS
        )
    string_options = {
        "oov": {"num_oov_indices": 3},
        "salt": {"num_oov_indices": 3, "salt": 7},
        "two salts": {"num_oov_indices": 3, "salt": [7, 8]},
        "mask": {"mask_token": "c"},
        "count": {"output_mode": "count"},
        "masked count": {"output_mode": "count", "mask_token": "c"},
        "tf-idf": {"output_mode": "tf_idf", "idf_weights": [0.5, 0.7]},
        "sparse": {"output_mode": "multi_hot", "sparse": True},
        "padded": {
            "output_mode": "multi_hot",
            "max_tokens": 5,
            "pad_to_max_tokens": True,
        },
    }
    for name, kwargs in string_options.items():
        CASES[f"StringLookup {name}"] = lambda tf, keras, kwargs=kwargs: (
            keras.layers.StringLookup(**AB, **kwargs)(tf.constant(WORDS))
        )
    integer_options = {
        "oov": {"num_oov_indices": 3},
        "farm": {"num_oov_indices": 3, "oov_method": "farmhash"},
        "salt": {"num_oov_indices": 3, "oov_method": "farmhash", "salt": 7},
        "mask": {"mask_token": 5},
        "one-hot": {"output_mode": "one_hot"},
    }
    for name, kwargs in integer_options.items():
        CASES[f"IntegerLookup {name}"] = lambda tf, keras, kwargs=kwargs: (
            keras.layers.IntegerLookup(vocabulary=[10, 20], **kwargs)(
                np.array([10, 20, 5, 6, 7, -3])
            )
        )
    hashings = {
        "plain": {},
        "mask": {"mask_value": "c"},
        "salt": {"salt": 133},
        "two salts": {"salt": [133, 137]},
        "count": {"output_mode": "count"},
    }
    for name, kwargs in hashings.items():
        CASES[f"Hashing {name}"] = lambda tf, keras, kwargs=kwargs: (
            keras.layers.Hashing(7, **kwargs)(tf.constant(WORDS))
        )
    modes = ("one_hot", "multi_hot", "count")
    for mode in modes:
        CASES[f"CategoryEncoding {mode}"] = lambda tf, keras, mode=mode: [
            keras.layers.CategoryEncoding(4, output_mode=mode)(np.array(x))
            for x in ([[3], [2]], [3, 2, 0, 1], [[3, 1], [2, 2]])
        ]
        CASES[f"Discretization {mode}"] = lambda tf, keras, mode=mode: (
            keras.layers.Discretization([0.0, 1.0, 2.0], output_mode=mode)(
                np.array([[-1.5, 0.5], [1.0, 2.0]])
            )
        )
    for bins in (3, 10):
        for epsilon in (0.01, 0.1):
            CASES[f"Discretization adapted {bins} {epsilon}"] = (
                lambda tf, keras, bins=bins, epsilon=epsilon: limits(
                    keras.layers.Discretization(num_bins=bins, epsilon=epsilon)
                )
            )
    for axis in (-1, None, 1, (1, 2)):
        for invert in (False, True):
            CASES[f"Normalization {axis} {invert}"] = (
                lambda tf, keras, axis=axis, invert=invert: adapted(
                    keras.layers.Normalization(axis=axis, invert=invert),
                    np.arange(12.0).reshape(2, 3, 2) ** 1.5,
                )[1]
            )


_layers()


@case("StringLookup adapted")
def _(tf: Any, keras: Any) -> Any:
    return adapted(keras.layers.StringLookup(), [["c", "a"], ["b", "c"], ["d", "a"]])


@case("StringLookup adapted tf-idf")
def _(tf: Any, keras: Any) -> Any:
    layer = keras.layers.StringLookup(
        max_tokens=10, output_mode="tf_idf", pad_to_max_tokens=True
    )
    data = tf.constant([["a", "a", "b"], ["b", "c", "[UNK]"]])
    return adapted(layer, data, tf.constant(WORDS))


@case("IntegerLookup adapted")
def _(tf: Any, keras: Any) -> Any:
    data = np.array([[12, 1138, 42], [42, 1000, 36]])
    return adapted(keras.layers.IntegerLookup(output_mode="multi_hot"), data)


@case("lookups invert")
def _(tf: Any, keras: Any) -> Any:
    numbers = np.array([0, 1, 2, 3])
    return [
        keras.layers.StringLookup(invert=True, **AB)(numbers),
        keras.layers.IntegerLookup(vocabulary=[10, 20], invert=True)(numbers),
        keras.layers.StringLookup(invert=True, mask_token="", **AB)(numbers),
    ]


@case("Hashing numbers")
def _(tf: Any, keras: Any) -> Any:
    numbers = np.arange(10)
    return [
        keras.layers.Hashing(3, **kwargs)(numbers)
        for kwargs in ({}, {"salt": 5}, {"mask_value": 3})
    ]


@case("HashedCrossing")
def _(tf: Any, keras: Any) -> Any:
    texts, numbers = tf.constant(["a", "b"]), tf.constant([2, -5])
    return [
        keras.layers.HashedCrossing(1000)((texts, numbers)),
        keras.layers.HashedCrossing(1000)((numbers, numbers)),
        keras.layers.HashedCrossing(1000)((numbers, texts, numbers)),
        keras.layers.HashedCrossing(5, output_mode="one_hot")((texts, numbers)),
    ]


@case("FeatureSpace")
def _(tf: Any, keras: Any) -> Any:
    space = keras.utils.FeatureSpace
    numbers = np.arange(6, dtype="float32")
    data = {
        "plain": numbers,
        "normal": numbers * 2,
        "scaled": numbers * 3,
        "bins": numbers,
        "more bins": numbers,
        "ids": np.array([1, 2, 3, 1, 2, 1]),
        "words": np.array(["a", "b", "a", "c", "a", "b"]),
        "hashed words": np.array(["x", "y", "z", "x", "y", "z"]),
        "hashed ids": np.array([5, 6, 7, 8, 9, 10]),
    }
    features = {
        "plain": "float",
        "normal": "float_normalized",
        "scaled": space.float_rescaled(scale=0.5),
        "bins": space.float_discretized(num_bins=4),
        "more bins": "float_discretized",
        "ids": "integer_categorical",
        "words": space.string_categorical(max_tokens=10),
        "hashed words": "string_hashed",
        "hashed ids": space.integer_hashed(num_bins=7),
    }
    crosses = [space.cross(("words", "hashed ids"), 5), ("ids", "words")]
    dataset = tf.data.Dataset.from_tensor_slices(data).batch(4)
    found = []
    for mode in ("concat", "dict"):
        made = space(features, crosses=crosses, output_mode=mode)
        made.adapt(dataset)
        found.append(made({key: value[:3] for key, value in data.items()}))
    found.append(made({key: value[5] for key, value in data.items()}))
    return found


def plain(value: Any) -> Any:
    """A result as JSON holds it: type, shape and elements."""
    if hasattr(value, "dense_shape"):
        parts = (value.indices, value.values, value.dense_shape)
        return {"sparse": [plain(part) for part in parts]}
    if hasattr(value, "row_splits"):
        inner = plain(value.flat_values)
        splits = [plain(s)["value"] for s in value.nested_row_splits]
        return {"ragged": splits, "values": inner}
    if isinstance(value, dict):
        return {key: plain(v) for key, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if hasattr(value, "numpy"):
        dtype = getattr(value.dtype, "name", value.dtype)
        array = np.asarray(value.numpy())
        return {
            "dtype": str(dtype),
            "shape": [int(n) for n in value.shape],
            "value": _text(array.tolist()),
        }
    if isinstance(value, (np.ndarray, np.generic)):
        return _text(value.tolist())
    return _text(value)


def _text(value: Any) -> Any:
    if isinstance(value, list):
        return [_text(v) for v in value]
    return value.decode("latin-1") if isinstance(value, bytes) else value


if __name__ == "__main__":
    import keras
    import tensorflow as tf

    lines = [
        f"{json.dumps(name)}: {json.dumps(plain(CASES[name](tf, keras)))}"
        for name in sorted(CASES)
    ]
    RESULTS.write_text("{\n" + ",\n".join(lines) + "\n}\n")
