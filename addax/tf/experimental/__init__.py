"""`tf.experimental`: NumPy's functions on tensors, and layouts of tensors."""

from addax._base.lazy import lazy_exports
from addax.tf._advice import why_absent

__getattr__, __dir__, __all__ = lazy_exports(
    __name__, modules=["dtensor", "numpy"], missing=why_absent
)
