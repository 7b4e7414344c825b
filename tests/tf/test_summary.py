"""What tf.summary writes, read back as TensorBoard reads it; config; checks."""

import struct

import numpy as np
import pytest

from addax import tf
from addax._base.protobuf import collect
from addax.data.checksum import masked_crc32c


def read(folder):
    """The values in a folder: tag, step, plugin, tensor's fields."""
    (path,) = folder.glob("events.out.tfevents.*")
    data, at, found = path.read_bytes(), 0, []
    while at < len(data):
        (size,) = struct.unpack("<Q", data[at : at + 8])
        assert data[at + 8 : at + 12] == masked_crc32c(data[at : at + 8])
        event = collect(data[at + 12 : at + 12 + size])
        at += size + 16
        for summary in event.get(5, []):
            for raw in collect(summary)[1]:
                value = collect(raw)
                meta = collect(value[9][0])
                plugin = collect(meta[1][0])[1][0].decode()
                step = event.get(2, [0])[0]
                found.append((value[1][0].decode(), step, plugin, collect(value[8][0])))
    return found


def test_scalars(tmp_path):
    writer = tf.summary.create_file_writer(str(tmp_path))
    with writer.as_default():
        assert tf.summary.scalar("loss", 0.5, step=3)
        tf.summary.scalar("loss", tf.constant(0.25), step=tf.constant(4, tf.int64))
    writer.close()
    (tag, step, plugin, tensor), second = read(tmp_path)
    assert (tag, step, plugin) == ("loss", 3, "scalars")
    assert struct.unpack("<f", tensor[4][0]) == (0.5,)
    assert second[1] == 4


def test_compiled_functions_write_each_time_they_run(tmp_path):
    writer = tf.summary.create_file_writer(str(tmp_path))
    step = tf.Variable(0, dtype=tf.int64)

    @tf.function
    def train(x):
        with writer.as_default(step=step):
            tf.summary.scalar("x", x * 2.0)

    for i in range(3):
        step.assign(i)
        train(tf.constant(float(i)))
    writer.flush()
    found = [(s, struct.unpack("<f", t[4][0])[0]) for _, s, _, t in read(tmp_path)]
    assert found == [(0, 0.0), (1, 2.0), (2, 4.0)]


def test_other_kinds(tmp_path):
    writer = tf.summary.create_file_writer(str(tmp_path))
    with writer.as_default(step=1):
        tf.summary.histogram("h", [1.0, 2.0, 2.0, 5.0], buckets=2, description="d")
        tf.summary.text("t", "**words**")
        tf.summary.image("i", np.full((5, 4, 6, 3), 0.5, "float32"), max_outputs=2)
        tf.summary.audio("a", np.zeros((1, 10, 1), "float32"), sample_rate=8000)
        tf.summary.write("w", [1.0, 2.0], metadata=b"\x0a\x03\x0a\x01p")
    by_tag = {tag: (plugin, tensor) for tag, _, plugin, tensor in read(tmp_path)}
    table = np.frombuffer(by_tag["h"][1][4][0], "<f4").reshape(2, 3)
    assert table.tolist() == [[1, 3, 3], [3, 5, 1]]
    assert by_tag["t"] == ("text", by_tag["t"][1])
    assert by_tag["t"][1][8] == [b"**words**"]
    width, height, *pictures = by_tag["i"][1][8]
    assert (width, height, len(pictures)) == (b"6", b"4", 2)
    picture = tf.io.decode_png(pictures[0]).numpy()
    assert picture.shape == (4, 6, 3)
    assert (picture == 127).all()
    assert by_tag["a"][1][8][0][:4] == b"RIFF"
    assert by_tag["w"][0] == "p"


