"""Records what TensorFlow returns for the calls in the tables beside this file.

Run where TensorFlow is installed, from the root of the repository:

    python -m tests.tf.recorded.record arrays linalg ...
"""

import importlib
import os
import sys
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parents[2] / "golden" / "tensorflow_2_21"


def flat(result):
    """The arrays of a result, in order."""
    if isinstance(result, (list, tuple)):
        return [x for each in result for x in flat(each)]
    return [np.asarray(result)]


def record(subject):
    import tensorflow as tf

    cases = importlib.import_module(f"tests.tf.recorded.{subject}").CASES
    arrays = {}
    for name, call in cases.items():
        try:
            found = flat((call[0] if isinstance(call, tuple) else call)(tf))
        except Exception as error:
            print(f"{subject}: {name!r} fails: {error}", file=sys.stderr)
            raise
        for i, array in enumerate(found):
            if array.dtype == object:
                array = np.char.encode(array.astype(str))
            if array.dtype.name == "bfloat16":
                array = array.astype("float32")
            arrays[f"{name}|{i}"] = array
    np.savez_compressed(FOLDER / f"{subject}.npz", **arrays)


if __name__ == "__main__":
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    for subject in sys.argv[1:]:
        record(subject)
