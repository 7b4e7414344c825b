"""What `TensorBoard` writes of a model: its graph, its weights, its embeddings."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax._base.files import atomic_write
from addax._base.names import did_you_mean


def graph_nodes(model: Any) -> list[tuple[str, str, list[str]]]:
    """The calls of a functional model: name, class, and names of what they take."""
    graph = getattr(model, "_graph", None)
    if graph is None:
        return []
    first = [x.node.operation for x in graph.inputs]
    nodes: list[tuple[str, str, list[str]]] = [
        (f"{model.name}/{each.name}", "InputLayer", []) for each in first
    ]
    seen = {id(x.node): f"{model.name}/{x.node.operation.name}" for x in graph.inputs}
    for node in graph.nodes:
        name = f"{model.name}/{node.operation.name}"
        count = sum(1 for known in seen.values() if known.partition(":")[0] == name)
        name = f"{name}_call_{count}" if count else name
        inputs = [seen[id(p)] for p in node.parent_nodes if id(p) in seen]
        nodes.append((name, type(node.operation).__name__, inputs))
        seen[id(node)] = name
    return nodes


def weights_of(model: Any) -> Iterator[tuple[str, Any]]:
    """The weights of a model's layers, as arrays, with their paths."""
    for layer in model.layers:
        for weight in layer.weights:
            yield weight.path, np.asarray(weight.numpy(), "float32")


def as_images(weight: Any) -> Any:
    """A weight as images `(images, height, width, 1)` from 0 to 1, or `None`.

    A matrix lies on its longer side; a convolution's kernel gives an image for each
    pair of channels, 64 at most.
    """
    if weight.ndim in (1, 2):
        table = np.atleast_2d(weight)
        table = table.T if table.shape[0] > table.shape[1] else table
        images = table[None, :, :, None]
    elif weight.ndim in (3, 4):
        kernel = weight.reshape(weight.shape[0], *weight.shape[1:-2][:1], -1)
        kernel = kernel if kernel.ndim == 3 else kernel[:, None]
        images = np.moveaxis(kernel, -1, 0)[:64, :, :, None]
    else:
        return None
    low, high = float(images.min()), float(images.max())
    return (images - low) / (high - low or 1.0)


def write_embeddings(model: Any, folder: Path, metadata: Any) -> None:
    """Writes embedding matrices for TensorBoard's projector.

    Args:
        model: The model.
        folder: Where to; `projector_config.pbtxt` there says what is what.
        metadata: A file with a line for each row, or such files by layers' names.

    Raises:
        ValueError: If metadata names a layer that is no embedding.
    """
    layers = {
        layer.name: layer
        for layer in model.layers
        if type(layer).__name__.endswith("Embedding")
    }
    files: dict[str, Any] = dict(metadata) if isinstance(metadata, Mapping) else {}
    if metadata is not None and not files:
        files = dict.fromkeys(layers, metadata)
    for name in files:
        if name not in layers:
            raise ValueError(
                explain(
                    "`embeddings_metadata` names a layer that is no embedding.",
                    received={"embeddings_metadata": name},
                    why=f"There are: {', '.join(layers) or 'none'}.",
                    fix=did_you_mean(str(name), layers),
                )
            )
    folder.mkdir(parents=True, exist_ok=True)
    entries = []
    for name, layer in layers.items():
        table = np.asarray(layer.get_weights()[0])
        with atomic_write(folder / f"{name}.tsv", "w") as file:
            np.savetxt(file, table, fmt="%.6g", delimiter="\t")
        lines = [f'tensor_name: "{name}"', f'tensor_path: "{name}.tsv"']
        if name in files:
            lines.append(f'metadata_path: "{os.fspath(files[name])}"')
        entries.append("embeddings {\n" + "".join(f"  {x}\n" for x in lines) + "}\n")
    with atomic_write(folder / "projector_config.pbtxt", "w") as file:
        file.write("".join(entries))
