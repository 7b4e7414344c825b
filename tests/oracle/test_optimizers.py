"""Weights and slots after five updates, as the real Keras has them."""

import inspect

import keras as real
import numpy as np
import pytest

from addax.core import Variable, function, lift
from addax.core.function import Settings
from addax.core.program import loop
from addax.keras import optimizers

SHAPES = [(4, 3), (3,), ()]
STEPS = 5

CASES = [
    ("SGD", {}),
    ("SGD", {"momentum": 0.9}),
    ("SGD", {"momentum": 0.9, "nesterov": True}),
    ("RMSprop", {}),
    ("RMSprop", {"rho": 0.8, "momentum": 0.5, "epsilon": 1e-3}),
    ("RMSprop", {"momentum": 0.5, "centered": True}),
    ("Adam", {}),
    ("Adam", {"beta_1": 0.8, "beta_2": 0.99, "epsilon": 1e-3}),
    ("Adam", {"amsgrad": True}),
    ("AdamW", {}),
    ("AdamW", {"weight_decay": 0.5}),
    ("Adagrad", {}),
    ("Adagrad", {"initial_accumulator_value": 0.5, "epsilon": 1e-2}),
    ("Adadelta", {}),
    ("Adadelta", {"rho": 0.5, "epsilon": 1e-3}),
    ("Adamax", {}),
    ("Nadam", {}),
    ("Nadam", {"beta_1": 0.7, "epsilon": 1e-3}),
    ("Ftrl", {}),
    ("Ftrl", {"l1_regularization_strength": 0.3, "l2_regularization_strength": 0.2}),
    ("Ftrl", {"l2_shrinkage_regularization_strength": 0.2, "beta": 0.1}),
    ("Ftrl", {"learning_rate_power": -0.3, "initial_accumulator_value": 0.3}),
    ("Lion", {}),
    ("Lion", {"beta_1": 0.5, "beta_2": 0.8}),
    ("Lamb", {}),
    ("Adafactor", {}),
    ("Adafactor", {"relative_step": False, "clip_threshold": 0.3, "epsilon_2": 0.1}),
    ("Adafactor", {"beta_2_decay": -0.5, "epsilon_1": 1e-3}),
    ("Muon", {}),
    ("Muon", {"nesterov": False, "ns_steps": 3, "rms_rate": None, "weight_decay": 0.1}),
    ("Muon", {"adam_lr_ratio": 0.5, "adam_weight_decay": None, "momentum": 0.5}),
    ("ScheduleFreeAdamW", {}),
    ("ScheduleFreeAdamW", {"warmup_steps": 3, "epsilon": 0.1, "beta_1": 0.7}),
    ("ScheduleFreeAdamW", {"weight_decay": 0.1}),
    # The options that all share
    ("SGD", {"weight_decay": 0.3}),
    ("SGD", {"clipnorm": 0.5}),
    ("SGD", {"clipvalue": 0.2}),
    ("SGD", {"global_clipnorm": 0.5}),
    ("Adam", {"global_clipnorm": 100.0, "weight_decay": 0.1}),
    ("SGD", {"loss_scale_factor": 4.0}),
    ("SGD", {"use_ema": True}),
    ("Adam", {"use_ema": True, "ema_momentum": 0.5, "ema_overwrite_frequency": 2}),
    ("SGD", {"gradient_accumulation_steps": 2, "momentum": 0.9}),
    ("Adam", {"gradient_accumulation_steps": 3, "weight_decay": 0.1, "clipnorm": 0.5}),
    ("Nadam", {"gradient_accumulation_steps": 2}),
    ("SGD", {"gradient_accumulation_steps": 2, "use_ema": True, "ema_momentum": 0.5}),
]


def ids(cases):
    return [f"{name}-{'-'.join(kwargs) or 'plain'}" for name, kwargs, *_ in cases]


def starts():
    return [
        np.linspace(-1, 1, int(np.prod(s))).reshape(s).astype("float32") for s in SHAPES
    ]


def gradients():
    """One list for each step; some gradients are 0 and some weights start at 0."""
    steps = []
    for k in range(STEPS):
        arrays = [np.cos(np.arange(np.prod(s)) * 0.9 + k).reshape(s) for s in SHAPES]
        arrays[0][k % 4] = 0
        steps.append([a.astype("float32") for a in arrays])
    return steps


