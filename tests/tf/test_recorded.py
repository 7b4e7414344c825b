"""Functions against what TensorFlow 2.21 returned for the same calls.

The calls are in `recorded/`, what came back in `tests/golden/tensorflow_2_21`. A case
is a function of `tf`, or that and a tolerance.
"""

import importlib

import numpy as np
import pytest

from addax import tf
from tests.tf.recorded.record import FOLDER, flat

SUBJECTS = sorted(path.stem for path in FOLDER.glob("*.npz"))
TABLES = {
    subject: importlib.import_module(f"tests.tf.recorded.{subject}").CASES
    for subject in SUBJECTS
}
RECORDS = {subject: dict(np.load(FOLDER / f"{subject}.npz")) for subject in SUBJECTS}


@pytest.mark.parametrize(
    ("subject", "name"), [(s, name) for s, table in TABLES.items() for name in table]
)
def test_function(subject, name):
    call = TABLES[subject][name]
    call, tolerance = call if isinstance(call, tuple) else (call, 1e-5)
    record = RECORDS[subject]
    found = flat(call(tf))
    expected = [record[f"{name}|{i}"] for i in range(len(found))]
    assert f"{name}|{len(found)}" not in record
    for ours, theirs in zip(found, expected, strict=True):
        assert ours.shape == theirs.shape
        if theirs.dtype.kind == "S":
            assert ours.tolist() == theirs.astype(object).tolist()
            continue
        assert ours.dtype == theirs.dtype or ours.dtype.name == "bfloat16"
        ours = ours.astype("float64") if ours.dtype.kind in "fV" else ours
        np.testing.assert_allclose(ours, theirs, tolerance, tolerance)
