"""Checkpoints: round trips, late variables, TensorFlow's own files, errors."""

import os
import struct
from pathlib import Path

import numpy as np
import pytest

from addax import core, tf
from addax._base import protobuf
from addax.data.checksum import crc32c
from addax.tf.checkpoint.bundle import Bundle, write_bundle
from addax.tf.checkpoint.restore import _pending

GOLDEN = Path(__file__).parents[2] / "golden" / "tensorflow_2_21"
KEY = "/.ATTRIBUTES/VARIABLE_VALUE"


@pytest.fixture(autouse=True)
def nothing_waits():
    _pending.clear()
    yield
    _pending.clear()


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden = tf.keras.layers.Dense(5)

    def call(self, x):
        return self.hidden(x)


class Parts(tf.Module):
    def __init__(self, value=0.0):
        super().__init__()
        self.w = tf.Variable([value, value])
        self.more = [tf.Variable(value), {"a": tf.Variable(int(value))}]


# The files


def test_tensors_of_every_type_come_back(tmp_path):
    words = np.array([[b"ab", b""], [b"c" * 300, b"\xff"]], object)
    tensors = {
        **{f"name{i}/x": np.full((3, i), i, "float32") for i in range(40)},
        "words": words,
        "scalar": np.int64(-5),
        "truth": np.array([True, False]),
        "half": np.asarray(tf.constant([1.5], tf.bfloat16)),
        "large": np.random.default_rng(0).normal(size=(300, 40)),
    }
    write_bundle(f"{tmp_path}/x", tensors)
    bundle = Bundle(f"{tmp_path}/x")
    assert bundle.names == sorted(tensors)
    for name, value in tensors.items():
        found = bundle[name]
        assert found.dtype == np.asarray(value).dtype
        np.testing.assert_array_equal(found, value)


def test_a_file_of_tensorflow_is_read():
    """Written by TensorFlow 2.21: see tests/golden/README.md."""
    model, optimizer = Net(), tf.keras.optimizers.Adam(0.1)
    objects = tf.train.Checkpoint(
        step=tf.Variable(0), net=model, optimizer=optimizer, parts=Parts(),
        words=tf.Variable(["", ""]),
    )  # fmt: skip
    path = tf.train.latest_checkpoint(GOLDEN)
    status = objects.restore(path)
    assert int(objects.step) == 7
    assert objects.words.numpy().tolist() == [b"addax", "ĝi".encode()]
    assert objects.parts.more[1]["a"].numpy() == 3
    model(tf.ones((1, 3)))
    reader = tf.train.load_checkpoint(GOLDEN)
    kernel = reader.get_tensor(f"net/hidden/_kernel{KEY}")
    np.testing.assert_array_equal(model.hidden.kernel, kernel)
    optimizer.build(model.trainable_variables)
    momentum = reader.get_tensor(f"optimizer/_variables/2{KEY}")
    assert np.abs(momentum).max() > 0
    np.testing.assert_array_equal(optimizer.variables[2], momentum)
    status.assert_consumed()


def test_the_checksum_in_lanes():
    data = np.random.default_rng(1).bytes(50_001)
    whole = crc32c(data)
    state = 0
    for start in range(0, len(data), 1000):  # each too short for lanes
        state = crc32c(data[start : start + 1000], state)
    assert whole == state == crc32c(data[777:], crc32c(data[:777]))


def test_numbers_on_the_wire():
    for number in (0, 1, 127, 128, 2**31, -1, -(2**40)):
        found, end = protobuf.read_varint(protobuf.varint(number), 0)
        assert protobuf.signed(found) == number
        assert end == len(protobuf.varint(number))
    body = protobuf.double(1, 0.5) + protobuf.single(2, 0.25) + protobuf.fixed32(3, 9)
    (_, a), (_, b), (_, c) = protobuf.fields(body)
    assert struct.unpack("<d", a) + struct.unpack("<f", b) == (0.5, 0.25)
    assert struct.unpack("<I", c) == (9,)
    with pytest.raises(ValueError, match="no protocol buffer message"):
        list(protobuf.fields(b"\x0a\x05ab"))


