"""Architectures of `keras.applications`: layers, weights, files and numbers agree.

Keras and addax build each with the same random weights and statistics; what one saves
(`.keras`, `.h5`, `.weights.h5`), the other loads, and both predict the same. A few run
always; the whole table is slow (`make test-full`) and prints its numbers.
"""

import gc
import itertools
import json

import keras as theirs
import numpy as np
import pytest

from addax import keras as ours

# The least image that each takes
LEAST = {"InceptionV3": 75, "InceptionResNetV2": 75, "Xception": 71}
ALWAYS = {
    "MobileNetV2": {"alpha": 0.35},
    "MobileNetV3Small": {"alpha": 0.5},
    "EfficientNetB0": {},
}
NAMES = [name for name in dir(theirs.applications) if name[0].isupper()]
CASES = [
    *ALWAYS,
    *(pytest.param(n, marks=pytest.mark.slow) for n in NAMES if n not in ALWAYS),
]
# Their graphs call operations (`keras.ops.add`), which Keras writes to `.h5` files as
# if they were layers of that name: it cannot read these files itself.
CALLS_OPERATIONS = ("MobileNetV3", "ConvNeXt")
DEPTHWISE = ("depthwise/", "depthwise_kernel", "dwconv", "conv_dw")
MEASURED: list[tuple[str, int, int, float, float]] = []
TOLERANCE = 1e-4
# What Keras writes out where addax leaves a default unsaid.
UNSAID = ("optional", "activity_regularizer", "mask", "training", "compile_config")


def arguments(name, **more):
    size = LEAST.get(name, 32)
    return {
        "weights": None,
        "input_shape": (size, size, 3),
        "classes": 10,
        "classifier_activation": None,
        **more,
    }


@pytest.fixture
def quick(monkeypatch):
    """Initial weights are replaced at once; drawing them would take long."""
    for k in (ours, theirs):
        zeros = k.initializers.Zeros()
        monkeypatch.setattr(
            k.initializers.VarianceScaling,
            "__call__",
            lambda self, shape, dtype=None, zeros=zeros, **_: zeros(shape, dtype),
        )


def build(k, name, **more):
    k.utils.clear_session()
    return getattr(k.applications, name)(**arguments(name, **more))


def shake(model, seed, gain):
    """Random weights, and statistics that are not 0 and 1."""
    random = np.random.RandomState(seed)
    values = []
    for weight in model.weights:
        shape, kind = tuple(weight.shape), weight.path.rpartition("/")[2]
        if kind in ("gamma", "moving_variance", "variance"):
            value = random.uniform(0.8, 1.25, shape)
        elif len(shape) > 1:
            alone = any(part in weight.path for part in DEPTHWISE)
            inputs = np.prod(shape[: 2 if alone else -1])
            value = random.standard_normal(shape) * np.sqrt(gain / inputs)
        else:
            value = random.normal(0, 0.1, shape)
        values.append(value.astype("float32"))
    model.set_weights(values)
    for layer in model.layers:
        if hasattr(layer, "finalize_state"):
            layer.finalize_state()  # Keras's Normalization keeps a copy


def prepare(model, seed, x):
    """Weights with which the network tells the images apart, but does not amplify
    rounding: many layers of random weights do one or the other unless chosen so."""
    gains = (2.0, 2.5, 2.25, 2.75, 2.125, 2.375, 2.625, 3.0, 3.5, 1.75, 1.5)
    for draw, gain in itertools.product((seed, seed + 10, seed + 20), gains):
        shake(model, draw, gain)
        expected = model.predict(x, verbose=0)
        nudged = model.predict(x * (1 + 2.0**-20), verbose=0)
        scale = np.abs(expected).max()
        apart = np.ptp(expected, axis=0).max() / scale
        if apart > 1e-2 and np.abs(nudged - expected).max() / scale < 1e-5:
            return expected
    raise AssertionError("no such weights were found")


