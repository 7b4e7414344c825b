"""`keras.distillation`: a small model learns from a large one."""

from addax._base.lazy import lazy_exports

_NAMES = {
    "DistillationLoss": ".losses",
    "Distiller": ".distiller",
    "FeatureDistillation": ".losses",
    "LogitsDistillation": ".losses",
}

__getattr__, __dir__, __all__ = lazy_exports(__name__, _NAMES)
