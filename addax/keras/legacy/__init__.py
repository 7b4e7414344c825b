"""`keras.legacy`: what older versions had."""

from addax._base.lazy import lazy_exports

__getattr__, __dir__, __all__ = lazy_exports(__name__, modules=["saving"])
