"""Every loss as the real Keras has it: values, gradients, reductions, masks."""

import inspect

import jax
import keras as real
import numpy as np
import pytest

from addax._base.names import to_snake_case
from addax.core import GradientTape, Tensor, convert, function
from addax.keras import losses

RANDOM = np.random.default_rng(0)
CLOSE = {"rtol": 2e-5, "atol": 1e-6}


def normal(*shape):
    return RANDOM.normal(size=shape).astype("float32")


def uniform(*shape):
    return RANDOM.uniform(0.02, 0.98, size=shape).astype("float32")


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return (e / e.sum(-1, keepdims=True)).astype("float32")


def bits(*shape):
    return RANDOM.integers(0, 2, size=shape).astype("float32")


def unit(x):
    return (x / np.linalg.norm(x, axis=-1, keepdims=True)).astype("float32")


CLASSES = np.array([2, 0, 1, 3], "int32")
ONE_HOT = np.eye(4, dtype="float32")[CLASSES]
LOGITS = normal(4, 4)
P = softmax(LOGITS)
GRID = np.array([[0, 1, 2], [3, 1, 0]], "int32")
A, B = normal(4, 3), normal(4, 3)
SEGMENTS = np.eye(3, dtype="float32")[RANDOM.integers(0, 3, size=(2, 4, 4))]

BINARY, CATEGORICAL = "binary_crossentropy", "categorical_crossentropy"
SPARSE = "sparse_categorical_crossentropy"
BINARY_FOCAL, FOCAL = "binary_focal_crossentropy", "categorical_focal_crossentropy"
GENERALIZED = "categorical_generalized_cross_entropy"
MORE_PIXELS = uniform(2, 4, 4, 3)
UNIT = unit(normal(6, 5))
PAIRS, OWN_CLASS = np.array([0, 1, 0, 1, 2, 2]), np.array([0, 1, 0, 1, 2, 3])

# function, arguments, targets, predictions
CASES = [
    ("mean_squared_error", {}, A, B),
    ("mean_squared_error", {}, bits(3).astype("int64"), normal(3, 1)),
    ("mean_squared_error", {}, normal(2, 3, 1), normal(2, 3)),
    ("mean_absolute_error", {}, A, B),
    ("mean_absolute_percentage_error", {}, A, B),
    ("mean_squared_logarithmic_error", {}, A + 1, B + 1),
    ("cosine_similarity", {}, A, B),
    ("cosine_similarity", {"axis": 0}, A, B),
    ("huber", {}, A, B),
    ("huber", {"delta": 0.3}, A, B),
    ("log_cosh", {}, A, 30 * B),
    (BINARY, {}, bits(4, 3), uniform(4, 3)),
    (BINARY, {"from_logits": True}, bits(4, 3), 9 * B),
    (BINARY, {"label_smoothing": 0.2}, bits(4, 3), uniform(4, 3)),
    (CATEGORICAL, {}, ONE_HOT, P),
    (CATEGORICAL, {}, ONE_HOT, 3 * P),
    (CATEGORICAL, {"from_logits": True}, ONE_HOT, LOGITS),
    (CATEGORICAL, {"label_smoothing": 0.1}, ONE_HOT, P),
    (CATEGORICAL, {"axis": 0, "from_logits": True}, ONE_HOT.T, LOGITS.T),
    (SPARSE, {}, CLASSES, P),
    (SPARSE, {}, CLASSES[:, None], P),
    (SPARSE, {"from_logits": True}, CLASSES, LOGITS),
    (SPARSE, {"from_logits": True}, GRID, normal(2, 3, 4)),
    (SPARSE, {"ignore_class": 1}, GRID, softmax(normal(2, 3, 4))),
    (
        SPARSE,
        {"ignore_class": -1, "from_logits": True},
        np.array([[0], [-1], [2]]),
        normal(3, 4),
    ),
    ("kl_divergence", {}, softmax(A), softmax(B)),
    ("poisson", {}, bits(4, 3), uniform(4, 3)),
    (BINARY_FOCAL, {}, bits(4, 3), uniform(4, 3)),
    (
        BINARY_FOCAL,
        {"apply_class_balancing": True, "alpha": 0.4, "gamma": 1.5},
        bits(4, 3),
        uniform(4, 3),
    ),
    (BINARY_FOCAL, {"from_logits": True, "label_smoothing": 0.1}, bits(4, 3), B),
    (FOCAL, {}, ONE_HOT, P),
    (
        FOCAL,
        {"from_logits": True, "gamma": 1.5, "alpha": 0.5, "label_smoothing": 0.1},
        ONE_HOT,
        LOGITS,
    ),
    (GENERALIZED, {"q": 0.3}, CLASSES, P),
    ("hinge", {}, bits(4, 3), B),
    ("hinge", {}, 2 * bits(4, 3) - 1, B),
    ("squared_hinge", {}, bits(4, 3), B),
    ("categorical_hinge", {}, ONE_HOT, LOGITS),
    ("dice", {}, SEGMENTS, MORE_PIXELS),
    ("dice", {"axis": (1, 2)}, SEGMENTS, MORE_PIXELS),
    ("tversky", {}, SEGMENTS, MORE_PIXELS),
    ("tversky", {"alpha": 0.2, "beta": 0.7, "axis": (1, 2, 3)}, SEGMENTS, MORE_PIXELS),
    ("circle", {}, PAIRS, UNIT),
    (
        "circle",
        {"gamma": 8.0, "margin": 0.2, "remove_diagonal": False},
        OWN_CLASS,
        UNIT,
    ),
    ("circle", {"gamma": 8.0}, OWN_CLASS, UNIT),
    ("ctc", {}, np.array([[1, 2, 2], [3, 0, 0]]), normal(2, 7, 4)),
]

