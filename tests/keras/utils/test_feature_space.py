"""`FeatureSpace` in models, datasets and files.

(What TensorFlow makes of its features is compared in `tests/oracle`.)
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from addax import keras, tf

Space = keras.utils.FeatureSpace
DATA = {
    "age": np.array([30.0, 40.0, 50.0]),
    "job": np.array(["cook", "judge", "cook"]),
    "code": np.array([7, 8, 7]),
}
DATASET = tf.data.Dataset.from_tensor_slices(DATA)


@pytest.fixture(scope="module")
def space() -> Any:
    made = Space(
        {"age": "float_normalized", "job": "string_categorical", "code": "float"}
    )
    made.adapt(DATASET.batch(2))
    return made


def test_columns_become_one_vector(space: Any) -> None:
    found = space(DATA).numpy()
    normal = (DATA["age"] - 40) / DATA["age"].std()
    np.testing.assert_allclose(found[:, 0], normal, rtol=1e-5)
    np.testing.assert_allclose(found[:, 1], DATA["code"])
    assert found[:, 2:].tolist() == [[0, 1, 0], [0, 0, 1], [0, 1, 0]]


def test_it_is_mapped_over_a_dataset(space: Any) -> None:
    rows = [row.numpy() for row in DATASET.map(space)]
    np.testing.assert_allclose(rows, space(DATA), rtol=1e-6)


def test_its_features_are_part_of_a_model(space: Any, tmp_path: Path) -> None:
    outputs = keras.layers.Dense(1)(space.get_encoded_features())
    model = keras.Model(space.get_inputs(), outputs)
    model.compile("sgd", "mse")
    labels = tf.data.Dataset.from_tensor_slices(np.ones((3, 1)))
    model.fit(tf.data.Dataset.zip((DATASET, labels)).batch(2), verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(
        loaded.predict(DATA, verbose=0), model.predict(DATA, verbose=0), rtol=1e-6
    )


def test_it_is_saved_with_what_it_learned(tmp_path: Path) -> None:
    space = Space(
        {
            "age": Space.float_discretized(2),
            "job": "string_categorical",
            "code": Space.integer_categorical(),
        },
        crosses=[Space.cross(("job", "code"), 8)],
        output_mode="dict",
    )
    space.adapt(DATASET)
    space.save(tmp_path / "space.keras")
    loaded = keras.models.load_model(tmp_path / "space.keras")
    expected = space(DATA)
    assert set(expected) == {*DATA, "job_X_code"}
    for name, value in loaded(DATA).items():
        np.testing.assert_array_equal(value, expected[name])


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: Space({"a": "flot"}), "mean 'float'"),
        (lambda: Space({"a": "float_normalized"})({"a": 1.0}), "not seen data"),
        (lambda: Space({"a": "float"})({"b": 1.0}), "Columns are missing"),
        (lambda: Space({"a": "float"}, crosses=[("a", "b")]), "do not exist"),
        (
            lambda: Space({"a": Space.string_hashed(3, output_mode="int")})(
                {"a": ["x"]}
            ),
            "cannot be put into one vector",
        ),
    ],
)
def test_errors_say_what_is_wrong(make: Any, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        make()