def test_when_nothing_is_written(tmp_path):
    assert not tf.summary.scalar("x", 1.0, step=0)
    assert not tf.summary.should_record_summaries()
    writer = tf.summary.create_file_writer(str(tmp_path))
    with writer.as_default():
        with pytest.raises(ValueError, match=r"step is needed(.|\n)*set_step"):
            tf.summary.scalar("x", 1.0)
        with tf.summary.record_if(False):
            assert not tf.summary.scalar("x", 1.0, step=0)
        with tf.summary.record_if(lambda: tf.constant(True)):
            tf.summary.scalar("yes", 1.0, step=0)
        with tf.summary.record_if(tf.constant(False)):
            tf.summary.scalar("no", 1.0, step=0)
        tf.summary.experimental.set_step(7)
        tf.summary.scalar("later", 1.0)
        assert tf.summary.experimental.get_step() == 7
    tf.summary.experimental.set_step(None)
    assert [(tag, step) for tag, step, *_ in read(tmp_path)] == [
        ("yes", 0),
        ("later", 7),
    ]
    with tf.summary.create_noop_writer().as_default(step=0):
        tf.summary.scalar("x", 1.0)


def test_traces(tmp_path):
    tf.summary.trace_on(graph=True)
    tf.summary.trace_export("f", step=0)
    tf.summary.trace_on(graph=False, profiler=True, profiler_outdir=str(tmp_path))
    tf.reduce_sum(tf.ones([10]))
    tf.summary.trace_export("f", step=0)
    assert any(tmp_path.rglob("*.xplane.pb"))
    with pytest.raises(ValueError, match="A profile needs a folder"):
        tf.summary.trace_on(profiler=True)


# tf.config


def test_settings_are_kept():
    tf.config.set_soft_device_placement(False)
    assert tf.config.get_soft_device_placement() is False
    tf.config.set_soft_device_placement(True)
    tf.config.optimizer.set_experimental_options({"layout_optimizer": True})
    tf.config.optimizer.set_experimental_options({"remapping": False})
    found = tf.config.optimizer.get_experimental_options()
    assert found == {"layout_optimizer": True, "remapping": False}
    tf.config.threading.set_intra_op_parallelism_threads(2)
    assert tf.config.threading.get_intra_op_parallelism_threads() == 2
    cpu = tf.config.list_physical_devices("CPU")[0]
    tf.config.experimental.set_memory_growth(cpu, True)
    assert tf.config.experimental.get_memory_growth(cpu) is True
    configuration = tf.config.LogicalDeviceConfiguration(memory_limit=1024)
    tf.config.set_logical_device_configuration(cpu, [configuration])
    assert tf.config.get_logical_device_configuration(cpu) == [configuration]


def test_visible_devices():
    cpus = tf.config.list_physical_devices("CPU")
    tf.config.set_visible_devices([], "CPU")
    assert tf.config.get_visible_devices("CPU") == []
    assert tf.config.list_logical_devices("CPU") == []
    tf.config.set_visible_devices(cpus[0], "CPU")
    assert tf.config.list_logical_devices("CPU")[0].name == "/device:CPU:0"


def test_devices_that_are_not_there():
    with tf.device("/device:GPU:97"):
        assert "CPU" in tf.constant(1.0).device or "GPU:0" in tf.constant(1.0).device
    with tf.device(None), tf.device("/CPU:0"):
        assert "CPU:0" in tf.constant(1.0).device
    tf.config.set_soft_device_placement(False)
    try:
        with pytest.raises(ValueError, match=r"no such device.*GPU:97"):
            tf.device("/device:GPU:97")
    finally:
        tf.config.set_soft_device_placement(True)


# tf.debugging


def test_further_checks():
    assert tf.debugging.assert_same_float_dtype([tf.ones(1), 2.0]) == tf.float32
    with pytest.raises(ValueError, match="One floating type"):
        tf.debugging.assert_same_float_dtype([tf.ones(1)], tf.float64)
    tf.debugging.assert_proper_iterable([1])
    with pytest.raises(TypeError, match="list or tuple"):
        tf.debugging.assert_proper_iterable(tf.ones(2))


def test_nan_stops():
    tf.debugging.enable_check_numerics()
    try:
        with pytest.raises(FloatingPointError, match="nan"):
            tf.math.log(tf.constant(-1.0))
    finally:
        tf.debugging.disable_check_numerics()
    assert np.isnan(tf.math.log(tf.constant(-1.0)))


def test_tracebacks():
    tf.debugging.disable_traceback_filtering()
    assert not tf.debugging.is_traceback_filtering_enabled()
    tf.debugging.enable_traceback_filtering()
    assert tf.debugging.is_traceback_filtering_enabled()
