"""`tf.io`, `tf.audio` and `tf.train.Example` against Pillow, `wave` and bytes that
TensorFlow's documentation shows."""

import io
import wave

import numpy as np
import pytest
from PIL import Image

from addax import tf

RNG = np.random.default_rng(0)
SMOOTH = np.linspace(0, 255, 24 * 20 * 3).reshape(24, 20, 3).astype("uint8")


def saved(array, kind, **options):
    out = io.BytesIO()
    Image.fromarray(array).save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "BMP"])
@pytest.mark.parametrize("channels", [0, 1, 3])
def test_decoding_agrees_with_pillow(kind, channels):
    data = saved(SMOOTH, kind)
    decode = getattr(tf.io, f"decode_{kind.lower()}")
    decoded = decode(data, channels=channels)
    with Image.open(io.BytesIO(data)) as image:
        expected = np.asarray(image.convert("L") if channels == 1 else image)
    assert decoded.dtype == tf.uint8
    assert decoded.shape == (24, 20, channels or 3)
    np.testing.assert_array_equal(np.squeeze(decoded.numpy()), np.squeeze(expected))
    other = tf.io.decode_image(tf.constant(data), channels)
    np.testing.assert_array_equal(other, decoded)


def test_further_kinds_of_images():
    alpha = np.dstack([SMOOTH, SMOOTH[..., :1]])
    assert tf.io.decode_png(saved(alpha, "PNG")).shape == (24, 20, 4)
    deep = (np.arange(12).reshape(3, 4) * 5000).astype("uint16")
    decoded = tf.io.decode_png(saved(deep, "PNG"), dtype=tf.uint16)
    np.testing.assert_array_equal(decoded.numpy()[..., 0], deep)
    frames = [Image.fromarray(SMOOTH), Image.fromarray(SMOOTH[::-1].copy())]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    assert tf.io.decode_gif(out.getvalue()).shape == (2, 24, 20, 3)
    assert tf.io.decode_image(out.getvalue()).shape == (2, 24, 20, 3)
    still = tf.io.decode_image(out.getvalue(), expand_animations=False, dtype="float32")
    assert still.shape == (24, 20, 3)
    assert 0.9 < float(tf.reduce_max(still)) <= 1
    jpeg = saved(SMOOTH, "JPEG")
    assert tf.io.extract_jpeg_shape(jpeg).numpy().tolist() == [24, 20, 3]
    assert bool(tf.io.is_jpeg(jpeg))


def test_encoding():
    np.testing.assert_array_equal(tf.io.decode_png(tf.io.encode_png(SMOOTH)), SMOOTH)
    gray = SMOOTH[..., :1]
    np.testing.assert_array_equal(tf.io.decode_png(tf.io.encode_png(gray)), gray)
    near = tf.io.decode_jpeg(tf.io.encode_jpeg(gray, quality=100)).numpy()
    assert np.abs(near.astype(int) - gray).max() < 8
    with pytest.raises(ValueError, match="height, width, channels"):
        tf.io.encode_jpeg(SMOOTH[..., 0])
    with pytest.raises(ValueError, match="no image of a known format"):
        tf.io.decode_jpeg(b"name.jpg")
    with pytest.raises(ValueError, match="`channels` is one of 0, 1, 3"):
        tf.io.decode_jpeg(b"", channels=4)


def test_files(tmp_path):
    path = str(tmp_path / "new" / "a.txt")
    tf.io.write_file(path, "text")
    assert tf.io.read_file(path).numpy() == b"text"
    assert tf.io.read_file(tf.constant(path)).numpy() == b"text"
    found = tf.io.matching_files(str(tmp_path / "new" / "*"))
    assert found.numpy().tolist() == [path.encode()]
    with pytest.raises(tf.errors.NotFoundError, match="missing"):
        tf.io.read_file(str(tmp_path / "missing"))
    gfile = tf.io.gfile
    folder = gfile.join(str(tmp_path), "x", "y")
    gfile.makedirs(folder)
    gfile.makedirs(folder)
    gfile.copy(path, gfile.join(folder, "b.txt"))
    with pytest.raises(FileExistsError, match="overwrite=True"):
        gfile.copy(path, gfile.join(folder, "b.txt"))
    gfile.rename(gfile.join(folder, "b.txt"), gfile.join(folder, "c.txt"))
    assert gfile.listdir(folder) == ["c.txt"]
    assert gfile.glob(gfile.join(folder, "*.txt")) == [gfile.join(folder, "c.txt")]
    with gfile.GFile(gfile.join(folder, "c.txt"), "rb") as file:
        assert (file.read(), file.size()) == (b"text", 4)
    gfile.rmtree(folder)
    assert not gfile.exists(folder)
    assert gfile.isdir(str(tmp_path / "x"))


