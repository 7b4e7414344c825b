"""`tf.saved_model.save`."""

from __future__ import annotations

import json
import os
from typing import Any

from addax._base.errors import explain
from addax._base.files import atomic_directory
from addax.core import Function, TensorSpec, Variable
from addax.core.concrete import ConcreteFunction, OpenFunction
from addax.core.exported import pack
from addax.tf.checkpoint.bundle import write_bundle
from addax.tf.checkpoint.graph import GRAPH_KEY, VALUE, encode, walk_objects
from addax.tf.saved import layout
from addax.tf.saved.programs import Traced, functions_of, ranked, traces_of

SERVING = "serving_default"


def save(
    obj: Any,
    export_dir: str | os.PathLike[str],
    signatures: Any = None,
    options: Any = None,
) -> None:
    """Writes an object with its variables and compiled functions into a folder.

    `tf.function`s are saved for their input signatures, or for each signature that they
    were called with. What comes back from `tf.saved_model.load` needs none of the
    Python code. The format is addax's own, not TensorFlow's.

    Args:
        obj: A `tf.Module`, a Keras model or layer, or a `tf.train.Checkpoint`.
        export_dir: The folder; what it held is replaced.
        signatures: Functions to serve: one, or a dict by name.
        options: Kept for TensorFlow's signature.

    Raises:
        ValueError: If a signature's function was never traced and says no signature.

    Example:

    >>> import tempfile
    >>> from addax import tf
    >>> class Scale(tf.Module):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.by = tf.Variable(3.0)
    ...     @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    ...     def __call__(self, x):
    ...         return x * self.by
    >>> folder = tempfile.mkdtemp()
    >>> tf.saved_model.save(Scale(), folder)
    >>> tf.saved_model.load(folder)([1.0, 2.0]).numpy().tolist()
    [3.0, 6.0]
    """
    nodes, objects = walk_objects(obj)
    numbers = {id(x): i for i, x in enumerate(objects)}
    programs: list[Any] = []

    def add(made: Traced) -> dict[str, Any]:
        variables = (*made.lifted.writes, *made.lifted.reads)
        _check_tracked(variables, numbers)
        programs.append(made.lifted)
        return {
            "file": len(programs) - 1,
            "parameters": made.parameters,
            "arguments": made.arguments,
            "result": made.result,
            "names": made.names,
            "variables": [numbers[id(v)] for v in variables],
            "writes": len(made.lifted.writes),
        }

    with_functions = [
        {name: [add(t) for t in traces_of(f)] for name, f in _functions(x).items()}
        for x in objects
    ]
    served = {
        name: [add(t) for t in _one(f, name)]
        for name, f in _signatures(obj, signatures).items()
    }
    written = [
        _node(x, node, functions)
        for x, node, functions in zip(objects, nodes, with_functions, strict=True)
    ]
    content = {
        "format": "addax.saved_model",
        "version": layout.VERSION,
        "nodes": written,
        "signatures": served,
    }
    values = {n.keys[VALUE]: x.numpy() for n, x in zip(nodes, objects, strict=True)
              if VALUE in n.keys}  # fmt: skip
    with atomic_directory(export_dir) as folder:
        (folder / "variables").mkdir()
        (folder / "functions").mkdir()
        (folder / "assets").mkdir()
        bundle = str(folder / "variables" / "variables")
        write_bundle(bundle, {**values, GRAPH_KEY: encode(nodes)})
        for i, lifted in enumerate(programs):
            (folder / "functions" / f"{i}.stablehlo").write_bytes(pack(lifted))
        text = json.dumps(content, indent=1)
        (folder / layout.FILE).write_text(text, encoding="utf-8")


def _node(x: Any, node: Any, functions: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"children": node.children}
    if isinstance(x, Variable):
        return {
            **made, "kind": "variable", "key": node.keys[VALUE],
            "trainable": x.trainable, "name": x.path.rpartition("/")[2],
        }  # fmt: skip
    kinds = {list: "list", tuple: "list", dict: "dict"}
    made["kind"] = next((k for t, k in kinds.items() if isinstance(x, t)), "object")
    found = {name: traces for name, traces in functions.items() if traces}
    return {**made, "functions": found} if found else made


def _functions(x: Any) -> dict[str, Function]:
    if isinstance(x, (Variable, list, tuple, dict)):
        return {}
    return dict(functions_of(x))


def _signatures(obj: Any, signatures: Any) -> dict[str, Any]:
    """Functions to serve by name; a Keras model serves its call by itself."""
    if signatures is None:
        inputs = getattr(obj, "inputs", None)
        if inputs is None or not hasattr(obj, "save_own_variables"):
            return {}
        specs = [TensorSpec(x.shape, x.dtype, _input_name(x, obj)) for x in inputs]
        return {SERVING: _of_model(obj, specs)}
    if isinstance(signatures, dict):
        return signatures
    return {SERVING: signatures}


def _input_name(x: Any, model: Any) -> str | None:
    return "inputs" if len(model.inputs) == 1 else x.name


def _of_model(model: Any, specs: list[TensorSpec]) -> Function:
    def serve(*tensors: Any) -> Any:
        inputs = tensors[0] if len(tensors) == 1 else list(tensors)
        return model(inputs, training=False)

    return Function(serve, specs)


def _one(function: Any, name: str) -> list[Traced]:
    """A function of one signature (which may be of several ranks)."""
    if isinstance(function, (ConcreteFunction, OpenFunction)):
        return ranked(function)
    if isinstance(function, Function):
        found = traces_of(function)
        if len(found) == 1 or (found and function.input_signature is not None):
            return found
    raise ValueError(
        explain(
            "A signature is a tf.function of one known signature.",
            received={f"signatures[{name!r}]": function},
            fix="signatures=module.fn.get_concrete_function(\n"
            "    tf.TensorSpec([None, 3], tf.float32))",
        )
    )


def _check_tracked(variables: Any, numbers: dict[int, int]) -> None:
    missing = [v.path for v in variables if id(v) not in numbers]
    if missing:
        raise AssertionError(
            explain(
                "A function uses variables that no attribute of the object leads to: "
                f"{', '.join(map(repr, missing))}.",
                why="They would be lost.",
                fix="module.my_variables = [...]  # before saving",
            )
        )