def test_damage_is_found(tmp_path):
    path = tf.train.Checkpoint(v=tf.Variable([1.0, 2.0])).save(f"{tmp_path}/c")
    data = Path(f"{path}.data-00000-of-00001")
    raw = bytearray(data.read_bytes())
    raw[-1] ^= 1
    data.write_bytes(bytes(raw))
    with pytest.raises(ValueError, match=r"'v/.*damaged: its checksum"):
        tf.train.load_checkpoint(path).get_tensor(f"v{KEY}")
    data.write_bytes(b"")
    with pytest.raises(ValueError, match="file ends before"):
        tf.train.load_variable(path, f"v{KEY}")
    index = Path(f"{path}.index")
    whole = bytearray(index.read_bytes())
    whole[10] ^= 1
    index.write_bytes(bytes(whole))
    with pytest.raises(ValueError, match=r"cannot be read as a checkpoint.*\n.*checks"):
        tf.train.list_variables(path)
    index.write_bytes(b"short")
    with pytest.raises(ValueError, match="no index of a checkpoint"):
        tf.train.list_variables(path)


# Objects


def trained():
    model = Net()
    model.compile("adam", "mse")
    model.fit(np.ones((4, 3)), np.ones((4, 5)), verbose=0)
    return model


def test_a_model_with_its_optimizer(tmp_path):
    model = trained()
    first = tf.train.Checkpoint(
        model=model, optimizer=model.optimizer, step=tf.Variable(3), parts=Parts(2.0)
    )
    path = first.save(os.path.join(tmp_path, "ckpt"))
    assert path.endswith("ckpt-1")
    names = [name for name, _ in tf.train.list_variables(path)]
    assert f"model/hidden/kernel{KEY}" in names
    assert f"optimizer/_variables/2{KEY}" in names
    assert f"parts/more/1/a{KEY}" in names

    other = trained()
    again = tf.train.Checkpoint(
        model=other, optimizer=other.optimizer, step=tf.Variable(0), parts=Parts()
    )
    again.restore(path).assert_consumed().assert_existing_objects_matched()
    for a, b in zip(model.variables, other.variables, strict=True):
        np.testing.assert_array_equal(a, b)
    for a, b in zip(model.optimizer.variables, other.optimizer.variables, strict=True):
        np.testing.assert_array_equal(a, b)
    assert (int(again.step), int(again.save_counter)) == (3, 1)
    assert again.parts.more[1]["a"].numpy() == 2


def test_what_is_made_later_is_restored_then(tmp_path):
    model = trained()
    path = tf.train.Checkpoint(
        model=model, optimizer=model.optimizer
    ).save(f"{tmp_path}/ckpt")  # fmt: skip
    fresh, optimizer = Net(), tf.keras.optimizers.Adam()
    status = tf.train.Checkpoint(model=fresh, optimizer=optimizer).restore(path)
    with pytest.raises(AssertionError, match="belong to no object: 'model/hidden/"):
        status.assert_consumed()
    np.testing.assert_array_equal(fresh(tf.ones((2, 3))), model(tf.ones((2, 3))))
    assert type(fresh.hidden.kernel) is core.Variable
    optimizer.build(fresh.trainable_variables)
    np.testing.assert_array_equal(optimizer.variables[3], model.optimizer.variables[3])
    status.assert_consumed()
    assert not _pending


def test_variables_made_in_the_first_compiled_step_are_restored(tmp_path):
    model = trained()
    path = tf.train.Checkpoint(
        model=model, optimizer=model.optimizer
    ).save(f"{tmp_path}/ckpt")  # fmt: skip
    fresh = Net()
    fresh.compile("adam", "mse")
    tf.train.Checkpoint(model=fresh, optimizer=fresh.optimizer).restore(path)
    for each in (model, fresh):
        each.fit(np.ones((4, 3)), np.zeros((4, 5)), verbose=0)
    assert int(fresh.optimizer.iterations) == 2
    for a, b in zip(model.variables, fresh.variables, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-6)


