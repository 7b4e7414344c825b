"""`tf.version`: what `tf.__version__` says, in TensorFlow's other place for it."""

from __future__ import annotations

from addax._version import __version__ as _own

# The version of TensorFlow whose names these are, then addax's own.
VERSION = f"2.21.0+addax.{_own}"
__version__ = VERSION
COMPILER_VERSION = "XLA"
GIT_VERSION = f"addax-{_own}"
