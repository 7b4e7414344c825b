"""`tf.saved_model.load`."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from addax._base.errors import explain
from addax.core import TensorSpec, Variable, convert, tree
from addax.core.exported import unpack
from addax.core.lift import is_array_like
from addax.core.op import describe
from addax.tf.checkpoint.bundle import Bundle
from addax.tf.module import Module
from addax.tf.saved import layout
from addax.tf.variable import Variable as TfVariable


class Restored(Module):
    """What `tf.saved_model.load` returns: the attributes that were saved.

    Attributes:
        signatures: The functions to serve, by name.
    """

    signatures: dict[str, Any]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Calls the function that was saved as `__call__`."""
        call = vars(self).get("__call__")
        if call is None:
            names = sorted(vars(self).get("signatures", ()))
            raise TypeError(
                explain(
                    "The saved object could not be called.",
                    why=f"Its signatures are {', '.join(map(repr, names)) or 'none'}.",
                    fix='loaded.signatures["serving_default"](x)',
                )
            )
        return call(*args, **kwargs)


class Program:
    """A function of a saved model for one signature.

    Args:
        entry: What was written of it.
        variables: The variables that it uses.
        operation: It itself.
    """

    def __init__(self, entry: Any, variables: list[Variable], operation: Any) -> None:
        self._entry = entry
        self.variables = variables
        self._operation = operation
        self._tensors = [
            s for s in layout.leaves_of(entry["arguments"]) if "shape" in s
        ]
        self._signature = layout.signature(entry["parameters"])
        self.names: list[str] = entry["names"]

    @property
    def specs(self) -> list[TensorSpec]:
        """The tensors that it takes."""
        return [
            TensorSpec(s["shape"], s["dtype"], n)
            for s, n in zip(self._tensors, self.names, strict=True)
        ]

    def fit(self, args: Any, kwargs: Any) -> list[Any] | None:
        """The tensors to run on, or `None` if the arguments are others."""
        try:
            bound = self._signature.bind(*args, **kwargs)
        except TypeError:
            return None
        bound.apply_defaults()
        tensors: list[Any] = []
        given = (bound.args, bound.kwargs)
        return tensors if _match(self._entry["arguments"], given, tensors) else None

    def run(self, tensors: list[Any]) -> Any:
        """Runs it; variables that it changes are assigned."""
        flat = self._operation([*self.variables, *tensors])
        writes = self._entry["writes"]
        results = flat[: len(flat) - writes] if writes else flat
        for variable, value in zip(
            self.variables[:writes], flat[len(results) :], strict=True
        ):
            variable.assign(value)
        return layout.rebuild(
            self._entry["result"],
            lambda s: results[s["output"]] if "output" in s else s["value"],
        )


def _match(written: Any, value: Any, tensors: list[Any]) -> bool:
    """Whether an argument is as written; its tensors are added to `tensors`."""
    if "dict" in written:
        inner = written["dict"]
        return (
            isinstance(value, dict)
            and sorted(value) == sorted(inner)
            and all(_match(inner[k], value[k], tensors) for k in sorted(inner))
        )
    parts = written.get("list", written.get("tuple"))
    if parts is not None:
        return (
            isinstance(value, (list, tuple))
            and len(value) == len(parts)
            and all(_match(p, v, tensors) for p, v in zip(parts, value, strict=True))
        )
    if "value" in written:
        same = written["value"]
        return type(value) is type(same) and value == same
    tensors.append(_tensor(value, written))
    return tensors[-1] is not None


def _tensor(value: Any, spec: Any) -> Any:
    """`value` as a tensor of a spec, or `None` if it does not fit."""
    try:
        given = is_array_like(value) or hasattr(value, "_read")
        made = convert(value) if given else convert(value, spec["dtype"])
    except (TypeError, ValueError):
        return None
    wanted = TensorSpec(spec["shape"], spec["dtype"])
    return made if wanted.is_compatible_with(made) else None


class RestoredFunction:
    """A `tf.function` of a saved model, for the signatures that were saved."""

    def __init__(self, name: str, programs: list[Program]) -> None:
        self.__name__ = name
        self._programs = programs

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        for program in self._programs:
            tensors = program.fit(args, kwargs)
            if tensors is not None:
                return program.run(tensors)
        options = "\n".join(f"  {p.specs}" for p in self._programs)
        given = [describe(x) for x in tree.flatten((args, kwargs))]
        raise ValueError(
            explain(
                f"{self.__name__}() was not saved for such arguments.",
                received={"arguments": given},
                why=f"It was saved for:\n{options}",
                fix="@tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])",
            )
        )


