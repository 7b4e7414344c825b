"""The contract of every public class; one without a row fails.

A configuration makes the same object again, through JSON, as a subclass too; a saved
model holds it; eager and compiled code agree; what is said about types, masks and free
axes is so. Numbers are compared with Keras's in `tests/oracle`.
"""

from __future__ import annotations

import inspect
import json
from typing import Any

import numpy as np
import pytest

from addax import keras
from addax.core.function import function
from tests.keras import contract_rows as rows

SPACES = {
    "layers": (keras.layers.Layer, rows.LAYERS, rows.OTHER_LAYERS),
    "losses": (keras.losses.Loss, rows.LOSSES, rows.OTHER_LOSSES),
    "metrics": (keras.metrics.Metric, rows.METRICS, rows.OTHER_METRICS),
    "optimizers": (
        keras.optimizers.Optimizer,
        rows.OPTIMIZERS,
        rows.OTHER_OPTIMIZERS,
    ),
    "callbacks": (keras.callbacks.Callback, rows.CALLBACKS, rows.OTHER_CALLBACKS),
}


@pytest.mark.parametrize("space", SPACES)
def test_every_class_has_a_row(space: str) -> None:
    base, table, others = SPACES[space]
    module = getattr(keras, space)
    known = {getattr(module, n, None) for n in (*table, *others)}
    missing = [
        name
        for name in dir(module)
        if inspect.isclass(found := getattr(module, name))
        and issubclass(found, base)
        and found not in known
    ]
    assert not missing, f"give these a row in tests/keras/contract_rows.py: {missing}"


def subclass(cls: type) -> type:
    """A registered class of a user's, derived from one of addax."""
    made = type(f"My{cls.__name__}", (cls,), {})
    return keras.saving.register_keras_serializable("contracts")(made)


def again(obj: Any) -> Any:
    """The object that its configuration makes, after a way through JSON."""
    described = json.loads(json.dumps(keras.saving.serialize_keras_object(obj)))
    made = keras.saving.deserialize_keras_object(described)
    assert type(made) is type(obj)
    second = json.loads(json.dumps(keras.saving.serialize_keras_object(made)))
    assert second == described
    return made


def numbers(shape: Any, whole: int = 0, batch: int = 2) -> Any:
    random = np.random.default_rng(0)
    if isinstance(shape, list):
        return [numbers(each, whole, batch) for each in shape]
    if whole:
        return random.integers(0, whole, (batch, *shape)).astype("int32")
    return random.normal(size=(batch, *shape)).astype("float32")


def model_of(layer: Any, row: rows.LayerRow, free: bool = True) -> Any:
    def one(shape: Any) -> Any:
        axes = row.free if free else ()
        shape = tuple(None if i in axes else n for i, n in enumerate(shape))
        return keras.Input(shape, dtype="int32" if row.whole else "float32")

    inputs = (
        [one(s) for s in row.shape] if isinstance(row.shape, list) else one(row.shape)
    )
    return keras.Model(inputs, layer(*inputs) if row.positional else layer(inputs))


def assert_same(a: Any, b: Any) -> None:
    for left, right in zip(keras.tree.flatten(a), keras.tree.flatten(b), strict=True):
        left, right = np.asarray(left), np.asarray(right)
        assert (left.shape, left.dtype) == (right.shape, right.dtype)
        np.testing.assert_allclose(left, right, rtol=1e-5, atol=1e-6)


