"""`import addax.as_tensorflow`: `tensorflow` and `keras` are addax in this process.

Put it before the first import of either, and the code below it runs as it stands:

```python
import addax.as_tensorflow
import tensorflow as tf
from tensorflow.keras.layers import Dense
```

Nothing is written anywhere; other processes are not affected. `addax run script.py`
does the same for a script without changing a line of it.
"""

from __future__ import annotations

import sys
from multiprocessing import spawn
from typing import Any

from addax._base.errors import explain
from addax.tf._stand_in import FINDER, ROOTS


def _install() -> None:
    if FINDER in sys.meta_path:
        return
    loaded = [r for r in ROOTS if r in sys.modules]
    if loaded:
        raise ImportError(
            explain(
                f"The real {loaded[0]!r} is loaded already.",
                received={"file": getattr(sys.modules[loaded[0]], "__file__", None)},
                why="Objects of the two libraries do not mix, so addax cannot take "
                "its name now.",
                fix=f"import addax.as_tensorflow  # before the first import\n"
                f"import {loaded[0]}",
            )
        )
    FINDER.install()
    _tell_workers()


def _tell_workers() -> None:
    """Has processes that `multiprocessing` spawns import this module first.

    They import the main script anew, which says `import tensorflow`. What they are sent
    to begin with is a pickled dict; a reference to this module in it imports it.
    """
    prepare = spawn.get_preparation_data

    def with_addax(name: str) -> dict[str, Any]:
        return {"addax": _install, **prepare(name)}

    spawn.get_preparation_data = with_addax  # type: ignore[assignment]


_install()
