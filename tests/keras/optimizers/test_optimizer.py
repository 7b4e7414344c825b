"""What optimizers do beside arithmetic; that is in tests/oracle."""

import copy
import pickle

import numpy as np
import pytest

from addax.core import GradientTape, Variable, convert, function
from addax.keras import optimizers
from addax.keras.optimizers import schedules


def weight(*values, name="w"):
    return Variable(np.array(values, "float32"), name=name)


def test_a_step_of_gradient_descent():
    w = weight(1.0, 2.0)
    optimizer = optimizers.SGD(0.5)
    count = optimizer.apply_gradients([(convert([1.0, -1.0]), w)])
    assert w.numpy().tolist() == [0.5, 2.5]
    assert int(count) == int(optimizer.iterations) == 1


def test_an_eager_step_is_one_program_for_all_calls():
    optimizer, w, v = optimizers.Adam(0.1), weight(1.0), weight(1.0, 2.0)
    for k in range(4):
        optimizer.apply_gradients([(np.ones(1) * k, w), (np.ones(2) * k, v)])
    assert len(optimizer._programs) == 1


def test_an_eager_step_keeps_arrays_that_others_hold():
    w = weight(1.0, 2.0)
    optimizer = optimizers.SGD(0.5, momentum=0.9)
    before = w.read_value()
    optimizer.apply([[1.0, 1.0]], [w])
    slot = optimizer.variables[-1].read_value()
    optimizer.apply([[1.0, 1.0]], [w])
    assert before.numpy().tolist() == [1.0, 2.0]
    assert slot.numpy().tolist() == [-0.5, -0.5]


def test_a_hand_written_loop_converges():
    w, b = weight(0.0), weight(0.0)
    x = np.linspace(-1, 1, 20, dtype="float32")
    optimizer = optimizers.Adam(0.1)
    for _ in range(200):
        with GradientTape() as tape:
            error = w * x + b - (3.0 * x + 1.0)
            loss = (error * error)[0:20]
        optimizer.apply_gradients(zip(tape.gradient(loss, [w, b]), [w, b], strict=True))
    assert abs(float(w[0]) - 3) < 0.01
    assert abs(float(b[0]) - 1) < 0.01


def test_the_learning_rate_can_be_set_without_compiling_again():
    optimizer, w = optimizers.SGD(0.5), weight(1.0)
    optimizer.apply([[1.0]], [w])
    optimizer.learning_rate = 0.25
    optimizer.apply([[1.0]], [w])
    assert float(w[0]) == 0.25
    assert len(optimizer._programs) == 1
    optimizer.learning_rate.assign(1.0)
    optimizer.apply([[1.0]], [w])
    assert float(w[0]) == -0.75
    assert float(optimizer.lr) == 1.0
    optimizer.lr = 0.5
    assert float(optimizer.learning_rate) == 0.5


def test_other_settings_can_be_set_too():
    optimizer, w = optimizers.SGD(1.0, weight_decay=0.5), weight(1.0)
    optimizer.apply([[0.0]], [w])
    optimizer.weight_decay = 0.0
    optimizer.apply([[0.0]], [w])
    assert float(w[0]) == 0.5


def test_a_learning_rate_may_be_a_function():
    rates = iter([0.5, 0.25, 0.125])
    optimizer, w = optimizers.SGD(lambda: next(rates)), weight(1.0)
    optimizer.apply([[1.0]], [w])
    optimizer.apply([[1.0]], [w])
    assert float(w[0]) == 0.25
    assert len(optimizer._programs) == 1


def test_a_number_can_give_way_to_a_schedule_but_not_back():
    optimizer, w = optimizers.SGD(0.5), weight(1.0)
    optimizer.apply([[1.0]], [w])
    optimizer.learning_rate = schedules.PiecewiseConstantDecay([10], [0.25, 0.0])
    optimizer.apply([[1.0]], [w])
    assert float(w[0]) == 0.25
    assert [v.name for v in optimizer.variables] == ["iteration"]
    with pytest.raises(TypeError, match="comes from a schedule, so it cannot be set"):
        optimizer.learning_rate = 0.1


