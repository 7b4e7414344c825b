"""Calls of operations in functional models, as Keras 3's configurations have them.

Keras has a class for each operation (`GetItem` for `get_item`): tensors are arguments
of its call, everything else is in its configuration. Here one function stands for
both, so that a saved call is the function with the configuration filled in.
"""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

import addax.keras.ops as public_ops
from addax._base.errors import explain
from addax._base.names import did_you_mean, to_snake_case
from addax.core import OPS, Node, SymbolicTensor, tree
from addax.core.op import OpCall

_MODULES = {
    "nn": "average_pool binary_crossentropy categorical_crossentropy celu conv "
    "conv_transpose elu gelu glu hard_shrink hard_sigmoid hard_silu hard_tanh "
    "leaky_relu log_sigmoid log_softmax max_pool moments multi_hot normalize one_hot "
    "relu relu6 selu sigmoid silu soft_shrink softmax softplus softsign "
    "sparse_categorical_crossentropy sparse_plus sparse_sigmoid sparsemax squareplus "
    "tanh_shrink threshold",
    "core": "cast stop_gradient unstack",
    "linalg": "cholesky det eig eigh inv lstsq matrix_rank norm pinv qr solve "
    "solve_triangular",
    "math": "erf erfinv in_top_k logsumexp rsqrt top_k",
}
_MODULE_OF = {
    name: f"keras.src.ops.{module}"
    for module, names in _MODULES.items()
    for name in names.split()
}
# What only we have: these calls are under our own names, and only we can load them.
_OWN = "addax.ops"
_NOT_IN_KERAS = {
    "as_groups", "batch_dot", "batch_normalization", "confusion_matrix", "ctc_loss",
    "dropout", "gather", "group_normalization", "keep_top_k", "layer_normalization",
    "mish", "orthonormal", "relu_general", "resize", "rint", "rms_normalization",
    "searchsorted", "svd", "threshold_counts", "unique",
}  # fmt: skip
_RENAMED = {
    "average_pool": {"size": "pool_size"},
    "max_pool": {"size": "pool_size"},
    "conv": {"dilation": "dilation_rate"},
    "conv_transpose": {"dilation": "dilation_rate"},
}
# Arguments of ours that Keras has in the configuration, and the other way round.
_IN_CONFIG = {"clip": ("x_min", "x_max")}
_IN_CALL = {"pad": ("constant_values",)}
_OURS_ONLY = {
    "split": ("even",),
    "binary_crossentropy": ("epsilon",),
    "categorical_crossentropy": ("epsilon",),
    "sparse_categorical_crossentropy": ("epsilon",),
}
# Arguments that every version of Keras may write and that change nothing here.
_MEANINGLESS = {"name", "sorted", "kwargs"}


class SavedCall:
    """An operation with its configuration, to be called on tensors.

    Args:
        name: What the call is named in the model.
        function: The operation.
        config: Arguments by name.
    """

    def __init__(self, name: str, function: Any, config: dict[str, Any]) -> None:
        self.name = name
        self._function = function
        self._config = config
        self._inbound_nodes: list[Node] = []

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        outputs = self._function(*args, **self._config, **kwargs)
        for tensor in tree.flatten(outputs):
            if isinstance(tensor, SymbolicTensor) and tensor.node is not None:
                operation = tensor.node.operation
                if isinstance(operation, OpCall):
                    operation.name = self.name
        return outputs


def encode_call(node: Node) -> tuple[dict[str, Any], list[Any]]:
    """The configuration of an operation's call, and the call's arguments.

    Args:
        node: A node whose operation is an `OpCall`.

    Returns:
        The configuration, as Keras writes it, and arguments (tensors among them).
    """
    op = node.operation.op
    parameters = inspect.signature(op.fn).parameters
    values = dict(zip(parameters, node.args, strict=True))
    if op.name == "getitem":
        key = _key(values["indices"], values["template"])
        return _entry(node, op_class_name(op.name), "keras.src.ops.numpy", {}), [
            values["x"],
            key,
        ]
    own = _is_own(op.name)
    moved, back = _IN_CONFIG.get(op.name, ()), _IN_CALL.get(op.name, ())
    renamed = _RENAMED.get(op.name, {})
    config, args = {}, []
    for name, parameter in parameters.items():
        value = values[name]
        tensors = "Array" in str(parameter.annotation)
        if (tensors and name not in moved) or (name in back and value is not None):
            args += list(value) if op.name == "einsum" else [_number(value)]
        elif name not in back and (own or name not in _OURS_ONLY.get(op.name, ())):
            config[name if own else renamed.get(name, name)] = _plain(value)
    module = _OWN if own else _MODULE_OF.get(op.name, "keras.src.ops.numpy")
    return _entry(node, op_class_name(op.name), module, config), args


