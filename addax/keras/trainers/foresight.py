"""What the first step would make, made before it: a step is then traced once.

A function that creates variables must be traced again, to see what it does when they
are there. The optimizer's state and the metrics are such variables; of a functional
model whose steps are Keras's own they are known from the shapes alone. For MobileNetV2
the second trace took 1.0 s of the first step of training, for a transformer of two
blocks 0.2 s.
"""

from __future__ import annotations

from typing import Any

from addax.keras.trainers import data as data_module

_STEPS = ("call", "compute_metrics", "test_step", "train_step")


def foresee(model: Any, mode: str, batch: Any) -> None:
    """Builds the optimizer (for "train") and the metrics (but for "predict").

    Args:
        model: The model; left alone unless it is functional and no step is a user's.
        mode: What it is about to do.
        batch: A batch, or shapes and types in its places.
    """
    graph = model._graph
    if mode == "predict" or graph is None or any(map(_is_users, _methods(model))):
        return
    optimizer, metrics = model.optimizer, model._compile_metrics
    if mode == "train" and optimizer is not None and not optimizer.built:
        optimizer.build(model.trainable_variables)
    y = data_module.unpack(batch)[1]
    if metrics is not None and not metrics.built and y is not None:
        metrics.build(y, graph.outputs_struct)


def _methods(model: Any) -> list[Any]:
    return [getattr(type(model), name) for name in _STEPS]


def _is_users(method: Any) -> bool:
    return method.__module__.partition(".")[0] != __name__.partition(".")[0]
