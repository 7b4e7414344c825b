"""`keras.wrappers`: models as estimators of scikit-learn."""

from addax._base.lazy import lazy_exports

_NAMES = {
    "SKLearnClassifier": ".classifier",
    "SKLearnRegressor": ".regressor",
    "SKLearnTransformer": ".transformer",
}

__getattr__, __dir__, __all__ = lazy_exports(__name__, _NAMES)
