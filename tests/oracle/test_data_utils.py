"""Images, files in folders and splits against Keras's own functions."""

import io

import keras as oracle
import numpy as np
import pytest
from keras.src.utils import dataset_utils

from addax import keras, tf
from addax.keras.utils import directories
from tests.data.test_dataset import listed

RNG = np.random.default_rng(0)
PIXELS = RNG.uniform(0, 255, (9, 12, 3)).astype("float32")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("photos")
    for kind, n in (("b", 7), ("a", 5), ("c", 3)):
        (root / kind / "inner").mkdir(parents=True)
        for i in range(n):
            where = root / kind / ("inner" if i % 3 == 2 else ".")
            oracle.utils.save_img(
                where / f"{i}.png", RNG.uniform(0, 255, (6, 5 + i, 3))
            )
            (where / f"{i}.txt").write_text(f"{kind} {i}")
    return root


@pytest.mark.parametrize("mode", ["rgb", "rgba", "grayscale"])
@pytest.mark.parametrize("kind", ["nearest", "bilinear", "lanczos"])
@pytest.mark.parametrize("keep", [False, True])
def test_load_img(tmp_path, mode, kind, keep):
    path = str(tmp_path / "x.png")
    oracle.utils.save_img(path, PIXELS)
    arguments = dict(
        color_mode=mode, target_size=(5, 7), interpolation=kind, keep_aspect_ratio=keep
    )
    ours = keras.utils.load_img(path, **arguments)
    theirs = oracle.utils.load_img(path, **arguments)
    assert ours.mode == theirs.mode
    np.testing.assert_array_equal(np.asarray(ours), np.asarray(theirs))
    with open(path, "rb") as file:
        again = keras.utils.load_img(io.BytesIO(file.read()), **arguments)
    np.testing.assert_array_equal(np.asarray(ours), np.asarray(again))


@pytest.mark.parametrize("shape", [(9, 12, 3), (9, 12, 1), (9, 12, 4)])
@pytest.mark.parametrize("scale", [True, False])
@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
def test_arrays_and_images(shape, scale, data_format):
    x = RNG.uniform(0, 255, shape)
    x = np.moveaxis(x, -1, 0) if data_format == "channels_first" else x
    ours = keras.utils.array_to_img(x, data_format, scale)
    theirs = oracle.utils.array_to_img(x, data_format, scale)
    np.testing.assert_array_equal(np.asarray(ours), np.asarray(theirs))
    a = keras.utils.img_to_array(ours, data_format)
    b = oracle.utils.img_to_array(theirs, data_format)
    assert a.dtype == b.dtype
    np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("size", [(4, 4), (3, 9), (20, 5)])
def test_smart_resize(size):
    ours = keras.preprocessing.image.smart_resize(PIXELS, size)
    theirs = oracle.preprocessing.image.smart_resize(PIXELS, size)
    np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-2)


def test_files_are_found_in_keras_order(folder, capsys):
    paths, labels, names = dataset_utils.index_directory(
        str(folder), "inferred", (".png",), seed=3
    )
    found = directories.find_samples(str(folder), "inferred", (".png",)).shuffled(3)
    assert (found.paths, found.class_names) == (paths, names)
    np.testing.assert_array_equal(found.labels, labels)
    for subset in ("training", "validation"):
        theirs = dataset_utils.get_training_or_validation_split(
            paths, labels, 0.3, subset
        )
        ours = found.part(subset, 0.3)
        assert ours.paths == theirs[0]
        np.testing.assert_array_equal(ours.labels, theirs[1])
    first, second = capsys.readouterr().out.splitlines()[:2]
    assert first == second


@pytest.mark.parametrize("mode", ["int", "categorical", None])
def test_image_dataset(folder, mode):
    made = keras.utils.image_dataset_from_directory(
        folder, label_mode=mode, batch_size=4, image_size=(4, 4), shuffle=False,
        verbose=False,
    )  # fmt: skip
    assert made.class_names == (["a", "b", "c"])
    assert len(made) == 4
    images = np.concatenate([np.asarray(b if mode is None else b[0]) for b in made])
    paths = made.file_paths
    first = oracle.utils.img_to_array(oracle.utils.load_img(paths[0]))
    resized = oracle.ops.image.resize(first, (4, 4), antialias=False)
    np.testing.assert_allclose(images[0], resized, rtol=1e-4, atol=1e-2)
    if mode is not None:
        labels = np.concatenate([np.asarray(y) for _, y in made])
        numbers = np.repeat([0, 1, 2], [5, 7, 3])
        wanted = numbers if mode == "int" else np.eye(3)[numbers]
        np.testing.assert_array_equal(labels, wanted)
        assert made.element_spec[0] == tf.TensorSpec((None, 4, 4, 3), tf.float32)