def test_a_variable_given_later(tmp_path):
    """As in TensorFlow's guide to checkpoints."""
    layer = tf.train.Checkpoint(kernel=tf.Variable([1.0] * 5), bias=tf.Variable(2.0))
    path = tf.train.Checkpoint(net=tf.train.Checkpoint(l1=layer)).write(f"{tmp_path}/c")
    bias = tf.Variable(0.0)
    fake = tf.train.Checkpoint(bias=bias)
    root = tf.train.Checkpoint(net=tf.train.Checkpoint(l1=fake))
    status = root.restore(path)
    assert bias.numpy() == 2.0
    delayed = tf.Variable([0.0] * 5)
    assert delayed.numpy().tolist() == [0.0] * 5
    fake.kernel = delayed
    assert delayed.numpy().tolist() == [1.0] * 5
    status.assert_existing_objects_matched()
    module = tf.Module()
    inner = tf.train.Checkpoint(net=tf.train.Checkpoint(l1=module))
    inner.restore(path).expect_partial()
    module.bias = tf.Variable(0.0)
    assert module.bias.numpy() == 2.0


def test_an_iterator_goes_on_where_it_was(tmp_path):
    """As in TensorFlow's guide to checkpoints."""
    data = tf.data.Dataset.range(20).shuffle(20, seed=1).batch(2)
    iterator = iter(data)
    for _ in range(3):
        next(iterator)
    checkpoint = tf.train.Checkpoint(step=tf.Variable(3), iterator=iterator)
    path = checkpoint.save(f"{tmp_path}/c")
    expected = [x.numpy().tolist() for x in iterator]
    again = iter(data)
    fresh = tf.train.Checkpoint(step=tf.Variable(0), iterator=again)
    fresh.restore(path).assert_consumed()
    assert [x.numpy().tolist() for x in again] == expected


def test_a_root_without_a_name(tmp_path):
    path = tf.train.Checkpoint(Parts(4.0)).save(f"{tmp_path}/c")
    assert f"w{KEY}" in [name for name, _ in tf.train.list_variables(path)]
    module = Parts()
    tf.train.Checkpoint(module).restore(path).assert_consumed()
    assert module.w.numpy().tolist() == [4.0, 4.0]


def test_sequential_models_are_saved_under_the_names_of_keras(tmp_path):
    model = tf.keras.Sequential(
        [tf.keras.Input((2,)), tf.keras.layers.Dense(2), tf.keras.layers.Dropout(0.1)]
    )
    path = tf.train.Checkpoint(model=model).write(f"{tmp_path}/c")
    names = [name for name, _ in tf.train.list_variables(path)]
    assert f"model/_functional/_operations/1/kernel{KEY}" in names
    late = tf.keras.Sequential([tf.keras.layers.Dense(2), tf.keras.layers.Dropout(0.1)])
    tf.train.Checkpoint(model=late).read(path)
    late(tf.ones((1, 2)))
    np.testing.assert_array_equal(late.get_weights()[0], model.get_weights()[0])


def test_no_checkpoint(tmp_path):
    status = tf.train.Checkpoint(v=tf.Variable(1)).restore(
        tf.train.latest_checkpoint(tmp_path)
    )
    with pytest.raises(AssertionError, match="No checkpoint was restored"):
        status.assert_existing_objects_matched()
    status.expect_partial()


def test_what_differs_is_named(tmp_path):
    path = tf.train.Checkpoint(v=tf.Variable([1.0])).write(f"{tmp_path}/c")
    with pytest.raises(ValueError, match=r"another shape.*shape=\(2,\), saved=\(1,\)"):
        tf.train.Checkpoint(v=tf.Variable([1.0, 2.0])).read(path)
    objects = tf.train.Checkpoint(w=tf.Variable(1.0))
    with pytest.raises(AssertionError, match=r"no value for: 'w'"):
        objects.read(path).assert_existing_objects_matched()
    with pytest.raises(ValueError, match=r"objects that hold variables.*step=3"):
        tf.train.Checkpoint(step=3)
    with pytest.raises(FileNotFoundError, match=r"no checkpoint of that name.*\n.*'c'"):
        tf.train.Checkpoint().restore(f"{tmp_path}/d")
    with pytest.raises(KeyError, match="Did you mean 'v/"):
        tf.train.load_variable(path, f"w{KEY}")
    write_bundle(f"{tmp_path}/plain", {"a": np.zeros(2)})
    with pytest.raises(ValueError, match="tensors by name, but no objects"):
        tf.train.Checkpoint().read(f"{tmp_path}/plain")


