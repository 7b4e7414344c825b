"""Checkpoints of Orbax, as Keras writes them: a folder with a folder for each step.

A step holds `pytree`, the state tree of a model, and `model_config`, a dictionary whose
`config` is the model's configuration as JSON.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from addax._base.errors import explain
from addax._base.lazy import optional_import
from addax.keras.saving.state_tree import get_state_tree, set_state_tree
from addax.keras.serialization import deserialize_keras_object, serialize_keras_object

_STATE, _CONFIG = "pytree", "model_config"


def checkpointer(folder: Path, max_to_keep: int | None = None) -> Any:
    """Orbax's writer and reader of a folder.

    Args:
        folder: The folder.
        max_to_keep: How many checkpoints to keep; all if not given.

    Raises:
        ImportError: If Orbax is not installed.
    """
    orbax = optional_import(
        "orbax.checkpoint.experimental.v1", extra="orbax", purpose="OrbaxCheckpoint"
    )
    training = orbax.training
    policy = None
    if max_to_keep is not None:
        policy = training.preservation_policies.LatestN(max_to_keep)
    # By default it leaves out what comes while it still writes.
    every = training.save_decision_policies.FixedIntervalPolicy(1)
    return training.Checkpointer(
        folder.absolute(), save_decision_policy=every, preservation_policy=policy
    )


def content_of(model: Any, weights_only: bool) -> dict[str, Any]:
    """What is written of a model for one step.

    Args:
        model: The model.
        weights_only: Whether to leave its configuration out.
    """
    content: dict[str, Any] = {_STATE: get_state_tree(model, "numpy_array")}
    if not weights_only:
        content[_CONFIG] = {"config": json.dumps(serialize_keras_object(model))}
    return content


def is_checkpoint(folder: Path) -> bool:
    """Whether a folder is one of such checkpoints."""
    return any((step / _STATE).is_dir() for step in folder.iterdir())


def load_checkpoint(
    folder: Path, custom_objects: Any, compile: bool, safe_mode: bool
) -> Any:
    """Makes the model that the last checkpoint of a folder holds.

    Args:
        folder: The folder.
        custom_objects: Names and classes or functions that the model uses.
        compile: Whether to compile it as it was.
        safe_mode: Whether to refuse lambdas.

    Raises:
        ValueError: If it holds weights only.
    """
    with checkpointer(folder) as reader:
        found = reader.load_checkpointables(reader.latest)
    text = (found.get(_CONFIG) or {}).get("config")
    if text is None:
        raise ValueError(
            explain(
                "This checkpoint holds no model.",
                received={"filepath": str(folder)},
                why="It was written with save_weights_only=True.",
                fix="OrbaxCheckpoint(directory) saves the model too.",
            )
        )
    config = json.loads(str(text))
    if not compile:
        config["compile_config"] = None
    model = deserialize_keras_object(config, custom_objects, safe_mode)
    missing = set_state_tree(model, found[_STATE])
    lost = sorted({v.path for v in model.weights} & set(missing))
    if lost:
        raise ValueError(
            explain(
                "The checkpoint lacks weights of the model that it describes.",
                received={"filepath": str(folder)},
                why=f"There is no value for {', '.join(lost)}.",
                fix="Load an earlier checkpoint.",
            )
        )
    return model