def test_splits_and_shapes_of_image_datasets(folder, capsys):
    arguments = dict(image_size=(4, 6), validation_split=0.4, seed=1, batch_size=None)
    train, valid = keras.utils.image_dataset_from_directory(
        folder, subset="both", **arguments
    )
    assert (len(train), len(valid)) == (9, 6)
    assert capsys.readouterr().out.splitlines()[1:] == [
        "Using 9 files for training.",
        "Using 6 files for validation.",
    ]
    assert not set(train.file_paths) & set(valid.file_paths)
    alone = keras.utils.image_dataset_from_directory(
        folder, subset="validation", crop_to_aspect_ratio=True, **arguments
    )
    assert alone.file_paths == valid.file_paths
    gray = keras.utils.image_dataset_from_directory(
        folder, labels=None, color_mode="grayscale", image_size=(4, 6),
        pad_to_aspect_ratio=True, data_format="channels_first",
    )  # fmt: skip
    assert next(iter(gray)).shape == (15, 1, 4, 6)


def test_texts_and_sounds(folder, tmp_path):
    texts = keras.utils.text_dataset_from_directory(
        folder, shuffle=False, batch_size=8, max_length=1, verbose=False
    )
    first, labels = listed(texts)[0]
    assert first == [b"a"] * 5 + [b"b"] * 3
    assert labels == [0] * 5 + [1] * 3
    for kind, n in (("x", 50), ("y", 80)):
        (tmp_path / kind).mkdir()
        sound = tf.audio.encode_wav(np.linspace(-1, 1, n)[:, None], 100)
        (tmp_path / kind / "1.wav").write_bytes(sound.numpy())
    read = keras.utils.audio_dataset_from_directory
    padded = next(iter(read(tmp_path, shuffle=False)))
    assert padded[0].shape == (2, 80, 1)
    fixed = next(iter(read(tmp_path, shuffle=False, output_sequence_length=60)))
    assert fixed[0].shape == (2, 60, 1)
    half = next(iter(read(tmp_path, shuffle=False, sampling_rate=50)))
    assert half[0].shape == (2, 40, 1)


def windows(data, targets, length, stride=1, rate=1, start=0, end=None):
    """What the documentation of the function says, in plain Python."""
    end = len(data) if end is None else end
    made = []
    for first in range(start, end - (length - 1) * rate, stride):
        made.append((data[first : first + length * rate : rate], targets[first]))
    return made


@pytest.mark.parametrize(
    "arguments",
    [dict(length=4), dict(length=3, stride=2, rate=3), dict(length=2, start=4, end=15)],
)
def test_time_series(arguments):
    data = np.arange(40).reshape(20, 2)
    targets = np.arange(20) * 10
    names = dict(
        length="sequence_length", stride="sequence_stride", rate="sampling_rate",
        start="start_index", end="end_index",
    )  # fmt: skip
    made = keras.utils.timeseries_dataset_from_array(
        data, targets, batch_size=None, **{names[k]: v for k, v in arguments.items()}
    )
    wanted = windows(data, targets, **arguments)
    assert len(made) == len(wanted)
    for (x, y), (a, b) in zip(made, wanted, strict=True):
        np.testing.assert_array_equal(x, a)
        assert int(y) == b
    mixed = keras.utils.timeseries_dataset_from_array(
        data, None, 3, batch_size=4, shuffle=True, seed=1
    )
    assert sorted(x[0] for x in listed(mixed.unbatch())) == [
        [2 * i, 2 * i + 1] for i in range(18)
    ]


@pytest.mark.parametrize(
    "sizes",
    [dict(left_size=0.8), dict(right_size=3), dict(left_size=2, right_size=0.5)],
)
def test_split_dataset(sizes):
    x, y = np.arange(10), np.arange(10) * 2
    ours = keras.utils.split_dataset((x, y), shuffle=True, seed=2, **sizes)
    values = np.arange(10)
    np.random.RandomState(2).shuffle(values)
    left, right = (listed(part) for part in ours)
    expected = [(v, 2 * v) for v in values.tolist()]
    assert left == expected[: len(left)]
    assert right == expected[10 - len(right) :]
    again = keras.utils.split_dataset(tf.data.Dataset.range(10), left_size=4)
    assert [len(part) for part in again] == [4, 6]


def test_mistakes_are_explained(folder):
    make = keras.utils.image_dataset_from_directory
    for arguments, message in [
        (dict(label_mode="ints"), "Did you mean 'int'"),
        (dict(validation_split=0.2), "go together"),
        (dict(validation_split=0.2, subset="training"), "needs a seed"),
        (dict(class_names=["a"]), "names of the folders"),
        (dict(label_mode="binary"), "two classes"),
        (dict(labels=[0, 1]), "one label for each file"),
        (dict(interpolation="linear"), "bilinear"),
        (dict(format="grain"), "`format` is 'tf'"),
    ]:
        with pytest.raises(ValueError, match=message):
            make(folder, verbose=False, **arguments)
    with pytest.raises(FileNotFoundError, match="no such folder"):
        make("/nowhere")
    with pytest.raises(ValueError, match="The two parts do not fit"):
        keras.utils.split_dataset(np.arange(3), left_size=4)
    with pytest.raises(ValueError, match="`sampling_rate` is at least 1"):
        keras.utils.timeseries_dataset_from_array(np.arange(4), None, 2, 1, 0)
