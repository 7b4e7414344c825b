"""The `.h5` files of Keras 2, which Keras 3 reads and writes too.

Attributes of the root hold JSON: `model_config` and, if compiled, `training_config`.
The group `model_weights` (the root itself, in files of weights alone) lists its layers
in `layer_names`; each layer's group lists its arrays in `weight_names`. Optimizer
variables are in `optimizer_weights`, listed likewise.
"""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax._base.files import atomic_path
from addax.keras.saving.h5_store import H5Group, file_size, find_group, open_h5
from addax.keras.saving.hdf5 import h5py
from addax.keras.saving.state import unchanged_on_error
from addax.keras.serialization import deserialize_keras_object, serialize_keras_object

_VERSION = "3.15.1"
_TOP = "top_level_model_weights"
# HDF5 keeps attributes in a header of 64 KiB; longer lists go in numbered pieces.
_ATTRIBUTE_LIMIT = 64_512


def is_legacy(file: h5py.File) -> bool:
    """Whether an HDF5 file has the layout of Keras 2."""
    return "layer_names" in _names_of(file) or "model_weights" in file


def save_model(model: Any, path: Path, include_optimizer: bool = True) -> None:
    """Writes a whole model.

    Args:
        model: The model.
        path: Where to.
        include_optimizer: Whether the optimizer's state and the compile arguments
            belong to it.
    """
    described = serialize_keras_object(model)
    config = {"class_name": described["class_name"], "config": described["config"]}
    with atomic_path(path) as temporary, h5py.File(temporary, "w") as file:
        file.attrs["keras_version"] = _VERSION
        file.attrs["backend"] = "jax"
        file.attrs["model_config"] = json.dumps(config).encode()
        write_weights(file.create_group("model_weights"), model)
        training = described.get("compile_config")
        if training and include_optimizer:
            training = dict(training)
            training["optimizer_config"] = training.pop("optimizer")
            file.attrs["training_config"] = json.dumps(training).encode()
            _write_optimizer(file, model.optimizer)


def load_model(path: Path, custom_objects: Any, compile: bool, safe_mode: bool) -> Any:
    """Makes the model that an `.h5` file holds.

    Args:
        path: The file.
        custom_objects: Names and classes or functions that the model uses.
        compile: Whether to compile it as it was.
        safe_mode: Whether to refuse lambdas.

    Returns:
        The model.

    Raises:
        ValueError: If the file holds weights only, or is damaged.
    """
    shown = str(path)
    with open_h5(path, shown) as file:
        text = file.attrs.get("model_config")
        if text is None:
            raise ValueError(
                explain(
                    "This file holds no model.",
                    received={"filepath": shown},
                    why="There is no `model_config` in it: it may hold weights only.",
                    fix="Build the model, then model.load_weights(path).",
                )
            )
        config = _json(text, shown)
        model = deserialize_keras_object(config, custom_objects, safe_mode)
        group = find_group(file, "model_weights", shown) or file
        read_weights(group, model, shown)
        training = file.attrs.get("training_config")
        if compile and training is not None:
            arguments = _json(training, shown)
            arguments["optimizer"] = arguments.pop("optimizer_config", "rmsprop")
            arguments = deserialize_keras_object(arguments, custom_objects, safe_mode)
            arguments.pop("sample_weight_mode", None)
            model.compile(**arguments)
            _read_optimizer(file, model, shown)
    return model


def write_weights(group: h5py.Group, model: Any) -> None:
    """Writes the weights of each layer.

    Args:
        group: Where to.
        model: The model.
    """
    group.attrs["keras_version"] = _VERSION
    group.attrs["backend"] = "jax"
    layers = list(model.layers)
    _write_names(group, "layer_names", [layer.name for layer in layers])
    for layer in layers:
        _write_variables(group.create_group(layer.name), _weights(layer))
    inside = {id(v) for layer in layers for v in layer.weights}
    own = [v for v in model.weights if id(v) not in inside]
    _write_variables(group.create_group(_TOP), own)


