"""Where the documents and data sets that tests may use lie, if they are there."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("ADDAX_SHARED", Path(__file__).parents[3] / "shared"))

needs_shared = pytest.mark.skipif(
    not (SHARED / "seeds").is_dir(),
    reason="needs the documents and data sets in ../shared (or $ADDAX_SHARED)",
)


def code_blocks(name: str) -> list[str]:
    """The Python code blocks of a document, with `tensorflow` read as `addax.tf`."""
    text = (SHARED / "seeds" / name).read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, flags=re.S)
    return [re.sub(r"\btensorflow\b", "addax.tf", block) for block in blocks]
