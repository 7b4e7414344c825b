"""What metrics do beside arithmetic; that is in tests/oracle."""

import copy

import numpy as np
import pytest

from addax.core import GradientTape, Variable, convert, function
from addax.keras import metrics


class Largest(metrics.Metric):
    def __init__(self, floor=0.0, name="largest", **kwargs):
        super().__init__(name=name, **kwargs)
        self.floor = floor
        self.largest = self.add_weight("largest", initializer="zeros")
        self.mean = metrics.Mean()
        self.others = [Variable(5.0, trainable=False)]

    def update_state(self, y_true, y_pred, sample_weight=None):
        self.mean.update_state(y_pred)
        self.largest.assign(max(np.asarray(y_pred).max(), float(self.largest)))

    def result(self):
        return {"largest": self.largest, "mean": self.mean.result()}


def test_a_metric_of_your_own():
    metric = Largest(floor=1.0)
    assert [v.name for v in metric.variables][:3] == ["largest", "total", "count"]
    assert len(metric.variables) == 4
    values = metric([0.0], [3.0, 1.0])
    assert (float(values["largest"]), float(values["mean"])) == (3.0, 2.0)
    metric.reset_states()
    assert [float(v) for v in metric.variables] == [0.0] * 4
    config = metric.get_config()
    assert config == {"name": "largest", "dtype": "float32", "floor": 1.0}
    assert Largest.from_config({**config, "floor": 2.0}).floor == 2.0
    assert repr(metric) == "<Largest name=largest>"


def test_both_orders_of_add_weight():
    metric = metrics.Metric(name="m")
    a = metric.add_weight("a", shape=(2,), initializer="ones")
    b = metric.add_weight(shape=(3,), initializer="zeros", name="b")
    c = metric.add_weight(name="c")
    assert [tuple(v.shape) for v in (a, b, c)] == [(2,), (3,), ()]
    assert a.numpy().tolist() == [1.0, 1.0]
    assert a.path == "m/a"


def test_what_a_class_of_your_own_must_define():
    class Mine(metrics.Metric):
        pass

    with pytest.raises(NotImplementedError, match="Mine does not define update_state"):
        Mine()([1.0], [1.0])
    with pytest.raises(NotImplementedError, match="Mine does not define result"):
        Mine().result()


def test_an_eager_update_is_one_program():
    metric = metrics.SparseCategoricalAccuracy()
    for _ in range(3):
        metric.update_state([0, 1], [[0.9, 0.1], [0.9, 0.1]])
    assert len(metric._programs) == 1
    metric.update_state([0], [[0.9, 0.1]])
    assert len(metric._programs) == 2
    assert float(metric.result()) == np.float32(4 / 7)


def test_updates_do_not_appear_on_a_tape():
    metric, w = metrics.Mean(), Variable([2.0])
    with GradientTape() as tape:
        loss = w * w
        metric.update_state(loss)
    assert tape.gradient(loss, w).numpy().tolist() == [4.0]
    assert float(metric.result()) == 4.0


def test_a_function_that_uses_numpy():
    def worst(y_true, y_pred):
        return np.abs(np.asarray(y_true) - np.asarray(y_pred)).max(axis=-1)

    metric = metrics.MeanMetricWrapper(worst, name="worst")
    assert float(metric([[1.0, 2.0]], [[1.0, 5.0]])) == 3.0


def test_pure_functions():
    metric = metrics.Mean()
    state = metric.stateless_reset_state()
    state = metric.stateless_update_state(state, [1.0, 3.0])
    state = metric.stateless_update_state(state, [5.0], sample_weight=[2.0])
    assert float(metric.stateless_result(state)) == 3.5
    assert float(metric.result()) == 0.0
    with pytest.raises(ValueError, match="one value for each variable"):
        metric.stateless_result([1.0])


def test_metrics_within_a_function():
    metric = metrics.AUC(multi_label=True)  # makes its variables at the first update

    @function
    def update(y_true, y_pred):
        metric.update_state(y_true, y_pred)

    y_true, y_pred = np.array([[0, 1], [1, 0]]), np.array([[0.1, 0.9], [0.8, 0.3]])
    for _ in range(2):
        update(y_true, y_pred)
    assert float(metric.result()) == 1.0
    assert float(metric.true_positives.numpy()[0].sum()) == 4.0