class Signature:
    """A function to serve: takes tensors by name, returns a dict of tensors.

    Attributes:
        structured_input_signature: `((), {name: tf.TensorSpec})`.
        structured_outputs: `{name: tf.TensorSpec}`.
        variables: The variables that it uses.
    """

    def __init__(self, programs: list[Program]) -> None:
        self._programs = programs
        program = self._program = programs[0]
        self.variables = program.variables
        self._inputs = dict(zip(program.names, program.specs, strict=True))
        self.structured_input_signature = ((), self._inputs)
        leaves = self._named(
            layout.rebuild(program._entry["result"], lambda s: _Leaf(s))
        )
        self.structured_outputs = {
            name: TensorSpec(
                leaf.spec["shape"] if len(programs) == 1 else None,
                leaf.spec["dtype"],
                name,
            )
            for name, leaf in leaves.items()
        }

    @staticmethod
    def _named(result: Any) -> dict[str, Any]:
        if isinstance(result, dict):
            return result
        return {f"output_{i}": x for i, x in enumerate(tree.flatten(result))}

    @property
    def inputs(self) -> list[TensorSpec]:
        """The tensors that it takes."""
        return self._program.specs

    @property
    def outputs(self) -> list[TensorSpec]:
        """The tensors that it returns."""
        return list(self.structured_outputs.values())

    def __call__(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        names = self._program.names
        values = {**dict(zip(names, args, strict=False)), **kwargs}
        if sorted(values) != sorted(names) or len(args) > len(names):
            raise TypeError(
                explain(
                    f"This signature takes {', '.join(names)}.",
                    received={"arguments": sorted(values)},
                    fix=f"signature({', '.join(f'{n}=...' for n in names)})",
                )
            )
        for program in self._programs:
            pairs = zip(names, program._tensors, strict=True)
            tensors = [_tensor(values[name], spec) for name, spec in pairs]
            if all(t is not None for t in tensors):
                return self._named(program.run(tensors))
        raise TypeError(
            explain(
                "This signature takes "
                f"{', '.join(f'{n!r}: {s}' for n, s in self._inputs.items())}.",
                received=values,
            )
        )


class _Leaf:
    def __init__(self, spec: Any) -> None:
        self.spec = spec


def load(
    export_dir: str | os.PathLike[str], tags: Any = None, options: Any = None
) -> Restored:
    """Reads what `tf.saved_model.save` wrote.

    Args:
        export_dir: The folder.
        tags: Kept for TensorFlow's signature.
        options: Kept for TensorFlow's signature.

    Returns:
        An object with the attributes, variables and functions that were saved, and
        `signatures`. Gradients flow through its functions.

    Raises:
        OSError: If there is no saved model in the folder.
        ValueError: If it is TensorFlow's own, or of a newer version of addax.
    """
    folder = Path(export_dir)
    content = _read(folder)
    bundle = Bundle(str(folder / "variables" / "variables"))
    objects = [_make(node, bundle) for node in content["nodes"]]
    programs: dict[int, Any] = {}

    def program(entry: Any) -> Program:
        number = entry["file"]
        if number not in programs:
            data = (folder / "functions" / f"{number}.stablehlo").read_bytes()
            programs[number] = unpack(data, f"restored_{number}")
        variables = [objects[i] for i in entry["variables"]]
        return Program(entry, variables, programs[number])

    for x, node in zip(objects, content["nodes"], strict=True):
        _fill(x, node, objects)
        for name, entries in node.get("functions", {}).items():
            vars(x)[name] = RestoredFunction(name, [program(e) for e in entries])
    root = objects[0]
    root.signatures = {
        # One entry, in files of before, or one for each rank
        name: Signature([program(e) for e in (x if isinstance(x, list) else [x])])
        for name, x in content["signatures"].items()
    }
    return root


def _read(folder: Path) -> Any:
    path = folder / layout.FILE
    if path.is_file():
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["version"] > layout.VERSION:
            raise ValueError(
                "This model was saved by a newer version of addax. "
                f"Received: export_dir={str(folder)!r}\nFix: pip install -U addax"
            )
        return content
    if (folder / "saved_model.pb").is_file():
        raise ValueError(
            explain(
                "This model was saved by TensorFlow, whose graphs addax does not run.",
                received={"export_dir": str(folder)},
                why="Its weights can be read.",
                fix="tf.train.Checkpoint(model).restore(\n"
                '    export_dir + "/variables/variables")',
            )
        )
    raise OSError(
        explain(
            "There is no saved model in this folder.",
            received={"export_dir": str(folder)},
            fix="tf.saved_model.save(module, export_dir)",
        )
    )


def _make(node: Any, bundle: Bundle) -> Any:
    kind = node["kind"]
    if kind == "variable":
        value = bundle[node["key"]]
        return TfVariable(value, trainable=node["trainable"], name=node["name"])
    return {"list": list, "dict": dict}.get(kind, Restored)()


def _fill(x: Any, node: Any, objects: list[Any]) -> None:
    for name, number in node["children"].items():
        if isinstance(x, list):
            x.append(objects[number])
        elif isinstance(x, dict):
            x[name] = objects[number]
        else:
            vars(x)[name] = objects[number]
