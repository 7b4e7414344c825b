"""The Keras API: define, train, look at, save and use neural networks."""

import addax.ops  # noqa: F401  # gives tensors their Python operators
from addax._base.lazy import lazy_exports
from addax._version import __version__ as __version__

_MODULES = (
    "activations", "applications", "backend", "callbacks", "config", "constraints",
    "datasets", "distillation", "dtype_policies", "initializers", "layers",
    "legacy", "losses", "metrics", "mixed_precision", "models", "ops", "optimizers",
    "preprocessing", "random", "regularizers", "saving", "tree", "utils",
    "visualization", "wrappers",
)  # fmt: skip
_NAMES = {
    "DTypePolicy": ".dtype_policies",
    "FloatDTypePolicy": ".dtype_policies",
    "Function": ".operations",
    "Initializer": ".initializers",
    "Input": ".layers",
    "InputSpec": ".layers",
    "KerasTensor": "addax.core:SymbolicTensor",
    "Layer": ".layers",
    "Loss": ".losses",
    "Metric": ".metrics",
    "Model": ".models",
    "Operation": ".operations",
    "Optimizer": ".optimizers",
    "Regularizer": ".regularizers",
    "RematScope": ".rematerialization",
    "Sequential": ".models",
    "StatelessScope": ".scopes",
    "SymbolicScope": ".scopes",
    "Variable": "addax.core:Variable",
    "device": ".scopes",
    "name_scope": ".scopes",
    "remat": "addax.ops.remat:remat",
    "version": ".scopes",
}

__getattr__, __dir__, __all__ = lazy_exports(__name__, _NAMES, modules=_MODULES)