def expected(name, kwargs, rate=0.1):
    optimizer = getattr(real.optimizers, name)(learning_rate=rate, **kwargs)
    weights = [real.Variable(x) for x in starts()]
    for step in gradients():
        optimizer.apply_gradients(zip(step, weights, strict=True))
    return [np.asarray(v) for v in (*weights, *optimizer.variables)]


def found(weights, optimizer):
    return [v.numpy() for v in (*weights, *optimizer.variables)]


def check(ours, theirs):
    for a, b in zip(ours, theirs, strict=True):
        if np.issubdtype(b.dtype, np.floating):
            assert a.dtype == b.dtype
        np.testing.assert_allclose(a, b, rtol=2e-5, atol=2e-6)


@pytest.mark.parametrize("name, kwargs", CASES, ids=ids(CASES))
def test_updates(name, kwargs):
    optimizer = getattr(optimizers, name)(learning_rate=0.1, **kwargs)
    weights = [Variable(x) for x in starts()]
    for step in gradients():
        optimizer.apply_gradients(zip(step, weights, strict=True))
    assert len(optimizer._programs) == 1
    check(found(weights, optimizer), expected(name, kwargs))


# Those that differ in what happens around the rule
FORMS = [
    ("SGD", {"momentum": 0.9, "global_clipnorm": 0.5}),
    ("Adam", {"use_ema": True, "ema_momentum": 0.5, "ema_overwrite_frequency": 2}),
    ("Adam", {"gradient_accumulation_steps": 3, "weight_decay": 0.1, "clipnorm": 0.5}),
    ("Nadam", {"gradient_accumulation_steps": 2}),
]


@pytest.mark.parametrize("name, kwargs", FORMS, ids=ids(FORMS))
def test_operation_by_operation(name, kwargs, monkeypatch):
    monkeypatch.setattr(Settings, "run_eagerly", True)
    optimizer = getattr(optimizers, name)(learning_rate=0.1, **kwargs)
    weights = [Variable(x) for x in starts()]
    for step in gradients():
        optimizer.apply_gradients(zip(step, weights, strict=True))
    assert not optimizer._programs
    check(found(weights, optimizer), expected(name, kwargs))


@pytest.mark.parametrize("name, kwargs", FORMS, ids=ids(FORMS))
def test_inside_a_function(name, kwargs):
    optimizer = getattr(optimizers, name)(learning_rate=0.1, **kwargs)
    weights = [Variable(x) for x in starts()]

    @function
    def train(*step):
        optimizer.apply(step, weights)

    for step in gradients():
        train(*step)
    assert train.experimental_get_tracing_count() == 1
    check(found(weights, optimizer), expected(name, kwargs))


@pytest.mark.parametrize("name, kwargs", FORMS, ids=ids(FORMS))
def test_inside_a_loop(name, kwargs):
    optimizer = getattr(optimizers, name)(learning_rate=0.1, **kwargs)
    weights = [Variable(x) for x in starts()]
    data = [np.stack(column) for column in zip(*gradients(), strict=True)]
    lifted = lift(lambda *step: optimizer.apply(step, weights), gradients()[0])
    loop(lifted, lambda i, *data: [x[i] for x in data])(0, STEPS, *data)
    check(found(weights, optimizer), expected(name, kwargs))


def test_a_schedule_is_read_at_each_step():
    kwargs = {"momentum": 0.9}
    args = (0.5, 2, 0.3)
    optimizer = optimizers.SGD(optimizers.schedules.ExponentialDecay(*args), **kwargs)
    weights = [Variable(x) for x in starts()]
    for step in gradients():
        optimizer.apply_gradients(zip(step, weights, strict=True))
    theirs = expected("SGD", kwargs, real.optimizers.schedules.ExponentialDecay(*args))
    check(found(weights, optimizer), theirs)