# Classes by the names of their functions
CLASS = {to_snake_case(name): name for name in dir(real.losses) if name[0].isupper()}
IDS = [f"{c[0]}-{'-'.join(c[1]) or 'plain'}" for c in CASES]


def theirs_with_gradient(fn, y_true, y_pred):
    value, pull = jax.vjp(lambda p: fn(y_true, p), y_pred)
    return np.asarray(value), np.asarray(pull(np.ones_like(value))[0])


def ours_with_gradient(fn, y_true, y_pred):
    y_pred = convert(y_pred)
    with GradientTape() as tape:
        tape.watch(y_pred)
        value = fn(y_true, y_pred)
    return value.numpy(), tape.gradient(value, y_pred).numpy()


@pytest.mark.parametrize("name, kwargs, y_true, y_pred", CASES, ids=IDS)
def test_functions(name, kwargs, y_true, y_pred):
    ours, theirs = getattr(losses, name), getattr(real.losses, name)
    value, gradient = ours_with_gradient(
        lambda t, p: ours(t, p, **kwargs), y_true, y_pred
    )
    wanted, wanted_gradient = theirs_with_gradient(
        lambda t, p: theirs(t, p, **kwargs), y_true, jax.numpy.asarray(y_pred)
    )
    assert value.dtype == wanted.dtype
    assert value.shape == wanted.shape
    np.testing.assert_allclose(value, wanted, **CLOSE)
    np.testing.assert_allclose(gradient, wanted_gradient, **CLOSE)


def weights_for(kind, y_pred):
    rows = len(y_pred)
    return {
        "no weights": None,
        "a number": 2.0,
        "a row each": np.linspace(0.5, 2, rows).astype("float32"),
        "a column": np.linspace(0, 1, rows).astype("float32")[:, None],
    }[kind]


@pytest.mark.parametrize(
    "reduction",
    ["sum_over_batch_size", "mean", "sum", "mean_with_sample_weight", "none", None],
)
@pytest.mark.parametrize(
    "weights", ["no weights", "a number", "a row each", "a column"]
)
@pytest.mark.parametrize(
    "case",
    [CASES[IDS.index(i)] for i in (
        "mean_squared_error-plain", "binary_crossentropy-from_logits",
        "sparse_categorical_crossentropy-from_logits",
        "sparse_categorical_crossentropy-ignore_class", "dice-plain",
    )],
    ids=lambda case: f"{case[0]}-{'-'.join(case[1])}",
)  # fmt: skip
def test_reductions_and_weights(case, weights, reduction):
    name, kwargs, y_true, y_pred = case
    weights = weights_for(weights, y_pred)
    if y_true.ndim == 2 and name == SPARSE and np.ndim(weights) == 1:
        weights = weights[:, None]  # a weight for each row of pixels
    results = []
    for module in (losses, real.losses):
        loss = getattr(module, CLASS[name])(reduction=reduction, **kwargs)
        results.append(np.asarray(loss(y_true, y_pred, sample_weight=weights)))
    assert results[0].dtype == results[1].dtype == "float32"
    assert results[0].shape == results[1].shape
    np.testing.assert_allclose(*results, **CLOSE)


