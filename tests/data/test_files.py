"""Readers and writers of files, and what datasets keep on disk."""

import gzip
import zlib

import numpy as np
import pytest

from addax import tf
from addax.data.records import RecordWriter, read_records
from tests.data.test_dataset import listed

D = tf.data.Dataset


def test_lines(tmp_path):
    for name, lines in (("a.txt", "one\ntwo\r\n"), ("b.txt", "three\n\nfive")):
        (tmp_path / name).write_bytes(lines.encode())
    paths = [tmp_path / "a.txt", str(tmp_path / "b.txt")]
    expected = [b"one", b"two", b"three", b"", b"five"]
    assert listed(tf.data.TextLineDataset(paths)) == expected
    names = D.list_files(str(tmp_path / "*.txt"), shuffle=False)
    assert listed(tf.data.TextLineDataset(names, num_parallel_reads=2)) == expected
    assert listed(names.interleave(tf.data.TextLineDataset, 2)) == [
        b"one", b"three", b"two", b"", b"five",
    ]  # fmt: skip
    (tmp_path / "c.gz").write_bytes(gzip.compress(b"x\ny"))
    packed = tf.data.TextLineDataset(tmp_path / "c.gz", compression_type="GZIP")
    assert listed(packed) == [b"x", b"y"]


def test_files_in_random_order(tmp_path):
    for i in range(8):
        (tmp_path / f"{i}.txt").touch()
    pattern = str(tmp_path / "*.txt")
    shuffled = listed(D.list_files(pattern, seed=1))
    straight = listed(D.list_files(pattern, shuffle=False))
    assert straight == sorted(shuffled) != shuffled


@pytest.mark.parametrize("compression", [None, "GZIP", "ZLIB"])
def test_records(tmp_path, compression):
    records = [b"", b"hello", np.random.default_rng(0).bytes(100_000)]
    path = tmp_path / "data.tfrecord"
    options = tf.io.TFRecordOptions(compression_type=compression)
    with tf.io.TFRecordWriter(str(path), options) as writer:
        for record in records:
            writer.write(record)
    read = tf.data.TFRecordDataset(str(path), compression_type=compression)
    assert listed(read) == records
    raw = path.read_bytes()
    if compression == "GZIP":
        assert b"hello" in gzip.decompress(raw)
        with pytest.raises(tf.errors.DataLossError, match="compression_type='GZIP'"):
            listed(tf.data.TFRecordDataset(str(path)))
    if compression == "ZLIB":
        assert b"hello" in zlib.decompress(raw)


def test_datasets_are_written_as_records(tmp_path):
    path = str(tmp_path / "data.tfrecord")
    dataset = D.from_tensor_slices(["a", "b"])
    tf.data.experimental.TFRecordWriter(path, "GZIP").write(dataset)
    assert listed(tf.data.TFRecordDataset(path, "GZIP")) == [b"a", b"b"]


def test_damaged_records_are_refused(tmp_path):
    path = tmp_path / "data.tfrecord"
    with RecordWriter(path) as writer:
        writer.write(b"hello")
        writer.write(b"world")
    data = bytearray(path.read_bytes())
    data[-6] ^= 1
    path.write_bytes(data)
    found = read_records(str(path))
    assert next(found) == b"hello"
    with pytest.raises(OSError, match="record=1"):
        next(found)


def test_records_of_one_length(tmp_path):
    (tmp_path / "data.bin").write_bytes(b"headaabbccfoot")
    fixed = tf.data.FixedLengthRecordDataset(tmp_path / "data.bin", 2, 4, 4)
    assert listed(fixed) == [b"aa", b"bb", b"cc"]
    with pytest.raises(ValueError, match="whole number of records"):
        listed(tf.data.FixedLengthRecordDataset(tmp_path / "data.bin", 4, 1))


TITANIC = "survived,sex,age,fare\n0,male,22.0,7.25\n1,female,38.0,71.2833\n1,,4,\n"