def read_weights(
    group: h5py.Group,
    model: Any,
    shown: str,
    skip_mismatch: bool = False,
    by_name: bool = False,
) -> None:
    """Sets the weights of each layer; on an error they stay as they were.

    Args:
        group: What `write_weights`, or Keras, wrote.
        model: The model.
        shown: What to call the file in messages.
        skip_mismatch: Whether to leave out, with a warning, what does not fit.
        by_name: Whether layers are matched by name rather than order.

    Raises:
        ValueError: If something does not fit.
    """
    group = find_group(group.file, "model_weights", shown) or group
    saved = [
        name for name in _names(group, "layer_names") if _arrays(group, name, shown)
    ]
    layers = [layer for layer in model.layers if _weights(layer)]
    if by_name:
        pairs = [(layer, layer.name) for layer in layers if layer.name in saved]
    elif len(saved) != len(layers):
        raise ValueError(
            explain(
                f"The file holds weights of {len(saved)} layers, the model has "
                f"{len(layers)} with weights.",
                received={"filepath": shown, "layers in the file": saved},
                fix="Load it into the model that it was saved from, or by_name=True.",
            )
        )
    else:
        pairs = list(zip(layers, saved, strict=True))
    with unchanged_on_error(model):
        for layer, name in pairs:
            _assign(_weights(layer), _arrays(group, name, shown), layer, skip_mismatch)


def _weights(layer: Any) -> list[Any]:
    """The weights in the order of these files: trainable ones first."""
    trainable = list(layer.trainable_weights)
    return trainable + [v for v in layer.weights if all(v is not t for t in trainable)]


def _assign(variables: list[Any], values: list[Any], layer: Any, skip: bool) -> None:
    have = [tuple(v.shape) for v in variables]
    given = [tuple(np.shape(value)) for value in values]
    if have != given:
        text = explain(
            f"The weights of layer {layer.name!r} do not fit the file.",
            received={"shapes in the file": given, "shapes of the layer": have},
            fix="To leave it as it is: load_weights(path, skip_mismatch=True)",
        )
        if not skip:
            raise ValueError(text)
        warnings.warn(text, stacklevel=5)
        return
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)


def _write_variables(group: h5py.Group, variables: list[Any]) -> None:
    names: list[str] = []
    for i, variable in enumerate(variables):
        name = variable.path if variable.path not in names else f"{variable.path}_{i}"
        names.append(name)
        group.create_dataset(name, data=variable.numpy())
    _write_names(group, "weight_names", names)


def _arrays(group: h5py.Group, layer: str, shown: str) -> list[Any]:
    inner = find_group(group, layer, shown)
    if inner is None:
        return []
    arrays, size = [], file_size(group.file)
    for name in _names(inner, "weight_names"):
        folder, _, last = name.rpartition("/")
        place = find_group(inner, folder, shown) if folder else inner
        arrays.append(H5Group(place, shown, size)[last])
    return arrays


def _write_optimizer(file: h5py.File, optimizer: Any) -> None:
    group = file.create_group("optimizer_weights")
    _write_variables(group, list(optimizer.variables))


def _read_optimizer(file: h5py.File, model: Any, shown: str) -> None:
    if "optimizer_weights" not in file:
        return
    values = _arrays(file, "optimizer_weights", shown)
    optimizer = model.optimizer
    optimizer.build(model.trainable_variables)
    if len(values) == len(optimizer.variables):
        optimizer.set_weights(values)
        return
    warnings.warn(
        f"The state of the optimizer {optimizer.name!r} was not loaded: the file has "
        f"{len(values)} arrays for its {len(optimizer.variables)} variables.\n"
        "Training goes on with a fresh optimizer.",
        stacklevel=4,
    )


def _json(text: Any, shown: str) -> Any:
    try:
        return json.loads(text.decode() if isinstance(text, bytes) else text)
    except ValueError as error:
        raise ValueError(
            explain(
                "The configuration in the file cannot be read.",
                received={"filepath": shown},
                why=str(error),
                fix="Save or download it again.",
            )
        ) from error


def _write_names(group: h5py.Group, key: str, names: list[str]) -> None:
    data = np.asarray([name.encode() for name in names])
    pieces = -(-data.nbytes // _ATTRIBUTE_LIMIT)
    if pieces <= 1:
        group.attrs[key] = data
        return
    for i, piece in enumerate(np.array_split(data, pieces)):
        group.attrs[f"{key}{i}"] = piece


def _names(group: h5py.Group, key: str) -> list[str]:
    pieces, i = [key] if key in group.attrs else [], 0
    while f"{key}{i}" in group.attrs:
        pieces.append(f"{key}{i}")
        i += 1
    found = [
        name for piece in pieces for name in np.asarray(group.attrs[piece]).tolist()
    ]
    return [n.decode() if isinstance(n, bytes) else str(n) for n in found]


def _names_of(file: h5py.File) -> set[str]:
    return {name.rstrip("0123456789") for name in file.attrs}
