"""Options, `--version` and `info`."""

import subprocess
import sys

import pytest

from addax._version import __version__
from addax.cli.main import main


def test_version(capsys):
    with pytest.raises(SystemExit, match="0"):
        main(["--version"])
    assert capsys.readouterr().out == f"addax {__version__}\n"


@pytest.mark.parametrize("words", [["--help"], ["train", "--help"]])
def test_help_comes_without_jax(words):
    code = (
        "import sys\n"
        "from addax.cli.main import main\n"
        f"try: main({words!r})\n"
        "except SystemExit: print('jax' in sys.modules)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.startswith("usage: addax")
    assert result.stdout.endswith("False\n")


@pytest.mark.parametrize(
    "words, text",
    [
        ([], "required"),
        (["tran"], "invalid choice: 'tran'"),
        (["train"], "data"),
        (["train", "x", "--epochs", "0"], "'0' is not a positive whole number"),
        (["train", "x", "--batch-size", "a"], "'a' is not a positive whole number"),
        (["train", "x", "--task", "guess"], "invalid choice: 'guess'"),
    ],
)
def test_wrong_options(capsys, words, text):
    with pytest.raises(SystemExit, match="2"):
        main(words)
    assert text in capsys.readouterr().err


def test_info(addax):
    status, out, _ = addax("info")
    assert status == 0
    for text in (__version__, "jax", "numpy", "CPU:0", "ADDAX_DEBUG", "traceback"):
        assert text in out
