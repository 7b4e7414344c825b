"""What to say of TensorFlow's names that are not here.

`ADVICE` says for a name, or for all names below it, what to use instead; the table in
`docs/tensorflow.md` gives the reasons. Of other names, one of the same spelling in
another name space is pointed out, or one of a similar spelling.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.machinery import PathFinder
from types import SimpleNamespace
from typing import Any

from addax._base.names import did_you_mean

_KERAS = "Use a Keras model: tf.keras.Model with compile() and fit()."
_LATER = "addax has no TensorFlow Lite files; tf.saved_model.save(model, folder) saves."
_EAGER = "Everything runs eagerly, or compiled by tf.function; there are no sessions."

ADVICE = {
    "tf.Graph": _EAGER,
    "tf.Session": _EAGER,
    "tf.placeholder": _EAGER + " Give values as arguments of a function.",
    "tf.global_variables_initializer": "Variables have a value from the start.",
    "tf.get_variable": "Use tf.Variable(value), or a layer's add_weight().",
    "tf.gradients": "Use tf.GradientTape: tape.gradient(target, sources).",
    "tf.hessians": "Use two tf.GradientTapes, one in the other, or tape.jacobian.",
    "tf.estimator": _KERAS,
    "tf.lite": _LATER,
    "tf.contrib": "It left TensorFlow with version 2.",
    "tf.layers": "Use tf.keras.layers.",
    "tf.app": "Use the standard library's argparse.",
    "tf.flags": "Use the standard library's argparse.",
    "tf.logging": "Use the standard library's logging, or tf.get_logger().",
    "tf.gfile": "Use tf.io.gfile.",
    "tf.to_float": "Use tf.cast(x, tf.float32).",
    "tf.to_int32": "Use tf.cast(x, tf.int32).",
    "tf.random_normal": "Use tf.random.normal.",
    "tf.random_uniform": "Use tf.random.uniform.",
    "tf.set_random_seed": "Use tf.random.set_seed.",
    "tf.tpu": "JAX finds TPUs by itself; nothing needs to be initialised.",
    "tf.distribute.TPUStrategy": "Use tf.distribute.MirroredStrategy().",
    "tf.distribute.ParameterServerStrategy": "Use tf.distribute.MirroredStrategy().",
    "tf.distribute.Server": "addax trains on one machine so far.",
    "tf.distribute.coordinator": "addax trains on one machine so far.",
    "tf.distribute.experimental": "Use tf.distribute.MirroredStrategy().",
    "tf.distribute.cluster_resolver": "JAX finds the devices of this machine itself.",
    "tf.experimental.dtensor": "Use tf.keras.distribution, or jax.sharding.",
    "tf.experimental.ExtensionType": "Use a dataclass of tensors, registered with "
    "jax.tree_util.register_dataclass; functions take it as a structure.",
    "tf.experimental.BatchableExtensionType": "Use nested dicts of tensors, which "
    "tf.data batches.",
    "tf.experimental.DynamicRaggedShape": "Use tf.RaggedTensor's own methods.",
    "tf.experimental.RowPartition": "Use tf.RaggedTensor.from_row_splits and others.",
    "tf.experimental.dispatch*": "Write a function that chooses by isinstance.",
    "tf.experimental.unregister_dispatch_for": "Nothing is dispatched by type here.",
    "tf.types": "Its types are for annotations only; use tf.Tensor or typing.Any.",
    "tf.raw_ops": "Use the public function of the same purpose.",
    "tf.compat.v1": "It is TensorFlow 1, which ran graphs in sessions; this is version "
    "2: functions run as they are called.",
    "tf.sysconfig": "addax has no C++ headers.",
    "tf.load_op_library": "addax runs operations of JAX; see addax.core.op.",
    "tf.linalg.LinearOperator*": "Use tf.linalg.LinearOperatorFullMatrix, or matrices.",
    "tf.nn.RNNCell*": "Use the layers' dropout= and recurrent_dropout=.",
    "tf.image.sample_distorted_bounding_box": "Use tf.keras.layers.RandomCrop.",
}
# Where a name may be meant; in this order.
_SPACES = (
    "", "math", "nn", "linalg", "image", "random", "signal", "strings", "io", "train",
    "data", "sparse", "ragged", "config", "debugging",
)  # fmt: skip


def why_absent(module: str, name: str) -> str:
    """The message of the `AttributeError` for a name that a module lacks."""
    public = f"{module.replace('addax.tf', 'tf', 1)}.{name}"
    text = f"module {module!r} has no attribute {name!r}."
    # `from addax.tf import drawing` asks for the attribute before it imports.
    if name.startswith("_") or _is_module(module, name):
        return text
    hint = advice(public) or _elsewhere(module, name)
    guess = hint or did_you_mean(name, dir(sys.modules[module]))
    return f"{text} {guess}".rstrip()


def _is_module(package: str, name: str) -> bool:
    paths = getattr(sys.modules[package], "__path__", None)
    return paths is not None and PathFinder.find_spec(name, paths) is not None


def advice(public: str) -> str:
    """What to use instead of a name, such as `tf.estimator.Estimator`; or nothing."""
    found = [key for key in ADVICE if _covers(key, public)]
    return ADVICE[max(found, key=len)] if found else ""


def _covers(key: str, public: str) -> bool:
    if key.endswith("*"):
        return public.startswith(key[:-1])
    return public == key or public.startswith(f"{key}.")


def _elsewhere(module: str, name: str) -> str:
    root = sys.modules["addax.tf"]
    for space in _SPACES:
        found = getattr(root, space) if space else root
        own = found.__name__ == module
        if not own and (name in vars(found) or name in getattr(found, "__all__", ())):
            public = f"tf.{space}.{name}" if space else f"tf.{name}"
            return f"Did you mean {public!r}?"
    return ""


def absent(module: str) -> Callable[[str], Any]:
    """A module's `__getattr__`, which only says why there is nothing."""

    def __getattr__(name: str) -> Any:
        raise AttributeError(why_absent(module, name))

    return __getattr__


class Names(SimpleNamespace):
    """A name space that is no module, such as `tf.config.experimental`.

    Args:
        public: Its name.
        **names: What is in it.
    """

    def __init__(self, public: str, **names: Any) -> None:
        super().__init__(**names)
        self.__name__ = public

    def __getattr__(self, name: str) -> Any:
        public = self.__dict__.get("__name__", "")
        text = f"{public!r} has no attribute {name!r}."
        hint = advice(f"{public}.{name}") or did_you_mean(name, vars(self))
        raise AttributeError(f"{text} {hint}".rstrip())
