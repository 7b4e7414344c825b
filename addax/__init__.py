"""addax: the Keras API, and the TensorFlow names around it, on JAX.

>>> from addax import keras, tf
"""

from addax._base import heap as _heap
from addax._base.lazy import import_late as _import_late
from addax._base.lazy import lazy_exports
from addax._version import __version__ as __version__

__getattr__, __dir__, __all__ = lazy_exports(__name__, modules=["keras", "tf"])

_heap.keep()  # before any thread has memory of its own


def load_ipython_extension(shell: object) -> None:
    """`%load_ext addax`: `tensorflow` and `keras` are addax from here on.

    Args:
        shell: IPython's shell, which nothing is asked of.
    """
    _import_late("addax.as_tensorflow")