def test_loss_scaling():
    """Keras's runs on JAX as a pure function only."""
    steps = gradients()
    for gradient in steps:
        for array in gradient:
            array *= 8
    steps[2][0][1, 1] = np.inf
    results = []
    for module, variable in ((optimizers, Variable), (real.optimizers, real.Variable)):
        optimizer = module.LossScaleOptimizer(
            module.Adam(0.1), initial_scale=8.0, dynamic_growth_steps=2
        )
        optimizer.build([variable(x) for x in starts()])
        weights, state = starts(), [np.asarray(v) for v in optimizer.variables]
        for step in steps:
            weights, state = optimizer.stateless_apply(state, step, weights)
        results.append([np.asarray(x) for x in (*weights, *state)])
    check(*results)
    ours = optimizers.LossScaleOptimizer(optimizers.Adam(0.1), 8.0, 2)
    weights = [Variable(x) for x in starts()]
    for step in steps:
        ours.apply_gradients(zip(step, weights, strict=True))
    assert len(ours._programs) == 1
    check(found(weights, ours), results[1])


def test_several_optimizers():
    results = []
    for module, variable in ((optimizers, Variable), (real.optimizers, real.Variable)):
        by_path = module.OptimizerMap(module.SGD(0.1), {"a.*": module.Adam(0.1)})
        optimizer = module.MultiOptimizer(by_path)
        weights = [
            variable(x, name=name) for x, name in zip(starts(), "aba", strict=True)
        ]
        for step in gradients():
            optimizer.apply_gradients(zip(step, weights, strict=True))
        results.append([np.asarray(v) for v in (*weights, *optimizer.variables)])
    check(*results)


@pytest.mark.parametrize("name", ["ScheduleFreeAdamW", "SGD"])
def test_the_end_of_training(name):
    results = []
    for module, variable in ((optimizers, Variable), (real.optimizers, real.Variable)):
        optimizer = getattr(module, name)(0.1, use_ema=name == "SGD")
        weights = [variable(x) for x in starts()]
        for step in gradients():
            optimizer.apply_gradients(zip(step, weights, strict=True))
        optimizer.finalize_variable_values(weights)
        results.append([np.asarray(v) for v in weights])
    check(*results)


def test_stateless_apply():
    ours, theirs = optimizers.Adam(0.1), real.optimizers.Adam(0.1)
    results = []
    for optimizer, variable in ((ours, Variable), (theirs, real.Variable)):
        optimizer.build([variable(x) for x in starts()])
        weights, state = starts(), [np.asarray(v) for v in optimizer.variables]
        for step in gradients():
            weights, state = optimizer.stateless_apply(state, step, weights)
        results.append([np.asarray(x) for x in (*weights, *state)])
    check(*results)
    assert int(ours.iterations) == 0


@pytest.mark.parametrize("name", sorted({name for name, _ in CASES}))
def test_signatures_and_configurations(name):
    ours, theirs = (getattr(m, name) for m in (optimizers, real.optimizers))
    mine, wanted = (
        {p.name: p.default for p in inspect.signature(cls).parameters.values()}
        for cls in (ours, theirs)
    )
    assert list(mine) == list(wanted)
    assert mine == wanted
    a, b = (cls(name="same") for cls in (ours, theirs))
    assert a.get_config() == b.get_config()
    assert optimizers.serialize(a) == real.optimizers.serialize(b)
    again = optimizers.deserialize(real.optimizers.serialize(b))
    assert type(again) is ours
    assert again.get_config() == b.get_config()
    if name != "Lamb":  # Keras 3.15 cannot load what it writes of it
        loaded = real.optimizers.deserialize(optimizers.serialize(a))
        assert loaded.get_config() == b.get_config()


@pytest.mark.parametrize("name, kwargs", CASES, ids=ids(CASES))
def test_variables_have_the_places_and_names_of_keras(name, kwargs):
    ours, theirs = (getattr(m, name)(**kwargs) for m in (optimizers, real.optimizers))
    ours.build([Variable(x, name=f"w{i}") for i, x in enumerate(starts())])
    theirs.build([real.Variable(x, name=f"w{i}") for i, x in enumerate(starts())])

    def names(optimizer):
        return [v.path.rpartition("/")[2] for v in optimizer.variables]

    if name == "Nadam":  # Keras has a nameless variable there
        assert names(ours)[:-1] == names(theirs)[:-1]
    elif name != "Adafactor":  # and names these after the weight alone
        assert names(ours) == names(theirs)
    assert [v.shape for v in ours.variables] == [v.shape for v in theirs.variables]
