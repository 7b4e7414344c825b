"""`PyDataset`: batches by index, from Python code."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain


class PyDataset:
    """Batches that Python code makes, asked for by index.

    Subclasses define `__getitem__(index)`, which returns a whole batch (such as
    `(x, y)`), and `__len__()`, the number of batches; `fit` then sees each batch once
    per epoch, in a new order if it shuffles. `keras.utils.Sequence` is this class.

    Args:
        workers: How many threads or processes make batches ahead of time.
        use_multiprocessing: Whether these are processes.
        max_queue_size: How many batches are made ahead at most.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> class Squares(keras.utils.PyDataset):
    ...     def __len__(self):
    ...         return 3
    ...     def __getitem__(self, index):
    ...         x = np.arange(4) + 4 * index
    ...         return x, x**2
    >>> Squares()[1]
    (array([4, 5, 6, 7]), array([16, 25, 36, 49]))
    """

    def __init__(
        self,
        workers: int = 1,
        use_multiprocessing: bool = False,
        max_queue_size: int = 10,
    ) -> None:
        self.workers = workers
        self.use_multiprocessing = use_multiprocessing
        self.max_queue_size = max_queue_size
        if use_multiprocessing and workers < 1:
            raise ValueError(
                explain(
                    "Processes are workers: there must be one at least.",
                    received={"workers": workers, "use_multiprocessing": True},
                    fix=f"{type(self).__name__}(workers=4, use_multiprocessing=True)",
                )
            )

    def __getitem__(self, index: int) -> Any:
        """The batch at an index; subclasses define it.

        Args:
            index: From 0 to the number of batches.
        """
        raise self._missing("__getitem__(self, index)", "x[index], y[index]")

    def __len__(self) -> int:
        """How many batches there are; subclasses define it."""
        raise self._missing("__len__(self)", "math.ceil(len(x) / batch_size)")

    @property
    def num_batches(self) -> int | None:
        """How many batches there are; `None` if that is not known."""
        return len(self)

    def on_epoch_begin(self) -> None:
        """Called at the start of each epoch."""

    def on_epoch_end(self) -> None:
        """Called at the end of each epoch, e.g. to shuffle."""

    def _missing(self, method: str, result: str) -> NotImplementedError:
        name = type(self).__name__
        return NotImplementedError(
            explain(
                f"{name} does not define {method.partition('(')[0]}.",
                fix=f"class {name}(keras.utils.PyDataset):\n"
                f"    def {method}:\n        return {result}",
            )
        )


Sequence = PyDataset