def test_mapping_over_image_files(tmp_path):
    for i in range(3):
        (tmp_path / f"{i}.png").write_bytes(saved(SMOOTH + i, "PNG"))

    def load(path):
        image = tf.io.decode_png(tf.io.read_file(path), channels=3)
        return tf.cast(image, tf.float32) / 255.0

    names = tf.data.Dataset.list_files(str(tmp_path / "*.png"), shuffle=False)
    images = names.map(load, num_parallel_calls=2)
    assert images.element_spec == tf.TensorSpec((None, None, 3), tf.float32)
    batch = next(iter(images.batch(3)))
    np.testing.assert_allclose(batch[1], (SMOOTH + 1) / np.float32(255), rtol=1e-6)


def test_raw_numbers_and_csv():
    numbers = np.arange(6, dtype="<i2").reshape(2, 3)
    rows = [row.tobytes() for row in numbers]
    np.testing.assert_array_equal(tf.io.decode_raw(rows, tf.int16), numbers)
    big = tf.io.decode_raw(numbers.astype(">i2").tobytes(), tf.int16, False)
    np.testing.assert_array_equal(big, numbers.ravel())
    padded = tf.io.decode_raw([b"\1", b"\1\2\3"], tf.uint8, fixed_length=2)
    assert padded.numpy().tolist() == [[1, 0], [1, 2]]
    a, b, c = tf.io.decode_csv(
        ["1,2.5,x", ",1,y"], [[7], [0.0], tf.constant([], tf.string)]
    )
    assert a.numpy().tolist() == [1, 7]
    assert b.dtype == tf.float32
    assert c.numpy().tolist() == [b"x", b"y"]
    lines = tf.data.Dataset.from_tensor_slices(["1,2", "3,4"])
    parsed = lines.map(lambda line: tf.stack(tf.io.decode_csv(line, [0.0, 0.0])))
    assert [x.tolist() for x in parsed.as_numpy_iterator()] == [[1, 2], [3, 4]]


@pytest.mark.parametrize(
    "value",
    [np.arange(6.0).reshape(2, 3), np.array([True, False]), np.array([b"a"], object),
     np.float16([1.5]), np.int64(3)],
)  # fmt: skip
def test_serialized_tensors_come_back(value):
    data = tf.io.serialize_tensor(value)
    made = tf.io.parse_tensor(data, tf.as_dtype(np.asarray(value).dtype))
    np.testing.assert_array_equal(made.numpy(), value)
    with pytest.raises(ValueError, match="another type"):
        tf.io.parse_tensor(data, tf.uint8)


def test_tensors_in_other_writers_forms():
    # tf.make_tensor_proto([5, 5], tf.int32) keeps a value that repeats once.
    data = bytes.fromhex("08031204120208023a0105")
    assert tf.io.parse_tensor(data, tf.int32).numpy().tolist() == [5, 5]


# https://www.tensorflow.org/tutorials/load_data/tfrecord shows these bytes.
BYTES_FEATURE = b"\n\r\n\x0btest_string"
FLOAT_FEATURE = b"\x12\x06\n\x04T\xf8-@"
INT_FEATURE = b"\x1a\x03\n\x01\x01"


def feature(**kinds):
    ((name, values),) = kinds.items()
    kind = {"bytes_list": "BytesList", "float_list": "FloatList"}.get(name, "Int64List")
    return tf.train.Feature(**{name: getattr(tf.train, kind)(value=values)})


def test_features_are_those_of_the_tutorial():
    assert feature(bytes_list=[b"test_string"]).SerializeToString() == BYTES_FEATURE
    assert feature(float_list=[np.exp(1)]).SerializeToString() == FLOAT_FEATURE
    assert feature(int64_list=[True]).SerializeToString() == INT_FEATURE
    made = tf.train.Feature.FromString(FLOAT_FEATURE)
    assert made.float_list.value == [pytest.approx(np.e)]
    assert made.WhichOneof("kind") == "float_list"
    assert str(made) == "float_list {\n  value: 2.7182817459106445\n}\n"
    with pytest.raises(TypeError, match="encode"):
        feature(bytes_list=["text"])


