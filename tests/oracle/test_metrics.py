"""Every metric as the real Keras has it, over several batches."""

import inspect

import keras as real
import numpy as np
import pytest

from addax.core import convert, function
from addax.core.function import Settings
from addax.keras import metrics

RANDOM = np.random.default_rng(0)
CLOSE = {"rtol": 2e-5, "atol": 1e-6}
BATCHES = 3


def normal(*shape):
    return RANDOM.normal(size=shape).astype("float32")


def uniform(*shape):
    return RANDOM.uniform(0.02, 0.98, size=shape).astype("float32")


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return (e / e.sum(-1, keepdims=True)).astype("float32")


def batches(make):
    return [make() for _ in range(BATCHES)]


def labels(classes, *shape):
    return RANDOM.integers(0, classes, size=shape).astype("int32")


def one_hot(classes, *shape):
    return np.eye(classes, dtype="float32")[labels(classes, *shape)]


NUMBERS = batches(lambda: (normal(6, 3), normal(6, 3)))
COUNTS = batches(lambda: (labels(4, 6, 3).astype("float32"), uniform(6, 3)))
BINARY = batches(lambda: (labels(2, 6, 1), uniform(6, 1)))
FLAT = batches(lambda: (labels(2, 6), uniform(6)))
MANY = batches(lambda: (labels(2, 6, 3), uniform(6, 3)))
ROWS = batches(lambda: (one_hot(4, 6), softmax(normal(6, 4))))
SPARSE = batches(lambda: (labels(4, 6), softmax(normal(6, 4))))
COLUMN = batches(lambda: (labels(4, 6, 1), softmax(normal(6, 4))))
STEPS = batches(lambda: (labels(4, 6, 5), softmax(normal(6, 5, 4))))
LOGITS = batches(lambda: (labels(4, 6), normal(6, 4)))
PIXELS = batches(lambda: (labels(3, 2, 4, 4), labels(3, 2, 4, 4)))
SOFT_PIXELS = batches(lambda: (one_hot(3, 2, 4, 4), softmax(normal(2, 4, 4, 3))))
SIGNS = batches(lambda: (2 * labels(2, 6, 3) - 1, normal(6, 3)))