def test_weights_without_a_gradient_stay_and_are_named():
    optimizer = optimizers.SGD(0.5)
    w, v = weight(1.0, name="used"), weight(1.0, name="unused")
    with pytest.warns(UserWarning, match="have no gradient and are left.*unused"):
        optimizer.apply_gradients([([1.0], w), (None, v)])
    assert (float(w[0]), float(v[0])) == (0.5, 1.0)
    with pytest.raises(ValueError, match="No variable has a gradient"):
        optimizer.apply_gradients([(None, w), (None, v)])


def test_no_gradients_are_no_step():
    optimizer = optimizers.SGD(0.5)
    optimizer.apply([])
    assert int(optimizer.iterations) == 0


def test_only_some_of_the_weights():
    optimizer, w, v = optimizers.SGD(0.5, momentum=0.9), weight(1.0), weight(1.0)
    optimizer.build([w, v])
    optimizer.apply([[1.0]], [v])
    optimizer.apply([[1.0], [1.0]])
    assert (float(w[0]), round(float(v[0]), 6)) == (0.5, -0.45)


def test_gradients_accumulate_until_the_update_is_due():
    plain, summed = weight(1.0, 2.0), weight(1.0, 2.0)
    a = optimizers.Adam(0.1)
    b = optimizers.Adam(0.1, gradient_accumulation_steps=2)
    for k in range(3):
        first, second = np.array([k, 1.0]), np.array([2.0, k])
        a.apply([(first + second) / 2], [plain])
        b.apply([first], [summed])
        before = summed.numpy()
        b.apply([second], [summed])
        assert (before != summed.numpy()).all()
        np.testing.assert_allclose(summed.numpy(), plain.numpy(), rtol=1e-6)
    assert int(b.iterations) == 3
    assert int(b._iterations) == 6


def test_averages_are_put_in_at_the_end():
    optimizer, w = optimizers.SGD(1.0, use_ema=True, ema_momentum=0.5), weight(0.0)
    for _ in range(2):
        optimizer.apply([[-1.0]], [w])
    assert float(w[0]) == 2.0
    optimizer.finalize_variable_values([w])
    assert float(w[0]) == 1.5


def test_constraints_hold_after_an_update():
    w = weight(0.5)
    w.constraint = lambda x: x * 0.0 + 7.0
    optimizers.SGD(0.5).apply([[1.0]], [w])
    assert float(w[0]) == 7.0


def test_a_variable_may_be_overwritten_by_its_gradient():
    w, scale = weight(1.0), weight(1.0)
    scale.overwrite_with_gradient = True
    optimizers.SGD(0.5).apply([[1.0], [9.0]], [w, scale])
    assert (float(w[0]), float(scale[0])) == (0.5, 9.0)


def test_weights_of_half_and_double_precision():
    for dtype in ("float16", "bfloat16", "float64"):
        w = Variable([1.0, 2.0], dtype=dtype)
        for name in ("SGD", "Adam", "Nadam", "Lamb", "Adafactor", "RMSprop"):
            optimizer = getattr(optimizers, name)(0.1, weight_decay=0.01, clipnorm=1.0)
            optimizer.apply([np.array([1.0, -1.0], "float32")], [w])
            assert w.dtype == dtype
            assert np.isfinite(w.numpy().astype("float64")).all()


def test_weight_decay_leaves_some_alone():
    w, b = weight(1.0, name="kernel"), weight(1.0, name="bias")
    optimizer = optimizers.SGD(1.0, weight_decay=0.5)
    optimizer.exclude_from_weight_decay(var_names=["bias"])
    optimizer.apply([[0.0], [0.0]], [w, b])
    assert (float(w[0]), float(b[0])) == (0.5, 1.0)
    optimizer.exclude_from_weight_decay(var_list=[w])
    optimizer.apply([[0.0], [0.0]], [w, b])
    assert (float(w[0]), float(b[0])) == (0.5, 1.0)


def test_minimize_takes_a_function_or_a_tape():
    w = weight(3.0)
    optimizer = optimizers.SGD(0.5)
    optimizer.minimize(lambda: w * w, [w])
    assert float(w[0]) == 0.0
    w.assign([3.0])
    with GradientTape() as tape:
        loss = w * w
    optimizer.minimize(loss, lambda: [w], tape=tape)
    assert float(w[0]) == 0.0
    with pytest.raises(ValueError, match="needs to see how the loss is computed"):
        optimizer.minimize(loss, [w])


