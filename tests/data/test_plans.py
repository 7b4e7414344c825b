"""Functions of pipelines, traced once: their results are those of Python.

What is compared with is the same pipeline with `run_functions_eagerly`, where each
function runs as Python on each element.
"""

import io

import numpy as np
import pytest
from PIL import Image

from addax import keras, tf
from addax.core.memory import aligned
from addax.data import images
from addax.data.fusion import Unbatched
from addax.data.graph import trace
from addax.data.memory import finished, unchanging
from addax.tf.data import AUTOTUNE

D = tf.data.Dataset
RNG = np.random.default_rng(0)


@pytest.fixture
def as_python():
    """Gives what a pipeline gives where functions run as Python."""

    def run(make):
        tf.config.run_functions_eagerly(True)
        try:
            return list(make().as_numpy_iterator())
        finally:
            tf.config.run_functions_eagerly(False)

    return run


def jpeg(height, width, mode="RGB"):
    pixels = RNG.integers(0, 255, (height, width, 3)).astype("uint8")
    file = io.BytesIO()
    Image.fromarray(pixels).convert(mode).save(file, "JPEG")
    return file.getvalue()


PHOTOS = [jpeg(20 + i, 40 - i) for i in range(11)]
ROWS = RNG.normal(size=(11, 4, 3)).astype("float32")
TABLE = tf.Variable([1.0, 10.0, 100.0])


def photo(data):
    pixels = tf.io.decode_jpeg(data, channels=3)
    return tf.image.resize(pixels, [6, 5]) / 255.0


def labelled(path):
    label = tf.strings.split(path, "/")[-2] == ["cat", "dog"]
    return {"name": tf.strings.upper(path), "label": (tf.argmax(label), label)}


def varied(data):
    x = tf.image.random_flip_left_right(photo(data))
    return tf.image.random_brightness(x, 0.2, seed=5), tf.random.uniform([], 0, 9)


