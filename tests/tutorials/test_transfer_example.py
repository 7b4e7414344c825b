"""`examples/transfer_learning.py` runs offline and draws its comparison."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.tutorials.shared import SHARED, needs_shared

ROOT = Path(__file__).parents[2]


@needs_shared
@pytest.mark.slow
def test_the_walk_through(tmp_path):
    script = ROOT / "examples" / "transfer_learning.py"
    plot = tmp_path / "curves.png"
    command = [sys.executable, script, "--data", SHARED / "data", "--short"]
    done = subprocess.run(
        [*command, "--out", plot], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "frozen backbone:" in done.stdout
    assert plot.read_bytes().startswith(b"\x89PNG")
