"""h5py is loaded with the first file, not with the layers."""

import subprocess
import sys

_MODEL = """
import sys
from addax import keras
keras.Model, keras.applications.VGG16
print("h5py" in sys.modules)
"""


def test_a_model_does_not_need_it():
    done = subprocess.run(
        [sys.executable, "-c", _MODEL], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