def test_saving_and_loading_variables():
    w = weight(1.0, 2.0)
    a, b = optimizers.Adam(0.1), optimizers.Adam(0.2)
    for _ in range(3):
        a.apply([[1.0, -2.0]], [w])
    store: dict = {}
    a.save_own_variables(store)
    assert sorted(store) == ["0", "1", "2", "3"]
    with pytest.raises(ValueError, match="4 variables, this one 2"):
        b.load_own_variables(store)
    b.build([w])
    b.load_own_variables(store)
    assert [v.numpy().tolist() for v in b.variables] == [
        v.numpy().tolist() for v in a.variables
    ]
    b.set_weights(a.get_weights())
    with pytest.raises(ValueError, match="This optimizer has 4 variables"):
        b.set_weights([1.0])


@pytest.mark.parametrize(
    "copied", [copy.deepcopy, lambda o: pickle.loads(pickle.dumps(o))]
)
def test_copies_go_their_own_way(copied):
    w = weight(1.0)
    optimizer = optimizers.SGD(0.5, momentum=0.9)
    optimizer.apply([[1.0]], [w])
    twin = copied(optimizer)
    other = twin._trainable_variables[0]
    twin.apply([[1.0]], [other])
    assert int(optimizer.iterations) == 1
    assert int(twin.iterations) == 2
    assert round(float(optimizer.variables[-1][0]), 6) == -0.5


class Signs(optimizers.Optimizer):
    def __init__(self, learning_rate=0.1, factor=1.0, **kwargs):
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.factor = factor

    def build(self, variables):
        super().build(variables)
        self.last = [self.add_variable_from_reference(v, "last") for v in variables]

    def update_step(self, gradient, variable, learning_rate):
        last = self.last[self._get_variable_index(variable)]
        self.assign(last, gradient)
        self.assign_sub(variable, learning_rate * gradient * self.factor)


def test_an_optimizer_of_your_own():
    w = weight(1.0)
    optimizer = Signs(0.5, factor=2.0, clipvalue=0.25)
    optimizer.apply([[1.0]], [w])
    assert float(w[0]) == 0.75
    assert [v.path for v in optimizer.variables][-1] == "signs/w_last"
    config = optimizer.get_config()
    assert (config["learning_rate"], config["factor"]) == (0.5, 2.0)
    assert config["clipvalue"] == 0.25
    again = Signs.from_config(config)
    assert again.get_config() == config


def test_an_optimizer_may_be_built_inside_a_function():
    w, optimizer = weight(1.0, 2.0), optimizers.ScheduleFreeAdamW(0.1)
    plain, other = weight(1.0, 2.0), optimizers.ScheduleFreeAdamW(0.1)

    @function
    def train(gradient):
        optimizer.apply([gradient], [w])

    for k in range(3):
        gradient = np.array([1.0, k], "float32")
        train(gradient)
        other.apply([gradient], [plain])
    np.testing.assert_allclose(w.numpy(), plain.numpy(), rtol=1e-6)


def test_names_and_classes():
    for name in ("adam", "Adam", "ADAM", "rmsprop", "adamw", "schedulefreeadamw"):
        assert optimizers.get(name).__class__.__name__.lower() == name.lower()
    assert optimizers.get(None) is None
    assert isinstance(optimizers.get(optimizers.Lion), optimizers.Lion)
    old = {"class_name": "adam", "config": {"learning_rate": 0.5}}
    assert float(optimizers.get(old).learning_rate) == 0.5
    assert float(optimizers.deserialize(old).learning_rate) == 0.5
    with pytest.raises(ValueError, match="Did you mean 'adam'"):
        optimizers.get("adamm")
    with pytest.raises(ValueError, match="Pass a name"):
        optimizers.get(3)


def test_the_arguments_of_keras_2():
    with pytest.warns(DeprecationWarning, match="called learning_rate now"):
        optimizer = optimizers.RMSprop(lr=0.25)
    assert float(optimizer.learning_rate) == 0.25
    with pytest.warns(DeprecationWarning, match="Better give a schedule"):
        optimizer = optimizers.SGD(0.5, decay=1.0)
    w = weight(1.0)
    optimizer.apply([[1.0]], [w])
    optimizer.apply([[1.0]], [w])
    assert float(w[0]) == 0.25
    assert optimizers.legacy.Adam is optimizers.Adam
    assert optimizers.Adam(0.1, 0.8, 0.9, 1e-3, True, 0.5).weight_decay == 0.5