STRINGS = D.from_tensor_slices(["a/cat/1", "a/dog/2", "b/cat/3", "b/cow/4"] * 3)
CASES = {
    "photos changed at random": lambda: D.from_tensor_slices(PHOTOS).map(varied),
    "photos as they are": lambda: D.from_tensor_slices(PHOTOS[:1] * 5).map(
        lambda data: tf.io.decode_image(data)
    ),
    "photos to pixels and resized twice": lambda: D.from_tensor_slices(PHOTOS).map(
        lambda data: (
            tf.image.resize(x := tf.io.decode_jpeg(data, channels=3), [4, 4]),
            tf.image.resize(x, [3, 3], "nearest"),
        )
    ),
    "two maps": lambda: D.from_tensor_slices(PHOTOS).map(photo).map(
        lambda x: (tf.image.random_crop(x, [4, 4, 3]), tf.reduce_mean(x), 7)
    ),
    "strings": lambda: STRINGS.map(labelled),
    "mixed types": lambda: D.range(11).map(
        lambda i: (keras.ops.add(i, 0.5), keras.ops.stack([i, 2 * i, 1]), i > 4)
    ),
    "rows": lambda: D.from_tensor_slices(ROWS).map(tf.nn.softmax),
    "a generator": lambda: D.from_generator(
        lambda: iter(ROWS), output_signature=tf.TensorSpec([4, 3])
    ).map(lambda x: (tf.transpose(x), tf.reduce_sum(x * TABLE, -1))),
    "nothing of the element": lambda: D.range(11).map(lambda i: tf.range(3) * 2),
    "python": lambda: D.range(11).map(lambda i: i * 10 if i > 4 else i),
    "branches": lambda: D.range(11).map(
        lambda i: tf.cond(i > 4, lambda: i * 10, lambda: i)
    ),
    "shuffled between": lambda: D.from_tensor_slices(PHOTOS).map(photo).shuffle(
        5, seed=1
    ).skip(1).repeat(2),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_results_are_those_of_python(case, as_python):
    for make in (
        CASES[case],
        lambda: CASES[case]().batch(3),
        lambda: CASES[case]().batch(4, drop_remainder=True).prefetch(2),
    ):
        tf.random.set_seed(4)
        expected = as_python(make)
        tf.random.set_seed(4)
        made = list(make().as_numpy_iterator())
        assert len(made) == len(expected)
        for a, b in zip(made, expected, strict=True):
            tf.nest.assert_same_structure(a, b)
            for x, y in zip(tf.nest.flatten(a), tf.nest.flatten(b), strict=True):
                assert np.asarray(x).dtype == np.asarray(y).dtype
                if np.asarray(x).dtype.kind in "OS":
                    assert np.array_equal(x, y)
                else:
                    np.testing.assert_allclose(x, y, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("parallel", [None, 1, 3, AUTOTUNE])
def test_random_numbers_do_not_depend_on_threads_or_batches(parallel):
    tf.random.set_seed(2)
    expected = [float(x) for x in D.range(9).map(lambda _: tf.random.normal([]))]
    tf.random.set_seed(2)
    dataset = D.range(9).map(lambda _: tf.random.normal([]), parallel)
    first = np.concatenate([*dataset.batch(2).as_numpy_iterator()])
    again = np.concatenate([*dataset.batch(2).as_numpy_iterator()])
    np.testing.assert_allclose(first, expected, rtol=1e-6)
    assert not np.isclose(first, again).any()


def test_side_effects_of_python_happen_once():
    calls = []

    def noted(x):
        calls.append(x)
        return tf.cast(x, "float32") / 2

    dataset = D.from_tensor_slices(PHOTOS).map(lambda data: noted(len(photo(data))))
    assert dataset.element_spec.dtype == "float32"
    assert len(list(dataset)) == len(list(dataset.batch(4).unbatch())) == 11
    assert calls == [6]


def test_prints_and_checks_happen_for_each_element(capsys):
    def checked(x):
        tf.print("x is", x, output_stream="stdout" and __import__("sys").stdout)
        tf.debugging.assert_less(x, tf.constant(3, tf.int64))
        return x

    with pytest.raises(ValueError, match="element 3"):
        list(D.range(9).map(checked))
    assert capsys.readouterr().out == "".join(f"x is {i}\n" for i in range(4))


def test_variables_advance_from_element_to_element():
    counter, total = tf.Variable(0, dtype="int64"), tf.Variable(0, dtype="int64")
    counted = lambda x: x + counter.assign_add(1)
    assert [*map(list, D.range(5).map(counted).batch(2).as_numpy_iterator())] == [
        [1, 3], [5, 7], [9],
    ]  # fmt: skip
    assert int(counter) == 5
    # One that depends on the elements runs as Python.
    assert list(D.range(4).map(total.assign_add).as_numpy_iterator()) == [0, 1, 3, 6]


def test_variables_are_read_when_elements_are_made():
    scale = tf.Variable(2.0)
    dataset = D.range(4).map(lambda x: tf.cast(x, "float32") * scale).batch(2)
    assert [list(x) for x in dataset.as_numpy_iterator()] == [[0, 2], [4, 6]]
    scale.assign(3.0)
    assert [list(x) for x in dataset.as_numpy_iterator()] == [[0, 3], [6, 9]]


@pytest.mark.parametrize("parallel", [None, 2])
def test_errors_name_the_element_and_come_after_earlier_batches(parallel):
    data = [*PHOTOS[:7], b"no photo", *PHOTOS[7:]]
    batches = iter(D.from_tensor_slices(data).map(photo, parallel).batch(3))
    assert [next(batches).shape[0] for _ in range(2)] == [3, 3]
    with pytest.raises(ValueError, match=r"(?s)Dataset.map failed on element 7.*photo"):
        next(batches)


def test_elements_of_different_shapes_cannot_be_a_batch():
    ragged = D.from_tensor_slices(PHOTOS).map(tf.io.decode_jpeg, 2).batch(2)
    with pytest.raises(ValueError, match="padded_batch"):
        next(iter(ragged))


@pytest.mark.parametrize("function", [photo, lambda data: photo(data) + 1])
def test_batches_are_nobody_elses_memory(function):
    batches = list(D.from_tensor_slices(PHOTOS * 3).map(function, 2).batch(4))
    kept = np.concatenate([batch.numpy() for batch in batches])
    expected = [function(data).numpy() for data in PHOTOS] * 3
    np.testing.assert_allclose(kept, expected, rtol=1e-5, atol=1e-5)


def test_order_does_not_matter_where_it_need_not():
    dataset = D.from_tensor_slices(PHOTOS).map(photo, 3, deterministic=False).batch(2)
    made = np.concatenate(list(dataset.as_numpy_iterator()))
    expected = np.stack([photo(data).numpy() for data in PHOTOS])
    order = np.argsort(made.sum((1, 2, 3))), np.argsort(expected.sum((1, 2, 3)))
    np.testing.assert_allclose(made[order[0]], expected[order[1]], rtol=1e-5, atol=1e-5)


def test_layers_are_built_but_have_no_plan():
    layer = keras.layers.Dense(2)
    dataset = D.from_tensor_slices(ROWS).map(layer)
    assert dataset.element_spec.shape == (4, 2)
    np.testing.assert_allclose(
        np.stack(list(dataset)), layer(ROWS), rtol=1e-5, atol=1e-5
    )
    assert len(layer.weights) == 2
    assert not layer._inbound_nodes


def test_moving_pictures_keep_their_frames():
    file = io.BytesIO()
    frames = [Image.new("RGB", (4, 3), (90 * i, 0, 0)) for i in range(3)]
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    made = D.from_tensors(file.getvalue()).map(tf.io.decode_image)
    assert next(iter(made)).shape == (3, 3, 4, 3)


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
@pytest.mark.parametrize("channels", [0, 1, 3])
def test_both_decoders_give_the_same_pixels(mode, channels, monkeypatch):
    data = jpeg(23, 17, mode)
    made = images.decode(data, channels)
    monkeypatch.setattr(images, "_turbo", lambda: None)
    assert np.array_equal(made, images.decode(data, channels))


def test_damaged_photos_are_an_error():
    with pytest.raises(OSError, match="truncated"):
        images.decode(jpeg(50, 50)[:800], 3)


def test_decoding_and_resizing_become_one_operation():
    spec = tf.TensorSpec([], tf.string)
    graph = trace(photo, "map", spec)
    assert [s.op.name for s in graph.steps] == ["decode_pixels", "resample", "divide"]
    assert [s.op.name for s in graph.joined().steps] == ["photo", "divide"]
    # Not where the pixels in between are wanted, too.
    both = lambda x: (pixels := tf.io.decode_jpeg(x), tf.image.resize(pixels, [2, 2]))
    assert len(trace(both, "map", spec).joined().steps) == 2


def test_only_memory_that_cannot_change_is_shared():
    array = np.zeros(4)
    view = array[1:]
    view.flags.writeable = False
    assert not unchanging(view)
    assert unchanging(np.frombuffer(b"1234", "u1"))
    assert not unchanging(np.frombuffer(bytearray(4), "u1"))
    made = aligned((3, 5))
    assert made.ctypes.data % 64 == 0
    assert unchanging(finished(made)[1:])


def test_a_shuffle_holds_no_more_than_it_has_to():
    small = lambda x: tf.reduce_mean(photo(x), (0, 1))
    for function, held in [(photo, True), (small, False)]:
        dataset = D.from_tensor_slices(PHOTOS).map(function).shuffle(3, 1, False)
        assert (Unbatched.before(dataset._stage) is not None) is held
        made = np.concatenate(list(dataset.batch(4).as_numpy_iterator()))
        np.testing.assert_allclose(made, list(dataset), rtol=1e-5, atol=1e-5)


def test_functions_inside_functions_are_not_traced():
    calls = []

    def double(x):
        calls.append(x)
        return x * 2

    pieces = D.range(6).window(2).flat_map(lambda w: w.map(double).batch(2))
    assert [list(x) for x in pieces.as_numpy_iterator()] == [[0, 2], [4, 6], [8, 10]]
    assert all(hasattr(x, "_value") for x in calls)