def test_copies_go_their_own_way():
    metric = metrics.Mean()
    metric.update_state([1.0])
    twin = copy.deepcopy(metric)
    twin.update_state([3.0])
    assert (float(metric.result()), float(twin.result())) == (1.0, 2.0)


def test_types():
    metric = metrics.Mean(dtype="float64")
    metric.update_state(np.array([1.0, 2.0]))
    assert metric.result().dtype == metric.dtype == "float64"
    assert metrics.Mean(dtype="mixed_float16").dtype == "float16"


def test_names():
    assert isinstance(metrics.get("mse"), metrics.MeanSquaredError)
    assert isinstance(metrics.get("AUC"), metrics.AUC)
    assert isinstance(metrics.deserialize("mae"), metrics.MeanAbsoluteError)
    fn = metrics.mean_squared_error
    assert metrics.get(fn) is fn
    assert metrics.get(None) is None
    with pytest.raises(ValueError, match="Did you mean 'accuracy'"):
        metrics.get("acuracy")


def test_the_metric_for_an_output():
    rows, numbers = np.zeros((8, 5)), np.zeros(8)
    pick = metrics.for_output
    assert isinstance(pick("crossentropy", numbers, rows), metrics.Metric)
    assert type(pick("ce", rows, rows)) is metrics.CategoricalCrossentropy
    mean = metrics.Mean()
    assert pick(mean, numbers, rows) is mean
    assert pick("huber", rows, rows).fn.__name__ == "huber"
    assert pick(metrics.mean_squared_error, rows, rows).name == "mean_squared_error"
    assert type(pick(metrics.AUC, numbers, rows)) is metrics.AUC
    spec = metrics.serialize(metrics.Recall(class_id=2))
    assert pick(spec, rows, rows).class_id == 2
    with pytest.raises(ValueError, match="is not the name of a metric"):
        pick("acuracy", rows, rows)


P = np.full((4, 3), 1 / 3, "float32")
WRONG = [
    (lambda: metrics.Precision(thresholds=[0.5, 1.5]), "Thresholds must lie between"),
    (lambda: metrics.BinaryAccuracy(threshold=2.0), "`threshold` must lie between"),
    (lambda: metrics.AUC(curve="RC"), "another set of values(.|\n)*'ROC'"),
    (lambda: metrics.AUC(num_thresholds=1), "`num_thresholds` must be greater than 1"),
    (lambda: metrics.AUC(num_labels=3), "`num_labels` goes with multi_label=True"),
    (lambda: metrics.IoU(2, [3]), "A target class is not one of the 2 classes"),
    (lambda: metrics.F1Score(average="macros"), "Did you mean 'macro'"),
    (lambda: metrics.FBetaScore(beta=-1.0), "`beta` must be greater than 0"),
    (lambda: metrics.F1Score().result(), "F1Score has no value before the first"),
    (lambda: metrics.F1Score()([1, 0], [1.0, 0.0]), r"of shape \"?\(batch, classes\)"),
    (lambda: metrics.R2Score(class_aggregation="x"), "There is no such aggregation"),
    (lambda: metrics.R2Score().result(), "R2Score has no value before the first"),
    (lambda: metrics.RecallAtPrecision(1.5), "`precision` must lie between 0 and 1"),
    (lambda: metrics.SparseCategoricalAccuracy()(np.eye(3)[[0, 1, 2, 0]], P),
     "takes class numbers"),
    (lambda: metrics.MeanSquaredError()(np.zeros((4, 2)), P), "element by element"),
    (lambda: metrics.Mean()([1.0, 2.0], sample_weight=[1.0, 2.0, 3.0]),
     "`sample_weight` does not fit"),
    (lambda: metrics.Recall()([1, 0], [1.0, 0.0], sample_weight=[1.0] * 3),
     "`sample_weight` does not fit the predictions"),
]  # fmt: skip


@pytest.mark.parametrize(
    "make, text", WRONG, ids=lambda x: str(x)[:30] * isinstance(x, str)
)
def test_errors(make, text):
    with pytest.raises(ValueError, match=text):
        make()


def test_wrong_arguments_are_pythons_errors():
    with pytest.raises(TypeError, match="unexpected keyword argument 'weights'"):
        metrics.Mean().update_state([1.0], weights=[1.0])
    with pytest.raises(TypeError, match="missing 1 required positional argument"):
        metrics.MeanSquaredError().update_state(convert([1.0]))