# class, arguments, batches
CASES = [
    ("Accuracy", {}, batches(lambda: (labels(3, 6, 2), labels(3, 6, 2)))),
    ("Accuracy", {}, batches(lambda: (labels(3, 6), labels(3, 6, 1)))),
    ("BinaryAccuracy", {}, BINARY),
    ("BinaryAccuracy", {"threshold": 0.3}, MANY),
    ("BinaryAccuracy", {}, FLAT),
    ("CategoricalAccuracy", {}, ROWS),
    ("SparseCategoricalAccuracy", {}, SPARSE),
    ("SparseCategoricalAccuracy", {}, COLUMN),
    ("SparseCategoricalAccuracy", {}, STEPS),
    ("TopKCategoricalAccuracy", {"k": 2}, ROWS),
    ("SparseTopKCategoricalAccuracy", {"k": 2}, SPARSE),
    ("SparseTopKCategoricalAccuracy", {"k": 2}, STEPS),
    ("SparseTopKCategoricalAccuracy", {"k": 2, "from_sorted_ids": True},
     batches(lambda: (labels(4, 6), labels(4, 6, 3)))),
    ("MeanSquaredError", {}, NUMBERS),
    ("RootMeanSquaredError", {}, NUMBERS),
    ("MeanAbsoluteError", {}, NUMBERS),
    ("MeanAbsolutePercentageError", {}, NUMBERS),
    ("MeanSquaredLogarithmicError", {}, COUNTS),
    ("LogCoshError", {}, NUMBERS),
    ("CosineSimilarity", {}, NUMBERS),
    ("CosineSimilarity", {"axis": 1}, NUMBERS),
    ("R2Score", {}, NUMBERS),
    ("R2Score", {"class_aggregation": "variance_weighted_average"}, NUMBERS),
    ("R2Score", {"class_aggregation": None, "num_regressors": 2}, NUMBERS),
    ("PearsonCorrelation", {}, NUMBERS),
    ("ConcordanceCorrelation", {}, NUMBERS),
    ("PearsonCorrelation", {"axis": 0}, NUMBERS),
    ("ConcordanceCorrelation", {"axis": 0}, NUMBERS),
    ("KLDivergence", {}, ROWS),
    ("Poisson", {}, COUNTS),
    ("BinaryCrossentropy", {}, MANY),
    ("BinaryCrossentropy", {"from_logits": True, "label_smoothing": 0.1}, MANY),
    ("CategoricalCrossentropy", {}, ROWS),
    ("CategoricalCrossentropy", {"from_logits": True}, ROWS),
    ("SparseCategoricalCrossentropy", {}, SPARSE),
    ("SparseCategoricalCrossentropy", {"from_logits": True}, LOGITS),
    ("SparseCategoricalCrossentropy", {"ignore_class": 2}, SPARSE),
    ("Hinge", {}, SIGNS),
    ("SquaredHinge", {}, MANY),
    ("CategoricalHinge", {}, ROWS),
    ("TruePositives", {}, BINARY),
    ("TrueNegatives", {"thresholds": 0.3}, FLAT),
    ("FalsePositives", {"thresholds": [0.2, 0.5, 0.8]}, MANY),
    ("FalseNegatives", {}, MANY),
    ("Precision", {}, BINARY),
    ("Precision", {"thresholds": [0.7, 0.3]}, MANY),
    ("Precision", {"top_k": 2}, ROWS),
    ("Precision", {"class_id": 1}, ROWS),
    ("Recall", {}, FLAT),
    ("Recall", {"top_k": 2, "class_id": 0}, ROWS),
    ("Recall", {"thresholds": 0.2}, MANY),
    ("AUC", {}, BINARY),
    ("AUC", {"curve": "PR"}, FLAT),
    ("AUC", {"curve": "PRGAIN"}, FLAT),
    ("AUC", {"summation_method": "minoring"}, BINARY),
    ("AUC", {"summation_method": "majoring", "curve": "PR"}, BINARY),
    ("AUC", {"thresholds": [0.3, 0.1, 0.7]}, BINARY),
    ("AUC", {"multi_label": True}, MANY),
    ("AUC", {"multi_label": True, "num_labels": 3, "label_weights": [1.0, 2.0, 0.5]},
     MANY),
    ("AUC", {"label_weights": [1.0, 2.0, 0.5]}, MANY),
    ("AUC", {"multi_label": True, "curve": "PR"}, MANY),
    ("AUC", {"from_logits": True, "num_thresholds": 11}, SIGNS),
    ("SensitivityAtSpecificity", {"specificity": 0.5}, BINARY),
    ("SpecificityAtSensitivity", {"sensitivity": 0.6, "num_thresholds": 20}, FLAT),
    ("PrecisionAtRecall", {"recall": 0.5}, BINARY),
    ("RecallAtPrecision", {"precision": 0.6}, BINARY),
    ("RecallAtPrecision", {"precision": 1.0, "class_id": 1}, MANY),
    ("FBetaScore", {}, ROWS),
    ("FBetaScore", {"beta": 2.0, "threshold": 0.3, "average": "weighted"}, MANY),
    ("F1Score", {"average": "micro"}, ROWS),
    ("F1Score", {"average": "macro", "threshold": 0.5}, MANY),
    ("IoU", {"num_classes": 3, "target_class_ids": [0, 2]}, PIXELS),
    ("IoU", {"num_classes": 3, "target_class_ids": [1], "sparse_y_true": False,
             "sparse_y_pred": False}, SOFT_PIXELS),
    ("MeanIoU", {"num_classes": 3}, PIXELS),
    ("MeanIoU", {"num_classes": 4}, PIXELS),
    ("MeanIoU", {"num_classes": 3, "ignore_class": 1}, PIXELS),
    ("MeanIoU", {"num_classes": 3, "ignore_class": 0, "dtype": "float32"}, PIXELS),
    ("BinaryIoU", {"threshold": 0.4}, MANY),
    ("OneHotIoU", {"num_classes": 3, "target_class_ids": [0, 1]}, SOFT_PIXELS),
    ("OneHotMeanIoU", {"num_classes": 3}, SOFT_PIXELS),
]  # fmt: skip


def ids(cases):
    return [f"{name}-{'-'.join(kwargs) or 'plain'}" for name, kwargs, *_ in cases]


def make(name, kwargs):
    return getattr(metrics, name)(**kwargs), getattr(real.metrics, name)(**kwargs)


