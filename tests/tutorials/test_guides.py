"""The Python blocks of our own guides, run in order."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GUIDES = sorted((ROOT / "docs" / "guides").glob("*.md"))


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_a_guide_runs(guide: Path, tmp_path: Path) -> None:
    (tmp_path / "stand_ins.json").write_text("{}")
    driver = Path(__file__).with_name("run_document.py")
    result = subprocess.run(
        [sys.executable, str(driver), str(guide), "stand_ins.json", "report.json"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "MPLBACKEND": "agg"},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    report = json.loads((tmp_path / "report.json").read_text())
    assert report
    assert not any(report.values()), "\n".join(filter(None, report.values()))
