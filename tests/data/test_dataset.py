"""Datasets against plain Python. TensorFlow 2.21 gives the same for all of `CASES`."""

import itertools
import threading
import time

import numpy as np
import pytest

from addax import tf
from addax.core import cast

D = tf.data.Dataset


def listed(dataset):
    """The elements in a form that compares and prints well."""

    def plain(x):
        if isinstance(x, tuple):
            return tuple(map(plain, x))
        if isinstance(x, dict):
            return {k: plain(v) for k, v in x.items()}
        return x.tolist() if hasattr(x, "tolist") else x

    return [plain(x) for x in dataset.as_numpy_iterator()]


def lengths(stop):
    """Elements [], [1], [2, 2], ..."""
    return D.range(stop).map(lambda x: tf.fill([x], x))


CASES = {
    "range": (D.range(2, 10, 3), [2, 5, 8]),
    "slices": (D.from_tensor_slices(([1, 2], ["a", "b"])), [(1, b"a"), (2, b"b")]),
    "slices of a dict": (
        D.from_tensor_slices({"b": [1.5, 2.5], "a": [[1], [2]]}),
        [{"b": 1.5, "a": [1]}, {"b": 2.5, "a": [2]}],
    ),
    "tensors": (D.from_tensors([1, 2]), [[1, 2]]),
    "map": (D.range(4).map(lambda x: x * x), [0, 1, 4, 9]),
    "map to a structure": (
        D.range(2).map(lambda x: {"x": x, "y": (x, -x)}),
        [{"x": 0, "y": (0, 0)}, {"x": 1, "y": (1, -1)}],
    ),
    "map of strings": (
        D.from_tensor_slices(["a", "b"]).map(lambda s: s + "!"),
        [b"a!", b"b!"],
    ),
    "filter": (D.range(6).filter(lambda x: x % 2 == 0), [0, 2, 4]),
    "take_while": (D.range(9).take_while(lambda x: x < 3), [0, 1, 2]),
    "unique": (D.from_tensor_slices([1, 2, 1, 3, 2]).unique(), [1, 2, 3]),
    "batch": (D.range(5).batch(2), [[0, 1], [2, 3], [4]]),
    "batch without the rest": (
        D.range(5).batch(2, drop_remainder=True),
        [[0, 1], [2, 3]],
    ),
    "batch of pairs": (
        D.range(3).map(lambda x: (x, str(0))).batch(2),
        [([0, 1], [b"0", b"0"]), ([2], [b"0"])],
    ),
    "rebatch": (D.range(5).batch(2).rebatch(3), [[0, 1, 2], [3, 4]]),
    "list": (tf.data.experimental.from_list([(1, "a")]), [(1, b"a")]),
    "unbatch": (D.from_tensors(([1, 2], ["a", "b"])).unbatch(), [(1, b"a"), (2, b"b")]),
    "padded_batch": (
        lengths(4).padded_batch(4, padded_shapes=(None,)),
        [[[0, 0, 0], [1, 0, 0], [2, 2, 0], [3, 3, 3]]],
    ),
    "padded_batch to a shape": (
        lengths(3).padded_batch(2, padded_shapes=[3], padding_values=np.int64(-1)),
        [[[-1, -1, -1], [1, -1, -1]], [[2, 2, -1]]],
    ),
    "window": (
        D.range(7).window(3, shift=2, stride=2).flat_map(lambda w: w.batch(3)),
        [[0, 2, 4], [2, 4, 6], [4, 6], [6]],
    ),
    "window of pairs": (
        D.zip((D.range(3), D.range(5, 8)))
        .window(2, shift=1, drop_remainder=True)
        .flat_map(lambda a, b: D.zip((a.batch(2), b.batch(2)))),
        [([0, 1], [5, 6]), ([1, 2], [6, 7])],
    ),
    "zip": (
        D.zip((D.range(1, 4), {"x": D.range(7, 9)})),
        [(1, {"x": 7}), (2, {"x": 8})],
    ),
    "concatenate": (D.range(2).concatenate(D.range(5, 7)), [0, 1, 5, 6]),
    "repeat, take, skip": (D.range(3).repeat().skip(2).take(4), [2, 0, 1, 2]),
    "shard": (D.range(10).shard(3, 1), [1, 4, 7]),
    "enumerate": (D.range(5, 7).enumerate(start=3), [(3, 5), (4, 6)]),
    "flat_map": (
        D.from_tensor_slices([[1, 2], [3, 4]]).flat_map(D.from_tensor_slices),
        [1, 2, 3, 4],
    ),
    # https://www.tensorflow.org/api_docs/python/tf/data/Dataset#interleave
    "interleave": (
        D.range(1, 6).interleave(
            lambda x: D.from_tensors(x).repeat(6), cycle_length=2, block_length=4
        ),
        [1] * 4 + [2] * 4 + [1] * 2 + [2] * 2 + [3] * 4 + [4] * 4 + [3] * 2 + [4] * 2
        + [5] * 6,
    ),
    "scan": (
        D.range(5).scan(np.int64(0), lambda s, x: (s + x, s + x)),
        [0, 1, 3, 6, 10],
    ),
    "choose_from_datasets": (
        D.choose_from_datasets(
            [D.from_tensors(w).repeat() for w in ("foo", "bar", "baz")],
            D.range(3).repeat(2),
        ),
        [b"foo", b"bar", b"baz", b"foo", b"bar", b"baz"],
    ),
    "group_by_window": (
        D.range(10).group_by_window(lambda x: x % 2, lambda k, w: w.batch(10), 5),
        [[0, 2, 4, 6, 8], [1, 3, 5, 7, 9]],
    ),
    "bucket_by_sequence_length": (
        lengths(6).bucket_by_sequence_length(
            lambda x: tf.shape(x)[0], [3, 5], [2, 2, 2]
        ),
        [
            [[0], [1]],
            [[3, 3, 3, 0], [4, 4, 4, 4]],
            [[2, 2]],
            [[5, 5, 5, 5, 5]],
        ],
    ),
    "cache and prefetch": (D.range(3).cache().repeat(2).prefetch(2), [0, 1, 2] * 2),
    "counter": (D.counter(1, 2).take(3), [1, 3, 5]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_elements_are_those_of_plain_python(name):
    dataset, expected = CASES[name]
    assert listed(dataset) == expected
    assert listed(dataset) == expected  # a second pass starts again


@pytest.mark.parametrize("name", CASES)
def test_the_announced_form_and_number_hold(name):
    dataset, expected = CASES[name]
    count = int(dataset.cardinality())
    assert count in (len(expected), tf.data.UNKNOWN_CARDINALITY)
    specs = tf.nest.flatten(dataset.element_spec)
    for element in dataset:
        for spec, x in zip(specs, tf.nest.flatten(element), strict=True):
            assert spec.is_compatible_with(x), (spec, x)


def test_specifications():
    pairs = D.from_tensor_slices((np.zeros((8, 3), "float32"), ["x"] * 8))
    assert pairs.element_spec == (
        tf.TensorSpec((3,), tf.float32),
        tf.TensorSpec((), tf.string),
    )
    batches = pairs.batch(4).map(lambda x, s: (cast(x, "int32") + 1, s))
    assert batches.element_spec == (
        tf.TensorSpec((None, 3), tf.int32),
        tf.TensorSpec((None,), tf.string),
    )
    fixed = pairs.batch(4, drop_remainder=True).element_spec[0]
    assert fixed == tf.TensorSpec((4, 3), tf.float32)
    assert "DatasetSpec(TensorSpec(shape=()" in repr(D.range(3).window(2).element_spec)
    assert "element_spec=TensorSpec(shape=(), dtype=tf.int64" in repr(D.range(3))


def test_values_are_tensors_arrays_and_bytes():
    tensor = next(iter(D.from_tensor_slices([1.5])))
    assert tf.is_tensor(tensor)
    assert tensor.dtype == tf.float32
    number, text = next(D.from_tensors((1, "x")).as_numpy_iterator())
    assert isinstance(number, np.int32)
    assert text == b"x"
    source = np.zeros((2, 2))
    row = D.from_tensor_slices(source).as_numpy_iterator().next()
    with pytest.raises(ValueError, match="read-only"):
        row += 1


def test_cardinality():
    assert len(D.range(10).batch(3)) == 4
    assert D.range(3).repeat().cardinality() == tf.data.INFINITE_CARDINALITY
    assert tf.data.experimental.cardinality(D.range(3).filter(bool)) == -2
    with pytest.raises(TypeError, match="infinite length"):
        len(D.range(3).repeat())
    with pytest.raises(TypeError, match="unknown length"):
        len(D.range(3).filter(bool))
    said = D.range(3).filter(lambda x: x > 0)
    assert len(said.apply(tf.data.experimental.assert_cardinality(2))) == 2


def test_dictionaries_keep_their_order():
    function = lambda x: {"b": x, "a": x}
    for dataset in (D.range(5).map(function), D.range(5).map(function).batch(2)):
        assert {tuple(each) for each in dataset} == {("b", "a")}
    rows = D.from_tensor_slices([1, 2, 3]).map(function).batch(2)
    assert {tuple(each) for each in rows} == {("b", "a")}
    assert tuple(rows.element_spec) == ("b", "a")


def test_control_flow_in_functions():
    def sign(x):
        if x > 2:
            return x
        return -x

    rows = D.from_tensor_slices(np.arange(5))
    assert listed(rows.map(sign)) == [0, -1, -2, 3, 4]
    assert listed(rows.map(sign).batch(5)) == [[0, -1, -2, 3, 4]]
    assert listed(D.range(5).map(sign)) == [0, -1, -2, 3, 4]


@pytest.mark.parametrize("buffer", [3, 50, 1000])
@pytest.mark.parametrize("rows", [True, False])
def test_shuffling(buffer, rows):
    # Rows of an array are mixed as whole numbers, other elements as they are.
    source = D.from_tensor_slices(np.arange(50)) if rows else D.range(50)
    shuffled = source.shuffle(buffer, seed=7)
    first, second = listed(shuffled), listed(shuffled)
    assert sorted(first) == list(range(50))
    assert first != list(range(50))
    assert first != second
    assert listed(source.shuffle(buffer, seed=7)) == first
    assert listed(source.shuffle(buffer, seed=8)) != first
    batches = listed(source.shuffle(buffer, seed=7).batch(8))
    assert list(itertools.chain(*batches)) == first
    kept = source.shuffle(buffer, seed=7, reshuffle_each_iteration=False)
    assert listed(kept) == listed(kept) == first
    # An element cannot come before the buffer has reached it.
    assert all(place >= x - buffer for place, x in enumerate(first))


def test_the_global_seed_decides():
    def order():
        tf.random.set_seed(3)
        return listed(D.range(20).shuffle(20))

    assert order() == order()


def test_sampling():
    sources = [D.from_tensors(i).repeat() for i in range(3)]
    mixed = D.sample_from_datasets(sources, weights=[0.5, 0.5, 0.0], seed=1)
    drawn = listed(mixed.take(400))
    assert 0.4 < np.mean(drawn) < 0.6
    assert set(drawn) == {0, 1}
    skewed = D.from_tensor_slices([0] * 900 + [1] * 100).shuffle(1000, seed=1)
    even = skewed.rejection_resample(lambda x: x, [0.5, 0.5], [0.9, 0.1], seed=1)
    labels = [label for label, _ in listed(even)]
    assert 0.35 < np.mean(labels) < 0.65


def test_generators():
    def count(stop):
        for i in range(stop):
            yield i, [i] * i

    signature = (tf.TensorSpec((), tf.int32), tf.TensorSpec((None,), tf.float32))
    made = D.from_generator(count, args=[3], output_signature=signature)
    assert listed(made) == listed(made) == [(0, []), (1, [1.0]), (2, [2.0, 2.0])]
    assert made.element_spec == signature
    older = D.from_generator(count, (tf.int32, tf.int64), ((), (None,)), args=[2])
    assert older.element_spec[1] == tf.TensorSpec((None,), tf.int64)
    wrong = D.from_generator(lambda: iter([[1, 2]]), output_signature=signature[0])
    with pytest.raises(ValueError, match="element 0 does not fit") as caught:
        listed(wrong)
    assert "shape (2,) came" in str(caught.value)
    with pytest.raises(TypeError, match="a function that makes a generator"):
        D.from_generator(iter([1]), output_types=tf.int32)


@pytest.mark.parametrize("parallel", [None, 2, tf.data.AUTOTUNE])
def test_errors_name_the_element_and_the_stage(parallel):
    def divide(x):
        return 6 // (x.numpy().item() - 3)

    with pytest.raises(ZeroDivisionError, match="map failed on element 3") as e:
        listed(D.range(9).map(divide, num_parallel_calls=parallel))
    assert "test_dataset.py" in str(e.value)
    assert isinstance(e.value.__cause__, ZeroDivisionError)
    survivors = D.range(5).map(divide).ignore_errors()
    assert listed(survivors) == [-2, -3, -6, 6]


def test_mistakes_are_explained():
    with pytest.raises(ValueError, match="padded_batch") as caught:
        listed(lengths(3).batch(2))
    assert "element 1" in str(caught.value)
    with pytest.raises(ValueError, match="equally many rows"):
        D.from_tensor_slices(([1, 2], [1]))
    with pytest.raises(ValueError, match="arrays that have rows"):
        D.from_tensor_slices(1)
    with pytest.raises(ValueError, match="`buffer_size` is a whole number, at least 1"):
        D.range(3).shuffle(0)
    with pytest.raises(TypeError, match="must return a dataset"):
        listed(D.range(3).flat_map(lambda x: x))
    with pytest.raises(TypeError, match="takes a function"):
        D.range(3).map(3)
    with pytest.raises(FileNotFoundError, match="No file fits"):
        D.list_files("/no/such/*.txt")
    with pytest.raises(ValueError, match="longer than the shape"):
        listed(lengths(4).padded_batch(4, padded_shapes=[2]))


def test_parallel_maps_keep_the_order_unless_told_otherwise():
    another_is_done = threading.Event()

    def wait(x):
        if x.numpy() != 0:
            another_is_done.set()
        elif not another_is_done.wait(timeout=30):
            raise TimeoutError("no other element was worked on meanwhile")
        else:
            time.sleep(0.05)
        return x

    def run(dataset):
        another_is_done.clear()
        return listed(dataset)

    kept = D.range(12).map(wait, num_parallel_calls=4)
    assert run(kept) == list(range(12))
    free = run(D.range(12).map(wait, 4, deterministic=False))
    assert sorted(free) == list(range(12))
    assert free[0] != 0
    options = tf.data.Options()
    options.deterministic = False
    assert run(kept.with_options(options))[0] != 0


def test_threads_end_with_the_loop():
    endless = D.range(10).repeat().map(lambda x: x + 1, 2).prefetch(3)
    for _ in endless:
        break
    for name in ("addax-prefetch", "addax-map"):
        deadline = time.time() + 5
        while any(t.name.startswith(name) for t in threading.enumerate()):
            assert time.time() < deadline, name
            time.sleep(0.01)


def test_an_error_in_a_prefetching_thread_arrives():
    broken = D.range(4).map(lambda x: 1 // x.numpy().item()).prefetch(2)
    with pytest.raises(ZeroDivisionError, match="element 0"):
        listed(broken)


def test_functions_compile_once_a_shape_repeats():
    traces = []

    def double(x):
        traces.append(1)
        return tf.sin(x) * 2

    x = np.random.default_rng(0).normal(size=(20, 3)).astype("float32")
    made = np.stack(list(D.from_tensor_slices(x).map(double).as_numpy_iterator()))
    np.testing.assert_allclose(made, np.sin(x) * 2, rtol=1e-6)
    assert len(traces) <= 5


def test_iterators_continue_where_others_were(tmp_path):
    pipeline = D.range(40).shuffle(10).repeat().batch(3)
    iterator = iter(pipeline)
    for _ in range(5):
        next(iterator)
    path = iterator.save(tmp_path / "here.json")
    following = [next(iterator).numpy().tolist() for _ in range(10)]
    other = iter(pipeline)
    other.restore(path)
    assert [next(other).numpy().tolist() for _ in range(10)] == following
    with pytest.raises(tf.errors.OutOfRangeError, match="End of sequence"):
        iter(D.range(0)).get_next()


def test_reduce_and_single_elements():
    assert int(D.range(5).reduce(np.int64(0), lambda a, x: a + x)) == 10
    total, count = D.range(4).reduce((0, 0), lambda s, _: (s[0] + 2, s[1] + 1))
    assert (int(total), int(count)) == (8, 4)
    assert int(D.range(7, 8).get_single_element()) == 7
    with pytest.raises(ValueError, match="datasets of one element"):
        D.range(2).get_single_element()
    assert len(D.range(9).apply(lambda d: d.batch(2))) == 5


def test_random_numbers():
    drawn = listed(D.random(seed=4).take(3))
    assert drawn == listed(D.random(seed=4).take(3))
    assert len(set(drawn)) == 3


VECTORISED = {
    "a number": lambda x, y: (tf.cast(x, tf.float32) / 255.0, y),
    "a dictionary": lambda x, y: {"b": x @ x, "a": y * 2 + 1},
    "a branch": lambda x, y: (tf.where(y > 5, x, -x), tf.reduce_sum(x)),
    "a random number": lambda x, y: (x + tf.random.uniform([], 0, 1, tf.int32), y),
    "a value": lambda x, y: (x, int(y.numpy()) * 3),
}


@pytest.mark.parametrize("name", VECTORISED)
def test_functions_of_rows_run_on_whole_batches(name):
    x = np.arange(44, dtype="int32").reshape(11, 2, 2)
    rows = D.from_tensor_slices((x, np.arange(11)))
    function = VECTORISED[name]
    together = rows.map(function).shuffle(6, seed=1).batch(4)
    # What `enumerate` gives are no rows of arrays, but single elements.
    apart = rows.enumerate().map(lambda i, e: e).map(function).shuffle(6, seed=1)
    pairs = zip(listed(together), listed(apart.batch(4)), strict=True)
    for ours, theirs in pairs:
        assert type(ours) is type(theirs)
        for a, b in zip(tf.nest.flatten(ours), tf.nest.flatten(theirs), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-6)
    columns = together._stage.sources[0].columns()
    assert (columns is None) == (name in ("a random number", "a value"))


def test_ragged_elements():
    batches = lengths(4).map(lambda x: (x, 1)).ragged_batch(3)
    first, ones = next(iter(batches))
    assert isinstance(first, tf.RaggedTensor)
    assert first.to_list() == [[], [1], [2, 2]]
    assert ones.numpy().tolist() == [1, 1, 1]
    assert isinstance(batches.element_spec[0], tf.RaggedTensorSpec)
    older = lengths(2).apply(tf.data.experimental.dense_to_ragged_batch(2))
    assert next(iter(older)).to_list() == [[], [1]]
    rows = D.from_tensor_slices(tf.ragged.constant([[1, 2], [3], []]))
    assert listed(rows) == [[1, 2], [3], []]
    assert rows.element_spec == tf.TensorSpec((None,), tf.int32)
    words = D.from_tensor_slices(["a b", "c"]).map(tf.strings.split)
    assert listed(words) == [[b"a", b"b"], [b"c"]]
    assert next(iter(words.ragged_batch(2))).to_list() == [[b"a", b"b"], [b"c"]]
    deep = D.from_tensors(tf.ragged.constant([[1], [2, 3]])).repeat(2).batch(2)
    assert next(iter(deep)).to_list() == [[[1], [2, 3]]] * 2
    lens = rows.map(lambda row: tf.shape(row)[0])
    assert listed(lens) == [2, 1, 0]


def test_sparse_elements():
    sparse = tf.sparse.from_dense([[1, 0], [0, 2], [0, 0]])
    rows = D.from_tensor_slices(sparse)
    dense = [tf.sparse.to_dense(x).numpy().tolist() for x in rows]
    assert dense == [[1, 0], [0, 2], [0, 0]]
    again = next(iter(rows.batch(3)))
    assert tf.sparse.to_dense(again).numpy().tolist() == dense
