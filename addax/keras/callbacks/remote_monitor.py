"""`RemoteMonitor`: the metrics of every epoch sent to a server."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from addax.keras.callbacks.callback import Callback, Logs
from addax.keras.serialization import public


@public("keras.callbacks")
class RemoteMonitor(Callback):
    """Posts the metrics of every epoch to a server.

    Args:
        root: The server's address.
        path: What follows it.
        field: The form field that holds the JSON text.
        headers: Further HTTP headers.
        send_as_json: Whether to send JSON itself instead of a form.

    Example:

    >>> from addax import keras
    >>> monitor = keras.callbacks.RemoteMonitor("http://localhost:9000")
    """

    def __init__(
        self,
        root: str = "http://localhost:9000",
        path: str = "/publish/epoch/end/",
        field: str = "data",
        headers: Mapping[str, str] | None = None,
        send_as_json: bool = False,
    ) -> None:
        super().__init__()
        self.root = root
        self.path = path
        self.field = field
        self.headers = headers
        self.send_as_json = send_as_json

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        values = {"epoch": epoch} | {k: _plain(v) for k, v in (logs or {}).items()}
        text = json.dumps(values)
        headers = dict(self.headers or {})
        if self.send_as_json:
            headers.setdefault("Content-Type", "application/json")
        else:
            text = urllib.parse.urlencode({self.field: text})
        request = urllib.request.Request(self.root + self.path, text.encode(), headers)
        try:
            urllib.request.urlopen(request, timeout=10).close()
        except OSError as error:
            warnings.warn(
                f"RemoteMonitor cannot reach {self.root} ({error}); training goes on.",
                stacklevel=2,
            )


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, (np.generic, np.ndarray)) else value