SLOW = {
    *("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "STFTSpectrogram", "MelSpectrogram"),
    *("AugMix", "RandAugment", "ContrastLimitedAdaptiveHistogramEqualization"),
}
LAYERS = [
    pytest.param(name, marks=[pytest.mark.slow] if name in SLOW else [])
    for name in rows.LAYERS
    if hasattr(keras.layers, name)
]


@pytest.mark.parametrize("name", LAYERS)
def test_layer(name: str, tmp_path: Any) -> None:
    cls, row = getattr(keras.layers, name), rows.LAYERS[name]
    x = numbers(row.shape, row.whole)
    layer = subclass(cls)(**row.kwargs, name="it")
    model = model_of(layer, row)
    expected = model(x, training=False)
    # Shapes: what was inferred, and any length of the axes that are free.
    outputs = keras.tree.flatten(model.outputs)
    for out, got in zip(outputs, keras.tree.flatten(expected), strict=True):
        assert len(out.shape) == len(got.shape)
        assert all(a in (None, b) for a, b in zip(out.shape, got.shape, strict=True))
        assert out.dtype == got.dtype
    # Eager, compiled, another batch.
    assert_same(model.predict_on_batch(x), expected)
    # Saved, as a subclass, and loaded.
    again(cls(**row.kwargs))
    model.save(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras")
    assert type(loaded.get_layer("it")) is type(layer)
    assert_same(loaded(x, training=False), expected)


@pytest.mark.parametrize("name", LAYERS)
def test_layer_symbolically(name: str) -> None:
    """Half precision, free axes and masks: shapes and types, without computing."""
    cls, row = getattr(keras.layers, name), rows.LAYERS[name]
    fixed = model_of(cls(**row.kwargs), row, free=False)
    for out in keras.tree.flatten(fixed.outputs):
        assert out.shape[0] is None
    if row.halves:
        half = model_of(cls(**row.kwargs, dtype="mixed_bfloat16"), row)
        for out in keras.tree.flatten(half.outputs):
            assert out.dtype == "bfloat16", name
        for weight in half.weights:
            assert weight.dtype in ("float32", "int32", "uint32"), weight.path
    layer = cls(**row.kwargs)
    if isinstance(row.shape, list) or not row.free or row.free[0] != 0:
        return
    x = keras.Input((None, *row.shape[1:]), dtype="int32" if row.whole else "float32")
    mask = keras.Input((None,), dtype="bool")
    if layer.supports_masking and "mask" in inspect.signature(layer.call).parameters:
        assert layer(x, mask=mask) is not None


def compiled(call: Any, *args: Any) -> Any:
    return function(call)(*args)


@pytest.mark.parametrize("name", rows.LOSSES)
def test_loss(name: str) -> None:
    cls, (kwargs, (y_true, y_pred)) = getattr(keras.losses, name), rows.LOSSES[name]
    loss = subclass(cls)(**kwargs)
    expected = loss(y_true, y_pred)
    assert (expected.shape, expected.dtype) == ((), "float32")
    assert_same(again(loss)(y_true, y_pred), expected)
    assert_same(compiled(lambda a, b: loss(a, b), y_true, y_pred), expected)
    each = again(cls(**kwargs, reduction="none"))(y_true, y_pred)
    total = again(cls(**kwargs, reduction="sum"))(y_true, y_pred)
    np.testing.assert_allclose(np.sum(each), total, rtol=1e-5)
    assert cls(**kwargs, dtype="float64")(y_true, y_pred).dtype == "float64"


@pytest.mark.parametrize("name", rows.METRICS)
def test_metric(name: str) -> None:
    cls, (kwargs, args) = getattr(keras.metrics, name), rows.METRICS[name]
    metric, other = subclass(cls)(**kwargs), again(cls(**kwargs))
    for _ in range(2):
        metric.update_state(*args)
    expected = metric.result()
    compiled(lambda *a: [other.update_state(*a) for _ in range(2)] and None, *args)
    assert_same(other.result(), expected)
    assert_same(compiled(metric.result), expected)
    state = [v.numpy() for v in metric.variables]
    metric.reset_state()
    assert all(np.all(v.numpy() == 0) for v in metric.variables)
    for variable, value in zip(metric.variables, state, strict=True):
        variable.assign(value)
    assert_same(metric.result(), expected)
    again(metric)


@pytest.mark.parametrize("name", rows.OPTIMIZERS)
def test_optimizer(name: str) -> None:
    cls = getattr(keras.optimizers, name)
    gradients = [np.full((2, 2), 0.1, "float32"), np.array([0.3, -0.2], "float32")]

    def weights() -> list[Any]:
        values = np.ones((2, 2), "float32"), np.zeros(2, "float32")
        return [keras.Variable(v, name=f"w{i}") for i, v in enumerate(values)]

    def steps(optimizer: Any, run: Any, count: int, ours: list[Any]) -> None:
        for _ in range(count):
            run(lambda *g: optimizer.apply_gradients(zip(g, ours, strict=True)))

    first, second = weights(), weights()
    eager = subclass(cls)(**rows.OPTIMIZERS[name])
    other = again(eager)
    for optimizer, ours in ((eager, first), (other, second)):
        optimizer.build(ours)
    steps(eager, lambda f: f(*gradients), 3, first)
    steps(other, lambda f: compiled(f, *gradients), 2, second)
    # The third step from what a file would hold.
    store: dict[str, Any] = {}
    other.save_own_variables(store)
    last = cls.from_config(other.get_config())
    last.build(second)
    last.load_own_variables(store)
    steps(last, lambda f: f(*gradients), 1, second)
    for a, b in zip(first, second, strict=True):
        np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-5, atol=1e-6)
    for a, b in zip(eager.variables, last.variables, strict=True):
        np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-5, atol=1e-6)


@pytest.fixture(scope="module")
def trained() -> Any:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.1, use_ema=True), "mse")
    return model


@pytest.mark.parametrize(
    "name", [n for n in rows.CALLBACKS if hasattr(keras.callbacks, n)]
)
def test_callback(name: str, tmp_path: Any, trained: Any) -> None:
    """Listens to `fit`, `evaluate` and `predict`; what it lists to resume is there."""
    if name == "OrbaxCheckpoint":
        pytest.importorskip("orbax.checkpoint")
    cls = getattr(keras.callbacks, name)
    callback = type(f"My{name}", (cls,), {})(**rows.CALLBACKS[name](tmp_path))
    x, y = np.ones((4, 2), "float32"), np.ones((4, 1), "float32")
    history = trained.fit(
        x, y, epochs=2, batch_size=2, callbacks=[callback], verbose=0,
        validation_data=(x, y),
    )  # fmt: skip
    assert {"loss", "val_loss"} <= set(history.history)
    trained.evaluate(x, y, callbacks=[callback], verbose=0)
    trained.predict(x, callbacks=[callback], verbose=0)
    assert callback.model is trained
    for path in cls.resumes:
        owner = callback
        for part in path.split("."):
            owner = getattr(owner, part)