def check(ours, theirs):
    found, wanted = np.asarray(ours.result()), np.asarray(theirs.result())
    assert found.dtype == wanted.dtype
    assert found.shape == wanted.shape
    np.testing.assert_allclose(found, wanted, **CLOSE)
    for a, b in zip(ours.variables, theirs.variables, strict=True):
        assert a.path.rpartition("/")[2] == b.path.rpartition("/")[2]
        np.testing.assert_allclose(a.numpy(), np.asarray(b), rtol=2e-5, atol=1e-5)


@pytest.mark.parametrize("name, kwargs, data", CASES, ids=ids(CASES))
def test_values(name, kwargs, data):
    ours, theirs = make(name, kwargs)
    for y_true, y_pred in data:
        assert ours.update_state(y_true, y_pred) is None
        theirs.update_state(y_true, y_pred)
        check(ours, theirs)
    # One compiled program for all batches, and one to read the value.
    assert len(ours._programs) <= 2
    ours.reset_state()
    theirs.reset_state()
    ours.update_state(*data[1])
    theirs.update_state(*data[1])
    check(ours, theirs)


WEIGHTED = [case for case in CASES if "dtype" not in case[1] and "IoU" not in case[0]]


@pytest.mark.parametrize("name, kwargs, data", WEIGHTED, ids=ids(WEIGHTED))
def test_weights(name, kwargs, data):
    ours, theirs = make(name, kwargs)
    weights = np.array([0.5, 2.0, 0.0, 1.0, 1.5, 0.3], "float32")
    if name.startswith(("Pearson", "Concordance")) and kwargs:
        weights = weights[:3]  # the batch is what is correlated
    for y_true, y_pred in data:
        ours.update_state(y_true, y_pred, sample_weight=weights[: len(y_true)])
        theirs.update_state(y_true, y_pred, sample_weight=weights[: len(y_true)])
    check(ours, theirs)


def test_weights_of_pixels():
    ours, theirs = make("MeanIoU", {"num_classes": 3, "dtype": "float32"})
    for y_true, y_pred in PIXELS:
        weights = uniform(*y_true.shape)
        ours.update_state(y_true, y_pred, weights)
        theirs.update_state(y_true, y_pred, weights)
    check(ours, theirs)


@pytest.mark.parametrize("name, kwargs, data", CASES[::4], ids=ids(CASES[::4]))
def test_inside_a_function_and_operation_by_operation(name, kwargs, data, monkeypatch):
    compiled, theirs = make(name, kwargs)
    eager, _ = make(name, kwargs)

    @function
    def update(y_true, y_pred):
        compiled.update_state(y_true, y_pred)
        return compiled.result()

    for y_true, y_pred in data:
        value = update(y_true, y_pred)
        theirs.update_state(y_true, y_pred)
        np.testing.assert_allclose(value.numpy(), np.asarray(theirs.result()), **CLOSE)
    check(compiled, theirs)
    monkeypatch.setattr(Settings, "run_eagerly", True)
    for y_true, y_pred in data:
        eager.update_state(y_true, y_pred)
    check(eager, theirs)
    assert not eager._programs


REDUCTIONS = [
    ([1.0, 2.0, 3.0], None),
    ([1.0, 2.0, 3.0], [1.0, 0.0, 2.0]),
    ([[1.0, 2.0], [3.0, 4.0]], None),
    ([[1.0, 2.0], [3.0, 4.0]], [0.5, 2.0]),
    ([[1.0, 2.0], [3.0, 4.0]], [[0.5], [2.0]]),
    ([[1.0, 2.0], [3.0, 4.0]], [[0.5, 1.0], [2.0, 0.0]]),
    (5.0, None),
    (5.0, 2.0),
    ([1, 2, 3, 5], None),
    (np.arange(24.0).reshape(2, 3, 4), np.array([[1.0, 2.0, 0.0], [0.5, 1.0, 3.0]])),
]


@pytest.mark.parametrize("name", ["Mean", "Sum"])
@pytest.mark.parametrize("values, weights", REDUCTIONS, ids=lambda x: str(x)[:20])
def test_reductions(name, values, weights):
    ours, theirs = make(name, {})
    for _ in range(2):
        ours.update_state(values, sample_weight=weights)
        theirs.update_state(values, sample_weight=weights)
        check(ours, theirs)


