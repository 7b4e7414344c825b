"""The finder of Python, on machines made up of links in a folder."""

import shutil
import subprocess
import sys

import pytest

from tests.architecture.source_tree import ROOT


@pytest.fixture
def find(tmp_path):
    """Run the finder where only the named interpreters exist."""
    path = tmp_path / "bin"
    path.mkdir()
    for tool in ("cat", "sh"):
        (path / tool).symlink_to(shutil.which(tool))

    def run(*names: str, **variables: str) -> subprocess.CompletedProcess:
        for name in names:
            script = path / name
            script.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
            script.chmod(0o755)
        return subprocess.run(
            [path / "sh", ROOT / "tools" / "find-python.sh"],
            capture_output=True,
            text=True,
            env={"PATH": str(path), "HOME": str(tmp_path), **variables},
        )

    return run


def test_without_python_it_says_how_to_get_one(find):
    result = find()
    assert result.returncode == 1
    assert result.stdout == ""
    assert "needs Python 3.11 or newer" in result.stderr
    assert "apt-get install python3 python3-venv" in result.stderr


def test_it_finds_one_by_any_name(find, tmp_path):
    assert find("python").stdout.strip() == str(tmp_path / "bin" / "python")


def test_it_passes_over_one_that_does_not_run(find, tmp_path):
    shims = tmp_path / "shims"
    shims.mkdir()
    for name in ("python3", "python3.12", "python3.11"):  # as pyenv's
        (shims / name).write_text("#!/bin/sh\necho 'not found' >&2\nexit 127\n")
        (shims / name).chmod(0o755)
    result = find("python3", PATH=f"{shims}:{tmp_path / 'bin'}")
    assert result.stdout.strip() == str(tmp_path / "bin" / "python3")
    assert result.stderr == ""


def test_it_looks_into_pyenv(find, tmp_path):
    minor = sys.version_info.minor
    inside = tmp_path / "pyenv" / "versions" / f"3.{minor}.1" / "bin"
    inside.mkdir(parents=True)
    (inside / "python3").symlink_to(sys.executable)
    result = find(PYENV_ROOT=str(tmp_path / "pyenv"))
    assert result.stdout.strip() == str(inside / "python3")


def test_the_user_chooses(find):
    assert find(PYTHON=sys.executable).stdout.strip() == sys.executable
    result = find("python3", PYTHON="/bin/false")
    assert result.returncode == 1
    assert "PYTHON=/bin/false is not a Python >= 3.11" in result.stderr
