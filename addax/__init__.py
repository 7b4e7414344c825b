"""addax: the Keras API, and the TensorFlow names around it, on JAX.

>>> from addax import keras, tf
"""

from addax._base.lazy import lazy_exports
from addax._version import __version__ as __version__

__getattr__, __dir__, __all__ = lazy_exports(__name__, modules=["keras", "tf"])
