"""Pictures of models: what is in them, where it goes, and that files are written."""

import re
import struct

import pytest

from addax import keras
from addax.keras.utils.plot_graph import Options, picture_of
from addax.keras.utils.plot_layout import Layout

L = keras.layers


@pytest.fixture(scope="module")
def model():
    x, tags = keras.Input((6,), name="x"), keras.Input((2,), name="tags")
    block = keras.Sequential(
        [keras.Input((6,)), L.Dense(6, activation="relu", name="inner"), L.ReLU()],
        name="block",
    )
    y = L.Add(name="sum")([x, block(x)])
    y = L.Concatenate(name="all")([y * 2.0, tags])
    return keras.Model([x, tags], [L.Dense(3, name="a")(y), L.Dense(1, name="b")(y)])


def named(picture):
    """The lines of a picture by the titles of its boxes."""
    # Names are numbered by what other tests have made: `multiply_2`.
    titles = {b.key: re.sub(r"_\d+$", "", b.title.split(" ")[0]) for b in picture.boxes}
    return sorted((titles[a], titles[b]) for a, b in picture.lines)


def test_boxes_and_lines(model):
    found = named(picture_of(model, Options(show_layer_names=True)))
    assert found == [
        ("all", "a"), ("all", "b"), ("block", "sum"), ("multiply", "all"),
        ("sum", "multiply"), ("tags", "all"), ("x", "block"), ("x", "sum"),
    ]  # fmt: skip


def test_nested_models_are_taken_apart(model):
    picture = picture_of(model, Options(show_layer_names=True, expand_nested=True))
    lines = named(picture)
    assert ("x", "inner") in lines
    assert ("re_lu", "sum") in lines
    (frame,) = picture.frames
    assert (frame.title, len(frame.keys)) == ("block", 2)


def test_what_boxes_say():
    layers = [keras.Input((4,)), L.Dense(2, activation="tanh", trainable=False)]
    sequential = keras.Sequential(layers)
    everything = Options(True, True, True, True, True)
    (box,) = picture_of(sequential, everything).boxes
    assert re.fullmatch(r"dense\w* \(Dense\)", box.title)
    assert box.rows == [
        ["Activation: tanh"],
        [
            "Input shape: (None, 4)",
            "Output shape: (None, 2)",
            "Output dtype: float32",
            "Trainable: False",
        ],
    ]


def test_ranks_follow_the_lines():
    lines = [("a", "b"), ("b", "c"), ("a", "c"), ("d", "c")]
    layout = Layout(dict.fromkeys("abcd", 1.0), lines, 0.5)
    assert {k: layout.rank[k] for k in "abcd"} == {"a": 0, "b": 1, "c": 2, "d": 1}
    assert len(layout.ways["a", "c"]) == 3  # with a bend beside `b`
    for row in layout.rows:
        places = [layout.place[key] for key in row]
        assert places == sorted(places)
        sizes = [0.0 if "@" in key else 1.0 for key in row]
        for i in range(len(row) - 1):
            room = (sizes[i] + sizes[i + 1]) / 2 + 0.5
            assert places[i + 1] - places[i] >= room - 1e-9


def test_files(model, tmp_path):
    pytest.importorskip("matplotlib")
    aspect = {}
    for rankdir in ("TB", "LR"):
        path = tmp_path / f"{rankdir}.png"
        keras.utils.plot_model(model, path, rankdir=rankdir, dpi=50)
        content = path.read_bytes()
        assert content[:4] == b"\x89PNG"
        width, height = struct.unpack(">II", content[16:24])
        aspect[rankdir] = width / height
    assert aspect["TB"] < 1 < aspect["LR"]
    keras.utils.plot_model(model, tmp_path / "m.svg", expand_nested=True)
    assert b"</svg>" in (tmp_path / "m.svg").read_bytes()


def test_dot(model):
    pydot = pytest.importorskip("pydot")
    graph = keras.utils.model_to_dot(model, expand_nested=True, show_shapes=True)
    assert len(graph.get_edges()) == 9
    assert [c.get_label() for c in graph.get_subgraphs()] == ["block"]
    assert "(None, 6)" in graph.to_string()
    assert isinstance(keras.utils.model_to_dot(model, subgraph=True), pydot.Cluster)


def test_models_without_a_graph(tmp_path):
    class Own(keras.Model):
        def call(self, x):
            return x

    with pytest.raises(ValueError, match=r"is not built yet(.|\n)*model\.build"):
        keras.utils.plot_model(Own(), tmp_path / "m.png")
    own = Own()
    own.built = True
    assert [box.title for box in picture_of(own, Options()).boxes] == ["Own"]


def test_wrong_arguments(model):
    with pytest.raises(ValueError, match=r"'TB', 'BT', 'LR', 'RL'"):
        keras.utils.plot_model(model, rankdir="down")
    with pytest.raises(ValueError, match="does not take these arguments"):
        keras.utils.plot_model(model, shapes=True)