@pytest.mark.parametrize("name, kwargs, y_true, y_pred", CASES, ids=IDS)
def test_classes(name, kwargs, y_true, y_pred):
    ours = getattr(losses, CLASS[name])(**kwargs)
    wanted = getattr(real.losses, CLASS[name])(**kwargs)(y_true, y_pred)
    np.testing.assert_allclose(ours(y_true, y_pred).numpy(), wanted, **CLOSE)
    compiled = function(lambda t, p: ours(t, p))
    np.testing.assert_allclose(compiled(y_true, y_pred).numpy(), wanted, **CLOSE)


def test_labels_may_lack_the_axis_of_one_output():
    y_true, y_pred = bits(4).astype("int32"), uniform(4, 1)
    for name in ("BinaryCrossentropy", "MeanSquaredError", "Hinge"):
        wanted = getattr(real.losses, name)()(y_true, y_pred)
        found = getattr(losses, name)()(y_true, y_pred)
        np.testing.assert_allclose(found.numpy(), wanted, **CLOSE)


@pytest.mark.parametrize("weights", [None, np.array([0.5, 2.0], "float32")])
@pytest.mark.parametrize("mask", [[True, False], [False, False], [True, True]])
@pytest.mark.parametrize(
    "reduction", ["sum_over_batch_size", "sum", "mean_with_sample_weight", "none"]
)
def test_masks(reduction, mask, weights):
    y_true, y_pred = A[:2], B[:2]
    masked = Tensor(convert(y_pred)._value)
    masked._keras_mask = convert(np.array(mask))
    ours = losses.MeanAbsoluteError(reduction=reduction)(y_true, masked, weights)
    theirs_masked = real.ops.convert_to_tensor(y_pred)
    real.src.backend.set_keras_mask(theirs_masked, np.array(mask))
    theirs = real.losses.MeanAbsoluteError(reduction=reduction)(
        y_true, theirs_masked, weights
    )
    np.testing.assert_allclose(ours.numpy(), theirs, **CLOSE)


NAMED = sorted({CLASS[case[0]] for case in CASES})


@pytest.mark.parametrize("name", NAMED)
def test_signatures_and_configurations(name):
    ours, theirs = getattr(losses, name), getattr(real.losses, name)
    mine, wanted = (
        [(p.name, p.default) for p in inspect.signature(cls).parameters.values()]
        for cls in (ours, theirs)
    )
    assert mine == wanted
    # Keras leaves some arguments out (the delta of Huber); addax writes them all.
    assert theirs().get_config().items() <= ours().get_config().items()
    again = losses.deserialize(real.losses.serialize(theirs(name="mine")))
    assert type(again) is ours
    assert again.name == "mine"
    plain = losses.serialize(ours(reduction="sum"))
    assert plain["module"] == "keras.losses"
    if name != "CategoricalGeneralizedCrossEntropy":  # Keras 3.15 cannot load it
        loaded = real.losses.deserialize(plain)
        assert type(loaded) is theirs
        assert loaded.reduction == "sum"


@pytest.mark.parametrize("name", sorted({case[0] for case in CASES}))
def test_signatures_of_functions(name):
    mine, wanted = (
        [
            (p.name, p.default)
            for p in inspect.signature(getattr(module, name)).parameters.values()
        ]
        for module in (losses, real.losses)
    )
    assert mine == wanted
    plain = losses.serialize(getattr(losses, name))
    assert plain == real.losses.serialize(getattr(real.losses, name))
    assert losses.deserialize(plain) is getattr(losses, name)


def test_every_name_of_keras_is_known():

    names = [n for n in dir(real.losses) if not n.startswith("_")]
    assert [n for n in names if not hasattr(losses, n)] == []
    for short in ("mse", "MSE", "mae", "MAPE", "msle", "bce", "BCE", "kld", "KLD"):
        assert losses.get(short).__name__ == real.losses.get(short).__name__
