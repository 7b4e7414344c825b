"""What losses do beside arithmetic; that is in tests/oracle."""

import numpy as np
import pytest

from addax.core import GradientTape, SymbolicTensor, convert
from addax.keras import losses
from addax.keras.serialization import CustomObjectScope


class Distance(losses.Loss):
    def __init__(self, power=1.0, **kwargs):
        super().__init__(**kwargs)
        self.power = power

    def call(self, y_true, y_pred):
        return abs(y_true - y_pred) ** self.power


def test_a_loss_of_your_own():
    loss = Distance(power=2.0, name="far")
    assert float(loss([1, 2], [3.0, 2.0])) == 2.0
    assert loss.get_config() == {
        "name": "far",
        "reduction": "sum_over_batch_size",
        "power": 2.0,
    }
    plain = losses.serialize(loss)
    again = losses.deserialize(plain, custom_objects={"Distance": Distance})
    assert (again.power, again.name) == (2.0, "far")


def test_a_function_as_loss():
    def worst(y_true, y_pred, factor=1.0):
        return factor * (y_true - y_pred) ** 2

    loss = losses.LossFunctionWrapper(worst, name="worst", factor=3.0)
    assert float(loss([1.0], [2.0])) == 3.0
    config = loss.get_config()
    assert config["factor"] == 3.0
    with CustomObjectScope({"worst": worst}):
        again = losses.LossFunctionWrapper.from_config(config)
    assert float(again([1.0], [2.0])) == 3.0
    known = losses.LossFunctionWrapper(losses.huber, delta=0.5)
    assert losses.LossFunctionWrapper.from_config(known.get_config()).fn is losses.huber


def test_names():
    assert losses.get("mse") is losses.MSE is losses.mean_squared_error
    assert isinstance(losses.get("Huber"), losses.Huber)
    assert isinstance(losses.get(losses.Huber), losses.Huber)
    assert losses.get(None) is None
    assert losses.deserialize("mae") is losses.mean_absolute_error
    assert losses.Huber().name == "huber_loss"
    assert Distance().name.startswith("distance")


def test_types():
    half = losses.MeanSquaredError(dtype="float16")
    assert half.dtype == "float16"
    assert half([1.0], [2.0]).dtype == "float16"
    assert half.get_config()["dtype"] == "float16"
    assert losses.MeanSquaredError()(np.ones(3), np.zeros(3)).dtype == "float32"


def test_symbolic_tensors():
    y_pred = SymbolicTensor((None, 10), "float32")
    y_true = SymbolicTensor((None,), "int32")
    value = losses.sparse_categorical_crossentropy(y_true, y_pred)
    assert tuple(value.shape) == (None,)
    assert tuple(losses.SparseCategoricalCrossentropy()(y_true, y_pred).shape) == ()


def test_structures():
    class Sum(losses.Loss):
        def call(self, y_true, y_pred):
            return y_true["a"] - y_pred["a"] + y_true["b"] - y_pred["b"]

    one, two = {"a": np.ones(2), "b": np.ones(2)}, {"a": np.zeros(2), "b": np.zeros(2)}
    assert float(Sum()(one, two)) == 2.0


def test_gradients_are_those_of_the_formula():
    y_pred = convert([[1.0, 3.0]])
    with GradientTape() as tape:
        tape.watch(y_pred)
        loss = losses.MeanSquaredError()([[0.0, 1.0]], y_pred)
    assert tape.gradient(loss, y_pred).numpy().tolist() == [[1.0, 2.0]]


def test_the_constants_of_reduction():
    assert losses.Reduction.NONE == "none"
    assert "sum" in losses.Reduction.all()
    assert losses.Huber(reduction="auto").reduction == "sum_over_batch_size"


def one_hot(n, classes):
    return np.eye(classes, dtype="float32")[np.arange(n) % classes]


P = np.full((4, 3), 1 / 3, "float32")
WRONG = [
    (lambda: losses.get("mean_squared_eror"), "Did you mean 'mean_squared_error'"),
    (lambda: losses.get(3), "This is not a loss"),
    (lambda: losses.Huber(reduction="summ"), "Did you mean 'sum'"),
    (lambda: losses.CategoricalGeneralizedCrossEntropy(q=1.0), "`q` must lie"),
    (lambda: losses.SparseCategoricalCrossentropy()(one_hot(4, 3), P),
     r"takes class numbers, one for each(.|\n)*look one-hot(.|\n)*"
     r'1. loss="categorical_crossentropy"(.|\n)*numpy.argmax'),
    (lambda: losses.SparseCategoricalCrossentropy()(np.zeros(5), P),
     r"takes class numbers of shape \(4,\)(.|\n)*Axis 0 has size 5 in y_true, not 4"),
    (lambda: losses.CategoricalCrossentropy()(np.zeros(4), P),
     r"takes one-hot labels(.|\n)*look like class numbers(.|\n)*"
     r'loss="sparse_categorical_crossentropy"(.|\n)*num_classes=3'),
    (lambda: losses.CategoricalCrossentropy()(one_hot(4, 5), P),
     r"Axis 1 has size 5 in y_true, not 3(.|\n)*Dense\(5\)"),
    (lambda: losses.BinaryCrossentropy()(np.zeros(4), P),
     r"a label \(0 or 1\) for each output(.|\n)*Dense\(1, activation=\"sigmoid\"\)"
     r"(.|\n)*For one of 3 classes"),
    (lambda: losses.MeanSquaredError()(np.zeros((4, 2)), P),
     r"mean_squared_error compares y_true and y_pred element by element(.|\n)*"
     r"Axis 1 has size 2 in y_true and 3 in y_pred(.|\n)*Dense\(2\)"),
    (lambda: losses.MeanSquaredError()(P, P, sample_weight=np.ones(3)),
     r"`sample_weight` does not fit(.|\n)*sample_weight.shape=\(3,\)"),
    (lambda: losses.CTC()(np.zeros(4), P), "ctc takes labels of shape"),
]  # fmt: skip


@pytest.mark.parametrize(
    "make, text", WRONG, ids=lambda x: str(x)[:30] * isinstance(x, str)
)
def test_errors(make, text):
    with pytest.raises(ValueError, match=text):
        make()


def test_what_a_class_of_your_own_must_define():
    class Mine(losses.Loss):
        pass

    with pytest.raises(NotImplementedError, match="Mine does not say how it is"):
        Mine()([1.0], [1.0])
