"""Checkpoints of Orbax and state trees: addax and Keras read each other's."""

import keras as theirs
import numpy as np
import pytest

from addax import keras as ours

# Orbax's own remark on how it finds out where arrays were.
pytestmark = pytest.mark.filterwarnings("ignore:Sharding info:UserWarning")

X, Y = np.ones((4, 2), "float32"), np.ones((4, 3), "float32")


def trained(k, *callbacks, epochs=2, graph=False):
    k.utils.clear_session()
    x = k.Input((2,))
    layers = [k.layers.Dense(3, name="a"), k.layers.BatchNormalization(name="b")]
    if graph:
        model = k.Model(x, layers[1](layers[0](x)), name="net")
    else:
        model = k.Sequential([x, *layers], name="net")
    model.compile("adam", "mse", metrics=["mae"])
    model.fit(X, Y, epochs=epochs, verbose=0, callbacks=list(callbacks))
    return model


def leaves(tree, path=()):
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from leaves(value, (*path, key))
        else:
            yield "/".join((*path, key)), value


def test_state_trees_have_the_same_form():
    trees = [trained(k).get_state_tree("numpy_array") for k in (theirs, ours)]
    expected, found = (dict(leaves(tree)) for tree in trees)
    assert list(found) == list(expected)
    assert [v.shape for v in found.values()] == [v.shape for v in expected.values()]
    model = trained(ours, epochs=1)
    model.set_state_tree(trees[0])
    for path, value in leaves(model.get_state_tree("numpy_array")):
        np.testing.assert_array_equal(value, expected[path])
    with pytest.raises(ValueError, match="'backend_tensor' or 'numpy_array'"):
        model.get_state_tree("lists")


@pytest.mark.parametrize("write, read", [(ours, ours), (ours, theirs), (theirs, ours)])
def test_checkpoints_both_ways(tmp_path, write, read):
    pytest.importorskip("orbax.checkpoint")
    saver = write.callbacks.OrbaxCheckpoint(tmp_path, monitor="loss", max_to_keep=2)
    # Keras does not find the weights of a Sequential again.
    model = trained(write, saver, epochs=3, graph=read is theirs)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["1", "2"]
    loaded = read.saving.load_model(tmp_path)
    np.testing.assert_allclose(
        loaded.predict(X, verbose=0), model.predict(X, verbose=0), rtol=1e-6
    )
    for a, b in zip(loaded.optimizer.variables, model.optimizer.variables, strict=True):
        np.testing.assert_allclose(np.asarray(a), np.asarray(b), rtol=1e-6)


def test_weights_only(tmp_path):
    pytest.importorskip("orbax.checkpoint")
    trained(ours, ours.callbacks.OrbaxCheckpoint(tmp_path, save_weights_only=True))
    with pytest.raises(ValueError, match=r"holds no model(.|\n)*save_weights_only"):
        ours.saving.load_model(tmp_path)
