"""Learning-rate schedules, step by step, as the real Keras has them."""

import inspect

import keras as real
import numpy as np
import pytest

from addax.core import Variable, convert, function
from addax.keras.optimizers import schedules

STEPS = [0, 1, 2, 5, 9, 10, 11, 19, 20, 25, 35, 70, 150, 1000]

CASES = [
    ("ExponentialDecay", (0.1, 10, 0.5), {}),
    ("ExponentialDecay", (0.1, 10, 0.5), {"staircase": True}),
    ("InverseTimeDecay", (0.1, 10, 0.5), {}),
    ("InverseTimeDecay", (0.1, 10, 0.5), {"staircase": True}),
    ("PiecewiseConstantDecay", ([10, 20], [1.0, 0.5, 0.1]), {}),
    ("PiecewiseConstantDecay", ([10.5], [3.0, 2.0]), {}),
    ("PolynomialDecay", (0.1, 20), {}),
    ("PolynomialDecay", (0.1, 20, 0.01), {"power": 2.0}),
    ("PolynomialDecay", (0.1, 10, 0.01), {"power": 0.5, "cycle": True}),
    ("CosineDecay", (0.1, 20), {}),
    ("CosineDecay", (0.1, 20), {"alpha": 0.2}),
    ("CosineDecay", (0.0, 20, 0.1), {"warmup_target": 0.3, "warmup_steps": 10}),
    ("CosineDecay", (0.1, 20, 0.1), {"warmup_target": 0.3, "warmup_steps": 10}),
    ("CosineDecayRestarts", (0.1, 10), {}),
    ("CosineDecayRestarts", (0.1, 10), {"t_mul": 1.0, "m_mul": 0.5}),
    ("CosineDecayRestarts", (0.1, 10), {"t_mul": 1.5, "m_mul": 0.9, "alpha": 0.1}),
]
IDS = [f"{name}-{'-'.join(kwargs) or 'plain'}" for name, _, kwargs in CASES]


@pytest.mark.parametrize("name, args, kwargs", CASES, ids=IDS)
def test_values(name, args, kwargs):
    ours = getattr(schedules, name)(*args, **kwargs)
    theirs = getattr(real.optimizers.schedules, name)(*args, **kwargs)
    wanted = [float(theirs(step)) for step in STEPS]
    # After a power of t_mul steps, rounding decides on which side of a restart.
    close = {"rtol": 1e-5, "atol": 1e-7}
    np.testing.assert_allclose([float(ours(s)) for s in STEPS], wanted, **close)
    compiled = function(lambda step: ours(step))
    counted = Variable(0, dtype="int64")
    found = []
    for step in STEPS:
        counted.assign(step)
        found.append(float(compiled(counted)))
        assert compiled(convert(step)).dtype == "float32"
    np.testing.assert_allclose(found, wanted, **close)


@pytest.mark.parametrize("name, args, kwargs", CASES, ids=IDS)
def test_configurations(name, args, kwargs):
    ours = getattr(schedules, name)(*args, **kwargs)
    theirs = getattr(real.optimizers.schedules, name)(*args, **kwargs)
    plain = schedules.serialize(ours)
    assert plain == real.optimizers.schedules.serialize(theirs)
    again = schedules.deserialize(plain)
    assert type(again) is type(ours)
    assert again.get_config() == ours.get_config()
    assert real.optimizers.schedules.deserialize(plain).get_config() == (
        theirs.get_config()
    )


@pytest.mark.parametrize("name", sorted({name for name, _, _ in CASES}))
def test_signatures(name):
    ours, theirs = (
        [(p.name, p.default) for p in inspect.signature(cls).parameters.values()]
        for cls in (getattr(schedules, name), getattr(real.optimizers.schedules, name))
    )
    assert ours == theirs
