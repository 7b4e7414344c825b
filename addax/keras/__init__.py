"""The Keras API: define, train, look at, save and use neural networks."""

import addax.ops  # noqa: F401  # gives tensors their Python operators
from addax._base.lazy import lazy_exports
from addax._version import __version__ as __version__

_MODULES = (
    "activations", "applications", "backend", "callbacks", "config", "constraints",
    "datasets", "dtype_policies", "initializers", "layers", "losses", "metrics",
    "mixed_precision", "models", "ops", "optimizers", "random", "regularizers",
    "saving", "tree", "utils",
)  # fmt: skip
_NAMES = {
    "DTypePolicy": ".dtype_policies",
    "Initializer": ".initializers",
    "Input": ".layers",
    "InputSpec": ".layers",
    "KerasTensor": "addax.core:SymbolicTensor",
    "Layer": ".layers",
    "Loss": ".losses",
    "Metric": ".metrics",
    "Model": ".models",
    "Optimizer": ".optimizers",
    "Regularizer": ".regularizers",
    "Sequential": ".models",
    "Variable": "addax.core:Variable",
    "device": "addax.core:device",
    "name_scope": "addax.core.scope:name_scope",
}

__getattr__, __dir__, __all__ = lazy_exports(__name__, _NAMES, modules=_MODULES)
