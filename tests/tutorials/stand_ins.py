"""What documents need and cannot be had here."""

from __future__ import annotations

import importlib
from typing import Any


def random_imagenet_weights() -> None:
    """Gives `weights="imagenet"` random weights: the real ones are a download."""
    applications: Any = importlib.import_module("keras").applications
    for name in ("VGG16", "MobileNetV2"):
        build = getattr(applications, name)

        def offline(*args: Any, _build: Any = build, **kwargs: Any) -> Any:
            return _build(*args, **{**kwargs, "weights": None})

        setattr(applications, name, offline)