def test_csv_rows(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(TITANIC)
    csv = tf.data.experimental.CsvDataset
    defaults = [tf.int32, "?", 0.0, [-1.0]]
    rows = csv(str(path), defaults, header=True)
    assert [d.name for d in (s.dtype for s in rows.element_spec)] == [
        "int32", "string", "float32", "float32",
    ]  # fmt: skip
    assert listed(rows)[2] == (1, b"?", 4.0, -1.0)
    picked = csv(path, [tf.string, tf.float32], header=True, select_cols=[1, 2])
    assert listed(picked.take(1)) == [(b"male", 22.0)]
    with pytest.raises(ValueError, match="Field 3 is required but missing") as caught:
        listed(csv(path, [tf.int32, "?", 0.0, tf.float32], header=True))
    assert "line 4" in str(caught.value)
    with pytest.raises(ValueError, match="Field 1 is no int32"):
        listed(csv(path, [0, 0, 0.0, 0.0], header=True))
    with pytest.raises(ValueError, match="one field for each column"):
        listed(csv(path, [0, "?"], header=True))


def test_csv_batches(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(TITANIC)
    make = tf.data.experimental.make_csv_dataset
    batches = make(str(path), 2, label_name="survived", num_epochs=1, shuffle=False)
    (features, label), rest = listed(batches)
    assert features == {
        "sex": [b"male", b"female"],
        "age": [22.0, 38.0],
        "fare": [7.25, np.float32(71.2833)],
    }
    assert label == [0, 1]
    assert rest[0]["fare"] == [0.0]
    assert batches.element_spec[1].dtype == tf.int32
    endless = make(str(path), 4, select_columns=["age", "sex"], shuffle_seed=1)
    assert list(listed(endless.take(3))[2]) == ["sex", "age"]
    with pytest.raises(ValueError, match="Did you mean 'survived'"):
        make(str(path), 2, label_name="survive")


def test_caches_in_files_survive(tmp_path):
    calls = []

    def count():
        for i in range(4):
            calls.append(i)
            yield i

    source = D.from_generator(count, output_signature=tf.TensorSpec((), tf.int32))
    path = str(tmp_path / "kept")
    cached = source.cache(path)
    listed(cached.take(2))  # no whole pass, so nothing is kept
    assert listed(cached) == [0, 1, 2, 3]
    assert len(calls) == 2 + 4
    assert listed(cached) == listed(source.cache(path)) == [0, 1, 2, 3]
    assert len(calls) == 2 + 4
    snapshot = source.snapshot(str(tmp_path / "snap"))
    assert listed(snapshot) == listed(snapshot) == [0, 1, 2, 3]
    assert len(calls) == 2 + 8
    memory = source.cache()
    assert listed(memory.repeat(2)) == [0, 1, 2, 3] * 2
    assert len(calls) == 2 + 12


def test_save_and_load(tmp_path):
    import ml_dtypes

    half = np.array([1, 2, 3], ml_dtypes.bfloat16)
    parts = {"b": (np.arange(3), ["x", "", "zé"]), "a": half}
    dataset = D.from_tensor_slices(parts).batch(2)
    dataset.save(tmp_path / "here", compression="GZIP")
    loaded = D.load(str(tmp_path / "here"))
    assert len(loaded) == 2
    assert listed(loaded) == listed(dataset)
    assert list(listed(loaded)[0]) == ["b", "a"]
    assert loaded.element_spec["a"].dtype == tf.bfloat16
    D.range(6).save(tmp_path / "shards", shard_func=lambda x: x % 2)
    assert listed(D.load(tmp_path / "shards")) == [0, 2, 4, 1, 3, 5]
    read = D.load(
        tmp_path / "shards",
        reader_func=lambda ds: ds.interleave(lambda d: d, cycle_length=2),
    )
    assert listed(read) == [0, 1, 2, 3, 4, 5]
    with pytest.raises(FileNotFoundError, match=r"dataset.save\(path\)"):
        D.load(tmp_path)
