"""Makes `addax.tf.keras.layers` and the like importable as modules of their own."""

from __future__ import annotations

import sys

from addax._base.alias import AliasFinder

_FINDER = AliasFinder({"addax.tf.keras": "addax.keras"})


def install() -> None:
    """Adds the finder, once."""
    if _FINDER not in sys.meta_path:
        _FINDER.install()
