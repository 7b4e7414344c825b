"""Where Keras 2 kept its preprocessing layers at first."""

from addax._base.lazy import lazy_exports

__getattr__, __dir__, __all__ = lazy_exports(__name__, modules=["preprocessing"])
