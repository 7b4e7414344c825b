"""`addax run`, `addax check`, `import addax.as_tensorflow`, `%load_ext addax`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from addax.cli.check import check_source

ROOT = str(Path(__file__).parents[2])
SCRIPT = """
import sys
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras.layers import Dense
import tensorflow.keras.backend as K
from keras.layers.core import Dropout          # Keras 2
from keras.utils.np_utils import to_categorical
import keras as alone, helper
assert alone is keras is tf.keras
model = keras.Sequential([keras.Input((2,)), Dense(3), Dropout(0.5)])
print(sys.argv[1:], helper.NAME, model(tf.ones((1, 2))).shape, __name__)
"""


def run(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": ROOT},
        capture_output=True,
        text=True,
    )


def addax(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return run("-m", "addax.cli.main", *words, cwd=cwd)


def test_a_script_runs_unchanged_with_its_arguments(tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text("NAME = 'beside'\n")
    (tmp_path / "script.py").write_text(SCRIPT)
    result = addax("run", "script.py", "--epochs", "3", cwd=tmp_path)
    assert result.stderr == ""
    assert result.stdout == "['--epochs', '3'] beside (1, 3) __main__\n"


def test_an_error_in_a_script_shows_the_script_alone(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(
        "import tensorflow as tf\n\n"
        "def f():\n    tf.reshape([1, 2, 3], (2, 2))\n\nf()\n"
    )
    result = addax("run", "script.py", cwd=tmp_path)
    assert result.returncode == 1
    lines = [x for x in result.stderr.splitlines() if x.lstrip().startswith("File")]
    assert [x.split(", ")[1:] for x in lines] == [
        ["line 6", "in <module>"],
        ["line 4", "in f"],
    ]
    assert "`reshape` cannot take these arguments" in result.stderr


def test_a_script_ends_with_its_own_status(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text("import tensorflow\nraise SystemExit(7)\n")
    assert addax("run", "script.py", cwd=tmp_path).returncode == 7
    missing = addax("run", "scrpt.py", cwd=tmp_path)
    assert missing.returncode == 1
    assert "There is no such script. Received: script='scrpt.py'" in missing.stderr


def test_one_import_stands_in_for_tensorflow(tmp_path: Path) -> None:
    code = (
        "import addax.as_tensorflow\n"
        "import tensorflow as tf, keras\n"
        "print(tf.__name__, keras.__name__)\n"
        "try: import tensorflow.contrib.slim\n"
        "except ModuleNotFoundError as error: print(error)"
    )
    out = run("-c", code, cwd=tmp_path).stdout.splitlines()
    assert out[0] == "addax.tf addax.keras"
    assert out[1].startswith("No module named 'tensorflow.contrib'.")


def test_it_comes_before_the_real_one(tmp_path: Path) -> None:
    code = "import sys; sys.modules['keras'] = sys\nimport addax.as_tensorflow"
    error = run("-c", code, cwd=tmp_path).stderr
    assert "ImportError: The real 'keras' is loaded already." in error
    assert "import addax.as_tensorflow  # before the first import" in error


def test_spawned_workers_have_it_too(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(
        "import multiprocessing, os\n"
        "import tensorflow as tf\n\n"
        "def name(i):\n    return tf.__name__, os.getpid()\n\n"
        "if __name__ == '__main__':\n"
        "    with multiprocessing.get_context('spawn').Pool(1) as pool:\n"
        "        [(found, pid)] = pool.map(name, [0])\n"
        "        print(found, pid != os.getpid())\n"
    )
    result = addax("run", "script.py", cwd=tmp_path)
    assert result.stdout == "addax.tf True\n", result.stderr


def test_other_processes_are_left_alone(tmp_path: Path) -> None:
    code = (
        "import addax.as_tensorflow, subprocess, sys\n"
        "import importlib.util as u\n"
        "child = 'import importlib.util as u; print(u.find_spec(\"tensorflow\"))'\n"
        "print(subprocess.run([sys.executable, '-c', child], text=True, "
        "capture_output=True).stdout)"
    )
    assert "addax" not in run("-c", code, cwd=tmp_path).stdout


CHECKED = """import tensorflow as tf
from tensorflow.keras.layers import Dense, Dens
K = tf.keras.backend
x = K.meann(tf.constant([1.0]))
tf.contrib.layers.dense(x)
tf.contrib.slim
tf.constant([1.0]).nonsense  # an object's attribute: only running can tell
import numpy as np
np.nonsense
"""


def test_check_lists_lines_and_names() -> None:
    found = [(each.line, each.name) for each in check_source(CHECKED)]
    assert found == [
        (2, "tensorflow.keras.layers.Dens"),
        (4, "tensorflow.keras.backend.meann"),
        (5, "tensorflow.contrib"),
    ]
    assert "Did you mean 'Dense'?" in check_source(CHECKED)[0].reason


def test_check_refuses_what_is_not_python() -> None:
    with pytest.raises(ValueError, match=r"(?s)s.py is not Python.*line=2"):
        check_source("import tensorflow\nif:", "s.py")


def _notebook(*sources: str) -> str:
    cells = [
        {"cell_type": "code", "id": str(i), "source": s, "metadata": {}, "outputs": [],
         "execution_count": None}
        for i, s in enumerate(sources)
    ]  # fmt: skip
    return json.dumps(
        {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    )


def test_check_reads_notebooks(tmp_path: Path) -> None:
    path = tmp_path / "n.ipynb"
    path.write_text(
        _notebook("!ls\nimport keras\n%time keras.x", "keras.layers\nkeras.Modell")
    )
    result = addax("check", str(path), cwd=tmp_path)
    assert result.returncode == 1
    assert "cell 2, line 2: keras.Modell" in result.stdout.replace("\n", "")


def test_a_notebook_runs_into_a_copy(tmp_path: Path) -> None:
    pytest.importorskip("nbclient")
    source = _notebook(
        "!pip install -q tensorflow\nimport tensorflow as tf",
        "print(tf.__name__)",
        "tf.constant(1) + 'a'",
        "print('never')",
    )
    (tmp_path / "n.ipynb").write_text(source)
    result = addax("run", "n.ipynb", cwd=tmp_path)
    assert result.returncode == 1, result.stderr
    assert "In cell 3" in result.stderr
    assert (tmp_path / "n.ipynb").read_text() == source
    cells = json.loads((tmp_path / "n.run.ipynb").read_text())["cells"]
    assert "pip install" in "".join(cells[0]["source"])
    assert cells[0]["outputs"] == []
    assert "".join(cells[1]["outputs"][0]["text"]) == "addax.tf\n"
    assert cells[2]["outputs"][0]["ename"] == "TypeError"
    assert cells[3]["outputs"] == []


def test_the_extension_of_ipython(tmp_path: Path) -> None:
    pytest.importorskip("IPython")
    code = "%load_ext addax\nimport keras\nprint(keras.__name__)"
    (tmp_path / "cell.ipy").write_text(code)
    out = run("-m", "IPython", "--no-banner", "cell.ipy", cwd=tmp_path)
    assert out.stdout.strip().endswith("addax.keras"), out.stderr