# The folder


def test_the_manager_keeps_the_newest(tmp_path):
    checkpoint = tf.train.Checkpoint(step=tf.Variable(1))
    manager = tf.train.CheckpointManager(checkpoint, tmp_path, max_to_keep=2)
    assert manager.latest_checkpoint is None
    for _ in range(3):
        checkpoint.step.assign_add(1)
        path = manager.save()
    assert path == manager.latest_checkpoint == tf.train.latest_checkpoint(tmp_path)
    assert sorted(p.name for p in tmp_path.glob("*.index")) == [
        "ckpt-2.index", "ckpt-3.index",
    ]  # fmt: skip
    text = (tmp_path / "checkpoint").read_text()
    assert text.startswith('model_checkpoint_path: "ckpt-3"\nall_model_checkpoint_path')
    fresh = tf.train.Checkpoint(step=tf.Variable(0))
    goes_on = tf.train.CheckpointManager(fresh, tmp_path, 2)
    assert goes_on.checkpoints == manager.checkpoints
    assert goes_on.restore_or_initialize() == path
    assert int(fresh.step) == 4
    goes_on.save(checkpoint_number=9)
    assert [Path(p).name for p in goes_on.checkpoints] == ["ckpt-3", "ckpt-9"]
    assert goes_on.checkpoint is fresh
    assert goes_on.directory == str(tmp_path)


def test_the_interval_of_a_manager(tmp_path):
    step = tf.Variable(0)
    called = []
    manager = tf.train.CheckpointManager(
        tf.train.Checkpoint(step=step), tmp_path, None, step_counter=step,
        checkpoint_interval=5, init_fn=lambda: called.append(1),
    )  # fmt: skip
    assert manager.restore_or_initialize() is None
    assert called == [1]
    saved = []
    for now in range(11):
        step.assign(now)
        saved.append(manager.save() is not None)
    assert [i for i, s in enumerate(saved) if s] == [0, 5, 10]
    assert manager.save(check_interval=False) is not None
    with pytest.raises(ValueError, match="max_to_keep=0"):
        tf.train.CheckpointManager(tf.train.Checkpoint(), tmp_path, 0)


def test_options_and_state(tmp_path):
    seen = []
    options = tf.train.CheckpointOptions(experimental_write_callbacks=[seen.append])
    path = tf.train.Checkpoint(v=tf.Variable(1)).save(f"{tmp_path}/a/b", options)
    assert seen == [path]
    state = tf.train.get_checkpoint_state(f"{tmp_path}/a")
    assert state.model_checkpoint_path == f"{tmp_path}/a/b-1"
    assert state.all_model_checkpoint_paths == [f"{tmp_path}/a/b-1"]
    reader = tf.train.load_checkpoint(f"{tmp_path}/a")
    assert reader.has_tensor(f"v{KEY}")
    assert reader.get_variable_to_shape_map()[f"v{KEY}"] == []
    assert reader.get_variable_to_dtype_map()[f"v{KEY}"] == tf.int32


def test_names_are_as_the_manager_was_given_them(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    v = tf.Variable(1.0)
    checkpoint = tf.train.Checkpoint(v=v)
    assert tf.train.CheckpointManager(checkpoint, "./a", 3).save() == "./a/ckpt-1"
    again = tf.train.CheckpointManager(tf.train.Checkpoint(v=v), "./a", 3)
    again.checkpoint.restore(again.latest_checkpoint)
    again.save()
    assert again.checkpoints == ["./a/ckpt-1", "./a/ckpt-2"]
    path = tf.train.Checkpoint(v=v).write("./written")
    names = [name for name, _ in tf.train.list_variables(path)]
    assert names == ["_CHECKPOINTABLE_OBJECT_GRAPH", "v/.ATTRIBUTES/VARIABLE_VALUE"]