@pytest.mark.parametrize("weights", [None, [0.5, 2.0, 1.0]])
def test_masks(weights):
    y_true, y_pred = normal(3, 2), normal(3, 2)
    mask = np.array([True, False, True])
    ours, theirs = make("MeanSquaredError", {})
    masked = convert(y_pred)
    masked._keras_mask = convert(mask)
    theirs_masked = real.ops.convert_to_tensor(y_pred)
    real.src.backend.set_keras_mask(theirs_masked, mask)
    ours.update_state(y_true, masked, sample_weight=weights)
    theirs.update_state(y_true, theirs_masked, sample_weight=weights)
    check(ours, theirs)


def test_functions():
    for name, data in (
        ("binary_accuracy", MANY),
        ("categorical_accuracy", ROWS),
        ("sparse_categorical_accuracy", COLUMN),
        ("top_k_categorical_accuracy", ROWS),
        ("sparse_top_k_categorical_accuracy", STEPS),
        ("pearson_correlation", NUMBERS),
        ("concordance_correlation", NUMBERS),
    ):
        kwargs = {"k": 2} if "top_k" in name else {}
        found = getattr(metrics, name)(*data[0], **kwargs)
        wanted = np.asarray(getattr(real.metrics, name)(*data[0], **kwargs))
        assert found.dtype == wanted.dtype, name
        np.testing.assert_allclose(found.numpy(), wanted, **CLOSE, err_msg=name)


NAMED = {
    "MeanMetricWrapper": {"fn": None},
    "IoU": {"num_classes": 3, "target_class_ids": [0]},
    "MeanIoU": {"num_classes": 3},
    "OneHotIoU": {"num_classes": 3, "target_class_ids": [0]},
    "OneHotMeanIoU": {"num_classes": 3},
    "PrecisionAtRecall": {"recall": 0.5},
    "RecallAtPrecision": {"precision": 0.5},
    "SensitivityAtSpecificity": {"specificity": 0.5},
    "SpecificityAtSensitivity": {"sensitivity": 0.5},
}
ALL = sorted(n for n in dir(real.metrics) if n[0].isupper() and n != "Metric")


@pytest.mark.parametrize("name", ALL)
def test_signatures_and_configurations(name):
    ours, theirs = getattr(metrics, name), getattr(real.metrics, name)
    mine, wanted = (
        [(p.name, p.default) for p in inspect.signature(cls).parameters.values()]
        for cls in (ours, theirs)
    )
    assert mine == wanted
    kwargs = NAMED.get(name, {})
    if name == "MeanMetricWrapper":
        a = ours(metrics.mean_squared_error, name="a")
        b = theirs(real.metrics.mean_squared_error, name="a")
    else:
        a, b = (cls(**kwargs, name="a") for cls in (ours, theirs))
    # Keras leaves some arguments out (an axis, from_sorted_ids); addax writes them all.
    assert b.get_config().items() <= a.get_config().items()
    assert metrics.serialize(a)["module"] == real.metrics.serialize(b)["module"]
    again = metrics.deserialize(real.metrics.serialize(b))
    assert type(again) is ours
    assert again.get_config() == a.get_config()
    loaded = real.metrics.deserialize(metrics.serialize(a))
    assert type(loaded) is theirs
    assert loaded.get_config() == b.get_config()


def test_every_name_of_keras_is_known():
    names = [n for n in dir(real.metrics) if not n.startswith("_")]
    assert [n for n in names if not hasattr(metrics, n)] == []
    for name in ("mse", "MSE", "mae", "auc", "AUC", "accuracy", "r2_score", "f1_score"):
        assert type(metrics.get(name)).__name__ == type(real.metrics.get(name)).__name__


@pytest.mark.parametrize("labels, outputs", [
    ((8, 1), (8, 1)), ((8,), (8, 1)), ((8,), (8, 5)), ((8, 1), (8, 5)),
    ((8, 5), (8, 5)), ((8, 4), (8, 4, 5)), ((8,), (8,)),
])  # fmt: skip
@pytest.mark.parametrize("name", ["accuracy", "acc", "mse", "MeanSquaredError"])
def test_the_metric_for_an_output(name, labels, outputs):
    from keras.src.trainers import compile_utils

    y_true, y_pred = np.zeros(labels), np.zeros(outputs)
    theirs = compile_utils.get_metric(name, y_true, y_pred)
    ours = metrics.for_output(name, y_true, y_pred)
    assert type(ours).__name__ == type(theirs).__name__
    assert ours.name == theirs.name
