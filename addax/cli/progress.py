"""One progress bar for a training of many short epochs."""

from typing import Any, Self

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from addax import keras
from addax.cli import console


class EpochBar(keras.callbacks.Callback):
    """Shows the epochs as one live bar, with the latest loss and validation metrics.

    Args:
        epochs: how many there are at most.

    Use it as a context too, so that the terminal is left in order whatever happens.

    Example:

    ```python
    with EpochBar(100) as bar:
        model.fit(x, y, epochs=100, verbose=0, callbacks=[bar])
    ```
    """

    def __init__(self, epochs: int) -> None:
        super().__init__()
        self._bar = Progress(
            TextColumn("  epoch"),
            MofNCompleteColumn(),
            BarColumn(12),  # leaves room for the numbers on a terminal of 80 columns
            TextColumn("{task.fields[numbers]}"),
            console=console.console,
        )
        self._task = self._bar.add_task("", total=epochs, numbers="")

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Move on, and show the numbers of this epoch."""
        shown = {
            name: value
            for name, value in (logs or {}).items()
            if name == "loss" or name.startswith("val_")
        }
        numbers = "  ".join(f"{n} [bold]{v:.3g}[/]" for n, v in shown.items())
        self._bar.update(self._task, completed=epoch + 1, numbers=numbers)