def op_class_name(name: str) -> str:
    """The name of Keras's class for an operation; the operation's own if it has none.

    Args:
        name: The operation's name.

    Example:

    >>> op_class_name("expand_dims")
    'ExpandDims'
    """
    if name == "getitem":
        return "GetItem"
    return name if _is_own(name) else "".join(map(str.capitalize, name.split("_")))


def _is_own(name: str) -> bool:
    return name in _NOT_IN_KERAS or name.startswith("random_")


def is_call(config: dict[str, Any]) -> bool:
    """Whether a configuration describes an operation's call."""
    module = config.get("module")
    return module == _OWN or str(module).startswith("keras.src.ops.")


def decode_call(config: dict[str, Any]) -> SavedCall:
    """The operation that a configuration describes, to be called on tensors.

    Args:
        config: What `encode_call`, or Keras, wrote.

    Raises:
        TypeError: If there is no such operation.
    """
    name, inner = config["class_name"], dict(config["config"])
    call_name = inner.pop("name", None) or to_snake_case(name)
    if config["module"] == _OWN:
        # Others of ours may read files or call back into Python.
        op = OPS.get(name) if _is_own(name) else None
        if op is None:
            raise TypeError(_unknown(name, _NOT_IN_KERAS))
        return SavedCall(call_name, _with_arrays(op), {"config": inner})
    name = to_snake_case(name)
    function = operation({"get_item": "getitem"}.get(name, name))
    if function is None:
        raise TypeError(_unknown(name, vars(public_ops)))
    if name == "get_item":
        return SavedCall(call_name, _get_item, {})
    taken = inspect.signature(function).parameters
    kept = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in inner.items()
        if key not in _MEANINGLESS and (key in taken or value not in (None, False))
    }
    return SavedCall(call_name, _subscripts_first(name, function), kept)


def operation(name: str) -> Any:
    """The public operation of that name, or `None`."""
    found = getattr(public_ops, name, None)
    return found if callable(found) and not name.startswith("_") else None


def _entry(
    node: Node, name: str, module: str, config: dict[str, Any]
) -> dict[str, Any]:
    return {
        "module": module,
        "class_name": name,
        "config": {"name": node.operation.name, **config},
        "registered_name": name,
    }


def _number(value: Any) -> Any:
    """A number that was given the type of the other operand, as it was before."""
    scalar = isinstance(value, np.ndarray) and not value.ndim
    return value.item() if scalar else value


def _plain(value: Any) -> Any:
    return value.tolist() if isinstance(value, (np.ndarray, np.generic)) else value


def _key(indices: Any, template: Any) -> Any:
    """The key that `x[key]` was called with, from its parts in `addax.ops.indexing`."""
    keys: list[Any] = []
    for kind, *rest in template:
        if kind == "new":
            keys.append(None)
        elif kind == "tensor":
            index = indices[rest[0]]
            keys.append(int(index) if isinstance(index, np.integer) else index)
        elif kind == "window":
            start = int(indices[rest[0]])
            keys.append(slice(start, start + rest[1]))
        else:
            keys.append(rest[0] if kind == "int" else slice(*rest))
    return tuple(keys)


def _get_item(x: Any, key: Any) -> Any:
    return x[tuple(key) if isinstance(key, list) else key]


def _with_arrays(op: Any) -> Any:
    """An op as a function of its tensors, everything else given as `config`."""
    parameters = inspect.signature(op.fn).parameters
    arrays = [n for n, p in parameters.items() if "Array" in str(p.annotation)]

    def call(*args: Any, config: dict[str, Any]) -> Any:
        return op(**dict(zip(arrays, args, strict=True)), **config)

    return call


def _subscripts_first(name: str, function: Any) -> Any:
    """`einsum` takes its subscripts before the tensors."""
    if name != "einsum":
        return function

    def call(*operands: Any, subscripts: str, **_: Any) -> Any:
        return function(subscripts, *tree.flatten(operands))

    return call


def _unknown(name: str, known: Any) -> str:
    return explain(
        f"addax has no operation {name!r}, which the configuration names.",
        why=did_you_mean(name, known),
        fix="If it is your own class, load with custom_objects={...}.",
    )
