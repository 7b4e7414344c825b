"""What was measured, kept in a file case by case.

A whole suite takes a while, so each case is written as soon as it is there and replaces
what the file held of it; each carries its own date and machine.
"""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

from benchmarks._peers import ROOT

FOLDER = ROOT / "benchmarks"


class Results:
    """Entries by part and case.

    Args:
        path: The JSON file; read if it is there.
        about: What each new entry says about machine and versions.
    """

    def __init__(self, path: Path, about: dict[str, Any] | None = None) -> None:
        self.path, self.about = path, about or {}
        self.parts: dict[str, dict[str, Any]] = {}
        if path.exists():
            self.parts = json.loads(path.read_text())

    def put(self, part: str, case: str, entry: dict[str, Any]) -> None:
        """Keeps an entry, at once."""
        today = datetime.date.today().isoformat()
        known = {"when": today, **self.about, **entry}
        self.parts.setdefault(part, {})[case] = known
        text = json.dumps(_rounded(self.parts), indent=1, sort_keys=False)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(text + "\n")

    def of(self, part: str) -> dict[str, Any]:
        """The entries of a part."""
        return self.parts.get(part, {})


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.5g}")
    if isinstance(value, dict):
        return {k: _rounded(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(v) for v in value]
    return value