def example(**features):
    return tf.train.Example(features=tf.train.Features(feature=features))


def records():
    return [
        example(
            y=feature(int64_list=[-3]),
            x=feature(float_list=[1.0, 2.0]),
            words=feature(bytes_list=[b"a", b"bc"][:n]),
        ).SerializeToString()
        for n in (2, 0)
    ]


def test_parsing():
    wanted = {
        "y": tf.io.FixedLenFeature([], tf.int64),
        "x": tf.io.FixedLenFeature([2], tf.float32),
        "z": tf.io.FixedLenFeature([], tf.string, default_value="none"),
        "words": tf.io.VarLenFeature(tf.string),
        "rows": tf.io.RaggedFeature(tf.string, value_key="words"),
        "padded": tf.io.FixedLenSequenceFeature([], tf.int64, allow_missing=True),
    }
    parsed = tf.io.parse_example(records(), wanted)
    assert parsed["y"].numpy().tolist() == [-3, -3]
    assert parsed["x"].numpy().tolist() == [[1, 2], [1, 2]]
    assert parsed["z"].numpy().tolist() == [b"none", b"none"]
    assert parsed["words"].indices.numpy().tolist() == [[0, 0], [0, 1]]
    assert parsed["words"].dense_shape.numpy().tolist() == [2, 2]
    assert parsed["rows"].to_list() == [[b"a", b"bc"], []]
    assert parsed["padded"].shape == (2, 0)
    one = tf.io.parse_single_example(records()[0], wanted)
    assert one["x"].numpy().tolist() == [1, 2]
    assert one["words"].values.numpy().tolist() == [b"a", b"bc"]
    with pytest.raises(ValueError, match="Example 0 has no feature 'w'"):
        tf.io.parse_example(records(), {"w": tf.io.FixedLenFeature([], tf.int64)})
    with pytest.raises(ValueError, match="another type"):
        tf.io.parse_example(records(), {"y": tf.io.FixedLenFeature([], tf.float32)})
    with pytest.raises(ValueError, match="another number of values"):
        tf.io.parse_example(records(), {"x": tf.io.FixedLenFeature([3], tf.float32)})


def test_examples_in_a_pipeline(tmp_path):
    path = str(tmp_path / "d.tfrecord")
    with tf.io.TFRecordWriter(path) as writer:
        for record in records():
            writer.write(record)
    wanted = {"x": tf.io.FixedLenFeature([2], tf.float32)}
    parsed = tf.data.TFRecordDataset(path).map(
        lambda record: tf.io.parse_single_example(record, wanted)
    )
    assert parsed.element_spec == {"x": tf.TensorSpec((2,), tf.float32)}
    assert next(iter(parsed.batch(2)))["x"].numpy().tolist() == [[1, 2], [1, 2]]


def test_examples_as_messages():
    made = tf.train.Example()
    made.features.feature["n"].int64_list.value.extend([1, -1])
    again = tf.train.Example.FromString(made.SerializeToString())
    assert again == made
    assert again.features.feature["n"].int64_list.value == [1, -1]
    assert 'key: "n"' in str(again)
    steps = tf.train.FeatureList(feature=[feature(int64_list=[i]) for i in range(3)])
    lists = tf.train.FeatureLists(feature_list={"steps": steps})
    sequence = tf.train.SequenceExample(feature_lists=lists)
    back = tf.train.SequenceExample.FromString(sequence.SerializeToString())
    found = back.feature_lists.feature_list["steps"].feature
    assert [f.int64_list.value for f in found] == [[0], [1], [2]]


@pytest.mark.parametrize("channels", [1, 2])
def test_wav_files(channels):
    samples = RNG.integers(-(2**15), 2**15, (50, channels)).astype("<i2")
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes(samples.tobytes())
    audio, rate = tf.audio.decode_wav(out.getvalue())
    np.testing.assert_array_equal(audio, samples / np.float32(32768))
    assert int(rate) == 16000
    longer = tf.audio.decode_wav(out.getvalue(), 1, 60).audio
    assert longer.shape == (60, 1)
    np.testing.assert_array_equal(longer[:50, 0], audio[:, 0])
    data = tf.audio.encode_wav(audio, rate).numpy()
    with wave.open(io.BytesIO(data)) as file:
        assert file.getparams()[:4] == (channels, 2, 16000, 50)
    with pytest.raises(ValueError, match="no WAV file"):
        tf.audio.decode_wav(b"sound.wav")
