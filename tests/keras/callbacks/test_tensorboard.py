"""What `TensorBoard` writes, read by other programs: TensorBoard's own, and Pillow."""

import io
import struct

import numpy as np
import pytest

from addax import keras
from addax._base.protobuf import collect
from addax.keras.callbacks import summaries


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The folder of a training with everything on."""
    folder = tmp_path_factory.mktemp("logs")
    (folder / "labels.tsv").write_text("a\nb\nc\n")
    x = keras.Input((4,), dtype="int32", name="x")
    y = keras.layers.Embedding(3, 2, name="words")(x)
    y = keras.layers.Conv1D(3, 2, name="conv")(y)
    y = keras.layers.Dense(1, name="out")(keras.layers.Flatten(name="flat")(y) * 2.0)
    model = keras.Model(x, y, name="net")
    model.compile("adam", "mse")
    board = keras.callbacks.TensorBoard(
        folder,
        histogram_freq=1,
        write_images=True,
        profile_batch=(2, 3),
        embeddings_freq=1,
        embeddings_metadata=folder / "labels.tsv",
    )
    tokens = np.arange(32).reshape(8, 4) % 3
    model.fit(tokens, np.ones((8, 1)), 2, epochs=2, callbacks=[board], verbose=0)
    return folder


def events(folder):
    """The events of a run, as fields of protocol buffers."""
    (path,) = (folder / "train").glob("events.*")
    data, found = path.read_bytes(), []
    while data:
        (size,) = struct.unpack("<Q", data[:8])
        found.append(collect(data[12 : 12 + size]))
        data = data[16 + size :]
    return found


def values(folder, tag):
    """The values under a tag, as fields."""
    found = [collect(s) for e in events(folder) for s in e.get(5, ())]
    entries = [collect(v) for s in found for v in s[1]]
    return [e for e in entries if e[1] == [tag.encode()]]


def test_graph(folder):
    (graph,) = [collect(e[4][0]) for e in events(folder) if 4 in e]
    nodes = [collect(node) for node in graph[1]]
    named = {n[1][0].decode(): [i.decode() for i in n.get(3, ())] for n in nodes}
    assert named["net/x"] == []
    assert named["net/conv"] == ["net/words"]
    assert len(named) == 6
    (model,) = values(folder, "keras")
    assert b'"Functional"' in collect(model[8][0])[8][0]


def test_histograms(folder):
    first, second = values(folder, "out/kernel/histogram")
    table = np.frombuffer(collect(first[8][0])[4][0], "<f8").reshape(-1, 3)
    assert table.shape == (30, 3)
    assert table[:, 2].sum() == 9  # weights
    assert (table[1:, 0] == table[:-1, 1]).all()
    assert first != second


def test_histogram_of_anything():
    for weird in ([], [np.nan, np.inf], [2.0]):
        tensor = collect(summaries.histogram(weird))[8][0]
        table = np.frombuffer(collect(tensor)[4][0], "<f8").reshape(-1, 3)
        assert table[:, 2].sum() == np.isfinite(weird).sum()


@pytest.mark.parametrize(
    "channels, mode", [(1, "L"), (2, "LA"), (3, "RGB"), (4, "RGBA")]
)
def test_pictures(channels, mode):
    pillow = pytest.importorskip("PIL.Image")
    pixels = np.random.RandomState(0).randint(0, 256, (5, 7, channels)).astype("uint8")
    picture = pillow.open(io.BytesIO(summaries.png(pixels)))
    assert picture.mode == mode
    np.testing.assert_array_equal(np.asarray(picture).reshape(pixels.shape), pixels)


def test_weights_as_images(folder):
    image, _ = values(folder, "conv/kernel/image")
    parts = collect(image[8][0])[8]
    assert parts[:2] == [b"1", b"2"]  # wide and high
    assert len(parts) == 2 + 6


def test_embeddings(folder):
    config = (folder / "train" / "projector_config.pbtxt").read_text()
    assert 'tensor_path: "words.tsv"' in config
    assert "labels.tsv" in config
    table = np.loadtxt(folder / "train" / "words.tsv")
    assert table.shape == (3, 2)


def test_profile(folder):
    assert list(folder.glob("plugins/profile/*/*.xplane.pb"))


def test_tensorboard_reads_it(folder):
    reader = pytest.importorskip(
        "tensorboard.backend.event_processing.event_accumulator"
    )
    found = reader.EventAccumulator(str(folder / "train")).Reload().Tags()
    assert found["graph"]
    assert {"keras", "epoch_loss", "out/bias/histogram"} <= {
        *found["tensors"],
        *found["scalars"],
    }


def test_labels_of_no_embedding(tmp_path):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    board = keras.callbacks.TensorBoard(
        tmp_path, embeddings_freq=1, embeddings_metadata={"words": "labels.tsv"}
    )
    with pytest.raises(ValueError, match="a layer that is no embedding"):
        model.fit(np.ones((2, 2)), np.ones((2, 1)), callbacks=[board], verbose=0)
    board.on_train_end()