def same_weights(a, b):
    for x, y in zip(a.weights, b.weights, strict=True):
        np.testing.assert_array_equal(np.asarray(x), np.asarray(y), err_msg=x.path)


def difference(found, expected):
    assert np.isfinite(expected).all()
    return float(np.abs(found - expected).max() / np.abs(expected).max())


def exchange(loader, model, expected, name, folder, x, thorough, **more):
    """Saves a model in three formats, loads it with the other library."""
    worst = 0.0
    for ending in (".keras", ".h5", ".weights.h5"):
        if ending == ".h5" and name.startswith(CALLS_OPERATIONS):
            continue
        path = folder / f"model{ending}"
        if ending == ".weights.h5":
            model.save_weights(path)
            loaded = build(loader, name, **more)
            loaded.load_weights(path)
        else:
            model.save(path)
            loaded = loader.models.load_model(path, compile=False)
        path.unlink()
        same_weights(model, loaded)
        if thorough or ending == ".keras":
            found = loaded.predict(x, verbose=0)
            worst = max(worst, difference(found, expected))
        del loaded
        gc.collect()
    return worst


# `.h5` is an older format, which Keras advises against.
@pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5:UserWarning")
@pytest.mark.parametrize("name", CASES)
def test_weights_go_both_ways(name, quick, tmp_path, request):
    more = ALWAYS.get(name, {})
    theirs_model, ours_model = build(theirs, name, **more), build(ours, name, **more)
    same_structure(ours_model, theirs_model)
    size = LEAST.get(name, 32)
    x = np.random.RandomState(0).uniform(0, 255, (2, size, size, 3)).astype("float32")
    x[1] *= 0.3  # means of noise would be alike
    if not has_rescaling(ours_model):
        x = x / 127.5 - 1.0
    args = (name, tmp_path, x, name == "MobileNetV2")
    expected = prepare(theirs_model, 1, x)
    there = exchange(ours, theirs_model, expected, *args, **more)
    del theirs_model
    expected = prepare(ours_model, 2, x)
    back = exchange(theirs, ours_model, expected, *args, **more)
    row = (name, len(ours_model.layers), ours_model.count_params(), there, back)
    MEASURED.append(row)
    print(in_table(*row))  # `pytest -rP` shows it
    assert there < TOLERANCE
    assert back < TOLERANCE


def has_rescaling(model):
    kinds = (ours.layers.Rescaling, ours.layers.Normalization)
    return any(isinstance(layer, kinds) for layer in model.layers)


def same_structure(mine, other):
    assert [w.path for w in mine.weights] == [w.path for w in other.weights]
    assert [w.trainable for w in mine.weights] == [w.trainable for w in other.weights]
    found, expected = (json.loads(m.to_json())["config"] for m in (mine, other))
    assert plain(found) == plain(expected)


def plain(config):
    """A configuration without what means nothing: defaults, one axis as a list."""
    if isinstance(config, dict):
        kept = {
            k: plain(v)
            for k, v in config.items()
            if not (k in UNSAID and not v) and k != "build_config"
        }
        axis = kept.get("axis")
        if isinstance(axis, list) and len(axis) == 1:
            kept["axis"] = axis[0]
        return kept
    if isinstance(config, list):
        return [plain(each) for each in config]
    return float(np.float32(config)) if isinstance(config, float) else config


def in_table(name, layers, weights, there, back):
    return f"| `{name}` | {layers} | {weights:,} | {there:.1e} | {back:.1e} |"


@pytest.mark.slow
def test_the_table(capsys):
    """Prints what was measured, as `docs/applications.md` shows it."""
    with capsys.disabled():
        print("\n| architecture | layers | weights | from Keras | to Keras |")
        print("| --- | ---: | ---: | ---: | ---: |")
        for row in sorted(MEASURED):
            print(in_table(*row))
    if len(MEASURED) != len(NAMES):
        pytest.skip("the table is whole when all of this file ran in this process")
