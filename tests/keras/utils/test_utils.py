"""Small helpers: their mistakes, and what has no oracle."""

import random

import numpy as np
import pytest

from addax import keras
from addax.keras import utils


@pytest.mark.parametrize(
    "x, classes", [([0, 3], 3), ([-1, 0], 3), ([1, 2, 3], 3)], ids=str
)
def test_labels_out_of_range(x, classes):
    with pytest.raises(
        ValueError, match=r"Class numbers are from 0 to 2(.*\n)*.*x - 1"
    ):
        utils.to_categorical(x, num_classes=classes)


def test_seed_repeats_everything():
    def draw():
        utils.set_random_seed(7)
        drawn = keras.random.uniform((2,)).numpy()
        return random.random(), np.random.rand(), drawn.tolist()

    assert draw() == draw()


@pytest.mark.parametrize("seed", [None, 1.5, "7", True])
def test_seeds_are_whole_numbers(seed):
    with pytest.raises(ValueError, match=r"A seed is a whole number\. Received: seed="):
        utils.set_random_seed(seed)


@pytest.mark.parametrize(
    "arguments, text",
    [
        ({"sequences": None}, "`sequences` is a list of sequences"),
        ({"sequences": [1, 2]}, r"sequences\[0\]=1"),
        ({"sequences": [[1]], "padding": "left"}, "`padding` is 'pre' or 'post'"),
        ({"sequences": [[1]], "truncating": "x"}, "`truncating` is 'pre' or 'post'"),
        ({"sequences": [[1]], "value": "a"}, "string cannot be put between numbers"),
        ({"sequences": [[[1, 2]], [[3], [4]]]}, r"one shape, here \(2,\).*\[1\]\[0\]"),
    ],
)
def test_sequences_that_cannot_be_padded(arguments, text):
    with pytest.raises(ValueError, match=text):
        utils.pad_sequences(**arguments)


def test_no_sequences():
    assert utils.pad_sequences([]).shape == (0, 0)
    assert utils.pad_sequences([[1, 2]], maxlen=0).shape == (1, 0)


def test_py_dataset():
    class Batches(utils.PyDataset):
        def __len__(self):
            return 2

        def __getitem__(self, index):
            return index

    batches = Batches(workers=2, max_queue_size=5)
    assert (batches.workers, batches.max_queue_size, batches.num_batches) == (2, 5, 2)
    assert utils.Sequence is utils.PyDataset
    with pytest.raises(
        NotImplementedError, match=r"does not define __len__(.*\n)*.*math"
    ):
        len(utils.PyDataset())
    with pytest.raises(NotImplementedError, match="does not define __getitem__"):
        utils.PyDataset()[0]
    with pytest.raises(ValueError, match="Processes are workers"):
        Batches(workers=0, use_multiprocessing=True)


def test_batches():
    assert utils.pack_x_y_sample_weight(1) == 1
    assert utils.pack_x_y_sample_weight(1, 2) == (1, 2)
    assert utils.pack_x_y_sample_weight(1, 2, 3) == (1, 2, 3)
    assert utils.unpack_x_y_sample_weight((1,)) == (1, None, None)
    assert utils.unpack_x_y_sample_weight((1, 2, 3)) == (1, 2, 3)


def test_types_and_tensors():
    assert utils.standardize_dtype(None) == "float32"
    assert utils.standardize_dtype("int8") == "int8"
    assert type(utils.standardize_dtype(np.int64)) is str
    assert not utils.is_keras_tensor(np.ones(2))


def test_names_are_those_of_keras():
    missing = {name for name in utils.__all__ if not hasattr(utils, name)}
    assert not missing
